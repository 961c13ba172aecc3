"""What a page still asked of itself when it was left is not answered: the answer would take the next page away.

A part of a page that looks by itself, every second or as a run tells something, may ask while the next page is being
drawn. Streamlit 1.67 forgets such a question if nothing of it is left, but only where nothing runs at that moment. One
that waits until the next page is drawn is answered with the old page's name, and the browser clears what it has drawn:
a heading and nothing below it, until somebody reloads. So it is forgotten here, too, by the same rule.
"""

from __future__ import annotations

import functools

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData


def forget() -> None:
    """From now on, in every session of this process. Once is enough; a second time changes nothing."""
    answer = ScriptRunner._run_script
    if hasattr(answer, "__wrapped__"):
        return

    @functools.wraps(answer)
    def answer_what_is_there(self: ScriptRunner, asked: RerunData) -> None:
        fragments = asked.fragment_id_queue
        if not fragments or any(map(self._fragment_storage.contains, fragments)):
            answer(self, asked)

    ScriptRunner._run_script = answer_what_is_there  # type: ignore[method-assign]
