"""The page of a study through Streamlit's own test harness: its address, its buttons, its table, its list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dlcore import i18n
from dlcore.access import ME, Viewer, student
from dlcore.analyses.base import ANALYSES
from dlcore.probes import arrays
from dlcore.runs import Runs, Settings
from dlcore.runs.export_work import filmed_run
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.worker import train_run
from dlcore.studies import Study
from dlcore.studies.folds import Folds
from dlcore.studies.results import arm_results
from dlcore.studies.with_without import WithWithout
from pages.components.shared import keys
from tests.runs.living import digits

NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"


def opened(study_id: str | None, language: str = "en") -> AppTest:
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    page.query_params["lang"] = language
    with i18n.language(language):
        if study_id is not None:
            page.query_params["id"] = study_id
        page.switch_page("study.py")
        page.run()
    assert not page.exception
    return page


def twins(seeds: int = 2) -> Study:
    return Study.of(WithWithout(), digits(epochs=1), seeds, "twins")


def train(store: Runs, settings: Settings, study_id: str, runs: int) -> None:
    """Train the first runs of a study, here and now."""
    for _arm, _seed, status in store.study_statuses(study_id, ME)[:runs]:
        token = Dispatch(store._engine, str(settings.home)).claim(status.id)
        assert token is not None
        train_run(settings, status.id, token)


def said(page: AppTest) -> str:
    return "\n".join(str(each.value) for each in (*page.markdown, *page.subheader, *page.error))


def figures(page: AppTest) -> list[dict[str, Any]]:
    mounted = [each.proto for each in page.get("bidi_component") if each.proto.component_name == "figure"]
    return [json.loads(each.json or each.mixed.json)["figure"] for each in mounted]


def live_run(page: AppTest) -> str:
    """The run that the Studio shows."""
    mounted = [each.proto for each in page.get("bidi_component") if each.proto.component_name == "live_view"]
    return str(json.loads(mounted[0].json or mounted[0].mixed.json)["runs"][0]["id"])


def test_every_seed_is_a_dot_and_the_table_says_what_the_library_judges(store: Runs, settings: Settings) -> None:
    study_id = store.submit_study(twins(), ME)
    train(store, settings, study_id, 4)
    page = opened(study_id)
    line = arm_results(twins(), store.study_results(study_id, ME))[1]
    assert line.verdict is not None
    chart, _curves = figures(page)
    dots = next(each for each in chart["data"] if each["meta"]["series"] == "seeds")
    paired = [line.scores[seed] - arm_results(twins(), store.study_results(study_id, ME))[0].scores[seed]
              for seed in (0, 1)]  # fmt: skip
    assert dots["x"] == pytest.approx(paired)
    assert dots["customdata"] == [each.run_id for each in store.study_results(study_id, ME)[2:]]
    table = page.table[0].value
    assert list(table["Arm"]) == ["As it is", "Without dropout"]
    assert f"{line.verdict.difference:+.3f}" in table["Difference"].iloc[1]
    assert line.verdict.word in table["Verdict"].iloc[1]
    assert [each.key for each in page.button if each.key in (keys.STUDY_STOP, keys.STUDY_RESUME)] == []


def test_a_study_rests_and_goes_on_and_a_look_at_part_of_it_is_no_verdict(store: Runs, settings: Settings) -> None:
    study_id = store.submit_study(twins(), ME)
    train(store, settings, study_id, 3)
    page = opened(study_id)
    page.button(key=keys.STUDY_STOP).click().run()
    assert [each.state for each in store.study_results(study_id, ME)] == ["finished"] * 3 + ["paused"]
    assert "so far 1 of 2 seeds" in page.table[0].value["Verdict"].iloc[1]
    assert "3 of 4 runs" in said(page)
    page.button(key=keys.STUDY_RESUME).click().run()
    assert [each.state for each in store.study_results(study_id, ME)] == ["finished"] * 3 + ["queued"]


def test_a_deleted_study_is_gone_with_its_runs(store: Runs) -> None:
    study_id = store.submit_study(twins(), ME)
    page = opened(study_id)
    page.button(key=keys.STUDY_DELETE).click().run()
    assert store.is_empty()
    assert store.stored_studies(ME) == []


def test_nobody_sees_the_study_of_another(store: Runs) -> None:
    theirs = store.submit_study(twins(), student("somebody else"))
    page = opened(theirs)
    assert f"There is no study {theirs}." in said(page)
    assert not page.table


def test_without_an_id_the_studies_are_listed_with_how_they_stand(store: Runs, settings: Settings) -> None:
    study_id = store.submit_study(twins(), ME)
    train(store, settings, study_id, 1)
    for page in (opened(None), opened(None).switch_page("compare.py").run(), opened(None).switch_page("runs.py").run()):
        links = [each.proto for each in page.get("page_link") if "twins" in each.proto.label]
        assert [f"id={study_id}" in each.query_string for each in links] == [True]
        assert "1 of 4 runs" in links[0].label


def test_folds_get_mean_and_deviation_and_no_verdict(store: Runs) -> None:
    study_id = store.submit_study(Study.of(Folds(folds=3), digits(epochs=1), 1, "folds"), ME)
    table = opened(study_id).table[0].value
    assert len(table) == 3
    assert "Verdict" not in table.columns


def test_a_run_of_a_study_opens_in_the_studio(store: Runs) -> None:
    study_id = store.submit_study(twins(), ME)
    page = opened(study_id)
    wanted = store.study_results(study_id, ME)[3].run_id
    page.selectbox(key=f"study.{keys.STUDY_RUN}.{study_id}").select(wanted).run()
    page.button(key=f"{keys.STUDY_RUN}.open").click().run()
    assert not page.exception
    assert page.session_state[keys.RUN] == wanted
    page.switch_page("studio.py").run()
    assert live_run(page) == wanted  # though it stands in no list of runs
    assert [f"id={study_id}" in each.proto.query_string for each in page.get("page_link") if "twins" in
            each.proto.label] == [True]  # fmt: skip


def test_the_page_speaks_chinese(store: Runs) -> None:
    page = opened(store.submit_study(twins(), ME), "zh_CN")
    assert "结论" in page.table[0].value.columns


def test_the_study_that_welcomes_can_be_seen_and_not_stopped(store: Runs) -> None:
    store.welcome()
    (kept,) = store.stored_studies(ME)
    page = opened(kept.id, "zh_CN")
    assert "先过拟合，再补救" in said(page)
    assert not [each for each in page.button if each.key in (keys.STUDY_STOP, keys.STUDY_DELETE)]


def test_two_arms_stand_side_by_side_at_an_epoch_with_who_was_rescued_and_who_was_lost(
    store: Runs, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    study_id = store.submit_study(twins(seeds=1), ME)
    assert "one epoch" not in said(opened(study_id))  # nothing has trained
    train(store, settings, study_id, 2)
    first, second = (each.run_id for each in store.study_results(study_id, ME))

    def analysed(_runs: Runs, run_id: str, name: str, asked: dict[str, Any], viewer: Viewer) -> bytes:
        """In this process what is done in another."""
        assert (run_id, name, asked["other"], viewer) == (first, "beside", second, ME)
        return arrays.write(ANALYSES[name].compute(filmed_run(store, run_id, viewer), asked, lambda _share: None))

    monkeypatch.setattr(Runs, "analyse", analysed)
    page = opened(study_id)
    page.toggle(key=f"study.beside.shown.{study_id}").set_value(True).run()
    assert not page.exception
    changed = next(each for each in figures(page) if each["data"][0]["meta"]["series"] == "cells")
    found = arrays.read(analysed(store, first, "beside", {"other": second, "epoch": 1}, ME))
    mine, theirs, truth = found["first"]["answers"], found["second"]["answers"], found["truth"]
    rescued = int(((mine != truth) & (theirs == truth)).sum())
    assert f"Rescued: **{rescued}**" in said(page)
    assert sum(map(int, changed["data"][0]["text"])) == 0  # whoever leaves a cell comes into another
    table = page.dataframe[0].value
    assert len(table) == min(24, rescued)
    classes = [str(number) for number in range(10)]
    assert [each.split(" ")[0] for each in table["This arm"]] == list(table["True class"])
    assert set(table["True class"]) <= set(classes)
