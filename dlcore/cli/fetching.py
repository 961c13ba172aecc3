"""Data that must be downloaded before a run can begin: a bar while they come, a stand-in where they cannot."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from dlcore.cli.base import say
from dlcore.data.catalog.image_benchmarks import Downloaded
from dlcore.errors import DataError
from dlcore.experiment import Experiment
from dlcore.i18n import _, translate


def with_data(experiment: Experiment, preset: bool) -> Experiment:
    """The experiment with its data here; a preset goes on with what stands in for data that cannot be reached.

    Raises DataError that says where to put the files.
    """
    source = experiment.dataset.source
    if not isinstance(source, Downloaded) or not source.missing():
        return experiment
    try:
        _fetch(source)
    except DataError as error:
        from dlcore.presets import with_stand_in

        stand_in = with_stand_in(experiment)
        if not preset or stand_in is experiment:
            raise
        say(str(error))
        name = stand_in.dataset.source.title  # type: ignore[attr-defined]
        say(_("This run goes on with other data: {name}.", name=translate(name)))
        return stand_in
    return experiment


def _fetch(source: Downloaded) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True, highlight=False)) as bar:
        task = bar.add_task(source.name, total=None)
        source.fetch(lambda done, total: bar.update(task, completed=done, total=total))
