"""Which analyses a page offers of an experiment, and beside which probes they stand."""

from __future__ import annotations

from typing import Any

import pytest

from dlcore.presets import PRESETS
from dlcore.serving.empty_charts import empty_charts


def panels(preset: str, language: str = "en") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = empty_charts("r", PRESETS[preset].experiment.to_yaml(), language)["panels"]
    return found


@pytest.mark.parametrize("preset", ["digits-cnn", "penguins", "sentiment-lstm", "scenes", "cars", "manual-gpt"])
def test_every_network_can_be_asked_why_and_has_a_landscape(preset: str) -> None:
    by_name = {each["name"]: each for each in panels(preset)}
    assert by_name["attribution"]["tab"] == "Why this answer"
    assert by_name["landscape"]["tab"] == "Loss landscape"
    assert len(by_name["landscape"]["figures"]) == 2
    assert by_name["attribution"]["options"]["task"]


def test_probes_whose_panel_draws_for_itself_bring_no_figure() -> None:
    assert [each["figures"] for each in panels("digits-cnn") if each["panel"] in ("confusion", "samples")] == [[], []]


def test_an_analysis_that_is_only_fetched_has_no_tab() -> None:
    assert "probed" not in {each["name"] for each in panels("digits-cnn")}
    assert all(each["tab"] for each in panels("digits-cnn"))


def test_tabs_stand_in_the_order_of_their_places() -> None:
    names = [each["name"] for each in panels("digits-cnn")]
    assert names.index("confusion") < names.index("attribution") < names.index("landscape")
