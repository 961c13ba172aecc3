"""What browsers that watch a run are sent: everything so far in bounded size, then only what is new.

A message says for each curve how many points from before stay (`keep`) and which follow. So the first message, a
later one, and the one after a curve was thinned are read by the same rule. A message is encoded once, however
many watch.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from dlcore.i18n import LANGUAGES, Text, language
from dlcore.number_format import brief, memory
from dlcore.runs import ENDED, News, Overview, Status
from dlcore.training.arrays import columns, frame
from dlcore.training.events import Downloading, EpochEnded, FilmEnded, Recorded, RunStarted, from_json
from dlcore.training.history import History, judged

MESSAGES_KEPT = 100  # for browsers that come back within some seconds

Json = dict[str, Any]


class Feed:
    """One run as its watchers see it. `take` what the database has new; read `since` a cursor."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self.history = History()
        self.status: Status | None = None
        self.cursor = 0  # of the newest event taken
        self.gone = False  # the run was deleted
        self.number = 0  # of the newest message
        self._recent: deque[tuple[int, int, bytes]] = deque(maxlen=MESSAGES_KEPT)  # number, cursor before, message
        self._pace = _Pace()
        self._logged: tuple[RunStarted | None, int] | None = None  # the start, and how many milestones, that were sent
        self._best: EpochEnded | None = None  # as it was last sent

    def begin(self, overview: Overview) -> None:
        """Take in a whole run so far, before anybody reads this feed."""
        self.history = history_of(overview)
        self.cursor, self.status = overview.cursor, overview.status
        film = list(self.history.film.values())
        self._publish(0, self._changes(0, self.history.newest is not None, film))

    def take(self, news: Iterable[News]) -> None:
        """Take in pages of news in their order, and make the one message that tells them."""
        before = self.cursor
        new_epoch, new_frames = False, list[Recorded]()
        for page in news:
            for stored in page.events:
                event = from_json(stored)
                self.history.add(event)
                new_epoch |= isinstance(event, EpochEnded)
                new_frames += [event] if isinstance(event, Recorded) else []
            self.cursor, self.status = page.cursor, page.status
        self._publish(before, self._changes(before, new_epoch, new_frames))

    def forget(self) -> None:
        """Tell the watchers that the run does not exist any more."""
        self.gone = True
        self._publish(self.cursor, {"run": self.run_id, "cursor": self.cursor, "gone": True})

    @property
    def settled(self) -> bool:
        """Whether nothing more will happen unless somebody asks for it."""
        return self.gone or (self.status is not None and self.status.state in ENDED)

    def since(self, cursor: int) -> tuple[int, list[bytes]]:
        """(number of the newest message, the messages that bring a browser up to date which knows up to `cursor`)."""
        if cursor == self.cursor and cursor:
            return self.number, [encode(self._head())]
        missed = [message for _, before, message in self._recent if before >= cursor] if cursor else []
        if missed and any(before == cursor for _, before, _ in self._recent):
            return self.number, missed
        return self.number, [encode(self._everything())]

    def after(self, number: int) -> tuple[int, list[bytes]]:
        """The same for a browser that was sent the message `number` last."""
        missed = self.number - number
        if 0 <= missed <= len(self._recent):
            newest = islice(reversed(self._recent), missed)
            return self.number, [message for _, _, message in newest][::-1]
        return self.number, [encode(self._everything())]

    def _publish(self, before: int, message: Json) -> None:
        self.number += 1
        self._recent.append((self.number, before, encode(message)))

    def _changes(self, before: int, new_epoch: bool, new_frames: Sequence[Recorded]) -> Json:
        """Only what is new since the last message."""
        history, message = self.history, self._head()
        keep, x, y = history.batches.changes()
        if x:
            message["batches"] = _curve(keep, x, y, history.batches.stride)
        first, epochs = history.epochs.changes()
        if epochs:
            message["epochs"] = epochs_json(first, epochs, history.epochs.stride)
        if new_epoch:
            message |= self._matrices(only_new=before > 0)
        if new_frames:
            message["film"] = film_json(new_frames)
        if before == 0 and history.probes:
            message["probes"] = {what: frame(probe) for what, probe in history.probes.items()}
        logged = (history.started, len(history.milestones))
        if logged != self._logged:
            self._logged, message["log"] = logged, self._log_json()
        return message

    def _everything(self) -> Json:
        """All that is known, in bounded size."""
        history, message = self.history, self._head()
        message["batches"] = _curve(0, history.batches.x, history.batches.y, history.batches.stride)
        message["epochs"] = epochs_json(0, history.epochs.kept, history.epochs.stride)
        message["log"] = self._log_json()
        if history.film:
            message["film"] = film_json(list(history.film.values()))
        message["probes"] = {what: frame(probe) for what, probe in history.probes.items()}
        return message | self._matrices(only_new=False)

    def _head(self) -> Json:
        """What every message says: whose it is, up to where, and how the run stands."""
        head: Json = {"run": self.run_id, "cursor": self.cursor}
        return head | ({"status": self._status_json(self.status)} if self.status else {})

    def _status_json(self, status: Status) -> Json:
        history = self.history
        step = max(status.step, history.step)
        names = ("state", "command", "epoch", "epochs", "steps", "position", "device", "device_name", "resumable",
                 "resting", "extendable")  # fmt: skip
        newest = history.newest
        return {name: getattr(status, name) for name in names} | {
            "name": translations(status.title) if isinstance(status.title, Text) else status.title,
            "step": step,
            "seconds": rounded(status.seconds),
            "left": rounded(self._pace.left(status, step, history)),
            "speed": rounded(newest.samples_per_second) if newest and newest.epoch else None,
            "error": translations(status.error_text),
            "note": translations(status.note_text),
            "download": _download(history.downloading),
            "film_ended": _film_ended(history.film_ended),
        }

    def _matrices(self, only_new: bool) -> Json:
        """The best epoch, and the confusion matrices of the newest and the best one."""
        newest, best = self.history.newest, self.history.best
        if newest is None or best is None:
            return {}
        matrices: Json = {"best_epoch": best.epoch, "chance": self.history.chance()}
        if judged(newest).confusion is not None:
            matrices["confusion"] = {"newest": {"epoch": newest.epoch, "counts": judged(newest).confusion}}
            if best is not self._best or not only_new:
                matrices["confusion"]["best"] = {"epoch": best.epoch, "counts": judged(best).confusion}
        matrices["best"] = epochs_json(0, [best], 1)
        self._best = best
        return matrices

    def _log_json(self) -> Json:
        started = self.history.started
        return {
            "started": _started(started) if started else None,
            "milestones": [
                {"kind": event.to_json()["event"], **_milestone(event.to_json())} for event in self.history.milestones
            ],
        }


