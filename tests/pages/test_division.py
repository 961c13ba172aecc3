"""Dividing a data set in the Studio by clicking: every way that the file format knows, and all folds at one press."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dlcore.access import ME, OPERATOR
from dlcore.data.load import divided
from dlcore.data.uploads import upload_access
from dlcore.experiment import Experiment, GroupKFold, GroupSplit, KFold, Split, TimeSplit
from dlcore.presets import PRESETS
from dlcore.runs import Runs
from dlcore.runs.uploads import Upload
from pages.components.shared import draft, keys
from pages.components.studio.split_form import WAYS

NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"
TABLE_TRAINING = {"loss": "BCEWithLogitsLoss", "optimizer": "Adam", "epochs": 1}


@pytest.fixture
def visits(store: Runs, tmp_path: Path) -> Upload:
    """Sixty visits of twelve patients, one a day, and whether they came back."""
    rows = ["day,patient,pressure,again"]
    rows += [f"2024-{1 + n // 28:02}-{1 + n % 28:02},p{n % 12},{100 + n % 7},{n % 2}" for n in range(60)]
    file = tmp_path / "visits.csv"
    file.write_text("\n".join(rows))
    return store.upload(file, ME)


def opened(store: Runs, dataset: str | None = None) -> AppTest:
    """The Studio with this table on the desk, to predict `again`."""
    if dataset is not None:
        plain = {"name": dataset, "target": "again"}
        made = {"dataset": plain, "network": [{"layer": "Output"}], "training": TABLE_TRAINING}
        store.save_draft(ME, draft.draft_of(Experiment.from_dict(made)))
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    page.run()
    assert not page.exception
    return page


def experiment(page: AppTest) -> Experiment:
    return Experiment.from_dict(page.session_state[keys.DRAFT]["present"]["experiment"])


def divide(page: AppTest, way: str) -> Any:
    page.selectbox(key=keys.DIVISION).select(way).run()
    assert not page.exception
    return experiment(page).dataset.split


def offered(page: AppTest) -> list[str]:
    return list(page.selectbox(key=keys.DIVISION).options)


def test_a_table_of_ones_own_is_divided_by_groups_and_by_time_at_a_click(store: Runs, visits: Upload) -> None:
    page = opened(store, visits.dataset)
    assert len(offered(page)) == len(WAYS) - 1  # a table does not come in parts
    assert divide(page, "group") == GroupSplit(column="patient")
    with upload_access.using(store.upload_access(ME)):
        parts = divided(experiment(page)).parts
    patients = [set(part % 12) for part in parts]
    assert sorted(np.concatenate(parts)) == list(range(60))
    assert sum(map(len, patients)) == 12
    assert divide(page, "time") == TimeSplit(column="day")
    page.selectbox(key=keys.DIVISION_COLUMN).select("pressure").run()
    assert experiment(page).dataset.split == TimeSplit(column="pressure")
    assert page.selectbox(key=keys.DIVISION_COLUMN).options == ["day", "pressure"]
    assert divide(page, "group-kfold") == GroupKFold(column="pressure", folds=5)
    page.selectbox(key=keys.DIVISION_COLUMN).select("patient").run()
    assert not page.exception
    assert not page.button(key=keys.TRAIN).disabled
    assert divide(page, "holdout") == Split()


def test_a_data_set_without_columns_offers_folds_and_says_what_groups_need(store: Runs) -> None:
    page = opened(store)
    assert len(offered(page)) == 4
    assert any("table of your own" in each.value for each in page.caption)
    assert divide(page, "stratified") == KFold()
    assert divide(page, "shuffled") == KFold(stratify=False)
    assert divide(page, "kfold") == KFold(stratify=False, shuffle=False)


def test_classes_are_not_kept_in_proportion_where_a_number_is_predicted(store: Runs) -> None:
    store.save_draft(ME, draft.draft_of(PRESETS["diabetes-linear"].experiment))
    page = opened(store)
    assert not any("stratified" in each for each in offered(page))
    split = divide(page, "shuffled")
    assert (split.shuffle, split.folds) == (True, 5)


def test_fewer_folds_than_the_one_that_judges_let_the_last_one_judge(store: Runs) -> None:
    page = opened(store)
    divide(page, "stratified")
    page.number_input(key=keys.setting("split", "fold")).set_value(5).run()
    page.number_input(key=keys.setting("split", "folds")).set_value(3).run()
    assert experiment(page).dataset.split == KFold(folds=3, fold=3)


def test_a_large_test_share_leaves_room_when_rows_are_held_out_again(store: Runs) -> None:
    page = opened(store)
    divide(page, "shuffled")
    page.slider(key=keys.setting("split", "test")).set_value(0.9).run()
    split = divide(page, "holdout")
    assert (split.test, split.validation) == (0.9, 0.05)


def test_one_press_in_the_studio_trains_every_fold_and_goes_to_their_lanes(store: Runs, visits: Upload) -> None:
    page = opened(store, visits.dataset)
    divide(page, "group-kfold")
    page.number_input(key=keys.setting("split", "folds")).set_value(3).run()
    page.button(key=keys.TRAIN_FOLDS_HERE).click().run()
    assert not page.exception
    splits = [store.experiment(each.id, OPERATOR).dataset.split for each in store.list(ME)]
    assert {split.fold for split in splits} == {1, 2, 3}  # type: ignore[union-attr]
    assert {type(split) for split in splits} == {GroupKFold}
    assert len({each.group for each in store.list(ME)}) == 1


def test_a_split_by_a_column_stays_behind_when_another_data_set_is_taken(store: Runs, visits: Upload) -> None:
    page = opened(store, visits.dataset)
    divide(page, "time")
    page.selectbox(key=keys.DATASET).select("iris").run()
    assert not page.exception
    assert experiment(page).dataset.split == Split()
    assert not page.button(key=keys.TRAIN).disabled


def test_on_the_page_compare_kind_and_number_of_folds_are_chosen(store: Runs, visits: Upload) -> None:
    page = opened(store, visits.dataset)
    page.switch_page("compare.py").run()
    page.selectbox(key=f"{keys.DIVISION}.compare").select("group-kfold").run()
    page.selectbox(key=f"{keys.DIVISION_COLUMN}.compare").select("pressure").run()
    page.number_input(key=keys.FOLDS).set_value(4).run()
    page.button(key=keys.TRAIN_FOLDS).click().run()
    assert not page.exception
    splits = [store.experiment(each, OPERATOR).dataset.split for each in page.session_state[keys.COMPARED]]
    assert splits == [GroupKFold(column="pressure", folds=4, fold=n) for n in range(1, 5)]
    assert experiment(page).dataset.split == Split()
