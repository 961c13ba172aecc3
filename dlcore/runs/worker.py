"""One run, trained in a worker process: from taking it in hand to its last word in the database."""

from __future__ import annotations

import io
import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import safetensors.torch
import torch

from dlcore.access import student
from dlcore.data.uploads import upload_access
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.probes.filming import Film
from dlcore.probes.frame import Frame
from dlcore.runs import disk_reserve, fetching, weights
from dlcore.runs.artifacts import Artifact, Artifacts
from dlcore.runs.film import FilmWriter
from dlcore.runs.logs import RunLog
from dlcore.runs.orders import Orders
from dlcore.runs.recorder import PATIENCE_SECONDS, POLL_SECONDS, Recorder
from dlcore.runs.remote_files import FilesAway
from dlcore.runs.settings import Settings
from dlcore.runs.status import State
from dlcore.runs.store.engine import DiskFull, Unreachable, connect
from dlcore.runs.store.transition import GOES_ON
from dlcore.runs.store.uploads import UploadStore
from dlcore.runs.store.work import Kept, Overtaken, Progress, Task, Work, exists
from dlcore.runs.trouble import over_time, sentence_for
from dlcore.runs.uploads import OwnerUploads
from dlcore.training import allocator
from dlcore.training.events import Diverged, RunFailed, RunFinished
from dlcore.training.loop import Trainer
from dlcore.training.state import Weights
from dlcore.training.step import shortcuts

FIRST_CHECKPOINT_SECONDS = 2.0  # a short run that dies has something to go on from, too
CHECKPOINT_SHARE = 0.05  # of a run's time, at most, goes into checkpoints


T = TypeVar("T")


