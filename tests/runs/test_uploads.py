"""Data sets that learners bring: kept whole and unchanged, trained on by workers, and what is left when one goes."""

from __future__ import annotations

import io
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import dlcore
from dlcore.access import ME, OPERATOR, student
from dlcore.data.uploads import convert, upload_access
from dlcore.data.uploads.description import Arrays, Table
from dlcore.errors import DlcoreError, RunError, UploadError
from dlcore.experiment import Experiment
from dlcore.runs import Runs, Settings
from dlcore.training.events import EpochEnded
from tests.runs.living import until_state


def cats(folder: Path, rows: int = 120) -> Path:
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"length": random.normal(size=rows).round(3), "visits": random.integers(0, 9, rows)})
    frame["kind"] = np.where(frame["length"] > 0, "cat", "dog")
    path = folder / "my cats.csv"
    frame.to_csv(path, index=False, sep=";", decimal=",")
    return path


def experiment(dataset: object, **choice: Any) -> Experiment:
    return Experiment.from_dict({
        "dataset": {"name": str(dataset), **choice},
        "network": [{"layer": "Linear", "out_features": 8}, {"layer": "ReLU"}, {"layer": "Output"}],
        "training": {"loss": "BCEWithLogitsLoss", "optimizer": {"name": "Adam", "lr": 0.01}, "epochs": 3,
                     "device": "cpu"},
    })  # fmt: skip


def stored(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "artifacts").rglob("*") if path.is_file())


def test_an_upload_is_kept_with_its_fingerprint_and_found_again(store: Runs, tmp_path: Path) -> None:
    upload = store.upload(cats(tmp_path), student("ann"), target="kind")
    assert store.uploads(student("ann")) == [upload]
    assert (upload.name, upload.file_name, upload.target) == ("my cats", "my cats.csv", "kind")
    assert isinstance(upload.description, Table)
    assert upload.description.reading.decimal == ","
    store.rename_upload(upload.id, "  Cats\n2 ", student("ann"))
    assert store.find_upload(upload.id, OPERATOR).name == "Cats 2"
    with pytest.raises(UploadError, match="1 to 120"):
        store.rename_upload(upload.id, " ", OPERATOR)
    assert len(store.frame(upload.id, student("ann"), rows=7)) == 7


def test_an_open_file_and_a_pair_may_be_brought(store: Runs, tmp_path: Path) -> None:
    file = io.BytesIO(cats(tmp_path).read_bytes())
    file.name = "../../etc/cats.csv"
    upload = store.upload(file, ME)  # type: ignore[arg-type]
    assert upload.file_name == "cats.csv"
    header = b"\0\0\x08"
    (tmp_path / "a-images-ubyte").write_bytes(header + b"\3" + b"\0\0\0\2" * 3 + bytes(range(8)))
    (tmp_path / "a-labels-ubyte").write_bytes(header + b"\1" + b"\0\0\0\2" + b"\0\1")
    pair = store.upload([tmp_path / "a-images-ubyte", tmp_path / "a-labels-ubyte"], ME)
    assert isinstance(pair.description, Arrays)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("cats.csv", b"a,b\n", "no rows"), ("cats.zip", b"junk", "zip"), ("cats.exe", b"x", "Allowed")],
)
def test_what_is_refused_leaves_nothing(store: Runs, tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UploadError, match=words):
        store.upload(tmp_path / name, ME)
    with pytest.raises(UploadError, match="no such file"):
        store.upload(tmp_path / "gone.csv", ME)
    assert store.uploads(OPERATOR) == []
    assert stored(store.settings.home) == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/a.csv", "s3://x/a.csv", "//x/a.csv"])
def test_an_address_is_never_followed(
    store: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    opened: list[object] = []
    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, lambda *given, **_named: opened.append(given))
    named = io.BytesIO(b"a,b\n1,2\n3,4\n5,6\n")
    named.name = address
    assert store.upload(named, ME).description.rows == 3, "the name of a file is a name"  # type: ignore[arg-type]
    with pytest.raises(UploadError, match="no such file"):
        store.upload(address, ME)
    upload_access.allow_files(tmp_path)
    for dataset in (address, f"file:{address}", f"upload:{address}"):
        with pytest.raises(DlcoreError):
            dlcore.load(experiment(dataset))
    assert not opened


