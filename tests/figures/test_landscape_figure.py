"""The map of the loss: filled alike in Python and in the browser, with a sentence under it in every language."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from dlcore.figures.bindings import fill
from dlcore.figures.landscape import landscape
from dlcore.figures.style import caption
from dlcore.i18n import language
from tests.javascript import JavaScript, address

ARRAYS: dict[str, Any] = {
    "x": [-1.0, 3.0], "y": [0.0, 2.0], "size": 3, "ticks": [-1.0, 0.0], "labels": ["0.1", "1"],
    "height": [[-1.0, 0.0, None], [0.5, 1.0, 1.5], [0.0, 0.0, 0.0]],
    "loss": [[0.1, 1.0, None], [3.2, 10.0, 31.6], [1.0, 1.0, 1.0]],
    "path": {"epoch": [0, 5], "x": [2.0, 0.0], "y": [1.0, 0.0], "loss": [2.3, 0.1]},
    "shown": {"x": [2.0], "y": [1.0]}, "end": {"x": [0], "y": [0]},
}  # fmt: skip


@pytest.mark.parametrize("mode", ["random", "path"])
def test_the_map_says_what_it_shows_in_every_language(mode: str) -> None:
    english = landscape(mode)
    with language("zh_CN"):
        chinese = landscape(mode)
    for one, other in [(english.layout, chinese.layout)]:
        assert one.title.text != other.title.text
        assert one.xaxis.title.text != other.xaxis.title.text
    assert caption(english).endswith(".")
    assert caption(chinese).endswith("。")


def test_the_map_and_the_way_are_at_their_places() -> None:
    filled = fill(landscape("path", "r"), {"r": {"landscape": {"path": ARRAYS}}})
    ground, _edge, way, shown, end = filled.data
    np.testing.assert_allclose(ground.x, [-1, 1, 3])
    np.testing.assert_allclose(ground.y, [0, 1, 2])
    np.testing.assert_allclose(np.array(ground.z, float), np.array(ARRAYS["height"], float))
    assert list(ground.colorbar.ticktext) == ["0.1", "1"]
    assert list(way.x) == [2, 0]
    assert list(way.text) == ["0", "5"]
    assert (list(shown.x), list(end.x)) == ([2], [0])


@pytest.mark.parametrize("mode", ["random", "path"])
def test_before_anything_was_computed_every_trace_is_empty(mode: str) -> None:
    for trace in fill(landscape(mode, "r"), {"r": {}}).data:
        assert not len(trace.x)


@pytest.mark.parametrize("mode", ["random", "path"])
def test_the_browser_fills_it_with_the_same_numbers(mode: str) -> None:
    runs = {"r": {"landscape": {mode: ARRAYS}}}
    metas = [trace["meta"] for trace in json.loads(landscape(mode, "r").to_json())["data"]]
    script = f"""
import {{ filling }} from "{address("bindings.js")}";
const calls = {{ fill: (metas, runs) => metas.map((meta) => filling(meta, (run) => runs[run])) }};
"""
    with JavaScript(script) as browser:
        found = browser("fill", metas, runs)
    filled = fill(landscape(mode, "r"), runs)
    for trace, attributes in zip(filled.data, found, strict=True):
        assert set(attributes) == set(trace.meta["fill"])
        for name, values in attributes.items():
            own = trace[name.replace(".", "_")] if "." in name else trace[name]
            if name.endswith("ticktext"):
                assert list(own) == values
            else:
                np.testing.assert_allclose(np.array(own, float), np.array(values, float))
