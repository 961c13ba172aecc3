"""Small experiments that the training tests share."""

from __future__ import annotations

from typing import Any

from dlcore.experiment import Experiment

MLP = [{"layer": "Flatten"}, {"layer": "Linear", "out_features": 32}, {"layer": "ReLU"}, {"layer": "Output"}]
WITH_DROPOUT = [*MLP[:3], {"layer": "Dropout", "p": 0.3}, *MLP[3:]]
WITH_BATCH_NORM = [*MLP[:2], {"layer": "BatchNorm1d"}, *MLP[2:]]


def experiment(
    dataset: Any = "iris", network: Any = None, seed: int = 0, optimizer: Any = None, **training: Any
) -> Experiment:
    """An experiment that trains in a moment; what is named replaces its part."""
    dataset = {"name": dataset} if isinstance(dataset, str) else dataset
    loss = "MSELoss" if dataset["name"] == "diabetes" else "CrossEntropyLoss"
    return Experiment.from_dict(
        {
            "dataset": dataset,
            "network": MLP if network is None else network,
            "training": {
                "loss": loss,
                "optimizer": optimizer or {"name": "Adam", "lr": 0.01},
                "batch_size": 16,
                "epochs": 3,
                "device": "cpu",
                **training,
            },
            "seed": seed,
        }
    )
