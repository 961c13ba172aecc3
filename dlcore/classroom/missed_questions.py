"""Which questions of lessons a class most often answers wrong at first, and with which answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dlcore.runs.store.classroom import Activity


@dataclass(frozen=True)
class MissedQuestion:
    """A question of a lesson: of how many who `answered`, how many were `wrong` at first.

    chosen: the place of the wrong answer that most chose first, and `times` how many; None where that was not kept.
    """

    lesson: str
    section: str
    answered: int
    wrong: int
    chosen: int | None
    times: int


def missed_questions(activities: Iterable[Activity]) -> list[MissedQuestion]:
    """Questions that somebody answered wrong at first, the most often missed first."""
    answers: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for activity in activities:
        for lesson, evidence in activity.lessons.items():
            for section, answer in evidence.items():
                if "chosen" in answer:
                    answers.setdefault((lesson, section), []).append(answer)
    found = [_missed(*place, given) for place, given in answers.items()]
    return sorted((each for each in found if each.wrong), key=lambda each: (-each.wrong, each.lesson, each.section))


def _missed(lesson: str, section: str, given: list[Mapping[str, Any]]) -> MissedQuestion:
    wrong = [each for each in given if not _was_right_at_once(each)]
    chosen = Counter(first for each in wrong if (first := _first(each)) is not None).most_common(1)
    place, times = chosen[0] if chosen else (None, 0)
    return MissedQuestion(lesson, section, len(given), len(wrong), place, times)


def _was_right_at_once(answer: Mapping[str, Any]) -> bool:
    return "done_at" in answer and answer["attempts"] == 1


def _first(answer: Mapping[str, Any]) -> int | None:
    """The place of the answer that was chosen first, of one that was wrong then."""
    if "first" in answer:
        return int(answer["first"])
    return None if "done_at" in answer else int(answer["chosen"])  # before the first was kept, the last one was
