"""What the command line says of a network that works and is unwise, and of losses that cannot judge a task."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from dlcore.cli import main

UNWISE = [{"layer": "Flatten"}, {"layer": "Linear", "out_features": 8}, {"layer": "Residual", "layers": [
    {"layer": "ReLU"}, {"layer": "ReLU"}]}, {"layer": "Linear", "out_features": 8}, {"layer": "Softmax"},
    {"layer": "Output"}]  # fmt: skip
SOUND = [{"layer": "Flatten"}, {"layer": "Linear", "out_features": 8}, {"layer": "ReLU"}, {"layer": "Output"}]

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """A command on an experiment with these layers: its status, standard output and standard error."""

    def run(
        name: str, *options: str, layers: Any = SOUND, dataset: Any = None, **training: Any
    ) -> tuple[int, str, str]:
        path = tmp_path / "experiment.yaml"
        plain = {
            "dataset": dataset or {"name": "digits", "limit": 64},
            "network": layers,
            "training": {"optimizer": "Adam", "epochs": 1, "device": "cpu", **training},
        }
        path.write_text(yaml.safe_dump(plain))
        status = main([name, str(path), *options])
        return status, *capsys.readouterr()

    return run


def test_train_and_trace_say_on_standard_error_what_is_unwise(command: Command) -> None:
    for name in ("train", "trace"):
        status, out, err = command(name, layers=UNWISE)
        assert status == 0
        warned = [line for line in err.splitlines() if line.startswith("Warning: ")]
        assert [line.split(")")[0] for line in warned] == [
            "Warning: Layer 3.2 (ReLU",
            "Warning: Layer 5 (Softmax",
        ]
        assert "Warning" not in out


def test_as_json_train_tells_an_event_of_each_before_the_others(command: Command) -> None:
    status, out, err = command("train", "--json", layers=UNWISE)
    assert (status, err) == (0, "")
    events = [json.loads(line) for line in out.splitlines()]
    assert [event["event"] for event in events[:3]] == ["Warning", "Warning", "RunStarted"]
    assert [(event["path"], event["repair"]) for event in events[:2]] == [([2, 1], "remove"), ([4], None)]
    assert events[1]["text"].startswith("Layer 5 (Softmax) squeezes what Output receives, and CrossEntropyLoss")


def test_as_json_trace_tells_them_at_the_layer_they_are_about(command: Command) -> None:
    status, out, err = command("trace", "--json", layers=UNWISE)
    assert (status, err) == (0, "")
    steps = json.loads(out)
    assert [step["layer"] for step in steps if "warnings" in step] == ["Softmax"]
    assert [each["repair"] for each in steps[4]["warnings"]] == [None]
    (inner,) = [child for child in steps[2]["children"] if "warnings" in child]
    assert inner["warnings"][0]["text"].startswith("Layer 3.2 (ReLU) follows another activation")


def test_of_a_sound_network_nothing_is_said(command: Command) -> None:
    assert "Warning" not in "".join(command("train", "--json")[1:])
    status, out, err = command("trace")
    assert (status, err) == (0, "")
    assert "Warning" not in out


@pytest.mark.parametrize("name", ["train", "trace", "code"])
@pytest.mark.parametrize(
    ("dataset", "loss", "words"),
    [
        ("digits", "MSELoss", "MSELoss cannot judge a classification task. Allowed here: CrossEntropyLoss, NLLLoss."),
        ("diabetes", "CrossEntropyLoss", "Allowed here: MSELoss, L1Loss, HuberLoss."),
        (
            "moons",
            "BCEWithLogitsLoss",
            "Two classes have a score each here, and CrossEntropyLoss asks the same of them.",
        ),
        (
            "reviews",
            "CrossEntropyLoss",
            "Yes or no has a single score here, and BCEWithLogitsLoss asks the same of it.",
        ),
        ("iris", "BCEWithLogitsLoss", "Allowed here: CrossEntropyLoss, NLLLoss."),
    ],
)
def test_a_loss_that_cannot_judge_the_task_is_refused_by_every_command_in_the_same_sentence(
    command: Command, name: str, dataset: str, loss: str, words: str
) -> None:
    status, out, err = command(name, layers=[{"layer": "Output"}], dataset={"name": dataset}, loss=loss)
    assert (status, out) == (2, "")
    assert err.startswith("training.loss: ")
    assert err.rstrip().endswith(words)


@pytest.mark.parametrize("values", [(0, 1), ("no", "yes")])
@pytest.mark.parametrize(("loss", "task"), [("CrossEntropyLoss", "multiclass"), ("BCEWithLogitsLoss", "binary")])
def test_of_two_values_in_a_column_each_loss_is_had_by_the_task_that_the_sentence_names(
    command: Command, tmp_path: Path, values: tuple[Any, Any], loss: str, task: str
) -> None:
    rows = [{"x": float(n), "flag": values[n % 2]} for n in range(60)]
    pd.DataFrame(rows).to_csv(tmp_path / "flags.csv", index=False)
    other = "binary" if task == "multiclass" else "multiclass"
    own = {"name": "file:flags.csv", "target": "flag"}
    layers = [{"layer": "Output"}]
    status, _out, err = command("trace", layers=layers, dataset={**own, "task": other}, loss=loss)
    assert status == 2
    assert err.rstrip().endswith(f"For {loss}, write task: {task} under dataset.")
    assert command("train", "--json", layers=layers, dataset={**own, "task": task}, loss=loss)[0] == 0
    assert command("train", "--json", layers=layers, dataset={**own, "task": task})[0] == 0


def test_the_loss_may_be_left_out_of_every_command(command: Command) -> None:
    for name in ("train", "trace", "code"):
        assert command(name)[0] == 0
    assert "nn.CrossEntropyLoss()" in command("code")[1]
