"""How the tasks of each lesson are done: what to choose, set, type and train. A new lesson gets an entry here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Way:
    """The way through one lesson: its question, typed numbers, what stands here in this order, then training.

    choose: choice -> option. press: actions. set: value of the board -> what it is to be. point: value of the board ->
    number of the row that is chosen on the plane. draw: heights of the curve, from left to right.
    then: what is done after that, in the same order; no training.
    choose_to_train: what is chosen before the Studio is opened. layers: (row after which it is added, layer). studio:
    number field of the Studio -> what it is to be before training.
    own: the list in which the run is then chosen, to stand on the board.
    """

    choose: Mapping[str, Any] = field(default_factory=dict)
    press: tuple[str, ...] = ()
    set: Mapping[str, float] = field(default_factory=dict)
    point: Mapping[str, int] = field(default_factory=dict)
    draw: tuple[float, ...] = ()
    then: tuple[Way, ...] = ()
    choose_to_train: Mapping[str, Any] = field(default_factory=dict)
    layers: tuple[tuple[int, str], ...] = ()
    studio: Mapping[str, float] = field(default_factory=dict)
    own: str = ""


SUMMING_TO_ZERO = {f"w{c}{place}": value for c in range(3) for place, value in (("11", 0.5), ("01", -0.7593))}
RAMP = (*[-1.6] * 8, -0.8, 0.0, 0.8, *[1.6] * 10)

WAYS = {
    "activation": Way(set={"a1": 1, "a2": -1, "v1": 1, "v2": 1}),
    "applications": Way(choose={"example": 8}, choose_to_train={"application": "recommendation"}),
    "backpropagation": Way(set={"b1": 20, "b2": 20}),
    "capacity": Way(choose={"hidden": 16}, set={"t": 30}, point={"row": 7}, choose_to_train={"rows": 1000}),
    "capstone": Way(set={"h": 2, "t": 6}, layers=((0, "Linear"), (1, "Tanh"))),
    "convolution": Way(choose={"what": "blur"}, set=SUMMING_TO_ZERO, own="own-run"),
    "descent": Way(choose={"rate": 0.3}),
    "dimensions": Way(
        choose={"data": "video", "kind": "permute"},
        set={"d2": 4, "d3": 2, "d4": 3},
        then=(Way(choose={"data": "image", "kind": "broadcast"}, set={"d0": 1, "d2": 1, "d3": 1, "keep": 1}),),
        choose_to_train={"kind": "flatten"},
    ),
    "forward": Way(set={"b31": 3}),
    "frameworks": Way(set={"width": 2}),
    "hyperparameters": Way(
        choose={"size": 400},
        press=("five", "five"),
        set={"rate": 10, "pick": 1},
        choose_to_train={"schedule": "exponential"},
    ),
    "loop": Way(set={"w0": -2}, choose={"size": 4, "rate": 0.1}, studio={"Batch size": 64}),
    "loss": Way(set={"p1": 3, "p2": -0.5, "p3": 2, "p4": 0.5}, choose_to_train={"kind": "l1"}),
    "machine_learning": Way(set={"r": 3}),
    "metrics": Way(
        set={"miss": 10, "t": 0.11},
        then=(Way(choose={"view": "folds"}, set={"k": 2}), Way(choose={"view": "threshold"})),
        own="run",
    ),
    "neuron": Way(set={"w1": 3, "w2": 3}),
    "normalization": Way(choose={"norm": "none"}, set={"layer": 5}, choose_to_train={"norm": "batch"}),
    "preparation": Way(choose={"view": "cars"}, set={"gaps": 1, "names": 1, "scale": 2}),
    "regularization": Way(choose={"remedy": "none"}, set={"t": 15}, layers=((3, "Dropout"),)),
    "saving": Way(choose={"optimizer": "sgd"}, set={"s": 6}),
    "sequences": Way(
        set={"T": 0.2}, choose_to_train={"kind": "MultiheadAttention"}, studio={"Epochs": 16}, own="own-run"
    ),
    "width": Way(draw=RAMP),
}
