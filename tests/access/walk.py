"""A home with Ann's things in it, and every function of the store called with them by somebody else."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from dlcore.access import OPERATOR, Viewer, is_somebody, student
from dlcore.access.quotas import UNLIMITED
from dlcore.analyses.base import ANALYSES
from dlcore.errors import ClassError, ClassNotFound, DlcoreError, RunError, RunNotFound, UploadError, WeightsError
from dlcore.experiment import Experiment, Start
from dlcore.export.assignment import Assignment
from dlcore.inference.question import Question
from dlcore.runs import Runs, weights
from dlcore.runs.artifacts import SUBMISSIONS
from dlcore.runs.store import rows, schema
from dlcore.runs.store.classes import new_member
from dlcore.runs.store.engine import reading, writing
from dlcore.runs.store.identities import Identity
from dlcore.studies import Study
from dlcore.studies.seeds import Seeds
from dlcore.training.events import EpochEnded, RunStarted, Scores
from tests.runs.living import digits

ANN, TIA = student("ann"), Viewer("tia", "teacher")
HERS = Identity("https://school.example", "ann")  # by which Ann comes in, too

# Functions that belong to the installation as a whole, or that are asked for a token or a code in a viewer's place.
OF_NOBODY = {
    "census", "check_study_token", "check_token", "close", "footprint", "identity_viewer", "is_empty",
    "join_by_identity", "join_class", "note_seen",
    "open_class_key", "open_invitation", "probe", "session_viewer", "sign_in", "speed",
    "study_refusal", "study_seconds", "watch", "welcome",
}  # fmt: skip

# Nothing of anybody else's goes into these: what a viewer gives, or what was sealed for whoever has it.
OF_WHAT_IS_GIVEN = {
    "_begin", "begin_with_file", "carry_work", "import_bundle", "import_link", "make_class", "open_import_link",
    "profile", "quota", "session_cookie", "upload",
}  # fmt: skip

# These leave out what a viewer may not see.
SILENT = {"submissions", "_found", "_epochs", "_forget_owner", "_parent", "_shown_to", "_told", "shown_run"}

# What a viewer keeps under a name of their own, and nobody in particular cannot.
OF_OWN = {
    "carry_work", "draft", "finished", "make_class", "preference", "preferences", "save_draft", "save_preference",
    "submit", "submit_study", "upload",
}  # fmt: skip


@dataclass(frozen=True)
class Things:
    """What Ann has: a run, a study, a data set, weights to begin with, a draft and a preference; and her class."""

    run_id: str
    study_id: str
    upload_id: str
    experiment: Experiment  # that begins with her weights
    table: Path
    class_id: str  # which Tia teaches
    assignment_id: str
    submission_id: str
    bobs_class: str  # which Bob does, where he is a teacher

    def arguments(self) -> dict[str, Any]:
        """What every parameter of a function of the store is given, by its name."""
        return {
            "run_id": self.run_id, "run_ids": [self.run_id], "study_id": self.study_id, "study_ids": [self.study_id],
            "upload_id": self.upload_id, "experiment": self.experiment, "study": Study.of(Seeds(), self.experiment, 1),
            "name": "another", "kind": "onnx", "epoch": "best", "question": Question("text", b"what?"), "asked": {},
            "values": {}, "file": f"film-{'0' * 12}-{'0' * 8}", "length": 1, "key": "liked",
            "beginning": "li", "draft": {}, "value": 1, "after": 0, "command": "stop", "most": 1, "batches": 1,
            "timeout": 0.01, "action": "see", "class_id": self.class_id, "bobs_class": self.bobs_class,
            "member": ANN.name, "first": ANN.name, "second": ANN.name, "called": "Ann", "owner": ANN.name,
            "raw": b"name\nzoe\n", "quotas": {}, "quota": UNLIMITED, "place": self.table.with_name("work.zip"),
            "metrics": {self.run_id: "accuracy"}, "cursors": {}, "assignment_id": self.assignment_id,
            "submission_id": self.submission_id, "title": "a task", "plain": {}, "task": Assignment(),
            "experiments": [digits()], "identity": HERS, "due_at": None, "attempts": None, "condition": sa.true(),
        }  # fmt: skip

    def harmless(self) -> dict[str, Any]:
        """The same, but for what is Ann's."""
        study = Study.of(Seeds(), digits(), 1)
        return self.arguments() | {"experiment": digits(), "study": study, "file": self.table}


def prepare(store: Runs, folder: Path) -> Things:
    """Give Ann her things."""
    file = folder / "cats.csv"
    file.write_text("length,cat\n" + "\n".join(f"{n},{'yes' if n % 2 else 'no'}" for n in range(20)))
    upload = store.upload(file, ANN)
    sha256 = weights.keep(store._artifacts, ANN.name, b"weights")
    run_id, failed = (store.submit(digits(), ANN) for _run in range(2))
    store._artifacts.write(run_id, "best", b"weights")
    start = Start(weights=sha256, origin="hers", run=run_id, epoch=0)
    study_id = store.submit_study(Study.of(Seeds(), digits(), 1), ANN)
    scores = Scores(loss=1.0, accuracy=0.5)
    ended = EpochEnded(0, scores, scores, learning_rate=0.1, gradient_norm=None, seconds=0.1, samples_per_second=0.0)
    with writing(store._engine) as connection:
        rows.change(connection, run_id, {"cursor": rows.append(connection, run_id, 0, [ended.to_json()])})
        rows.change(connection, failed, {"state": "failed"})
    store.save_draft(ANN, {"hers": 1})
    store.save_preference(ANN, "liked", "hers")
    store.invite_teacher("Ann", OPERATOR)
    class_id = store.make_class("7b", TIA).id
    with writing(store._engine) as connection:
        connection.execute(sa.insert(schema.members).values(new_member(class_id, "Ann", "a word") | {"name": ANN.name}))
        row = {"issuer": HERS.issuer, "subject": HERS.subject, "role": ANN.role, "name": ANN.name, "created_at": 0.0}
        connection.execute(sa.insert(schema.identities).values(row))
    assignment_id = store.give_assignment(class_id, "digits", digits(), Assignment(locks=("data",)), TIA)
    kept = store._artifacts.write("5" * 16, "best", b"weights", SUBMISSIONS)
    row = {"id": "5" * 16, "assignment_id": assignment_id, "owner": ANN.name, "run_id": run_id, "name": "hers"}
    store._keep_submission({**row, "experiment": {}, "record": {}}, kept, None)
    store.show_run(class_id, run_id, TIA)
    bobs = store.make_class("8a", Viewer("bob", "teacher")).id
    begun = digits().model_copy(update={"start": start})
    return Things(run_id, study_id, upload.id, begun, file, class_id, assignment_id, "5" * 16, bobs)


