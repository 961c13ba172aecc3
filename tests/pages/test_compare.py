"""The page Compare through Streamlit's own test harness: twins, the address, what differs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dlcore import i18n
from dlcore.access import ME, OPERATOR, student
from dlcore.experiment import Experiment
from dlcore.presets import PRESETS
from dlcore.runs import Runs
from pages.components.shared import keys
from tests.presets.some_presets import some_presets
from tests.training.experiments import MLP, WITH_DROPOUT, experiment

NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"


def opened(runs: str = "", language: str = "en") -> AppTest:
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    page.query_params["lang"] = language
    with i18n.language(language):
        if runs:
            page.query_params["runs"] = runs
        page.switch_page("compare.py")
        page.run()
    assert not page.exception
    return page


def comparison(page: AppTest) -> dict[str, Any] | None:
    """What the comparison was sent; None where none is shown."""
    for each in page.get("bidi_component"):
        if each.proto.component_name == "live_comparison":
            sent: dict[str, Any] = json.loads(each.proto.json or each.proto.mixed.json)
            return sent
    return None


def compared(page: AppTest) -> list[str]:
    sent = comparison(page)
    return [each["id"] for each in sent["runs"]] if sent else []


@pytest.fixture
def pair(store: Runs) -> list[str]:
    """Two runs of this visitor, the older first."""
    return [store.submit(experiment(seed=seed), ME, name=f"run {seed}") for seed in (0, 1)]


def test_an_empty_page_says_what_would_stand_there(store: Runs) -> None:
    page = opened()
    assert comparison(page) is None
    assert "side by side" in page.info[0].value


def test_who_has_not_chosen_yet_sees_the_newest_twins(store: Runs) -> None:
    older, newer, alone = ([store.submit(experiment(seed=seed), ME, group=group) for seed in (0, 1)] for group in "abc")
    store.delete(alone.pop(), OPERATOR)
    page = opened()
    assert set(compared(page)) == set(newer)
    page.multiselect(key=keys.COMPARED).set_value([]).run()
    assert comparison(page) is None  # to choose none is a choice
    assert compared(opened(runs=",".join(older))) == older


def test_one_press_trains_the_draft_with_and_without_dropout(store: Runs) -> None:
    page = opened()
    page.button(key=keys.TRAIN_TWINS).click().run()
    assert not page.exception
    queued = {status.id: status for status in store.list(ME)}
    assert compared(page) == [each for each in compared(page) if each in queued]
    first, second = (store.experiment(each, OPERATOR) for each in compared(page))
    assert [layer.name for layer in first.network].count("Dropout") == 2
    assert "Dropout" not in [layer.name for layer in second.network]
    assert first.seed == second.seed
    assert len({queued[each].group for each in compared(page)}) == 1
    assert comparison(page)["twins"] == dict(zip(("with", "without"), compared(page), strict=True))  # type: ignore[index]


def test_twins_of_a_run_that_has_dropout_take_it_out(store: Runs) -> None:
    run_id = store.submit(experiment(network=WITH_DROPOUT), ME, name="mine")
    page = opened()
    page.selectbox(key=keys.TWINS_OF).select(run_id).run()
    assert "taken out" in page.caption[0].value
    page.button(key=keys.TRAIN_TWINS).click().run()
    assert [store.status(each, OPERATOR).name for each in compared(page)] == [
        "mine, with dropout",
        "mine, without dropout",
    ]


def test_one_press_trains_every_fold_and_shows_their_lanes(store: Runs) -> None:
    page = opened()
    page.number_input(key=keys.FOLDS).set_value(3).run()
    page.button(key=keys.TRAIN_FOLDS).click().run()
    assert not page.exception
    splits = [store.experiment(each, OPERATOR).dataset.split for each in compared(page)]
    assert [(split.folds, split.fold) for split in splits] == [(3, 1), (3, 2), (3, 3)]  # type: ignore[union-attr]
    sent = comparison(page)
    assert sent is not None
    assert sent["folds"]
    means = [trace for trace in sent["figures"]["loss"]["data"] if "runs" in trace["meta"]]
    assert [trace["meta"]["runs"] for trace in means] == [compared(page)] * 3
    assert not page.table


def test_a_network_without_hidden_activation_has_no_twins(store: Runs) -> None:
    store.submit(experiment(network=[MLP[0], MLP[3]]), ME)
    page = opened()
    page.selectbox(key=keys.TWINS_OF).select(store.list(ME)[0].id).run()
    assert page.button(key=keys.TRAIN_TWINS).disabled
    assert "hidden" in page.caption[0].value


def test_the_address_chooses_the_runs_and_follows_the_choice(store: Runs, pair: list[str]) -> None:
    third = store.submit(experiment(seed=2), ME)
    page = opened(",".join(pair))
    assert compared(page) == pair
    page.multiselect(key=keys.COMPARED).select(third).run()
    assert compared(page) == [*pair, third]
    assert page.query_params["runs"] in (",".join([*pair, third]), [",".join([*pair, third])])


def test_a_choice_survives_a_visit_to_another_page(store: Runs, pair: list[str]) -> None:
    page = opened(",".join(pair))
    page.switch_page("runs.py")
    page.run()
    page.switch_page("compare.py")
    page.run()
    assert compared(page) == pair


def test_runs_of_somebody_else_are_left_out_and_it_is_said(store: Runs, pair: list[str]) -> None:
    theirs = store.submit(experiment(), student("somebody else"))
    page = opened(",".join([*pair, theirs, "no-such-run"]))
    assert compared(page) == pair
    assert "not yours" in page.info[0].value


def test_nobody_compares_more_than_six(store: Runs) -> None:
    runs = [store.submit(experiment(seed=seed), ME) for seed in range(8)]
    page = opened(",".join(runs))
    assert compared(page) == runs[:6]
    assert "first 6" in page.warning[0].value


def test_only_the_settings_that_differ_are_listed(store: Runs, pair: list[str]) -> None:
    page = opened(",".join(pair))
    table = page.table[0].value
    assert table.iloc[:, 0].tolist() == ["seed"]
    assert table.iloc[0, 1:].tolist() == ["0", "1"]


def test_run_by_run_stands_what_differs_what_it_reached_and_what_it_cost(store: Runs) -> None:
    widths = (4, 8, 16)
    hidden = [{"layer": "Linear", "out_features": width} for width in widths]
    made = [experiment("digits", [{"layer": "Flatten"}, each, {"layer": "Output"}]) for each in hidden]
    ids = [store.submit(each, ME, name=f"width {width}") for each, width in zip(made, widths, strict=True)]
    page = opened(",".join(ids))
    (rows,) = [each.value for each in page.dataframe if "Parameters" in each.value.columns]
    assert list(rows["Run"]) == ["width 4", "width 8", "width 16"]
    assert list(rows["layer 2, out_features"]) == list(widths)
    assert list(rows["Parameters"]) == [64 * width + width + width * 10 + 10 for width in widths]
    assert rows["Best accuracy"].isna().all()  # nothing has trained
    assert page.button(keys.COMPARED_OPEN).disabled  # no row is chosen


def test_the_address_says_which_runs_stand_out_and_a_filter_leaves_the_others_behind(
    store: Runs, pair: list[str]
) -> None:
    third = store.submit(experiment(seed=2), viewer=ME)
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    page.query_params.update({"runs": ",".join([*pair, third]), "chosen": f"{pair[1]},no-such-run"})
    page.switch_page("compare.py")
    page.run()
    sent = comparison(page)
    assert sent is not None
    assert sent["chosen"] == [pair[1]]
    page.multiselect(key=keys.COMPARED_FILTER).set_value(["seed: 0", "seed: 2"]).run()
    (rows,) = [each.value for each in page.dataframe if "Parameters" in each.value.columns]
    assert list(rows["seed"]) == [0, 2]
    sent = comparison(page)
    assert sent is not None
    assert sent["chosen"] == sorted([pair[0], third])  # the chosen one is no longer among those that are shown


def test_runs_of_different_tasks_are_warned_about_and_share_the_loss_alone(store: Runs) -> None:
    runs = [store.submit(experiment(name), ME) for name in ("iris", "diabetes")]
    page = opened(",".join(runs))
    assert "different tasks" in page.warning[0].value
    sent = comparison(page)
    assert sent is not None
    assert sent["metrics"] == []
    assert (sent["main"], sent["lower"]) == ("loss", True)


def test_the_page_speaks_chinese(store: Runs, pair: list[str]) -> None:
    page = opened(",".join(pair), language="zh_CN")
    sent = comparison(page)
    assert sent is not None
    assert sent["heads"][0] == "训练"
    assert "有与没有 Dropout" in [each.value for each in page.subheader]


@pytest.mark.parametrize("name", some_presets(turn=5))
def test_every_starting_point_can_be_compared_with_itself(store: Runs, name: str) -> None:
    made: Experiment = PRESETS[name].experiment
    page = opened(",".join(store.submit(made, ME) for _ in range(2)))
    assert len(compared(page)) == 2
    assert "same settings" in page.caption[-1].value
