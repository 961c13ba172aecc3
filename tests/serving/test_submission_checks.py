"""What was handed in is measured beside the pages: each once, one after the other, whatever breaks."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from dlcore.access import OPERATOR, Viewer
from dlcore.errors import ClassNotFound
from dlcore.i18n import Text
from dlcore.serving import submission_checks
from dlcore.serving.submission_checks import SubmissionChecks
from tests.runs.living import wait_until


def handed_in(name: str, checked: bool = False) -> Any:
    return SimpleNamespace(id=name, checked_at=1 if checked else None)


def test_each_is_measured_once_and_what_breaks_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    measured, go_on = [], threading.Event()

    def replay(submission_id: str, viewer: Viewer) -> None:
        assert viewer == OPERATOR
        go_on.wait(60)
        measured.append(submission_id)
        if submission_id == "gone":
            raise ClassNotFound(Text("it was deleted"))
        if submission_id == "broken":
            raise ValueError("a mistake")

    monkeypatch.setattr(submission_checks, "runs", lambda: SimpleNamespace(replay_submission=replay))
    checks = SubmissionChecks()
    found = [handed_in("gone"), handed_in("broken"), handed_in("old", checked=True), handed_in("new")]
    for _page in range(3):
        checks.begin(found)
    assert checks.measuring(found)
    go_on.set()
    wait_until(lambda: not checks.measuring(found), "all are measured")
    assert measured == ["gone", "broken", "new"]
    checks.begin(found[2:3], again=True)
    wait_until(lambda: measured[-1] == "old", "it is measured again")