def history_of(overview: Overview) -> History:
    """The curves of a run."""
    told = map(from_json, overview.events)
    return History.of_overview(told, overview.epoch_stride, overview.batches, overview.steps, overview.every)


class _Pace:
    """How long the rest takes, by the epochs done; before the first is done, by the batches seen going by."""

    def __init__(self) -> None:
        self._seen: tuple[float, int] | None = None  # when, and how many batches were done then

    def left(self, status: Status, step: int, history: History) -> float | None:
        """Seconds; None while nothing can be said."""
        if status.state != "running" or not status.steps:
            self._seen = None
            return None
        seconds = self._a_batch(step, history)
        return None if seconds is None else max(0.0, (status.steps - step) * seconds)

    def _a_batch(self, step: int, history: History) -> float | None:
        recent = [each for each in history.epochs.kept[-3:] if each.epoch]
        if recent and history.started:
            return sum(each.seconds for each in recent) / len(recent) / max(1, history.started.batches)
        now = time.monotonic()
        if self._seen is None or step < self._seen[1]:
            self._seen = (now, step)
        since, first = self._seen
        return (now - since) / (step - first) if step > first and now - since > 1 else None


def encode(message: Mapping[str, Any]) -> bytes:
    """A server-sent event."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return b"data: " + text.encode() + b"\n\n"


def rounded(value: float | None) -> float | None:
    """Five significant digits: more cannot be seen, and would double what is sent."""
    return None if value is None or value != value or abs(value) == float("inf") else float(f"{value:.5g}")


def translations(text: Text | None) -> dict[str, str] | None:
    """A sentence in every language: one message serves watchers of all of them."""
    if text is None:
        return None
    sentences = {}
    for code in LANGUAGES:
        with language(code):
            sentences[code] = str(text)
    return sentences


def epochs_json(keep: int, epochs: list[EpochEnded], stride: int) -> Json:
    """Epochs as columns: far smaller than one object each."""
    return {"keep": keep, "stride": stride, **_shorter(columns(epochs))}


def _shorter(value: Any) -> Any:
    """The same columns, their numbers in five digits."""
    if isinstance(value, dict):
        return {name: _shorter(each) for name, each in value.items()}
    return [rounded(each) if isinstance(each, float) else each for each in value]


def _curve(keep: int, x: list[float], y: list[float | None], stride: int) -> Json:
    return {"keep": keep, "stride": stride, "x": [rounded(each) for each in x], "y": [rounded(each) for each in y]}


def film_json(frames: Sequence[Recorded]) -> Json:
    """Where the parts of frames are, and their numbers, as columns: names stand there once, not once an epoch.

    `epoch` and `file` of each; by its name each part's [first byte, bytes] or null, and each number; null where none.
    """
    parts = sorted({name for each in frames for name in each.parts})
    numbers = sorted({name for each in frames for name in each.numbers})
    return {
        "epoch": [each.epoch for each in frames],
        "file": [each.file for each in frames],
        "parts": {name: [each.parts.get(name) for each in frames] for name in parts},
        "numbers": {name: [rounded(each.numbers.get(name)) for each in frames] for name in numbers},
    }


def _film_ended(event: FilmEnded | None) -> Json | None:
    """Up to which epoch the film goes, where it ended before the run, and why."""
    return None if event is None else {"epoch": event.epoch, "reason": translations(event.reason)}


def _download(event: Downloading | None) -> Json | None:
    """How far the data have come that the run waits for."""
    return None if event is None else {"share": rounded(event.done / event.total), "size": memory(event.total)}


def _started(event: RunStarted) -> Json:
    names = ("device", "device_name", "parameters", "examples", "batches", "epochs", "versions", "threads")
    return {name: getattr(event, name) for name in names}


def _milestone(stored: Json) -> Json:
    """What the log's line of an event fills in; sentences in every language."""
    names = ("epoch", "step", "kept_epoch", "reason", "epochs", "best_epoch", "seconds", "error", "at")
    found = {name: stored[name] for name in names if name in stored}
    if "set" in stored:
        found["changes"] = ", ".join(f"{name} = {brief(value)}" for name, value in stored["set"].items())
    return {
        name: translations(Text.from_json(value)) if isinstance(value, dict) else rounded_if_number(value)
        for name, value in found.items()
    }


def rounded_if_number(value: Any) -> Any:
    """A float in five digits; anything else as it is."""
    return rounded(value) if isinstance(value, float) else value
