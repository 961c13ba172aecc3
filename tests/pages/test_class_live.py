"""The live page of a class, through Streamlit's own test harness, over a store with students in it."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import pandas as pd
import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from dlcore.access import OPERATOR, Viewer, student
from dlcore.classroom.live_table import Asked, HandedIn, live_table
from dlcore.classroom.score_curves import ScoreCurves
from dlcore.export.assignment import Assignment
from dlcore.runs import Runs
from dlcore.runs.store import schema
from dlcore.runs.store.classes import SchoolClass
from dlcore.runs.store.engine import writing
from dlcore.serving import identity
from dlcore.serving.csv_file import csv_file
from pages.components.classroom.student_words import ago, card, frame
from pages.components.lessons import texts
from pages.components.shared import keys
from tests.access.test_classroom import fill, told
from tests.runs.living import digits

TIA = Viewer("tia", "teacher")
HOSTILE = "=1+1 <b>\u05d0\u05e0\u05d4</b> \U0001f98a **x** [a](b)"


@pytest.fixture
def seventh(store: Runs, monkeypatch: pytest.MonkeyPatch) -> SchoolClass:
    monkeypatch.setattr(identity, "newcomer", lambda: TIA)
    return store.make_class("7b", TIA)


def drawn(section: Callable[[], None]) -> AppTest:
    page = AppTest.from_function(section, default_timeout=60)
    page.run()
    assert not page.exception
    return page


def live_section() -> None:
    from dlcore.serving.store import runs
    from pages.components.classroom import live
    from pages.components.shared import language
    from pages.components.shared.visitor import viewer

    language.apply()
    live.section(runs().classes(viewer())[0])


def said(page: AppTest) -> str:
    return "\n".join(str(each.value) for each in (*page.markdown, *page.caption, *page.info, *page.warning))


def test_an_empty_class_says_so(seventh: SchoolClass) -> None:
    assert "Nobody has joined yet" in said(drawn(live_section))


def test_the_table_says_where_each_student_is_whatever_their_name_holds(store: Runs, seventh: SchoolClass) -> None:
    first, second, third = (
        store.join_class(seventh.code, name, "blue sky", "here") for name in (HOSTILE, "Bob", "Zoe")
    )
    now = time.time()
    store.note_seen(dict.fromkeys((first.name, second.name), now - 700) | {third.name: now - 2})
    store.note_seen({first.name: now - 300, second.name: now - 1})
    store.note_seen({first.name: now - 1})
    told(store, store.submit(digits(), first, name="mine"), [0.1, 0.8], state="finished", finished_at=now - 620)
    store.save_preference(second, "lesson.neuron", {"hand": {"attempts": 1, "last_at": now, "done_at": now}})
    with writing(store._engine) as connection:
        connection.execute(sa.update(schema.runs).values(created_at=now - 650))
    table = live_table(store, seventh.id, TIA, ScoreCurves(), now, Asked("neuron", ["hand"]))
    by_name = {row.called: row for row in table}
    assert {name: row.standing for name, row in by_name.items()} == {
        HOSTILE: "stuck", "Bob": "done", "Zoe": "not started",
    }  # fmt: skip
    hers = by_name[HOSTILE]
    assert (hers.metric, hers.score, hers.best) == ("accuracy", 0.8, 0.8)
    assert hers.curve == "M0.0,36.0L100.0,8.0"
    assert card(hers, now)["name"] == HOSTILE
    read = pd.read_csv(io.BytesIO(csv_file(frame(table))), encoding="utf-8-sig")
    assert f"'{HOSTILE}" in set(read["student"])
    assert set(read["standing"]) == {"stuck", "done", "not started"}
    assert "2 not started" not in said(drawn(live_section))


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "here now"), (119, "here now"), (180, "3 min ago"), (7200, "2 h ago"),
                           (5 * 86_400, "5 days ago")],
)  # fmt: skip
def test_when_somebody_was_seen_is_said_in_a_word_or_two(seconds: float, words: str) -> None:
    assert ago(1e9 - seconds, 1e9) == words
    assert ago(None, 1e9) == "never here"


def test_a_refresh_for_a_class_of_thirty_takes_a_twentieth_of_a_second(store: Runs, seventh: SchoolClass) -> None:
    fill(store, seventh, students=30, each=10)
    curves, taken = ScoreCurves(), []
    for _look in range(5):
        began = time.process_time()
        cards = [card(row, time.time()) for row in live_table(store, seventh.id, TIA, curves, time.time())]
        taken.append(time.process_time() - began)
    assert len(cards) == 30
    assert min(taken) < 0.05, taken


def test_a_students_run_is_opened_with_the_students_name_and_stopped(store: Runs, seventh: SchoolClass) -> None:
    ann = store.join_class(seventh.code, "Ann *x*", "blue sky", "here")
    run_id = store.submit(digits(), ann, name="mine")
    page = AppTest.from_function(live_section, default_timeout=60)
    page.query_params["run"] = run_id
    page.run()
    assert not page.exception
    assert r"Ann \*x\*" in said(page)
    page.button(key=keys.CLASS_STOP).click().run()
    assert not page.exception
    assert store.status(run_id, OPERATOR).state == "stopped"
    page.button(key=keys.CLASS_CLOSE).click().run()
    assert "run" not in page.query_params


def test_a_run_of_somebody_elses_class_is_not_opened(store: Runs, seventh: SchoolClass) -> None:
    strangers = store.submit(digits(), student("stranger"), name="theirs")
    page = AppTest.from_function(live_section, default_timeout=60)
    page.query_params["run"] = strangers
    page.run()
    assert not page.exception
    assert "theirs" not in said(page)
    assert "There is no run" in said(page)


def lessons_section() -> None:
    from dlcore.serving.store import runs
    from pages.components.classroom import lessons_done
    from pages.components.shared import language
    from pages.components.shared.visitor import viewer

    language.apply()
    lessons_done.section(runs().classes(viewer())[0])


def test_lessons_done_stand_beside_each_student_and_missed_questions_below(store: Runs, seventh: SchoolClass) -> None:
    ann, bob = (store.join_class(seventh.code, name, "blue sky", "here") for name in (HOSTILE, "Bob"))
    done = {section: {"attempts": 1, "done_at": 1.0} for section in texts.asked("neuron")}
    asked, answers = texts.choices("neuron", "predict")
    missed = {"attempts": 2, "done_at": 1.0, "chosen": 0, "first": len(answers) - 1}
    store.save_preference(ann, "lesson.neuron", {**done, "predict": missed})
    store.save_preference(bob, "lesson.neuron", {"predict": {"attempts": 1, "chosen": len(answers) - 1}})
    page = drawn(lessons_section)
    table = page.dataframe[0].value
    number = str(next(each.number for each in texts.lessons() if each.name == "neuron"))
    by_name = dict(zip(table["student"], table[number], strict=True))
    assert by_name == {HOSTILE: "✓", "Bob": f"0/{len(done)}"}
    assert "2 of 2 wrong at first" in said(page)
    assert f"Most chosen (2): {answers[-1]}" in said(page)
    assert asked in said(page)


def test_who_has_handed_in_for_the_task_of_the_class_is_done(store: Runs, seventh: SchoolClass) -> None:
    ann = store.join_class(seventh.code, "Ann", "blue sky", "here")
    store.join_class(seventh.code, "Bob", "blue sky", "here")
    now, asked = time.time(), HandedIn("a", frozenset([ann.name]))
    table = live_table(store, seventh.id, TIA, ScoreCurves(), now, asked)
    assert {row.called: row.standing for row in table} == {"Ann": "done", "Bob": "not started"}
    task = store.give_assignment(seventh.id, "A task", digits(), Assignment(locks=("data",)), TIA)
    page = drawn(live_section)
    page.selectbox(key=keys.CLASS_ASKED).set_value(task).run()
    assert not page.exception
    assert store.preference(TIA, f"class.{seventh.id}.asked") == task
