"""Tasks of classes: given, held to wherever something is submitted for one, handed in, and measured again."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import dlcore
from dlcore.access import Action, Viewer
from dlcore.data.uploads import upload_access
from dlcore.data.uploads.dataset import Upload as UploadedData
from dlcore.errors import ClassError, ExportError, RunError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.runs import exports, weights
from dlcore.runs.artifacts import SUBMISSIONS, Artifacts
from dlcore.runs.settings import Settings
from dlcore.runs.status import Status
from dlcore.runs.store.assignments import AssignmentStore, ClassAssignment
from dlcore.runs.store.submissions import Submission, SubmissionStore, check_attempts
from dlcore.training.events import scores_to_json
from dlcore.training.scores import METRICS, headline, value

if TYPE_CHECKING:
    from dlcore.data.uploads.upload_access import UploadAccess
    from dlcore.export.assignment import Assignment
    from dlcore.runs.store.classes import Member
    from dlcore.runs.store.learner import StatusList
    from dlcore.runs.store.uploads import Upload


MOST_RUNS = 5_000  # of a task that are looked at, the newest


@dataclass(frozen=True)
class StudentResult:
    """What one student has done for a task. Of what was handed in, the oldest first, the last one counts."""

    member: Member
    submissions: list[Submission]
    extended: datetime | None  # until when they have time, where that is a date of their own
    runs: list[Status]  # that were trained for it and are still there, the newest first

    @property
    def counted(self) -> Submission | None:
        """What counts; None where nothing was handed in."""
        return self.submissions[-1] if self.submissions else None

    @property
    def shown_run(self) -> str | None:
        """The id of the run to look at: what counts, else the best, else the newest; None where there is none."""
        if self.counted is not None and self.counted.run_id in {each.id for each in self.runs}:
            return self.counted.run_id
        scored = [each for each in self.runs if each.best is not None]
        if scored:
            return max(scored, key=_goodness).id
        return self.runs[0].id if self.runs else None


ResultList = list[StudentResult]


class AssignmentRuns(AssignmentStore, SubmissionStore):
    """Tasks and what was handed in for them: `Runs` is one of these."""

    settings: Settings
    _artifacts: Artifacts

    if TYPE_CHECKING:

        def status(self, run_id: str, viewer: Viewer) -> Status: ...
        def experiment(self, run_id: str, viewer: Viewer) -> Experiment: ...
        def members(self, class_id: str, viewer: Viewer) -> list[Member]: ...
        def find_upload(self, upload_id: str, viewer: Viewer) -> Upload: ...
        def upload_access(self, viewer: Viewer) -> UploadAccess: ...
        def check(self, experiment: Experiment, viewer: Viewer) -> None: ...
        def list(self, viewer: Viewer, limit: int = 200, *, assignment: str | None = None) -> StatusList: ...
        def _check_allowed(self, run_id: str, viewer: Viewer, action: Action) -> None: ...
        def _weights(self, run_id: str, epoch: Literal["best", "last"], viewer: Viewer) -> tuple[bytes, int, str]: ...

    def give_assignment(
        self,
        class_id: str,
        title: str,
        experiment: Experiment,
        task: Assignment,
        viewer: Viewer,
        due_at: datetime | None = None,
        attempts: int | None = None,
    ) -> str:
        """Give a class an experiment as its task; returns its id.

        Raises ClassNotFound, ClassError for what cannot be asked so, and what keeps the experiment from being trained.
        """
        teacher = self.find_class(class_id, viewer).teacher
        self.check(experiment, viewer)
        source = experiment.dataset.source
        if isinstance(source, UploadedData) and self.find_upload(source.where, viewer).owner != teacher:
            text = N_("Of data that somebody brought, a class can read those of its teacher alone.")
            raise ClassError(Text(text))
        if experiment.start is not None:
            weights.kept(self._artifacts, viewer.name, experiment.start)
        plain = _without_origin(experiment).to_dict()
        return self._make_assignment(class_id, title, plain, task.requirements(), due_at, attempts, viewer)

    def delete_assignment(self, assignment_id: str, viewer: Viewer) -> None:
        """Forget a task and all that was handed in for it; the runs stay their learners'. Raises ClassNotFound."""
        for submission_id in self._delete_assignment(assignment_id, viewer):
            self._artifacts.remove_submission(submission_id)

    def begin_assignment(self, assignment_id: str, viewer: Viewer) -> Experiment:
        """The experiment with which a task begins; its weights are then this viewer's, too. Raises ClassNotFound."""
        found = self.find_assignment(assignment_id, viewer)
        experiment = Experiment.from_stored(found.experiment)
        if experiment.start is not None and found.teacher != viewer.name:
            weights.hand_over(self._artifacts, found.teacher, viewer.name, experiment.start)
        return experiment

    def check_assignment(self, assignment_id: str, experiments: Iterable[Experiment], viewer: Viewer) -> None:
        """Raise why these may not be trained for a task: RunError, or ClassNotFound where it is not this viewer's."""
        found = self.find_assignment(assignment_id, viewer)
        check_attempts(self._attempts(assignment_id, viewer.name), found.attempts)
        for experiment in experiments:
            for text in refusals(found, experiment):
                raise RunError(text)

    def hand_in(self, run_id: str, assignment_id: str, viewer: Viewer) -> Submission:
        """Keep a copy of a run as it is now, weights and all: it counts, whatever becomes of the run.

        Raises RunError where the run is not of this task or no attempt is left, RunNotFound, ClassNotFound.
        """
        self._check_allowed(run_id, viewer, "change")
        found, status = self.find_assignment(assignment_id, viewer), self.status(run_id, viewer)
        experiment = self.experiment(run_id, viewer)
        _check_eligible(status, found, experiment)
        content, _epoch, name = self._weights(run_id, "best", viewer)
        submission_id = secrets.token_hex(8)
        kept = self._artifacts.write(submission_id, "best", content, SUBMISSIONS)
        values = {"id": submission_id, "assignment_id": found.id, "owner": status.owner, "run_id": run_id}
        with upload_access.using(self.upload_access(viewer)):  # the run may be of data that somebody brought
            record = _record(status, experiment)
        copied = {"name": name, "experiment": experiment.to_dict(), "record": record}
        try:
            self._keep_submission(values | copied, kept, found.attempts)
        except BaseException:
            self._artifacts.remove_submission(submission_id)
            raise
        return self.find_submission(submission_id, viewer)

    def replay_submission(self, submission_id: str, viewer: Viewer) -> Submission:
        """Measure what was handed in again: another process loads the kept weights, and the rows. Raises ClassNotFound.

        What it finds is kept with it, or why it could not be found.
        """
        found = self.find_submission(submission_id, viewer)
        request = exports.ExportRequest.of(found.id, "check", "best", found.weights.sha256, dlcore.__version__)
        try:
            made = exports.make(self.settings, request)
            self._save_check(found.id, json.loads(made.path.read_bytes()), None)
        except ExportError as error:
            self._save_check(found.id, None, error.text)
        finally:
            exports.remove(self.settings, found.id)
        return self.find_submission(submission_id, viewer)

    def submitted_weights(self, submission_id: str, viewer: Viewer) -> bytes:
        """The weights that were handed in, as a safetensors file. Raises ClassNotFound, RunError."""
        return self._artifacts.read(self.find_submission(submission_id, viewer).weights)

    def assignment_results(self, assignment_id: str, viewer: Viewer) -> ResultList:
        """By their names, what each student of the class has done for a task. Raises ClassNotFound."""
        extended = self.extensions(assignment_id, viewer)
        found = self.find_assignment(assignment_id, viewer)
        by_owner: dict[str, list[Submission]] = {}
        for each in self.submissions(assignment_id, viewer):
            by_owner.setdefault(each.owner, []).append(each)
        trained: dict[str, list[Status]] = {}
        for run in self.list(viewer, MOST_RUNS, assignment=assignment_id):
            trained.setdefault(run.owner, []).append(run)
        return [
            StudentResult(each, by_owner.get(each.name, []), extended.get(each.name), trained.get(each.name, []))
            for each in self.members(found.class_id, viewer)
        ]

    def _forget_submissions(self, owner: str) -> None:
        """Remove the weights of all that somebody has handed in; the caller has asked whether that may be done."""
        for submission_id in self._submissions_of(owner):
            self._artifacts.remove_submission(submission_id)


