"""Which format the days of a column have: found from all of them, for «03/04» alone could be March or April."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from dlcore.data.uploads.numbers import narrow
from dlcore.data.uploads.parsing import SPLIT, SPLIT_PATTERN, day_of, spelled, time_of

# Where two of them read every day of a column alike well, the first is taken and that is said.
DAYS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y %m %d", "%Y-%b-%d", "%Y %b %d",
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%m.%d.%Y", "%d %m %Y",
    "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d-%m-%y", "%m-%d-%y", "%y/%m/%d", "%y-%m-%d",
    "%d %b %Y", "%d-%b-%Y", "%d/%b/%Y", "%d. %b %Y", "%d.%b.%Y", "%d %b, %Y", "%d de %b de %Y", "%d%b%Y",
    "%b %d, %Y", "%b %d %Y", "%b-%d-%Y", "%d %b %y", "%d-%b-%y", "%d/%b/%y", "%d-%b %Y", "%b %d, %y",
    "%a, %d %b %Y", "%a %d %b %Y", "%A, %b %d, %Y", "%A, %d %b %Y", "%A %d %b %Y", "%a, %b %d, %Y", "%a %b %d %Y",
    "%a %b %d, %Y",
    "%Y-%m", "%Y/%m", "%Y年%m月", "%m/%Y", "%m-%Y", "%m.%Y", "%b %Y", "%b-%Y", "%b/%Y", "%b, %Y", "%Y %b", "%Y-%b",
    "%b-%y", "%b %y", "%b/%y", "%b '%y",
)  # fmt: skip  # fmt: skip
MOST_IMPOSSIBLE = 0.5  # of the days of a column may be none of the calendar
SOME = 100  # cells that show that a column is none of dates
MOST_DAYS = 200_000  # different ones; more are no days
_DIRECTIVES = {"%d": r"\d{1,2}", "%m": r"\d{1,2}", "%Y": r"\d{4}", "%y": r"\d{2}", "%b": r"[^\W\d_]{3}",
               "%a": r"[^\W\d_]{3}", "%A": r"[^\W\d_]{6,9}"}  # fmt: skip


class Days:
    """What the cells of one column say as days, counted while batches go by."""

    def __init__(self, told: str | None = None) -> None:
        self.forms: tuple[str, ...] = DAYS if told is None else (told,)
        self.counts: Counter[str] = Counter()  # how often each day is written, in the order of the file
        self.watching = True

    def add(self, present: pa.Array) -> None:
        """Take in cells, none of them missing."""
        present = narrow(present)
        if not self.counts and self.watching:
            self._look_at_some(present)
        if not self.watching:
            return
        parts = pc.extract_regex(present, SPLIT)
        if parts.null_count:
            self.watching = False
            return
        for each in pc.value_counts(pc.struct_field(parts, "day")):
            self.counts[each["values"].as_py()] += each["counts"].as_py()
        times = pc.unique(pc.struct_field(parts, "time")).to_pylist()
        if any(time and time_of(time) is None for time in times[:1000]):
            self.watching = False
            return
        self._drop_forms()

    def _look_at_some(self, present: pa.Array) -> None:
        """Most columns are no dates, and show it at once."""
        some = [found["day"] for each in present[:SOME].to_pylist() if (found := SPLIT_PATTERN.match(each))]
        days = [spelled(day) for day in some]
        self.forms = tuple(form for form in self.forms if _share(form, days) >= 1 - MOST_IMPOSSIBLE)
        self.watching = bool(self.forms) and bool(days)

    def _drop_forms(self) -> None:
        days = [spelled(day) for day in self.counts]
        self.forms = tuple(form for form in self.forms if _share(form, days) >= 1 - MOST_IMPOSSIBLE)
        self.watching = bool(self.forms) and len(self.counts) <= MOST_DAYS

    def best(self) -> list[str]:
        """The formats that leave the fewest days impossible, where all days are shaped like them; none for no dates."""
        if not self.watching or not self.counts:
            return []
        days = {day: spelled(day) for day in self.counts}
        shaped = [form for form in self.forms if all(_shape(form).match(text) for text in days.values())]
        wrong = {form: sum(count for day, count in self.counts.items() if day_of(day, form) is None) for form in shaped}
        fewest = min(wrong.values(), default=0)
        if fewest > MOST_IMPOSSIBLE * self.counts.total():
            return []
        return [form for form in shaped if wrong[form] == fewest]

    def chosen(self, elsewhere: set[str]) -> tuple[str | None, bool]:
        """(the format, whether another would have done as well). elsewhere: formats that other columns surely have."""
        found = self.best()
        if not found:
            return None, False
        rivals = _rivals(found)
        sure = [form for form in rivals if form in elsewhere or _order(form) in {_order(each) for each in elsewhere}]
        if len(rivals) < 2 or len(sure) == 1:
            return (sure or rivals)[0], False
        sorted_ = [form for form in rivals if self._in_order(form)]
        if len(sorted_) == 1:
            return sorted_[0], False
        return rivals[0], not self._alike(rivals)

    def _in_order(self, form: str) -> bool:
        """Whether the days, as this format reads them, follow one another, never back."""
        read = [day for day in (day_of(text, form) for text in self.counts) if day is not None]
        steps = [after - before for before, after in pairwise(read)]
        if len(steps) < 3:
            return False
        return all(step.days >= 0 for step in steps) or all(step.days <= 0 for step in steps)

    def _alike(self, forms: list[str]) -> bool:
        return all(len({day_of(text, form) for form in forms}) == 1 for text in self.counts)


@functools.cache
def _shape(form: str) -> re.Pattern[str]:
    """What a day in this format looks like, possible or not."""
    plain = re.escape(form).replace("\\%", "%")
    return re.compile("^" + re.sub(r"%[a-zA-Z]", lambda found: _DIRECTIVES.get(found.group(), r"\S+"), plain) + "$")


def _share(form: str, days: list[str]) -> float:
    shape = _shape(form)
    return sum(bool(shape.match(day)) for day in days) / max(1, len(days))


def _rivals(found: list[str]) -> list[str]:
    """The first format, and the one that has day and month the other way round."""
    first = found[0]
    if first.startswith("%Y"):
        return [first]  # nobody writes the year, then the day, where the month is possible
    return [form for form in found if sorted(form) == sorted(first)]


def _order(form: str) -> str:
    return "".join(each for each in form.lower() if each in "dmyb").replace("b", "m")


def moments(cells: pa.Array, form: str) -> tuple[pa.Array, pa.Array]:
    """(milliseconds since 1970 in UTC or null, whether a cell is there and is no moment)."""
    parts = pc.extract_regex(narrow(cells), SPLIT)
    days = _each(pc.struct_field(parts, "day"), {}, lambda text: _milliseconds(day_of(text, form)))
    times = _each(
        pc.struct_field(parts, "time"),
        {"": 0},
        lambda text: None if (time := time_of(text)) is None else round(time.total_seconds() * 1000),
    )
    found = pc.add(days, times)
    return pc.cast(found, pa.timestamp("ms")), pc.and_(pc.is_valid(cells), pc.is_null(found))


def _milliseconds(day: datetime | None) -> int | None:
    return None if day is None else round((day - datetime(1970, 1, 1)).total_seconds() * 1000)


def _each(texts: pa.Array, known: Mapping[str, int], made: object) -> pa.Array:
    """Each different text turned into a number once."""
    encoded = texts.dictionary_encode()
    numbers = [known[text] if text in known else made(text) for text in encoded.dictionary.to_pylist()]  # type: ignore[operator]
    return pa.array(numbers, pa.int64()).take(encoded.indices)
