"""The training loop, as the textbook has it, telling what happens as a stream of events.

    for event in train(experiment): ...

A step is `next()`, to stop is to stop iterating. Randomness comes from the one seed in three separate streams:
initial weights from `manual_seed(seed)`, the order of the batches from a generator of its own at `seed + 1`,
dropout from `manual_seed(seed + 2)` before the first batch. A change in one cannot shift the others.

Nothing in here waits for a GPU once a batch: losses stay on the device, and are read a few times a second.
"""

from __future__ import annotations

import copy
import math
import platform
from collections.abc import Generator, Iterator, Mapping
from typing import Any, cast

import torch
from torch import nn
from torch.optim import Optimizer

import dlcore
from dlcore import network
from dlcore.data.base import Data, Part
from dlcore.data.load import load
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment, usual_loss
from dlcore.i18n import N_, Text
from dlcore.training import checkpoints, devices
from dlcore.training.augmentation import Augmenter
from dlcore.training.batches import Batches, needs_company
from dlcore.training.clipping import clip_before_each_step, gradient_norm
from dlcore.training.clock import Clock
from dlcore.training.diagnosis import hopeless, why_diverged
from dlcore.training.events import (
    BatchesEnded,
    Changed,
    Diverged,
    EpochEnded,
    Event,
    RunFinished,
    RunStarted,
    Scores,
)
from dlcore.training.losses import Loss, check_task
from dlcore.training.metrics import evaluation_rows, measuring
from dlcore.training.model_view import ModelView
from dlcore.training.patience import Patience
from dlcore.training.randomness import RandomStream
from dlcore.training.schedules import LearningRate, Schedule
from dlcore.training.start import begin_with
from dlcore.training.state import TrainingProgress, TrainingState, Weights
from dlcore.training.step.train_step import Learning
from dlcore.training.turning import turn

COUNTED = ("batch_size", "epochs")  # settings that decide how many batches a run has
TELL_SECONDS = 0.2  # how often losses are read from the device and told


