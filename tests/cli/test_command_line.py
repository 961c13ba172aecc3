"""The command line as a terminal or a script meets it: real processes, exit statuses, both streams."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from safetensors.torch import load_file
from torch import nn

import dlcore
from dlcore.cli import main

DIGITS: dict[str, Any] = {
    "dataset": {"name": "digits"},
    "network": [{"layer": "Flatten"}, {"layer": "Linear", "out_features": 32}, {"layer": "ReLU"}, {"layer": "Output"}],
    "training": {
        "loss": "CrossEntropyLoss",
        "optimizer": {"name": "Adam", "lr": 0.01},
        "batch_size": 64,
        "epochs": 3,
        "device": "cpu",
    },
}
Finished = tuple[subprocess.CompletedProcess[str], Path]
ENGLISH = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "", "LC_MESSAGES": "", "COLUMNS": "200"}


def run(*arguments: str | Path, language: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dlcore", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**ENGLISH, "LANG": language},
        check=False,
    )


def written(folder: Path, experiment: Any = DIGITS, **training: Any) -> Path:
    path = folder / "experiment.yaml"
    path.write_text(yaml.safe_dump({**experiment, "training": {**experiment["training"], **training}}))
    return path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """One training with --json and --weights, whose output several tests read; and the folder it wrote to."""
    folder = tmp_path_factory.mktemp("trained")
    return run("train", written(folder), "--json", "--weights", folder / "best.safetensors"), folder


def test_json_is_one_event_a_line_and_nothing_else(trained: Finished) -> None:
    done, _ = trained
    assert done.returncode == 0
    assert done.stderr == ""
    events = [json.loads(line, parse_constant=pytest.fail) for line in done.stdout.splitlines()]
    assert [event["event"] for event in events][:2] == ["RunStarted", "EpochEnded"]
    assert events[-1]["event"] == "RunFinished"
    assert events[-1]["reason"] == "finished"
    assert events[0]["threads"] == 1
    ended = [event for event in events if event["event"] == "EpochEnded"]
    assert [event["epoch"] for event in ended] == [0, 1, 2, 3]
    for event in ended:
        assert {"train", "validation", "learning_rate", "gradient_norm", "seconds", "samples_per_second"} <= set(event)
        assert set(event["train"]) == {"loss", "accuracy", "precision", "recall", "f1", "confusion"}
    losses = [event["validation"]["loss"] for event in ended]
    assert events[-1]["best_epoch"] == losses.index(min(losses))


def test_the_weights_are_the_best_epochs_and_plain_torch_loads_them(trained: Finished) -> None:
    done, folder = trained
    finished = json.loads(done.stdout.splitlines()[-1])
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    model.load_state_dict(load_file(folder / "best.safetensors"))
    validation = dlcore.load(dlcore.Experiment.from_yaml(folder / "experiment.yaml")).validation
    accuracy = (model(validation.x).argmax(dim=1) == validation.y).float().mean().item()
    assert accuracy == pytest.approx(finished["best"]["accuracy"])
    assert sorted(each.name for each in folder.iterdir()) == ["best.safetensors", "experiment.yaml"]


def test_without_json_a_person_reads_what_came_out_and_pt_weights_load_with_weights_only(tmp_path: Path) -> None:
    weights = tmp_path / "best.pt"
    done = run("train", written(tmp_path), "--weights", weights)
    assert done.returncode == 0
    assert "best" in done.stdout
    assert "accuracy 0.9" in done.stdout
    assert "Training on" in done.stderr
    assert list(torch.load(weights, weights_only=True)) == ["1.weight", "1.bias", "3.weight", "3.bias"]


def test_a_bundle_is_written_with_the_weights_it_began_with_and_verifies(trained: Finished, tmp_path: Path) -> None:
    weights, bundle = trained[1] / "best.safetensors", tmp_path / "digits.zip"
    done = run("train", written(tmp_path), "--json", "--start", weights, "--bundle", bundle)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    losses = [event["validation"]["loss"] for event in told if event["event"] == "EpochEnded"]
    assert run("verify", bundle).returncode == 0
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path / "taken")
    again = subprocess.run([sys.executable, "train.py"], cwd=tmp_path / "taken", capture_output=True, text=True)
    assert [float(each) for each in re.findall(r"validation loss ([^,\s]+)", again.stdout)] == losses


def test_a_terminal_in_chinese_is_answered_in_chinese() -> None:
    done = run(language="zh_CN.UTF-8")
    assert done.returncode == 2
    assert any("\u4e00" <= letter <= "\u9fff" for letter in done.stderr)


def test_the_same_experiment_twice_prints_the_same_losses(trained: Finished, tmp_path: Path) -> None:
    first, _ = trained
    assert losses_in(first.stdout) == losses_in(run("train", written(tmp_path), "--json").stdout) != []


def losses_in(lines: str) -> list[float]:
    return [loss for line in lines.splitlines() for loss in json.loads(line).get("losses", [])]


def test_a_diverged_run_says_so_and_ends_with_its_best_epoch(tmp_path: Path) -> None:
    path, weights = written(tmp_path, optimizer={"name": "SGD", "lr": 1e30}), tmp_path / "kept.safetensors"
    done = run("train", path, "--json", "--weights", weights)
    assert done.returncode == 1
    events = [json.loads(line, parse_constant=pytest.fail) for line in done.stdout.splitlines()]
    assert [event["event"] for event in events[-2:]] == ["Diverged", "RunFinished"]
    assert events[-1]["best_epoch"] == 0
    assert all(tensor.isfinite().all() for tensor in load_file(weights).values())
    assert "learning rate 1e+30 is too large" in events[-2]["reason"]["msgid"].format(**events[-2]["reason"]["values"])


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_ctrl_c_stops_the_run_and_keeps_its_weights(tmp_path: Path) -> None:
    path, weights = written(tmp_path, epochs=100_000), tmp_path / "kept.safetensors"
    command = [sys.executable, "-m", "dlcore", "train", str(path), "--json", "--weights", str(weights)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENGLISH) as process:
        assert process.stdout is not None
        seen = [process.stdout.readline() for _ in range(5)]
        process.send_signal(signal.SIGINT)
        rest, said = process.communicate(timeout=60)
    events = [json.loads(line) for line in [*seen, *rest.splitlines()]]
    assert process.returncode == 130
    assert said == ""
    assert (events[-1]["event"], events[-1]["reason"]) == ("RunFinished", "stopped")
    assert set(load_file(weights)) == {"1.weight", "1.bias", "3.weight", "3.bias"}
    steps = [step for event in events for step in event.get("steps", [])]
    assert steps == list(range(1, len(steps) + 1))


def test_a_reader_who_goes_away_gets_no_traceback(tmp_path: Path) -> None:
    command = f"{sys.executable} -m dlcore train {written(tmp_path, epochs=300)} --json | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False, env=ENGLISH)
    assert json.loads(done.stdout)["event"] == "RunStarted"
    assert done.stderr == ""


def broken(change: str) -> dict[str, Any]:
    return {
        "layer": {**DIGITS, "network": [{"layer": "Linar"}]},
        "shape": {**DIGITS, "network": [{"layer": "Linear"}, {"layer": "Output"}]},
        "loss": {**DIGITS, "training": {**DIGITS["training"], "loss": "MSELoss"}},
        "setting": {**DIGITS, "training": {**DIGITS["training"], "batchsize": 3}},
        "size": {**DIGITS, "network": [DIGITS["network"][0], {"layer": "Linear", "out_features": 1_000_000},
                                       {"layer": "Linear", "out_features": 999_999}, {"layer": "Output"}]},
        "data": {**DIGITS, "dataset": {"name": "digit"}},
    }[change]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("layer", "Did you mean Linear?"),
        ("shape", "Flatten"),
        ("loss", "CrossEntropyLoss"),
        ("setting", "batch_size"),
        ("size", "GB"),
        ("data", "Did you mean digits?"),
    ],
)
def test_a_wrong_experiment_exits_2_with_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str, words: str
) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(yaml.safe_dump(broken(change)))
    assert_refused(called(capsys, "train", path, "--json"), words)


def called(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The same command in this process, where only its sentences are looked at."""
    status = main([*map(str, arguments)])
    out, err = capsys.readouterr()
    return subprocess.CompletedProcess(arguments, status, out, err)


