"""Who is where, by the clock; which questions are missed; the small curves."""

from __future__ import annotations

from typing import Any

import pytest

from dlcore.classroom.missed_questions import MissedQuestion, missed_questions
from dlcore.classroom.score_curves import ScoreCurves
from dlcore.classroom.standing import is_done, last_seen, standing
from dlcore.figures.small_curves import HEIGHT, WIDTH, Axes, shared_axes, small_curve
from dlcore.runs import settings
from dlcore.runs.store.classroom import Activity, CurrentRun

NOW = 1_000_000.0
LATELY, LONG_AGO = NOW - 599, NOW - 600


def activity(**known: Any) -> Activity:
    nothing = {"since": None, "seen_at": None, "saved_at": None, "runs": 0, "newest_at": None, "current": None,
               "best": None}  # fmt: skip
    return Activity(**{"name": "ann", "called": "Ann", "joined_at": 1.0, **nothing, **known})


def run(improved_at: float, state: str = "running", cursor: int = 0) -> CurrentRun:
    return CurrentRun("r", "digits 1", state, "digits", 3, 9, 2, {"accuracy": 0.5}, improved_at, cursor)  # type: ignore[arg-type]


def done(at: float) -> dict[str, Any]:
    return {"lessons": {"neuron": {"hand": {"attempts": 1, "done_at": at, "last_at": at}}}}


@pytest.mark.parametrize(
    ("known", "stands"),
    [
        ({}, "not started"),
        ({"seen_at": NOW, "since": LONG_AGO}, "not started"),
        ({"runs": 1, "newest_at": LATELY, "current": run(1.0)}, "trying"),
        ({"runs": 1, "newest_at": LONG_AGO, "current": run(LATELY)}, "trying"),
        ({"runs": 1, "newest_at": LONG_AGO, "current": run(LONG_AGO)}, "stuck"),
        ({"runs": 1, "newest_at": LONG_AGO, "current": run(LONG_AGO, "finished"), "seen_at": NOW - 5}, "stuck"),
        ({"runs": 1, "newest_at": LONG_AGO, "current": run(LONG_AGO, "finished"), "seen_at": NOW - 300}, "away"),
        ({"seen_at": NOW, "since": LONG_AGO, **done(LATELY)}, "trying"),
        ({"seen_at": NOW, "since": LONG_AGO, **done(LONG_AGO)}, "stuck"),
        ({"seen_at": NOW, "since": LATELY, **done(1.0)}, "trying"),  # came back just now
        ({"saved_at": LATELY, "seen_at": NOW, "since": LATELY}, "trying"),
        ({"saved_at": LATELY, "seen_at": NOW, "since": LONG_AGO}, "stuck"),  # ten minutes, and no run yet
    ],
)
def test_where_a_student_is(known: dict[str, Any], stands: str) -> None:
    assert standing(activity(**known), NOW, done=False) == stands


def test_who_has_done_all_that_was_asked_is_done() -> None:
    assert standing(activity(), NOW, done=True) == "done"
    evidence = {"hand": {"done_at": 1.0}, "predict": {"attempts": 2}}
    assert not is_done(evidence, ["hand", "predict"])
    assert is_done(evidence | {"predict": {"attempts": 3, "done_at": 2.0}}, ["hand", "predict"])
    assert not is_done(evidence, [])


def test_last_seen_is_the_last_thing_that_was_done() -> None:
    assert last_seen(activity()) is None
    assert last_seen(activity(seen_at=5.0, saved_at=7.0, newest_at=6.0)) == 7.0
    assert last_seen(activity(**done(9.0))) == 9.0


def answer(attempts: int, right: bool, chosen: int, **first: int) -> dict[str, Any]:
    return {"attempts": attempts, "chosen": chosen, **({"done_at": 1.0} if right else {}), **first}


def test_the_questions_that_are_missed_come_with_the_wrong_answer_that_most_chose() -> None:
    given = [
        answer(1, True, 0, first=0), answer(2, True, 0, first=2), answer(1, False, 2, first=2),
        answer(3, True, 0, first=1), answer(2, True, 0),
    ]  # fmt: skip
    students = [activity(name=str(n), lessons={"neuron": {"predict": each}}) for n, each in enumerate(given)]
    students.append(activity(name="x", lessons={"loss": {"predict": answer(1, True, 1), "train": {"attempts": 4}}}))
    assert missed_questions(students) == [MissedQuestion("neuron", "predict", 5, 4, 2, 2)]


def test_small_curves_share_their_axes() -> None:
    curves = [[(0, 0.0), (10, 1.0)], [(0, 0.5), (5, 0.25)]]
    axes = shared_axes("accuracy", curves)
    assert axes == Axes(10, 0, 1)
    assert small_curve(curves[0], axes) == f"M0.0,{HEIGHT:.1f}L{WIDTH:.1f},0.0"
    assert small_curve(curves[1], axes) == "M0.0,20.0L50.0,30.0"


def test_small_curves_of_what_has_no_bounds_lie_between_the_lowest_and_the_highest() -> None:
    assert shared_axes("loss", [[(0, 3.0), (2, None)], [(4, 1.0)]]) == Axes(4, 1.0, 3.0)
    assert shared_axes("r2", [[(0, -50.0), (4, 0.5)]]) == Axes(4, -1.0, 1)
    assert shared_axes("loss", []).high > shared_axes("loss", []).low
    assert small_curve([(0, None)], Axes(1, 0, 1)) == small_curve([], Axes(1, 0, 1)) == ""
    assert small_curve([(0, 9.0)], Axes(1, 0, 1)) == "M0.0,0.0"  # not beyond the picture


def test_a_long_curve_keeps_its_last_point() -> None:
    curve = [(epoch, 0.5) for epoch in range(1_002)]
    drawn = small_curve(curve, Axes(1_001, 0, 1))
    assert drawn.count("L") < 55
    assert drawn.endswith(f"{WIDTH:.1f},20.0")


class Stored:
    """A store that counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, int]] = []

    def score_curves(self, metrics: dict[str, str], cursors: dict[str, int], _viewer: Any) -> dict[str, Any]:
        self.asked.append({each: cursors[each] for each in metrics})
        return {each: (cursors[each] + 1, [(cursors[each], 0.5)]) for each in metrics}


def test_a_curve_is_read_once_and_then_only_its_news() -> None:
    stored, curves = Stored(), ScoreCurves()
    for cursor, points in ((1, 1), (1, 1), (2, 2)):
        found = curves.read(stored, [run(NOW, cursor=cursor)], None)  # type: ignore[arg-type]
        assert len(found["r"]) == points
    assert stored.asked == [{"r": 0}, {"r": 1}]


def test_as_many_runs_fit_as_there_are_workers_or_as_memory_has_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "_memory_bytes", lambda: 10_000_000_000)
    here = settings.Settings(workers=6)
    assert here.runs_at_once(1_000_000) == 6
    assert here.runs_at_once(1_750_000_000) == 4  # 8 GB, 2 GB each with what a worker takes by itself
    assert here.runs_at_once(50_000_000_000) == 1
