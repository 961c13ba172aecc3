"""An epoch of the digits MLP 64-128-64-10, batch 32: this loop beside a bare one and other libraries.

All train the same network on the same rows with Adam, one torch thread, in one process. What a library does once, in
its first epochs, is taken out: the time of thirty-four epochs less the time of four, divided by thirty.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable
from statistics import median
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import dlcore
from dlcore.training.events import EpochEnded
from dlcore.training.loop import Trainer
from tests.benchmarks.base import Row, medians, seconds

TITLE = "An epoch of the digits MLP 64-128-64-10, batch 32, one thread"
FIRST, EPOCHS, BATCH, LR = 4, 30, 32, 0.001
DIGITS = {
    "dataset": {"name": "digits"},
    "network": [
        {"layer": "Flatten"},
        {"layer": "Linear", "out_features": 128},
        {"layer": "ReLU"},
        {"layer": "Linear", "out_features": 64},
        {"layer": "ReLU"},
        {"layer": "Output"},
    ],
    "training": {
        "loss": "CrossEntropyLoss",
        "optimizer": {"name": "Adam", "lr": LR},
        "batch_size": BATCH,
        "device": "cpu",
    },
}
Contender = Callable[[int], object]  # trains so many epochs

experiment = dlcore.Experiment.from_dict(DIGITS)
data = dlcore.load(experiment)


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))


def measure(repeats: int) -> list[Row]:
    quiet()
    for contender in CONTENDERS.values():
        contender(1)  # imports, compilations, first allocations
    found = medians(
        {name: lambda train=train: an_epoch_of(train) for name, train in CONTENDERS.items()}  # type: ignore[misc]
        | {"our training steps alone": our_steps},
        repeats,
    )
    return [judged(name, found) for name in ORDER]


def an_epoch_of(train: Contender) -> float:
    """Seconds an epoch, start-up taken out."""
    first = seconds(lambda: train(FIRST))
    return (seconds(lambda: train(FIRST + EPOCHS)) - first) / EPOCHS


def judged(name: str, found: dict[str, float]) -> Row:
    ratio = found[name] / found[BARE]
    target, reached = TARGETS.get(name, lambda _: ("", None))(found)
    return Row(name, found[name] * 1000, "ms", ratio, target, reached)


def bare_loop(epochs: int) -> None:
    model, loss_function = network(), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=LR, fused=True)
    batches = list(zip(data.train.x.split(BATCH), data.train.y.split(BATCH), strict=True))
    for _ in range(epochs):
        for x, y in batches:
            loss_function(model(x), y).backward()
            optimizer.step()
            optimizer.zero_grad()


def ours(epochs: int) -> list[Any]:
    return list(trainer(epochs).run())


def our_steps() -> float:
    ended = [event for event in trainer(FIRST + EPOCHS).run() if isinstance(event, EpochEnded)]
    return median(len(data.train) / event.samples_per_second for event in ended[1 + FIRST :])


def trainer(epochs: int) -> Trainer:
    asked = DIGITS | {"training": {**DIGITS["training"], "epochs": epochs}}  # type: ignore[dict-item]
    return Trainer(dlcore.Experiment.from_dict(asked), data)


def data_loader_loop(epochs: int) -> None:
    model, loss_function = network(), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=LR, fused=True)
    loader = DataLoader(TensorDataset(data.train.x, data.train.y), batch_size=BATCH, shuffle=True)
    for _ in range(epochs):
        for x, y in loader:
            loss_function(model(x), y).backward()
            optimizer.step()
            optimizer.zero_grad()


def scikit_learn(epochs: int) -> None:
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier((128, 64), batch_size=BATCH, learning_rate_init=LR, max_iter=epochs, tol=0, alpha=0,
                          n_iter_no_change=10**6, random_state=0)  # fmt: skip
    model.fit(data.train.x.reshape(len(data.train), -1).numpy(), data.train.y.numpy())


def skorch(epochs: int) -> None:
    from skorch import NeuralNetClassifier
    from skorch.dataset import Dataset
    from skorch.helper import predefined_split

    model = NeuralNetClassifier(
        network(), criterion=nn.CrossEntropyLoss, optimizer=torch.optim.Adam, optimizer__fused=True, lr=LR,
        max_epochs=epochs, batch_size=BATCH, iterator_train__shuffle=True, verbose=0,
        train_split=predefined_split(Dataset(data.validation.x, data.validation.y)),
    )  # fmt: skip
    model.fit(data.train.x, data.train.y)


def lightning(epochs: int) -> None:
    import lightning

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.model, self.loss_function = network(), nn.CrossEntropyLoss()

        def training_step(self, batch: Any) -> torch.Tensor:
            x, y = batch
            loss: torch.Tensor = self.loss_function(self.model(x), y)
            self.log("loss", loss)
            return loss

        def validation_step(self, batch: Any) -> None:
            x, y = batch
            prediction = self.model(x)
            self.log("validation_loss", self.loss_function(prediction, y))
            self.log("validation_accuracy", (prediction.argmax(dim=1) == y).float().mean())

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.Adam(self.parameters(), lr=LR, fused=True)

    trainer = lightning.Trainer(
        max_epochs=epochs, accelerator="cpu", logger=False, enable_checkpointing=False, enable_progress_bar=False,
        enable_model_summary=False,
    )  # fmt: skip
    train = DataLoader(TensorDataset(data.train.x, data.train.y), batch_size=BATCH, shuffle=True)
    validation = DataLoader(TensorDataset(data.validation.x, data.validation.y), batch_size=1024)
    trainer.fit(Module(), train, validation)


def keras_on_torch(epochs: int) -> None:
    import keras

    model = keras.Sequential([
        keras.Input((64,)), keras.layers.Dense(128, "relu"), keras.layers.Dense(64, "relu"), keras.layers.Dense(10)
    ])  # fmt: skip
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(LR), loss=loss, metrics=["accuracy"])
    x, held_out = (part.x.reshape(len(part), -1).numpy() for part in (data.train, data.validation))
    model.fit(x, data.train.y.numpy(), batch_size=BATCH, epochs=epochs, verbose=0,
              validation_data=(held_out, data.validation.y.numpy()))  # fmt: skip


BARE = "bare loop: no shuffling, no scores"
OURS = "this loop: shuffling, scores of both parts, confusion, gradient norm, events"
STEPS = "our training steps alone"
SKLEARN = "scikit-learn MLPClassifier, no validation"
SKORCH, LIGHTNING, KERAS = "skorch, with validation", "Lightning, with validation", "Keras on torch, with validation"
CONTENDERS: dict[str, Contender] = {
    BARE: bare_loop,
    OURS: ours,
    "DataLoader loop: shuffling, no scores": data_loader_loop,
    SKLEARN: scikit_learn,
    SKORCH: skorch,
    LIGHTNING: lightning,
    KERAS: keras_on_torch,
}
ORDER = [BARE, STEPS, *[name for name in CONTENDERS if name != BARE]]


def at_most(name: str, times: float) -> Callable[[dict[str, float]], tuple[str, bool]]:
    return lambda found: (f"≤ {times:g} × bare", found[name] <= times * found[BARE])


def faster_than(name: str, times: float, than: str = OURS) -> Callable[[dict[str, float]], tuple[str, bool]]:
    words = "our steps" if than == STEPS else "our epoch"
    return lambda found: (f"≥ {times:g} × {words}", found[name] >= times * found[than])


TARGETS: dict[str, Callable[[dict[str, float]], tuple[str, bool | None]]] = {
    OURS: at_most(OURS, 1.5),
    STEPS: at_most(STEPS, 1.15),
    SKLEARN: faster_than(SKLEARN, 1, STEPS),
    SKORCH: faster_than(SKORCH, 3),
    LIGHTNING: faster_than(LIGHTNING, 7),
    KERAS: faster_than(KERAS, 12),
}


def quiet() -> None:
    """Libraries that announce themselves would fill the table's screen."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import lightning  # noqa: F401  (it sets its loggers up when it is imported)

    warnings.filterwarnings("ignore")
    for name in ("lightning.pytorch", "lightning.fabric", "lightning.pytorch.utilities.rank_zero"):
        logging.getLogger(name).setLevel(logging.ERROR)
