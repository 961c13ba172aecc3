"""Underlines the glossary's terms in a text of a lesson: each leads to its card, and says its sentence on the way."""

from __future__ import annotations

import functools
import re
from urllib.parse import urlencode

from dlcore.i18n import current_language
from dlcore.lessons.glossary import names, terms

PAGE = "glossary"  # its address; the links of lessons lead from one page to another
TERM = "term"  # ?term=overfitting

# What is no running text, or is a link already.
_UNTOUCHED = re.compile(
    r"```.*?(?:```|\Z)"  # a block of code
    r"|`[^`\n]+`"
    r"|\$\$.*?\$\$|\$[^$]+?\$"  # formulas
    r"|!?\[[^\]\n]*\]\([^)\n]*\)"  # links and pictures
    r"|^\#{1,6}\s[^\n]*$"  # headings
    r"|<[^>\n]+>|https?://\S+"
    r"|:[a-z_]+/\w+:",  # icons
    re.DOTALL | re.MULTILINE,
)


def address(name: str, **further: str) -> str:
    """Where the card of a term is found, from any page of the app."""
    return f"{PAGE}?{urlencode({TERM: name, **further})}"


def mark(text: str) -> str:
    """The Markdown of a section with the first mention of each term as a link to its card."""
    return _marked(text, current_language())


@functools.lru_cache(maxsize=1000)
def _marked(text: str, language: str) -> str:
    linked: set[str] = set()
    parts, end = [], 0
    for untouched in _UNTOUCHED.finditer(text):
        parts += [_link(text[end : untouched.start()], language, linked), untouched.group()]
        end = untouched.end()
    return "".join([*parts, _link(text[end:], language, linked)])


def _link(text: str, language: str, linked: set[str]) -> str:
    """Running text with links; `linked` holds the terms that need none any more."""

    def link(found: re.Match[str]) -> str:
        name = _by_group(language)[int(str(found.lastgroup)[1:])]
        if name in linked or _breaks_emphasis(found):
            return found.group()
        linked.add(name)
        return f'[{found.group()}]({address(name)} "{_title(name, language)}")'

    return _EMPHASIZED.sub(r"[\1\2\1](\3)", _pattern(language).sub(link, text))


# A link that is emphasized as a whole: the stars go into it, as Markdown knows no emphasis between a Chinese character
# and a bracket.
_EMPHASIZED = re.compile(rf'(\*{{1,3}})\[([^\]]*)\]\(({PAGE}\?[^)"]*"[^"]*")\)\1(?!\*)')


def _breaks_emphasis(found: re.Match[str]) -> bool:
    """Whether emphasis that holds more than this term begins or ends at it, with a letter on the other side."""
    before, after = found.string[: found.start()], found.string[found.end() :]
    begins, ends = re.search(r"(\w?)(\*+)$", before), re.match(r"(\*+)(\w?)", after)
    if begins and ends and begins[2] == ends[1]:
        return False
    return bool((begins and begins[1]) or (ends and ends[2]))


def _title(name: str, language: str) -> str:
    """What is said of a term while the pointer rests on it."""
    return re.sub(r'[`"\\|<>]', "", terms()[name].words[language].sentence)


@functools.cache
def _called(language: str) -> tuple[tuple[str, str], ...]:
    """(what it is called, name of the term), the longest first: «weight decay» is no weight."""
    pairs = [(each, name) for name, term in terms().items() for each in names(term, language)]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@functools.cache
def _by_group(language: str) -> tuple[str, ...]:
    return tuple(name for _called_so, name in _called(language))


@functools.cache
def _pattern(language: str) -> re.Pattern[str]:
    """Finds any term, in a group whose number is its place in `_called`."""
    return re.compile(
        "|".join(f"(?P<t{n}>{_written(each, language)})" for n, (each, _) in enumerate(_called(language)))
    )


def _written(called: str, language: str) -> str:
    """How a term may stand in a text: in the plural, at the beginning of a sentence, across the end of a line.

    What has capitals of its own is a name: «Module» is torch's, «module» any. Only Latin letters have words with ends.
    """
    inner = r"\s+".join(map(re.escape, called.split()))
    if language == "en" and called[-1].isalpha():
        inner = _inflected(inner)
    before = r"(?<![\w-])" if _is_latin(called[0]) else ""
    after = r"(?![\w-])" if _is_latin(called[-1]) else ""
    if _is_latin(called[0]) and language != "en":  # Chinese stands beside Latin letters without a space
        before, after = r"(?<![A-Za-z0-9_-])", after and r"(?![A-Za-z0-9_-])"
    return f"{before}{inner}{after}" if called != called.lower() else f"{before}(?i:{inner}){after}"


def _inflected(inner: str) -> str:
    """The same in singular and plural.

    >>> _inflected("entropy"), _inflected("matrix"), _inflected("loss")
    ('entrop(?:y|ies)', 'matri(?:x|ces)', 'loss(?:es)?')
    """
    for end, plural in (("y", "ies"), ("x", "ces")):
        if inner.endswith(end):
            return f"{inner[:-1]}(?:{end}|{plural})"
    return f"{inner}(?:es)?" if inner.endswith("s") else f"{inner}s?"


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()
