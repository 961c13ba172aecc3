"""What its owner asks of a run while a worker has it in hand: other settings, some batches, rest, go on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from dlcore.errors import DlcoreError
from dlcore.runs.recorder import Recorder
from dlcore.runs.store.orders import Order
from dlcore.runs.store.work import Work
from dlcore.training.loop import Trainer

IDLE_SECONDS = 120.0  # that a worker waits for what is to be done next; then the run is paused, and its place is free
LOOK_SECONDS = 1.0  # between two looks whether somebody else waits for the place


class Orders:
    """The orders of one run, taken between two batches. `rested`: how many seconds it has waited for some."""

    def __init__(self, trainer: Trainer, recorder: Recorder, work: Work) -> None:
        self._trainer, self._recorder, self._work = trainer, recorder, work
        self._until_step: int | None = None  # then it rests
        self._until_epoch: int | None = None
        self.rested = 0.0

    def obeyed(self) -> bool:
        """Take what has come, and rest where that was asked. False where nobody says how to go on: it is paused."""
        self.take()
        return not self._due or self._rest()

    def take(self) -> None:
        """Carry out what has come, without resting yet."""
        while self._recorder.orders:
            self._take(self._recorder.orders.popleft())

    @property
    def _due(self) -> bool:
        now = self._trainer.progress
        by_step = self._until_step is not None and now.step >= self._until_step
        by_epoch = self._until_epoch is not None and now.epoch >= self._until_epoch and now.batch == 0
        return by_step or by_epoch

    def _take(self, order: Order) -> None:
        now = self._trainer.progress
        try:
            columns = getattr(self, f"_{order.kind}")(order.payload)
        except DlcoreError as error:
            self._recorder.taken(order, now.step, error.text)
        else:
            self._recorder.taken(order, now.step, columns=columns)

    def _set(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        self._trainer.change(payload["set"])
        return self._columns()

    def _columns(self) -> dict[str, Any]:
        """What a change makes another on the run's row."""
        trainer = self._trainer
        left = (trainer.epochs - trainer.progress.epoch) * len(trainer.state.batches) - trainer.progress.batch
        steps = trainer.progress.step + max(0, left)
        return {"experiment": trainer.experiment.to_dict(), "epochs": trainer.epochs, "steps": steps}

    def _step(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        now = self._trainer.progress
        self._until_step = self._until_epoch = None
        if "batches" in payload:
            self._until_step = now.step + payload["batches"]
            wanted = now.epoch + -(-(now.batch + payload["batches"]) // max(1, self._trainer.state.batches.count))
        else:
            self._until_epoch = wanted = now.epoch + payload["epochs"]
        if wanted <= self._trainer.epochs:
            return {}
        self._trainer.change({"epochs": wanted})
        return self._columns()

    def _hold(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        del payload
        self._until_step, self._until_epoch = self._trainer.progress.step, None
        return {}

    def _go(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        del payload
        self._until_step = self._until_epoch = None
        return {}

    def _at_the_end(self) -> bool:
        """Nobody said how to go on: where there is nothing left to train, the run may end."""
        if self._recorder.interrupted or self._trainer.unfinished:
            return False
        self._until_step = self._until_epoch = None
        return True

    def _rest(self) -> bool:
        """Wait for what is to be done next. False where nothing came, or somebody else waits for the place."""
        recorder, began = self._recorder, time.monotonic()
        if (told := self._trainer.tell()) is not None:
            recorder.add(told)
        recorder.rest(time.time())
        try:
            while not recorder.interrupted and time.monotonic() - began < IDLE_SECONDS:
                recorder.heard.wait(LOOK_SECONDS)
                recorder.heard.clear()
                self.take()
                if not self._due:
                    return True
                if self._work.others_wait():
                    break
            return self._at_the_end()
        finally:
            recorder.rest(None)
            self.rested += time.monotonic() - began
