"""Experiments that mean no good."""

from __future__ import annotations

from collections.abc import Iterator

from tests.test_plain_yaml import NOT_PLAIN

from .files import Hostile

CALLS = ("!!python/object/apply:os.system [x]", "!!python/object/new:os.system [x]", "!!python/module:os",
         "!!python/object:builtins.eval {}")  # fmt: skip


def hostile() -> Iterator[Hostile]:
    """All of them."""
    for raw, _line, words in NOT_PLAIN:
        content = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")
        yield Hostile("experiment", f"{words}: {raw[:20]!r}", ("Line",), (content,))
    for call in CALLS:
        yield Hostile("experiment", f"a call: {call}", ("Line",), (f"dataset: {call}\n".encode(),))
