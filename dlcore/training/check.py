"""Whether an experiment can be trained here, asked before anything is queued or loaded: milliseconds, no memory."""

from __future__ import annotations

from dlcore import network
from dlcore.data import label_noise
from dlcore.experiment import Experiment
from dlcore.training import augmentation, devices
from dlcore.training.losses import check_task


def check(experiment: Experiment, memory_limit: int | None = None) -> None:
    """Raise what is wrong: NetworkError for the layers, ExperimentError for loss or device, DataError for the data.

    memory_limit: bytes that one run may take.
    """
    devices.pick(experiment.training.device)
    about = network.about_of(experiment)
    check_task(experiment.loss, about, experiment.dataset.source)  # type: ignore[arg-type]
    label_noise.check(experiment.dataset.label_noise, about)
    augmentation.check(experiment.training.augmentation, about)  # type: ignore[arg-type]
    network.check(experiment, memory_limit)
    experiment.dataset.source.check_rows()  # type: ignore[attr-defined]
