"""All terms: read from their files once, and held against each other before anybody sees one."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from dlcore.declaration import join, missing, shown
from dlcore.errors import ExperimentError, unknown
from dlcore.experiment import plain_yaml
from dlcore.i18n import LANGUAGES, N_, Text
from dlcore.lessons.glossary.term import Facts, Term, Words

FOLDER = Path(__file__).parent
FACTS = "terms"
FEWEST = 2  # terms of the level below that a term is built on


@functools.cache
def terms() -> Mapping[str, Term]:
    """Every term by its name, in the order of terms.yaml: atoms first."""
    files = (FACTS, *LANGUAGES)
    return collected({file: plain_yaml.read((FOLDER / f"{file}.yaml").read_bytes()) for file in files})


@functools.cache
def built_on(name: str) -> tuple[str, ...]:
    """The terms that build on this one directly, in their order."""
    return tuple(other for other, term in terms().items() if name in term.facts.builds_on)


def names(term: Term, language: str) -> tuple[str, ...]:
    """All that a term is called in a language, however it is written."""
    words = term.words[language]
    return (words.term, *words.also, *words.forms)


def collected(files: Mapping[str, Any]) -> dict[str, Term]:
    """The terms out of the plain data of the files, `{"terms": …, "en": …, "zh_CN": …}`.

    Raises ExperimentError, which names the file, the term and the field, for whatever does not fit its declaration; and
    where a language lacks a term, or has one more; and where levels and what builds on what contradict each other.
    """
    known = {file: _entries(file, plain) for file, plain in files.items()}
    for code in LANGUAGES:
        _same_terms(known[FACTS], known[code], code)
    found = {name: _term(name, known) for name in known[FACTS]}
    for term in found.values():
        _check_bases(term, found)
    _check_circles(found)
    return found


def _entries(file: str, plain: Any) -> Mapping[str, Mapping[str, Any]]:
    entries = _mapping(plain, file)
    return {str(name): _mapping(entry, join(file, str(name))) for name, entry in entries.items()}


def _mapping(plain: Any, field: str) -> Mapping[Any, Any]:
    if isinstance(plain, Mapping):
        return plain
    raise ExperimentError(Text(N_("must be names with values, but {received} came"), received=shown(plain)), field)


def _same_terms(facts: Mapping[str, Any], words: Mapping[str, Any], code: str) -> None:
    for name in facts:
        if name not in words:
            raise ExperimentError(missing(Text(N_("the words of a term"))), join(code, name))
    for name in words:
        if name not in facts:
            raise ExperimentError(unknown(Text(N_("term")), name, facts), join(code, name))


def _term(name: str, known: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Term:
    facts = Facts.parse(known[FACTS][name], join(FACTS, name))
    return Term(name, facts, {code: Words.parse(known[code][name], join(code, name)) for code in LANGUAGES})


def _check_bases(term: Term, others: Mapping[str, Term]) -> None:
    """Whether what a term builds on is there, stands no higher, and is enough for its level."""
    for problem in _problems(term, others):
        raise ExperimentError(problem, join(FACTS, term.name, "builds_on"))


def _problems(term: Term, others: Mapping[str, Term]) -> Iterator[Text]:
    level, bases = term.facts.level, term.facts.builds_on
    for base in bases:
        if base not in others:
            yield unknown(Text(N_("term")), base, others)
        elif others[base].facts.level > level:
            yield Text(N_("{base} stands on a higher level than this term"), base=base)
    below = [base for base in bases if others[base].facts.level == level - 1]
    if level == 0 and bases:
        yield Text(N_("a term of level 0 builds on nothing, but {received} came"), received=", ".join(bases))
    if level > 0 and len(set(below)) < FEWEST:
        yield Text(N_("must name at least {fewest} terms of level {below}, but {received} came"), fewest=FEWEST,
                   below=level - 1, received=", ".join(below) or "–")  # fmt: skip


def _check_circles(found: Mapping[str, Term]) -> None:
    try:
        TopologicalSorter({name: term.facts.builds_on for name, term in found.items()}).prepare()
    except CycleError as error:
        circle = error.args[1]
        raise ExperimentError(
            Text(N_("these terms build on each other in a circle: {circle}"), circle=" → ".join(reversed(circle))),
            join(FACTS, circle[-1], "builds_on"),
        ) from None
