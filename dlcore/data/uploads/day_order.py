"""What a learner may say of how a table is read, in the words of people: the order of day, month and year."""

from __future__ import annotations

import re

from dlcore.data.uploads.description import Reading

ORDERS = {"ymd": "%Y-%m-%d", "dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y"}  # and how each is usually written
_PARTS = {"%Y": "y", "%y": "y", "%m": "m", "%b": "m", "%B": "m", "%d": "d"}


def order_of(form: str) -> str:
    """The order of the parts of a day's format.

    >>> order_of("%d.%m.%y"), order_of("%b %d, %Y"), order_of("%Y-%m")
    ('dmy', 'mdy', 'ym')
    """
    return "".join(_PARTS.get(each, "") for each in re.findall("%.", form))


def ordered(form: str | None, order: str) -> str:
    """The format in another order, with the marks it has between its parts; as usual where there is none.

    >>> ordered("%m.%d.%y", "dmy"), ordered("%Y-%m", "dmy"), ordered(None, "mdy")
    ('%d.%m.%y', '%d/%m/%Y', '%m/%d/%Y')
    """
    if form is None or sorted(order_of(form)) != sorted(order):
        return ORDERS[order]
    named = {_PARTS[each]: each for each in re.findall("%.", form)}
    parts = iter(order)
    return re.sub("%.", lambda _: named[next(parts)], form)


def tells_days(form: str) -> bool:
    """Whether a format says year and month, each once, and no more than the day besides."""
    parts = re.findall("%.", form)
    return set(parts) <= set(_PARTS) and sorted(order_of(form)) in (["d", "m", "y"], ["m", "y"])


def day_of(reading: Reading, name: str) -> str | None:
    """The format of the days of a column; None where it holds none."""
    return reading.columns[name].day if name in reading.columns else None


def spoken(form: str) -> str:
    """A format as people write it.

    >>> spoken("%d/%m/%Y"), spoken("%b %d, %y")
    ('DD/MM/YYYY', 'Mon DD, YY')
    """
    said = {"%d": "DD", "%m": "MM", "%Y": "YYYY", "%y": "YY", "%b": "Mon", "%a": "Day", "%A": "Day"}
    return re.sub(r"%[a-zA-Z]", lambda found: said.get(found.group(), found.group()), form)
