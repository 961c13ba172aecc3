"""Starting points: experiments that train well as they are, one YAML file each, opened with one click.

title: …           what it is called
summary: …         one sentence for the learner: what happens
teaches: …         one sentence for the learner: what is to be learned from it
group: plane       where the gallery shows it: a name of `GROUPS`
floor: {score: accuracy, at least: 0.95}      what its best epoch reaches on the validation part (or `at most`, for a
                                              loss); a test trains it
duration: seconds  how long it trains: a name of `DURATIONS`, written by `python -m tools.preset_durations`
experiment: {dataset: …, network: …, training: …}

Its picture is drawn of its data by `python -m tools.thumbnails`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlcore.data.catalog.image_benchmarks import Downloaded
from dlcore.declaration import join, missing, shown
from dlcore.errors import ExperimentError, unknown
from dlcore.experiment import DatasetChoice, Experiment, plain_yaml
from dlcore.i18n import N_, Text

FOLDER = Path(__file__).parent

# In the order of the gallery.
GROUPS = {
    "tables": N_("Tables"),
    "plane": N_("The plane"),
    "images": N_("Images"),
    "text": N_("Text"),
    "time": N_("Time and video"),
    "classics": N_("Classics of the course"),
}

# On one core, the longest last.
DURATIONS = {
    "seconds": N_("a few seconds"),
    "minute": N_("about a minute"),
    "minutes": N_("some minutes"),
}

FIELDS = ("title", "summary", "teaches", "group", "floor", "duration", "experiment")


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
    """A starting point. `title`, `summary` and `teaches` are msgids."""

    name: str
    title: str
    summary: str
    teaches: str
    group: str  # a name of `GROUPS`
    floor: Floor
    duration: str  # a name of `DURATIONS`
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

    def __contains__(self, name: object) -> bool:
        return name in _files()

    def __getitem__(self, name: str) -> Preset:
        return _read(name, _files()[name])

    def find(self, name: str) -> Preset:
        """The preset of this name. Raises ExperimentError with the nearest match."""
        return _read(name, self.path(name))

    def path(self, name: str) -> Path:
        """The file of the preset of this name. Raises ExperimentError with the nearest match."""
        if name not in self:
            raise ExperimentError(unknown(Text(N_("preset")), name, self))
        return _files()[name]


PRESETS = Presets()


@functools.cache
def _files() -> dict[str, Path]:
    """`20-digits-mlp.yaml` is the preset digits-mlp; the numbers say in which order they are offered."""
    return {path.stem.partition("-")[2]: path for path in sorted(FOLDER.glob("*.yaml"))}


@functools.cache
def _read(name: str, path: Path) -> Preset:
    return parse(name, plain_yaml.read(path.read_bytes()))


def parse(name: str, plain: Mapping[str, Any]) -> Preset:
    """A starting point from the plain data of its file.

    Raises ExperimentError, which names the field, what may stand there and what came.
    """
    for key in plain:
        if key not in FIELDS:
            raise ExperimentError(unknown(Text(N_("field of a starting point")), key, FIELDS), join(name, str(key)))
    fields = _Fields(name, plain)
    return Preset(
        name=name,
        title=fields.sentence("title"),
        summary=fields.sentence("summary"),
        teaches=fields.sentence("teaches"),
        group=fields.one_of("group", GROUPS),
        floor=fields.floor(),
        duration=fields.one_of("duration", DURATIONS),
        experiment=Experiment.from_dict(plain.get("experiment")),
    )


@dataclass(frozen=True)
class _Fields:
    """The plain data of a file, field by field; each raises ExperimentError."""

    name: str
    plain: Mapping[str, Any]

    def sentence(self, key: str) -> str:
        value = self._there(key, Text(N_("a text")))
        if not isinstance(value, str):
            raise self._refused(key, Text(N_("a text")), value)
        return value

    def one_of(self, key: str, names: Mapping[str, str]) -> str:
        allowed = Text(N_("one of {choices}"), choices=", ".join(names))
        value = self._there(key, allowed)
        if not isinstance(value, str) or value not in names:
            raise self._refused(key, allowed, value)
        return value

    def floor(self) -> Floor:
        allowed = Text(N_("a score and what it reaches, as in {example}"), example="{score: accuracy, at least: 0.95}")
        value = self._there("floor", allowed)
        match value:
            case {"score": str(score), "at least": int() | float() as bound, **others} if not others:
                return Floor(score, bound)
            case {"score": str(score), "at most": int() | float() as bound, **others} if not others:
                return Floor(score, bound, at_most=True)
        raise self._refused("floor", allowed, value)

    def _there(self, key: str, allowed: Text) -> Any:
        value = self.plain.get(key)
        if value is None or value == "":
            raise ExperimentError(missing(allowed), join(self.name, key))
        return value

    def _refused(self, key: str, allowed: Text, value: object) -> ExperimentError:
        text = Text(N_("must be {allowed}, but {received} came"), allowed=allowed, received=shown(value))
        return ExperimentError(text, join(self.name, key))
