"""Whatever somebody stacks, the answer is a network that runs or a sentence that helps: never a crash."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore.data.base import About
from dlcore.declaration import Declaration, Shape
from dlcore.layers import LAYERS
from dlcore.network import apply_repair, call, diagnose
from tests.contracts.variants import batch, variants
from tests.network.stacks import TEN
from tests.sampling import examples

SMALL = [each for each in variants() if all(size < 100 for size in vars(each).values() if isinstance(size, int))]
SHAPES = [Shape((6,)), Shape((4, 9)), Shape((3, 8, 8)), Shape((2, 4, 6, 6)), Shape((7,), vocabulary=20)]

anything = st.lists(st.sampled_from(SMALL), max_size=6)
ending_well = anything.map(lambda layers: [*layers, LAYERS["Output"]()])
data = st.sampled_from(SHAPES).map(lambda shape: About("multiclass", shape, rows=100, classes=TEN))
few = settings(max_examples=examples(150), deadline=None)


@few
@given(st.one_of(anything, ending_well), data)
def test_a_stack_that_is_not_refused_runs_on_real_data_with_the_shapes_that_were_said(
    layers: list[Declaration], about: About
) -> None:
    diagnosis = diagnose(layers, about, memory_limit=10**9)
    if diagnosis.error is not None:
        assert str(diagnosis.error)
        assert diagnosis.error.path == () or diagnosis.error.path[0] == len(diagnosis.steps)
        return
    module = call(layers, about).build()
    x = batch(about.shape)
    with torch.no_grad():
        for step, part in zip(diagnosis.steps, module, strict=True):
            assert tuple(x.shape[1:]) == step.received
            x = part(x)
            assert tuple(x.shape[1:]) == step.made
    assert x.shape == (3, 10)
    assert sum(each.numel() for each in module.parameters()) == diagnosis.parameters


@few
@given(ending_well, data)
def test_repairs_never_crash_and_end(layers: Sequence[Declaration], about: About) -> None:
    seen = []
    for _ in range(30):
        error = diagnose(layers, about, memory_limit=10**9).error
        if error is None or error.repair is None:
            return
        seen.append((error.path, error.repair))
        layers = apply_repair(layers, error.path, error.repair)
    raise AssertionError(f"repairs go in circles: {seen}")


@few
@given(anything, data)
def test_every_warning_can_be_said_and_repaired(layers: list[Declaration], about: About) -> None:
    for warning in diagnose(layers, about, memory_limit=10**9).warnings:
        assert str(warning.text)
        if warning.repair is not None:
            diagnose(apply_repair(layers, warning.path, warning.repair), about)
