"""`coach`: what the command line says of an experiment, a starting point and a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from dlcore.access import ME
from dlcore.cli import main
from dlcore.experiment import Experiment
from dlcore.runs import Runs, Settings
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.worker import train_run
from tests.coach.programs import base


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """The findings that `coach --json` prints of an experiment."""

    def tell(plain: dict[str, Any]) -> list[dict[str, Any]]:
        path = tmp_path / "experiment.yaml"
        path.write_text(yaml.safe_dump(plain))
        assert main(["coach", str(path), "--json"]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        return [json.loads(line) for line in out.splitlines()]

    return tell


def test_a_learning_rate_that_is_far_too_low_is_named_with_its_numbers_and_a_remedy(told: Any) -> None:
    plain = base("wine")
    plain["training"]["optimizer"]["lr"] = 1e-6
    (finding,) = [each for each in told(plain) if each["rule"] == "lr-too-low"]
    assert finding["severity"] == "warning"
    assert finding["measured"]["lr"] == 1e-6
    assert finding["remedy"] == {"set": {"training.optimizer.lr": 0.001}, "layers": []}


def test_what_cannot_be_trained_is_an_error_of_the_rule_that_knows_why(told: Any) -> None:
    plain = base("wine")
    plain["training"]["loss"] = "MSELoss"
    assert [(each["rule"], each["severity"]) for each in told(plain)] == [("wrong-loss", "error")]
    plain = base("wine")
    plain["network"].append({"layer": "Softmax"})
    assert [(each["rule"], each["severity"]) for each in told(plain)] == [("wrong-output-activation", "error")]


def test_what_no_rule_knows_is_refused_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = base("wine")
    plain["network"] = [{"layer": "Conv2d", "out_channels": 3}, {"layer": "Output"}]
    path = tmp_path / "experiment.yaml"
    path.write_text(yaml.safe_dump(plain))
    assert main(["coach", str(path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_of_a_healthy_starting_point_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coach", "preset:iris-softmax"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1] == "Nothing to say: no rule found anything."


def test_without_json_a_finding_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = base("wine")
    plain["training"]["loss"] = "MSELoss"
    path = tmp_path / "experiment.yaml"
    path.write_text(yaml.safe_dump(plain))
    assert main(["coach", str(path)]) == 0
    said = "Error (wrong-loss): MSELoss cannot judge a classification task; CrossEntropyLoss can.\n"
    assert capsys.readouterr().out == said


def test_of_a_run_it_is_said_by_its_events_and_the_weights_that_were_kept(
    store: Runs, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = base("wine")
    plain["training"] |= {"epochs": 6, "initialization": "zeros"}
    run_id = store.submit(Experiment.from_dict(plain), ME)
    token = Dispatch(store._engine, str(settings.home)).claim(run_id)
    assert token is not None
    train_run(settings, run_id, token)
    assert main(["coach", run_id, "--json"]) == 0
    found = {each["rule"]: each for each in map(json.loads, capsys.readouterr().out.splitlines())}
    assert found["bad-initialization"]["epochs"] == [4, 6]
    assert found["dead-units"]["measured"]["dead_share"] == 1.0


def test_there_is_no_run_of_that_name_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coach", "nobody"]) == 2
    assert "There is no run nobody" in capsys.readouterr().err
