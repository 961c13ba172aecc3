"""The training loop, as the textbook has it, telling what happens as a stream of events.

    for event in train(experiment): ...

A step is `next()`, to stop is to stop iterating. Randomness comes from the one seed in three separate streams:
initial weights from `manual_seed(seed)`, the order of the batches from a generator of its own at `seed + 1`,
dropout from `manual_seed(seed + 2)` before the first batch. A change in one cannot shift the others.

Nothing in here waits for a GPU once a batch: losses stay on the device, and are read a few times a second.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from math import isfinite
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn

from dlcore import network
from dlcore.data import load
from dlcore.data.base import Data, Part
from dlcore.experiment import Experiment
from dlcore.training import devices, metrics
from dlcore.training.diagnosis import why_not_finite
from dlcore.training.events import (
    BatchesEnded,
    Diverged,
    EpochEnded,
    Event,
    RunFinished,
    RunStarted,
    Scores,
)
from dlcore.training.losses import check_task

FLUSH_SECONDS = 0.2  # how often losses are read from the device and told
GATHER_BYTES = 512_000_000  # a training part below this is shuffled as a whole once an epoch, which is quicker


class Trainer:
    """One run: the model, what trains it, and how far it has come.

    `run()` goes on from where it stands; `checkpoint()` and `restore()` carry that place to another process.
    """

    def __init__(self, experiment: Experiment, data: Data | None = None, model: nn.Module | None = None) -> None:
        self.experiment = experiment
        self.device = devices.pick(experiment.training.device)
        self.data = _on_device(data or load(experiment), self.device)
        check_task(experiment.training.loss, self.data.about)  # type: ignore[arg-type]
        self.model = (model or network.build(experiment)).to(self.device)
        self.loss_function = experiment.training.loss.call(self.data.about).build()  # type: ignore[attr-defined]
        self.optimizer = experiment.training.optimizer.build(self.model.parameters(), self.device)  # type: ignore[attr-defined]
        self.order = torch.Generator().manual_seed(experiment.seed + 1)
        self.epoch = 0  # completed
        self.batch = 0  # completed in the epoch that is under way
        self.step = 0  # completed in all
        self.seconds = 0.0
        self.best_epoch = 0
        self.scores: dict[str, Scores] = {}  # "best" and "last", of the part that judges
        self._kept: dict[str, dict[str, Tensor]] = {}  # "best" and "last" weights, on the device
        self._losses: list[Tensor] = []  # of batches not told yet
        self._order_state = self.order.get_state()  # at the start of the epoch under way
        self._epoch_seconds = 0.0
        self._gradient_norm: Tensor | None = None
        self._random_state: tuple[Tensor, Tensor | None] | None = None  # set by restore, used when run goes on

    @property
    def batches(self) -> int:
        """How many batches an epoch has."""
        size, rows = self.experiment.training.batch_size, len(self.data.train)
        lone = rows % size == 1 and _needs_company(self.model)
        return rows // size if lone else -(-rows // size)

    @property
    def best_weights(self) -> dict[str, Tensor]:
        """The state_dict of the best epoch, on the CPU."""
        return {name: tensor.cpu() for name, tensor in self._kept["best"].items()}

    @property
    def last_weights(self) -> dict[str, Tensor]:
        """The state_dict at the end of the last epoch whose loss was finite, on the CPU."""
        return {name: tensor.cpu() for name, tensor in self._kept["last"].items()}

    def run(self) -> Iterator[Event | None]:
        """Train to the end. Yields an event when something is to be told, and None after every other batch."""
        epochs = self.experiment.training.epochs
        if not self.step:
            yield self._started()
            yield self._epoch_ended()
            torch.manual_seed(self.experiment.seed + 2)  # dropout masks
        elif self._random_state is not None:
            torch.set_rng_state(self._random_state[0])
            devices.set_random_state(self.device, self._random_state[1])
        try:
            while self.epoch < epochs:
                yield from self._train_an_epoch()
                yield self._epoch_ended()
        except _NotFinite as where:
            yield self._diverged(where.step)
            yield self.finished("diverged")
        else:
            yield self.finished("finished")

    def _train_an_epoch(self) -> Iterator[Event | None]:
        model, loss_function, optimizer = self.model, self.loss_function, self.optimizer
        last = self.batches - 1
        told = perf_counter() if self.step else 0.0  # the first loss is told at once
        model.train()
        self._order_state = self.order.get_state() if not self.batch else self._order_state
        started = perf_counter()
        for x, y in self._batches():
            prediction = model(x)  # forward
            loss = loss_function(prediction, y)
            loss.backward()  # backward
            if self.batch == last:
                self._gradient_norm = _norm(model)  # looked at once an epoch, before the step
            optimizer.step()
            optimizer.zero_grad()

            self._losses.append(loss.detach())
            self.batch += 1
            self.step += 1
            now = perf_counter()
            self._epoch_seconds += now - started
            if now - told > FLUSH_SECONDS:
                told = now
                yield self.flush()
            else:
                yield None
            started = perf_counter()  # what the caller did meanwhile is not training
        devices.synchronize(self.device)
        self._epoch_seconds += perf_counter() - started
        if self._losses:
            yield self.flush()

    def _batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """(x, y) of this epoch's batches that are still to come, in an order drawn anew for each epoch."""
        part, size = self.data.train, self.experiment.training.batch_size
        self.order.set_state(self._order_state)
        order = torch.randperm(len(part), generator=self.order).to(self.device)
        done, end = self.batch * size, self.batches * size
        if part.x.numel() * part.x.element_size() <= GATHER_BYTES:
            x, y = part.x[order], part.y[order]
            yield from zip(x[done:end].split(size), y[done:end].split(size), strict=True)
            return
        for rows in order[done:end].split(size):
            yield part.x[rows], part.y[rows]

    def flush(self) -> BatchesEnded | None:
        """The losses that were not told yet. Raises inside a run when one is not finite."""
        if not self._losses:
            return None
        losses = torch.stack(self._losses).tolist()
        self._losses.clear()
        first = self.step - len(losses) + 1
        for step, loss in enumerate(losses, first):
            if not isfinite(loss):
                raise _NotFinite(step)
        return BatchesEnded(self.epoch + 1, tuple(range(first, self.step + 1)), tuple(losses))

    def _epoch_ended(self) -> EpochEnded:
        """Close the epoch under way (or epoch 0): measure both parts, keep the weights."""
        rows, trained = (self.batches and self._rows_seen()), self._epoch_seconds
        started = perf_counter()
        train = self._measure(self.data.train)
        validation = self._measure(self.data.validation) if len(self.data.validation) else None
        judged = validation or train
        if not (isfinite(train.loss) and isfinite(judged.loss)):
            raise _NotFinite(self.step)
        if self.step:
            self.epoch, self.batch = self.epoch + 1, 0
        self._keep(judged)
        seconds = trained + perf_counter() - started
        self.seconds += seconds
        self._epoch_seconds = 0.0
        norm = self._gradient_norm.item() if self._gradient_norm is not None and self.step else None
        return EpochEnded(
            epoch=self.epoch,
            train=train,
            validation=validation,
            learning_rate=self.optimizer.param_groups[0]["lr"],
            gradient_norm=norm,
            seconds=seconds,
            samples_per_second=rows / trained if trained else 0.0,
        )

    def _rows_seen(self) -> int:
        return min(self.batches * self.experiment.training.batch_size, len(self.data.train))

    def _measure(self, part: Part) -> Scores:
        return metrics.measure(self.model, self.loss_function, part, self.data.about)

    def _keep(self, judged: Scores) -> None:
        self.scores["last"] = judged
        self._kept["last"] = {name: tensor.detach().clone() for name, tensor in self.model.state_dict().items()}
        if "best" not in self.scores or judged.loss < self.scores["best"].loss:
            self.best_epoch = self.epoch
            self.scores["best"], self._kept["best"] = judged, self._kept["last"]

    def _diverged(self, step: int) -> Diverged:
        self.model.load_state_dict(self._kept["last"])
        self._losses.clear()
        return Diverged(
            epoch=self.epoch + 1, step=step, kept_epoch=self.epoch, reason=why_not_finite(self.experiment, self.data)
        )

    def finished(self, reason: str) -> RunFinished:
        """The closing event; a caller that stops a run asks for it with reason `stopped`."""
        return RunFinished(reason, self.epoch, self.best_epoch, self.scores["best"], self.scores["last"], self.seconds)

    def _started(self) -> RunStarted:
        parts = {name: len(getattr(self.data, name)) for name in ("train", "validation", "test")}
        return RunStarted(
            device=self.device.type,
            device_name=devices.available()[self.device.type],
            parameters=sum(p.numel() for p in self.model.parameters() if p.requires_grad),
            examples=parts,
            batches=self.batches,
            epochs=self.experiment.training.epochs,
            versions={"python": platform.python_version(), "torch": torch.__version__},
            threads=torch.get_num_threads(),
        )

    def checkpoint(self) -> dict[str, Any]:
        """All that decides how this run goes on: tensors and plain values, for `torch.save`."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "order": self._order_state,
            "random": (torch.get_rng_state(), devices.random_state(self.device)),
            "place": (self.epoch, self.batch, self.step),
            "seconds": (self.seconds, self._epoch_seconds),
            "best_epoch": self.best_epoch,
            "scores": {name: _as_dict(scores) for name, scores in self.scores.items()},
            "kept": self._kept,
            "losses": [loss.item() for loss in self._losses],
        }

    def restore(self, checkpoint: dict[str, Any]) -> None:
        """Stand where the checkpoint was taken; `run()` goes on from there."""
        self.model.load_state_dict(checkpoint["model"])
        self.optimizer.load_state_dict(checkpoint["optimizer"])
        self._order_state = checkpoint["order"]
        self.order.set_state(self._order_state)
        self._random_state = checkpoint["random"]
        self.epoch, self.batch, self.step = checkpoint["place"]
        self.seconds, self._epoch_seconds = checkpoint["seconds"]
        self.best_epoch = checkpoint["best_epoch"]
        self.scores = {name: Scores(**scores) for name, scores in checkpoint["scores"].items()}
        self._kept = {
            name: {key: tensor.to(self.device) for key, tensor in state.items()}
            for name, state in checkpoint["kept"].items()
        }
        self._losses = [torch.tensor(loss, device=self.device) for loss in checkpoint["losses"]]


class _NotFinite(Exception):  # noqa: N818 (a signal inside this file, not an error anybody sees)
    def __init__(self, step: int) -> None:
        self.step = step


def _norm(model: nn.Module) -> Tensor:
    """L2 norm over the gradients of all parameters, left on the device."""
    return nn.utils.get_total_norm([p.grad for p in model.parameters() if p.grad is not None])


def _needs_company(model: nn.Module) -> bool:
    """Batch normalization cannot be trained on a batch of one: a lone last example waits for the next epoch."""
    return any(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in model.modules())


def _as_dict(scores: Scores) -> dict[str, Any]:
    return {name: getattr(scores, name) for name in scores.__dataclass_fields__}


def _on_device(data: Data, device: torch.device) -> Data:
    if device.type == "cpu":
        return data
    moved = {name: Part(getattr(data, name).x.to(device), getattr(data, name).y.to(device))
             for name in ("train", "validation", "test")}  # fmt: skip
    return Data(data.about, **moved, scaling=data.scaling)


def train(experiment: Experiment, data: Data | None = None) -> Iterator[Event]:
    """Train in this process: yields events until RunFinished. Stop iterating to stop.

    Raises ExperimentError, NetworkError or DataError before the first event where training cannot begin.
    """
    from dlcore.training.probes import with_probes

    trainer = Trainer(experiment, data)
    return (event for event in with_probes(trainer) if event is not None)
