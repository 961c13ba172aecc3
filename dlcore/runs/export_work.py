"""Writing one export of one run: the work of a child, which loads torch and scikit-learn for it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import safetensors.torch
import torch

from dlcore.access import OPERATOR, Viewer, student
from dlcore.analyses.base import ANALYSES
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.data.uploads import upload_access
from dlcore.declaration import Call, Shape
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.export.bundle import bundle, pack
from dlcore.export.bundle.metrics import write_tensorboard
from dlcore.export.onnx import to_onnx
from dlcore.export.program import to_program
from dlcore.export.weights import save
from dlcore.i18n import set_language
from dlcore.inference.input_form import form
from dlcore.inference.predict import predict
from dlcore.inference.predictions import predictions
from dlcore.inference.question import Question
from dlcore.inference.replay import replay
from dlcore.inference.trained import Trained, some_inputs
from dlcore.layers.stack import measure
from dlcore.probes import arrays
from dlcore.probes.frame import WEIGHTS
from dlcore.runs import exports
from dlcore.runs.runs import Runs
from dlcore.runs.settings import read_settings
from dlcore.training.events import scores_to_json


def write(trained: Trained, kind: str, folder: Path) -> tuple[bytes, float | None]:
    """The bytes of an export and its largest difference from the app; `folder` is one to work in."""
    if kind == "pt":
        return save(trained.state, "pt"), None
    if kind == "bundle":
        return bundle(trained, folder)
    if kind == "tensorboard":
        write_tensorboard(trained, folder)
        return pack(folder), None
    if kind == "form":
        return json.dumps(form(trained.experiment), allow_nan=False).encode(), None
    if kind == "answers":
        asked = Question.from_bytes((folder.parent / exports.QUESTION).read_bytes())
        known = json.loads((folder.parent / exports.FORM).read_bytes())
        return json.dumps(predict(trained, asked, known), allow_nan=False).encode(), None
    if kind.startswith("predictions-"):
        part = kind.removeprefix("predictions-")
        return json.dumps(predictions(trained, part), allow_nan=False).encode(), None  # type: ignore[arg-type]
    to_file = {"onnx": to_onnx, "pt2": to_program}[kind]
    return to_file(trained.build(), some_inputs(trained.load()), trained.metadata())


def analyse(runs: Runs, run_id: str, folder: Path) -> bytes:
    """The arrays that answer what is asked of a run's film. Raises DlcoreError with what keeps it from working."""
    asked = json.loads((folder / exports.ANALYSIS).read_bytes())
    filmed = filmed_run(runs, run_id, student(runs.status(run_id, OPERATOR).owner))
    analysis = ANALYSES.find(asked["analysis"], "analysis")

    def progress(share: float) -> None:
        beside = folder / f".{exports.PROGRESS}"
        beside.write_text(f"{share:.3f}", "utf-8")
        beside.replace(folder / exports.PROGRESS)

    made = arrays.write(analysis.compute(filmed, asked, progress))
    (folder / exports.PROGRESS).unlink(missing_ok=True)
    return made


def check(runs: Runs, submission_id: str) -> bytes:
    """The scores of what was handed in, measured again, as JSON by part. Raises DlcoreError where they cannot be."""
    kept = runs.find_submission(submission_id, OPERATOR)
    state = safetensors.torch.load(runs.submitted_weights(submission_id, OPERATOR))
    trained = Trained(Experiment.from_stored(kept.experiment), state, "best", kept.record["epoch"], name=kept.name)
    found = {part: scores_to_json(scores) for part, scores in replay(trained).items()}
    return json.dumps(found, allow_nan=False).encode()


def _owner(runs: Runs, of: str, kind: str) -> str:
    """Whose the run is, or what was handed in."""
    return runs.find_submission(of, OPERATOR).owner if kind == "check" else runs.status(of, OPERATOR).owner


def filmed_run(runs: Runs, run_id: str, viewer: Viewer) -> FilmedRun:
    """A run that this viewer sees, as analyses take it. Raises RunNotFound, DlcoreError where no weights were kept."""
    frames = runs.film(run_id, viewer)
    return FilmedRun(
        runs.experiment(run_id, viewer),
        sorted(epoch for epoch, frame in frames.items() if WEIGHTS in frame.parts),
        lambda epoch: runs.recorded_weights(run_id, epoch, viewer),
        lambda: runs.events(run_id, viewer),
        lambda other: filmed_run(runs, other, viewer),
    )


def get_ready() -> None:
    """Load what is loaded at the first use: the database's migrations, and what torch measures a layer with."""
    torch.set_num_threads(1)
    measure(Call("Linear", 1, 1), Shape((1,)))
    with Runs(read_settings()):
        pass


def work(run_id: str, kind: str, epoch: str, language: str, folder: Path) -> None:
    """Leave in the folder `made` and `result.json`, or `error.json` with the sentence that says why not."""
    set_language(language)
    place = folder / "work"
    place.mkdir()
    try:
        with Runs(read_settings()) as runs:
            upload_access.use(runs.upload_access(student(_owner(runs, run_id, kind))))
            if kind == "check":
                made, difference, stem = check(runs, run_id), None, "check"
            elif kind == "analysis":
                made, difference, stem = analyse(runs, run_id, folder), None, "analysis"
            else:
                trained = runs.trained(run_id, OPERATOR, epoch)  # type: ignore[arg-type]  # refused there
                made, difference = write(trained, kind, place)
                stem = trained.stem
    except DlcoreError as error:
        (folder / exports.ERROR).write_text(json.dumps(error.text.to_json()), "utf-8")
        return
    (folder / "made").write_bytes(made)
    name = f"{stem}{exports.ENDINGS[kind]}"
    shutil.rmtree(place)
    (folder / exports.RESULT).write_text(json.dumps({"name": name, "difference": difference}), "utf-8")
