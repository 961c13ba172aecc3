"""Healthy programs, and the same with one fault planted: what the coach is judged on.

A fault is a change of a healthy experiment, by the name of the rule that should find it. Thresholds were chosen on
`TUNED_ON`; precision and recall are told of `HELD_OUT`, which no threshold has seen.
"""

from __future__ import annotations

import atexit
import functools
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dlcore.data.uploads import upload_access

Plain = dict[str, Any]

LINEAR = {"layer": "Linear", "out_features": 32}
RELU, OUTPUT, FLAT, NORM = ({"layer": name} for name in ("ReLU", "Output", "Flatten", "BatchNorm1d"))
TWO = [LINEAR, RELU, {"layer": "Linear", "out_features": 16}, RELU, OUTPUT]
PLANE = {"method": "holdout", "test": 0.1, "validation": 0.3}
TABLE = {"method": "holdout", "test": 0.2, "validation": 0.2}


def plain(dataset: Plain, network: list[Any], epochs: int, lr: float = 0.005, batch_size: int = 32) -> Plain:
    """An experiment as plain data, with Adam."""
    training = {"optimizer": {"name": "Adam", "lr": lr}, "batch_size": batch_size, "epochs": epochs, "device": "cpu"}
    return {"dataset": dataset, "network": network, "training": training}


def base(name: str) -> Plain:
    """A healthy experiment on this data set."""
    plain: Plain = json.loads(json.dumps(BASES[name]()))  # no part of it is one of another
    return plain


def _penguins() -> Plain:
    numbers = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
    recipe = [{"step": "FillMissing", "columns": numbers}]
    return plain({"name": "penguins", "columns": numbers, "recipe": recipe, "split": TABLE}, TWO, 30, 0.01, 16)


def _cars() -> Plain:
    recipe = [{"step": "FillMissing", "columns": "horsepower"}]
    return plain({"name": "cars", "recipe": recipe, "split": TABLE}, TWO, 40, 0.01)


BASES: dict[str, Callable[[], Plain]] = {
    "digits": lambda: plain({"name": "digits"}, [FLAT, *TWO], 15, 0.003),
    "wine": lambda: plain({"name": "wine", "split": TABLE}, TWO, 25, 0.01, 16),
    "moons": lambda: plain({"name": "moons", "split": PLANE}, TWO, 25, 0.02),
    "diabetes": lambda: plain({"name": "diabetes", "split": TABLE}, [LINEAR, RELU, OUTPUT], 15, 0.003),
    "spirals": lambda: plain({"name": "spirals", "samples": 600, "split": PLANE}, TWO, 60, 0.02),
    "file_classes": lambda: plain({"name": f"file:{_file('classes')}", "split": TABLE}, TWO, 20, 0.005),
    "breast_cancer": lambda: plain({"name": "breast_cancer", "split": TABLE}, TWO, 15, 0.005),
    "penguins": _penguins,
    "cars": _cars,
    "circles": lambda: plain({"name": "circles", "split": PLANE}, TWO, 25, 0.02),
    "clouds": lambda: plain({"name": "clouds", "samples": 1500, "columns": 40}, TWO, 15, 0.005),
    "file_numbers": lambda: plain({"name": f"file:{_file('numbers')}", "split": TABLE}, TWO, 30, 0.01),
}
TUNED_ON = ("digits", "wine", "moons", "diabetes", "spirals", "file_classes")
HELD_OUT = ("breast_cancer", "penguins", "cars", "circles", "clouds", "file_numbers")
OF_NUMBERS = ("diabetes", "cars", "file_numbers")
OF_THE_PLANE = ("moons", "spirals", "circles")


@functools.cache
def _folder() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="coach-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def allow_tables() -> None:
    """Let experiments read the tables that are written here."""
    upload_access.allow_files(_folder())


def _file(kind: str) -> str:
    """A table as a learner brings one, with columns of quite different sizes."""
    allow_tables()
    path = _folder() / f"{kind}.csv"
    if not path.exists():
        TABLES[kind]().to_csv(path, index=False)
    return str(path)


