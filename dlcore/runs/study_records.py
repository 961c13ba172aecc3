"""Studies to take away: all that their runs have measured, and the tokens that a download asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from dlcore.access import Viewer
from dlcore.errors import RunNotFound
from dlcore.runs import secret
from dlcore.runs.studies import StudyRuns
from dlcore.training.events import EpochEnded, Event, RunStarted, from_json

if TYPE_CHECKING:
    from dlcore.studies.record import StudyRecord

Told = TypeVar("Told", bound=Event)


class StudyRecords(StudyRuns):
    """Whole studies with their curves: `Runs` is one of these."""

    _secret: bytes

    if TYPE_CHECKING:

        def _bodies_of_kind(self, run_id: str, kind: str, viewer: Viewer) -> list[dict[str, Any]]: ...

    def study_record(self, study_id: str, viewer: Viewer) -> StudyRecord:
        """A study with every epoch that any of its runs has measured. Raises RunNotFound."""
        from dlcore.studies.record import StudyRecord

        stored, results = self.stored_study(study_id, viewer), self.study_results(study_id, viewer)
        there = [each for each in results if each.run_id]
        epochs = {(each.arm, each.seed): self._epochs(each.run_id, viewer) for each in there}
        begun = (event for each in there for event in self._told(each.run_id, RunStarted, viewer))
        versions = next((event.versions for event in begun), {})
        return StudyRecord(self.study(study_id, viewer), results, epochs, versions, stored.created_at)

    def _epochs(self, run_id: str, viewer: Viewer) -> list[EpochEnded]:
        """Of each epoch the newest measurement: what came after a checkpoint may have been measured again."""
        newest = {event.epoch: event for event in self._told(run_id, EpochEnded, viewer)}
        return sorted(newest.values(), key=attrgetter("epoch"))

    def _told(self, run_id: str, kind: type[Told], viewer: Viewer) -> Iterator[Told]:
        """The events of one kind; none of a run that was deleted meanwhile."""
        with suppress(RunNotFound):
            for body in self._bodies_of_kind(run_id, kind.__name__, viewer):
                event = from_json(body)
                assert isinstance(event, kind)
                yield event

    def study_token(self, study_id: str, viewer: Viewer) -> str:
        """What lets a browser download this study through a route beside the pages. Raises RunNotFound."""
        self.stored_study(study_id, viewer)
        return secret.sign(self._secret, f"study:{study_id}")

    def check_study_token(self, study_id: str, token: str) -> bool:
        """Whether `token` was made here for this study."""
        return secret.is_signed(self._secret, f"study:{study_id}", token)
