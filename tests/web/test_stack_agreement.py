"""What the browser shows of an operation before Python answers is what Python makes of it."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore.network import about_of, diagnose
from dlcore.presets import PRESETS
from pages.components.shared import draft
from pages.components.web.layer_stack.operations import apply
from pages.components.web.layer_stack.rows import menu, rows
from tests.sampling import examples
from tests.web.node import Node

FILE = "tests/web/layer_stack/outcome.js"
INSIDE = [{"layer": "Linear", "out_features": 8}, {"layer": "ReLU"}]
NETWORK = [
    {"layer": "Flatten"},
    {"layer": "Branches", "branches": [INSIDE, [{"layer": "Residual", "layers": INSIDE}], []]},
    {"layer": "Residual", "layers": INSIDE},
    {"layer": "Dropout"},
    {"layer": "Output"},
]
ids = st.integers(1, 14)  # some of them of no row
places = {"within": st.none() | ids, "stack": st.integers(0, 3), "to": st.integers(0, 5)}
operations = st.one_of(
    st.fixed_dictionaries({"do": st.sampled_from(["select", "remove", "duplicate", "branch"]), "id": ids}),
    st.fixed_dictionaries({"do": st.just("prune"), "id": ids, "stack": st.integers(0, 3)}),
    st.fixed_dictionaries({"do": st.just("move"), "id": ids, **places}),
    st.fixed_dictionaries({"do": st.just("add"), "layer": st.sampled_from(["ReLU", "Branches"]), "after": ids}),
    st.fixed_dictionaries(
        {"do": st.just("add"), "layer": st.just("Tanh"), "within": places["within"], "stack": places["stack"]}
    ),
)


def shown(made: draft.Draft) -> list[dict[str, Any]]:
    experiment = draft.experiment_of(made)
    return rows(made, diagnose(experiment.network, about_of(experiment), experiment.training.loss))


def nested(sent: list[dict[str, Any]]) -> list[Any]:
    """Flat rows as [id, name, stacks]."""
    top: list[Any] = []
    known: dict[int, Any] = {}
    for row in sent:
        known[row["id"]] = [row["id"], row["name"], [[] for _ in range(row["stacks"])]]
        (top if row["within"] is None else known[row["within"]][2][row["stack"]]).append(known[row["id"]])
    return top


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(operations, min_size=1, max_size=5))
def test_a_stack_looks_in_the_browser_as_python_will_send_it(node: Node, done: list[dict[str, Any]]) -> None:
    experiment = {**PRESETS["digits-mlp"].experiment.to_dict(), "network": NETWORK}
    made = draft.draft_of(draft.experiment_of({"experiment": experiment, "ids": [], "selected": None}))
    found = node.call(FILE, "outcome", shown(made), made["selected"], menu(), done)
    for operation, outcome in zip(done, found, strict=True):
        made = apply(made, operation)
        assert outcome == {"rows": nested(shown(made)), "selected": made["selected"]}, operation