def _columns(rows: int, seed: int) -> tuple[np.random.Generator, pd.DataFrame]:
    draw = np.random.default_rng(seed)
    means = {"age": (45, 12), "income": (40_000, 12_000), "height": (1.7, 0.1), "score": (500, 100)}
    return draw, pd.DataFrame({name: draw.normal(*each, rows) for name, each in means.items()})


def _normal(table: pd.DataFrame) -> np.ndarray[Any, Any]:
    return np.asarray((table - table.mean()) / table.std())


def _classes_table() -> pd.DataFrame:
    draw, table = _columns(600, 5)
    z = _normal(table)
    value = z[:, 0] * z[:, 1] + z[:, 2] + 0.2 * draw.normal(size=len(z))
    return table.assign(label=np.select([value < -0.6, value < 0.6], ["low", "middle"], "high"))


def _numbers_table() -> pd.DataFrame:
    draw, table = _columns(500, 7)
    z = _normal(table)
    return table.assign(price=300 + 80 * z[:, 0] + 60 * np.maximum(z[:, 1], 0) - 40 * z[:, 3]
                        + 10 * draw.normal(size=len(z)))  # fmt: skip


def _shuffled(kind: str, target: str) -> pd.DataFrame:
    table = TABLES[kind]()
    return table.assign(**{target: np.random.default_rng(3).permutation(table[target])})


def _rare(seed: int, share: float) -> pd.DataFrame:
    """A rare class, which overlaps with the other: naming it costs more errors than it saves."""
    draw, table = _columns(1500, seed)
    z = _normal(table)
    chances = 1 / (1 + np.exp(-(1.2 * z[:, 0] - 1.2 * z[:, 1] + np.log(share))))
    return table.assign(label=np.where(draw.random(len(z)) < chances, "sick", "well"))


def _sklearn_shuffled(name: str) -> pd.DataFrame:
    import sklearn.datasets

    loaded = getattr(sklearn.datasets, f"load_{name}")(as_frame=True).frame
    return loaded.assign(target=np.random.default_rng(4).permutation(["abc"[each] for each in loaded["target"]]))


TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    "classes": _classes_table,
    "numbers": _numbers_table,
    "classes_shuffled": lambda: _shuffled("classes", "label"),
    "numbers_shuffled": lambda: _shuffled("numbers", "price"),
    "breast_cancer_shuffled": lambda: _sklearn_shuffled("breast_cancer"),
    "wine_shuffled": lambda: _sklearn_shuffled("wine"),
    "rare_one": lambda: _rare(11, 0.03),
    "rare_two": lambda: _rare(12, 0.02),
    "rare_three": lambda: _rare(13, 0.03),
    "rare_four": lambda: _rare(14, 0.02),
}

Fault = Callable[[Plain], None]


def _set(path: str, value: Any) -> Fault:
    def change(experiment: Plain) -> None:
        *keys, last = path.split(".")
        place = experiment
        for key in keys:
            place = place[key]
        place[last] = value

    return change


def _network(make: Callable[[list[Any]], list[Any]]) -> Fault:
    def change(experiment: Plain) -> None:
        experiment["network"] = make(experiment["network"])

    return change


def _start(network: list[Any]) -> list[Any]:
    return [FLAT] if network[0] == FLAT else []


def _both(*faults: Fault) -> Fault:
    def change(experiment: Plain) -> None:
        for each in faults:
            each(experiment)

    return change


def _deep(layers: int, activation: str, width: int = 24) -> Fault:
    hidden = [{"layer": "Linear", "out_features": width}, {"layer": activation}] * layers
    return _network(lambda network: [*_start(network), *hidden, OUTPUT])


def _sgd(lr: float, **more: Any) -> Fault:
    return _set("training.optimizer", {"name": "SGD", "lr": lr, **more})


def _table(kind: str) -> Fault:
    def change(experiment: Plain) -> None:
        experiment["dataset"] = {"name": f"file:{_file(kind)}", "split": TABLE}

    return change


def _without(*kinds: str) -> Fault:
    return _network(lambda network: [each for each in network if each["layer"] not in kinds])


