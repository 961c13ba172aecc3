"""Everything that a run leaves as, where it learned from data that its owner brought: a table, pictures, arrays."""

from __future__ import annotations

import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import safetensors.torch
import torch
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dlcore.access import OPERATOR, student
from dlcore.data.uploads import upload_access
from dlcore.experiment import DatasetChoice, Experiment
from dlcore.runs import Runs, Settings, exports
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.worker import train_run
from dlcore.serving import downloads
from dlcore.serving import store as opened
from tests.copies import Copier

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

OWNERS = {"table": "ada", "pictures": "bob", "arrays": "ada", "text": "ada"}
STACKS: dict[str, list[dict[str, Any]]] = {
    "text": [{"layer": "Embedding", "embedding_dim": 4}, {"layer": "LSTM", "hidden_size": 4}, {"layer": "Output"}],
    "pictures": [{"layer": "Flatten"}, {"layer": "Output"}],
    "arrays": [{"layer": "Flatten"}, {"layer": "Output"}],
    "table": [{"layer": "Linear", "out_features": 4}, {"layer": "ReLU"}, {"layer": "Output"}],
}
TARGETS = {"table": "y", "text": "kind"}


def table(folder: Path) -> Path:
    path = folder / "=cmd|calc.csv"  # a name that a spreadsheet would compute
    path.write_text("=1+1,b,y\n" + "".join(f"{n},{n * n},{'odd' if n % 2 else 'even'}\n" for n in range(60)))
    return path


def text(folder: Path) -> Path:
    path = folder / "letters.csv"
    told = "".join(f"the {'good' if n % 2 else 'bad'} word number {n} of many others here,{n % 2}\n" for n in range(60))
    path.write_text(f"said,kind\n{told}")
    return path


def pictures(folder: Path) -> Path:
    path = folder / "pets.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for number in range(40):
            drawn = io.BytesIO()
            Image.new("L", (8, 8), 6 * number).save(drawn, "png")
            packed.writestr(f"{'cats' if number % 2 else 'dogs'}/{number}.png", drawn.getvalue())
    return path


def arrays(folder: Path) -> Path:
    path = folder / "rows.npz"
    numbers = np.random.default_rng(0)
    np.savez(path, x=numbers.normal(size=(60, 3, 4)).astype(np.float32), y=np.arange(60) % 3)
    return path


BRING = {"table": table, "pictures": pictures, "arrays": arrays, "text": text}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Runs, dict[str, str]]]:
    """Runs, and the id of one for each kind of data, trained for two epochs."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    with Runs(settings) as runs:
        made = {}
        for kind, owner in OWNERS.items():
            upload = runs.upload(BRING[kind](tmp_path_factory.mktemp(kind)), student(owner), target=TARGETS.get(kind))
            experiment = Experiment.from_dict({
                "dataset": {"name": upload.dataset},
                "network": STACKS[kind],
                "training": {"loss": loss(runs, upload.dataset, owner), "optimizer": "Adam", "epochs": 2,
                             "device": "cpu"},
            })  # fmt: skip
            made[kind] = runs.submit(experiment, student(owner), name=f"={kind}")
            token = Dispatch(runs._engine, str(settings.home)).claim(made[kind])
            assert token is not None
            train_run(settings, made[kind], token)
            assert runs.status(made[kind], OPERATOR).state == "finished", runs.status(made[kind], OPERATOR).error
        upload_access.use(None)
        yield runs, made


def loss(runs: Runs, dataset: str, owner: str) -> str:
    with upload_access.using(runs.upload_access(student(owner))):
        task = DatasetChoice.parse({"name": dataset}, "dataset").source.about().task
    return "BCEWithLogitsLoss" if task == "binary" else "CrossEntropyLoss"


@pytest.fixture
def client(trained: tuple[Runs, dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The routes alone: no page has laid out anybody's data sets."""
    monkeypatch.setenv("DLCORE_HOME", str(trained[0].settings.home))
    opened._open.cache_clear()
    with TestClient(Starlette(routes=downloads.routes)) as client:
        yield client
    opened.runs().close()
    opened._open.cache_clear()


EXPORT = "import json, sys; from pathlib import Path; from dlcore.runs.export_work import work; "
EXPORT += "job = json.loads(sys.argv[1]); work(**{**job, 'folder': Path(job['folder'])})"


