"""Every kind of damage, with its cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from . import dialects, headers, layout, records
from .cases import Case
from .readers import Reader, outcome
from .scores import MEASURES, Score, mean, score

SOURCES: tuple[Callable[[], Iterator[Case]], ...] = (
    dialects.nothing,
    records.cell_too_many_empty, records.cell_too_many_word, records.cell_with_bare_delimiter, records.cell_gone,
    records.delimiter_gone, records.row_cut, records.quote_at_start, records.quote_inside, records.quote_at_end,
    records.quote_inside_quoted, records.quote_unclosed, records.other_delimiter, records.row_in_quotes,
    records.line_between,
    headers.no_names, headers.two_lines_of_names, headers.odd_names, headers.names_too_few_or_many,
    headers.names_as_records, headers.index_without_name,
    layout.lines_above, layout.lines_below, layout.totals, layout.above_and_below, layout.two_tables,
    layout.delimiters_around, layout.bars_around, layout.one_of_a_kind, layout.no_table,
    dialects.other_delimiters, dialects.padded_delimiters, dialects.aligned, dialects.other_quotes, dialects.no_quotes,
    dialects.escapes, dialects.line_ends, dialects.encodings, dialects.padding, dialects.separator_line,
    dialects.everything_differs,
)  # fmt: skip
SAMPLE = 6  # cases of a kind, where not all are tried


@cache
def kinds() -> dict[str, tuple[Case, ...]]:
    """All cases by their kind."""
    found: dict[str, list[Case]] = {}
    for source in SOURCES:
        for case in source():
            found.setdefault(case.kind, []).append(case)
    return {kind: tuple(cases) for kind, cases in found.items()}


def some(cases: Sequence[Case], most: int = SAMPLE) -> Sequence[Case]:
    """At most so many, evenly spread; always the same."""
    if len(cases) <= most:
        return cases
    return [cases[(at * len(cases) + len(cases) // 2) // most] for at in range(most)]


def measure(cases: Sequence[Case], reader: Reader, folder: Path) -> list[Score]:
    """Write each file, read it, score it."""
    found = []
    for case in cases:
        path = folder / case.name
        path.write_bytes(case.content)
        found.append(score(case, outcome(reader, path)))
    return found


def overall(scores: dict[str, list[Score]]) -> tuple[Score, Score]:
    """The mean over kinds, each of which counts the same, and the mean over files."""
    return mean([mean(each) for each in scores.values()]), mean([one for each in scores.values() for one in each])


def as_text(scores: dict[str, list[Score]]) -> str:
    """A line a kind, then the means."""
    lines = [f"{'kind':42}{'files':>6}" + "".join(f"{name:>9}" for name in (*MEASURES, "typed")) + f"{'lost':>7}"]
    by_kind, by_file = overall(scores)
    named = [(kind, len(each), mean(each)) for kind, each in scores.items()]
    count = sum(map(len, scores.values()))
    for name, files, found in [*named, ("MEAN OF KINDS", count, by_kind), ("MEAN OF FILES", count, by_file)]:
        values = "".join(f"{getattr(found, measure):9.3f}" for measure in (*MEASURES, "typed"))
        lines.append(f"{name[:41]:42}{files:6}{values}{found.lost:7}")
    return "\n".join(lines)
