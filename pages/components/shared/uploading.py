"""Where files are laid, and how they leave the server's memory again.

Streamlit keeps the bytes of a file as long as the session lasts, whatever becomes of the widget. So who has taken a
file in lets go of it: its bytes go, and the widget begins anew, empty. What is still wanted lies on disk (`Kept`).
Streamlit says its own words there in English only: style.css puts these in their place.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dlcore.i18n import _
from dlcore.serving import memory
from dlcore.serving.store import runs

LARGE = 10_000_000  # bytes: after a file of this size it is worth to look for what is left of it


def file_uploader(label: str, *, key: str, megabytes: int, **settings: Any) -> Any:
    """Streamlit's, for files of at most so many megabytes each, in the learner's language."""
    key = present_key(key)
    words = {"--upload": _("Upload"), "--at-most": _("At most {limit} MB a file", limit=megabytes)}
    written = " ".join(f"{name}: {json.dumps(word, ensure_ascii=False)};" for name, word in words.items())
    st.html(f"<style>.st-key-{re.sub('[^a-zA-Z0-9_-]', '-', key)} {{ {written} }}</style>")
    return st.file_uploader(label, key=key, max_upload_size=megabytes, **settings)


def present_key(key: str) -> str:
    """The key of the widget that stands there now: another one after each file that was taken in."""
    count = st.session_state.get(_counter(key), 0)
    return f"{key}.{count}" if count else key


def files_at(key: str) -> list[Any]:
    """The files that lie at an uploader, each an open file with a name and a size."""
    held = st.session_state.get(present_key(key))
    return [each for each in (held if isinstance(held, list) else [held]) if isinstance(each, io.BytesIO)]


@contextmanager
def taking_in(key: str) -> Iterator[list[Any]]:
    """The files that lie at an uploader, for a `with` block; whatever comes of it, none of them is there afterwards."""
    files = files_at(key)
    try:
        yield files
    finally:
        let_go(key, files)


def let_go(key: str, files: list[Any]) -> None:
    """Free the bytes of these files, and begin the widget anew."""
    context = get_script_run_ctx()
    if context is not None:
        for each in files:
            context.uploaded_file_mgr.remove_file(context.session_id, each.file_id)
    large = any(each.size > LARGE for each in files)
    for each in files:
        with suppress(BufferError):  # somebody still looks at its bytes
            each.close()  # Streamlit may still know it, by a name of its own
    st.session_state[_counter(key)] = st.session_state.get(_counter(key), 0) + 1
    if large:
        memory.collect_soon()


def _counter(key: str) -> str:
    return f"{key}.taken_in"


class Kept:
    """A file that is kept on disk, under no name: it is gone with whoever holds this, and with the server."""

    def __init__(self, name: str, content: BinaryIO) -> None:
        self.name = name
        self._file = tempfile.TemporaryFile(dir=runs().settings.home)  # noqa: SIM115 (lives as long as this)
        content.seek(0)
        shutil.copyfileobj(content, self._file)
        self.size = self._file.tell()

    def open(self) -> io.BytesIO:
        """It, from its beginning, with its name."""
        self._file.seek(0)
        return named(self.name, self._file.read())


def named(name: str, content: bytes) -> io.BytesIO:
    """Bytes as an open file with a name."""
    file = io.BytesIO(content)
    file.name = name
    return file
