"""What is known of a run, as plain frozen values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Literal

from dlcore.access import WELCOME
from dlcore.i18n import Text
from dlcore.training.events import Event, Scores, scores_from_json

State = Literal["queued", "running", "paused", "finished", "stopped", "failed"]
STATES: tuple[State, ...] = ("queued", "running", "paused", "finished", "stopped", "failed")
ENDED: tuple[State, ...] = ("finished", "stopped", "failed")


@dataclass(frozen=True)
class Status:
    """How a run stands. Times are UTC; `seconds` is time spent training, over all its attempts."""

    id: str
    owner: str
    name: str
    group: str | None  # twins and folds share one
    state: State
    command: str | None  # stop, pause, kill: asked, not yet acted upon
    epoch: int  # completed
    epochs: int  # to do in all
    step: int  # batches done
    steps: int | None  # batches to do in all; None until the data is known
    error_text: Text | None
    note_text: Text | None  # what the learner should know though nothing is wrong
    worker: str | None  # "host:pid" of the process that trains it, or trained it last
    position: int | None  # 1-based place in the queue; None unless queued
    device: str | None  # cpu, cuda, mps
    device_name: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float
    best_epoch: int | None
    best: Scores | None  # of the validation part, or of the training part where there is no validation
    last: Scores | None
    test_opened_at: datetime | None  # when its learner first looked at the test part
    attempt: int  # 0 before a worker took it up
    cursor: int  # number of its newest event: what has not changed, has nothing new
    resumable: bool  # `resume` would continue it
    extendable: bool = False  # it has ended, and `step` would train it further
    in_study: bool = False  # then it is not: what a study has found stays what it was
    resting: bool = False  # its worker waits for what is to be done next
    parent: str | None = None  # the run from whose epoch `parent_epoch` it went on, which may be gone
    parent_epoch: int | None = None
    assignment: str | None = None  # the task of a class for which it was submitted, which may be gone

    @property
    def title(self) -> Text | str:
        """The name as its learner gave it; a welcome run's is said in the reader's language."""
        return Text(self.name) if self.owner == WELCOME else self.name

    @property
    def error(self) -> str | None:
        """What went wrong, one sentence in the current language."""
        return None if self.error_text is None else str(self.error_text)

    @property
    def note(self) -> str | None:
        """What the learner should know though nothing is wrong, one sentence in the current language."""
        return None if self.note_text is None else str(self.note_text)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in ENDED

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; sentences in the current language, times in seconds since 1970."""
        plain: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            plain[each.name.removesuffix("_text")] = _plain(value)
        return plain


@dataclass(frozen=True)
class Finished:
    """A finished run: what it trained, as it was stored, and its scores at its best epoch."""

    id: str
    experiment: dict[str, Any]
    best: Scores


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, Text):
        return str(value)
    if isinstance(value, Scores):
        return {
            each.name: getattr(value, each.name)
            for each in fields(value)
            if each.name != "confusion" and getattr(value, each.name) is not None
        }
    return value


def moment(seconds: float | None) -> datetime | None:
    """A time of the database, in seconds since 1970, as a datetime in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def scores(stored: dict[str, Any] | None) -> Scores | None:
    """Scores of the database; None stays None."""
    return None if stored is None else scores_from_json(stored)


def sentence(stored: dict[str, Any] | None) -> Text | None:
    """A sentence of the database; None stays None."""
    return None if stored is None else Text.from_json(stored)


class EventList(list[Event]):
    """Events of a run in their order; `cursor` is what to pass as `after` to read on from here."""

    def __init__(self, events: Iterable[Event], cursor: int) -> None:
        super().__init__(events)
        self.cursor = cursor


@dataclass(frozen=True)
class Pulse:
    """The little that tells whether there is something new to read of a run."""

    state: State
    command: str | None
    cursor: int


@dataclass(frozen=True)
class Overview:
    """A run as it is drawn, and how it stands: what `History.of_overview` makes curves of.

    `events` are plain JSON in their order: all of them where the run is short. Of a long one they hold only every
    `epoch_stride`-th epoch, the best and the newest, and no batches; these are in `batches`, one of `every` stretches
    of them, of `steps` batches in all.
    """

    status: Status
    events: list[dict[str, Any]]
    cursor: int
    epoch_stride: int = 1
    batches: list[dict[str, Any]] = field(default_factory=list)
    steps: int = 0
    every: int = 1


@dataclass(frozen=True)
class News:
    """What happened in a run since a cursor, and how it stands now: one consistent read for a live view.

    `events` are plain JSON as `Event.to_json` writes them. `more` tells that the page of events was full.
    """

    status: Status
    events: list[dict[str, Any]]
    cursor: int
    more: bool
