"""The neuron board: one neuron on points of the plane, moved by sliders and by hand, drawn as it moves.

The browser shows a movement at once and tells Python a few times a second; Python answers with what torch measured.
A `revision` counts the times that Python itself moved the neuron: only then does the board take over its weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from dlcore.figures import colours
from dlcore.i18n import _
from dlcore.lessons.neuron import Measured, Points, Weights
from dlcore.serving import assets

REACH = {"w1": 10, "w2": 10, "b": 5}  # of the sliders, both ways
DIGITS = 4  # of a coordinate sent to the browser

_component = st.components.v2.component(
    "neuron_board",
    css=(Path(__file__).parent / "component.css").read_text("utf-8"),
    js=assets.loader("neuron_board"),
)


def neuron_board(
    data: Points,
    activation: str,
    activation_said: str,
    *,
    key: str,
    revision: int,
    weights: Weights,
    selected: int,
    measured: Measured,
    best: Measured,
    path: Sequence[Weights] | None,
    on_hand: Callable[[], None],
) -> None:
    """Show the board. `on_hand` runs when the learner moved something: see `moved`."""
    _component(
        key=key,
        data={
            "points": [
                [round(x1, DIGITS), round(x2, DIGITS), y]
                for (x1, x2), y in zip(data.x.tolist(), data.y.tolist(), strict=True)
            ],
            "axes": [_("{feature} (standardized)", feature=_(axis)) for axis in data.axes],
            "classes": [_(name) for name in data.classes],
            "activation": activation,
            "revision": revision,
            "weights": weights,
            "selected": selected,
            "measured": {"weights": measured.weights, "loss": measured.loss, "accuracy": measured.accuracy},
            "best": {"loss": best.loss, "accuracy": best.accuracy},
            "path": path,
            "reach": REACH,
            "colours": _colours(),
            "texts": _texts(activation_said, best),
        },
        on_hand_change=on_hand,
    )


def moved(sent: Any, revision: int, count: int) -> tuple[Weights, int] | None:
    """(weights, number of the chosen point) that the browser sent; None for what is old or makes no sense."""
    if not isinstance(sent, dict) or sent.get("revision") != revision:
        return None
    weights, selected = sent.get("weights"), sent.get("selected")
    if not isinstance(weights, list) or len(weights) != 3 or not all(map(_is_weight, weights)):
        return None
    if not isinstance(selected, int) or not 0 <= selected < count:
        return None
    return (float(weights[0]), float(weights[1]), float(weights[2])), selected


def _is_weight(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) <= 1e6  # NaN is not


def _colours() -> dict[str, dict[str, Any]]:
    """The colours of both themes; the browser knows which one it shows."""
    light = {
        "classes": [colours.hue(0), colours.hue(1)],
        "wrong": colours.TROUBLE,
        "best": colours.BEST,
        "now": colours.TRAINING,
    }
    dark = {
        name: [colours.DARK[each] for each in given] if isinstance(given, list) else colours.DARK[given]
        for name, given in light.items()
    }
    return {"light": light, "dark": dark}


def _texts(activation_said: str, best: Measured) -> dict[str, str]:
    return {
        "title": _("The line is where the neuron changes its mind"),
        "caption": _(
            "Colour: the neuron's answer at each place, stronger where it is surer. Drag the arrow to turn the line, "
            "its foot to push it, and click a point to see its own sum. While something moves your browser computes; "
            "at rest, loss and accuracy are what torch measures on all points."
        ),
        "wrong": _("on the wrong side"),
        "w1": _("weight of the first input"),
        "w2": _("weight of the second input"),
        "b": _("bias"),
        "diagram": _("The neuron and its numbers for the chosen point"),
        "activation": activation_said,
        "target": _("target"),
        "loss": _("loss"),
        "accuracy": _("accuracy"),
        "bestLoss": _("lowest possible {value}", value=f"{best.loss:.3f}"),
        "bestAccuracy": _("with it {value}", value=f"{best.accuracy:.3f}"),
    }
