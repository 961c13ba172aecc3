"""Whether a run went badly: no rule speaks of training where it went well."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dlcore.coach.finding import Severity
from dlcore.coach.references import References
from dlcore.i18n import N_, Text
from dlcore.training.scores import METRICS

CLEARLY_BELOW = {"accuracy": 0.05, "r2": 0.1}  # what a reference must be ahead
NO_BETTER = {"accuracy": 0.02, "r2": 0.05}  # within this of guessing
FAR_BELOW = 0.2  # of what a linear model gains over guessing
FAR_BELOW_NEIGHBOURS = 0.3  # … the nearest examples, which a small network need not reach
FINDS_MORE = 0.1  # of each class, on average, than guessing finds
FINDS_ANY = 0.02  # … where nearly all examples are of one class
ONE_SIDED = 0.75
ERRORS = 2  # and as many standard errors of a share of so many rows


@dataclass(frozen=True)
class Outcome:
    """The best score of the last epochs, on the part that judges and on the training part, beside the references."""

    metric: str  # accuracy or r2
    score: float | None  # None where it is no number
    train: float | None
    references: References
    epochs: int
    diverged: bool = False
    recall: float | None = None  # mean over classes, where each example has one: rare ones count as much as others
    classes: int = 0

    @property
    def guessing(self) -> bool:
        """Whether it is no better than guessing without looking, nor finds more of each class than that."""
        more = FINDS_MORE if self.references.chance < ONE_SIDED else FINDS_ANY
        if self.score is not None and self.recall is not None and self.recall > 1 / self.classes + more:
            return False
        return self.score is None or self.score <= self.references.chance + self.margin(NO_BETTER)

    @property
    def behind(self) -> bool:
        """Whether a straight line or the nearest examples answer clearly better."""
        return self.score is None or self.score < self.references.best - self.margin(CLEARLY_BELOW)

    @property
    def bad(self) -> bool:
        """Diverged, no better than guessing, or clearly behind a simple model."""
        return self.diverged or self.guessing or self.behind

    def shortfall(self, reference: float | None) -> float:
        """Which part of what a reference gains over guessing is not gained: 0 to 1, or more."""
        gained = 0.0 if reference is None else reference - self.references.chance
        if reference is None or self.score is None or gained <= 0:
            return 0.0
        return (reference - self.score) / gained

    @property
    def severity(self) -> Severity:
        """How grave the cause of it is: a little less than a simple model is worth a remark, much less a warning."""
        behind_line = self.shortfall(self.references.linear) >= FAR_BELOW
        far = behind_line or self.shortfall(self.references.neighbours) >= FAR_BELOW_NEIGHBOURS
        return "warning" if self.diverged or self.guessing or far else "remark"

    @property
    def unlearned(self) -> bool:
        """Whether even the training part is answered no better than by guessing, or clearly worse than by others."""
        if self.diverged or self.train is None:
            return True
        return self.train < self.references.best - self.margin(CLEARLY_BELOW) or self.guessing

    @property
    def gap(self) -> float:
        """By how much the training part is answered better than the part that judges."""
        return 0.0 if self.train is None or self.score is None else self.train - self.score

    def margin(self, least: dict[str, float]) -> float:
        """`least`, or what chance alone may do with so few rows."""
        if self.metric == "r2":
            return least["r2"]
        share = min(max(self.references.best, 0.05), 0.95)
        return max(least["accuracy"], ERRORS * math.sqrt(share * (1 - share) / max(1, self.references.rows)))

    @property
    def measured(self) -> dict[str, float | str]:
        """The numbers of `text`."""
        named = {
            "score": self.score,
            "training_score": self.train,
            "chance": self.references.chance,
            "linear_model": self.references.linear,
            "nearest_examples": self.references.neighbours,
        }
        return {"metric": self.metric} | {name: round(each, 4) for name, each in named.items() if each is not None}

    @property
    def text(self) -> Text:
        """What came of it, in a sentence: beside guessing where it is no better, else beside the best reference."""
        if self.diverged or self.score is None:
            return Text(N_("The loss grew past hope."))
        found = Text(METRICS[self.metric].noun)
        score, chance = shown(self.metric, self.score), shown(self.metric, self.references.chance)
        if self.guessing:
            return Text(
                N_("After {epochs} epochs the {metric} is {score}; guessing without looking gets {chance}."),
                epochs=self.epochs,
                metric=found,
                score=score,
                chance=chance,
            )
        linear = self.references.linear
        whose = N_("a linear model") if linear == self.references.best else N_("asking the five nearest examples")
        return Text(
            N_("After {epochs} epochs the {metric} is {score}; {reference} gets {best} from the same rows."),
            epochs=self.epochs,
            metric=found,
            score=score,
            reference=Text(whose),
            best=shown(self.metric, self.references.best),
        )


def shown(metric: str, score: float) -> str:
    """A score as a sentence has it: 61 %, or 0.43 where it is no share."""
    return f"{score:.0%}".replace("%", " %") if METRICS[metric].share else f"{score:.2f}"
