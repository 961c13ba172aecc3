"""Whether it was that: what the twin with the remedy did beside the run."""

from __future__ import annotations

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding
from dlcore.coach.outcome import CLEARLY_BELOW, Outcome, shown
from dlcore.coach.rule import RULES
from dlcore.i18n import N_, Text
from dlcore.training.scores import METRICS

HELPED = 0.02  # the score must have risen by more, and by more than chance does


def verdict(finding: Finding, run: Course, twin: Course) -> Text:
    """«It was that: the accuracy went from 61 % to 93 %.»: both by the best of their last epochs.

    Of a rare class the mean recall is compared, where accuracy would hide it again.
    """
    before, after = run.outcome, twin.outcome
    metric = RULES[finding.rule].judged_by or before.metric
    old, new = _score(before, metric), _score(after, metric)
    if new is None:
        return Text(N_("It was not that: the loss of the twin grew past hope, too."))
    values = {
        "metric": Text(METRICS[metric].noun),
        "before": Text(N_("a loss past hope")) if old is None else shown(metric, old),
        "after": shown(metric, new),
    }
    rose = old is None or new - old > max(HELPED, before.margin(CLEARLY_BELOW) / 2)
    if rose and not after.guessing:
        return Text(N_("It was that: the {metric} went from {before} to {after}."), **values)
    return Text(N_("It was not that: the {metric} went from {before} to {after}."), **values)


def _score(outcome: Outcome, metric: str) -> float | None:
    """None where the loss grew past hope."""
    if outcome.diverged:
        return None
    return outcome.recall if metric == "recall" else outcome.score