def test_no_traceback_leaves_the_process(tmp_path: Path) -> None:
    assert_refused(run("train", tmp_path / "nowhere.yaml", "--json"), "nowhere.yaml")
    assert_refused(run("train", "preset:digits-mlp", "--jsn"), "Did you mean --json?")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "train"),
        (("trian", "x"), "Did you mean train?"),
        (("train",), "FILE"),
        (("train", "nowhere.yaml"), "nowhere.yaml"),
        (("train", "."), "cannot be read"),
        (("train", "preset:digit"), "Did you mean digits"),
        (("train", "preset:digits-mlp", "--jsn"), "Did you mean --json?"),
        (("train", "preset:digits-mlp", "--weights"), "--weights"),
        (("train", "preset:digits-mlp", "--weights", "x.bin"), ".safetensors"),
        (("train", "preset:digits-mlp", "--weights", "nowhere/x.pt"), "nowhere"),
        (("train", "preset:digits-mlp", "--bundle", "x.tar"), "--bundle: the name of the file must end in one of .zip"),
        (("train", "preset:digits-mlp", "more"), "more"),
        (("trace", "nowhere.yaml"), "nowhere.yaml"),
        (("layers", "--jason"), "Did you mean --json?"),
        (("serve", "--port", "many"), "--port"),
    ],
)
def test_a_wrong_call_exits_2_with_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert_refused(called(capsys, *arguments), words)


