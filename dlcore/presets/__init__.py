"""Starting points: experiments that train well as they are, one YAML file each, opened with one click.

title: …           what the button says
summary: …         one sentence for the learner
floor: {score: accuracy, at least: 0.95}      what its best epoch reaches on the validation part (or `at most`, for a
                                              loss); a test trains it
experiment: {dataset: …, network: …, training: …}
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlcore.data.catalog.image_benchmarks import Downloaded
from dlcore.errors import ExperimentError, unknown
from dlcore.experiment import DatasetChoice, Experiment, plain_yaml
from dlcore.i18n import N_, Text

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Floor:
    """What a preset's best epoch reaches on the validation part."""

    score: str  # a name of `Scores`
    bound: float
    at_most: bool = False  # a loss is good when it is small

    def holds(self, value: float) -> bool:
        """Whether a value of this score is as good as promised."""
        return value <= self.bound if self.at_most else value >= self.bound


@dataclass(frozen=True)
class Preset:
    """A starting point. `title` and `summary` are msgids."""

    name: str
    title: str
    summary: str
    floor: Floor
    experiment: Experiment

    @property
    def at_hand(self) -> Experiment:
        """The experiment, on the data set that stands in where its own must be fetched first and has one."""
        return with_stand_in(self.experiment)


def with_stand_in(experiment: Experiment) -> Experiment:
    """The same experiment on the data set that stands in for its own, where that must be fetched first."""
    source = experiment.dataset.source
    if not isinstance(source, Downloaded) or not source.stand_in or not source.missing():
        return experiment
    plain = experiment.to_dict()
    kept = {key: value for key, value in plain["dataset"].items() if key in DatasetChoice.model_fields}
    return Experiment.from_dict({**plain, "dataset": {**source.stand_in, **kept}})


class Presets(Mapping[str, Preset]):
    """Name -> preset, in the order of the number that starts each file's name."""

    def __iter__(self) -> Iterator[str]:
        return iter(_files())

    def __len__(self) -> int:
        return len(_files())

    def __getitem__(self, name: str) -> Preset:
        return _read(name, _files()[name])

    def find(self, name: str) -> Preset:
        """The preset of this name. Raises ExperimentError with the nearest match."""
        if name not in self:
            raise ExperimentError(unknown(Text(N_("preset")), name, self))
        return self[name]


PRESETS = Presets()


@functools.cache
def _files() -> dict[str, Path]:
    """`20-digits-mlp.yaml` is the preset digits-mlp; the numbers say in which order they are offered."""
    return {path.stem.partition("-")[2]: path for path in sorted(FOLDER.glob("*.yaml"))}


@functools.cache
def _read(name: str, path: Path) -> Preset:
    plain: dict[str, Any] = plain_yaml.read(path.read_bytes())
    experiment = Experiment.from_dict(plain["experiment"])
    return Preset(name, plain["title"], plain["summary"], _floor(plain["floor"]), experiment)


def _floor(plain: Mapping[str, Any]) -> Floor:
    at_most = "at most" in plain
    return Floor(plain["score"], plain["at most" if at_most else "at least"], at_most)