def refusals(assignment: ClassAssignment, experiment: Experiment) -> Iterator[Text]:
    """Why an experiment may not be trained for the task of a class, nor be handed in; nothing where it may."""
    yield from asked_of(assignment).refusals(Experiment.from_stored(assignment.experiment), experiment)


def asked_of(assignment: ClassAssignment) -> Assignment:
    """What the task of a class asks."""
    from dlcore.export.assignment import Assignment  # with torch

    return Assignment.parse(assignment.task, "task")


def _goodness(status: Status) -> float:
    """How good a run with a score is: the higher, the better."""
    assert status.best is not None
    name = headline(status.best)
    found = value(status.best, name) or 0.0
    return -found if METRICS[name].lower else found


def _without_origin(experiment: Experiment) -> Experiment:
    """Nobody who begins with its weights need know which run of the teacher's they are of."""
    start = experiment.start
    if start is None:
        return experiment
    return experiment.model_copy(update={"start": start.model_copy(update={"run": None, "epoch": None})})


def _check_eligible(status: Status, assignment: ClassAssignment, experiment: Experiment) -> None:
    """Raises RunError where a run cannot be handed in for a task."""
    if status.assignment != assignment.id:
        raise RunError(Text(N_("Only a run that was trained for this task can be handed in.")))
    if status.state not in ("finished", "stopped") or status.best is None:
        raise RunError(Text(N_("Only a run that has finished, or was stopped, can be handed in.")))
    for text in refusals(assignment, experiment):
        raise RunError(text)


def _record(status: Status, experiment: Experiment) -> dict[str, Any]:
    """What a run says of itself, as it is kept."""
    from dlcore.export.assignment import effort_of
    from dlcore.network import parameters_of

    assert status.best is not None
    return {
        "scores": scores_to_json(status.best),
        "epoch": status.best_epoch,
        "seconds": status.seconds,
        "parameters": parameters_of(experiment),
        "effort": effort_of(experiment),
        "test_opened": status.test_opened_at is not None,
    }
