"""Forms drawn from declarations: for every setting of everything registered, a widget that can hold its values."""

from __future__ import annotations

import math
from typing import Any

import pytest

from dlcore.declaration import Declaration, Setting
from dlcore.registry import DATASETS, LAYERS, LOSSES, OPTIMIZERS
from pages.components.shared import forms

DECLARED: list[type[Declaration]] = [
    each for registry in (LAYERS, DATASETS, LOSSES, OPTIMIZERS) for each in registry.values()
]
SETTINGS = [(each, setting) for each in DECLARED for setting in each.settings().values()]
NAMES = [f"{each.name}.{setting.name}" for each, setting in SETTINGS]


@pytest.mark.parametrize(("declared", "setting"), SETTINGS, ids=NAMES)
def test_a_widget_can_hold_the_default_and_its_bounds_are_allowed(
    declared: type[Declaration], setting: Setting
) -> None:
    if setting.choices or setting.type not in (int, float):
        return
    low, high = forms.bounds(setting)
    usual = setting.default
    if isinstance(usual, int | float):
        assert low is None or low <= usual
        assert high is None or usual <= high
    for bound in (low, high):
        if bound is not None and isinstance(usual, int | float):
            assert setting.ge is None or bound >= setting.ge
            assert setting.gt is None or bound > setting.gt
            assert setting.le is None or bound <= setting.le
            assert setting.lt is None or bound < setting.lt


@pytest.mark.parametrize(("declared", "setting"), SETTINGS, ids=NAMES)
def test_one_press_on_plus_is_a_step_worth_taking(declared: type[Declaration], setting: Setting) -> None:
    if setting.choices or setting.type not in (int, float):
        return
    step = forms.step_of(setting)
    assert type(step) is setting.type
    assert 0 < step < math.inf


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_a_learning_rate_is_chosen_from_round_ones_its_own_among_them(name: str) -> None:
    setting = OPTIMIZERS[name].settings()["lr"]
    offered = forms.log_choices(setting, 0.0042)
    assert {0.0042, 0.001, 0.1} <= set(offered)
    assert offered == sorted(offered)
    assert min(offered) > 0


@pytest.mark.parametrize(("typed", "expected"), [
    ("0.02", 0.02), ("1e-3", 0.001), (0.3, 0.3), ("fast", "fast"), (None, None), ("", ""),
])  # fmt: skip
def test_what_was_typed_becomes_the_declared_type_where_it_can(typed: Any, expected: Any) -> None:
    assert forms.as_declared(OPTIMIZERS["Adam"].settings()["lr"], typed) == expected


def test_markdown_in_a_sentence_is_shown_and_not_obeyed() -> None:
    assert forms.escape("*a* $b$ :red[c] <d>") == r"\*a\* \$b\$ \:red\[c\] \<d\>"
