"""`read`: a real process is given code and answers with layers; the code itself is never run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from dlcore.cli import main
from dlcore.experiment import parse_layers

CASES = Path(__file__).parents[1] / "cases"
NET = """import torch
from torch import nn
open({trace!r}, "w").write("the code was run")

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(20, 16)
        self.out = nn.Linear(16, 3)

    def forward(self, x):
        x = torch.relu(self.fc(x))
        {line}
        return self.out(x)
"""


def answer(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    status = main(["read", *map(str, arguments)])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def told(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    status, out, _err = answer(capsys, *arguments, "--json")
    assert out.count("\n") == 1
    return status, json.loads(out)


def test_a_process_prints_one_json_object_and_runs_nothing_of_the_code(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    code = NET.format(trace=str(trace), line="x = x * 2")
    done = subprocess.run([sys.executable, "-m", "dlcore", "read", "-", "--json"], input=code, capture_output=True,
                          text=True, env={**os.environ, "LANG": "C.UTF-8", "LC_ALL": ""}, check=False)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert list(found) == ["layers", "unread", "notes", "class"]
    assert found["class"] == "Net"
    assert [each["layer"] for each in found["layers"]] == ["Linear", "ReLU", "Output"]
    assert [each["line"] for each in found["unread"]] == [13]
    assert "«x * 2»" in found["unread"][0]["sentence"]
    assert not trace.exists()


def test_layers_are_printed_as_yaml_that_an_experiment_takes(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = answer(capsys, CASES / "layer_used_twice.py")
    assert status == 0
    assert [layer.name for layer in parse_layers(yaml.safe_load(out)["network"], "network")] == [
        *["Linear", "ReLU"] * 3, "Output",
    ]  # fmt: skip
    assert err.startswith("Line 9: ")


def test_a_note_has_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    status, found = told(capsys, CASES / "functional_dropout.py")
    assert (status, [each["line"] for each in found["notes"]], found["unread"]) == (0, [12], [])


def test_the_class_that_is_asked_for_is_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "two.py"
    file.write_text("class A(nn.Sequential):\n    def __init__(self):\n        super().__init__(nn.Linear(3, 4))\n"
                    "class B(A):\n    def forward(self, x):\n        return torch.tanh(super().forward(x))\n"
                    "class C(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
                    "        self.fc = nn.Linear(5, 6)\n    def forward(self, x):\n"
                    "        return self.fc(x)\n")  # fmt: skip
    assert told(capsys, file, "--class", "B")[1]["class"] == "B"
    status, _out, err = answer(capsys, file, "--class", "D")
    assert (status, err.count("\n")) == (2, 1)
    assert "there is no network D" in err


@pytest.mark.parametrize(("name", "said"), [
    ("missing.py", "missing.py cannot be read: No such file or directory."), (".", "cannot be read: Is a directory."),
])  # fmt: skip
def test_a_file_that_is_not_there_is_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, said: str
) -> None:
    status, out, err = answer(capsys, tmp_path / name, "--json")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert said in err


@pytest.mark.parametrize("raw", [b"x = 1\n", b"", b"\xff\xfe\x00", b"def f(:\n", b"#" * 1_000_000], ids=str)
def test_where_nothing_is_found_the_reason_is_said_and_the_status_is_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, raw: bytes
) -> None:
    file = tmp_path / "code.py"
    file.write_bytes(raw)
    status, found = told(capsys, file)
    assert (status, found["layers"], found["class"]) == (2, [], None)
    assert found["unread"][0]["sentence"]
    status, out, err = answer(capsys, file)
    assert (status, out, err.count("\n")) == (2, "", 1)
