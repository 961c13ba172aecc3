"""The learner's language: one catalogue, looked up when a text is shown, not when it is made.

A worker writes an error into the database today and a page shows it in another language tomorrow. So what
travels is a `Text`: the English sentence with its placeholders, and the values to put in. It becomes a
string only when somebody reads it (`str(text)`), in the language of that reader.

English is the msgid. Catalogues are gettext `.po` files, one an area of the app, read by Babel as they are:
there is no compiled file that could be older than its source.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from dlcore.plurals import agreeing

LANGUAGES = {"en": "English", "zh_CN": "中文"}
LOCALE_DIR = Path(__file__).parent / "locale"

_language: ContextVar[str] = ContextVar("language", default="en")


def current_language() -> str:
    """The code of the language that texts are shown in now: a key of `LANGUAGES`."""
    return _language.get()


def set_language(code: str) -> None:
    """Show texts of this thread (or task) in a language; an unknown code means English."""
    _language.set(code if code in LANGUAGES else "en")


@contextmanager
def language(code: str) -> Iterator[None]:
    """Show texts in a language inside a `with` block."""
    before = current_language()
    set_language(code)
    try:
        yield
    finally:
        set_language(before)


def preferred_language(wanted: str | None = None) -> str:
    """The language that best fits a wish: `zh`, `zh-CN,zh;q=0.9`, `zh_CN.UTF-8` all mean zh_CN; else English.

    Without a wish, the terminal's own (`LC_ALL`, `LC_MESSAGES`, `LANG`).
    """
    if wanted is None:
        names = ("LC_ALL", "LC_MESSAGES", "LANG")
        wanted = next((os.environ[name] for name in names if os.environ.get(name)), "")
    first = wanted.split(",")[0].strip().replace("-", "_").lower()
    return "zh_CN" if first.startswith("zh") else "en"


@functools.cache
def catalogue(code: str) -> Mapping[str, str]:
    """Every translated text of a language: msgid -> msgstr, from all its `.po` files; empty for English."""
    from babel.messages.pofile import read_po  # only readers of other languages wait for Babel

    texts: dict[str, str] = {}
    for path in sorted((LOCALE_DIR / code / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=code):
                if message.id and message.string:
                    texts[str(message.id)] = str(message.string)
    return texts


class LocalizedText(str):
    """A text that brings its translations along and needs no catalogue: the card of a data set is one file.

    As a string it is the English, or whatever language it was written in where there is no English.
    """

    translations: Mapping[str, str]

    def __new__(cls, translations: Mapping[str, str]) -> LocalizedText:
        text = super().__new__(cls, translations.get("en") or next(iter(translations.values())))
        text.translations = dict(translations)
        return text


def translate(msgid: str) -> str:
    """A msgid in the current language; the English itself where the catalogue has nothing."""
    code = current_language()
    if isinstance(msgid, LocalizedText):
        return msgid.translations.get(code, str(msgid))
    return msgid if code == "en" or not msgid else catalogue(code).get(msgid, msgid)


def N_(msgid: str) -> str:  # noqa: N802 (gettext's own name)
    """Mark a text for the catalogue without translating it yet: for declarations and tables."""
    return msgid


def _(msgid: str, **values: Any) -> str:
    """A text in the current language, with `{placeholders}` filled in; in English, one of a thing is one thing."""
    text = translate(msgid)
    if values and current_language() == "en":
        text = agreeing(text, values)
    return text.format(**{name: str(value) for name, value in values.items()}) if values else text


def plural(count: int, one: str, many: str) -> str:
    """The msgid that suits a number, where more than its noun changes: «it keeps», «they keep»."""
    return one if count == 1 else many


class Text:
    """A sentence that has not been said yet: a msgid and its values, rendered by `str()` for whoever reads it.

    Values may be strings, numbers or further `Text`s. Two Texts are equal when they would say the same.
    """

    __slots__ = ("msgid", "values")

    def __init__(self, msgid: str, **values: Any) -> None:
        self.msgid = msgid
        self.values = values

    def __str__(self) -> str:
        return _(self.msgid, **self.values)

    def __repr__(self) -> str:
        return f"Text({self.msgid!r}, {self.values!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and (self.msgid, self.values) == (other.msgid, other.values)

    def __hash__(self) -> int:
        return hash((self.msgid, repr(self.values)))

    def to_json(self) -> dict[str, Any]:
        """`{"msgid": ..., "values": {...}}`, plain JSON; nested Texts likewise."""
        return {
            "msgid": self.msgid,
            "values": {k: v.to_json() if isinstance(v, Text) else v for k, v in self.values.items()},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Text:
        """The Text that `to_json` wrote."""
        values = {
            key: cls.from_json(value) if isinstance(value, Mapping) and "msgid" in value else value
            for key, value in stored["values"].items()
        }
        return cls(stored["msgid"], **values)


def on_one_line(text: str) -> str:
    """What somebody typed, as a name: whatever cannot be seen, and every run of spaces, is one space.

    >>> on_one_line(" two\\n\\twords ")
    'two words'
    """
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