@pytest.mark.parametrize("raw", [b"", b"[", b"\xff\xfe\x00", b"a: !!python/object:os.system x", b"dataset: digits"])
def test_a_file_that_is_no_experiment_exits_2_with_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], raw: bytes
) -> None:
    path = tmp_path / "raw.yaml"
    path.write_bytes(raw)
    assert_refused(called(capsys, "train", path, "--json"), "")


def assert_refused(done: subprocess.CompletedProcess[str], words: str) -> None:
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_trace_tells_shapes_without_the_batch_axis(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = called(capsys, "trace", written(tmp_path), "--json")
    assert json.loads(done.stdout)[:2] == [
        {"layer": "Flatten", "received": [1, 8, 8], "made": [64], "parameters": 0, "bytes": 0},
        {"layer": "Linear", "received": [64], "made": [32], "parameters": 2080, "bytes": 8320},
    ]
    table = called(capsys, "trace", written(tmp_path)).stdout
    assert "1 × 8 × 8" in table
    assert "2,410" in table  # 2,080 + 330: the whole


def test_layers_inside_a_block_stand_below_it_and_count_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    block = {"layer": "Residual", "layers": [{"layer": "Linear", "out_features": 64}]}
    path = written(tmp_path, {**DIGITS, "network": [DIGITS["network"][0], block, {"layer": "Output"}]})
    lines = called(capsys, "trace", path).stdout.splitlines()
    assert lines[2].startswith("Residual")
    assert lines[3].startswith("  Linear")
    assert "4,810" in lines[-1]  # 64·64 + 64, and 640 + 10


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("layers", "Linear"),
        ("datasets", "digits"),
        ("losses", "MSELoss"),
        ("optimizers", "AdamW"),
        ("schedules", "OneCycleLR"),
        ("presets", "digits-mlp"),
    ],
)
def test_what_is_registered_is_listed_for_people_and_for_programs(
    capsys: pytest.CaptureFixture[str], command: str, name: str
) -> None:
    assert name in called(capsys, command).stdout
    assert name in [each["name"] for each in json.loads(called(capsys, command, "--json").stdout)]


def test_a_list_of_names_does_not_wait_for_torch() -> None:
    program = "import sys, dlcore.cli; dlcore.cli.main(['layers']); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


def test_importing_the_package_imports_nothing_heavy() -> None:
    program = "import sys, dlcore; sys.exit(bool({'torch', 'pydantic', 'sklearn', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_public_names_are_there() -> None:
    for name in ("Experiment", "load", "build", "train", "trace"):
        assert callable(getattr(dlcore, name))
    with pytest.raises(AttributeError, match="nothing"):
        dlcore.nothing  # noqa: B018
