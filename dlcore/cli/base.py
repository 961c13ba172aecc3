"""What the commands share: the group they belong to, and how an experiment is found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlcore.access import OPERATOR
from dlcore.data.uploads import upload_access
from dlcore.experiment import Experiment
from dlcore.i18n import N_

if TYPE_CHECKING:
    from dlcore.runs import Runs


THREADS = click.option(
    "--threads",
    type=click.IntRange(1, 1024),
    default=1,
    show_default=True,
    help=N_("Threads of the processor; more pay off for large networks. The last digits depend on their number."),
)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_("Layer by Layer: build, train and take away networks from the command line."),
)
def commands() -> None: ...


def say(sentence: str) -> None:
    """A sentence for the person at the terminal, on standard error."""
    click.echo(sentence, err=True)


def experiment_of(file: str) -> Experiment:
    """The experiment in a file, or the preset of `preset:NAME`. Raises ExperimentError."""
    kind, colon, name = file.partition(":")
    if colon and kind == "preset":
        from dlcore.presets import PRESETS

        return PRESETS.find(name).experiment
    upload_access.allow_files(Path(file).parent)
    upload_access.use(_uploads())
    return Experiment.from_yaml(file)


def check_loss(experiment: Experiment) -> None:
    """Refuse what `train` would refuse of the loss. Raises ExperimentError."""
    from dlcore import network
    from dlcore.training.losses import check_task

    check_task(experiment.loss, network.about_of(experiment), experiment.dataset.source)  # type: ignore[arg-type]


def _uploads() -> upload_access.UploadAccess:
    """All data sets of this machine; the database is opened when one is asked for."""
    from dlcore.runs.local import LocalUploads

    return LocalUploads(OPERATOR)


def open_runs() -> Runs:
    """The runs and data sets of this machine, to be used in a `with` block."""
    import dlcore.runs

    return dlcore.runs.open(dispatcher=False)
