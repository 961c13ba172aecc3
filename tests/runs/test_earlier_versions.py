"""What an earlier version kept is opened by this one. The files in tests/fixtures/version_1 were made by that version:
a home with runs in every state, data sets and drafts, bundles, experiments, weights and links; and, in facts.json,
what that version answered.
"""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

import dlcore
from dlcore.access import student
from dlcore.data.uploads import upload_access
from dlcore.experiment import Experiment
from dlcore.export.bundle.replay import replay
from dlcore.export.link import decode
from dlcore.export.weights import read
from dlcore.inference.question import Question
from dlcore.runs import Runs, Settings
from dlcore.runs import open as open_runs
from tests.runs.living import until_epoch, until_state

KEPT = Path(__file__).parents[1] / "fixtures/version_1"
FACTS: dict[str, Any] = json.loads((KEPT / "facts.json").read_text("utf-8"))
RUNS: dict[str, str] = FACTS["runs"]


@pytest.fixture(scope="module")
def old_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("earlier")
    with zipfile.ZipFile(KEPT / "home.zip") as packed:
        packed.extractall(folder)
    return folder / "home"


@pytest.fixture(scope="module")
def settings(old_home: Path) -> Settings:
    return Settings(home=old_home, workers=1, checkpoint_seconds=0.5)


@pytest.fixture(scope="module")
def runs(settings: Settings) -> Iterator[Runs]:
    before = sqlite3.connect(settings.home / "dlcore.db")
    assert before.execute("SELECT version_num FROM alembic_version").fetchone() == ("0002",)
    before.close()
    with Runs(settings) as found:
        yield found


@pytest.mark.parametrize("key", FACTS["best"])
def test_a_run_is_as_it_was_left(runs: Runs, key: str) -> None:
    status = runs.status(RUNS[key], student("ann"))
    assert [status.best_epoch, status.epoch, status.state] == FACTS["best"][key]
    assert status.name == FACTS["names"][key]
    assert len(runs.events(RUNS[key], student("ann"))) == FACTS["events"][key]


def test_a_test_part_that_was_opened_stays_opened(runs: Runs) -> None:
    assert runs.status(RUNS["plane"], student("ann")).test_opened_at is not None
    assert runs.status(RUNS["with"], student("ann")).test_opened_at is None


@pytest.mark.parametrize("key", FACTS["weights"])
def test_weights_are_those_that_were_kept(runs: Runs, key: str) -> None:
    found = runs.weights(RUNS[key], student("ann"), "best")
    assert {name: each.flatten()[:4].tolist() for name, each in found.items()} == FACTS["weights"][key]


def test_an_experiment_of_the_database_is_read_and_names_the_same_data(runs: Runs) -> None:
    experiment = runs.experiment(RUNS["birds"], student("ann"))
    with upload_access.using(runs.upload_access(student("ann"))):
        data = dlcore.load(experiment)
    assert data.about.classes == ("Adelie", "Chinstrap", "Gentoo")
    assert len(data.train) + len(data.validation) + len(data.test) == 90


@pytest.mark.parametrize("key", FACTS["uploads"])
def test_data_sets_are_there_with_their_rows(runs: Runs, key: str) -> None:
    runs.find_upload(FACTS["uploads"][key], student("ann"))
    assert len(runs.frame(FACTS["uploads"][key], student("ann"), rows=5)) == 5


def test_a_draft_and_a_preference_are_there(runs: Runs) -> None:
    assert runs.preference(student("ann"), "language") == "zh_CN"
    assert Experiment.from_dict(runs.draft(student("ann")) or {}).dataset.source.name == "digits"


def test_the_reserve_of_the_disk_is_the_one_that_was_put_aside(runs: Runs) -> None:
    home = runs.settings.home
    assert (home / "disk_reserve").stat().st_size == 4_000_000
    assert not (home / "ballast").exists()


@pytest.mark.slow
def test_a_network_of_then_answers_as_it_did(runs: Runs) -> None:
    asked = runs.ask(RUNS["birds"], Question.of_row(FACTS["row"]), student("ann"), "best")
    assert asked["answers"][0] == pytest.approx(FACTS["answers"]["answers"][0], abs=1e-6)
    assert asked["classes"] == FACTS["answers"]["classes"]


@pytest.mark.slow
def test_what_was_queued_and_what_was_paused_goes_on(settings: Settings, runs: Runs) -> None:
    del runs  # the home is brought up to date
    with open_runs(settings) as served:
        served.resume(RUNS["paused"], student("ann"))
        assert until_state(served, RUNS["queued"], "finished").epoch == 3
        before = served.status(RUNS["paused"], student("ann")).epoch
        until_epoch(served, RUNS["paused"], before + 3)
        served.stop(RUNS["paused"], student("ann"))
        until_state(served, RUNS["paused"], "stopped")


@pytest.mark.parametrize("key", ["birds", "plane"])
def test_a_bundle_of_then_still_answers_as_the_app_did(key: str) -> None:
    assert replay(KEPT / f"{key}.zip").agrees


@pytest.mark.parametrize("key", ["birds", "plane"])
def test_a_bundle_of_then_is_imported(runs: Runs, key: str) -> None:
    experiment = runs.import_bundle((KEPT / f"{key}.zip").read_bytes(), f"{key}.zip", student("ann"))
    assert experiment.start is not None


@pytest.mark.parametrize("key", ["birds", "plane", "with"])
def test_an_experiment_file_of_then_says_the_same(key: str, runs: Runs) -> None:
    found = Experiment.from_yaml(KEPT / f"{key}.yaml")
    assert found.to_dict() == runs.experiment(RUNS[key], student("ann")).to_dict()


def test_weights_in_a_pt_file_of_then_fit_their_network() -> None:
    model = dlcore.build(Experiment.from_yaml(KEPT / "plane.yaml"))
    model.load_state_dict(read((KEPT / "weights.pt").read_bytes(), "weights.pt", model))
    kept = FACTS["weights"]["plane"]["0.weight"]
    assert model.state_dict()["0.weight"].flatten()[:4].tolist() == torch.tensor(kept).tolist()


def test_links_of_then_open_what_they_opened(runs: Runs) -> None:
    plain, asked = decode(FACTS["links"]["plain"]), decode(FACTS["links"]["assignment"])
    assert plain.experiment.to_dict() == runs.experiment(RUNS["with"], student("ann")).to_dict()
    assert asked.experiment.to_dict() == runs.experiment(RUNS["plane"], student("ann")).to_dict()
    assert asked.assignment is not None
    assert asked.assignment.requirements() == {"locks": ["data"], "score": 0.9, "parameters": 100}
