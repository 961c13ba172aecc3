"""What an experiment file may say, what it is told when it is wrong, and that nothing is lost on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.experiment.plain_yaml import MAX_BYTES

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


@pytest.mark.parametrize("section", ["dataset", "network", "training"])
def test_a_missing_section_is_named(section: str) -> None:
    plain = yaml.safe_load(DIGITS)
    del plain[section]
    assert refusal(plain).field == section


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
