"""What people bring from Keras, Lightning and scikit-learn is pointed to its name here: each row of the table."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from dlcore.errors import ExperimentError
from dlcore.experiment import DatasetChoice, Experiment, Training
from dlcore.experiment.splits import SPLITS
from dlcore.foreign_names import NEEDLESS, PLACES, SETTINGS, THINGS, Called, Elsewhere
from dlcore.lookup import Registry
from dlcore.registry import DATASETS, LAYERS, LOSSES, OPTIMIZERS, SCHEDULES, USER_DATASETS

REGISTRIES: dict[str, Registry[Any]] = {
    "layer": LAYERS,
    "loss": LOSSES,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
}
PLAIN: dict[str, Any] = {
    "dataset": {"name": "digits"},
    "network": [{"layer": "Flatten"}, {"layer": "Linear"}, {"layer": "Output"}],
    "training": {"loss": "CrossEntropyLoss", "optimizer": {"name": "Adam"}},
}
ROWS = [(kind, name) for kind, rows in THINGS.items() for name in rows]


def told(**changes: Any) -> ExperimentError:
    """What is said to the small experiment with these sections in place of its own."""
    with pytest.raises(ExperimentError) as caught:
        Experiment.from_dict({**PLAIN, **changes})
    return caught.value


def in_training(**settings: Any) -> ExperimentError:
    return told(training={**PLAIN["training"], **settings})


def in_layer(name: str, **settings: Any) -> ExperimentError:
    return told(network=[{"layer": name, **settings}, {"layer": "Output"}])


@pytest.mark.parametrize(("kind", "name"), ROWS)
def test_the_name_of_a_thing_elsewhere_is_answered_with_its_name_here_and_not_with_the_list(
    kind: str, name: str
) -> None:
    assert name not in REGISTRIES[kind]
    for written in (name, name.lower(), name.upper()):
        if written in REGISTRIES[kind]:
            continue
        error = in_layer(written) if kind == "layer" else in_training(**{kind: written})
        row = THINGS[kind][name]
        for ours in row.names if isinstance(row, Called) else ():
            assert ours in REGISTRIES[kind]
            assert ours in str(error)
        assert "Allowed" not in str(error)
        assert len(str(error)) < 200


@pytest.mark.parametrize(("kind", "name"), [each for each in ROWS if isinstance(THINGS[each[0]][each[1]], Called)])
def test_a_setting_that_is_named_with_a_thing_is_one_of_its_own(kind: str, name: str) -> None:
    row = THINGS[kind][name]
    assert isinstance(row, Called)
    for theirs, setting in row.settings.items():
        for ours in row.names:
            assert setting in REGISTRIES[kind][ours].model_fields
            assert theirs not in REGISTRIES[kind][ours].model_fields


def everything_with_settings() -> dict[str, list[str]]:
    found = {name: list(each.model_fields) for kind in REGISTRIES.values() for name, each in kind.items()}
    found |= {name: list(each.model_fields) for kind in (DATASETS, USER_DATASETS) for name, each in kind.items()}
    found |= {name: list(each.model_fields) for name, each in SPLITS.items()}
    return found | {
        "dataset": [*DatasetChoice.model_fields, "name"],
        "training": list(Training.model_fields),
        "experiment": list(Experiment.model_fields),
    }


@pytest.mark.parametrize("theirs", SETTINGS)
def test_every_setting_that_is_pointed_to_is_one_of_something(theirs: str) -> None:
    known = everything_with_settings()
    for ours in SETTINGS[theirs]:
        assert any(ours in fields and theirs not in fields for fields in known.values()), ours


@pytest.mark.parametrize("theirs", PLACES)
def test_every_place_that_is_pointed_to_takes_the_line_that_is_shown(theirs: str) -> None:
    row = PLACES[theirs]
    line = yaml.safe_load(row.example.replace("{value}", row.usual))
    plain: dict[str, Any] = {each: dict(PLAIN[each]) for each in ("dataset", "training")}
    if row.place.startswith("a layer"):
        Experiment.from_dict({**PLAIN, "network": [*line, {"layer": "Output"}]})
    elif row.place == "seed":
        Experiment.from_dict({**PLAIN, **line})
    else:
        section, setting = row.place.split(".")[:2]
        assert list(line) == [setting]
        plain[section] |= line
        found: Any = Experiment.from_dict({**PLAIN, **plain})
        for step in row.place.split("."):
            found = getattr(found, step)


@pytest.mark.parametrize("theirs", NEEDLESS)
def test_what_nobody_needs_here_is_said_to_be_left_out(theirs: str) -> None:
    error = in_training(**{theirs: 3}) if theirs in ("metrics", "shuffle") else in_layer("Linear", **{theirs: 3})
    assert "Leave it out" in str(error)
    assert "Allowed" not in str(error)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (lambda: in_layer("Dense", units=64), "It is called Linear here, and its units is out_features."),
        (lambda: in_layer("Conv2D", filters=8), "Did you mean Conv2d?"),
        (lambda: in_layer("MaxPooling2D"), "It is called MaxPool2d here"),
        (lambda: in_layer("BatchNormalization"), "BatchNorm1d, BatchNorm2d, BatchNorm3d"),
        (lambda: in_layer("Linear", units=64), "It is called out_features here."),
        (lambda: in_layer("LSTM", units=64), "It is called hidden_size here."),
        (lambda: in_layer("LSTM", return_sequences=True), "It is called every_step here."),
        (lambda: in_layer("Conv2d", filters=8), "It is called out_channels here."),
        (lambda: in_layer("Dropout", rate=0.3), "It is called p here."),
        (lambda: in_layer("Dropout", dropout=0.3), "It is called p here."),
        (lambda: in_layer("Linear", activation="relu"), "a layer of the network, after this one"),
        (lambda: in_layer("Linear", dropout=0.3), "- {layer: Dropout, p: 0.3}"),
        (lambda: told(network=[{"Dropout": 0.3}]), "{layer: Dropout, …}"),
        (lambda: told(network=[{"dense": {"units": 3}}]), "{layer: Linear, …}"),
        (lambda: in_training(learning_rate=0.01), "training.optimizer.lr, as in: optimizer: {name: Adam, lr: 0.01}"),
        (lambda: in_training(lr=0.01), "optimizer: {name: Adam, lr: 0.01}"),
        (lambda: in_training(dropout=0.3), "- {layer: Dropout, p: 0.3}"),
        (lambda: told(training={"lr": 0.01, "epochs": 3}), "optimizer: {name: Adam, lr: 0.01}"),
        (lambda: told(training={"learning_rate": 1e-4}), "optimizer: {name: Adam, lr: 0.0001}"),
        (lambda: in_training(max_epochs=5), "It is called epochs here."),
        (lambda: in_training(validation_split=0.2), "split: {test: 0.2, validation: 0.2}"),
        (lambda: in_training(optimizer="adam"), "Did you mean Adam?"),
        (lambda: in_training(optimizer={"name": "Adam", "learning_rate": 0.1}), "It is called lr here."),
        (lambda: in_training(loss="mse"), "It is called MSELoss here."),
        (lambda: in_training(loss="sparse_categorical_crossentropy"), "It is called CrossEntropyLoss here."),
        (lambda: in_training(loss="categorical_crossentropy"), "It is called CrossEntropyLoss here."),
        (lambda: in_training(loss="binary_crossentropy"), "It is called BCEWithLogitsLoss here."),
        (lambda: told(dataset={"name": "digits", "batch_size": 32}), "training.batch_size, as in: batch_size: 32"),
        (lambda: told(dataset={"name": "moons", "epochs": 3}), "training.epochs, as in: epochs: 3"),
        (lambda: told(dataset={"name": "digits", "test_size": 0.3}), "split: {test: 0.3, validation: 0.1}"),
        (lambda: told(epochs=7), "training.epochs, as in: epochs: 7"),
        (lambda: told(lr=0.1), "training.optimizer.lr"),
        (lambda: told(model=[]), "It is called network here."),
        (lambda: told(random_state=1), "It is called seed here."),
    ],
)
def test_an_ordinary_mistake_gets_its_pointer(error: Any, words: str) -> None:
    said = str(error())
    assert words in said
    assert "Allowed" not in said
    assert "\n" not in said


def test_a_setting_that_is_only_mistyped_still_gets_its_neighbour() -> None:
    assert "Did you mean batch_size?" in str(in_training(batchsize=3))
    assert "Did you mean out_features?" in str(in_layer("Linear", out_feature=3))


def test_a_name_of_a_million_letters_is_not_repeated() -> None:
    for error in (in_layer("x" * 1_000_000), in_training(**{"x" * 1_000_000: 1}), told(**{"y" * 1_000_000: 1})):
        assert len(str(error)) < 2000
    assert isinstance(PLACES["lr"], Elsewhere)
