"""What begins a study: the one button, and the form for any run or the draft; what they refuse, and in which words."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dlcore.access import ME
from dlcore.experiment import Experiment
from dlcore.presets import PRESETS
from dlcore.runs import Runs
from dlcore.studies import Study
from dlcore.studies.overfitting import REMEDIES
from dlcore.training.speed import Speed
from pages.components.shared import keys
from pages.components.study.study_form import FORM
from tests.pages.test_compare import opened
from tests.training.experiments import experiment

ONE_BUTTON, FREELY = f"{keys.OVERFIT}.{keys.STUDY_BEGIN}", f"{FORM}.{keys.STUDY_BEGIN}"


def newest(store: Runs) -> Study:
    return store.study(store.stored_studies(ME)[0].id, ME)


def press(page: AppTest, key: str) -> None:
    page.button(key=key).click().run()
    assert not page.exception


def said(page: AppTest) -> str:
    return "\n".join(str(each.value) for each in (*page.markdown, *page.error))


def choose_kind(page: AppTest, kind: str) -> None:
    page.button_group(key=keys.STUDY_KIND).set_value(kind).run()


def test_one_press_queues_every_remedy_with_six_seeds_and_leads_to_its_page(store: Runs) -> None:
    page = opened()
    press(page, ONE_BUTTON)
    study = newest(store)
    assert study.base == PRESETS["overfit"].experiment
    assert (len(study.arms), len(study.seeds)) == (1 + len(REMEDIES), 6)
    assert len(page.table[0].value) == len(study.arms)
    assert page.query_params["id"] in (store.stored_studies(ME)[0].id, [store.stored_studies(ME)[0].id])


def test_noise_strengths_switches_and_seeds_are_those_that_were_chosen(store: Runs) -> None:
    page = opened()
    page.slider(key=keys.LABEL_NOISE).set_value(10).run()
    for name in REMEDIES:
        if name not in ("Dropout", "MoreData"):
            page.checkbox(key=f"{keys.OVERFIT}.{name}").uncheck().run()
    page.number_input(key=keys.setting(f"{keys.OVERFIT}.Dropout", "p")).set_value(0.25).run()
    page.number_input(key=f"{keys.OVERFIT}.{keys.STUDY_SEEDS}.remedies").set_value(2).run()
    press(page, ONE_BUTTON)
    study = newest(store)
    assert study.base.dataset.label_noise == pytest.approx(0.1)
    assert [str(each.name) for each in study.arms] == ["As it is", "Dropout 0.25", "5 times the data"]
    assert len(study.seeds) == 2


def test_a_remedy_that_does_not_fit_is_greyed_with_why(store: Runs) -> None:
    run_id = store.submit(experiment("iris"), ME, name="a table")
    page = opened()
    page.selectbox(key=keys.TWINS_OF).select(run_id).run()
    assert page.checkbox(key=f"{FORM}.Augmentation").disabled
    assert not page.checkbox(key=f"{FORM}.Dropout").disabled
    assert "It changes pictures" in said(page)
    press(page, FREELY)
    assert "Augmentation" not in [each.name for each in newest(store).kind.remedies]  # type: ignore[attr-defined]


def test_no_remedy_at_all_is_a_sentence(store: Runs) -> None:
    page = opened()
    for name in REMEDIES:
        page.checkbox(key=f"{keys.OVERFIT}.{name}").uncheck().run()
    assert "choose at least one remedy" in said(page)
    assert ONE_BUTTON not in [each.key for each in page.button]


def test_a_study_beyond_the_budget_cannot_be_pressed_and_its_numbers_are_said(
    store: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Speed("cpu", "a slow one", 10.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)  # ten seconds a step
    monkeypatch.setattr(Runs, "speed", lambda self, device="auto": slow)
    page = opened()
    assert page.button(key=ONE_BUTTON).disabled
    assert "54 runs that would train for about" in said(page)
    assert "here one may take 60 min" in said(page)
    assert store.is_empty()


def test_one_seed_is_said_to_allow_no_verdict(store: Runs) -> None:
    page = opened()
    page.number_input(key=f"{keys.OVERFIT}.{keys.STUDY_SEEDS}.remedies").set_value(1).run()
    assert "no verdict" in said(page)
    press(page, ONE_BUTTON)
    assert "With one seed there is no verdict" in said(page)


@pytest.mark.parametrize(
    ("kind", "arms"), [("with_without", 2), ("dropout_sweep", 9), ("seeds", 1), ("folds", 5), ("remedies", 8)]
)
def test_every_kind_can_be_begun_with_the_draft(store: Runs, kind: str, arms: int) -> None:
    page = opened()
    choose_kind(page, kind)
    press(page, FREELY)
    study = newest(store)
    assert (study.kind.name, len(study.arms)) == (kind, arms)
    assert study.base.dataset.name == "digits" or study.base.dataset.source.name == "digits"


def test_any_layer_and_any_setting_can_be_what_the_twin_differs_in(store: Runs) -> None:
    page = opened()
    choose_kind(page, "with_without")
    page.selectbox(key=f"{FORM}.difference").select("3").run()
    press(page, FREELY)
    assert "Without layer 3" in str(newest(store).arms[1].name)
    page = opened()
    choose_kind(page, "with_without")
    page.selectbox(key=f"{FORM}.difference").select("setting").run()
    page.selectbox(key=f"{FORM}.field").select("training.batch_size").run()
    page.text_input(key=f"{FORM}.value.training.batch_size").set_value("8").run()
    press(page, FREELY)
    twin: Experiment = newest(store).arms[1].experiment
    assert twin.training.batch_size == 8


def test_a_value_that_is_not_allowed_is_named(store: Runs) -> None:
    page = opened()
    choose_kind(page, "with_without")
    page.selectbox(key=f"{FORM}.difference").select("setting").run()
    page.selectbox(key=f"{FORM}.field").select("training.batch_size").run()
    page.text_input(key=f"{FORM}.value.training.batch_size").set_value("many").run()
    assert "must be a whole number from 1" in page.error[0].value
    assert FREELY not in [each.key for each in page.button]


def test_a_run_is_studied_in_two_clicks(store: Runs) -> None:
    run_id = store.submit(experiment("iris"), ME, name="mine")
    page = opened()
    page.switch_page("runs.py").run()
    page.session_state[keys.RUNS_TABLE] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    page.run()
    page.button(key=keys.STUDY_RUN_HERE).click().run()
    assert not page.exception
    assert page.selectbox(key=keys.TWINS_OF).value == run_id
    assert not page.button(key=FREELY).disabled
