"""Writing a bundle: into a folder first, where `verify.py` can be run, then into one `.zip`."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from importlib.metadata import version
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

import dlcore
from dlcore.codegen import model_code, source_code
from dlcore.codegen.data_source import ROWS_FILE, is_reachable
from dlcore.codegen.script import START_FILE
from dlcore.data.load import all_rows, divided, scaled
from dlcore.errors import ExportError
from dlcore.experiment import Experiment
from dlcore.export.bundle.card import card
from dlcore.export.bundle.metrics import curves_png, metrics_csv
from dlcore.export.bundle.sources import sources
from dlcore.export.weights import save
from dlcore.i18n import N_, Text
from dlcore.inference import user_data
from dlcore.inference.preprocessing import FORMAT, classes, preprocessing, samples
from dlcore.inference.trained import Trained

TEMPLATES = Path(__file__).with_name("templates")  # files that every bundle holds as they stand here
MANIFEST = "bundle.json"
VERIFY_SECONDS = 120
LARGEST_ROWS = 50_000_000  # bytes of a data set that is put beside the script because no script can reach it
WHEN = (1980, 1, 1, 0, 0, 0)  # the time every file bears: the same run gives the same bytes


def bundle(trained: Trained, folder: Path) -> tuple[bytes, float]:
    """The bytes of the `.zip`, and the largest difference that its own `verify.py` found.

    `folder` is an empty one to work in. Raises ExportError where the files do not answer as the app does.
    """
    write(trained, folder)
    found = verify(folder)
    return pack(folder), found


def write(trained: Trained, folder: Path) -> None:
    """All files of the bundle into a folder, and their fingerprints into its `bundle.json`."""
    experiment, rows = trained.experiment, divided(trained.experiment)
    data = scaled(rows, experiment.dataset)
    texts = {
        "README.md": card(trained, data),
        "model.py": model_code(experiment).text,
        "train.py": source_code(experiment),
        "experiment.yaml": experiment.to_yaml(),
        "metrics.csv": metrics_csv(trained),
        "requirements.txt": requirements(experiment, data.about.shape),
        **sources(),
        **{path.name: path.read_text("utf-8") for path in sorted(TEMPLATES.glob("*.py"))},
    }
    plain = {
        "preprocessing.json": preprocessing(experiment, data, rows),
        "classes.json": classes(data.about),
        "samples.json": samples(trained, data, rows),
    }
    texts |= {name: json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n" for name, value in plain.items()}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "weights.safetensors").write_bytes(save(trained.state, "safetensors", trained.metadata()))
    if trained.start is not None:
        (folder / START_FILE).write_bytes(save(trained.start, "safetensors"))
    (folder / "curves.png").write_bytes(curves_png(trained))
    _write_rows(trained, folder)
    (folder / MANIFEST).write_text(json.dumps(manifest(trained, folder), ensure_ascii=False, indent=1) + "\n", "utf-8")


def _write_rows(trained: Trained, folder: Path) -> None:
    """The rows that train.py reads, where it cannot come by them otherwise, and they are not too many."""
    source: Any = trained.experiment.dataset.source
    if is_reachable(source):
        return
    arrays: dict[str, Any] = all_rows(trained.experiment)
    if sum(each.nbytes for each in arrays.values()) <= LARGEST_ROWS:
        np.savez_compressed(folder / ROWS_FILE, **arrays)


def requirements(experiment: Experiment, shape: Any) -> str:
    """`requirements.txt`: what these files import, in exactly the versions that are in use here."""
    needed = ["numpy", "safetensors", "scikit-learn", "torch"]
    if len(shape) == 3 and shape[0] in (1, 3) and shape.vocabulary is None:
        needed.append("pillow")
    needed += user_data.libraries(experiment)
    if experiment.training.augmentation:
        needed.append("kornia")
    return "".join(f"{name}=={version(name).partition('+')[0]}\n" for name in sorted(needed))


def manifest(trained: Trained, folder: Path) -> dict[str, Any]:
    """`bundle.json`: what this is, of which run and epoch, how good, and the SHA-256 of every other file."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name != MANIFEST)
    measured = {} if trained.scores is None else vars(trained.scores)
    scores = {name: value for name, value in measured.items() if isinstance(value, float) and isfinite(value)}
    return {
        "format": FORMAT,
        "made_by": f"dlcore {dlcore.__version__}",
        "name": trained.name,
        "run": trained.run_id,
        "which": trained.which,
        "epoch": trained.epoch,
        "scores": scores,
        "files": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
    }


def verify(folder: Path) -> float:
    """Run the bundle's own `verify.py` in a process of its own, and return the largest difference it found.

    Raises ExportError where it found more than is allowed, or did not run.
    """
    command = [sys.executable, "-B", "verify.py"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=VERIFY_SECONDS, check=False, env=_bare()
        )
    except subprocess.TimeoutExpired:
        raise ExportError(Text(N_("The bundle's own check did not end in time."))) from None
    if done.returncode or ": " not in done.stdout:
        said = (done.stdout or done.stderr).strip().splitlines()
        raise ExportError(
            Text(N_("The bundle does not answer as the app does: {reason}"), reason=(said or ["–"])[-1][:300])
        )
    return float(done.stdout.partition(": ")[2].split()[0])


def _bare() -> dict[str, str]:
    """An environment that knows no folder of ours: what the bundle needs, it must hold or have installed."""
    import os

    return {
        name: value for name, value in os.environ.items() if not name.startswith(("DLCORE_", "PYTHON", "STREAMLIT_"))
    } | {"OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}


def pack(folder: Path) -> bytes:
    """The files of a folder as the bytes of a `.zip`, always the same for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(each for each in folder.iterdir() if each.is_file()):
            archive.writestr(zipfile.ZipInfo(path.name, WHEN), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
