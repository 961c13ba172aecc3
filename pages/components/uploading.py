"""Where files are laid. Streamlit says its own words there in English only: style.css puts these in their place."""

from __future__ import annotations

import json
import re
from typing import Any

import streamlit as st

from dlcore.i18n import _


def file_uploader(label: str, *, key: str, megabytes: int, **settings: Any) -> Any:
    """Streamlit's, for files of at most so many megabytes each, in the learner's language."""
    words = {"--upload": _("Upload"), "--at-most": _("At most {limit} MB a file", limit=megabytes)}
    written = " ".join(f"{name}: {json.dumps(word, ensure_ascii=False)};" for name, word in words.items())
    st.html(f"<style>.st-key-{re.sub('[^a-zA-Z0-9_-]', '-', key)} {{ {written} }}</style>")
    return st.file_uploader(label, key=key, max_upload_size=megabytes, **settings)
