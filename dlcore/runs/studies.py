"""Studies of an installation: submitted whole or not at all, followed, stopped, gone on with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dlcore.access import Viewer, own_name
from dlcore.data.uploads import upload_access
from dlcore.errors import RunError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.runs import secret
from dlcore.runs.settings import Settings
from dlcore.runs.status import Status
from dlcore.runs.store.learner import MAX_NAME
from dlcore.runs.store.studies import NewRun, StudyStore

if TYPE_CHECKING:
    from dlcore.access.quotas import Quota
    from dlcore.data.uploads.upload_access import UploadAccess
    from dlcore.studies import Study
    from dlcore.studies.results import Result
    from dlcore.training.speed import Speed


class StudyRuns(StudyStore):
    """Whole studies: `Runs` is one of these."""

    settings: Settings
    _secret: bytes

    if TYPE_CHECKING:

        def quota(self, viewer: Viewer) -> Quota: ...
        def _check(self, experiment: Experiment, viewer: Viewer, quota: Quota) -> None: ...
        def speed(self, device: str = "auto") -> Speed | None: ...
        def upload_access(self, viewer: Viewer) -> UploadAccess: ...
        def delete(self, run_id: str, viewer: Viewer) -> None: ...
        def check_assignment(self, assignment_id: str, experiments: Iterable[Experiment], viewer: Viewer) -> None: ...

    def submit_study(self, study: Study, viewer: Viewer, assignment: str | None = None) -> str:
        """Queue all runs of a study in one transaction; returns its id. `assignment`: the task of a class they are for.

        Raises what keeps an arm from being trained, or RunError with the numbers where the study would take longer
        than one may here, or holds a run that the task does not allow; then nothing is queued.
        """
        owner = own_name(viewer)
        with upload_access.using(self.upload_access(viewer)), upload_access.no_files():
            quota = self.quota(viewer)
            for arm in study.arms:
                self._check(arm.experiment, viewer, quota)
            self._check_budget(study)
            planned = list(study.runs())
            if assignment is not None:
                self.check_assignment(assignment, [study.base, *(each.experiment for each in planned)], viewer)
        new = [
            NewRun(each.arm, each.seed, each.filmed, each.name[:MAX_NAME], each.experiment.to_dict())
            for each in planned
        ]
        searching = None if study.kind.planned_arms is None else self.home
        return self._submit_study(study.to_json(), owner, study.name[:MAX_NAME], new, searching, assignment)

    @property
    def home(self) -> str:
        """What the home of this installation is called where several share a database."""
        return secret.sign(self._secret, "home")

    def _check_budget(self, study: Study) -> None:
        refusal = self.study_refusal(study)
        if refusal is not None:
            raise RunError(refusal)

    def study_refusal(self, study: Study) -> Text | None:
        """Why a study would take longer than one may here, with the numbers; None where it would not."""
        seconds, most = self.study_seconds(study), self.settings.study_seconds
        if seconds is None or seconds <= most:
            return None
        text = N_("This study is {runs} runs that would train for about {minutes} min in all; here one may take "
                  "{most} min: take fewer seeds, fewer arms, or fewer epochs.")  # fmt: skip
        return Text(text, runs=study.planned, minutes=f"{seconds / 60:,.0f}", most=f"{most / 60:,.0f}")

    def study_seconds(self, study: Study) -> float | None:
        """About how long its runs train, one after the other; None where this machine was not measured yet."""
        from dlcore.studies.cost import seconds

        speed = self.speed(study.base.training.device)
        return None if speed is None else seconds(study, speed)

    def study(self, study_id: str, viewer: Viewer) -> Study:
        """What a study compares. Raises RunNotFound."""
        from dlcore.studies import Study

        return Study.from_json(self.stored_study(study_id, viewer).body)

    def study_results(self, study_id: str, viewer: Viewer) -> list[Result]:
        """How each of its runs stands, also of those that were deleted. Raises RunNotFound."""
        return results_of(self.study(study_id, viewer), self.study_statuses(study_id, viewer))

    def delete_study(self, study_id: str, viewer: Viewer) -> None:
        """Forget a study with all its runs. Raises RunNotFound."""
        for _arm, _seed, status in self.study_statuses(study_id, viewer):
            self.delete(status.id, viewer)
        self._forget_study(study_id, viewer)


def results_of(study: Study, statuses: Iterable[tuple[int, int, Status]]) -> list[Result]:
    """A result for each run of a study, in their order: of one that is not there any more, that it is missing."""
    from dlcore.studies.results import MISSING, Result

    found = {(arm, seed): status for arm, seed, status in statuses}
    wanted = [(arm, seed) for arm in range(len(study.arms)) for seed in study.seeds]
    return [
        result_of(*each, found[each]) if each in found else Result(*each, MISSING)
        for each in wanted
    ]  # fmt: skip


def result_of(arm: int, seed: int, status: Status) -> Result:
    """What a study needs of a run's status."""
    from dlcore.studies.results import Result

    return Result(
        arm, seed, status.state, status.id, status.best, status.last, status.best_epoch, status.epoch, status.epochs,
        status.seconds,
    )  # fmt: skip