def _residual_tower(network: list[Any]) -> list[Any]:
    inside = [{"layer": "Linear", "out_features": 32}, {"layer": "ReLU"}, {"layer": "Linear", "out_features": 32}]
    return [*_start(network), LINEAR, *[{"layer": "Residual", "layers": inside}] * 24, OUTPUT]


def _dropping(p: float) -> Fault:
    def make(network: list[Any]) -> list[Any]:
        made: list[Any] = []
        for each in network:
            made += [each, {"layer": "Dropout", "p": p}] if each == RELU else [each]
        return made

    return _network(make)


def _normalized(network: list[Any], *before: Plain) -> list[Any]:
    """A batch normalization before each activation, and before it these layers."""
    return [each for one in network for each in ([*before, NORM, one] if one == RELU else [one])]


def _squeeze(name: str) -> Fault:
    return _network(lambda network: [*network[:-1], {"layer": name}, OUTPUT])


def _behind(name: str) -> Fault:
    return _network(lambda network: [*network, {"layer": name}])


ALL = tuple(BASES)
CLASSES = tuple(name for name in ALL if name not in OF_NUMBERS)

# rule -> (fault, data sets that suit it): each is planted in each
FAULTS: dict[str, list[tuple[Fault, tuple[str, ...]]]] = {
    "no-activation": [(_without("ReLU"), ALL)],
    "wrong-output-activation": [(_squeeze("Softmax"), CLASSES), (_behind("Softmax"), ("digits", "clouds", "penguins")),
                                (_behind("Sigmoid"), OF_NUMBERS), (_behind("Dropout"), ("digits", "circles"))],
    "wrong-loss": [(_set("training.loss", "MSELoss"), CLASSES),
                   (_set("training.loss", "CrossEntropyLoss"), OF_NUMBERS)],
    "lr-too-high": [(_set("training.optimizer.lr", 1.0), ALL), (_sgd(20.0), ALL),
                    (_set("training.optimizer", {"name": "RMSprop", "lr": 0.5}), ALL)],
    "lr-too-low": [(_set("training.optimizer.lr", 1e-6), ALL), (_sgd(1e-4), ALL)],
    "dead-units": [(_both(_set("training.optimizer", {"name": "Adam", "lr": 2.0}),
                          _set("training.schedule", {"name": "ExponentialLR", "gamma": 0.5}), _deep(5, "ReLU")), ALL)],
    "saturated-units": [(_both(_network(lambda n: [*_start(n), LINEAR, {"layer": "Sigmoid"}, OUTPUT]),
                               _set("dataset.scale", "none")), ("wine", "breast_cancer", "penguins", "file_classes",
                                                                "file_numbers", "cars")),
                        (_both(_deep(2, "Tanh"), _set("training.optimizer.lr", 2.0)), ALL)],
    "vanishing-gradient": [(_deep(10, "Sigmoid"), ALL), (_deep(14, "Sigmoid"), ALL)],
    "exploding-gradient": [(_both(_network(_residual_tower), _set("training.initialization", "kaiming_normal"),
                                  _sgd(0.05)), ALL)],
    "diverged": [(_sgd(1e4), OF_NUMBERS), (_sgd(1e6, momentum=0.9), ALL)],
    "unscaled-inputs": [(_set("dataset.scale", "none"), ("wine", "breast_cancer", "penguins", "file_classes",
                                                         "file_numbers", "cars"))],
    "unscaled-target": [(_set("dataset.scale_target", "none"), OF_NUMBERS)],
    "too-few-epochs": [(_set("training.epochs", 1), ALL), (_both(_set("training.epochs", 2),
                                                                _set("training.optimizer.lr", 0.001)), ALL)],
    "batch-too-small": [(_both(_set("training.batch_size", 1), _set("training.optimizer.lr", 0.02)), ALL),
                        (_both(_set("training.batch_size", 1), _sgd(0.1)), ALL),
                        (_both(_set("training.batch_size", 1), _network(_normalized)), ("digits", "penguins", "cars"))],
    "batch-too-large": [(_both(_set("training.batch_size", 4096), _set("training.optimizer.lr", 0.001)), ALL)],
    "underfitting": [(_network(lambda n: [*_start(n), {"layer": "Linear", "out_features": 1}, RELU, OUTPUT]),
                      ("digits", "clouds", "penguins", *OF_THE_PLANE)),
                     (_network(lambda n: [*_start(n), OUTPUT]), OF_THE_PLANE)],
    "overfitting": [(_both(_set("dataset.limit", 40), _set("training.epochs", 150), _set("training.optimizer.lr", 0.01),
                           _network(lambda n: [*_start(n), {"layer": "Linear", "out_features": 256}, RELU,
                                               {"layer": "Linear", "out_features": 256}, RELU, OUTPUT])),
                     ("digits", "clouds", "diabetes", "cars", "file_classes", "file_numbers"))],
    "bad-initialization": [(_set("training.initialization", "zeros"), ALL)],
    "class-imbalance": [(_table("rare_one"), ("wine",)), (_table("rare_two"), ("digits",)),
                        (_table("rare_three"), ("breast_cancer",)), (_table("rare_four"), ("clouds",))],
    "dropout-too-strong": [(_dropping(0.95), ALL), (_dropping(0.9), ALL),
                           (_network(lambda n: _normalized(n, {"layer": "Dropout", "p": 0.5})), ALL)],
    "regularization-too-strong": [(_set("training.optimizer.weight_decay", 1.0), ALL),
                                  (_sgd(0.05, weight_decay=0.5), ALL)],
    "shuffled-labels": [(_both(_table("classes_shuffled"), _set("training.epochs", 60)), ("wine", "file_classes")),
                        (_both(_table("wine_shuffled"), _set("training.epochs", 40)), ("wine",)),
                        (_both(_table("numbers_shuffled"), _set("training.epochs", 60)), ("file_numbers",)),
                        (_both(_table("breast_cancer_shuffled"), _set("training.epochs", 40)), ("breast_cancer",))],
}  # fmt: skip


