"""What was handed in is measured again beside the pages, one after the other: nobody waits for it at a button."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from queue import SimpleQueue

from dlcore.access import OPERATOR
from dlcore.errors import DlcoreError
from dlcore.runs.store.submissions import Submission
from dlcore.serving.store import runs

log = logging.getLogger("dlcore.serving")


class SubmissionChecks:
    """One thread that measures what waits; it begins with the first, and ends with the server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: SimpleQueue[str] = SimpleQueue()
        self._known: set[str] = set()  # that wait, or are measured now
        self._thread: threading.Thread | None = None

    def begin(self, found: Iterable[Submission], again: bool = False) -> None:
        """Let those be measured that never were, or all of them again."""
        unchecked = [each.id for each in found if again or each.checked_at is None]
        with self._lock:
            for each in unchecked:
                if each not in self._known:
                    self._known.add(each)
                    self._waiting.put(each)
            if unchecked and self._thread is None:
                self._thread = threading.Thread(target=self._work, name="submission checks", daemon=True)
                self._thread.start()

    def measuring(self, found: Iterable[Submission]) -> bool:
        """Whether any of them waits, or is measured now."""
        with self._lock:
            return any(each.id in self._known for each in found)

    def _work(self) -> None:
        while True:
            submission_id = self._waiting.get()
            try:
                runs().replay_submission(submission_id, OPERATOR)
            except DlcoreError as error:  # it was deleted, or the database is out of reach: the next look asks again
                log.warning("submission %s could not be measured: %s", submission_id, error)
            except Exception:
                log.exception("submission %s could not be measured", submission_id)
            with self._lock:
                self._known.discard(submission_id)


submission_checks = SubmissionChecks()
