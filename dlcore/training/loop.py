"""The training loop, as the textbook has it, telling what happens as a stream of events.

    for event in train(experiment): ...

A step is `next()`, to stop is to stop iterating. Randomness comes from the one seed in three separate streams:
initial weights from `manual_seed(seed)`, the order of the batches from a generator of its own at `seed + 1`,
dropout from `manual_seed(seed + 2)` before the first batch. A change in one cannot shift the others.

Nothing in here waits for a GPU once a batch: losses stay on the device, and are read a few times a second.
"""

from __future__ import annotations

import platform
from collections.abc import Generator, Iterator
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

import dlcore
from dlcore import network
from dlcore.data.base import Data, Part
from dlcore.data.load import load
from dlcore.experiment import Experiment, usual_loss
from dlcore.training import checkpoints, devices
from dlcore.training.augmentation import Augmenter
from dlcore.training.batches import Batches, needs_company
from dlcore.training.clipping import clip_before_each_step, gradient_norm
from dlcore.training.clock import Clock
from dlcore.training.diagnosis import hopeless, why_diverged
from dlcore.training.events import (
    BatchesEnded,
    Diverged,
    EpochEnded,
    Event,
    RunFinished,
    RunStarted,
    Scores,
)
from dlcore.training.losses import Loss, check_task
from dlcore.training.metrics import evaluation_rows, measuring
from dlcore.training.patience import Patience
from dlcore.training.randomness import RandomStream
from dlcore.training.schedules import LearningRate
from dlcore.training.start import begin_with
from dlcore.training.step.train_step import Learning

TELL_SECONDS = 0.2  # how often losses are read from the device and told

