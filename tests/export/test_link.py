"""Experiments in an address: they come back whole, or one sentence says that they do not."""

from __future__ import annotations

import base64
import json
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.export.assignment import Assignment, Tried
from dlcore.export.link import MOST_BYTES, decode, encode
from dlcore.layers import LAYERS
from dlcore.network import parameters_of
from dlcore.presets import PRESETS
from tests.contracts.variants import variants
from tests.sampling import examples

FIRST = PRESETS["digits-mlp"].experiment


def packed(body: bytes) -> str:
    return "1" + base64.urlsafe_b64encode(zlib.compress(body)).decode().rstrip("=")


@pytest.mark.parametrize("name", list(PRESETS))
def test_every_starting_point_comes_back_from_a_short_address(name: str) -> None:
    experiment = PRESETS[name].experiment
    code = encode(experiment)
    assert decode(code).experiment == experiment
    assert len(code) <= 240  # tables name their columns
    assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_every_setting_of_every_layer_comes_back() -> None:
    layers = variants()
    for start in range(0, len(layers), 100):
        experiment = FIRST.model_copy(update={"network": tuple(layers[start : start + 100])})
        assert decode(encode(experiment)).experiment == experiment


def test_a_task_comes_back_with_its_experiment() -> None:
    task = Assignment(
        locks=("data", "training"), score=0.95, parameters=2000, compute=40_000, seconds=60, note="做小一点"
    )
    shared = decode(encode(FIRST, task))
    assert (shared.experiment, shared.assignment) == (FIRST, task)


def test_weights_to_begin_with_stay_at_home() -> None:
    begun = Experiment.from_dict({**FIRST.to_dict(), "start": {"weights": "a" * 64, "origin": "mine"}})
    assert decode(encode(begun)).experiment == FIRST


@settings(max_examples=examples(150), deadline=None)
@given(st.integers(0, 10_000), st.sampled_from("AbZ09-_ .é\0"))
def test_a_changed_letter_is_one_sentence_or_the_same_experiment(place: int, letter: str) -> None:
    code = encode(FIRST)
    place %= len(code)
    changed = code[:place] + letter + code[place + 1 :]
    try:
        assert decode(changed).experiment == FIRST
    except DlcoreError as refused:
        said = str(refused)
    else:
        said = "This link works"
    assert said.startswith("This link ")


BOMB = packed(b'{"e":' + b" " * (MOST_BYTES * 50) + b"{}}")
WRONG = {
    "empty": "", "version": "2" + encode(FIRST)[1:], "bomb": BOMB, "no JSON": packed(b"{"), "a list": packed(b"[]"),
    "deep": packed(b"[" * 100_000), "more": packed(b'{"e": {}, "x": 1}'), "nothing": packed(b'{"e": {}}'),
    "two streams": encode(FIRST) + encode(FIRST)[1:], "cut": encode(FIRST)[:-9], "long": "1" * 50_000,
    "task": packed(json.dumps({"e": FIRST.to_dict(), "a": {"score": 7}}).encode()),
    "task list": packed(json.dumps({"e": FIRST.to_dict(), "a": [1]}).encode()),
    "lock": packed(json.dumps({"e": FIRST.to_dict(), "a": {"locks": ["../x"]}}).encode()),
}  # fmt: skip


@pytest.mark.parametrize("code", WRONG.values(), ids=WRONG.keys())
def test_what_is_no_link_of_ours_gets_one_sentence(code: str) -> None:
    with pytest.raises(DlcoreError, match=r"^This link "):
        decode(code)


def test_a_network_too_large_for_an_address_is_said_so() -> None:
    layers = tuple(LAYERS["Linear"](out_features=1 + 7919 * n % 999_983) for n in range(8_000))
    with pytest.raises(DlcoreError, match="too large for a link"):
        encode(FIRST.model_copy(update={"network": layers}))


def test_what_is_locked_or_too_costly_is_refused_with_a_sentence_each() -> None:
    task = Assignment(locks=("data", "layers", "training"), compute=1)
    other = PRESETS["digits-cnn"].experiment if "digits-cnn" in PRESETS else next(
        each.experiment for each in PRESETS.values() if each.experiment.network != FIRST.network
    )  # fmt: skip
    assert len(list(task.against(FIRST, FIRST))) == 1
    said = [str(each) for each in task.against(FIRST, other)]
    assert "Your teacher has locked this: layers. Bring it back as it was." in said
    assert list(Assignment(locks=("data",), compute=10**12).against(FIRST, FIRST)) == []


def test_each_part_of_a_task_is_met_or_not_by_itself() -> None:
    task = Assignment(score=0.95, parameters=2000, compute=40_000, seconds=60)
    assert task.met(Tried("a", 0.95, 2000, 40_000, 60.0)) == [True] * 4
    assert task.met(Tried("b", 0.949, 2001, 40_001, 60.1)) == [False] * 4
    assert task.met(Tried("c", None, 10, 10, 1.0)) == [False, True, True, True]
    assert Assignment(seconds=60).met(Tried("d", None, 10**9, 10**12, 59.0)) == [True]
    assert [str(each) for each in task.task(FIRST)] == [
        "validation accuracy ≥ 0.95", "parameters ≤ 2,000", "epochs × parameters ≤ 40,000",
        "at most 60 s of training",
    ]  # fmt: skip
    assert parameters_of(FIRST) > 0


@pytest.mark.parametrize("task", [Assignment(compute=10**12), Assignment(seconds=60), Assignment(locks=("training",))])
def test_what_was_learned_before_is_no_way_around_a_budget(task: Assignment) -> None:
    begun = Experiment.from_dict({**FIRST.to_dict(), "start": {"weights": "a" * 64, "origin": "mine"}})
    assert [str(each) for each in task.against(FIRST, begun)] == [
        "The task begins with drawn weights: what was learned before would not be counted."
    ]
    assert not list(Assignment(score=0.9).against(FIRST, begun))
