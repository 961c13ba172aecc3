"""Data that a run must download first: told as it comes, and given up between two pieces where somebody wishes so."""

from __future__ import annotations

from dlcore.data.catalog.image_benchmarks import Downloaded
from dlcore.experiment import Experiment
from dlcore.runs.recorder import Recorder
from dlcore.training.events import Downloading


class Interrupted(Exception):  # noqa: N818 (a signal to the worker, not an error anybody sees)
    """A command, or trouble of the recorder, came while the data were on their way."""


def fetch(experiment: Experiment, recorder: Recorder) -> None:
    """Bring the data here where they are not. Raises Interrupted, and DataError with what to do where that fails."""
    source = experiment.dataset.source
    if not isinstance(source, Downloaded) or not source.missing():
        return
    told = -1

    def tell(done: int, total: int) -> None:
        nonlocal told
        if recorder.interrupted:
            raise Interrupted
        if (percent := 100 * done // total) > told:
            told = percent
            recorder.add(Downloading(done, total))

    source.fetch(tell)