@pytest.fixture(scope="module")
def _quick_children(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Exports are made by other processes, as always, but by copies of one that has loaded what takes seconds.

    `tests/runs/test_exports` looks at the children as they are.
    """
    (folder := tmp_path_factory.mktemp("script")).joinpath("export.py").write_text(EXPORT)
    copier = Copier(f"import os\nos.environ['DLCORE_HOME'] = {str(folder / 'home')!r}\n"
                    "from dlcore.data.uploads import upload_access\nupload_access.forbid_local()\n"
                    "from dlcore.runs.export_work import get_ready\nget_ready()", ROOT)  # fmt: skip

    def run(settings: Settings, request: exports.ExportRequest, made: Path) -> None:
        job = {"run_id": request.run_id, "kind": request.kind, "epoch": request.epoch, "language": "en"}
        asked = json.dumps({**job, "folder": str(made)})
        done = copier.run(folder, "export.py", asked, environment=settings.environment())
        assert done.returncode == 0, done.stderr

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exports, "_run", run)
        yield


@pytest.mark.usefixtures("_quick_children")
@pytest.mark.parametrize("kind", OWNERS)
def test_every_route_of_a_run_on_own_data_answers(
    client: TestClient, trained: tuple[Runs, dict[str, str]], kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    runs, made = trained
    run_id, owner = made[kind], OWNERS[kind]

    def got(address: str) -> bytes:
        answer = client.get(address.removeprefix("."))
        assert answer.status_code == 200, (address, answer.text)
        return answer.content

    weights = runs.weights(run_id, OPERATOR)
    for name, tensor in safetensors.torch.load(got(downloads.weights_address(run_id, student(owner)))).items():
        assert torch.equal(tensor, weights[name])
    pickled = io.BytesIO(got(downloads.weights_address(run_id, student(owner), "last", "pt")))
    assert torch.load(pickled, weights_only=True).keys() == weights.keys()
    assert got(downloads.yaml_address(run_id, student(owner))).decode() == runs.experiment(run_id, OPERATOR).to_yaml()
    page = got(downloads.report_address([run_id], student(owner))).decode()
    assert f"={kind}" in page
    if kind == "text":  # its files are made the same way as a table's
        return
    for export in ("onnx", "pt2", "bundle", "tensorboard", "form", "predictions-training", "predictions-validation",
                   "predictions-test"):  # fmt: skip
        runs.export(run_id, export, student(owner))  # type: ignore[arg-type]  # as the button does
        content = got(downloads.export_address(run_id, student(owner), export))  # type: ignore[arg-type]
        if export == "onnx":
            assert onnxruntime.InferenceSession(content).get_inputs()
        elif export == "bundle":
            assert "verify.py" in zipfile.ZipFile(io.BytesIO(content)).namelist()
        elif export.startswith(("form", "predictions")):
            assert json.loads(content)
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]


def test_one_report_holds_runs_of_several_owners_each_on_its_own_data(
    client: TestClient, trained: tuple[Runs, dict[str, str]]
) -> None:
    runs, made = trained
    signed = ",".join(f"{run_id}.{runs.token(run_id, OPERATOR)}" for run_id in made.values())
    answer = client.get(f"/downloads/report?runs={signed}")
    assert answer.status_code == 200, answer.text
    for kind in made:
        assert f"={kind}" in answer.text


def test_the_report_of_a_run_whose_data_were_deleted_is_still_there(
    client: TestClient, trained: tuple[Runs, dict[str, str]]
) -> None:
    runs, _made = trained
    upload = runs.upload(table(runs.settings.home), student("eve"), target="y")
    run_id = runs.submit(Experiment.from_dict({
            "dataset": {"name": upload.dataset}, "network": STACKS["table"],
            "training": {"loss": "BCEWithLogitsLoss", "optimizer": "Adam", "epochs": 1, "device": "cpu"},
        }), student("eve"))  # fmt: skip
    runs.delete_upload(upload.id, student("eve"))
    answer = client.get(downloads.report_address([run_id], student("eve")).removeprefix("."))
    assert answer.status_code == 200, answer.text


def test_an_address_of_answers_without_a_question_is_answered_with_a_sentence_and_nothing_breaks(
    client: TestClient, trained: tuple[Runs, dict[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    _runs, made = trained
    answer = client.get(downloads.export_address(made["table"], student("ada"), "answers").removeprefix("."))
    assert answer.status_code == 409
    assert re.fullmatch(r"There is no answer without a question: .*\.", answer.text)
    assert not [each for each in caplog.records if each.levelno >= logging.WARNING]
