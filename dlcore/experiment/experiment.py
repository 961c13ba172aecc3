"""The experiment and its parts: data set, network, training, first weights, seed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, SerializeAsAny, model_validator

from dlcore.declaration import Declaration, missing, one_of, parse_declared, parse_many, setting, shown
from dlcore.errors import SHOWN, DataError, DlcoreError, ExperimentError, unknown
from dlcore.experiment import plain_yaml
from dlcore.experiment.changes import Change, Knob, changed, knobs, parse_changes, turned
from dlcore.experiment.splits import AnySplit, PredefinedSplit, Split, parse_split
from dlcore.experiment.stacks import parse_layers
from dlcore.i18n import N_, Text
from dlcore.registry import AUGMENTATIONS, DATASETS, LOSSES, OPTIMIZERS, SCHEDULES, USER_DATASETS

MOST_AUGMENTATIONS = 10


class DatasetChoice(Declaration):
    """Which data set, with its own settings, and how it is divided and scaled before training."""

    source: SerializeAsAny[Declaration]
    split: AnySplit = setting(
        Split(),
        help=N_("How the rows are divided into parts that teach, judge, and stay sealed."),
        example="{method: holdout, test: 0.2, validation: 0.1}",
    )
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
    label_noise: float = setting(
        0.0,
        ge=0,
        le=0.4,
        advanced=True,
        help=N_("Share of the training labels that chance replaces by wrong ones; those that judge stay right."),
    )

    @model_validator(mode="before")
    @classmethod
    def _gather_the_source(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or "source" in given:
            return given
        own = {key: value for key, value in given.items() if key in cls.model_fields}
        knobs = {key: value for key, value in given.items() if key not in cls.model_fields}
        if "name" not in knobs:
            raise ExperimentError(missing(one_of(DATASETS)), "name")
        kind, colon, argument = str(knobs["name"]).partition(":")
        if colon and kind in USER_DATASETS:  # upload:<id>
            source = parse_declared(USER_DATASETS, "name", knobs | {"name": kind, "where": argument})
        else:
            source = parse_declared(DATASETS, "name", knobs)
        if isinstance(own.get("split"), Mapping):
            own["split"] = parse_split(own["split"])
        elif "split" not in own:
            own["split"] = usual_split(source)
        return {**own, "source": source}

    def to_dict(self) -> dict[str, Any]:
        common = {name: getattr(self, name) for name in ("scale", "scale_target", "limit")}
        split = {name: getattr(self.split, name) for name in type(self.split).model_fields}
        noise = {"label_noise": self.label_noise} if self.label_noise else {}
        return {**self.source.to_dict(), "split": split, **common, **noise}


REMOVED = "removed"  # stands before the name of a data set that is not there any more


def _of_today(dataset: Mapping[str, Any]) -> Mapping[str, Any]:
    """The stored choice of a data set, under `removed:` where that cannot be read, and no longer where it came back."""
    name = str(dataset["name"]).removeprefix(f"{REMOVED}:")
    if ":" in name:
        return dataset
    if name in DATASETS and _can_be_read(DATASETS[name]):
        return {**dataset, "name": name}
    known = {*USER_DATASETS[REMOVED].model_fields, *DatasetChoice.model_fields}
    return {"name": f"{REMOVED}:{name}", **{key: value for key, value in dataset.items() if key in known}}


def _can_be_read(declared: type[Declaration]) -> bool:
    try:
        declared().check_rows()  # type: ignore[attr-defined]
    except DataError:
        return False
    return True


def usual_split(source: Declaration) -> AnySplit:
    """How rows are divided where nobody said how: as the data set suggests, or as they came; else some are held out."""
    suggested = source.usual_split()  # type: ignore[attr-defined]
    if suggested is not None:
        return parse_split(suggested)
    try:
        came = source.part_sizes()  # type: ignore[attr-defined]
    except DataError:  # what is wrong with the data is said where they are read
        came = None
    return Split() if came is None else PredefinedSplit()


class Training(Declaration):
    """How the network learns: loss, optimizer, schedule, batches, epochs, device."""

    loss: SerializeAsAny[Declaration] | None = setting(
        None, help=N_("What the network is asked to make small; empty for the task's usual one."), registry=LOSSES
    )
    optimizer: SerializeAsAny[Declaration] = setting(
        help=N_("How each step is found from the gradients."), registry=OPTIMIZERS
    )
    schedule: SerializeAsAny[Declaration] | None = None  # of the learning rate; None leaves it as it is
    augmentation: tuple[SerializeAsAny[Declaration], ...] = ()  # of pictures, in this order
    changes: tuple[Change, ...] = ()  # made while it trained
    batch_size: int = setting(
        32, ge=1, le=65_536, hot=True, help=N_("How many examples the network sees before each step.")
    )
    epochs: int = setting(
        20, ge=1, le=100_000, hot=True, help=N_("How many times the network sees the whole training part.")
    )
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
        if found.get("loss") is not None:
            found["loss"] = parse_declared(LOSSES, "name", found["loss"], "loss")
        if "optimizer" in found:
            found["optimizer"] = parse_declared(OPTIMIZERS, "name", found["optimizer"], "optimizer")
        if found.get("schedule") is not None:
            found["schedule"] = parse_declared(SCHEDULES, "name", found["schedule"], "schedule")
        if "augmentation" in found:
            given = found["augmentation"]
            found["augmentation"] = parse_many(AUGMENTATIONS, "name", given, MOST_AUGMENTATIONS, "augmentation")
        if "changes" in found:
            found["changes"] = parse_changes(found["changes"])
        return found

    def to_dict(self) -> dict[str, Any]:
        """Plain data; what is seldom set stands there only where it was."""
        always = {name: getattr(self, name) for name in ("batch_size", "epochs", "device")}
        loss = {} if self.loss is None else self.loss.to_dict()
        seldom = {
            name: getattr(self, name)
            for name, each in self.settings().items()
            if each.advanced and getattr(self, name) != each.default
        }
        return {
            **({"loss": loss["name"] if len(loss) == 1 else loss} if loss else {}),
            "optimizer": self.optimizer.to_dict(),
            **({} if self.schedule is None else {"schedule": self.schedule.to_dict()}),
            **({"augmentation": [each.to_dict() for each in self.augmentation]} if self.augmentation else {}),
            **always,
            **seldom,
            **({"changes": [each.to_dict() for each in self.changes]} if self.changes else {}),
        }


class Start(Declaration):
    """Weights that training begins with in place of drawn ones: of a run, or from a file; kept by their fingerprint.

    Equal fingerprints are equal weights: whatever becomes of the run they are from, this one can be trained again.
    """

    weights: str = setting(help=N_("SHA-256 of the weights file, as it is kept in the home of the app."))
    origin: str = setting("", help=N_("Where the weights are from, for people to read."))
    run: str | None = setting(None, help=N_("The run whose weights they were, on this installation."))
    epoch: int | None = setting(None, ge=0, help=N_("The epoch of that run."))

    @model_validator(mode="after")
    def _be_a_fingerprint(self) -> Self:
        if not re.fullmatch(r"[0-9a-f]{64}", self.weights):
            raise ExperimentError(Text(N_("must be a SHA-256: 64 digits from 0 to f")), "weights")
        if len(self.origin) > 200 or not self.origin.isprintable():
            raise ExperimentError(Text(N_("must be one line of at most 200 characters")), "origin")
        if self.run is not None and not re.fullmatch(r"[0-9a-f]{16,32}", self.run):
            raise ExperimentError(Text(N_("must be the id of a run: 16 digits from 0 to f")), "run")
        return self

    def to_dict(self) -> dict[str, Any]:
        return self.model_dump(exclude_none=True)


MOST_SEED = 2**31 - 10


class Seeds(Declaration):
    """Seeds of their own for parts of chance, beside `seed`: a part that is left out follows that.

    To change one of them changes nothing of the others: so chance can be taken apart.
    """

    split: int | None = setting(
        None,
        ge=0,
        le=MOST_SEED,
        help=N_("Which rows a formula makes, which teach and judge, and whose label is wrong."),
    )
    weights: int | None = setting(None, ge=0, le=MOST_SEED, help=N_("The first weights."))
    order: int | None = setting(
        None, ge=0, le=MOST_SEED, help=N_("The order of the batches, what dropout drops, and how pictures are changed.")
    )

    def to_dict(self) -> dict[str, Any]:
        return self.model_dump(exclude_none=True)


SEED_PARTS = tuple(Seeds.model_fields)  # split, weights, order

# What stands in an experiment, each with an example; all but the last two must.
SECTIONS = {
    "dataset": Text(N_("names with values, as in {example}"), example="{name: digits}"),
    "network": Text(N_("a list of layers, as in {example}"), example="[{layer: Flatten}, {layer: Output}]"),
    "training": Text(N_("names with values, as in {example}"), example="{optimizer: {name: Adam, lr: 0.001}}"),
    "seeds": Text(N_("names with values, as in {example}"), example="{split: 3}"),
    "start": Text(N_("names with values, as in {example}"), example="{weights: …}"),
}
OPTIONAL = ("seeds", "start")


class Experiment(BaseModel):
    """Data, network, training and seed: the whole of what decides a run. Equal experiments give equal runs."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    dataset: DatasetChoice
    network: tuple[SerializeAsAny[Declaration], ...]
    training: Training
    seed: int = 0
    seeds: Seeds = Seeds()  # of parts of chance, where they are others
    start: Start | None = None  # None: the first weights are drawn from the seed

    @property
    def loss(self) -> Declaration:
        """What judges the network: the loss that was chosen, else the usual one of the data's task.

        Raises what `about` of the data set raises, where none was chosen and it is not there.
        """
        if self.training.loss is not None:
            return self.training.loss
        return usual_loss(self.dataset.source.about().task)  # type: ignore[attr-defined]

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
                raise ExperimentError(unknown(Text(N_("setting")), key, cls.model_fields, given[key]), str(key)[:SHOWN])
        for key, allowed in SECTIONS.items():
            if key not in given and key not in OPTIONAL:
                raise ExperimentError(missing(allowed), key)
        made = cls(
            dataset=_section(DatasetChoice, given["dataset"], "dataset"),
            network=parse_layers(given["network"], "network"),
            training=_section(Training, given["training"], "training"),
            seed=_Seed.parse({"seed": given.get("seed", 0)}).seed,
            seeds=_section(Seeds, given.get("seeds") or {}, "seeds"),
            start=None if given.get("start") is None else _section(Start, given["start"], "start"),
        )
        if made.training.changes:
            turned(made.knobs, made.training.changes)
        return made

    def seed_of(self, part: str) -> int:
        """The seed of a part of chance: `split`, `weights` or `order`."""
        found: int | None = getattr(self.seeds, part)
        return self.seed if found is None else found

    @property
    def knobs(self) -> dict[str, Knob]:
        """The settings that can be changed while it trains, by name, as they are at its beginning."""
        try:
            loss = self.loss
        except DlcoreError:  # what is wrong with the data is said where they are read
            loss = None
        return knobs(self.training, self.network, loss)

    @property
    def knobs_now(self) -> dict[str, Knob]:
        """The same, as all changes leave them."""
        return turned(self.knobs, self.training.changes)

    def changed(self, step: int, values: Mapping[str, Any]) -> Experiment:
        """The same experiment, in which these settings are changed once so many batches are done.

        Raises ExperimentError for a setting that cannot be changed, a value that is not allowed, or a step before
        that of the last change.
        """
        changed(self.knobs_now, values)
        changes = parse_changes([*self.training.changes, {"step": step, "set": dict(values)}], "training.changes")
        return self.model_copy(update={"training": self.training.model_copy(update={"changes": changes})})

    @classmethod
    def from_stored(cls, plain: Mapping[str, Any]) -> Experiment:
        """An experiment that was kept: as `from_dict`, but its data set may have been taken away meanwhile.

        Then it is still the experiment that it was, of a data set that says so when it is asked for its rows.
        """
        return cls.from_dict({**plain, "dataset": _of_today(plain["dataset"])})

    def to_dict(self) -> dict[str, Any]:
        """Plain data that `from_dict` turns into an equal experiment."""
        return {
            "dataset": self.dataset.to_dict(),
            "network": [layer.to_dict() for layer in self.network],
            "training": self.training.to_dict(),
            "seed": self.seed,
            **({"seeds": seeds} if (seeds := self.seeds.to_dict()) else {}),
            **({} if self.start is None else {"start": self.start.to_dict()}),
        }

    @classmethod
    def from_yaml(cls, path: str | Path) -> Experiment:
        """Read an experiment file; a `file:PATH` in it is relative to its folder.

        Raises ExperimentError, also for what is no YAML.
        """
        try:
            with Path(path).open("rb") as file:
                raw = file.read(plain_yaml.MAX_BYTES + 1)
        except OSError as error:
            raise ExperimentError(
                Text(N_("{file}: cannot be read ({reason})."), file=str(path), reason=error.strerror or str(error))
            ) from None
        return cls.from_yaml_text(raw)._beside(Path(path).absolute().parent)

    def _beside(self, folder: Path) -> Experiment:
        source = self.dataset.source.beside(folder)  # type: ignore[attr-defined]
        if source is self.dataset.source:
            return self
        return self.model_copy(update={"dataset": self.dataset.model_copy(update={"source": source})})

    @classmethod
    def from_yaml_text(cls, raw: str | bytes) -> Experiment:
        """An experiment from the text of a file: plain YAML, at most 1 MB, no tags, anchors or aliases."""
        return cls.from_dict(plain_yaml.read(raw))

    def to_yaml(self) -> str:
        """The experiment file, with a line for each layer."""
        return plain_yaml.write(self.to_dict())


class _Seed(Declaration):
    seed: int = setting(
        0, ge=0, le=MOST_SEED, help=N_("Where all randomness starts; the same seed gives the same run.")
    )


SEED = _Seed.settings()["seed"]


def usual_loss(task: str) -> Declaration:
    """The loss that a task is judged by where none was chosen: the one that says so (`Loss.usual_for`)."""
    usual = next(each for each in LOSSES.values() if task in each.usual_for)  # type: ignore[attr-defined]
    return usual()


def _section(declared: type[Declaration], given: Any, field: str) -> Any:
    if isinstance(given, declared):
        return given
    if not isinstance(given, Mapping):
        must = Text(N_("must be {allowed}, but {received} came"), allowed=SECTIONS[field], received=shown(given))
        raise ExperimentError(must, field)
    return declared.parse(given, field)
