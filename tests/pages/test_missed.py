"""A browser that missed a script run shows what the server holds: every run says the value of every widget again.

Otherwise it shows its default, the first choice, and sends that as the learner's with the next click.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dlcore.access import ME
from dlcore.experiment import Experiment
from dlcore.i18n import language
from dlcore.presets import PRESETS
from dlcore.registry import OPTIMIZERS, SCHEDULES
from dlcore.runs import Runs
from pages.components.shared import draft, keys

NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"
WIDGETS = ("selectbox", "multiselect", "checkbox", "toggle", "slider", "select_slider", "radio", "button_group",
           "number_input", "text_input")  # fmt: skip


def told(widget: Any) -> Any:
    """What a browser shows that knows nothing but this widget's newest description."""
    described = widget.proto
    match widget.type:
        case "selectbox" | "radio":
            if described.set_value:
                return described.raw_value if described.HasField("raw_value") else None
            return described.options[described.default] if described.HasField("default") else None
        case "multiselect":
            if described.set_value:
                return list(described.raw_values)
            return [described.options[each] for each in described.default]
        case "button_group":
            if described.set_value:
                return list(described.raw_values)
            return [described.options[each].content for each in described.default]
        case "slider" | "select_slider":
            return list(described.value if described.set_value else described.default)
        case "number_input" | "text_input":
            name = "value" if described.set_value else "default"
            return getattr(described, name) if described.HasField(name) else None
        case _:
            return described.value if described.set_value else described.default


def held(widget: Any) -> Any:
    """What a browser that shows the server's value would send."""
    state = widget._widget_state
    kind = state.WhichOneof("value")
    if kind is None:
        return None
    value = getattr(state, kind)
    return list(value.data) if hasattr(value, "data") else value


def missed(page: AppTest) -> list[str]:
    """The widgets that a browser would show wrongly that missed all runs but the newest."""
    found = [each for kind in WIDGETS for each in page.get(kind)]
    assert len(found) > 1
    return [f"{each.type} {each.label}: {told(each)} for {held(each)}" for each in found if told(each) != held(each)]


def opened(code: str = "en") -> AppTest:
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    page.query_params["lang"] = code
    return page


def with_a_draft(page: AppTest, experiment: Experiment) -> AppTest:
    page.session_state[keys.DRAFT] = draft.begun(draft.draft_of(experiment))
    return page


def twice(page: AppTest) -> AppTest:
    page.run()
    page.run()
    assert not page.exception
    return page


@pytest.mark.parametrize("preset", ["digits-mlp", "diabetes-linear", "digits-cnn", "playground", "shapes-cnn"])
def test_a_preset_in_the_studio(store: Runs, preset: str) -> None:
    assert missed(twice(with_a_draft(opened(), PRESETS[preset].experiment))) == []


@pytest.mark.parametrize("code", ["en", "zh_CN"])
def test_the_language(store: Runs, code: str) -> None:
    with language(code):
        page = twice(opened(code))
        assert page.session_state[keys.LANGUAGE] == code
        assert missed(page) == []


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_what_is_not_the_default_of_training(store: Runs, optimizer: str) -> None:
    plain = PRESETS[draft.FIRST_PRESET].experiment.to_dict()
    plain["training"] |= {
        "optimizer": {"name": optimizer, "lr": 0.0321},
        "schedule": {"name": list(SCHEDULES)[-1]},
        "augmentation": [{"name": "RandomGaussianNoise"}, {"name": "RandomRotation"}],
        "loss": "NLLLoss",
        "epochs": 7,
    }
    assert missed(twice(with_a_draft(opened(), Experiment.from_dict(plain)))) == []


def test_choices_and_steps_of_ones_own_table(store: Runs, tmp_path: Path) -> None:
    file = tmp_path / "flowers.csv"
    file.write_text("length,width,kind\n" + "".join(f"{n % 5 or ''},{n % 7},{'xy'[n % 2]}\n" for n in range(60)))
    upload = store.upload(file, ME)
    store.save_preference(ME, upload.dataset, {
        "target": "kind", "task": "multiclass", "columns": ["length"],
        "recipe": [{"step": "FillMissing", "columns": ["length"], "strategy": "mean"}],
    })  # fmt: skip
    page = opened()
    page.run()
    page.query_params["data"] = upload.dataset
    page.switch_page("data.py")
    assert missed(twice(page)) == []


def test_runs_that_are_compared(store: Runs) -> None:
    pair = [store.submit(PRESETS[draft.FIRST_PRESET].experiment, ME) for _each in range(2)]
    page = opened()
    page.run()
    page.query_params["runs"] = ",".join(pair)
    page.switch_page("compare.py")
    assert missed(twice(page)) == []
