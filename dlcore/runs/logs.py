"""The log of an installation's processes: lines for people, or JSON for machines (`DLCORE_LOG_FORMAT`).

Whatever is told of a run carries its id, as a field `run` where it is JSON: all that happened to one run, in whichever
process, is found by one search.
"""

from __future__ import annotations

import json
import logging
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

from dlcore.errors import RunError
from dlcore.runs.settings import read_settings

LINE = "%(asctime)s %(process)d %(levelname)s %(message)s"
log = logging.getLogger("dlcore.runs")


def configure() -> None:
    """Log from now on, as the settings say: warnings of all, and news of runs."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if _as_json() else logging.Formatter(LINE))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("dlcore").setLevel(logging.INFO)


def _as_json() -> bool:
    try:
        return read_settings().log_format == "json"
    except RunError:  # whoever needs the settings says so, in words
        return False


class JsonLines(logging.Formatter):
    """A record as one line of JSON: `time` (ISO 8601, UTC), `level`, `process`, `message`; `run`, `error` where any."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": record.process,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if run := getattr(record, "run", None):
            line["run"] = run
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class RunLog(logging.LoggerAdapter[logging.Logger]):
    """What is told of one run: its id goes before the words, and beside them."""

    def __init__(self, run_id: str) -> None:
        super().__init__(log, {"run": run_id})
        self._run_id = run_id

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        """The words, with the run before them."""
        return f"run {self._run_id}: {msg}", {**kwargs, "extra": self.extra}
