"""The newest warnings and errors of a log that `dlcore.runs.logs` writes, of either format."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

MOST_BYTES = 200_000  # that are read from the end
_LINE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),\d+ \d+ (WARNING|ERROR|CRITICAL) (.*)")


@dataclass(frozen=True)
class Logged:
    """One line: when, as the log has it; `warning`, `error` or `critical`; and what was said."""

    time: str
    level: str
    message: str


def newest(file: Path, most: int) -> list[Logged]:
    """The newest warnings and errors, the newest first; none where there is no such file."""
    try:
        with file.open("rb") as stream:
            stream.seek(max(0, file.stat().st_size - MOST_BYTES))
            lines = stream.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
    return [found for line in reversed(lines) if (found := _read(line)) is not None][:most]


def _read(line: str) -> Logged | None:
    if line.startswith("{"):
        return _of_json(line)
    found = _LINE.fullmatch(line)
    return Logged(found[1], found[2].lower(), found[3]) if found else None


def _of_json(line: str) -> Logged | None:
    try:
        told = json.loads(line)
        found = Logged(str(told["time"])[:19].replace("T", " "), str(told["level"]), str(told["message"]))
    except (ValueError, KeyError, TypeError):  # a line that was cut at the beginning of what was read
        return None
    return found if found.level in ("warning", "error", "critical") else None
