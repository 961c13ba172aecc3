"""*Hyperparameters* through Streamlit's own harness: the search goes on beside all choices, and becomes a study."""

from __future__ import annotations

from dlcore.access import ME
from dlcore.lessons.search_trials import BASE, KIND
from dlcore.runs import Runs
from pages.components.lessons import standing
from pages.components.shared import keys
from tests.pages.test_lesson import board, opened

NAME = "hyperparameters"


def key(what: str) -> str:
    return standing.key(NAME, what)


def test_another_schedule_keeps_the_trials_and_the_rate(store: Runs) -> None:
    page = opened(name=NAME)
    page.button(key=key("next")).click().run()
    page.segmented_control(key=key("schedule")).set_value("exponential").run()
    assert not page.exception
    assert board(page)["values"] == {"rate": 6, "trials": 2, "pick": 1}
    factors = board(page)["board"]["columns"]["factors"]
    assert factors[9] == 1
    assert factors[10] < 1


def test_the_search_can_be_begun_as_a_study(store: Runs) -> None:
    page = opened(name=NAME)
    page.button(key=f"{key('study')}.{keys.STUDY_BEGIN}").click().run()
    assert not page.exception
    stored = store.stored_studies(ME)[0]
    study = store.study(stored.id, ME)
    assert (study.kind, study.base, len(study.seeds)) == (KIND, BASE, 1)
    assert page.query_params["id"] in (stored.id, [stored.id])
