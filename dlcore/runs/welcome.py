"""What a newcomer finds on the first screen: two runs that differ in one layer, trained on this very machine."""

from __future__ import annotations

from typing import Any

from dlcore.experiment import Experiment
from dlcore.i18n import N_

GROUP = "welcome"

# Names are msgids: pages translate the names of welcome runs.
WITH_DROPOUT, WITHOUT_DROPOUT = N_("Digits, with dropout"), N_("Digits, without dropout")


def welcome_experiments() -> list[tuple[str, Experiment]]:
    """(name, experiment) of the two: few training rows and a wide network, so that what dropout does can be seen."""
    return [
        (WITH_DROPOUT, Experiment.from_dict(_digits([{"layer": "Dropout", "p": 0.5}]))),
        (WITHOUT_DROPOUT, Experiment.from_dict(_digits([]))),
    ]


def _digits(regularization: list[dict[str, Any]]) -> dict[str, Any]:
    hidden = [{"layer": "Linear", "out_features": 256}, {"layer": "ReLU"}, *regularization]
    return {
        "dataset": {"name": "digits", "split": {"method": "holdout", "test": 0.2, "validation": 0.2}, "limit": 300},
        "network": [{"layer": "Flatten"}, *hidden, *hidden, {"layer": "Output"}],
        "training": {
            "loss": "CrossEntropyLoss",
            "optimizer": {"name": "Adam", "lr": 0.001},
            "batch_size": 32,
            "epochs": 30,
            "device": "cpu",
        },
        "seed": 0,
    }