class Trainer:
    """One run: the model, what trains it, and how far it has come.

    `run()` goes on from where it stands; `checkpoint()` and `restore()` carry that place to another process.
    """

    def __init__(
        self,
        experiment: Experiment,
        data: Data | None = None,
        model: nn.Module | None = None,
        start: Weights | None = None,
    ) -> None:
        training = experiment.training
        device = devices.pick(training.device)
        self.experiment = experiment
        self.data = devices.resident(data or load(experiment), device)
        loss = cast("Loss", training.loss or usual_loss(self.data.about.task))
        check_task(loss, self.data.about, experiment.dataset.source)
        model = (model or network.build(experiment)).to(device)
        begin_with(model, experiment, start)
        self.forward = devices.mixed(model, device) if training.precision == "mixed" else model
        self.loss_function = loss.call(self.data.about, self.data.train.y).build().to(device)
        self.learn = Learning(model, self.forward, self.loss_function)
        self.state = _first_state(experiment, self.data, model, device)
        self.epochs = _epochs(experiment)
        self._changed = 0  # how many of the experiment's changes were made
        self._next_change = self._step_of_next_change()
        self.evaluation_rows = evaluation_rows(network.trace(experiment), device.type)

    @property
    def model(self) -> nn.Module:
        """The network that learns, on its device."""
        return self.state.model

    @property
    def progress(self) -> TrainingProgress:
        """How far this run has come; the loop alone moves it on."""
        return self.state.progress

    def view(self) -> ModelView:
        """The network as it stands after an epoch, for probes."""
        now = self.progress
        measured = torch.cat(now.outputs) if now.outputs else None
        return self._view(self.model, now.epoch, now.scores.get("last"), now.before, measured)

    def view_of(self, kept: str) -> ModelView:
        """A copy of the network with the weights that are kept as `best` or `last`, for probes."""
        now = self.progress
        model = copy.deepcopy(self.model)
        model.load_state_dict(now.kept[kept])
        if kept == "best":
            return self._view(model, now.best_epoch, now.scores.get(kept))
        return self._view(model, now.epoch, now.scores.get(kept), now.before)

    def _view(self, model: nn.Module, epoch: int, scores: Scores | None, *measured: Any) -> ModelView:
        device, rows = self.state.device, self.evaluation_rows
        return ModelView(model, self.data, device, epoch, rows, self.loss_function, scores, *measured)

    @property
    def best_weights(self) -> Weights:
        """The state_dict of the best epoch, on the CPU."""
        return {name: tensor.cpu() for name, tensor in self.progress.kept["best"].items()}

    @property
    def last_weights(self) -> Weights:
        """The state_dict at the end of the last epoch that was measured and finite, on the CPU."""
        return {name: tensor.cpu() for name, tensor in self.progress.kept["last"].items()}

    def run(self) -> Iterator[Event | None]:
        """Train to the end. Yields an event when something is to be told, and None after every other batch.

        With an event, torch's random numbers are the caller's again; with a None, they must be left alone.
        """
        self.state.dropout.begin()
        self.state.clock.start()
        try:
            for event in self._run():
                self.state.clock.stop()
                if event is None:
                    yield None
                else:
                    self.state.dropout.leave()
                    yield event
                    self.state.dropout.begin()
                self.state.clock.start()
        finally:
            self.state.clock.stop()
            self.state.dropout.leave()

    @property
    def unfinished(self) -> bool:
        """Whether there is something left to train."""
        now, state = self.progress, self.state
        return now.epoch < self.epochs and now.broken is None and not state.patience.exhausted

    def _run(self) -> Iterator[Event | None]:
        now = self.progress
        if not now.started:
            now.started = True
            yield self._started()
        if not now.scores:
            yield from self._end_epoch()  # epoch 0: nothing learned yet
        while self.unfinished:
            yield from self._train_an_epoch()
            if now.broken is None:
                yield from self._end_epoch()
        if now.broken is not None:
            yield self._diverged(now.broken)
        yield self.finished(self._reason())

    def _reason(self) -> str:
        if self.progress.broken is not None:
            return "diverged"
        return "early" if self.progress.epoch < self.epochs else "finished"

    def _train_an_epoch(self) -> Iterator[Event | None]:
        state, now, learn = self.state, self.progress, self.learn
        now.outputs = []  # of a network that is no more
        augment, optimizer, rate, clock = state.augment, state.optimizer, state.rate, state.clock
        told = clock.seconds if now.step else -TELL_SECONDS  # the first loss at once
        state.model.train()
        yield from self._turn_due_knobs()
        for x, y in state.batches.epoch(done=now.batch):
            if now.step >= self._next_change:
                yield from self._turn_due_knobs()
            loss = learn(augment(x), y)  # forward, loss, backward
            now.batch += 1
            if now.batch == state.batches.count:
                now.gradient_norm, now.learning_rate = gradient_norm(state.model), rate.now
            optimizer.step()
            optimizer.zero_grad()
            rate.after_batch()

            now.step += 1
            now.losses.append(loss)
            if clock.seconds - told < TELL_SECONDS:
                yield None
            else:
                yield self.tell()
                told = clock.seconds
                if now.broken is not None:
                    return
        yield self.tell()

    def change(self, values: Mapping[str, Any]) -> None:
        """Change settings (`dlcore.experiment.changes`) from the next batch on: part of the experiment from now on.

        Raises ExperimentError where one cannot be changed, or not to this value; then nothing changes.
        """
        self.experiment = self._with_change(values)
        self.epochs = _epochs(self.experiment)
        self._next_change = self._step_of_next_change()

    def _with_change(self, values: Mapping[str, Any]) -> Experiment:
        schedule = cast("Schedule | None", self.experiment.training.schedule)
        counted = [name for name in values if name in COUNTED]
        if counted and schedule is not None and schedule.every == "batch":
            text = N_("cannot be changed while {schedule} counts the batches of the whole run")
            raise ExperimentError(Text(text, schedule=schedule.name), counted[0])
        return self.experiment.changed(self.progress.step, values)

    def _step_of_next_change(self) -> float:
        changes = self.experiment.training.changes
        return changes[self._changed].step if self._changed < len(changes) else math.inf

    def _turn_due_knobs(self) -> Iterator[Event | None]:
        """Make the changes that are due before the next batch, and tell of them."""
        state, step = self.state, self.progress.step
        while step >= self._next_change:
            change = self.experiment.training.changes[self._changed]
            self._changed += 1
            self._next_change = self._step_of_next_change()
            self._turn(change.set)
            yield self.tell()
            now = self.progress
            at = now.epoch + now.batch / max(1, state.batches.count)
            yield Changed(now.epoch + 1, change.step, dict(change.set), len(state.batches), at)

    def _turn(self, values: Mapping[str, Any]) -> None:
        state = self.state
        for name, value in values.items():
            turn(name, value, self.model, self.loss_function, state.optimizer, state.rate.scheduler, state.batches)
        self.learn.forget()

    def tell(self) -> BatchesEnded | None:
        """The losses not told of yet; a run that is stopped in the middle of an epoch can ask for them."""
        now = self.progress
        if not now.losses:
            return None
        losses = torch.stack(now.losses).tolist()
        now.losses.clear()
        first = now.step - len(losses) + 1
        good = next((count for count, loss in enumerate(losses) if not loss <= now.hopeless), len(losses))
        if good < len(losses):
            now.broken = first + good
        return BatchesEnded(now.epoch + 1, tuple(range(first, first + good)), tuple(losses[:good])) if good else None

    def _end_epoch(self) -> Generator[Event | None, None, None]:
        """Measure both parts, keep the weights, and close the epoch under way (or epoch 0)."""
        now = self.progress
        trained = self.state.clock.seconds - now.epoch_began
        judging, outputs = self.data.judging, list[torch.Tensor]()
        train = yield from self._measure(self.data.train, outputs if judging is self.data.train else None)
        validation = (yield from self._measure(judging, outputs)) if len(self.data.validation) else None
        now.outputs = outputs
        judged = validation or train
        if not (train.loss <= now.hopeless and judged.loss <= now.hopeless):
            now.broken = now.step
        else:
            yield self._epoch_ended(train, validation, trained)

    def _measure(self, part: Part, outputs: list[torch.Tensor] | None) -> Generator[None, None, Scores]:
        self.model.eval()
        device, about = self.state.device, self.data.about
        kept = outputs if about.task != "next-token" else None  # as many as letters: nobody looks at each
        return measuring(self.forward, self.loss_function, part, about, self.evaluation_rows, device, kept)

    def _epoch_ended(self, train: Scores, validation: Scores | None, trained: float) -> EpochEnded:
        state, now, judged = self.state, self.progress, validation or train
        if now.step:
            now.epoch, now.batch = now.epoch + 1, 0
            state.rate.after_epoch(judged.loss)
            state.patience.saw(judged.loss)
        else:
            now.hopeless = hopeless(train.loss)
            now.learning_rate = state.rate.now
        self._keep(judged)
        seconds = state.clock.seconds - now.epoch_began
        now.epoch_began += seconds
        return EpochEnded(
            epoch=now.epoch,
            train=train,
            validation=validation,
            learning_rate=now.learning_rate,
            gradient_norm=now.gradient_norm.item() if now.gradient_norm is not None else None,
            seconds=seconds,
            samples_per_second=state.batches.rows / trained if now.epoch and trained else 0.0,
        )

    def _keep(self, judged: Scores) -> None:
        now = self.progress
        now.before = now.kept["last"] if now.step else None
        now.scores["last"], now.kept["last"] = judged, copy_of_weights(self.model)
        if "best" not in now.scores or judged.loss < now.scores["best"].loss:
            now.best_epoch = now.epoch
            now.scores["best"], now.kept["best"] = judged, now.kept["last"]

    def _diverged(self, step: int) -> Diverged:
        now = self.progress
        self.model.load_state_dict(now.kept["last"])
        reason = why_diverged(self.experiment, self.data)
        return Diverged(epoch=now.epoch + (step > 0), step=step, kept_epoch=now.epoch, reason=reason)

    def finished(self, reason: str) -> RunFinished:
        """The closing event; a caller that stops a run asks for it with reason `stopped`."""
        now = self.progress
        best, last = (now.scores.get(name, Scores(loss=float("nan"))) for name in ("best", "last"))
        return RunFinished(reason, now.epoch, now.best_epoch, best, last, self.state.clock.seconds)

    def _started(self) -> RunStarted:
        device = self.state.device
        return RunStarted(
            device=device.type,
            device_name=devices.name_of(device),
            parameters=sum(each.numel() for each in self.model.parameters() if each.requires_grad),
            examples={name: len(getattr(self.data, name)) for name in ("train", "validation", "test")},
            batches=len(self.state.batches),
            epochs=self.epochs,
            versions={"python": platform.python_version(), "torch": torch.__version__, "dlcore": dlcore.__version__},
            threads=torch.get_num_threads(),
        )

    def checkpoint(self) -> dict[str, Any]:
        """All that decides how this run goes on: tensors on the CPU and plain values, for `torch.save`."""
        return checkpoints.take(self.state) | {"changed": self._changed}

    def restore(self, checkpoint: dict[str, Any]) -> None:
        """Stand where the checkpoint was taken; `run()` goes on from there, and tells nothing twice."""
        checkpoints.put_back(self.state, checkpoint)
        self._changed = checkpoint.get("changed", 0)
        for change in self.experiment.training.changes[: self._changed]:
            self._turn({name: value for name, value in change.set.items() if not name.startswith("optimizer.")})
        self._next_change = self._step_of_next_change()


