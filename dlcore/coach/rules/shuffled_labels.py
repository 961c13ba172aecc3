"""Answers that have nothing to do with the questions."""

from __future__ import annotations

from collections.abc import Iterator

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy
from dlcore.coach.outcome import NO_BETTER, shown
from dlcore.coach.rule import Rule
from dlcore.i18n import N_, Text
from dlcore.training.history import judged
from dlcore.training.scores import value

ENOUGH = 30  # examples that judge
LEARNED = 0.15  # above chance, of the training part: it can learn, only nothing that helps
HIDDEN = ("dense", "activation", "regularization")  # kinds of layers
ONE_SIDED = 0.75  # the share of the most frequent answer: with more, accuracy says nothing
FLAT = 1  # sizes of an example: a table's row


class ShuffledLabels(Rule):
    """Nobody answers the part that judges better than by guessing: neither the network, nor a line, nor the nearest.

    Of a table, whose columns a linear model and the nearest examples can use as they stand, that says something about
    the data; of pictures and sequences less, and it is a remark.
    """

    name = "shuffled-labels"

    def listen(self, course: Course) -> Iterator[Finding]:
        outcome, others = course.outcome, course.references
        if outcome.diverged or outcome.score is None or outcome.train is None or course.trained < 3:
            return
        if others.rows < ENOUGH or others.linear is None or others.neighbours is None or not _at_chance(course):
            return
        if others.best > others.chance + outcome.margin(NO_BETTER) or others.chance > ONE_SIDED:
            return
        table = len(course.about.shape) == FLAT and course.about.shape.vocabulary is None
        learned = outcome.train - others.chance > LEARNED
        if not learned and not table:
            return
        text = Text(
            N_("After {epochs} epochs the part that judges gets {score}; guessing gets {chance}, a linear model "
               "{linear}, the five nearest examples {nearest}, while the training part gets {train}. Either the labels "
               "are shuffled, or the inputs do not hold what is asked."),
            epochs=outcome.epochs, score=shown(outcome.metric, outcome.score),
            chance=shown(outcome.metric, others.chance), linear=shown(outcome.metric, others.linear),
            nearest=shown(outcome.metric, others.neighbours), train=shown(outcome.metric, outcome.train),
        )  # fmt: skip
        severity = "warning" if table else "remark"
        yield Finding(self.name, severity, text, _remedy(course), None, outcome.measured, course.span)  # type: ignore[arg-type]


def _at_chance(course: Course) -> bool:
    """Whether the network is no better than guessing, over its last epochs together: the best of them may be luck."""
    scores = [value(judged(each), course.metric) for each in course.lasting]
    found = [each for each in scores if each is not None]
    outcome = course.outcome
    return bool(found) and sum(found) / len(found) <= course.references.chance + outcome.margin(NO_BETTER)


def _remedy(course: Course) -> Remedy:
    """No change of the network helps; as a check, the same without the layers that learn by heart."""
    layers = list(enumerate(course.experiment.network[:-1]))
    hidden = [number for number, layer in layers if getattr(layer, "kind", "") in HIDDEN]
    return Remedy(repairs=tuple(((number,), "remove") for number in reversed(hidden)))
