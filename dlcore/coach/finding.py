"""What the coach says: a finding, with the numbers it rests on and the change that would show whether it is right."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dlcore.declaration import Declaration
from dlcore.experiment import DatasetChoice, Experiment, Training
from dlcore.i18n import Text
from dlcore.layers.base import Path
from dlcore.layers.repair import apply_repair

# error: it cannot work, or has failed. warning: it does harm. remark: it is so, and may do no harm.
Severity = Literal["error", "warning", "remark"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "remark")  # the gravest first


@dataclass(frozen=True)
class Remedy:
    """A change of the experiment: the counter-experiment that shows whether a finding is right.

    `settings` are fields of an experiment file with their new values. `repairs` are places in the network with what
    is done there, in this order, as `dlcore.layers.repair` does it: each place is that after the repairs before it.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)  # {"training.optimizer.lr": 0.001}
    repairs: tuple[tuple[Path, str], ...] = ()  # (((1,), "insert:ReLU"),)

    def apply(self, experiment: Experiment) -> Experiment:
        """The experiment with the change, and nothing else changed. Raises ExperimentError where it cannot be made."""
        layers = experiment.network
        for path, repair in self.repairs:
            layers = apply_repair(layers, path, repair)
        changed: dict[str, Any] = {"network": layers} if self.repairs else {}
        training = {key: value for key, value in self.settings.items() if key.startswith("training.")}
        dataset = {key: value for key, value in self.settings.items() if key.startswith("dataset.")}
        if training:
            changed["training"] = _training(experiment.training, training)
        if dataset:
            changed["dataset"] = _dataset(experiment.dataset, dataset)
        return experiment.model_copy(update=changed)

    def to_json(self) -> dict[str, Any]:
        """`{"set": {field: value}, "layers": [{"path": [1], "repair": "insert:ReLU"}]}`."""
        return {
            "set": dict(self.settings),
            "layers": [{"path": list(path), "repair": repair} for path, repair in self.repairs],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Remedy:
        """The remedy that `to_json` wrote."""
        return cls(dict(stored["set"]), tuple((tuple(each["path"]), each["repair"]) for each in stored["layers"]))


def _training(training: Training, settings: Mapping[str, Any]) -> Training:
    plain = training.to_dict()
    for name, value in settings.items():
        *path, last = name.split(".")[1:]
        place = plain
        for key in path:
            place = place[key]
        place[last] = value
    return Training.parse(plain, "training")


def _dataset(dataset: DatasetChoice, settings: Mapping[str, Any]) -> DatasetChoice:
    """The source stays what it is, or is asked anew: where it was found is not part of its settings."""
    named = {name.partition(".")[2]: value for name, value in settings.items()}
    common = {name: value for name, value in named.items() if name in DatasetChoice.model_fields}
    own = {name: value for name, value in named.items() if name not in common}
    source: Declaration = dataset.source.model_copy(update=own) if own else dataset.source
    kept = {name: getattr(dataset, name) for name in DatasetChoice.model_fields}
    return DatasetChoice.parse({**kept, **common, "source": source}, "dataset")


@dataclass(frozen=True)
class Finding:
    """One thing that a rule found."""

    rule: str  # its name: lr-too-high
    severity: Severity
    sentence: Text
    remedy: Remedy
    layer: Path | None = None  # the layer it is about, where it is about one: (3,) is the fourth
    measured: Mapping[str, float | str] = field(default_factory=dict)  # the numbers that the sentence rests on
    epochs: tuple[int, int] | None = None  # from which epoch on to which it was so; None before training

    def remedied(self, experiment: Experiment) -> Experiment:
        """The twin: the experiment with the remedy and nothing else changed. Raises ExperimentError."""
        return self.remedy.apply(experiment)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, with the sentence in the current language."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "layer": None if self.layer is None else list(self.layer),
            "measured": {name: _plain(each) for name, each in self.measured.items()},
            "epochs": None if self.epochs is None else list(self.epochs),
            "sentence": str(self.sentence),
            "remedy": self.remedy.to_json(),
        }


def _plain(value: float | str) -> float | str | None:
    """A number as JSON has it: what is not finite is null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
