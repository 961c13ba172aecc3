"""English after a number: «1 epoch», though the sentence says «{epochs} epochs».

A sentence has one msgid, in the plural, and most of what is counted here is rarely one. Where it is, the noun that
follows its number, and a verb right behind the noun, are said in the singular. Only nouns that are listed: a column
may be called 1, and what «holds» or «gives» after it is no noun. The browser does the same (kit/plurals.js).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

NOUNS = (
    "answers arms attempts batches bytes cells channels characters classes clips columns days digits entries "
    "epochs examples experiments features files filters folds folders gaps groups heads hours images items labels "
    "layers learners lessons letters lines minutes networks nodes numbers others pairs parameters people pictures "
    "pixels places points questions rounds rows runs samples seconds seeds sequences sheets sigmoids steps "
    "students studies tasks terms tokens trials twins units values weights words"
)
_ONE = {"people": "person", "studies": "study", "batches": "batch", "classes": "class", "entries": "entry"}
_VERBS = {"are": "is", "were": "was", "have": "has"}
_COUNTED = re.compile(rf"\{{(\w+)\}}((?: [a-z-]+){{0,2}}?) ({NOUNS.replace(' ', '|')})\b(?: (are|were|have)\b)?")


def agreeing(text: str, values: Mapping[str, Any]) -> str:
    """An English sentence, its places still to be filled, with the nouns of those that are one in the singular.

    >>> agreeing("Finished after {epochs} epochs", {"epochs": 1})
    'Finished after {epochs} epoch'
    >>> agreeing("{done} of {runs} runs are done", {"done": 1, "runs": 2})
    '{done} of {runs} runs are done'
    """
    return _COUNTED.sub(lambda found: _one(found) if _is_one(found, values) else found[0], text)


def _is_one(found: re.Match[str], values: Mapping[str, Any]) -> bool:
    """A number, or one that is written already; with an adjective between, only a number: else it may be a name."""
    value = values.get(found[1])
    return (isinstance(value, int) and not isinstance(value, bool) and value == 1) or (value == "1" and not found[2])


def _one(found: re.Match[str]) -> str:
    place, adjectives, noun, verb = found.groups()
    said = f"{{{place}}}{adjectives} {_ONE.get(noun, noun[:-1])}"
    return f"{said} {_VERBS[verb]}" if verb else said
