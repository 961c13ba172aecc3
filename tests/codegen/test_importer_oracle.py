"""Whatever is read without a word computes what torch computes; everything else is named by its line."""

from __future__ import annotations

import contextlib
import functools
import io
import random

import pytest
import torch
from hypothesis import HealthCheck, given, seed, settings

from dlcore.codegen.importer import ImportResult, import_code
from dlcore.declaration import Shape
from tests.codegen.printed_networks import networks
from tests.codegen.snippets import SNIPPETS
from tests.codegen.torch_oracle import computes_the_same, module_of
from tests.contracts.variants import batch
from tests.sampling import examples

MUTANTS = 3  # of each snippet, drawn with a fixed seed
SLOW = settings(max_examples=examples(120), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def told(result: ImportResult) -> list[str]:
    return [f"{note.line}: {note.text}" for note in (*result.unread, *result.notes)]


@pytest.mark.parametrize("name", SNIPPETS)
def test_a_network_as_learners_write_it_is_read_whole_and_computes_the_same(name: str) -> None:
    shape, code = SNIPPETS[name]
    result = import_code(code)
    assert told(result) == []
    assert computes_the_same(result, module_of(code, result.label), shape) == ""


@SLOW
@seed(1)
@given(networks())
def test_random_networks_in_every_style_compute_the_same(network: tuple[Shape, str]) -> None:
    shape, code = network
    result = import_code(code)
    assert told(result) == [], code
    assert computes_the_same(result, module_of(code, result.label), shape) == "", code


def mutants(name: str, code: str) -> list[str]:
    """The code with a line less, a line twice, or two lines in the other order."""
    lines = code.split("\n")
    full = [number for number, line in enumerate(lines) if line.strip() and number > 2]
    made = []
    for number in full:
        made.append([*lines[:number], *lines[number + 1 :]])
        made.append([*lines[: number + 1], *lines[number:]])
        if number + 1 < len(lines):
            made.append([*lines[:number], lines[number + 1], lines[number], *lines[number + 2 :]])
    drawn = random.Random(name).sample(made, min(MUTANTS, len(made)))
    return ["\n".join(each) for each in drawn]


def runs(code: str, label: str | None, shape: Shape) -> torch.nn.Module | None:
    """The network, where torch can run the code and send an example through."""
    try:
        module = module_of(code, label)
        with contextlib.redirect_stdout(io.StringIO()), torch.no_grad():
            output = module.eval()(batch(shape))
    except Exception:  # whatever a broken program does
        return None
    return module if isinstance(output, torch.Tensor) else None


@pytest.mark.parametrize("name", SNIPPETS)
def test_a_damaged_network_computes_the_same_or_is_named_or_fails_in_torch(name: str) -> None:
    shape, code = SNIPPETS[name]
    for mutant in mutants(name, code):
        result = import_code(mutant)
        assert result.layers or result.unread, mutant
        if told(result):
            continue
        module = runs(mutant, result.label, shape)
        assert module is None or computes_the_same(result, module, shape) == "", mutant


@functools.cache
def _drawn() -> int:
    return sum(len(mutants(name, code)) for name, (_shape, code) in SNIPPETS.items())


def test_there_are_many_snippets_and_many_damaged_ones() -> None:
    assert len(SNIPPETS) >= 150
    assert _drawn() >= 300
