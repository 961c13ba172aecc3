"""Every lesson keeps what lessons promise: both languages alike, the board's numbers torch's and the snippet's."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import math
import re
from collections.abc import Iterator
from typing import Any

import pytest
import torch

from dlcore.i18n import LANGUAGES
from dlcore.i18n import language as speaking
from dlcore.lessons.course import NAMES, lesson
from dlcore.lessons.expression import evaluate
from dlcore.lessons.now import Now
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask
from dlcore.training.check import check
from pages.components.lessons import texts
from tests.lessons.board_kinds import ALL_KINDS, kinds
from tests.sampling import sweep
from tests.web.node import Node

INTERPRETER = "pages/components/web/board/expression.js"
ROWS = 9  # of x and y


def standings(name: str) -> Iterator[Now]:
    """A lesson with each of its choices at each of its options, one after another."""
    declared = lesson(name)
    yield declared.fresh()
    for choice in declared.choices:
        options = list(choice.options)
        for option in (options[0], options[-1]) if choice.scale else options:  # of a scale, both ends
            if option != choice.default:
                yield declared.fresh({choice.name: option})


STANDINGS = [pytest.param(name, now, id=f"{name}-{'-'.join(map(str, now.options.values()))}")
             for name in NAMES for now in standings(name)]  # fmt: skip


def chosen(case: tuple[str, Now]) -> Iterator[tuple[str, ...]]:
    """The lesson as it begins, or which of its choices was made."""
    name, now = case
    changed = [choice.name for choice in lesson(name).choices if now.options[choice.name] != choice.default]
    yield name, *changed


def some_standings(turn: int) -> list[Any]:
    """Each lesson as it begins, and with one option of each of its choices; with the others in long tests."""
    return sweep(STANDINGS, chosen, turn=turn)


def moved(name: str, now: Now) -> Iterator[dict[str, float]]:
    """Values on a grid, within the bounds of the knobs: the start, then each of the grid's turns."""
    knobs = {knob.name: knob for knob in lesson(name).board(now).knobs}
    yield dict(now.values)
    for turn in range(len(lesson(name).grid)):
        grid = itertools.islice(itertools.cycle(lesson(name).grid), turn, None)
        made = dict(now.values)
        for each, value in zip(now.values, grid, strict=False):
            if each in knobs:
                made[each] = min(max(value, knobs[each].low), knobs[each].high)
                made[each] = round(made[each]) if float(knobs[each].step).is_integer() else made[each]
        yield made


def same(found: Any, wanted: Any) -> None:
    assert list(map(float, torch.as_tensor(found).flatten())) == pytest.approx(
        list(map(float, torch.as_tensor(wanted).flatten())), rel=1e-7, abs=1e-9, nan_ok=True
    )


def numbers_of(answer: Any) -> Any:
    """JSON has no infinity: the interpreter of the browser writes it as text."""
    if isinstance(answer, list):
        return [numbers_of(each) for each in answer]
    return float(answer.replace("Infinity", "inf")) if isinstance(answer, str) else answer


def test_the_lessons_that_stand_for_all_show_everything_that_any_board_shows() -> None:
    assert {kind for name in ALL_KINDS for kind in kinds(name)} == {kind for name in NAMES for kind in kinds(name)}


# Expressions


@pytest.mark.parametrize(("name", "now"), some_standings(0))
def test_every_definition_of_a_board_is_what_torch_makes_of_it(node: Node, name: str, now: Now) -> None:
    declared, sent = lesson(name), lesson(name).board(now)
    generator = torch.Generator().manual_seed(0)
    for values in moved(name, now):
        frame = float(sent.frames.start or 0) if sent.frames else 0.0
        low, high = plane_bounds(sent)
        place = low + (high - low) * torch.rand(2, ROWS, generator=generator, dtype=torch.float64)
        at = {each: torch.tensor(value, dtype=torch.float64) for each, value in values.items()}
        truth = declared.truth(now, {**at, "frame": torch.tensor(frame), "x": place[0], "y": place[1]})
        assert set(sent.definitions) - declared.geometry <= set(truth), "torch has not checked these"
        known = {
            **sent.columns,
            **values,
            "frame": frame,
            "x": place[0].tolist(),
            "y": place[1].tolist(),
            "pi": math.pi,
        }
        wanted = [each for each in sent.definitions if each in truth]
        theirs = node.call(INTERPRETER, "valuesOf", wanted, known, sent.parsed())
        for each, browser in zip(wanted, theirs, strict=True):
            same(evaluate(each, known, sent.parsed()), truth[each])
            same(numbers_of(browser), truth[each])


def plane_bounds(sent: Any) -> tuple[float, float]:
    planes = [each for each in (*sent.main, *sent.side) if hasattr(each, "aspect")]
    return (planes[0].x.low, planes[0].x.high) if planes else (-2.0, 2.0)


@pytest.mark.parametrize(("name", "now"), some_standings(1))
def test_browser_and_python_give_every_expression_the_same_value(node: Node, name: str, now: Now) -> None:
    sent = lesson(name).board(now)
    assert sent.unknown_names(now.values) == set()
    for values in moved(name, now):
        known = {**sent.columns, **values, "frame": 1.0, "x": 0.3, "y": -0.7, "px": 1.25, "py": -0.5}
        expressions = sent.expressions()
        theirs = node.call(INTERPRETER, "valuesOf", expressions, known, sent.parsed())
        for expression, browser in zip(expressions, theirs, strict=True):
            same(numbers_of(browser), evaluate(expression, known, sent.parsed()))