Weights = dict[str, Tensor]


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
        self.experiment = experiment
        self.device = devices.pick(training.device)
        self.data = devices.resident(data or load(experiment), self.device)
        loss = cast("Loss", training.loss or usual_loss(self.data.about.task))
        check_task(loss, self.data.about, experiment.dataset.source)
        self.model = (model or network.build(experiment)).to(self.device)
        begin_with(self.model, experiment, start)
        self.forward = devices.mixed(self.model, self.device) if training.precision == "mixed" else self.model
        self.loss_function = loss.call(self.data.about, self.data.train.y).build().to(self.device)
        self.learn = Learning(self.model, self.forward, self.loss_function)
        self.optimizer: Optimizer = training.optimizer.build(self.model.parameters(), self.device)  # type: ignore[attr-defined]
        self.batches = Batches(
            self.data.train, training.batch_size, experiment.seed + 1, self.device, needs_company(self.model)
        )
        self.rate = LearningRate(training.schedule, self.optimizer, training.epochs, len(self.batches))  # type: ignore[arg-type]
        self.patience = Patience(training.patience, training.min_delta)
        if training.clip_norm is not None:
            clip_before_each_step(self.optimizer, training.clip_norm)
        self.dropout = RandomStream(experiment.seed + 2, self.device)
        self.augment = Augmenter(training.augmentation, self.data.about.shape, experiment.seed, self.device)  # type: ignore[arg-type]
        self.evaluation_rows = evaluation_rows(network.trace(experiment), self.device.type)
        self.clock = Clock()
        self.started = False  # told of
        self.epoch = 0  # completed
        self.batch = 0  # completed in the epoch under way
        self.step = 0  # completed in all
        self.epoch_began = 0.0  # on the clock
        self.losses: list[Tensor] = []  # of batches not told of yet
        self.gradient_norm: Tensor | None = None  # at the last batch of an epoch, before any clipping
        self.learning_rate = self.rate.now  # at the last batch of an epoch
        self.hopeless = float("inf")  # a loss beyond this will not come back
        self.broken: int | None = None  # the step whose loss was so
        self.best_epoch = 0
        self.scores: dict[str, Scores] = {}  # "best" and "last", of the part that judges
        self.kept: dict[str, Weights] = dict.fromkeys(("best", "last"), self._snapshot())  # on the device

    @property
    def best_weights(self) -> Weights:
        """The state_dict of the best epoch, on the CPU."""
        return {name: tensor.cpu() for name, tensor in self.kept["best"].items()}

    @property
    def last_weights(self) -> Weights:
        """The state_dict at the end of the last epoch that was measured and finite, on the CPU."""
        return {name: tensor.cpu() for name, tensor in self.kept["last"].items()}

    def run(self) -> Iterator[Event | None]:
        """Train to the end. Yields an event when something is to be told, and None after every other batch.

        With an event, torch's random numbers are the caller's again; with a None, they must be left alone.
        """
        self.dropout.begin()
        self.clock.start()
        try:
            for event in self._run():
                self.clock.stop()
                if event is None:
                    yield None
                else:
                    self.dropout.leave()
                    yield event
                    self.dropout.begin()
                self.clock.start()
        finally:
            self.clock.stop()
            self.dropout.leave()

    @property
    def unfinished(self) -> bool:
        """Whether there is something left to train."""
        return self.epoch < self.experiment.training.epochs and self.broken is None and not self.patience.exhausted

    def _run(self) -> Iterator[Event | None]:
        if not self.started:
            self.started = True
            yield self._started()
        if not self.scores:
            yield from self._end_epoch()  # epoch 0: nothing learned yet
        while self.unfinished:
            yield from self._train_an_epoch()
            if self.broken is None:
                yield from self._end_epoch()
        if self.broken is not None:
            yield self._diverged(self.broken)
        yield self.finished(self._reason())

    def _reason(self) -> str:
        if self.broken is not None:
            return "diverged"
        return "early" if self.epoch < self.experiment.training.epochs else "finished"

    def _train_an_epoch(self) -> Iterator[Event | None]:
        augment, learn, optimizer, rate = self.augment, self.learn, self.optimizer, self.rate
        last, told = len(self.batches), self.clock.seconds if self.step else -TELL_SECONDS  # the first loss at once
        self.model.train()
        for x, y in self.batches.epoch(done=self.batch):
            loss = learn(augment(x), y)  # forward, loss, backward
            self.batch += 1
            if self.batch == last:
                self.gradient_norm, self.learning_rate = gradient_norm(self.model), rate.now
            optimizer.step()
            optimizer.zero_grad()
            rate.after_batch()

            self.step += 1
            self.losses.append(loss)
            if self.clock.seconds - told < TELL_SECONDS:
                yield None
            else:
                yield self.tell()
                told = self.clock.seconds
                if self.broken is not None:
                    return
        yield self.tell()

    def tell(self) -> BatchesEnded | None:
        """The losses not told of yet; a run that is stopped in the middle of an epoch can ask for them."""
        if not self.losses:
            return None
        losses = torch.stack(self.losses).tolist()
        self.losses.clear()
        first = self.step - len(losses) + 1
        good = next((count for count, loss in enumerate(losses) if not loss <= self.hopeless), len(losses))
        if good < len(losses):
            self.broken = first + good
        return BatchesEnded(self.epoch + 1, tuple(range(first, first + good)), tuple(losses[:good])) if good else None

    def _end_epoch(self) -> Generator[Event | None, None, None]:
        """Measure both parts, keep the weights, and close the epoch under way (or epoch 0)."""
        trained = self.clock.seconds - self.epoch_began
        train = yield from self._measure(self.data.train)
        validation = (yield from self._measure(self.data.validation)) if len(self.data.validation) else None
        judged = validation or train
        if not (train.loss <= self.hopeless and judged.loss <= self.hopeless):
            self.broken = self.step
        else:
            yield self._epoch_ended(train, validation, trained)

    def _measure(self, part: Part) -> Generator[None, None, Scores]:
        self.model.eval()
        return measuring(self.forward, self.loss_function, part, self.data.about, self.evaluation_rows, self.device)

    def _epoch_ended(self, train: Scores, validation: Scores | None, trained: float) -> EpochEnded:
        if self.step:
            self.epoch, self.batch = self.epoch + 1, 0
            self.rate.after_epoch((validation or train).loss)
            self.patience.saw((validation or train).loss)
        else:
            self.hopeless = hopeless(train.loss)
            self.learning_rate = self.rate.now
        self._keep(validation or train)
        seconds = self.clock.seconds - self.epoch_began
        self.epoch_began += seconds
        return EpochEnded(
            epoch=self.epoch,
            train=train,
            validation=validation,
            learning_rate=self.learning_rate,
            gradient_norm=self.gradient_norm.item() if self.gradient_norm is not None else None,
            seconds=seconds,
            samples_per_second=self.batches.rows / trained if self.epoch and trained else 0.0,
        )

    def _keep(self, judged: Scores) -> None:
        self.scores["last"], self.kept["last"] = judged, self._snapshot()
        if "best" not in self.scores or judged.loss < self.scores["best"].loss:
            self.best_epoch = self.epoch
            self.scores["best"], self.kept["best"] = judged, self.kept["last"]

    def _snapshot(self) -> Weights:
        return {name: tensor.detach().clone() for name, tensor in self.model.state_dict().items()}

    def _diverged(self, step: int) -> Diverged:
        self.model.load_state_dict(self.kept["last"])
        reason = why_diverged(self.experiment, self.data)
        return Diverged(epoch=self.epoch + (step > 0), step=step, kept_epoch=self.epoch, reason=reason)

    def finished(self, reason: str) -> RunFinished:
        """The closing event; a caller that stops a run asks for it with reason `stopped`."""
        best, last = (self.scores.get(name, Scores(loss=float("nan"))) for name in ("best", "last"))
        return RunFinished(reason, self.epoch, self.best_epoch, best, last, self.clock.seconds)

    def _started(self) -> RunStarted:
        return RunStarted(
            device=self.device.type,
            device_name=devices.name_of(self.device),
            parameters=sum(each.numel() for each in self.model.parameters() if each.requires_grad),
            examples={name: len(getattr(self.data, name)) for name in ("train", "validation", "test")},
            batches=len(self.batches),
            epochs=self.experiment.training.epochs,
            versions={"python": platform.python_version(), "torch": torch.__version__, "dlcore": dlcore.__version__},
            threads=torch.get_num_threads(),
        )

    def checkpoint(self) -> dict[str, Any]:
        """All that decides how this run goes on: tensors on the CPU and plain values, for `torch.save`."""
        return checkpoints.take(self)

    def restore(self, checkpoint: dict[str, Any]) -> None:
        """Stand where the checkpoint was taken; `run()` goes on from there, and tells nothing twice."""
        checkpoints.put_back(self, checkpoint)


def train(experiment: Experiment, data: Data | None = None) -> Iterator[Event]:
    """Train in this process: yields events until RunFinished. Stop iterating to stop.

    Raises ExperimentError, NetworkError or DataError before the first event where training cannot begin.
    """
    from dlcore.training.probes import with_probes

    trainer = Trainer(experiment, data)
    return (event for event in with_probes(trainer) if event is not None)
