"""What a visitor sees when something breaks: a sentence and a number. The traceback goes to the log."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

import streamlit as st

from dlcore.errors import DlcoreError, ExperimentError
from dlcore.i18n import N_, Text, _


@dataclass(frozen=True)
class Sentence:
    """What an error says, to be kept: the error itself holds, by its traceback, all that was at hand when it came up.

    `str` is in the language of whoever reads it.
    """

    text: Text
    field: str = ""  # of an experiment, as ExperimentError has it

    @classmethod
    def of(cls, error: DlcoreError) -> Sentence:
        """What this error says."""
        return cls(error.text, error.field if isinstance(error, ExperimentError) else "")

    def __str__(self) -> str:
        return str(ExperimentError(self.text, self.field))


log = logging.getLogger(__name__)

SORRY = N_(
    "Something went wrong here; your runs go on and your draft is kept. Reload the page to go on. "
    "Whoever looks after this server finds the cause in its log under {number}."
)


def report(error: Exception) -> bool:
    """Show an error of a page as a sentence. True: Streamlit need not show the traceback."""
    if isinstance(error, DlcoreError):
        st.error(str(error), icon=":material/error:")
        return True
    number = secrets.token_hex(4)
    log.error("page error %s", number, exc_info=error)
    st.error(_(SORRY, number=number), icon=":material/error:")
    return True
