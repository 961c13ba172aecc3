"""Studies of an installation: submitted whole or not at all, followed, stopped, gone on with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlcore.data.uploads import upload_access
from dlcore.errors import RunError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.runs.settings import Settings
from dlcore.runs.status import Status, is_somebody
from dlcore.runs.store.learner import MAX_NAME
from dlcore.runs.store.studies import NewRun, StudyStore

if TYPE_CHECKING:
    from dlcore.data.uploads.upload_access import UploadAccess
    from dlcore.studies import Study
    from dlcore.studies.results import Result
    from dlcore.training.speed import Speed


class StudyRuns(StudyStore):
    """Whole studies: `Runs` is one of these."""

    settings: Settings

    if TYPE_CHECKING:

        def check(self, experiment: Experiment, owner: str) -> None: ...
        def speed(self, device: str = "auto") -> Speed | None: ...
        def upload_access(self, owner: str | None) -> UploadAccess: ...
        def delete(self, run_id: str, owner: str | None = None) -> None: ...

    def submit_study(self, study: Study, owner: str = "me") -> str:
        """Queue all runs of a study in one transaction; returns its id.

        Raises what keeps an arm from being trained, or RunError with the numbers where the study would take longer
        than one may here; then nothing is queued.
        """
        if not is_somebody(owner):
            raise RunError(Text(N_("A run must belong to somebody.")))
        with upload_access.using(self.upload_access(owner)), upload_access.no_files():
            for arm in study.arms:
                self.check(arm.experiment, owner)
            self._check_budget(study)
        new = [
            NewRun(each.arm, each.seed, each.filmed, each.name[:MAX_NAME], each.experiment.to_dict())
            for each in study.runs()
        ]
        return self._submit_study(study.to_json(), owner, study.name[:MAX_NAME], new)

    def _check_budget(self, study: Study) -> None:
        seconds, most = self.study_seconds(study), self.settings.study_seconds
        if seconds is not None and seconds > most:
            text = N_("This study is {runs} runs that would train for about {minutes} min in all; here one may take "
                      "{most} min: take fewer seeds, fewer arms, or fewer epochs.")  # fmt: skip
            raise RunError(Text(text, runs=len(study), minutes=f"{seconds / 60:,.0f}", most=f"{most / 60:,.0f}"))

    def study_seconds(self, study: Study) -> float | None:
        """About how long its runs train, one after the other; None where this machine was not measured yet."""
        from dlcore.studies.cost import seconds

        speed = self.speed(study.base.training.device)
        return None if speed is None else seconds(study, speed)

    def study(self, study_id: str, owner: str | None = None) -> Study:
        """What a study compares. Raises RunNotFound."""
        from dlcore.studies import Study

        return Study.from_json(self.stored_study(study_id, owner).body)

    def study_results(self, study_id: str, owner: str | None = None) -> list[Result]:
        """How each of its runs stands, also of those that were deleted. Raises RunNotFound."""
        from dlcore.studies.results import MISSING, Result

        study = self.study(study_id, owner)
        found = {(arm, seed): status for arm, seed, status in self.study_statuses(study_id, owner)}
        wanted = [(arm, seed) for arm in range(len(study.arms)) for seed in study.seeds]
        return [
            result_of(*each, found[each]) if each in found else Result(*each, MISSING)
            for each in wanted
        ]  # fmt: skip

    def delete_study(self, study_id: str, owner: str | None = None) -> None:
        """Forget a study with all its runs. Raises RunNotFound."""
        for _arm, _seed, status in self.study_statuses(study_id, owner):
            self.delete(status.id, owner)
        self._forget_study(study_id, owner)


def result_of(arm: int, seed: int, status: Status) -> Result:
    """What a study needs of a run's status."""
    from dlcore.studies.results import Result

    return Result(
        arm, seed, status.state, status.id, status.best, status.last, status.best_epoch, status.epoch, status.epochs,
        status.seconds,
    )  # fmt: skip
