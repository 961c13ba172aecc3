"""What is told of workers and of trouble, for who looks after the app."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

import pytest

from dlcore.runs import log_tail, workforce
from dlcore.runs.logs import LINE, JsonLines
from dlcore.runs.workforce import SeenWorker, Workforce

SEEN = Workforce([SeenWorker("here:12", 400_000_000, "a" * 16), SeenWorker("here:13", 0, None)], 2, None)


def test_what_was_told_is_read_and_the_newest_counts(tmp_path: Path) -> None:
    assert workforce.read(tmp_path) is None
    workforce.write(tmp_path, Workforce([], None, None, 3.5))
    workforce.write(tmp_path, SEEN)
    assert workforce.read(tmp_path) == SEEN


@pytest.mark.parametrize("content", ["", "{", "[]", '{"workers": [{}]}', '{"workers": []}', "nonsense"])
def test_what_cannot_be_read_tells_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / workforce.FILE).write_text(content)
    assert workforce.read(tmp_path) is None


def test_a_dispatcher_that_is_gone_has_no_workers(tmp_path: Path) -> None:
    workforce.write(tmp_path, SEEN)
    before = time.time() - 2 * workforce.OLD_SECONDS
    os.utime(tmp_path / workforce.FILE, (before, before))
    assert workforce.read(tmp_path) is None


@pytest.mark.parametrize("formatter", [logging.Formatter(LINE), JsonLines()], ids=["text", "json"])
def test_warnings_and_errors_of_a_log_are_found_the_newest_first(tmp_path: Path, formatter: logging.Formatter) -> None:
    told = [(logging.INFO, "given"), (logging.WARNING, "hung: «x»"), (logging.INFO, "more"), (logging.ERROR, "broke")]
    records = [logging.LogRecord("dlcore", level, "", 0, words, None, None) for level, words in told]
    file = tmp_path / "log"
    file.write_text("\n".join(["Traceback (most recent call last):", *map(formatter.format, records), "  cut {"]))
    found = log_tail.newest(file, 5)
    assert [(each.level, each.message) for each in found] == [("error", "broke"), ("warning", "hung: «x»")]
    assert [each.message for each in log_tail.newest(file, 1)] == ["broke"]
    assert log_tail.newest(tmp_path / "none", 5) == []


def test_of_a_long_log_only_the_end_is_read(tmp_path: Path) -> None:
    record = logging.LogRecord("dlcore", logging.WARNING, "", 0, "again", None, None)
    line = JsonLines().format(record) + "\n"
    file = tmp_path / "log"
    file.write_text(line * (3 * log_tail.MOST_BYTES // len(line)))
    found = log_tail.newest(file, 10**6)
    assert len(found) == log_tail.MOST_BYTES // len(line)