def train_run(settings: Settings, run_id: str, token: str, gpu: int | None = None) -> None:
    """What Dask calls. Returns nothing: whatever a run makes goes through the database and the artifacts."""
    torch.set_num_threads(settings.threads)
    shortcuts.allow(settings.record)
    if gpu is not None and torch.cuda.is_available():
        torch.cuda.set_device(gpu)
    engine = patiently(lambda: connect(settings, looked_at=True))
    work = Work(engine, run_id, token)
    try:
        Attempt(settings, work, UploadStore(engine)).run()
    except Overtaken:
        RunLog(run_id).info("another attempt took over, or it was deleted")
        if not exists(engine, run_id):
            Artifacts(settings).remove_run(run_id)
    finally:
        work.watch.close()
        engine.dispose()
        allocator.let_go()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def patiently(access: Callable[[], T]) -> T:
    """What an access to the database returns, tried again for as long as a recorder would wait.

    A run need not fail at its first or last word because somebody holds the database. Raises Unreachable in the end.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return access()
        except Unreachable:
            if time.monotonic() > until:
                raise
        time.sleep(POLL_SECONDS)


class Attempt:
    """One attempt at a run: the first, or one that goes on where an earlier one came to."""

    def __init__(self, settings: Settings, work: Work, uploads: UploadStore) -> None:
        self.settings, self.work, self.uploads = settings, work, uploads
        self.artifacts = Artifacts(settings, PATIENCE_SECONDS)  # as of the database: a run outlasts a hiccup
        self.trainer: Trainer | None = None
        self.film: Film | None = None
        self.orders: Orders
        self.rested = False  # nobody said how to go on
        self.state: State = "finished"
        self.keep_checkpoint = False
        self._stored_best: int | None = None  # the epoch whose weights are stored as the best
        self._next_checkpoint = time.monotonic() + min(FIRST_CHECKPOINT_SECONDS, settings.checkpoint_seconds)

    def run(self) -> None:
        """Train to the end, to a command or to trouble; whatever it is, the run's last word says it.

        Raises Overtaken where another attempt goes on with the run.
        """
        task = patiently(lambda: self.work.begin(f"{socket.gethostname()}:{os.getpid()}"))
        film = FilmWriter(self.artifacts, self.work.run_id, self.settings.film_bytes - task.film_bytes)
        with Recorder(self.work, task, self._discard, film) as recorder:
            try:
                with upload_access.using(OwnerUploads(self.uploads, self.artifacts, student(task.owner))):
                    self._train(task, recorder)
            except Overtaken:
                raise
            except Exception as error:
                self._fail(recorder, error)
        self._conclude(recorder.take())

    def _train(self, task: Task, recorder: Recorder) -> None:
        experiment = Experiment.from_stored(task.experiment)
        try:
            fetching.fetch(experiment, recorder)
        except fetching.Interrupted:
            self._obey(recorder, None)
            return
        until = self._until(task)
        trainer = self.trainer = Trainer(experiment, start=self._start(experiment, task.owner))
        if task.checkpoint is not None:
            trainer.restore(self._read_checkpoint(task.checkpoint))
        self.orders = Orders(trainer, recorder, self.work)
        recorder.listen()  # one that had ended has nothing to do but what it is asked for now
        self.orders.take()
        if task.filmed:
            self.film = Film(trainer, experiment, task.recorded, self.settings.film_bytes)
        for event in self.film.run() if self.film is not None else trainer.run():
            if isinstance(event, Frame):
                recorder.film(event)
                continue
            if event is not None:
                recorder.add(event)
            if isinstance(event, Diverged):
                self._diverged(recorder, event)
            elif isinstance(event, RunFinished):
                if event.reason != "diverged" and task.filmed:
                    self._keep_place(trainer, recorder)
                break
            elif recorder.interrupted or not self.orders.obeyed():
                self._obey(recorder, trainer)
                break
            elif time.monotonic() > until + self.orders.rested:
                recorder.note(over_time(self._most_seconds(task) or 0))
                self._stop(recorder, trainer)
                break
            elif trainer.progress.scores and time.monotonic() > self._next_checkpoint:
                self._save(trainer, recorder)
        recorder.keep(self._weights(trainer))

    def _most_seconds(self, task: Task) -> float | None:
        """That it may train in all: what this installation allows, or its owner's class."""
        return min((each for each in (self.settings.run_seconds, task.most_seconds) if each is not None), default=None)

    def _until(self, task: Task) -> float:
        """When a run has trained for as long as it may, earlier attempts counted, by this process's clock."""
        most = self._most_seconds(task)
        return float("inf") if most is None else time.monotonic() + most - task.seconds

    def _start(self, experiment: Experiment, owner: str) -> Weights | None:
        """The weights to begin with, where the experiment names some."""
        if experiment.start is None:
            return None
        return safetensors.torch.load(weights.kept(self.artifacts, owner, experiment.start))

    def _obey(self, recorder: Recorder, trainer: Trainer | None) -> None:
        """Act on a command, between two batches or before the first. Raises what keeps the recorder from writing."""
        if recorder.error is not None:
            raise recorder.error
        if recorder.command in ("stop", "kill"):
            self._stop(recorder, trainer)
            return
        self.state = "queued" if recorder.command == "rest" else "paused"
        self.rested = recorder.command is None
        self.keep_checkpoint = True
        if self.state == "queued":
            recorder.note(GOES_ON)
        if trainer is not None and trainer.progress.scores:
            recorder.keep(self._checkpoint(trainer))

    def _stop(self, recorder: Recorder, trainer: Trainer | None) -> None:
        """End here, and keep what was learned."""
        self.state = "stopped"
        if trainer is None:
            return
        self._keep_place(trainer, recorder)
        if (told := trainer.tell()) is not None:
            recorder.add(told)
        for frame in self.film.ending() if self.film is not None else ():
            recorder.film(frame)
        if trainer.progress.scores:
            recorder.add(trainer.finished("stopped"))

    def _diverged(self, recorder: Recorder, event: Diverged) -> None:
        self.state = "failed"
        recorder.explain(
            Text(
                N_(
                    "In epoch {epoch} the loss was no longer a finite number: {reason}. "
                    "The weights of epoch {kept} are kept."
                ),
                epoch=event.epoch,
                reason=event.reason,
                kept=event.kept_epoch,
            )
        )

    def _fail(self, recorder: Recorder, error: Exception) -> None:
        RunLog(self.work.run_id).error("it failed", exc_info=error)
        self.state, self.keep_checkpoint = "failed", True
        sentence = sentence_for(error, self.work.run_id)
        recorder.add(RunFailed(sentence))
        recorder.explain(sentence)
        if self.trainer is not None and not isinstance(error, OSError | DiskFull | FilesAway):
            with suppress(Exception):  # what can be saved is a gift; the run has its error to tell
                recorder.keep(self._weights(self.trainer))

    def _conclude(self, progress: Progress) -> None:
        """Write the last word. With a full disk, what was put aside for that gives it the room."""
        try:
            unneeded = patiently(
                lambda: self.work.conclude(
                    self.state, progress, keep_checkpoint=self.keep_checkpoint, rested=self.rested
                )
            )
        except DiskFull as error:
            for artifact, _epoch in progress.artifacts.values():  # nobody names them: the room is needed
                self._discard(artifact.file)
            disk_reserve.release(self.settings.home)
            sentence = error.text
            last_word = Progress([RunFailed(sentence).to_json()], {"error": sentence.to_json()})
            unneeded = patiently(lambda: self.work.conclude("failed", last_word, keep_checkpoint=True))
        for file in unneeded:
            self._discard(file)

    # Weights and checkpoints

    def _discard(self, file: str) -> None:
        """Remove what is no longer needed; where that cannot be done now, the run does not wait for it."""
        try:
            Artifacts(self.settings).remove(file)
        except FilesAway as error:
            RunLog(self.work.run_id).warning("%s stays: %s", file, error)

    def _save(self, trainer: Trainer, recorder: Recorder) -> None:
        """A checkpoint and the weights, as often as they cost less than their share of the run's time."""
        started = time.monotonic()
        recorder.keep(self._checkpoint(trainer) | self._weights(trainer))
        ended = time.monotonic()
        self._next_checkpoint = ended + max(self.settings.checkpoint_seconds, (ended - started) / CHECKPOINT_SHARE)

    def _keep_place(self, trainer: Trainer, recorder: Recorder) -> None:
        """Whoever asks for further epochs later goes on from here, as if the run had not ended."""
        if trainer.progress.scores:
            self.keep_checkpoint = True
            recorder.keep(self._checkpoint(trainer))

    def _checkpoint(self, trainer: Trainer) -> dict[str, Kept]:
        buffer = io.BytesIO()
        torch.save(trainer.checkpoint(), buffer)
        return {"checkpoint": self._write("checkpoint", buffer.getvalue(), trainer.progress.epoch)}

    def _read_checkpoint(self, artifact: Artifact) -> dict[str, Any]:
        content = io.BytesIO(self.artifacts.read(artifact))
        checkpoint: dict[str, Any] = torch.load(content, map_location="cpu", weights_only=True)
        return checkpoint

    def _weights(self, trainer: Trainer) -> dict[str, Kept]:
        """The weights of the last epoch, and of the best where that is another than was stored; none before epoch 0."""
        now = trainer.progress
        if not now.scores:
            return {}
        kept = {"last": self._write("last", safetensors.torch.save(trainer.last_weights), now.epoch)}
        if now.best_epoch != self._stored_best:
            kept["best"] = self._write("best", safetensors.torch.save(trainer.best_weights), now.best_epoch)
            self._stored_best = now.best_epoch
        return kept

    def _write(self, name: str, content: bytes, epoch: int) -> Kept:
        return self.artifacts.write(self.work.run_id, name, content), epoch
