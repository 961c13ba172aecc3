"""What a page still asked of itself when it was left is not answered: the answer would take the next page away.

A part of a page that looks by itself, every second or as a run tells something, may ask while the next page is being
drawn. Streamlit 1.67 forgets such a question if nothing of it is left, but only where nothing runs at that moment; and
a part that both pages have is always left. What is answered then goes out under the old page's name, and the browser
clears what it has drawn: a heading and nothing below it, until somebody reloads.
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
        if not _is_late(self, asked):
            answer(self, asked)

    ScriptRunner._run_script = answer_what_is_there  # type: ignore[method-assign]


def _is_late(runner: ScriptRunner, asked: RerunData) -> bool:
    fragments, pages = asked.fragment_id_queue, runner._pages_manager
    if not fragments:
        return False
    here = ("", pages.main_script_hash, pages.current_page_script_hash)
    return asked.page_script_hash not in here or not any(map(runner._fragment_storage.contains, fragments))
