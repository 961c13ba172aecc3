"""What a learner copies from a tutorial is read and computes what torch computes, or is named by its line."""

from __future__ import annotations

import pytest

from dlcore.codegen.importer import import_code
from tests.codegen.torch_oracle import computes_the_same, module_of
from tests.codegen.tutorials import NAMED, NOT_HERE, TUTORIALS


@pytest.mark.parametrize("name", [each for each in TUTORIALS if each not in NAMED])
def test_a_network_of_a_tutorial_is_read_and_computes_the_same(name: str) -> None:
    shape, code = TUTORIALS[name]
    result = import_code(code)
    assert [*result.unread, *result.notes] == []
    assert len(result.layers) > 1
    if name not in NOT_HERE:
        assert computes_the_same(result, module_of(code, result.label), shape) == ""


@pytest.mark.parametrize("name", NAMED)
def test_what_is_not_read_in_a_tutorial_is_named_by_its_line(name: str) -> None:
    line, words = NAMED[name]
    result = import_code(TUTORIALS[name][1])
    told = [(each.line, str(each.text)) for each in (*result.unread, *result.notes)]
    assert [(number, words in sentence) for number, sentence in told] == [(line, True)]


def test_there_are_many_tutorials() -> None:
    assert len(TUTORIALS) >= 40
    assert set(NAMED) | set(NOT_HERE) <= set(TUTORIALS)
