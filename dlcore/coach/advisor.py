"""The coach: asks every rule, before training and of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from dlcore.coach.course import Course
from dlcore.coach.finding import SEVERITIES, Finding
from dlcore.coach.rule import RULES, Rule
from dlcore.coach.scaling import DataSummary
from dlcore.data.base import About
from dlcore.experiment import Experiment


def examine(experiment: Experiment, about: About, data: DataSummary | None = None) -> list[Finding]:
    """What can be said before training, the gravest first; with a summary of the data, also what only they can tell.

    Answers for an experiment that cannot be trained, too: where a rule knows why, as an error.
    """
    return _in_order(_found(lambda rule: rule.examine(experiment, about, data)))


def listen(course: Course) -> list[Finding]:
    """What can be said of a run, or of one under way, the gravest first: nothing where it went well."""
    if course.trained < 1 and course.diverged is None:
        return []
    return _in_order(_unexplained(_found(lambda rule: rule.listen(course))))


def advise(course: Course) -> list[Finding]:
    """Both together: of each rule the graver finding, that of the run where they are alike."""
    seen = examine(course.experiment, course.about, course.summary)
    found = {each.rule: each for each in seen}
    for each in listen(course):
        known = found.get(each.rule)
        graver = known is None or SEVERITIES.index(each.severity) <= SEVERITIES.index(known.severity)
        if graver and not any(_explains(other, each) for other in seen):
            found[each.rule] = each
    return _in_order(found.values())


def _found(ask: Callable[[Rule], Iterator[Finding]]) -> list[Finding]:
    return [finding for rule in RULES.values() for finding in ask(rule())]


def _unexplained(findings: Iterable[Finding]) -> list[Finding]:
    """Without those that another finding, as grave, explains more exactly."""
    found = list(findings)
    return [each for each in found if not any(_explains(other, each) for other in found)]


def _explains(other: Finding, finding: Finding) -> bool:
    """Whether another finding says the same more exactly."""
    as_grave = SEVERITIES.index(other.severity) <= SEVERITIES.index(finding.severity)
    return as_grave and other.rule in RULES[finding.rule].yields_to


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    names = list(RULES)
    return sorted(findings, key=lambda each: (SEVERITIES.index(each.severity), names.index(each.rule)))
