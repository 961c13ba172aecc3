"""What was learned by heart, at the cost of everything else."""

from __future__ import annotations

from collections.abc import Iterator

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy, Severity
from dlcore.coach.outcome import CLEARLY_BELOW, shown
from dlcore.coach.rule import Rule
from dlcore.coach.scaling import DataSummary
from dlcore.coach.settings import decay, dropouts, figure, hidden_activations, with_dropout_after
from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.network import diagnose
from dlcore.training.history import judged
from dlcore.training.scores import value

GAP = 0.1  # between the scores of the two parts
ROSE = 1.15  # times its lowest that the loss of the judging part is at the end
HARDLY_ROSE = 1.05  # … where the gap is wide, and a simple model without one does better
BY_HEART = 0.9  # the score of the training part
FAR_ROSE = 1.5
EARLY = Remedy({"training.patience": 5})  # what was lost since the best epoch is not lost
MANY = 100  # parameters an example
LOST = 0.03  # of the score, since its best


class Overfitting(Rule):
    """The training part is known by heart, and the part that judges has become worse for it."""

    name = "overfitting"

    def examine(self, experiment: Experiment, about: About, data: DataSummary | None) -> Iterator[Finding]:
        rows = data.rows if data is not None else min(about.rows, experiment.dataset.limit or about.rows)
        parameters = diagnose(experiment.network, about).parameters
        if about.task == "next-token" or parameters <= MANY * rows:
            return
        text = Text(
            N_("{parameters} parameters learn from {rows} examples, more than a hundred for each: enough to know them "
               "all by heart."), parameters=f"{parameters:,}", rows=f"{rows:,}"
        )  # fmt: skip
        measured = {"parameters": parameters, "rows": rows}
        yield Finding(self.name, "remark", text, remedy_for(experiment), measured=measured)

    def listen(self, course: Course) -> Iterator[Finding]:
        outcome, losses = course.outcome, course.judged_losses
        if outcome.diverged or outcome.score is None or outcome.train is None or len(losses) < 4:
            return
        if outcome.unlearned or outcome.train <= outcome.references.chance + GAP:
            return
        if not len(course.data.validation) or outcome.gap < max(GAP, outcome.margin(CLEARLY_BELOW)):
            return
        lowest, last = min(losses), min(losses[-3:])
        rose, lost = last / max(lowest, 1e-12), _lost(course)
        wide = outcome.gap >= 2 * GAP and (outcome.behind or outcome.train > BY_HEART)
        if rose < (HARDLY_ROSE if wide else ROSE) or losses.index(lowest) > len(losses) - 3:
            return
        costs = lost >= max(LOST, outcome.margin(CLEARLY_BELOW)) or outcome.behind
        by_heart = outcome.gap >= 2 * GAP and outcome.train > BY_HEART
        if not costs and rose < FAR_ROSE and not by_heart:
            return
        kept = [each.epoch for each in course.epochs]
        best = kept[losses.index(lowest)] if losses.index(lowest) < len(kept) else 0
        text = Text(
            N_("The training part gets {train}, the part that judges {score}, whose loss was lowest in epoch {best} "
               "({lowest}) and is {last} now: what is learned since then is learned by heart."),
            train=shown(outcome.metric, outcome.train), score=shown(outcome.metric, outcome.score), best=best,
            lowest=figure(lowest), last=figure(last),
        )  # fmt: skip
        measured = {**outcome.measured, "gap": round(outcome.gap, 4), "lowest_loss": lowest, "loss": last,
                    "lost_score": round(lost, 4)}  # fmt: skip
        severity: Severity = "warning" if costs else "remark"
        remedy = EARLY if costs else remedy_for(course.experiment)
        yield Finding(self.name, severity, text, remedy, None, measured, (best, course.trained))


def _lost(course: Course) -> float:
    """How much of the score went since its best, both over three epochs, so that no lucky epoch counts."""
    scores = [value(judged(each), course.metric) or 0.0 for each in course.epochs if each.epoch > 0]
    means = [sum(scores[n : n + 3]) / 3 for n in range(len(scores) - 2)] or [0.0]
    return max(means) - means[-1]


def remedy_for(experiment: Experiment) -> Remedy:
    """Dropout behind the hidden activations; where there is some, or nothing hidden, weight decay."""
    network, optimizer = experiment.network, experiment.training.optimizer
    if hidden_activations(network) and not any(dropouts(network)):
        return with_dropout_after(network, 0.5)
    if "weight_decay" in type(optimizer).model_fields:
        return Remedy({"training.optimizer.weight_decay": max(0.01, 10 * decay(optimizer))})
    return Remedy({"training.patience": 5})
