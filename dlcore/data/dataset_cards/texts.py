"""Texts of a card: in one language, or in several beside one another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import PlainValidator, ValidationInfo

from dlcore.declaration import shown
from dlcore.errors import ExperimentError
from dlcore.i18n import LANGUAGES, N_, LocalizedText, Text, on_one_line

MOST_CHARACTERS = 2_000
EXAMPLE = "{en: Penguins, zh_CN: 企鹅}"


def localized(given: Any, field: str) -> LocalizedText:
    """A text that knows its translations. Raises ExperimentError under `field`.

    >>> str(localized({"zh_CN": "企鹅", "en": "Penguins"}, "title")), str(localized("Pinguine", "title"))
    ('Penguins', 'Pinguine')
    """
    texts = given if isinstance(given, Mapping) else {"": given}
    known = not isinstance(given, Mapping) or set(given) <= set(LANGUAGES)
    if not known or not texts or not all(isinstance(each, str) and each.strip() for each in texts.values()):
        raise ExperimentError(
            Text(
                N_("must be a text, or one in each of {languages} as in {example}, but {received} came"),
                languages=", ".join(LANGUAGES), example=EXAMPLE, received=shown(given),
            ),
            field,
        )  # fmt: skip
    longest = max(map(len, texts.values()))
    if longest > MOST_CHARACTERS:
        raise ExperimentError(
            Text(N_("may have at most {limit} characters, but {received} came"),
                 limit=f"{MOST_CHARACTERS:,}", received=f"{longest:,}"), field
        )  # fmt: skip
    return LocalizedText({language: on_one_line(text) for language, text in texts.items()})


def _of_field(given: Any, info: ValidationInfo) -> LocalizedText:
    return localized(given, info.field_name or "")


def joined(*texts: str | None) -> LocalizedText:
    """Texts one after another, in each language that one of them is written in.

    >>> joined(LocalizedText({"en": "Of 2020.", "zh_CN": "2020 年。"}), "CC0").translations["zh_CN"]
    '2020 年。 CC0'
    """
    kept = [text for text in texts if text]
    codes = {code for text in kept if isinstance(text, LocalizedText) for code in text.translations} | {"en"}
    return LocalizedText({code: " ".join(_in(text, code) for text in kept) for code in sorted(codes)})


def _in(text: str, code: str) -> str:
    return text.translations.get(code, str(text)) if isinstance(text, LocalizedText) else text


Words = Annotated[str, PlainValidator(_of_field)]  # of a field: a LocalizedText
