"""`Experiment`: everything that decides a training run, as one frozen value, to and from YAML.

    dataset:
      name: digits
      split: {method: holdout, test: 0.2, validation: 0.1}
      scale: standard
    network:
      - {layer: Flatten}
      - {layer: Linear, out_features: 64}
      - {layer: ReLU}
      - {layer: Output}
    training:
      loss: CrossEntropyLoss
      optimizer: {name: Adam, lr: 0.001}
      batch_size: 32
      epochs: 20
    seed: 0

What is wrong in it is said at once, in one sentence that names the field, what is allowed and what came.
Whether the layers fit one another is asked later, of `dlcore.network`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, SerializeAsAny, model_validator

from dlcore.declaration import Declaration, join, parse_declared, parse_many, setting, shown
from dlcore.errors import ExperimentError, unknown
from dlcore.i18n import N_, Text
from dlcore.registry import AUGMENTATIONS, BROUGHT, DATASETS, LAYERS, LOSSES, OPTIMIZERS, SCHEDULES

MAX_YAML_BYTES = 1_000_000
MAX_LAYERS = 500
MOST_AUGMENTATIONS = 10
MAX_DEPTH = 60  # of lists and mappings in each other: blocks within blocks, about twenty deep


class Split(Declaration):
    """How the rows are divided into a training, a validation and a test part.

    Stratified where the task is classification: every part holds the classes in the same proportions.
    """

    method: Literal["holdout", "group", "time"] = setting(
        "holdout", help=N_("How rows are divided: hold some out, once.")
    )
    test: float = setting(0.2, ge=0, le=0.9, help=N_("Share of all rows sealed away until the very end."))
    validation: float = setting(
        0.1, ge=0, le=0.9, help=N_("Share of all rows that judge the network after each epoch.")
    )

    @model_validator(mode="after")
    def _leave_rows_to_learn_from(self) -> Self:
        if round(self.test + self.validation, 9) > 0.95:  # 0.9 + 0.05 is a little more than 0.95
            raise ExperimentError(
                Text(
                    N_(
                        "and split.test together must be at most 0.95, so that rows are left to learn from, "
                        "but {received} came"
                    ),
                    received=f"{self.test + self.validation:g}",
                ),
                "validation",
            )
        return self


class KFold(Declaration):
    """The rows that are not sealed away are divided into k folds; each of them judges once, in k runs.

    One experiment is one of these runs: the fold that judges it is its validation part, all others are learned from.
    """

    method: Literal["kfold", "group-kfold"] = setting(
        "kfold", help=N_("How rows are divided: into folds that take turns at judging.")
    )
    folds: int = setting(5, ge=2, le=20, main=True, help=N_("k: into how many folds the rows are divided."))
    fold: int = setting(1, ge=1, le=20, help=N_("Which of the folds judges in this run."))
    shuffle: bool = setting(True, help=N_("Whether rows are shuffled first; without it, neighbours share a fold."))
    stratify: bool = setting(
        True,
        advanced=True,
        help=N_("Whether every fold holds the classes in the same proportions, where there are any."),
    )
    test: float = setting(0.2, ge=0, le=0.9, help=N_("Share of all rows sealed away until the very end."))

    @property
    def validation(self) -> float:
        """Share of all rows that judge a run."""
        return (1 - self.test) / self.folds

    @model_validator(mode="after")
    def _judge_with_a_fold_that_is_there(self) -> Self:
        if self.fold > self.folds:
            raise ExperimentError(
                Text(N_("must be at most folds, {folds}, but {received} came"), folds=self.folds, received=self.fold),
                "fold",
            )
        return self


class GroupSplit(Split):
    """Held out by groups: rows that share a value of a column (a patient, a place) all stand in the same part.

    So the network is judged on groups it never met. The shares are of the groups, not of the rows.
    """

    method: Literal["group"] = setting("group", help=N_("How rows are divided: whole groups are held out."))
    column: str = setting(help=N_("The column whose values name the groups."))


class TimeSplit(Split):
    """Held out by time: the latest rows are the test part, those before them judge, all earlier ones teach.

    So the network is judged on what was still to come when it learned. Rows of the same time stay together.
    """

    method: Literal["time"] = setting("time", help=N_("How rows are divided: the latest are held out."))
    column: str = setting(help=N_("The column that says when: dates, or numbers that grow."))


class GroupKFold(KFold):
    """Folds of whole groups: rows that share a value of a column all judge together."""

    method: Literal["group-kfold"] = setting(
        "group-kfold", help=N_("How rows are divided: into folds of whole groups that take turns at judging.")
    )
    column: str = setting(help=N_("The column whose values name the groups."))


AnySplit = Split | KFold | GroupSplit | TimeSplit | GroupKFold
SPLITS: dict[str, type[AnySplit]] = {
    "holdout": Split,
    "kfold": KFold,
    "group": GroupSplit,
    "time": TimeSplit,
    "group-kfold": GroupKFold,
}


def _parse_split(given: Mapping[str, Any]) -> AnySplit:
    method = given.get("method", "holdout")
    if not isinstance(method, str) or method not in SPLITS:
        raise ExperimentError(unknown(Text(N_("method")), method, SPLITS), "split.method")
    return SPLITS[method].parse(given, "split")


class DatasetChoice(Declaration):
    """Which data set, with its own settings, and how it is divided and scaled before training."""

    source: SerializeAsAny[Declaration]
    split: AnySplit = Split()
    scale: Literal["standard", "minmax", "none"] = setting(
        "standard", help=N_("How each input column is rescaled, with numbers learned from the training part alone.")
    )
    scale_target: Literal["standard", "none"] = setting(
        "standard",
        advanced=True,
        help=N_(
            "Whether a regression target is standardized, so that an MSE of 1 is what always guessing the mean gets."
        ),
    )
    limit: int | None = setting(None, ge=1, help=N_("Train on the first n rows only, after shuffling; empty for all."))

    @model_validator(mode="before")
    @classmethod
    def _gather_the_source(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or "source" in given:
            return given
        own = {key: value for key, value in given.items() if key in cls.model_fields}
        knobs = {key: value for key, value in given.items() if key not in cls.model_fields}
        kind, colon, argument = str(knobs.get("name", "")).partition(":")
        if colon and kind in BROUGHT:  # upload:<id>
            source = parse_declared(BROUGHT, "name", knobs | {"name": kind, "where": argument})
        else:
            source = parse_declared(DATASETS, "name", knobs)
        if isinstance(own.get("split"), Mapping):
            own["split"] = _parse_split(own["split"])
        return {**own, "source": source}

    def to_dict(self) -> dict[str, Any]:
        common = {name: getattr(self, name) for name in ("scale", "scale_target", "limit")}
        split = {name: getattr(self.split, name) for name in type(self.split).model_fields}
        return {**self.source.to_dict(), "split": split, **common}


class Training(Declaration):
    """How the network learns: loss, optimizer, schedule, batches, epochs, device."""

    loss: SerializeAsAny[Declaration]
    optimizer: SerializeAsAny[Declaration]
    schedule: SerializeAsAny[Declaration] | None = None  # of the learning rate; None leaves it as it is
    augmentation: tuple[SerializeAsAny[Declaration], ...] = ()  # of pictures, in this order
    batch_size: int = setting(32, ge=1, le=65_536, help=N_("How many examples the network sees before each step."))
    epochs: int = setting(20, ge=1, le=100_000, help=N_("How many times the network sees the whole training part."))
    device: Literal["auto", "cpu", "cuda", "mps"] = setting(
        "auto", help=N_("Where the arithmetic runs; auto takes a GPU where there is one.")
    )

    initialization: Literal[
        "default", "xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal", "zeros"
    ] = setting(
        "default",
        advanced=True,
        help=N_("How the first weights of linear and convolution layers are drawn; zeros shows why they must differ."),
    )
    clip_norm: float | None = setting(
        None,
        gt=0,
        le=1e6,
        advanced=True,
        help=N_("Shorten a gradient longer than this to this length; empty: never."),
    )
    patience: int | None = setting(
        None,
        ge=1,
        le=100_000,
        advanced=True,
        help=N_("Stop when the loss that judges has not improved for so many epochs; empty: train to the end."),
    )
    min_delta: float = setting(
        0.0, ge=0, le=1e6, advanced=True, help=N_("By how much the loss must fall to count as improved, for patience.")
    )
    precision: Literal["float32", "mixed"] = setting(
        "float32",
        advanced=True,
        help=N_("Mixed computes products on a GPU with half the digits: faster; the CPU keeps all of them."),
    )

    @model_validator(mode="before")
    @classmethod
    def _look_up_names(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        found = dict(given)
        if "loss" in found:
            found["loss"] = parse_declared(LOSSES, "name", found["loss"], "loss")
        if "optimizer" in found:
            found["optimizer"] = parse_declared(OPTIMIZERS, "name", found["optimizer"], "optimizer")
        if found.get("schedule") is not None:
            found["schedule"] = parse_declared(SCHEDULES, "name", found["schedule"], "schedule")
        if "augmentation" in found:
            given = found["augmentation"]
            found["augmentation"] = parse_many(AUGMENTATIONS, "name", given, MOST_AUGMENTATIONS, "augmentation")
        return found

    def to_dict(self) -> dict[str, Any]:
        """Plain data; what is seldom set stands there only where it was."""
        always = {name: getattr(self, name) for name in ("batch_size", "epochs", "device")}
        loss = self.loss.to_dict()
        seldom = {
            name: getattr(self, name)
            for name, each in self.settings().items()
            if each.advanced and getattr(self, name) != each.default
        }
        return {
            "loss": loss["name"] if len(loss) == 1 else loss,
            "optimizer": self.optimizer.to_dict(),
            **({} if self.schedule is None else {"schedule": self.schedule.to_dict()}),
            **({"augmentation": [each.to_dict() for each in self.augmentation]} if self.augmentation else {}),
            **always,
            **seldom,
        }


class Start(Declaration):
    """Weights that training begins with in place of drawn ones: of a run, or from a file; kept by their fingerprint.

    Equal fingerprints are equal weights: whatever becomes of the run they are from, this one can be trained again.
    """

    weights: str = setting(help=N_("SHA-256 of the weights file, as it is kept in the home of the app."))
    origin: str = setting("", help=N_("Where the weights are from, for people to read."))

    @model_validator(mode="after")
    def _be_a_fingerprint(self) -> Self:
        if not re.fullmatch(r"[0-9a-f]{64}", self.weights):
            raise ExperimentError(Text(N_("must be a SHA-256: 64 digits from 0 to f")), "weights")
        if len(self.origin) > 200 or not self.origin.isprintable():
            raise ExperimentError(Text(N_("must be one line of at most 200 characters")), "origin")
        return self

    def to_dict(self) -> dict[str, Any]:
        return self.model_dump()


class Experiment(BaseModel):
    """Data, network, training and seed: the whole of what decides a run. Equal experiments give equal runs."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    dataset: DatasetChoice
    network: tuple[SerializeAsAny[Declaration], ...]
    training: Training
    seed: int = 0
    start: Start | None = None  # None: the first weights are drawn from the seed

    @classmethod
    def from_dict(cls, given: Any) -> Experiment:
        """An experiment from plain data. Raises ExperimentError with the first thing that is wrong."""
        if not isinstance(given, Mapping):
            raise ExperimentError(
                Text(
                    N_("An experiment is a mapping with dataset, network and training, but {received} came."),
                    received=shown(given),
                )
            )
        for key in given:
            if key not in cls.model_fields:
                raise ExperimentError(unknown(Text(N_("setting")), key, cls.model_fields), str(key))
        for key in ("dataset", "network", "training"):
            if key not in given:
                raise ExperimentError(Text(N_("is missing")), key)
        return cls(
            dataset=_section(DatasetChoice, given["dataset"], "dataset"),
            network=parse_layers(given["network"], "network"),
            training=_section(Training, given["training"], "training"),
            seed=_Seed.parse({"seed": given.get("seed", 0)}).seed,
            start=None if given.get("start") is None else _section(Start, given["start"], "start"),
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain data that `from_dict` turns into an equal experiment."""
        return {
            "dataset": self.dataset.to_dict(),
            "network": [layer.to_dict() for layer in self.network],
            "training": self.training.to_dict(),
            "seed": self.seed,
            **({} if self.start is None else {"start": self.start.to_dict()}),
        }

    @classmethod
    def from_yaml(cls, path: str | Path) -> Experiment:
        """Read an experiment file. Raises ExperimentError, also for what is no YAML."""
        try:
            with Path(path).open("rb") as file:
                raw = file.read(MAX_YAML_BYTES + 1)
        except OSError as error:
            raise ExperimentError(
                Text(N_("{file}: cannot be read ({reason})."), file=str(path), reason=error.strerror or str(error))
            ) from None
        return cls.from_yaml_text(raw)

    @classmethod
    def from_yaml_text(cls, raw: str | bytes) -> Experiment:
        """An experiment from the text of a file: plain YAML, at most 1 MB, no tags, anchors or aliases."""
        if len(raw) > MAX_YAML_BYTES:
            raise ExperimentError(
                Text(N_("An experiment file may have at most {limit} bytes."), limit=f"{MAX_YAML_BYTES:,}")
            )
        try:
            return cls.from_dict(yaml.load(raw, Loader=_PlainLoader))
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
            raise ExperimentError(Text(N_("This is not plain YAML: {reason}."), reason=_reason(error))) from None

    def to_yaml(self) -> str:
        """The experiment file, with a line for each layer."""
        return yaml.dump(self.to_dict(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


class _Seed(Declaration):
    seed: int = setting(
        0, ge=0, le=2**31 - 10, help=N_("Where all randomness starts; the same seed gives the same run.")
    )


SEED = _Seed.settings()["seed"]


def _section(declared: type[Declaration], given: Any, field: str) -> Any:
    if isinstance(given, declared):
        return given
    if not isinstance(given, Mapping):
        raise ExperimentError(Text(N_("must be names with values, but {received} came"), received=shown(given)), field)
    return declared.parse(given, field)


def parse_layers(given: Any, field: str) -> tuple[Declaration, ...]:
    """Layers from a list of plain mappings; `field` is where the list stands, for the message."""
    if not isinstance(given, list | tuple):
        raise ExperimentError(Text(N_("must be a list of layers, but {received} came"), received=shown(given)), field)
    _check_extent(given, field)
    return tuple(parse_declared(LAYERS, "layer", each, join(field, str(n))) for n, each in enumerate(given))


def parse_stacks(given: Any, field: str) -> tuple[tuple[Declaration, ...], ...]:
    """Stacks of layers side by side, from a list of lists."""
    if not isinstance(given, list | tuple):
        raise ExperimentError(
            Text(N_("must be a list of lists of layers, but {received} came"), received=shown(given)), field
        )
    return tuple(parse_layers(each, join(field, str(n))) for n, each in enumerate(given))


def _check_extent(given: Any, field: str) -> None:
    """Refuse too many layers and blocks in blocks in blocks, before anything follows them inwards."""
    count, depth, level = 0, 0, [given]
    while level:
        inside = [value for each in level for value in (each.values() if isinstance(each, Mapping) else each)]
        count += sum(isinstance(each, Mapping) for each in level)
        depth += 1
        level = [value for value in inside if isinstance(value, list | tuple | Mapping)]
        if depth > MAX_DEPTH:
            raise ExperimentError(Text(N_("holds blocks inside blocks too deep to follow")), field)
    count = max(count, len(given))
    if count > MAX_LAYERS:
        raise ExperimentError(
            Text(N_("must be at most {limit} layers, but {received} came"), limit=MAX_LAYERS, received=count), field
        )


class _PlainLoader(yaml.SafeLoader):
    """YAML's plain data only; no aliases (a few lines of them can stand for gigabytes); 1e-3 is a number."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "aliases are not allowed", event.start_mark)
        return super().compose_node(parent, index)


_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$"),
    list("-+.0123456789"),
)


class _Dumper(yaml.SafeDumper):
    """Layers, splits and optimizers on a line each."""


def _short_mappings_on_one_line(dumper: yaml.SafeDumper, mapping: dict[str, Any]) -> yaml.Node:
    plain = all(not isinstance(value, dict | list) for value in mapping.values())
    named = "layer" in mapping or "method" in mapping or ("name" in mapping and "split" not in mapping)
    return dumper.represent_mapping("tag:yaml.org,2002:map", mapping.items(), flow_style=plain and named)


_Dumper.add_representer(dict, _short_mappings_on_one_line)


def _reason(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or type(error).__name__
    return f"{problem}, line {mark.line + 1}, column {mark.column + 1}" if mark else str(problem)
