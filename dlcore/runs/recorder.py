"""Between a training loop and the database: a thread that writes what happens and reads what is wished.

The loop hands over events and looks at one attribute a batch. A few commits a second carry everything, whatever the
number of batches; an epoch is in the database 0.3 s after it ended.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from dlcore.i18n import Text
from dlcore.probes.frame import Frame
from dlcore.runs.film import FilmWriter
from dlcore.runs.store.engine import Unreachable
from dlcore.runs.store.orders import Order, Taken
from dlcore.runs.store.work import Kept, Progress, Task, Work
from dlcore.training.events import BatchesEnded, EpochEnded, Event, RunFinished, RunStarted

POLL_SECONDS = 0.05  # how often wishes are read
COMMIT_SECONDS = 0.2  # at least this long between two commits
HEARTBEAT_SECONDS = 1.0  # at most this long between two commits
PATIENCE_SECONDS = 60.0  # how long a database may be away before the run is given up


class Recorder:
    """Tells the database what happens in one attempt of a run.

    `command` is what the owner wants now (stop, pause, kill, rest), or None. `error` is what keeps this recorder from
    writing: Overtaken, or an error of the database.
    """

    def __init__(self, work: Work, task: Task, remove: Callable[[str], None], film: FilmWriter) -> None:
        self._work, self._task, self._remove, self._film = work, task, remove, film
        self._seconds, self._best_loss = task.seconds, task.best_loss
        self._pending = Progress()
        self._lock = threading.Lock()
        self._wake, self._closed = threading.Event(), threading.Event()
        self._committed_at = 0.0
        self.command: str | None = None
        self.orders: deque[Order] = deque()  # commands that the loop is to take, the oldest first
        self._newest_order, self._hearing = 0, threading.Lock()  # the loop and the thread ask over one connection
        self.heard = threading.Event()  # a command or an order came
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._tell_until_closed, name="recorder", daemon=True)

    def __enter__(self) -> Recorder:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._closed.set()
        self._wake.set()
        self._thread.join()

    @property
    def interrupted(self) -> bool:
        """Whether the loop should stop after this batch."""
        return self.command is not None or self.error is not None

    def add(self, event: Event) -> None:
        """Take an event over, unless an earlier attempt told it already."""
        new = not_yet_told(event, self._task)
        if new is None:
            return
        with self._lock:
            self._pending.events.append(new.to_json())
            self._pending.columns.update(self._columns(new))
        if isinstance(new, BatchesEnded) and new.steps[0] == 1:
            self._wake.set()  # the first point of the curve

    def film(self, frame: Frame) -> None:
        """Take a frame of the film over: it is written with the next commit, which tells of it."""
        self._film.add(frame)

    def keep(self, artifacts: dict[str, Kept]) -> None:
        """Register artifacts with the next commit, all at once."""
        with self._lock:
            self._pending.artifacts |= artifacts

    def taken(
        self, order: Order, step: int, error: Text | None = None, columns: Mapping[str, Any] | None = None
    ) -> None:
        """An order was carried out after so many batches, or why not; with what it changed on the run's row."""
        with self._lock:
            self._pending.taken.append(Taken(order.id, step, error))
            self._pending.columns.update(columns or {})
        self._wake.set()

    def rest(self, since: float | None) -> None:
        """Say whether the run waits for what is to be done next; since when, in seconds since 1970."""
        with self._lock:
            self._pending.columns["resting_at"] = since
        self._wake.set()

    def explain(self, error: Text) -> None:
        """Say on the run itself what went wrong."""
        with self._lock:
            self._pending.columns["error"] = error.to_json()

    def note(self, note: Text) -> None:
        """Say on the run itself what its owner should know, though nothing is wrong."""
        with self._lock:
            self._pending.columns["note"] = note.to_json()

    def take(self) -> Progress:
        """What is still to be told, for the last word; the thread must have ended."""
        with self._lock:
            pending, self._pending = self._pending, Progress()
        written, kept = self._film.write()  # after that: a checkpoint is never kept without the frames before it
        place = _place(pending.events)
        pending.events[place:place] = [event.to_json() for event in written]
        pending.artifacts |= kept
        return pending

    def _columns(self, event: Event) -> dict[str, Any]:
        """What the event changes on the run's own row."""
        if isinstance(event, RunStarted):
            steps = event.batches * event.epochs
            return {"device": event.device, "device_name": event.device_name[:200], "steps": steps}
        if isinstance(event, BatchesEnded):
            return {"step": event.steps[-1]}
        if not isinstance(event, EpochEnded):
            return {}
        self._seconds += event.seconds
        scores = event.to_json()
        judged = scores["validation"] or scores["train"]
        columns = {"epoch": event.epoch, "seconds": self._seconds, "last": judged, "interruptions": 0}
        if self._best_loss is None or judged["loss"] < self._best_loss:
            self._best_loss = judged["loss"]
            columns |= {"best": judged, "best_epoch": event.epoch}
        return columns

    def _tell_until_closed(self) -> None:
        reached_at = time.monotonic()
        while not self._closed.is_set():
            try:
                self._tell()
                reached_at = time.monotonic()
            except Unreachable as error:
                if time.monotonic() - reached_at > PATIENCE_SECONDS:
                    self.error = error
                    return
            except Exception as error:
                self.error = error
                return
            self._wake.wait(POLL_SECONDS)

    def _tell(self) -> None:
        since = time.monotonic() - self._committed_at
        urgent = self._wake.is_set()
        self._wake.clear()
        waiting = bool(self._pending.events or self._pending.artifacts or self._film.waiting or self._pending.taken)
        if (waiting and (urgent or since > COMMIT_SECONDS)) or urgent or since > HEARTBEAT_SECONDS:
            self._commit()
        elif not self._hear_command():
            return
        self.listen()

    def _hear_command(self) -> bool:
        """Read what is wished, where anything may have been written; whether it was."""
        with self._hearing:
            if not self._work.watch.changed():
                return False
            self.command = self._work.command()
            return True

    def listen(self) -> None:
        """Hear what is asked of the run now: also before its first batch."""
        with self._hearing:
            orders = self._work.orders(self._newest_order)
            if orders:
                self._newest_order = orders[-1].id
                self.orders.extend(orders)
        if orders or self.command is not None:
            self.heard.set()

    def _commit(self) -> None:
        progress = self.take()
        try:
            self.command, replaced = self._work.tell(progress)
        except Exception:
            self._put_back(progress)
            raise
        self._committed_at = time.monotonic()
        for file in replaced:
            self._remove(file)

    def _put_back(self, progress: Progress) -> None:
        """What could not be written comes before what happened since."""
        with self._lock:
            later = self._pending
            self._pending = Progress(
                progress.events + later.events,
                progress.columns | later.columns,
                progress.artifacts | later.artifacts,
                progress.taken + later.taken,
            )


def not_yet_told(event: Event, task: Task) -> Event | None:
    """The part of an event that no earlier attempt told: what came after the checkpoint is trained, not told, again."""
    if isinstance(event, RunStarted):
        return None if task.begun else event
    if isinstance(event, EpochEnded):
        return None if task.epoch is not None and event.epoch <= task.epoch else event
    if isinstance(event, BatchesEnded):
        new = [(step, loss) for step, loss in zip(event.steps, event.losses, strict=True) if step > task.step]
        return BatchesEnded(event.epoch, *(tuple(each) for each in zip(*new, strict=True))) if new else None
    return event


def _place(events: list[dict[str, Any]]) -> int:
    """Before the last word of a run, where it has been said: what a run tells ends with it."""
    return len(events) - 1 if events and events[-1]["event"] == RunFinished.__name__ else len(events)
