"""Numbers as people read them: sensible digits, thousands apart, units said."""

from __future__ import annotations

from dlcore.i18n import _


def count(value: float) -> str:
    """`842`, `8,320`, `1.2 M`: how many of something.

    >>> count(8320), count(1_234_567), count(3_400_000_000)
    ('8,320', '1.23 M', '3.4 G')
    """
    for unit, size in (("G", 1e9), ("M", 1e6)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:,.0f}"


def memory(size: float) -> str:
    """Bytes with the unit that fits: `412 kB`, `1.3 GB`.

    >>> memory(411_900), memory(1_300_000_000), memory(812)
    ('412 kB', '1.3 GB', '812 B')
    """
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= scale:
            return f"{size / scale:.3g} {unit}"
    return f"{size:.0f} B"


def duration(seconds: float) -> str:
    """Seconds as a person says them: `40 ms`, `2.5 s`, `4 min 10 s`, `3 h 5 min`."""
    if seconds < 0.1:
        return _("{count} ms", count=f"{max(seconds * 1000, 1):.0f}")
    if seconds < 60:
        return _("{count} s", count=f"{seconds:.2g}" if seconds < 10 else f"{seconds:.0f}")
    minutes, left = divmod(round(seconds), 60)
    if minutes < 60:
        return _("{minutes} min {seconds} s", minutes=minutes, seconds=left)
    hours, minutes = divmod(minutes, 60)
    return _("{hours} h {minutes} min", hours=hours, minutes=minutes)


def brief(value: float) -> str:
    """A setting as a learner writes it: `0.001`, `1e-06`, `300`."""
    return f"{value:g}"
