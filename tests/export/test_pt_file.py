"""What a `.pt` says is known before anything in it is unpickled, and torch is shown nothing but that."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from dlcore.errors import WeightsError
from dlcore.export import pt_file, pt_pickle, weights
from tests.export.test_weights import network, refusal, torch_file
from tests.force.hostile import programs
from tests.sampling import examples

PICKLE = programs.entries()["archive/data.pkl"]
STEPS = b"".join(pt_pickle.STEPS) + b"."


def strided() -> dict[str, Tensor]:
    """The same numbers, as views: one turned, two of a larger tensor that they share."""
    state, whole = network().state_dict(), torch.zeros(100)
    whole[40:48] = state["1.bias"]
    turned = state["1.weight"].t().contiguous().t()
    return state | {"1.weight": turned, "1.bias": whole[40:48], "2.bias": whole[60:68]}


def parameters() -> dict[str, Any]:
    net = network()
    net[1].weight.noted = "by somebody"
    return {**dict(net.named_parameters()), **dict(net.named_buffers())}


WRITTEN = {
    "a state_dict": lambda: network().state_dict(),
    "a dict": lambda: dict(network().state_dict()),
    "views": strided,
    "parameters, one with an attribute": parameters,
    "numbers of half the size": lambda: network().half().state_dict(),
    "nothing": dict,
    "a number alone": lambda: {"a": torch.tensor(3), "none of them": torch.zeros(0, 7)},
    "eight hundred layers": lambda: nn.Sequential(*(nn.Linear(2, 2) for _ in range(800))).state_dict(),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_names_kinds_and_shapes_are_those_that_torch_reads(name: str) -> None:
    raw = torch_file(WRITTEN[name]())
    read = torch.load(io.BytesIO(raw), weights_only=True)
    expected = {each: (weights._DTYPES[tensor.dtype], tuple(tensor.shape)) for each, tensor in read.items()}
    assert pt_file.outline(raw, "mine.pt", 10**9) == expected


@pytest.mark.parametrize("written", [strided, parameters, lambda: network().state_dict()])
def test_the_numbers_are_those_that_torch_reads(written: Any) -> None:
    raw = torch_file(written())
    expected = torch.load(io.BytesIO(raw), weights_only=True)
    found = weights.read(raw, "mine.pt", network())
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in found)


@pytest.mark.parametrize("lie", programs.lies())
def test_a_tensor_that_is_not_as_it_says_is_refused_before_torch_sees_it(lie: str) -> None:
    with pytest.raises(WeightsError, match=r"mine\.pt"):
        pt_file.outline(programs.telling(**programs.lies()[lie]), "mine.pt", 10**9)


def test_without_a_lie_the_same_file_is_read() -> None:
    assert weights.read(programs.telling(), "mine.pt", network()).keys() == network().state_dict().keys()


@settings(max_examples=examples(800), deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(PICKLE) - 1), st.integers(0, 255)), min_size=1, max_size=9))
def test_an_overwritten_pickle_is_read_or_refused_and_nothing_else(places: list[tuple[int, int]]) -> None:
    raw = bytearray(PICKLE)
    for place, value in places:
        raw[place] = value
    read_or_refused(bytes(raw))


@settings(max_examples=examples(800), deadline=None)
@given(st.lists(st.sampled_from([STEPS[n : n + 1] for n in range(len(STEPS))]) | st.binary(max_size=3), max_size=60))
def test_any_program_is_read_or_refused_and_nothing_else(steps: list[bytes]) -> None:
    read_or_refused(b"".join(steps))


def read_or_refused(program: bytes) -> None:
    try:
        found = pt_pickle.read(program)
    except pt_pickle.NotWeightsError:
        return
    assert all(type(each) is pt_pickle.Outline for each in found.values())


def test_another_reader_of_zip_files_finds_the_entries_that_were_looked_at(tmp_path: Path) -> None:
    """A zip may begin with another one, whose places are those that a reader sees that counts from the beginning."""
    sound = torch_file(network().state_dict())
    pt_file.write_anew(torch_file({"hidden": torch.zeros(3)}) + sound, "mine.pt", tmp_path / "written.pt")
    expected = {name: content for name, content in programs.entries().items() if "serialization_id" not in name}
    with zipfile.ZipFile(tmp_path / "written.pt") as written:
        assert {name: written.read(name) for name in expected} == expected
    assert torch.load(tmp_path / "written.pt", weights_only=True).keys() == network().state_dict().keys()


def test_a_damaged_number_is_named(tmp_path: Path) -> None:
    found = dict(programs.hostile())["a number in it overwritten"]
    assert "mine.pt, archive/data/0: it is damaged." in refusal(found, "mine.pt")


def test_the_format_before_zips_is_told_from_what_is_no_file_of_torch() -> None:
    assert "as torch before 1.6 wrote it" in refusal(
        dict(programs.hostile())["as torch wrote it before it wrote zips"], "old.pt"
    )
