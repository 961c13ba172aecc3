"""One of a thing is one thing, in Python and in the browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dlcore.i18n import Text, _, catalogue, language
from dlcore.plurals import NOUNS

BROWSERS = Path(__file__).parents[1] / "pages/components/web/kit/plurals.js"
# What may follow a name: «{layer} drops {share}». Whatever else ends so and follows a place is counted.
VERBS = (
    "applies as asks begins belongs builds changes counts cuts divides does drops ends expects falls follows gets "
    "gives goes has hides holds is knows leaves lets lies makes measures moves ms needs pulls repeats says splits "
    "squeezes stands takes times unpacks was writes"
)


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("Finished after 1 epoch and 3 s", {"epochs": 1, "seconds": "3 s"}),
        ("Finished after 1 epoch and 3 s", {"epochs": "1", "seconds": "3 s"}),
        ("Finished after 0 epochs and 3 s", {"epochs": 0, "seconds": "3 s"}),
        ("Finished after 21 epochs and 3 s", {"epochs": 21, "seconds": "3 s"}),
    ],
)
def test_a_noun_agrees_with_its_number(said: str, values: dict[str, object]) -> None:
    text = "Finished after {epochs} epochs and {seconds}"
    assert _(text, **values) == said
    assert str(Text(text, **values)) == said


@pytest.mark.parametrize(
    ("text", "said", "values"),
    [
        ("{left} of {attempts} attempts left", "1 of 1 attempt left", {"left": 1, "attempts": 1}),
        ("{done} of {runs} runs are done", "1 of 1 run is done", {"done": 1, "runs": 1}),
        ("{runs} runs, {files} files", "1 run, 2 files", {"runs": 1, "files": 2}),
        ("{files} files were left out", "1 file was left out", {"files": 1}),
        ("{n} validation examples", "1 validation example", {"n": 1}),
        ("{n} classes, {m} entries, {k} people", "1 class, 1 entry, 1 person", {"n": 1, "m": 1, "k": 1}),
    ],
)
def test_each_noun_agrees_with_its_own_number_and_its_verb_with_it(
    text: str, said: str, values: dict[str, object]
) -> None:
    assert _(text, **values) == said


def test_a_name_is_no_number() -> None:
    assert _("{column} only numbers the rows", column="1") == "1 only numbers the rows"
    assert _("{column} holds numbers, not text", column="1") == "1 holds numbers, not text"
    assert _("{on} rows", on=True) == "True rows"


def test_chinese_has_no_plural() -> None:
    with language("zh_CN"):
        assert _("{count} runs compared", count=1) == catalogue("zh_CN")["{count} runs compared"].format(count=1)


def test_whatever_is_counted_anywhere_can_be_one() -> None:
    ends = {word for text in catalogue("zh_CN") for word in re.findall(r"\{\w+\} ([a-z]+s)\b(?!/)", text)}
    assert ends <= {*NOUNS.split(), *VERBS.split()}, "counted, and not in dlcore/plurals.py"


def test_the_browser_knows_the_same_nouns() -> None:
    written = BROWSERS.read_text("utf-8").partition("export const NOUNS =")[2].partition(";")[0]
    assert "".join(re.findall('"(.*)"', written)) == NOUNS
