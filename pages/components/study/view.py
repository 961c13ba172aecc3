"""What the page of a study shows, of one moment."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dlcore.access import Viewer
from dlcore.runs import WELCOME, Status
from dlcore.runs.store.studies import StoredSearch
from dlcore.runs.studies import results_of
from dlcore.serving.store import runs
from dlcore.studies import Study
from dlcore.studies.results import ENDED, ArmResult, Result, arm_results
from pages.components.shared.visitor import viewer
from pages.components.study.study_list import title


@dataclass(frozen=True)
class StudyView:
    """A study, what came of its runs so far, and its judged lines: all that a panel needs.

    `lines` are in the order of the arms; `dlcore.studies.results.ranked` puts them in that of the table. `statuses` are
    by (number of the arm, seed), of the runs that are still there.
    """

    id: str
    owner: str
    name: str
    study: Study
    results: Sequence[Result]
    lines: Sequence[ArmResult]
    statuses: Mapping[tuple[int, int], Status]
    search: StoredSearch | None = None  # how far it is, where arms are added by what was found so far

    @property
    def done(self) -> int:
        """How many runs have ended."""
        return sum(each.state in ENDED for each in self.results)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return all(line.ended for line in self.lines) and (self.search is None or self.search.state == "done")

    @property
    def going(self) -> bool:
        """Whether something will come by itself."""
        searching = self.search is not None and self.search.state == "open"
        return searching or not all(line.ended or line.resting for line in self.lines)

    @property
    def stopping(self) -> bool:
        """Whether it was told to rest, and trains still."""
        return any(each.state == "running" and each.command == "pause" for each in self.statuses.values())

    @property
    def controls(self) -> bool:
        """Whether this visitor may stop and delete it."""
        return self.owner != WELCOME

    def key(self, panel: str) -> str:
        """The key of a widget or a figure of a panel: of this study alone."""
        return f"study.{panel}.{self.id}"


def look(study_id: str) -> StudyView:
    """How a study of this visitor stands now. Raises RunNotFound."""
    statuses = runs().study_statuses(study_id, viewer())
    kept = runs().stored_study(study_id, viewer())
    study = _so_far(study_of(study_id, viewer(), len(statuses)), statuses)
    search = None if study.kind.planned_arms is None else runs().search(study_id, viewer())
    results = results_of(study, statuses)
    by_place = {(arm, seed): status for arm, seed, status in statuses}
    return StudyView(study_id, kept.owner, title(kept), study, results, arm_results(study, results), by_place,
                     search)  # fmt: skip


def _so_far(study: Study, statuses: Sequence[tuple[int, int, Status]]) -> Study:
    """A study to which arms are added, with those whose runs were seen: another may have come a moment later."""
    if study.kind.planned_arms is None:
        return study
    return replace(study, arms=study.arms[: 1 + max((arm for arm, _seed, _status in statuses), default=0)])


@functools.lru_cache(maxsize=64)
def study_of(study_id: str, viewer_: Viewer, runs_: int) -> Study:
    """What a study compares; it changes only where runs are added. Raises RunNotFound."""
    del runs_
    return runs().study(study_id, viewer_)
