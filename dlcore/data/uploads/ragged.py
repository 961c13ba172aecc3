"""A row with a cell too many or too few, laid on the columns of its table so that numbers stand under numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dlcore.data.uploads.kinds import Look, look

MOST_TRIED = 40  # columns; in wider tables what is missing is missing at the end
_FIT = {
    ("number", "number"): 1.0, ("moment", "moment"): 1.0, ("text", "text"): 1.0, ("text", "number"): 0.2,
    ("text", "moment"): 0.2, ("number", "moment"): -1.0, ("moment", "number"): -1.0, ("number", "text"): -1.0,
    ("moment", "text"): -1.0,
}  # fmt: skip


def laid(
    cells: Sequence[str], looks: Sequence[Look], delimiter: str, spaced: frozenset[int] = frozenset()
) -> tuple[list[str], int]:
    """(a cell for each column, how many cells of the row found no place).

    spaced: the places of cells that begin with a space, as what follows a comma in a sentence does.
    """
    width = len(looks)
    if len(cells) < width:
        return _spread(cells, looks), 0
    while len(cells) > width and not cells[-1]:
        cells = cells[:-1]
    if len(cells) == width:
        return list(cells), 0
    return _narrowed(cells, looks, delimiter, spaced)


def _score(row: Sequence[str], looks: Sequence[Look]) -> float:
    """How well a row fits: of each cell, whether it is what its column holds."""
    return sum(0.4 if (own := look(cell)) == "empty" else _FIT.get((kind, own), 0.3)
               for cell, kind in zip(row, looks, strict=False))  # fmt: skip


def _spread(cells: Sequence[str], looks: Sequence[Look]) -> list[str]:
    """A short row with its gap where the other cells fit best; at the end where that is as good."""
    gap = [""] * (len(looks) - len(cells))
    end = [*cells, *gap]
    if len(looks) > MOST_TRIED:
        return end
    tried = ([*cells[:place], *gap, *cells[place:]] for place in range(len(cells) - 1, -1, -1))
    return _best(end, tried, looks)


def _narrowed(
    cells: Sequence[str], looks: Sequence[Look], delimiter: str, spaced: frozenset[int]
) -> tuple[list[str], int]:
    """A long row: an empty cell left out, or a text put together again; else its last cells are cut off."""
    more = len(cells) - len(looks)
    end = list(cells[: len(looks)])
    if len(looks) > MOST_TRIED:
        return end, more
    emptied = _best(end, _without_empty(cells, more), looks)
    mark = " " if delimiter.startswith("\\s") else delimiter
    texts = [place for place, kind in enumerate(looks) if kind == "text"]
    meant = [place for place in texts if spaced.issuperset(range(place + 1, place + more + 1))]
    mark = f"{mark} " if meant else mark
    joined = [
        [*cells[:place], mark.join(cells[place : place + more + 1]), *cells[place + more + 1 :]]
        for place in meant or texts
    ]
    longest = sorted(joined, key=lambda row: -max(map(len, row)))
    best = _best(emptied, longest, looks)
    lost = sum(map(bool, cells)) - sum(map(bool, best))
    return best, 0 if best in joined or best != end else max(lost, 0)


def _without_empty(cells: Sequence[str], more: int) -> Iterator[list[str]]:
    for place in range(len(cells) - more + 1):
        if not any(cells[place : place + more]):
            yield [*cells[:place], *cells[place + more :]]


def _best(first: list[str], others: Iterator[list[str]] | Sequence[list[str]], looks: Sequence[Look]) -> list[str]:
    """The row that fits best; the first of those that fit alike."""
    best, score = first, _score(first, looks)
    for each in others:
        if (own := _score(each, looks)) > score + 1e-9:
            best, score = each, own
    return best