def _first_state(experiment: Experiment, data: Data, model: nn.Module, device: torch.device) -> TrainingState:
    """Where a run stands before its first batch."""
    training, seed = experiment.training, experiment.seed_of("order")
    optimizer: Optimizer = training.optimizer.build(model.parameters(), device)  # type: ignore[attr-defined]
    batches = Batches(data.train, training.batch_size, seed + 1, device, needs_company(model))
    rate = LearningRate(training.schedule, optimizer, training.epochs, len(batches))  # type: ignore[arg-type]
    if training.clip_norm is not None:
        clip_before_each_step(optimizer, training.clip_norm)
    return TrainingState(
        device=device,
        model=model,
        optimizer=optimizer,
        batches=batches,
        rate=rate,
        patience=Patience(training.patience, training.min_delta),
        dropout=RandomStream(seed + 2, device),
        augment=Augmenter(training.augmentation, data.about.shape, seed, device),  # type: ignore[arg-type]
        clock=Clock(),
        progress=TrainingProgress(learning_rate=rate.now, kept=dict.fromkeys(("best", "last"), copy_of_weights(model))),
    )


def _epochs(experiment: Experiment) -> int:
    """How many epochs are to be trained, as the last change says."""
    set_to = [change.set["epochs"] for change in experiment.training.changes if "epochs" in change.set]
    return int(set_to[-1]) if set_to else experiment.training.epochs


def copy_of_weights(model: nn.Module) -> Weights:
    """The model's state_dict as it is now, on its device, sharing nothing with the model."""
    return {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}


def train(experiment: Experiment, data: Data | None = None) -> Iterator[Event]:
    """Train in this process: yields events until RunFinished. Stop iterating to stop.

    Raises ExperimentError, NetworkError or DataError before the first event where training cannot begin.
    """
    trainer = Trainer(experiment, data)
    return (event for event in trainer.run() if event is not None)
