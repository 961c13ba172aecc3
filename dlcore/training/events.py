"""What happens in a run, as frozen values of plain numbers: the same on screen, in the database and in `--json`.

Losses that are not finite are None in JSON, never NaN. Confusion matrices count rows by their true class and
columns by the predicted one.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from dlcore.i18n import Text
from dlcore.training.scores import Scores as Scores  # part of what events tell


@dataclass(frozen=True)
class Event:
    """Something that happened in a run."""

    KINDS: ClassVar[dict[str, type[Event]]] = {}

    def __init_subclass__(cls) -> None:
        Event.KINDS[cls.__name__] = cls

    def to_json(self) -> dict[str, Any]:
        """`{"event": "EpochEnded", ...}` in plain JSON: unset scores are left out, what is not finite is None."""
        return {"event": type(self).__name__, **_plain(self)}


@dataclass(frozen=True)
class Downloading(Event):
    """The data are on their way to this machine: told before `RunStarted`, where they were not here."""

    done: int  # bytes that are here
    total: int


@dataclass(frozen=True)
class RunStarted(Event):
    """The network is built and the data is ready; nothing has been learned yet."""

    device: str  # cpu, cuda, mps
    device_name: str  # "NVIDIA H200", or the processor's name
    parameters: int
    examples: dict[str, int]  # rows in train, validation, test
    batches: int  # an epoch
    epochs: int
    versions: dict[str, str]  # python, torch, dlcore, …
    threads: int  # torch's


@dataclass(frozen=True)
class BatchesEnded(Event):
    """Training losses of batches since the last such event. `steps` are 1-based, counted through the whole run."""

    epoch: int  # 1-based: the epoch these batches belong to
    steps: tuple[int, ...]
    losses: tuple[float, ...]  # as seen while training: dropout on, before the step


@dataclass(frozen=True)
class EpochEnded(Event):
    """An epoch is over and both parts were measured. Epoch 0 is before the first batch."""

    epoch: int
    train: Scores
    validation: Scores | None  # None where the validation part is empty
    learning_rate: float  # of the epoch's last batch
    gradient_norm: float | None  # L2 norm over all parameters, at the epoch's last batch; None at epoch 0
    seconds: float  # training steps and scores of this epoch
    samples_per_second: float  # of the training steps alone; 0 at epoch 0


@dataclass(frozen=True)
class Recorded(Event):
    """A frame of the run's film was kept: what the probes saw after an epoch, and perhaps the weights.

    `file` names the file of the run in which it lies; `parts` says where in it, [first byte, bytes] by the probe's
    name; `numbers` are those that are drawn over the epochs (`gradients.1.norm`), None where not finite.
    """

    epoch: int
    file: str
    parts: dict[str, list[int]]
    numbers: dict[str, float | None]


@dataclass(frozen=True)
class FilmEnded(Event):
    """Nothing more is recorded of this run, though training goes on: `reason` says why. `epoch`: the last recorded."""

    epoch: int
    reason: Text


@dataclass(frozen=True)
class Probed(Event):
    """A look inside, as runs before there were films told it: `what` names it, `values` is its plain data."""

    epoch: int
    what: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Changed(Event):
    """Settings were changed while it trained: from the batch after `step` on; the batch size from the next epoch on."""

    epoch: int  # 1-based: in which it happened
    step: int  # batches done before it, through the whole run
    set: dict[str, Any]  # the new values, by the names of `dlcore.experiment.changes`
    batches: int  # an epoch, from the next one on
    at: float  # epochs done, 2.5 in the middle of the third


@dataclass(frozen=True)
class Diverged(Event):
    """The loss is no longer finite. The weights kept are those at the end of epoch `kept_epoch`."""

    epoch: int  # 1-based: in which it happened
    step: int
    kept_epoch: int
    reason: Text


@dataclass(frozen=True)
class RunFinished(Event):
    """The last event of a run that ended by itself or was stopped.

    `reason`: finished; early, when patience was exhausted; stopped by a person; or diverged.
    """

    reason: str
    epochs: int  # completed
    best_epoch: int  # lowest validation loss (training loss without a validation part); the earlier where equal
    best: Scores  # of the validation part at the best epoch (training part where there is no validation)
    last: Scores
    seconds: float


@dataclass(frozen=True)
class RunFailed(Event):
    """The run ended because something broke; the sentence says what."""

    error: Text


def from_json(stored: Mapping[str, Any]) -> Event:
    """The event that `Event.to_json` wrote."""
    kind = stored["event"]
    values = {key: value for key, value in stored.items() if key != "event"}
    for name, read in _readers(kind).items():
        if values.get(name) is not None:
            values[name] = read(values[name])
    return Event.KINDS[kind](**values)


@functools.cache
def _readers(kind: str) -> dict[str, Callable[[Any], Any]]:
    """What makes of plain JSON what a field of this kind of event holds, where that is something else."""
    found: dict[str, Callable[[Any], Any]] = {}
    for each in dataclasses.fields(Event.KINDS[kind]):
        if each.type in ("Scores", "Scores | None"):
            found[each.name] = scores_from_json
        elif each.type == "Text":
            found[each.name] = Text.from_json
        elif str(each.type).startswith("tuple"):
            found[each.name] = _numbers
    return found


def _numbers(stored: list[Any]) -> tuple[Any, ...]:
    return tuple(math.nan if item is None else item for item in stored)


def scores_from_json(stored: Mapping[str, Any]) -> Scores:
    """Scores as `to_json` wrote them; a loss of None was not finite."""
    values = dict(stored)
    if values.get("loss") is None:
        values["loss"] = math.nan
    if values.get("confusion") is not None:
        values["confusion"] = tuple(map(tuple, values["confusion"]))
    return Scores(**values)


def scores_to_json(scores: Scores) -> dict[str, Any]:
    """Plain JSON, as `scores_from_json` reads it: what is not measured is left out, what is not finite is None."""
    found = {name: getattr(scores, name) for name in SCORES}
    plain = {name: _plain(value) for name, value in found.items() if value is not None and name != "confusion"}
    matrix = found["confusion"]  # of as many numbers as all else a run tells: whole ones, which are plain already
    return {"loss": None, **plain} | ({} if matrix is None else {"confusion": [list(row) for row in matrix]})


SCORES = tuple(each.name for each in dataclasses.fields(Scores))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, int | str):
        return value
    if isinstance(value, Text):
        return value.to_json()
    if isinstance(value, Scores):
        return scores_to_json(value)
    if dataclasses.is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
