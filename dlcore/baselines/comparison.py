"""All models of machine learning on the data of an experiment: what each scores, costs, and looks at."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlcore.baselines.baseline import Baseline, Size, in_order
from dlcore.baselines.fitting import CurvePoint, Fitted, climb, point
from dlcore.baselines.importances import Importances, importances, network_answers
from dlcore.baselines.table import Table
from dlcore.baselines.tree import Node, read
from dlcore.data.load import load
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text, _

if TYPE_CHECKING:
    from torch import nn

    from dlcore.data.base import Data

NETWORK = "network"  # stands among the models where a network is measured the same way


@dataclass(frozen=True)
class BaselineResult:
    """What came of one model. `rows` taught it, of `of_rows`; `scores` are those on the part that judges.

    `importances` is a sentence where they were not measured; `refusal` says why nothing could be learned.
    """

    name: str
    title: Text
    source: str = ""  # scikit-learn's call
    scores: Mapping[str, float] | None = None
    seconds: float | None = None  # of computing, to fit it
    rows: int = 0
    of_rows: int = 0
    size: Size | None = None
    curve: Sequence[CurvePoint] = ()
    importances: Importances | Text | None = None
    tree: Node | None = None
    refusal: Text | None = None

    @property
    def partial(self) -> bool:
        """Whether it learned from some of the training rows alone."""
        return 0 < self.rows < self.of_rows

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, texts in the current language."""
        measured = isinstance(self.importances, Importances)
        size = {} if self.size is None else {"size": self.size.count, "size_text": size_text(self.size)}
        return {
            "model": self.name,
            "title": str(self.title),
            "source": self.source,
            "scores": None if self.scores is None else dict(self.scores),
            "seconds": self.seconds,
            "rows": self.rows,
            "of_rows": self.of_rows,
            **size,
            "curve": [[each.rows, _finite(each.train), _finite(each.judging)] for each in self.curve],
            "importances": vars(self.importances) if measured else None,
            "importances_refusal": str(self.importances) if isinstance(self.importances, Text) else None,
            "tree": None if self.tree is None else self.tree.to_json(),
            "refusal": None if self.refusal is None else str(self.refusal),
        }


def size_text(size: Size) -> str:
    """`1,290 weights`."""
    return _(size.unit, count=f"{size.count:,}")


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def compare(
    experiment: Experiment, data: Data | None = None, done: Callable[[float], None] = lambda _share: None
) -> list[BaselineResult]:
    """Every model of `BASELINES` on the data of an experiment, the simplest first: the same split, the same scaling.

    `data` is what `dlcore.load(experiment)` gives, where somebody has it; `done` is told what share is through.
    Raises DlcoreError where no model can learn them.
    """
    return results(Table(data or load(experiment)), experiment.seed, done)


def results(table: Table, seed: int, done: Callable[[float], None]) -> list[BaselineResult]:
    """The same of a table."""
    models, found = in_order(), []
    for number, each in enumerate(models, 1):
        found.append(result(each, table, seed))
        done(number / len(models))
    return found


def result(baseline: Baseline, table: Table, seed: int) -> BaselineResult:
    """What comes of one model: its learning curve, and of the last point everything else."""
    fitted: Fitted | None = None
    curve = []
    for fitted in climb(baseline, table, seed):
        curve.append(point(fitted, table))
    if fitted is None:
        why = Text(N_("It could not learn from these rows: all of them have the same answer, or a number is missing."))
        return BaselineResult(baseline.name, Text(baseline.title), of_rows=len(table.train), refusal=why)
    return BaselineResult(
        baseline.name, Text(baseline.title), baseline.call(table.about.task, fitted.rows, seed).source(),
        table.scores(fitted.answers(table.judging.x), table.judging), fitted.seconds, fitted.rows, len(table.train),
        baseline.size_of(fitted.model), curve, importances(fitted.answers, table, seed), _tree(fitted, table),
    )  # fmt: skip


def _tree(fitted: Fitted, table: Table) -> Node | None:
    return read(fitted.model, table) if type(fitted.model).__name__.startswith("DecisionTree") else None


def of_network(model: nn.Module, table: Table, seed: int) -> BaselineResult:
    """A trained network, in eval mode, measured as the models are; its seconds are known to whoever trained it."""
    count = sum(each.numel() for each in model.parameters())
    answers, about = network_answers(model, table.about), table.about
    if about.shape.vocabulary is not None:
        looked: Importances | Text = Text(N_("Not for the network: it reads words in their order, not their counts."))
        scores = None
    else:
        looked = importances(answers, table, seed)
        scores = table.scores(answers(table.judging.x), table.judging)
    return BaselineResult(NETWORK, Text(N_("Network")), scores=scores, rows=len(table.train), of_rows=len(table.train),
                          size=Size(count, N_("{count} weights")), importances=looked)  # fmt: skip
