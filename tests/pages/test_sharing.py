"""Links that open the Studio ready to train, and the tasks of teachers that come with them."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dlcore.access import ME
from dlcore.export.assignment import Assignment, Tried
from dlcore.export.link import Shared, encode
from dlcore.presets import PRESETS
from dlcore.runs import Runs
from pages.components.shared import draft, keys
from pages.components.studio import assignment
from tests.pages.test_studio import NAVIGATION, open_starting_point, present, train

OTHER = next(each.experiment for name, each in PRESETS.items() if name != "digits-mlp")
TASK = Assignment(locks=("data", "layers", "training"), score=0.95, parameters=2000, note="<b>small</b>")


def opened(code: str) -> AppTest:
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    page.query_params["share"] = code
    page.run()
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    return " ".join(each.value for each in [*page.markdown, *page.text, *page.error])


def test_a_link_opens_the_experiment_and_leaves_the_address(store: Runs) -> None:
    page = opened(encode(OTHER))
    assert draft.experiment_of(present(page)) == OTHER
    assert "share" not in page.query_params
    assert "Your task" not in said(page)
    assert store.draft(ME)["experiment"] == OTHER.to_dict()  # type: ignore[index]


def test_a_changed_link_gets_one_sentence_and_changes_nothing(store: Runs) -> None:
    page = opened(encode(OTHER)[:-5] + "aaaaa")
    assert len(page.error) == 1
    assert page.error[0].value.startswith("This link ")
    assert draft.experiment_of(present(page)) == PRESETS["digits-mlp"].experiment


def test_the_sentence_about_a_damaged_link_goes_with_the_next_edit(store: Runs) -> None:
    page = opened("1damaged")
    assert len(page.error) == 1
    page.selectbox(key=keys.OPTIMIZER).select("SGD").run()
    assert not page.error


def test_a_student_sees_which_parts_of_the_task_are_met_and_by_which_run() -> None:
    shared = Shared(PRESETS["digits-mlp"].experiment, Assignment(score=0.95, parameters=2000, seconds=60))
    near, far = Tried("small *one*", 0.94, 1500, 9, 3.2), Tried("large", 0.99, 90_000, 9, 70.0)
    said = assignment.progress(shared, [far, near])
    assert said.count("check_circle") == 2
    assert "radio_button_unchecked: validation accuracy" in said
    assert "Nearest: small \\*one\\*: 0.9400, 1,500 parameters, 3.2 s of training" in said
    done = assignment.progress(shared, [far, near, Tried("right", 0.96, 2000, 9, 60.0)])
    assert done.count("check_circle") == 3
    assert "Reached by right" in done


def test_the_task_is_said_with_its_state_and_what_is_locked(store: Runs) -> None:
    page = opened(encode(PRESETS["digits-mlp"].experiment, TASK))
    text = said(page)
    for each in ("validation accuracy ≥ 0\\.95", "parameters ≤ 2,000", "Locked by your teacher: data, layers, training",
                 "Not reached yet: nothing was trained", "<b>small</b>"):  # fmt: skip
        assert each in text or each.replace("\\", "") in text
    assert page.selectbox(key=keys.DATASET).disabled
    assert page.selectbox(key=keys.OPTIMIZER).disabled
    assert page.number_input(key=keys.setting("training", "epochs")).disabled
    assert not train(page).disabled
    page.button(key="task_leave").click().run()
    assert "Your task" not in said(page)
    assert not page.selectbox(key=keys.DATASET).disabled


def test_what_is_locked_cannot_be_trained_otherwise_by_a_way_around(store: Runs) -> None:
    page = opened(encode(PRESETS["digits-mlp"].experiment, TASK))
    page.session_state[keys.DRAFT] = draft.begun(draft.draft_of(OTHER))
    page.run()
    assert train(page).disabled
    assert "Your teacher has locked this" in said(page)
    page.button(key="task_again").click().run()
    assert not train(page).disabled


def test_locks_outlive_a_reload_and_a_starting_point(store: Runs) -> None:
    opened(encode(PRESETS["digits-mlp"].experiment, TASK))
    again = AppTest.from_file(str(NAVIGATION), default_timeout=60).run()  # a new tab: the address is bare
    assert again.selectbox(key=keys.OPTIMIZER).disabled
    other = next(name for name, each in PRESETS.items() if each.experiment == OTHER)
    open_starting_point(again, other)
    assert train(again).disabled
    assert again.selectbox(key=keys.OPTIMIZER).disabled


def test_a_run_of_the_task_belongs_to_it(store: Runs) -> None:
    page = opened(encode(PRESETS["digits-mlp"].experiment, TASK))
    train(page).click().run()
    (status,) = store.list(ME)
    assert (status.group or "").startswith("task-")


@pytest.mark.parametrize("compute", [1, 10**12])
def test_a_budget_is_held_before_training(store: Runs, compute: int) -> None:
    page = opened(encode(PRESETS["digits-mlp"].experiment, Assignment(compute=compute)))
    assert train(page).disabled is (compute == 1)


def test_the_button_shows_an_address_that_opens_the_same(store: Runs) -> None:
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60).run()
    (link,) = [each.value for each in page.code if "share=" in each.value]
    assert draft.experiment_of(present(opened(link.partition("share=")[2]))) == PRESETS["digits-mlp"].experiment
