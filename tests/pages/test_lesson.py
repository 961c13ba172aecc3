"""Lessons through Streamlit's own test harness: the index finds them, and *The neuron* follows its learner."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dlcore.i18n import LANGUAGES, set_language
from dlcore.i18n import language as speaking
from dlcore.lessons import neuron
from dlcore.runs import Runs, Settings
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.worker import train_run
from dlcore.serving.identity import ALONE
from pages.components.lessons import lesson, term_links
from pages.components.shared import keys
from pages.components.web.neuron_board import moved

NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"
LESSONS = sorted(path.stem for path in lesson.FOLDER.glob("*.py"))


def key(name: str) -> str:
    return keys.setting("lesson.neuron", name)


def opened(language: str = "en") -> AppTest:
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    page.query_params["lang"] = language
    page.run()
    page.switch_page("lessons/neuron.py").run()
    assert not page.exception
    return page


def board(page: AppTest) -> dict[str, Any]:
    """What the browser was sent to draw."""
    for each in page.get("bidi_component"):
        if each.proto.component_name == "neuron_board":
            return json.loads(each.proto.json or each.proto.mixed.json)
    raise AssertionError("there is no board")


def put(page: AppTest, *weights: float) -> AppTest:
    """Move the neuron as the sliders would."""
    page.session_state[key("state")] = {**page.session_state[key("state")], "weights": weights}
    page.run()
    assert not page.exception
    return page


def formulas(page: AppTest) -> str:
    return "\n".join(each.value for each in page.latex)


# Every lesson


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_says_the_same_sections_in_every_language(name: str) -> None:
    english = lesson.sections(name, "en")
    for code in LANGUAGES:
        assert list(lesson.sections(name, code)) == list(english)
        assert lesson.sections(name, code)["title"].partition(" · ")[0] == english["title"].partition(" · ")[0]


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", LESSONS)
def test_a_question_has_as_many_answers_in_every_language(name: str, code: str) -> None:
    for section in lesson.sections(name, "en"):
        if f"{section}, revealed" in lesson.sections(name, "en"):
            set_language("en")
            english = lesson.choices(name, section)[1]
            with speaking(code):
                assert len(lesson.choices(name, section)[1]) == len(english) > 1


def test_the_index_finds_every_lesson_in_its_order() -> None:
    found = lesson.lessons()
    assert sorted(each.page.stem for each in found) == LESSONS
    assert [each.number for each in found] == sorted(each.number for each in found)


def test_the_index_speaks_the_learners_language() -> None:
    with speaking("zh_CN"):
        assert "神经元" in [each.title for each in lesson.lessons()]


def test_chinese_goes_on_without_a_space_where_its_source_breaks_a_line() -> None:
    chinese = "\u4e00-\u9fff"
    for name in LESSONS:
        for section in lesson.sections(name, "zh_CN").values():
            for before, after in itertools.pairwise(section.splitlines()):
                broken = re.search(rf"[，。、{chinese}]$", before) and re.match(rf"[{chinese}]", after)
                assert before.startswith("#") or not broken, before


def test_a_heading_stands_on_a_line_of_its_own() -> None:
    for name in LESSONS:
        for section, english in lesson.sections(name, "en").items():
            chinese = lesson.sections(name, "zh_CN")[section]
            headings = [[line for line in text.splitlines() if line.startswith("#")] for text in (english, chinese)]
            assert len(headings[0]) == len(headings[1])
            assert all(len(line) < 40 for line in headings[1])


# The neuron


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lesson_opens_in_every_language(store: Runs, language: str) -> None:
    with speaking(language):  # the harness asks widgets for their words outside the script, too
        page = opened(language)
        assert term_links.mark(lesson.sections("neuron")["idea"]) in [each.value for each in page.markdown]


def test_the_board_is_sent_the_real_flowers_and_what_torch_measured(store: Runs) -> None:
    sent = board(opened())
    assert len(sent["points"]) == 100
    assert sent["measured"]["loss"] == neuron.measure(neuron.points("iris"), "Sigmoid", neuron.START).loss
    assert sent["best"]["loss"] == pytest.approx(neuron.logistic_regression("iris").loss, abs=1e-6)


def test_the_formula_shows_the_numbers_of_the_chosen_point(store: Runs) -> None:
    said = neuron.answer(neuron.points("iris"), "Sigmoid", (2.0, 3.0, -1.0), 0)
    page = put(opened(), 2.0, 3.0, -1.0)
    assert f"= {said.output:.3f}" in formulas(page)
    assert f"= {said.loss:.3f}" in formulas(page)


@pytest.mark.parametrize("activation", neuron.ACTIVATIONS)
def test_every_choice_can_be_looked_at_and_descended(store: Runs, activation: str) -> None:
    page = opened()
    page.segmented_control(key=key("activation")).set_value(activation).run()
    for points in neuron.TITLES:
        page.segmented_control(key=key("points")).set_value(points).run()
        before = board(page)["measured"]["loss"]
        page.button(key=key("step")).click().run()
        assert not page.exception
        assert before == neuron.measure(neuron.points(points), activation, neuron.START).loss
        wanted = neuron.descend(neuron.points(points), activation, neuron.START, 1.0, 1)[-1]
        assert board(page)["weights"] == list(wanted.weights)


def test_descent_is_walked_step_by_step_and_ends_near_the_best(store: Runs) -> None:
    page = opened()
    page.select_slider(key=key("rate")).set_value(10.0).run()
    page.button(key=key("descend")).click().run()
    sent = board(page)
    assert len(sent["path"]) == 201
    assert sent["path"][0] == list(neuron.START)
    assert sent["path"][-1] == sent["weights"]
    assert sent["measured"]["loss"] == pytest.approx(sent["best"]["loss"], abs=1e-3)


def test_a_flat_activation_is_said_to_give_no_way_down(store: Runs) -> None:
    page = opened()
    page.segmented_control(key=key("activation")).set_value("Step").run()
    page.button(key=key("descend")).click().run()
    assert any("Nothing moved" in each.value for each in page.warning)


def test_steps_that_are_too_long_are_named(store: Runs) -> None:
    page = opened()
    page.segmented_control(key=key("activation")).set_value("Identity").run()
    page.select_slider(key=key("rate")).set_value(10.0).run()
    page.button(key=key("descend")).click().run()
    assert any("too long" in each.value for each in page.warning)


def test_starting_over_brings_the_first_weights_back(store: Runs) -> None:
    page = put(opened(), 5.0, 5.0, 1.0)
    page.button(key=key("restart")).click().run()
    assert board(page)["weights"] == list(neuron.START)


def test_the_answer_is_revealed_only_after_a_prediction(store: Runs) -> None:
    page = opened()
    revealed = term_links.mark(lesson.sections("neuron")["predict, revealed"])
    assert revealed not in [each.value for each in page.markdown]
    page.radio(key=key("prediction")).set_value(0).run()
    assert revealed in [each.value for each in page.markdown]
    assert any("Not this time" in each.value for each in page.warning)
    page.radio(key=key("prediction")).set_value(2).run()
    assert any("Right" in each.value for each in page.success)


def test_what_was_predicted_can_be_seen(store: Runs) -> None:
    page = put(opened(), 1.5, 2.0, 0.5)
    page.radio(key=key("prediction")).set_value(2).run()
    before = board(page)["measured"]["accuracy"]
    page.button(key=f"{key('prediction')}.see").click().run()
    assert board(page)["weights"] == [3.0, 4.0, 1.0]
    assert board(page)["measured"]["accuracy"] == before


def test_the_task_of_the_hand_is_done_by_moving_the_neuron(store: Runs) -> None:
    page = opened()
    assert not store.preference(ALONE, "lesson.neuron.hand.done")
    put(page, 4.0, 4.0, 0.5)
    assert store.preference(ALONE, "lesson.neuron.hand.done")
    assert any("Task: by hand" in each.value and "Done" in each.value for each in page.success)


def test_the_task_of_the_hand_is_not_done_by_descending(store: Runs) -> None:
    page = opened()
    page.select_slider(key=key("rate")).set_value(10.0).run()
    page.button(key=key("descend")).click().run()
    assert board(page)["measured"]["loss"] < 1.5 * board(page)["best"]["loss"]
    assert not store.preference(ALONE, "lesson.neuron.hand.done")


def test_opened_in_the_studio_and_trained_as_it_is_the_neuron_does_the_second_task(
    store: Runs, settings: Settings
) -> None:
    page = opened()
    page.button(key=key("studio")).click().run()
    assert not page.exception
    laid = page.session_state[keys.DRAFT]["present"]["experiment"]
    assert [layer["layer"] for layer in laid["network"]] == ["Output"]
    page.switch_page("studio.py").run()  # the harness does not follow the page's own switch
    page.button(key=keys.TRAIN).click().run()
    run_id = store.list(owner=ALONE)[0].id
    token = Dispatch(store._engine, str(settings.home)).claim(run_id)
    assert token is not None
    train_run(settings, run_id, token)
    assert any("Task: train it" in each.value and "Done" in each.value for each in opened().success)


def test_a_network_with_a_hidden_layer_does_not_do_the_second_task(store: Runs) -> None:
    assert any("Task: train it" in each.value for each in opened().info)


@pytest.mark.parametrize(
    "sent",
    [
        None,
        {},
        {"revision": 3, "weights": [1, 2], "selected": 0},
        {"revision": 3, "weights": [1, 2, "3"], "selected": 0},
        {"revision": 3, "weights": [1, 2, float("nan")], "selected": 0},
        {"revision": 3, "weights": [1, 2, float("inf")], "selected": 0},
        {"revision": 3, "weights": [1, 2, 3], "selected": 100},
        {"revision": 3, "weights": [1, 2, 3], "selected": -1},
        {"revision": 2, "weights": [1, 2, 3], "selected": 0},
    ],
)
def test_what_makes_no_sense_from_the_browser_is_left_alone(sent: object) -> None:
    assert moved(sent, revision=3, count=100) is None


def test_a_movement_in_the_browser_is_taken_over() -> None:
    assert moved({"revision": 3, "weights": [1, 2.5, -3], "selected": 7}, 3, 100) == ((1.0, 2.5, -3.0), 7)


def test_no_section_of_a_lesson_is_left_unsaid() -> None:
    for name in LESSONS:
        source = (lesson.FOLDER / f"{name}.py").read_text("utf-8")
        said = set(re.findall(r'"([a-z-]+)"', source)) | {"title"}
        for section in lesson.sections(name, "en"):
            assert section.removesuffix(", revealed") in said, f"{name}: {section}"
