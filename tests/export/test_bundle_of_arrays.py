"""Bundles of arrays and pictures that a learner brought: they verify, and predict.py answers as the app."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from dlcore.data.load import divided
from dlcore.data.uploads import upload_access
from dlcore.experiment import Experiment
from dlcore.export.bundle import pack, write
from dlcore.export.bundle.replay import replay
from dlcore.inference.trained import Trained
from tests.data.test_own_archives import idx, npz, zipped
from tests.export import scripts
from tests.export.test_bundle import trained, verified

random = np.random.default_rng(0)
VALUES = random.normal(size=(60, 4)).astype("float32")
GREY = random.integers(0, 256, (60, 6, 7), dtype=np.uint8)
COLOURED = random.integers(0, 256, (60, 5, 8, 3), dtype=np.uint8)
KINDS = np.arange(60, dtype=np.uint8) % 3


def png(pixels: np.ndarray[Any, Any], path: Path) -> Path:
    Image.fromarray(pixels).save(path)
    return path


def in_folders(folder: Path) -> bytes:
    """A zip of pictures, a folder for each class."""
    return zipped({
        f"{kind}/{number}.png": png(pixels, folder / "one.png").read_bytes()
        for number, (pixels, kind) in enumerate(zip(COLOURED, KINDS, strict=True))
    })  # fmt: skip


def bring(folder: Path) -> dict[str, str]:
    """The files, and the name of the data set that is made of each."""
    (folder / "values.npz").write_bytes(npz(x=VALUES, y=KINDS))
    (folder / "train-images-idx3-ubyte").write_bytes(idx(GREY))
    (folder / "train-labels-idx1-ubyte").write_bytes(idx(KINDS))
    (folder / "pictures.zip").write_bytes(in_folders(folder))
    return {"npz": "values.npz", "idx": "train-images-idx3-ubyte", "zip": "pictures.zip"}


def on(file: str) -> Experiment:
    return Experiment.from_dict({
        "dataset": {"name": f"file:{file}"},
        "network": ["Flatten", {"layer": "Linear", "out_features": 8}, "ReLU", "Output"],
        "training": {"loss": "CrossEntropyLoss", "optimizer": "Adam", "epochs": 1, "device": "cpu"},
    })  # fmt: skip


def as_file(example: np.ndarray[Any, Any], folder: Path) -> Path:
    """An example before scaling as somebody would bring it: a row of a CSV file, or a picture. example (*shape)."""
    if example.ndim == 1:
        row = folder / "row.csv"
        row.write_text(",".join(map(repr, example.astype(float).tolist())) + "\n")
        return row
    pixels = example.astype(np.uint8).transpose(1, 2, 0)
    return png(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels, folder / "picture.png")


def probabilities(of: Trained) -> list[float]:
    """What the app says of the first example of the validation part."""
    with torch.inference_mode():
        return list(of.build()(of.load().validation.x[:1]).softmax(dim=1)[0].tolist())


def test_arrays_and_pictures_of_a_learner_leave_and_are_answered_raw(tmp_path: Path) -> None:
    files, brought = bring(tmp_path), {}
    upload_access.allow_files(tmp_path)
    for name, file in files.items():
        brought[name] = trained(on(file))
        (tmp_path / name).mkdir()
        write(brought[name], tmp_path / name)
        (tmp_path / f"{name}.out.zip").write_bytes(pack(tmp_path / name))
        assert replay(tmp_path / f"{name}.out.zip").agrees
    statuses = verified([tmp_path / name for name in files])
    assert {name: status for name, (status, _) in statuses.items()} == dict.fromkeys(files, "0")
    for name, of in brought.items():
        asked = as_file(divided(of.experiment).x[1][0], tmp_path)
        answer = json.loads(scripts.run(tmp_path / name, "predict.py", asked).stdout)
        found = [answer["probabilities"][each] for each in of.load().about.classes]
        assert found == pytest.approx(probabilities(of), abs=1e-5)
