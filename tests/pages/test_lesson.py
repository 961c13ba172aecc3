"""*The neuron* through Streamlit's own test harness: it follows its learner, and grades what was done."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from dlcore.access import ME
from dlcore.i18n import LANGUAGES
from dlcore.i18n import language as speaking
from dlcore.lessons import neuron
from dlcore.lessons.course import lesson
from dlcore.runs import Runs, Settings
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.worker import train_run
from pages.components.lessons import standing, term_links, texts
from pages.components.shared import keys

NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"


def key(name: str) -> str:
    return standing.key("neuron", name)


def opened(language: str = "en", name: str = "neuron") -> AppTest:
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    page.query_params["lang"] = language
    page._page_hash = calc_hash(f"lesson-{name}")  # `switch_page` knows files alone
    page.run()
    assert not page.exception
    return page


def board(page: AppTest) -> dict[str, Any]:
    """What the browser was sent to draw."""
    for each in page.get("bidi_component"):
        if each.proto.component_name == "board":
            return json.loads(each.proto.json or each.proto.mixed.json)
    raise AssertionError("there is no board")


def measured(page: AppTest) -> dict[str, float]:
    return board(page)["board"]["measured"]


def weights(page: AppTest) -> list[float]:
    return [board(page)["values"][name] for name in ("w1", "w2", "b")]


def best(page: AppTest) -> float:
    return next(each["best"] for each in board(page)["board"]["readouts"] if each["name"] == "loss")


def put(page: AppTest, *weights: float) -> AppTest:
    """Move the neuron as the sliders would."""
    before = page.session_state[key("now")] if key("now") in page.session_state else lesson("neuron").fresh()
    values = {**before.values, **dict(zip(("w1", "w2", "b"), weights, strict=True))}
    page.session_state[key("now")] = replace(before, values=values, left={})
    page.session_state[key("attempt")] = True
    page.run()
    assert not page.exception
    return page


def formulas(page: AppTest) -> str:
    return "\n".join(each.value for each in page.latex)


def evidence(store: Runs) -> dict[str, Any]:
    return store.preference(ME, "lesson.neuron", {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lesson_opens_in_every_language(store: Runs, language: str) -> None:
    with speaking(language):  # the harness asks widgets for their words outside the script, too
        page = opened(language)
        assert term_links.mark(texts.sections("neuron")["idea"]) in [each.value for each in page.markdown]


def test_the_board_is_sent_the_real_flowers_and_what_torch_measured(store: Runs) -> None:
    sent = board(opened())
    assert len(sent["board"]["columns"]["x1"]) == 100
    assert sent["board"]["measured"]["loss"] == neuron.measure(neuron.points("iris"), "Sigmoid", neuron.START).loss
    assert best(opened()) == pytest.approx(neuron.logistic_regression("iris").loss, abs=1e-6)


def test_what_was_done_in_a_version_before_stays_done(store: Runs) -> None:
    store.save_preference(ME, "lesson.neuron.train.done", True)
    page = opened()
    assert [texts.sections("neuron")["train"] in each.value for each in page.success] == [True]
    assert any(texts.sections("neuron")["hand"] in each.value for each in page.info)


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
        before = measured(page)["loss"]
        page.button(key=key("step")).click().run()
        assert not page.exception
        assert before == neuron.measure(neuron.points(points), activation, neuron.START).loss
        wanted = neuron.descend(neuron.points(points), activation, neuron.START, 1.0, 1)[-1]
        assert weights(page) == list(wanted.weights)


def test_descent_is_walked_step_by_step_and_ends_near_the_best(store: Runs) -> None:
    page = opened()
    page.select_slider(key=key("rate")).set_value(10.0).run()
    page.button(key=key("descend")).click().run()
    frames = board(page)["board"]["frames"]
    assert frames["count"] == 201
    path = list(zip(*(frames["values"][name] for name in ("w1", "w2", "b")), strict=True))
    assert path[0] == neuron.START
    assert list(path[-1]) == weights(page)
    assert measured(page)["loss"] == pytest.approx(best(page), abs=1e-3)


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
    assert weights(page) == list(neuron.START)


def test_the_answer_is_revealed_only_after_a_prediction(store: Runs) -> None:
    page = opened()
    revealed = term_links.mark(texts.sections("neuron")["predict, revealed"])
    assert revealed not in [each.value for each in page.markdown]
    page.radio(key=key("predict")).set_value(0).run()
    assert revealed in [each.value for each in page.markdown]
    assert any("Not this time" in each.value for each in page.warning)
    page.radio(key=key("predict")).set_value(2).run()
    assert any("Right" in each.value for each in page.success)
    kept = evidence(store)["predict"]
    assert (kept["attempts"], kept["first"], kept["chosen"]) == (2, 0, 2)  # a teacher sees what was chosen first


def test_what_was_predicted_can_be_seen(store: Runs) -> None:
    page = put(opened(), 1.5, 2.0, 0.5)
    page.radio(key=key("predict")).set_value(2).run()
    before = measured(page)["accuracy"]
    page.button(key=f"{key('predict')}.see").click().run()
    assert weights(page) == [3.0, 4.0, 1.0]
    assert measured(page)["accuracy"] == before


def test_the_task_of_the_hand_is_done_by_moving_the_neuron(store: Runs) -> None:
    page = opened()
    assert "done_at" not in evidence(store).get("hand", {})
    put(page, 4.0, 4.0, 0.5)
    assert evidence(store)["hand"]["values"]["w1"] == 4.0
    assert evidence(store)["hand"]["attempts"] == 1
    assert any("Task: by hand" in each.value and "Done" in each.value for each in page.success)


def test_the_task_of_the_hand_is_not_done_by_descending(store: Runs) -> None:
    page = opened()
    page.select_slider(key=key("rate")).set_value(10.0).run()
    page.button(key=key("descend")).click().run()
    assert measured(page)["loss"] < 1.5 * best(page)
    assert "done_at" not in evidence(store).get("hand", {})


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
    run_id = store.list(ME)[0].id
    token = Dispatch(store._engine, str(settings.home)).claim(run_id)
    assert token is not None
    train_run(settings, run_id, token)
    assert any("Task: train it" in each.value and "Done" in each.value for each in opened().success)
    assert evidence(store)["train"]["run"] == run_id


def test_a_network_with_a_hidden_layer_does_not_do_the_second_task(store: Runs) -> None:
    assert any("Task: train it" in each.value for each in opened().info)


@pytest.mark.parametrize(
    "sent",
    [
        None,
        {},
        {"w1": 1, "w2": 2, "b": 0},
        {"w1": 1, "w2": 2, "b": "3", "point": 0},
        {"w1": 1, "w2": 2, "b": math.nan, "point": 0},
        {"w1": 1, "w2": 2, "b": math.inf, "point": 0},
        {"w1": True, "w2": 2, "b": 1, "point": 0},
        {"w1": 1, "w2": 2, "b": 1, "point": 0, "more": 1},
    ],
)
def test_what_makes_no_sense_from_the_browser_is_left_alone(sent: object) -> None:
    now = lesson("neuron").fresh()
    assert lesson("neuron").board(now).accept(sent, now.values) is None


def test_a_movement_in_the_browser_is_taken_over_within_its_bounds() -> None:
    now = lesson("neuron").fresh()
    sent = {"w1": 1, "w2": 2.5, "b": -300, "point": 700}
    taken = lesson("neuron").board(now).accept(sent, now.values)
    assert taken == {"w1": 1.0, "w2": 2.5, "b": -5.0, "point": 99.0}
