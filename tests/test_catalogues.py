"""Every text that a learner can read exists in every language, says the same, and none is left over."""

from __future__ import annotations

import ast
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
          "number_input", "checkbox", "toggle", "radio", "text_input", "error", "warning", "info", "success",
          "expander", "download_button", "metric", "link_button", "page_link", "popover", "segmented_control"}  # fmt: skip


def literals(path: Path) -> list[tuple[int, str]]:
    """Words that a page says without asking the catalogue: (line, text)."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SPOKEN):
            continue
        given = [*node.args[:1], *(k.value for k in node.keywords if k.arg in ("label", "help", "placeholder"))]
        found += [
            (each.lineno, each.value) for each in given
            if isinstance(each, ast.Constant) and isinstance(each.value, str) and any(map(str.isalpha, each.value))
        ]  # fmt: skip
    return found


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