def test_a_target_that_is_not_there_is_refused_with_the_nearest(store: Runs, tmp_path: Path) -> None:
    with pytest.raises(UploadError, match="Did you mean kind"):
        store.upload(cats(tmp_path), ME, target="kinds")
    assert stored(store.settings.home) == []


def test_a_reader_that_dies_is_a_sentence(store: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = tmp_path / "child.py"
    monkeypatch.setattr(convert, "_CHILD", child)
    for code, words in [("import os; os.kill(os.getpid(), 9)", "memory"), ("raise MemoryError", "memory"),
                        ("raise ValueError('evil')", "damaged")]:  # fmt: skip
        child.write_text(code)
        with pytest.raises(UploadError, match=words):
            store.upload(cats(tmp_path), ME)
    monkeypatch.setattr(convert, "CHILD_SECONDS", 0.2)
    child.write_text("import time; time.sleep(60)")
    with pytest.raises(UploadError, match="in time"):
        store.upload(cats(tmp_path), ME)
    assert stored(store.settings.home) == []


def test_rows_that_were_changed_behind_our_back_are_not_trained_on(store: Runs, tmp_path: Path) -> None:
    upload = store.upload(cats(tmp_path), ME)
    (file,) = [path for path in (store.settings.home / "artifacts").rglob("*") if path.is_file()]
    raw = bytearray(file.read_bytes())
    raw[20] ^= 1
    file.write_bytes(raw)
    with upload_access.using(store.upload_access(ME)), pytest.raises(RunError, match="damaged"):
        dlcore.load(experiment(upload))


def test_files_of_this_machine_and_uploads_of_nobody_are_not_queued(store: Runs, tmp_path: Path) -> None:
    upload_access.allow_files(tmp_path)
    with pytest.raises(UploadError, match="only the command line"):
        store.submit(experiment(f"file:{cats(tmp_path).name}"), ME)
    with pytest.raises(UploadError, match="There is no data set"):
        store.submit(experiment("upload:0123"), ME)
    assert store.is_empty()


def test_without_runs_nothing_is_left_of_a_deleted_upload(store: Runs, tmp_path: Path) -> None:
    upload = store.upload(cats(tmp_path), ME)
    store.delete_upload(upload.id, ME)
    assert stored(store.settings.home) == []
    with upload_access.using(store.upload_access(ME)), pytest.raises(UploadError, match="it was deleted"):
        experiment(upload).dataset.source.about()  # type: ignore[attr-defined]


def test_a_run_is_called_as_its_data_set_is(store: Runs, tmp_path: Path) -> None:
    upload = store.upload(cats(tmp_path), ME, name="小猫")
    assert store.status(store.submit(experiment(upload), ME), OPERATOR).name == "小猫 1"
    assert store.runs_of_upload(upload.id, OPERATOR) == [store.list(OPERATOR)[0].id]


@pytest.mark.slow
def test_a_worker_trains_on_an_upload_and_its_runs_outlive_it(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", workers=1)
    with dlcore.runs.open(settings) as served:
        upload = served.upload(cats(tmp_path), student("ann"))
        described = experiment(upload, split={"method": "time", "column": "visits"})
        run_id = served.submit(described, student("ann"))
        until_state(served, run_id, "finished")
        with upload_access.using(served.upload_access(student("ann"))):
            here = [event for event in dlcore.train(described) if isinstance(event, EpochEnded)]
        told = [event for event in served.events(run_id, OPERATOR) if isinstance(event, EpochEnded)]
        assert [each.train.loss for each in told] == [each.train.loss for each in here]

        served.delete_upload(upload.id, student("ann"))
        assert served.uploads(student("ann")) == []
        assert not [name for name in stored(settings.home) if name.startswith(upload.id)]
        with upload_access.using(served.upload_access(student("ann"))):
            kept: Any = served.experiment(run_id, student("ann")).dataset.source
            assert kept.about().classes == ("cat", "dog")
            assert kept.called == "my cats"
            with pytest.raises(UploadError, match="it was deleted"):
                dlcore.load(described)
        assert served.weights(run_id, OPERATOR)
        with pytest.raises(DlcoreError, match="it was deleted"):
            served.submit(described, student("ann"))
