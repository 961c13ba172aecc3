"""Models beside a network, drawn: the numbers that were found, and nothing that was not."""

from __future__ import annotations

from typing import Any

import pytest

from dlcore.baselines.tree import Node
from dlcore.figures import baselines, tree


def model(name: str, mean: list[float] | None, curve: list[list[float]]) -> dict[str, Any]:
    worth = None if mean is None else {"mean": mean, "deviation": [0.0] * len(mean)}
    return {"model": name, "title": name, "scores": {"accuracy": 0.9}, "rows": 40, "curve": curve, "importances": worth}


FOUND = {
    "metric": "accuracy",
    "columns": ["a", "b", "c"],
    "shape": [3],
    "models": [
        model("network", [0.1, 0.5, 0.0], []),
        model("Linear", [0.2, 0.3, 0.0], [[20, 1.0, 0.7], [40, 0.95, 0.8]]),
    ],
}


def test_each_model_has_its_curve_and_the_network_a_mark_at_all_rows() -> None:
    chart = baselines.learning_curves(FOUND)
    by_series = {trace.meta["series"]: trace for trace in chart.data}
    assert (list(by_series["judging"].x), list(by_series["judging"].y)) == ([20, 40], [0.7, 0.8])
    assert list(by_series["train"].y) == [1.0, 0.95]
    assert (list(by_series["network"].x), list(by_series["network"].y)) == ([40], [0.9])


def test_the_columns_that_are_worth_most_to_all_come_first() -> None:
    chart = baselines.importances(FOUND, ["network"])
    assert chart is not None
    (bars,) = chart.data
    assert (list(bars.y), list(bars.x)) == (["b", "a", "c"], [0.5, 0.1, 0.0])
    assert baselines.importances({**FOUND, "models": [model("Linear", None, [])]}, ["Linear"]) is None


def test_a_map_shows_the_pixels_of_all_channels_together() -> None:
    picture = {**FOUND, "shape": [2, 1, 2], "models": [model("network", [0.1, 0.2, 0.3, 0.4], [])]}
    chart = baselines.importance_map(picture, "network")
    assert chart is not None
    assert chart.data[0].z[0] == pytest.approx((0.4, 0.6))
    assert baselines.importance_map(FOUND, "network") is None


def test_a_question_stands_between_its_answers() -> None:
    root = Node(9, "no", 0.6, "wide <b>", 2.5, Node(5, "no", 1.0), Node(4, "yes", 0.75, hidden=2))
    chart = tree.tree(root)
    question, left, right = chart.layout.annotations
    assert (left.x + right.x) / 2 == question.x
    assert left.y == right.y == question.y - 1
    assert question.text == "wide &lt;b&gt;<br>≤ 2.5"
    assert "75% / 4 …" in right.text
