"""The page Runs through Streamlit's own test harness: what it lists, and what its buttons do."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dlcore.access import ME, OPERATOR, student
from dlcore.experiment import Experiment
from dlcore.i18n import set_language
from dlcore.runs import Runs, Settings
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.worker import train_run
from dlcore.serving.csv_file import csv_file
from pages.components.shared import keys

NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"
IRIS = Experiment.from_dict({
    "dataset": {"name": "iris"},
    "network": [{"layer": "Output"}],
    "training": {"loss": "CrossEntropyLoss", "optimizer": {"name": "SGD", "lr": 0.1}, "epochs": 2, "device": "cpu"},
})  # fmt: skip


def opened() -> AppTest:
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    page.switch_page("runs.py").run()
    assert not page.exception
    return page


def choose(page: AppTest, *rows: int) -> AppTest:
    """Choose these rows of the table, as a click on each would."""
    page.session_state[keys.RUNS_TABLE] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    page.run()
    assert not page.exception
    return page


def trained(store: Runs, settings: Settings, name: str) -> str:
    """A run that is really trained, here and now."""
    run_id = store.submit(IRIS, ME, name=name)
    token = Dispatch(store._engine, str(settings.home)).claim(run_id)
    assert token is not None
    train_run(settings, run_id, token)
    assert store.status(run_id, OPERATOR).state == "finished"
    return run_id


def said(page: AppTest) -> str:
    return "\n".join(str(each.value) for each in (*page.markdown, *page.caption, *page.info, *page.error))


def links(page: AppTest) -> list[str]:
    return [each.proto.url for each in page.get("link_button")]


def test_an_empty_history_is_filled_by_its_button(store: Runs) -> None:
    page = opened()
    assert "You have none yet" in said(page)
    page.button(key=keys.FIRST_RUN).click().run()
    assert [status.owner for status in store.list(OPERATOR)] == ["me"]
    assert "You have none yet" not in said(page)
    assert list(page.dataframe[0].value["name"]) == ["MLP on handwritten digits"]


def test_the_table_says_state_score_and_time(store: Runs, settings: Settings) -> None:
    trained(store, settings, "flowers")
    store.submit(IRIS, ME, name="waiting")
    table = opened().dataframe[0].value
    assert list(table["name"]) == ["waiting", "flowers"]
    assert [state for states in table["state"] for state in states] == ["queued", "finished"]
    assert 0 < table["accuracy"][1] <= 1
    assert list(table["epochs"]) == ["0 / 2", "2 / 2"]
    assert set(table["data"]) == {"iris"}


def test_a_chosen_run_shows_the_scores_of_both_epochs_and_its_files(store: Runs, settings: Settings) -> None:
    run_id = trained(store, settings, "flowers")
    page = choose(opened(), 0)
    best, last = store.status(run_id, OPERATOR).best, store.status(run_id, OPERATOR).last
    assert best is not None
    assert last is not None
    assert f"| loss | {best.loss:.4f} | {last.loss:.4f} |" in said(page)
    assert len(links(page)) == 4
    assert sum("epoch=best" in link for link in links(page)) == 2
    page.button_group(key=f"{keys.TAKE_AWAY}.{run_id}").set_value("last").run()
    assert sum("epoch=last" in link for link in links(page)) == 2
    assert Experiment.from_yaml_text(page.code[0].value) == IRIS


def test_a_new_name_is_kept(store: Runs) -> None:
    run_id = store.submit(IRIS, ME, name="before")
    page = choose(opened(), 0)
    page.text_input(key=f"{keys.RUN_NAME}.{run_id}").set_value("after").run()
    assert store.status(run_id, OPERATOR).name == "after"


def test_an_impossible_name_is_answered_with_a_sentence(store: Runs) -> None:
    run_id = store.submit(IRIS, ME, name="before")
    page = choose(opened(), 0)
    page.text_input(key=f"{keys.RUN_NAME}.{run_id}").set_value("   ").run()
    assert page.error
    assert store.status(run_id, OPERATOR).name == "before"


def test_a_run_is_deleted_only_after_a_second_yes(store: Runs) -> None:
    first = store.submit(IRIS, ME, name="first")
    second = store.submit(IRIS, ME, name="second")
    page = choose(opened(), 0)  # the newest
    page.button(key=keys.DELETE_RUNS).click().run()
    assert {status.id for status in store.list(OPERATOR)} == {first, second}
    page.button(key=keys.CONFIRM_DELETION).click().run()
    assert {status.id for status in store.list(OPERATOR)} == {first}


def test_somebody_elses_runs_are_not_listed(store: Runs) -> None:
    store.submit(IRIS, student("somebody"), name="theirs")
    page = opened()
    assert not page.dataframe


def test_examples_can_be_looked_at_but_neither_renamed_nor_deleted(store: Runs) -> None:
    store.welcome()
    page = choose(opened(), 0)
    assert page.button(key=keys.DELETE_RUNS).disabled
    assert not page.text_input
    assert "An example" in said(page)


def test_two_runs_can_be_compared_and_one_cannot(store: Runs) -> None:
    for name in ("first", "second"):
        store.submit(IRIS, ME, name=name)
    page = opened()
    assert page.button(key=keys.COMPARE_RUNS).disabled
    assert choose(page, 0).button(key=keys.COMPARE_RUNS).disabled
    assert not choose(page, 0, 1).button(key=keys.COMPARE_RUNS).disabled


def test_a_run_opens_in_the_studio_as_it_was(store: Runs) -> None:
    run_id = store.submit(IRIS, ME, name="flowers")
    page = choose(opened(), 0)
    page.button(key=keys.OPEN_RUN).click().run()
    assert not page.exception
    assert page.session_state[keys.RUN] == run_id
    assert page.session_state[keys.DRAFT]["present"]["experiment"] == IRIS.to_dict()


def test_a_name_with_markup_is_shown_as_text(store: Runs) -> None:
    store.submit(IRIS, ME, name="**loud** <b>x</b> [a](http://b)")
    page = choose(opened(), 0)
    page.button(key=keys.DELETE_RUNS).click().run()
    listed = next(each.value for each in page.markdown if "loud" in str(each.value))
    assert not re.search(r"(?<!\\)(\*\*|<b>|\]\()", listed)


def test_the_page_looks_again_only_while_something_is_under_way(store: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[object] = []
    monkeypatch.setattr(Runs, "pulses", lambda *_self, **_settings: looks.append(1) or {})
    run_id = store.submit(IRIS, ME, name="waiting")
    store.stop(run_id, OPERATOR)
    assert store.status(run_id, OPERATOR).state == "stopped"
    opened()
    assert not looks
    monkeypatch.undo()


def test_a_run_that_moves_on_is_drawn_anew(store: Runs, settings: Settings) -> None:
    run_id = store.submit(IRIS, ME, name="flowers")
    page = opened()
    token = Dispatch(store._engine, str(settings.home)).claim(run_id)
    assert token is not None
    train_run(settings, run_id, token)
    page.run()
    assert list(page.dataframe[0].value["state"]) == [["finished"]]


@pytest.mark.parametrize("code", ["en", "zh_CN"])
def test_the_page_reads_in_both_languages(store: Runs, code: str) -> None:
    store.submit(IRIS, ME, name="flowers")
    set_language(code)  # the harness asks widgets for their words outside the script, too
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    page.query_params["lang"] = code
    page.switch_page("runs.py").run()
    choose(page, 0)
    assert page.button(key=keys.DELETE_RUNS).label == {"en": "Delete", "zh_CN": "删除"}[code]


def test_a_file_is_offered_after_it_was_held_against_the_app(store: Runs, settings: Settings) -> None:
    run_id = trained(store, settings, "flowers")
    page = choose(opened(), 0)
    page.button(key=f"{keys.TAKE_AWAY}.onnx.best.{run_id}").click().run(timeout=120)
    assert not page.exception
    assert "Run in onnxruntime: the same answers as here. Largest difference:" in said(page)
    (link,) = [each for each in links(page) if f"/downloads/{run_id}/onnx?epoch=best&language=en" in each]
    assert "token=" in link
    assert "Run in onnxruntime" in said(choose(opened(), 0))  # it is still there for the next visit


@pytest.mark.slow
def test_a_row_that_is_typed_is_answered_with_probabilities(store: Runs, settings: Settings) -> None:
    run_id = trained(store, settings, "mine")
    page = opened()
    page.session_state[f"{keys.PREDICT}.about.{run_id}"] = "new"
    choose(page, 0)
    assert len(page.number_input) == 4  # a field a column, with a value to begin with
    assert all(each.value > 0 for each in page.number_input)
    next(each for each in page.button if each.label == "Answer").click()
    page.run()
    assert not page.exception
    answer = next(each.value for each in page.dataframe if "probability" in each.value.columns)
    assert set(answer["class"]) == {"setosa", "versicolor", "virginica"}
    assert answer["probability"].sum() == pytest.approx(1)
    assert answer["probability"].is_monotonic_decreasing


def opened_test_part(run_id: str) -> AppTest:
    page = opened()
    page.session_state[f"{keys.PREDICT}.about.{run_id}"] = "test"
    choose(page, 0)
    return page


@pytest.mark.slow
def test_the_test_part_is_opened_knowingly_and_once(store: Runs, settings: Settings) -> None:
    run_id = trained(store, settings, "mine")
    page = opened_test_part(run_id)
    assert "sealed" in page.warning[0].value
    assert store.find_export(run_id, "predictions-test", ME, "best") is None
    next(each for each in page.button if each.label == "Open the test part").click()
    page.run()
    assert not page.warning
    assert "of 30 examples of the test part are wrong" in said(page)
    assert "has been opened" in said(page)
    store.rename(run_id, "another name", ME)
    assert store.status(run_id, OPERATOR).test_opened_at is not None
    assert not opened_test_part(run_id).warning


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "a\r=1", "a\n=1", "＝1+1", "＠x"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_spreadsheet_computes_what_stands_in_a_table_that_is_taken_away(formula: str) -> None:
    read = pd.read_csv(io.BytesIO(csv_file(pd.DataFrame({"name": [formula], formula: [formula], "loss": [-0.5]}))))
    assert [name[0] for name in read.columns] == ["n", formula[0] if formula[0] == "a" else "'", "l"]
    assert {str(value)[0] for value in read.iloc[0]} <= {"'", "a", "-"}
    assert len(read) == 1
    assert read["loss"].tolist() == [-0.5]


def test_the_table_of_runs_is_taken_away_by_the_apps_own_button(store: Runs) -> None:
    store.submit(IRIS, ME, name="=1+1")
    assert [each.proto.label for each in opened().get("download_button")] == ["Table (.csv)"]
