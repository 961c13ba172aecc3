"""What a kind of study says at its end beside verdicts: numbers of its own, and the sentences that go with them.

A kind that is not named here has said everything with its table and its verdicts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from dlcore.studies import baselines, grid_sentences, search_sentences, variance
from dlcore.studies.baselines import Baselines
from dlcore.studies.grid import Grid
from dlcore.studies.kind import StudyKind
from dlcore.studies.results import Result, arm_results
from dlcore.studies.sampling import best, importances, trials_of
from dlcore.studies.search import Search
from dlcore.studies.study import Study
from dlcore.studies.variance import VarianceParts


@dataclass(frozen=True)
class Conclusion:
    """Sentences in the current language, and the numbers of the kind as plain JSON."""

    says: list[str] = field(default_factory=list)
    numbers: dict[str, Any] = field(default_factory=dict)


def conclusion(study: Study, results: Sequence[Result]) -> Conclusion:
    """What this study's kind says; computed here, which may take seconds."""
    said = CONCLUSIONS.get(type(study.kind))
    return said(study, results) if said else Conclusion()


def _grid(study: Study, results: Sequence[Result]) -> Conclusion:
    return Conclusion(grid_sentences.conclusion(study, results))


def _search(study: Study, results: Sequence[Result]) -> Conclusion:
    """The best trial, which settings matter, what it cost."""
    found = best(study, results)
    numbers = {
        "best": None if found is None else {"trial": found.arm, **study.arms[found.arm].values},
        "importances": importances(study, trials_of(study, results, {})),
        "cost": asdict(search_sentences.Cost.of(results)),
    }
    return Conclusion(search_sentences.conclusion(study, results), numbers)


def _variance(study: Study, results: Sequence[Result]) -> Conclusion:
    found = variance.parts([line.scores for line in arm_results(study, results)])
    return Conclusion(list(variance.sentences(found)), {"variances": [each.to_json() for each in found]})


def _baselines(study: Study, results: Sequence[Result]) -> Conclusion:
    del results  # the network of the first seed is trained anew, to be asked beside the models
    found = baselines.measured(study.base, study.seeds)
    return Conclusion(list(baselines.sentences(found)), found)


CONCLUSIONS: dict[type[StudyKind], Callable[[Study, Sequence[Result]], Conclusion]] = {
    Grid: _grid,
    Search: _search,
    VarianceParts: _variance,
    Baselines: _baselines,
}
