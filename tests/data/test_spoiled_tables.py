"""Clean tables are spoiled in every way that files are, and read: nearly all must come back, nothing fine be lost."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from .spoiling.cases import COMMAS, Case, Damage, spoil_record
from .spoiling.clean import CleanTable
from .spoiling.kinds import as_text, kinds, measure, overall, some
from .spoiling.readers import Outcome, Refusal, read_back
from .spoiling.scores import MEASURES, Score, score

LEAST = {"success": 0.99, "header": 0.98, "records": 0.97, "cells": 0.98}
SMALL = CleanTable("small", ("day", "n", "word"), (("2020-01-02", "1", "red"), ("2020-01-03", "2.5", "blue")))


@cache
def scores(kind: str) -> list[Score]:
    """Of a sample of the files of a kind; read once, whatever tests ask."""
    with TemporaryDirectory() as folder:
        return measure(some(kinds()[kind]), read_back, Path(folder))


def _lost(cases: list[Case], found: list[Score]) -> list[str]:
    return [f"{case.label}: {one.lost} lost, as {one.first_lost} {one.why}"
            for case, one in zip(cases, found, strict=True) if one.lost]  # fmt: skip


def _hold(found: dict[str, list[Score]]) -> None:
    for which, together in zip(("kinds", "files"), overall(found), strict=True):
        for name in MEASURES:
            assert getattr(together, name) >= LEAST[name], f"{name}, mean of {which}\n{as_text(found)}"


@pytest.mark.parametrize("kind", kinds())
def test_no_record_that_was_fine_is_lost(kind: str) -> None:
    lost = _lost(list(some(kinds()[kind])), scores(kind))
    assert not lost, "\n".join(lost[:5])


def test_spoiled_tables_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    found = {kind: scores(kind) for kind in kinds()}
    with capsys.disabled():
        print(f"\n{as_text(found)}")
    _hold(found)


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_every_spoiled_table_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = {kind: measure(cases, read_back, tmp_path) for kind, cases in kinds().items()}
    with capsys.disabled():
        print(f"\n{as_text(found)}")
    _hold(found)
    lost = [line for kind, cases in kinds().items() for line in _lost(list(cases), found[kind])]
    assert not lost, f"{len(lost)} files\n" + "\n".join(lost[:20])


def test_the_measures_give_all_to_a_reader_that_answers_what_is_expected() -> None:
    for cases in kinds().values():
        for case in some(cases, 6):
            for expected in case.expected:
                rows = (*expected.fine, *(damage.alternatives[0] for damage in expected.damages))
                for header in expected.headers:
                    named = tuple(name for at, name in enumerate(header) if any(header[at:]))
                    found = score(case, Outcome(named, rows))
                    assert (found.total, found.lost) == (4, 0), case.label


def _spoiled() -> Case:
    damage = Damage(SMALL.rows[1], (("2020-01-03", "oops", "2.5", "blue"), SMALL.rows[1]))
    return spoil_record("a word too many", "", SMALL, 1, COMMAS.line(damage.alternatives[0]), damage)


@pytest.mark.parametrize(
    ("rows", "records", "lost"),
    [
        ((("2020-01-02", 1.0, "red"), ("2020-01-03", "oops", "2.5", "blue")), 1, 0),
        ((("2020-01-02", "1", "red"), ("2020-01-03", None, 2.5, "blue")), 1, 0),
        ((("2020-01-02", "1", "red"), ("2020-01-03", "2.5", "blue")), 1, 0),
        ((("2020-01-02", "1", "red"),), 2 / 3, 0),
        ((("2020-01-02", "1", "red"), ("2020-01-03", "2.5", "green")), 1 / 2, 0),
        ((("2020-01-03", "2.5", "blue"),), 2 / 3, 1),
        ((("2020-01-02", 1.5, "red"), ("2020-01-03", "2.5", "blue")), 1 / 2, 1),
        ((("2020-02-01", 1.0, "red"), ("2020-01-03", "2.5", "blue")), 1 / 2, 1),
    ],
)  # fmt: skip
def test_the_measures_see_what_is_wrong(
    rows: tuple[tuple[str | float | None, ...], ...], records: float, lost: int
) -> None:
    found = score(_spoiled(), Outcome(SMALL.header, rows))
    assert (found.success, found.header, found.lost) == (1, 1, lost)
    assert found.records == pytest.approx(records)
    assert (found.cells == 1) == (records == 1)


def test_a_refusal_is_an_answer_where_there_is_no_table_and_only_there() -> None:
    empty = kinds()["no table"][0]
    assert score(empty, Refusal("is empty")).total == 4
    assert score(empty, ValueError("a fault")).total == 0
    assert score(empty, Outcome(("a",), (("1",),))).total == 0
    refused = score(_spoiled(), Refusal("too long"))
    assert (refused.total, refused.lost) == (0, 1)
    assert score(_spoiled(), Outcome(("day", "n"), ())).header == pytest.approx(0.8)
