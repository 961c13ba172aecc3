"""A notebook finds this machine's own data; no process that serves others does, whatever thread of it asks."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
import torch

import dlcore
from dlcore.access import ME, student
from dlcore.data.uploads import upload_access
from dlcore.errors import UploadError
from dlcore.experiment import Experiment
from dlcore.runs import Runs, Settings
from dlcore.runs.local_workers import LocalWorkers
from tests.runs.living import digits, until_state, wait_until

ROOT = Path(__file__).parents[2]
PLAIN: dict[str, Any] = {
    "network": [{"layer": "Linear", "out_features": 4}, {"layer": "ReLU"}, {"layer": "Output"}],
    "training": {"optimizer": "Adam", "epochs": 2, "device": "cpu"},
}


def cats(folder: Path, name: str = "cats.csv") -> Path:
    path = folder / name
    rows = [{"length": n % 17, "weight": n % 5, "kind": "long" if n % 17 > 8 else "short"} for n in range(80)]
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def on(dataset: str) -> Experiment:
    return Experiment.from_dict({**PLAIN, "dataset": {"name": dataset, "target": "kind"}})


def script(code: str, *arguments: str | Path, home: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """A script of somebody's, run as they run it."""
    path = folder / "script.py"
    path.write_text(code)
    environment = {**os.environ, "DLCORE_HOME": str(home), "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, path, *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )


NOTEBOOK = """
import sys, threading
import dlcore, dlcore.network
from dlcore.access import ME, student
import pandas as pd

runs = dlcore.runs.open(dispatcher=False)
upload = runs.upload(sys.argv[1], ME)
theirs = runs.upload(sys.argv[1], student("ann"))
plain = {"network": [{"layer": "Linear", "out_features": 4}, {"layer": "ReLU"}, {"layer": "Output"}],
         "training": {"optimizer": "Adam", "epochs": 2, "device": "cpu"}}
experiment = dlcore.Experiment.from_dict({"dataset": {"name": upload.dataset, "target": "kind"}, **plain})
data = dlcore.load(experiment)
assert len(data.train) + len(data.validation) + len(data.test) == 80
assert [step.made for step in dlcore.trace(experiment)] == [step.made for step in dlcore.network.trace(experiment)]
assert dlcore.build(experiment)(data.train.x).shape == (len(data.train), 1)
assert experiment.loss.name == "BCEWithLogitsLoss"
assert [type(event).__name__ for event in dlcore.train(experiment)][-1] == "RunFinished"
assert dlcore.source_code(experiment)
run_id = runs.submit(experiment, ME)
assert [type(event).__name__ for event in dlcore.train(experiment)][-1] == "RunFinished", "after a submission, too"
in_thread = []
thread = threading.Thread(target=lambda: in_thread.append(len(dlcore.load(experiment).train)))
thread.start()
thread.join()
assert in_thread == [len(data.train)]
for name in (theirs.dataset, "upload:0123"):
    try:
        dlcore.load(dlcore.Experiment.from_dict({"dataset": {"name": name, "target": "kind"}, **plain}))
    except dlcore.DlcoreError as error:
        print(error)
try:
    runs.submit(dlcore.Experiment.from_dict({"dataset": {"name": "file:cats.csv", "target": "kind"}, **plain}), ME)
except dlcore.DlcoreError as error:
    print(error)
runs.delete_upload(upload.id, ME)
try:
    dlcore.load(experiment)
except dlcore.DlcoreError as error:
    print(error)
"""


def test_a_script_finds_its_own_uploads_and_nobody_elses(tmp_path: Path) -> None:
    done = script(NOTEBOOK, cats(tmp_path), home=tmp_path / "home", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    theirs, nowhere, queued, deleted = done.stdout.splitlines()
    assert theirs.startswith("There is no data set upload:")
    assert nowhere.startswith("There is no data set upload:0123")
    assert queued.startswith("file: names a file of this machine")
    assert deleted


FILES = """
import os, sys
import dlcore
from dlcore.data.uploads import upload_access
experiment = dlcore.Experiment.from_yaml("elsewhere/cats.yaml")
beside = dlcore.load(experiment)
os.chdir("elsewhere/deeper")
assert (dlcore.load(experiment).train.x == beside.train.x).all()
assert experiment == dlcore.Experiment.from_yaml_text(experiment.to_yaml())
assert hash(experiment.dataset.source) == hash(dlcore.Experiment.from_yaml_text(experiment.to_yaml()).dataset.source)
assert os.getcwd() not in experiment.to_yaml() and "elsewhere" not in experiment.to_yaml()
try:
    dlcore.load(dlcore.Experiment.from_yaml_text(experiment.to_yaml()))
except dlcore.DlcoreError as error:
    print(error)
os.chdir("..")
assert len(dlcore.load(dlcore.Experiment.from_yaml_text(experiment.to_yaml())).train) == len(beside.train)
assert [type(event).__name__ for event in dlcore.train(experiment)][-1] == "RunFinished"
assert not os.path.exists(os.environ["DLCORE_HOME"])
"""


def test_a_file_is_found_beside_its_experiment_else_in_the_current_folder_and_no_home_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    (folder / "deeper").mkdir(parents=True)
    cats(folder)
    (folder / "cats.yaml").write_text(on("file:cats.csv").to_yaml())
    done = script(FILES, home=tmp_path / "home", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "deeper/cats.csv: cannot be read" in done.stdout


LAZY = """
import os, sys
import dlcore
heavy = {"torch", "pandas", "sqlalchemy", "plotly", "distributed"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
experiment = dlcore.Experiment.from_dict({"dataset": {"name": "iris"}, "network": [{"layer": "Output"}],
    "training": {"optimizer": "Adam", "epochs": 1, "device": "cpu"}})
assert len(list(dlcore.train(experiment))) > 2
assert not {"sqlalchemy", "plotly", "distributed"} & set(sys.modules)
assert not os.path.exists(os.environ["DLCORE_HOME"])
try:
    dlcore.load(dlcore.Experiment.from_dict({**experiment.to_dict(), "dataset": {"name": "upload:0123"}}))
except dlcore.DlcoreError as error:
    print(error)
assert not os.path.exists(os.environ["DLCORE_HOME"])
"""


def test_neither_importing_nor_training_nor_a_look_for_what_is_not_there_makes_a_database(tmp_path: Path) -> None:
    done = script(LAZY, home=tmp_path / "home", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("There is no data set upload:0123")


# What serves others


def tried(dataset: str, file: str) -> list[str]:
    """What a process answers that looks for this machine's own data: in this thread and in a new one."""
    said: list[str] = []

    def look() -> None:
        for name in (dataset, f"file:{file}"):
            experiment = on(name)
            for attempt in (dlcore.load, dlcore.trace, dlcore.build, lambda each: list(dlcore.train(each))):
                try:
                    said.append(repr(attempt(experiment)))  # type: ignore[operator]
                except UploadError as error:
                    said.append(str(error))

    look()
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return said


def assert_nothing_was_found(said: list[str]) -> None:
    assert len(said) == 16
    for each in (said[:4], said[8:12]):
        assert all(sentence.startswith("There is no data set upload:") for sentence in each), each
    for each in (said[4:8], said[12:]):
        assert all(sentence.startswith("file: names a file of this machine") for sentence in each), each


@pytest.fixture
def mine(store: Runs, tmp_path: Path) -> tuple[str, str]:
    """An upload of "me" in the home that the environment names, and a file of this machine: both are there."""
    file = cats(tmp_path)
    dataset = store.upload(file, ME).dataset
    assert len(dlcore.load(on(dataset)).train) == len(dlcore.load(on(f"file:{file}")).train) > 0
    return dataset, str(file)


def test_once_forbidden_no_thread_finds_anything_and_nothing_allows_it_again(mine: tuple[str, str]) -> None:
    upload_access.forbid_local()
    assert_nothing_was_found(tried(*mine))
    upload_access.use(None)
    upload_access.allow_files(Path(mine[1]).parent)
    assert_nothing_was_found(tried(*mine))


def test_where_pages_are_shown_nothing_is_found(mine: tuple[str, str]) -> None:
    from dlcore.serving.store import runs

    runs()
    assert_nothing_was_found(tried(*mine))


def test_where_somebodys_data_are_laid_out_this_machines_are_not_among_them(store: Runs, mine: tuple[str, str]) -> None:
    with upload_access.using(store.upload_access(student("ann"))):
        for name in (mine[0], f"file:{mine[1]}"):
            with pytest.raises(UploadError):
                dlcore.load(on(name))
    assert dlcore.load(on(mine[0]))


@pytest.mark.slow
def test_a_worker_finds_nothing(mine: tuple[str, str], one_worker: LocalWorkers) -> None:
    assert_nothing_was_found(one_worker._client.submit(tried, *mine, pure=False).result())


PROCESSES = ("app.py", "dlcore.runs.dispatcher", "Dask Worker")  # the server, the dispatcher, a worker
SPY = """
import json, multiprocessing, os, sys, threading, time
from pathlib import Path

folder = Path({folder!r})

def watch():
    while not (folder / "go").exists():
        time.sleep(0.05)
    from tests.runs.test_local import tried
    command = Path("/proc/self/cmdline").read_text().replace("\\0", " ") + multiprocessing.current_process().name
    made = folder / f"{{os.getpid()}}.json"
    made.with_suffix(".part").write_text(json.dumps([command, tried({dataset!r}, {file!r})]))
    made.with_suffix(".part").rename(made)

if not (folder / "go").exists():
    threading.Thread(target=watch, daemon=True).start()
    os.register_at_fork(after_in_child=lambda: threading.Thread(target=watch, daemon=True).start())
"""


@pytest.fixture
def server(home: Path, tmp_path: Path, mine: tuple[str, str]) -> Iterator[str]:
    """The app as it is served, in each of whose processes a thread waits for a word to look for this machine's data."""
    spy = tmp_path / "spy"
    spy.mkdir()
    (spy / "sitecustomize.py").write_text(SPY.format(folder=str(tmp_path), dataset=mine[0], file=mine[1]))
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    environment = {**os.environ, "DLCORE_HOME": str(home), "DLCORE_WORKERS": "1", "OMP_NUM_THREADS": "1"}
    environment["PYTHONPATH"] = f"{spy}{os.pathsep}{ROOT}"
    command = [sys.executable, "-m", "dlcore", "serve", "--port", str(port)]
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        assert process.poll() is None, (tmp_path / "server.log").read_text()
        try:
            return httpx.get(f"{address}/_stcore/health", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    wait_until(answers, "the server")
    yield address
    process.terminate()
    process.wait(60)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="what a process is shows in /proc")
def test_neither_the_server_nor_its_dispatcher_nor_its_worker_finds_anything(
    server: str, home: Path, tmp_path: Path
) -> None:
    with Runs(Settings(home=home)) as runs:
        until_state(runs, runs.submit(digits(), student("ann")), "finished")  # a worker is there
    (tmp_path / "go").touch()

    def answered() -> dict[str, list[str]]:
        named = dict(json.loads(path.read_text()) for path in tmp_path.glob("*.json"))
        return named if all(any(kind in command for command in named) for kind in PROCESSES) else {}

    for command, said in wait_until(answered, "an answer of each process").items():
        if any(kind in command for kind in PROCESSES):
            assert_nothing_was_found(said)


def test_a_thread_that_torch_or_a_pool_starts_asks_the_same_way(mine: tuple[str, str]) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        here = pool.submit(dlcore.load, on(mine[0])).result()
        assert torch.equal(here.train.x, dlcore.load(on(mine[0])).train.x)
        upload_access.forbid_local()
        with pytest.raises(UploadError):
            pool.submit(dlcore.load, on(mine[0])).result()