def faulty(names: tuple[str, ...]) -> list[tuple[str, str, Plain]]:
    """(rule, data set/number of the fault, experiment) for every fault on every one of these that it suits."""
    made = []
    for rule, faults in FAULTS.items():
        for number, (fault, suited) in enumerate(faults):
            for name in [each for each in names if each in suited]:
                experiment = base(name)
                fault(experiment)
                made.append((rule, f"{name}/{number}", experiment))
    return made


# Ordinary choices, each of which a healthy program may make.
ORDINARY: dict[str, Fault] = {
    "as it is": lambda experiment: None,
    "tanh": _network(lambda n: [{"layer": "Tanh"} if each == RELU else each for each in n]),
    "gelu and AdamW": _both(_network(lambda n: [{"layer": "GELU"} if each == RELU else each for each in n]),
                            _set("training.optimizer", {"name": "AdamW", "lr": 0.01})),
    "momentum": _sgd(0.02, momentum=0.9),
    "dropout": _dropping(0.2),
    "batch norm": _network(_normalized),
    "wide": _network(lambda n: [*_start(n), {"layer": "Linear", "out_features": 128}, RELU, OUTPUT]),
    "small batches": _set("training.batch_size", 8),
    "large batches": _both(_set("training.batch_size", 64), _set("training.optimizer.lr", 0.02)),
    "minmax": _both(_set("dataset.scale", "minmax"), _set("training.optimizer.lr", 0.02), _set("training.epochs", 60)),
    "sigmoid": _both(_network(lambda n: [*_start(n), LINEAR, {"layer": "Sigmoid"}, OUTPUT]),
                     _set("training.optimizer.lr", 0.05)),
}  # fmt: skip


def healthy(names: tuple[str, ...]) -> list[tuple[str, str, Plain]]:
    """(choice, data set, experiment) for every ordinary choice on every one of these data sets."""
    made = []
    for choice, change in ORDINARY.items():
        for name in names:
            experiment = base(name)
            change(experiment)
            made.append((choice, name, experiment))
    return made