@pytest.mark.parametrize(("name", "now"), some_standings(2))
def test_a_snippet_of_plain_torch_prints_the_numbers_of_the_board(name: str, now: Now) -> None:
    declared = lesson(name)
    for values in itertools.islice(moved(name, now), 2):
        set_now = Now(values, now.options)
        json.dumps(declared.board(set_now).to_json(), allow_nan=False)  # a browser reads no NaN: a gap is `0 / 0`
        source, printed = declared.snippet(set_now), io.StringIO()
        lines = [line for line in source.splitlines() if line.strip()]
        assert 5 <= len(lines) <= 20
        assert "dlcore" not in source
        with contextlib.redirect_stdout(printed):
            exec(compile(source, f"{name}.py", "exec"), {})
        found = [float(line.split()[-1]) for line in printed.getvalue().splitlines()]
        assert found == pytest.approx(list(declared.numbers(set_now).values()), abs=2e-4, rel=2e-4, nan_ok=True)


@pytest.mark.parametrize(("name", "now"), some_standings(3))
def test_the_readouts_are_numbers_that_torch_measured(name: str, now: Now) -> None:
    sent, numbers = lesson(name).board(now), lesson(name).numbers(now)
    assert numbers
    known = {**sent.columns, **now.values, "frame": float(sent.frames.count - 1) if sent.frames else 0.0}
    for readout in sent.readouts:
        if readout.name in numbers:
            same(evaluate(readout.value, known, sent.parsed()), numbers[readout.name])


# Tasks, and the way into the Studio


@pytest.mark.parametrize("name", NAMES)
def test_no_task_is_done_by_doing_nothing(name: str) -> None:
    scales = {choice.name: choice.default for choice in lesson(name).choices if choice.scale}
    for now in standings(name):
        for task in lesson(name).tasks:
            if isinstance(task, Task):  # choosing a learning rate is doing something
                assert scales.items() - now.options.items() or not task.grade(now), task.section
            elif isinstance(task, TypedTask):
                assert math.isfinite(task.answer(now))
                assert not task.grade(now, 0.0), "zero must not be right"


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_asks_and_sets_a_task(name: str) -> None:
    declared, english = lesson(name), texts.sections(name, "en")
    assert declared.questions
    assert declared.tasks
    for question in declared.questions:
        assert 0 <= question.right < len(texts.choices(name, question.section)[1])
        assert f"{question.section}, revealed" in english
    for task in declared.tasks:
        assert task.section in english
        assert isinstance(task, Task | TypedTask | TrainingTask)


@pytest.mark.parametrize(("name", "now"), some_standings(4))
def test_what_opens_in_the_studio_can_be_trained(name: str, now: Now) -> None:
    experiment = lesson(name).experiment(now)
    check(experiment)


@pytest.mark.parametrize("name", NAMES)
def test_a_button_leaves_a_board_that_can_be_drawn(name: str) -> None:
    for now in standings(name):
        for action in lesson(name).actions:
            made = action.do(now)
            sent = lesson(name).board(made)
            assert set(made.values) == set(now.values)
            assert sent.unknown_names(made.values) == set()
            assert lesson(name).blocks(made) is not None


# Texts


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_says_the_same_sections_in_every_language(name: str) -> None:
    english = texts.sections(name, "en")
    for code in LANGUAGES:
        assert list(texts.sections(name, code)) == list(english)
        assert texts.sections(name, code)["title"].partition(" · ")[0] == english["title"].partition(" · ")[0]


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_question_has_as_many_answers_in_every_language(name: str, code: str) -> None:
    for section in texts.sections(name, "en"):
        if f"{section}, revealed" in texts.sections(name, "en"):
            english = texts.choices(name, section)[1]
            with speaking(code):
                assert len(texts.choices(name, section)[1]) == len(english) > 1


def test_the_index_finds_every_lesson_in_its_order() -> None:
    found = texts.lessons()
    assert sorted(each.name for each in found) == NAMES
    assert [each.number for each in found] == sorted(each.number for each in found)


def test_the_index_speaks_the_learners_language() -> None:
    with speaking("zh_CN"):
        assert "神经元" in [each.title for each in texts.lessons()]


def test_chinese_goes_on_without_a_space_where_its_source_breaks_a_line() -> None:
    chinese = "\u4e00-\u9fff"
    for name in NAMES:
        for section in texts.sections(name, "zh_CN").values():
            for before, after in itertools.pairwise(section.splitlines()):
                broken = re.search(rf"[，。、{chinese}]$", before) and re.match(rf"[{chinese}]", after)
                assert before.startswith("#") or not broken, before


def test_a_heading_stands_on_a_line_of_its_own() -> None:
    for name in NAMES:
        for section, english in texts.sections(name, "en").items():
            chinese = texts.sections(name, "zh_CN")[section]
            headings = [[line for line in text.splitlines() if line.startswith("#")] for text in (english, chinese)]
            assert len(headings[0]) == len(headings[1])
            assert all(len(line) < 40 for line in headings[1])
