"""What an experiment file may say, what it is told when it is wrong, and that nothing is lost on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from dlcore.codegen import source_code
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment, usual_loss
from dlcore.experiment.plain_yaml import MAX_BYTES
from dlcore.registry import LOSSES
from dlcore.training.events import EpochEnded
from dlcore.training.loop import train
from dlcore.training.losses import TASK_NAMES

DIGITS = """
dataset:
  name: digits
  split: {method: holdout, test: 0.2, validation: 0.1}
  scale: standard
  limit: null
network:
  - {layer: Flatten}
  - {layer: Linear, out_features: 512}
  - {layer: ReLU}
  - {layer: Dropout, p: 0.3}
  - {layer: Output}
training:
  loss: CrossEntropyLoss
  optimizer: {name: RMSprop, lr: 0.001}
  batch_size: 128
  epochs: 5
  device: auto
seed: 0
"""


def changed(path: str, value: Any) -> dict[str, Any]:
    """The digits experiment as plain data with one value at a dotted path replaced (or added)."""
    plain = yaml.safe_load(DIGITS)
    *parents, last = path.split(".")
    place = plain
    for parent in parents:
        place = place[int(parent) if parent.isdigit() else parent]
    place[int(last) if last.isdigit() else last] = value
    return plain


def refusal(given: Any) -> ExperimentError:
    with pytest.raises(ExperimentError) as caught:
        Experiment.from_dict(given)
    return caught.value


def test_the_file_in_the_documentation_is_read_as_it_stands() -> None:
    experiment = Experiment.from_yaml_text(DIGITS)
    assert experiment.dataset.source.name == "digits"
    assert [layer.name for layer in experiment.network] == ["Flatten", "Linear", "ReLU", "Dropout", "Output"]
    assert experiment.network[1].out_features == 512  # type: ignore[attr-defined]
    assert experiment.training.optimizer.lr == 0.001  # type: ignore[attr-defined]


def test_an_experiment_survives_yaml_and_back() -> None:
    experiment = Experiment.from_yaml_text(DIGITS)
    assert Experiment.from_yaml_text(experiment.to_yaml()) == experiment
    assert Experiment.from_dict(experiment.to_dict()) == experiment


def test_what_is_left_out_gets_the_documented_default() -> None:
    plain = yaml.safe_load(DIGITS)
    del plain["seed"], plain["dataset"]["split"], plain["training"]["device"]
    experiment = Experiment.from_dict(plain)
    assert (experiment.seed, experiment.dataset.split.test, experiment.training.device) == (0, 0.2, "auto")


def test_the_settings_of_a_data_set_stand_beside_its_name() -> None:
    experiment = Experiment.from_dict(changed("dataset", {"name": "moons", "noise": 0.3, "samples": 200}))
    assert experiment.dataset.source.noise == 0.3  # type: ignore[attr-defined]
    assert Experiment.from_yaml_text(experiment.to_yaml()) == experiment


@pytest.mark.parametrize(
    ("path", "value", "field", "words"),
    [
        ("network.1.out_features", 0, "network.1.out_features", ["layer 2", "out_features", "from 1 to", "0 came"]),
        ("network.1.out_feature", 9, "network.1.out_feature", ["Did you mean out_features?"]),
        ("network.1.layer", "Linar", "network.1.layer", ["layer 2", "'Linar'", "Did you mean Linear?"]),
        ("network.3.p", 1.5, "network.3.p", ["layer 4", "1.5 came"]),
        ("network", "Linear", "network", ["a list of layers", "'Linear' came"]),
        ("dataset.name", "digit", "dataset.name", ["Did you mean digits?"]),
        ("dataset.noise", 1, "dataset.noise", ["digits", "no settings"]),
        ("dataset.scale", "zscore", "dataset.scale", ["standard, minmax, none", "'zscore' came"]),
        ("dataset.split.test", 2, "dataset.split.test", ["from 0 to 0.9", "2 came"]),
        ("dataset.limit", 0, "dataset.limit", ["1 or more", "0 came"]),
        ("training.loss", "CrossEntropy", "training.loss.name", ["Did you mean CrossEntropyLoss?"]),
        ("training.optimizer.lr", -1, "training.optimizer.lr", ["above 0", "-1 came"]),
        ("training.optimizer.lr", float("nan"), "training.optimizer.lr", ["a number above 0"]),
        ("training.optimizer.name", "adm", "training.optimizer.name", ["Did you mean Adam?"]),
        ("training.batch_size", "32", "training.batch_size", ["a whole number", "'32' came"]),
        ("training.epochs", 2.5, "training.epochs", ["a whole number", "2.5 came"]),
        ("training.device", "gpu", "training.device", ["auto, cpu, cuda, mps"]),
        ("trainin", {}, "trainin", ["Did you mean training?"]),
        ("seed", True, "seed", ["a whole number", "True came"]),
    ],
)
def test_a_mistake_is_one_sentence_that_names_the_field(path: str, value: Any, field: str, words: list[str]) -> None:
    error = refusal(changed(path, value))
    assert error.field == field
    for word in words:
        assert word in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("dataset", "here may stand names with values, as in {name: digits}"),
        ("network", "here may stand a list of layers, as in [{layer: Flatten}, {layer: Output}]"),
        ("training", "here may stand names with values, as in {optimizer:"),
        ("dataset.name", "here may stand one of these names, alone or with its settings: digits, "),
        ("training.optimizer", "here may stand one of these names, alone or with its settings: SGD, "),
    ],
)
def test_what_is_missing_is_said_to_be_missing_and_what_may_stand_there(section: str, words: str) -> None:
    plain = yaml.safe_load(DIGITS)
    *parents, last = section.split(".")
    place = plain
    for parent in parents:
        place = place[parent]
    del place[last]
    error = refusal(plain)
    assert error.field == section
    assert str(error).startswith(f"{section}: is missing; {words}")


OF_ANOTHER_KIND = [("dataset.split", [0.2, 0.2]), ("dataset.split", 0.2), ("dataset.split", "holdout")]
OF_ANOTHER_KIND += [("dataset", "digits"), ("training", ["Adam"]), ("training", None)]


@pytest.mark.parametrize(("path", "value"), OF_ANOTHER_KIND)
def test_a_section_of_another_kind_is_told_what_may_stand_there(path: str, value: Any) -> None:
    said = str(refusal(changed(path, value)))
    assert said.startswith(f"{path}: must be names with values, as in {{")
    assert said.endswith(f"but {value!r} came")


TASKS = {"digits": "CrossEntropyLoss", "diabetes": "MSELoss", "reviews": "BCEWithLogitsLoss"}
TASKS |= {"scenes": "BCEWithLogitsLoss", "manual": "CrossEntropyLoss"}


@pytest.mark.parametrize("dataset", TASKS)
def test_a_loss_that_is_left_out_is_the_usual_one_of_the_task(dataset: str) -> None:
    plain = changed("dataset", {"name": dataset})
    del plain["training"]["loss"]
    experiment = Experiment.from_dict(plain)
    assert experiment.loss.name == TASKS[dataset]
    written = {**plain, "training": {**plain["training"], "loss": TASKS[dataset]}}
    assert Experiment.from_dict(written).loss == experiment.loss
    empty = {**plain, "training": {**plain["training"], "loss": None}}
    assert Experiment.from_dict(empty) == experiment


def test_every_task_has_one_usual_loss_that_can_judge_it() -> None:
    for task in TASK_NAMES:
        assert [each.name for each in LOSSES.values() if task in each.usual_for] == [usual_loss(task).name]  # type: ignore[attr-defined]
        assert task in usual_loss(task).tasks  # type: ignore[attr-defined]


def test_a_loss_that_was_left_out_is_not_written_and_one_that_was_chosen_is() -> None:
    plain = yaml.safe_load(DIGITS)
    chosen = Experiment.from_dict(plain)
    del plain["training"]["loss"]
    left_out = Experiment.from_dict(plain)
    assert "loss" not in left_out.to_dict()["training"]
    assert Experiment.from_yaml_text(left_out.to_yaml()) == left_out
    assert chosen.to_dict()["training"]["loss"] == "CrossEntropyLoss"
    assert list(chosen.to_dict()["training"]) == ["loss", "optimizer", "batch_size", "epochs", "device"]


def test_what_is_trained_and_written_as_code_is_the_same_with_the_loss_left_out() -> None:
    plain = changed("training.device", "cpu")
    chosen = Experiment.from_dict(plain)
    del plain["training"]["loss"]
    left_out = Experiment.from_dict(plain)
    assert source_code(left_out) == source_code(chosen).replace("  loss: CrossEntropyLoss\n", "")
    events = [[each.train for each in train(one) if isinstance(each, EpochEnded)] for one in (left_out, chosen)]
    assert events[0] == events[1] != []


def test_a_number_that_python_itself_would_not_write_gets_its_sentence() -> None:
    error = refusal(changed("seed", 10**5000))
    assert str(error) == "seed: must be a whole number from 0 to 2,147,483,638, but <int> came"


def test_a_name_that_stands_twice_is_refused_with_its_line() -> None:
    with pytest.raises(ExperimentError, match=r"Line 12 .*layer stands there twice"):
        Experiment.from_yaml_text(DIGITS.replace("layer: Output", "layer: Output, layer: ReLU"))


@pytest.mark.parametrize("given", [None, 3, [], "digits"])
def test_what_is_no_mapping_is_refused(given: Any) -> None:
    assert "mapping" in str(refusal(given))


def test_parts_that_leave_nothing_to_learn_from_are_refused() -> None:
    error = refusal(changed("dataset.split", {"method": "holdout", "test": 0.6, "validation": 0.5}))
    assert error.field == "dataset.split.validation"
    assert "1.1 came" in str(error)


def test_scientific_notation_without_a_dot_is_a_number() -> None:
    experiment = Experiment.from_yaml_text(DIGITS.replace("lr: 0.001", "lr: 1e-3"))
    assert experiment.training.optimizer.lr == 0.001  # type: ignore[attr-defined]


def test_a_yaml_tag_is_never_run(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    with pytest.raises(ExperimentError, match="not plain YAML"):
        Experiment.from_yaml_text(f"!!python/object/apply:os.mkdir ['{canary}']")
    assert not canary.exists()


def test_aliases_that_could_stand_for_gigabytes_are_refused() -> None:
    laughs = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    with pytest.raises(ExperimentError, match="aliases"):
        Experiment.from_yaml_text(laughs)


def test_a_file_over_the_limit_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(ExperimentError, match="at most"):
        Experiment.from_yaml(path)


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", b"[" * 5000, b"a: b: c", b"{", b"\x00"])
def test_what_is_no_yaml_gets_a_sentence(raw: bytes) -> None:
    with pytest.raises(ExperimentError):
        Experiment.from_yaml_text(raw)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match=r"nowhere\.yaml"):
        Experiment.from_yaml(tmp_path / "nowhere.yaml")
