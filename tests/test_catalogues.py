"""Every text that a learner can read exists in every language, says the same, and none is left over."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from dlcore.i18n import LANGUAGES
from tools import messages

OTHERS = [code for code in LANGUAGES if code != "en"]


@pytest.fixture(scope="module")
def wanted() -> dict[str, list[tuple[str, int]]]:
    return {msgid: places for area in messages.texts().values() for msgid, places in area.items()}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_is_translated(code: str, wanted: dict[str, list[tuple[str, int]]]) -> None:
    known = messages.translated(code)
    missing = [(msgid, wanted[msgid][0]) for msgid in wanted if not known.get(msgid)]
    assert not missing, f"run `make messages` and translate {len(missing)} texts, such as {missing[:5]}"


@pytest.mark.parametrize("code", OTHERS)
def test_no_translation_is_left_over(code: str, wanted: dict[str, list[tuple[str, int]]]) -> None:
    assert not set(messages.translated(code)) - set(wanted), "run `make messages`"


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_the_placeholders_of_its_text(code: str, wanted: dict[str, list[tuple[str, int]]]) -> None:
    known = messages.translated(code)
    differing = {
        msgid: text for msgid, text in known.items()
        if text and _uses_placeholders(msgid, wanted) and placeholders(msgid) != placeholders(text)
    }  # fmt: skip
    assert not differing


def _uses_placeholders(msgid: str, wanted: dict[str, list[tuple[str, int]]]) -> bool:
    try:
        return bool(placeholders(msgid)) and msgid in wanted
    except ValueError:  # a brace that is no placeholder
        return False


SPOKEN = {"title", "header", "subheader", "markdown", "write", "caption", "text", "button", "selectbox", "slider",
          "select_slider", "number_input", "checkbox", "toggle", "radio", "text_input", "text_area", "error", "warning",
          "info", "success", "expander", "download_button", "metric", "link_button", "popover", "segmented_control",
          "multiselect", "pills", "file_uploader", "dialog", "status", "spinner", "toast"}  # fmt: skip
# Their first argument may be no words: a page, the name of a column.
LABELLED = {*SPOKEN, "page_link", "TextColumn", "NumberColumn", "ProgressColumn"}
NO_WORDS = re.compile(r"\$[^$]*\$|^\.\w+$|R²")  # formulas, endings of files, symbols


def literals(path: Path) -> list[tuple[int, str]]:
    """Words that a page says without asking the catalogue: (line, text)."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call(ast.Attribute(value=receiver, attr=name)) if name in LABELLED and not _is_log(receiver):
                given = [*(node.args[:1] if name in SPOKEN else [])]
                given += [each.value for each in node.keywords if each.arg in ("label", "help", "placeholder")]
                found += [(each.lineno, each.value) for each in given if _says_words(each)]
    return found


def _is_log(receiver: ast.expr) -> bool:
    return isinstance(receiver, ast.Name) and receiver.id in ("log", "logging")


def _says_words(node: ast.expr) -> bool:
    words = node.value if isinstance(node, ast.Constant) else None
    return isinstance(words, str) and any(map(str.isalpha, NO_WORDS.sub("", words)))


@pytest.mark.parametrize("path", sorted((messages.ROOT / "pages").rglob("*.py")), ids=lambda path: path.stem)
def test_a_page_says_nothing_without_the_catalogue(path: Path) -> None:
    assert not literals(path)


def test_texts_are_found_wherever_they_are_marked() -> None:
    source = """
first = _("said now", name=1)
second = f"**{_('inside an f-string')}**"
third = Text(
    N_(
        "said "
        "later"
    )
)
fourth = _(variable)
"""
    assert [text for _line, text in messages.marked(source)] == ["said now", "inside an f-string", "said later"]
