"""What somebody types leads to the term they mean: in either language, in pinyin, and with a mistake in it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore.i18n import LANGUAGES
from dlcore.lessons.glossary import names, terms
from dlcore.lessons.glossary.search import pinyin, plain, search
from tests.sampling import examples


@pytest.mark.parametrize("typed", ["overfitting", "过拟合", "guonihe", "gnh", "overfiting", "OVERFITTING ", "guonhe",
                                   "over fitting", "overfit", "过度拟合", "gdnh"])  # fmt: skip
def test_overfitting_is_found_first_however_it_is_typed(typed: str) -> None:
    assert search(typed)[0] == "overfitting"


@pytest.mark.parametrize(("typed", "name"), [
    ("tdxj", "gradient-descent"),
    ("tiduxiajiang", "gradient-descent"),
    ("xuexilv", "learning-rate"),
    ("kzjcyz", "cross-validation"),
    ("attenton", "attention"),
    ("backprob", "backpropagation"),
    ("dropuot", "dropout"),
    ("softmx", "softmax"),
    ("CNN", "convolutional-network"),
    ("cross-entropy", "cross-entropy"),
    ("BatchNorm1d", "batch-normalization"),
    ("learned by heart", "overfitting"),
    ("R2", "r-squared"),
    ("f1", "f1-score"),
    ("normal equation", "analytic-and-numeric-solution"),
])  # fmt: skip
def test_other_terms_are_found_likewise(typed: str, name: str) -> None:
    assert search(typed)[0] == name


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_term_is_found_first_by_each_of_its_names(code: str) -> None:
    called = {each: name for name, term in terms().items() for each in names(term, code)}
    assert {each: search(each)[0] for each in called} == called


def test_each_chinese_name_is_found_by_pinyin() -> None:
    typed = {name: pinyin(term.words["zh_CN"].term) for name, term in terms().items()}
    typed = {name: spelled for name, spelled in typed.items() if spelled}
    assert len(typed) > 100
    assert not [name for name, (full, _first) in typed.items() if search(full)[0] != name]
    # several names may begin with the same letters
    assert not [name for name, (_full, first) in typed.items() if name not in search(first)[:5]]


def test_the_word_itself_comes_before_what_contains_it() -> None:
    assert search("loss")[0] == "loss"
    assert search("loss").index("loss-landscape") < search("loss").index("training-error")
    assert search("损失")[0] == "loss"


def test_what_a_sentence_mentions_comes_last() -> None:
    assert search("steepest slope") == ["gradient"]
    assert search("vector") == ["tensor", "embedding", "one-hot-encoding"]


def test_nonsense_finds_nothing_and_nothing_finds_all() -> None:
    assert search("zzzzqq") == []
    assert search("   ") == list(terms())
    assert search("!?") == list(terms())


@settings(max_examples=examples(40))
@given(st.text(max_size=300))
def test_whatever_is_typed_is_answered(typed: str) -> None:
    assert set(search(typed)) <= set(terms())


@given(st.text(max_size=50))
def test_plain_text_stays_plain(typed: str) -> None:
    assert plain(plain(typed)) == plain(typed)
