"""Links to terms as HTML: chips of a row, entries of the index. They work without a script, and by keyboard."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping

import streamlit as st

from dlcore.figures import colours
from dlcore.i18n import LANGUAGES, _, current_language
from dlcore.lessons.glossary import CATEGORIES, LEVELS, Term, terms
from pages.components.lessons import term_links
from pages.components.shared import language

HUES = dict(zip(CATEGORIES, colours.HUES, strict=False))  # of categories


def address(name: str, **further: str) -> str:
    """Where a term is found, in the language that this address is in."""
    return term_links.address(name, **further, **_language())


def without_term(view: str) -> str:
    """The address of the page without a term."""
    return f"{term_links.PAGE}?" + "&".join(f"{key}={value}" for key, value in ({"view": view} | _language()).items())


def _language() -> dict[str, str]:
    code = st.query_params.get(language.IN_ADDRESS)
    return {language.IN_ADDRESS: code} if code in LANGUAGES else {}


def colour(category: str) -> str:
    """The hue of a category, on a page of this theme."""
    hue = HUES[category]
    return colours.DARK[hue] if st.context.theme.type == "dark" else hue


def legend() -> str:
    """Which hue is which category."""
    items = (f'<span style="--hue:{colour(name)}">{html.escape(_(title))}</span>' for name, title in CATEGORIES.items())
    return f'<p class="glossary-legend">{"".join(items)}</p>'


def chips(
    found: Iterable[str], view: str, kinds: Mapping[str, str] | None = None, signs: Mapping[str, str] | None = None
) -> str:
    """Terms one beside another. kinds: name -> class; signs: name -> what stands before it."""
    items = (_chip(terms()[name], view, (kinds or {}).get(name, ""), (signs or {}).get(name, "")) for name in found)
    return f'<ul class="glossary-chips">{"".join(items)}</ul>'


def _chip(term: Term, view: str, kind: str, sign: str) -> str:
    before = f'<span aria-hidden="true">{html.escape(sign)} </span>' if sign else ""
    said = html.escape(term.said.sentence.replace("`", ""))
    begin = _beginning(term, view, kind == "chosen")
    return f'<li>{begin} class="{kind}" title="{said}">{before}{html.escape(term.said.term)}</a></li>'


def entries(found: Iterable[str], chosen: str | None) -> str:
    """The index: each term with its sentence."""
    return f'<ul class="glossary-entries">{"".join(_entry(terms()[name], name == chosen) for name in found)}</ul>'


def _entry(term: Term, chosen: bool) -> str:
    other = "".join(f' <span class="other">{html.escape(each)}</span>' for each in term.elsewhere)
    return (
        f'<li>{_beginning(term, "terms", chosen)}><span class="name">{html.escape(term.said.term)}</span>{other}'
        f'<span class="level" title="{html.escape(level(term))}">L{term.facts.level}</span>'
        f'<span class="sentence">{_with_code(term.said.sentence)}</span></a></li>'
    )


def _with_code(sentence: str) -> str:
    """A sentence as HTML: the one thing of Markdown that stands in any is `code`."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(sentence))


def _beginning(term: Term, view: str, chosen: bool) -> str:
    """The tag of a link to a term, still open."""
    current = ' aria-current="true"' if chosen else ""
    to = html.escape(address(term.name, view=view))
    return f'<a style="--hue:{colour(term.facts.category)}" href="{to}"{current}'


def level(term: Term) -> str:
    """«L2: topic», for a learner."""
    return f"L{term.facts.level}{'：' if current_language() == 'zh_CN' else ': '}{_(LEVELS[term.facts.level])}"