def functions() -> dict[str, Callable[..., Any]]:
    """Every function of the store that is asked by a viewer; those that only the store calls are among them."""
    found = inspect.getmembers(Runs, inspect.isfunction)
    return {name: each for name, each in found if "viewer" in inspect.signature(each).parameters}


def call(store: Runs, name: str, viewer: Viewer, arguments: dict[str, Any]) -> Any:
    """What a function answers this viewer; what it answers one after the other, it is asked for whole."""
    arguments = arguments | {
        "_told": {"kind": RunStarted},
        "film_part": {"first": 0},
        "analyse": {"name": _resident()},
        "show_epoch": {"epoch": 1},
        "show_run": {"class_id": arguments["bobs_class"]} if viewer.name == "bob" else {},
    }.get(name, {})
    wanted = inspect.signature(getattr(store, name)).parameters
    missing = [
        each.name for each in wanted.values()
        if each.default is each.empty and each.name not in arguments and each.name != "viewer"
    ]  # fmt: skip
    assert not missing, f"{name}: say in tests.access.walk what {missing} are given"
    known = {each: arguments[each] for each in wanted if each in arguments}
    answer = getattr(store, name)(**known, viewer=viewer)
    if name == "classes":
        return [each for each in answer if each.teacher != viewer.name]
    return list(answer) if isinstance(answer, Iterator) else answer


def _resident() -> str:
    """An analysis that is answered by a process that stays."""
    return next(name for name in ANALYSES if ANALYSES[name].resident)


def kept(store: Runs, viewer: Viewer) -> Any:
    """All rows but those that this viewer may keep under a name of their own, and all files."""
    own = viewer.name if is_somebody(viewer.name) else None
    with reading(store._engine) as connection:
        found = {
            table.name: [
                tuple(row) for row in connection.execute(sa.select(table))
                if "owner" not in table.c or row.owner != own
            ]
            for table in schema.metadata.sorted_tables
        }  # fmt: skip
    return found, sorted(path for path in (store.settings.home / "artifacts").rglob("*") if path.is_file())


REFUSED: dict[str, tuple[type[DlcoreError], ...]] = {
    "class_id": (ClassNotFound, RunNotFound), "called": (ClassError,), "owner": (ClassNotFound,),
    "run_id": (RunNotFound,),
    "study_id": (RunNotFound,), "assignment_id": (ClassNotFound,), "submission_id": (ClassNotFound,),
    "identity": (ClassError,),
    "upload_id": (UploadError,), "experiment": (WeightsError, RunError), "study": (WeightsError, RunError),
}  # fmt: skip


def refusal(name: str) -> tuple[type[DlcoreError], ...]:
    """How a function refuses somebody else's things; empty where it leaves them out."""
    parameters = inspect.signature(functions()[name]).parameters
    return () if name in SILENT else next((REFUSED[each] for each in REFUSED if each in parameters), ())


def leak(store: Runs, name: str, viewer: Viewer, things: Things) -> str | None:
    """What this viewer learns or changes of Ann's things by this function, as a sentence; None where it is nothing."""
    before = kept(store, viewer)
    if name in OF_OWN and not is_somebody(viewer.name):
        with suppress(RunError, UploadError, ClassError):
            call(store, name, viewer, things.harmless())
            return f"{name} lets nobody in particular keep something"
        return None if kept(store, viewer) == before else f"{name} keeps something for nobody in particular"
    if name in OF_WHAT_IS_GIVEN:
        return None
    try:
        answer = call(store, name, viewer, things.arguments())
    except Exception as error:  # what is not its refusal says that it went on, into what it was not meant to reach
        refused = isinstance(error, refusal(name)) and kept(store, viewer) == before
        return None if refused else f"{name} does not refuse {viewer}: {error!r}"
    if refusal(name) or kept(store, viewer) != before:
        return f"{name} does not refuse {viewer}"
    if name == "upload_access":
        return _shelf_leak(answer, things.upload_id)
    return f"{name} tells {viewer} {answer!r}" if answer else None


def _shelf_leak(shelf: Any, upload_id: str) -> str | None:
    for look in (shelf.describe, shelf.called, shelf.target, shelf.check_rows, shelf.open):
        try:
            look(upload_id)
        except UploadError:
            continue
        return f"upload_access lets somebody else {look.__name__}"
    return None


def leaks(store: Runs, things: Things, viewers: list[Viewer], first: str = "") -> Iterator[str]:
    """Every leak, function by function; those that are or call the function `first` come first."""
    asked = functions()
    for name in sorted(asked, key=lambda name: (first not in (name, *asked[name].__code__.co_names), name)):
        for viewer in viewers:
            found = leak(store, name, viewer, things)
            if found is not None:
                yield found
