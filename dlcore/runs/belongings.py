"""All that is somebody's: taken along as one archive, deleted, or made another identity's of the same student."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from dlcore.access import OPERATOR, Viewer, own_name, student
from dlcore.errors import RunError, WeightsError
from dlcore.experiment import Experiment, Start
from dlcore.runs import weights
from dlcore.runs.artifacts import Artifacts
from dlcore.runs.assignments import AssignmentRuns
from dlcore.runs.store.class_changes import ClassChanges
from dlcore.runs.store.classes import ClassStore
from dlcore.runs.store.classroom import ClassroomStore
from dlcore.runs.store.identities import IdentityStore
from dlcore.runs.store.learner import Store
from dlcore.runs.store.sessions import Sessions
from dlcore.runs.store.shown_run import ShownRuns
from dlcore.runs.store.studies import StoredStudy
from dlcore.runs.store.teachers import TeacherStore
from dlcore.runs.studies import StudyRuns
from dlcore.runs.uploads import Uploads

ALL = 1_000_000  # runs of one owner: more than anybody has


class Belongings(
    Store,
    Uploads,
    StudyRuns,
    ClassStore,
    ClassChanges,
    ClassroomStore,
    ShownRuns,
    IdentityStore,
    Sessions,
    TeacherStore,
    AssignmentRuns,
):
    """The things of one owner as a whole. `Runs` is one of these."""

    _artifacts: Artifacts

    if TYPE_CHECKING:

        def experiment(self, run_id: str, viewer: Viewer) -> Experiment: ...
        def delete(self, run_id: str, viewer: Viewer) -> None: ...

    def merge_members(self, class_id: str, second: str, first: str, viewer: Viewer) -> None:
        """Make all that a student's second identity has the first one's. Raises ClassNotFound for who is not there."""
        self._merge_members(class_id, second, first, viewer)
        self._hand_weights_over(second, first)

    def delete_class(self, class_id: str, viewer: Viewer) -> None:
        """Forget a class, its tasks, and all that was handed in for them. Raises ClassNotFound.

        Its students are in it no more; their runs, data sets and studies stay theirs.
        """
        for submission_id in self._delete_class(class_id, viewer):
            self._artifacts.remove_submission(submission_id)

    def carry_work(self, member: str, viewer: Viewer) -> None:
        """Make all that a visitor did before joining a class the student's who they are now. Raises ClassNotFound."""
        self._carry_work(member, own_name(viewer))
        self._hand_weights_over(viewer.name, member)

    def _hand_weights_over(self, second: str, first: str) -> None:
        """What the runs that were another's begin with, their owner needs."""
        for start in self._starts(first):
            try:
                weights.hand_over(self._artifacts, second, first, start)
            except (RunError, WeightsError):  # they are the first one's already, or gone
                continue

    def _starts(self, owner: str) -> list[Start]:
        """The weights that somebody's runs begin with."""
        found = [self.experiment(each, OPERATOR).start for each in self._runs_of(owner)]
        return [each for each in found if each is not None]

    def take_work(self, owner: str, place: Path, viewer: Viewer) -> int:
        """Write all that is somebody's into one new archive; returns how many runs. Raises ClassNotFound.

        Of each run its experiment, its events and its best weights; of each data set its rows; what was handed in; the
        draft.
        """
        self._check_work(owner, viewer, "see")
        run_ids, as_owner = self._runs_of(owner), student(owner)
        with zipfile.ZipFile(place, "x", zipfile.ZIP_DEFLATED) as archive:
            for run_id in run_ids:
                self._pack_run(archive, run_id)
            for upload in self.uploads(as_owner):
                rows = self._artifacts.read(self._place_of_upload(upload.id, as_owner))
                archive.writestr(f"data/{upload.id}.parquet", rows)
                archive.writestr(f"data/{upload.id}.txt", upload.name)
            for study in self._studies_of(owner):
                archive.writestr(f"studies/{study.id}.json", json.dumps(study.body))
            for submission_id in self._submissions_of(owner):
                kept = self.find_submission(submission_id, OPERATOR)
                told = {"submitted_at": kept.submitted_at.isoformat(), "experiment": kept.experiment}
                archive.writestr(f"submissions/{kept.id}.json", json.dumps(told | {"record": kept.record}))
            archive.writestr("draft.json", json.dumps(self.draft(as_owner)))
        return len(run_ids)

    def _studies_of(self, owner: str) -> list[StoredStudy]:
        """Somebody's own studies, without the one that welcomes; the caller has asked whether that may be told."""
        return [study for study in self.stored_studies(student(owner), ALL) if study.owner == owner]

    def _pack_run(self, archive: zipfile.ZipFile, run_id: str) -> None:
        status, experiment = self.status(run_id, OPERATOR), self.experiment(run_id, OPERATOR)
        archive.writestr(f"runs/{run_id}/run.json", json.dumps(status.to_json()))
        archive.writestr(f"runs/{run_id}/experiment.yaml", experiment.to_yaml())
        told = [json.dumps(body) for _number, body in self._event_rows(run_id, 0, OPERATOR)]
        archive.writestr(f"runs/{run_id}/events.jsonl", "\n".join(told))
        found = self._artifact(run_id, "best", OPERATOR)
        if found is not None:
            archive.writestr(f"runs/{run_id}/best.safetensors", self._artifacts.read(found[0]))

    def delete_work(self, owner: str, viewer: Viewer) -> int:
        """Forget all that is somebody's, and them; returns how many runs. Raises ClassNotFound."""
        self._check_work(owner, viewer, "change")
        run_ids, as_owner = self._runs_of(owner), student(owner)
        for run_id in run_ids:
            self.delete(run_id, as_owner)
        for study in self._studies_of(owner):
            self._forget_study(study.id, as_owner)
        for upload in self.uploads(as_owner):
            self.delete_upload(upload.id, as_owner)
        self._forget_submissions(owner)
        weights.forget(self._artifacts, owner)
        self._forget_owner(owner, viewer)
        return len(run_ids)
