"""A study with all that came of it so far: what leaves the app as a table or a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dlcore.studies.results import ArmResult, Result, arm_results
from dlcore.studies.study import Study
from dlcore.training.events import EpochEnded


@dataclass(frozen=True)
class StudyRecord:
    """A study, how its runs stand, and by (arm, seed) the epochs that each has measured, in their order."""

    study: Study
    results: Sequence[Result]
    epochs: Mapping[tuple[int, int], Sequence[EpochEnded]]
    versions: Mapping[str, str]  # of the libraries it was trained with, by name
    created_at: datetime | None

    @property
    def lines(self) -> list[ArmResult]:
        """A line for each arm, in their order."""
        return arm_results(self.study, self.results)
