"""Terms of the glossary in a lesson's text: the first mention of a section is a link, and nothing else is touched."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore.i18n import LANGUAGES, language
from dlcore.lessons.glossary import terms
from pages.components.lessons import term_links, texts
from tests.sampling import examples

LINK = re.compile(r'\[([^\]]*)\]\(glossary\?term=([\w-]+) "[^"\n]*"\)')
LESSONS = [each.name for each in texts.lessons()]


def marked(text: str, code: str = "en") -> str:
    """The text with `{what is written|name of the term}` for each link."""
    with language(code):
        return LINK.sub(r"{\1|\2}", term_links.mark(text))


@pytest.mark.parametrize(("text", "wanted"), [
    ("A neuron adds a bias.", "A {neuron|neuron} adds a {bias|bias}."),
    ("Neurons and biases", "{Neurons|neuron} and {biases|bias}"),
    ("Losses, matrices, confusion matrices", "{Losses|loss}, matrices, {confusion matrices|confusion-matrix}"),
    ("capacities", "{capacities|capacity}"),
    ("a learning\nrate", "a {learning\nrate|learning-rate}"),
    ("It overfits.", "It {overfits|overfitting}."),
    ("**Weights** and *dropout*", "{**Weights**|weight} and {*dropout*|dropout}"),
    ("weight decay, then weight", "{weight decay|weight-decay}, then {weight|weight}"),
    ("mini-batch stochastic gradient descent", "{mini-batch stochastic gradient descent|stochastic-gradient-descent}"),
    ("bias, and a bias again", "{bias|bias}, and a bias again"),
    ("the k-fold cross-validation", "the {k-fold cross-validation|cross-validation}"),
])  # fmt: skip
def test_english_terms_are_found_in_their_forms(text: str, wanted: str) -> None:
    assert marked(text) == wanted


NO_TERMS = ["unbiased", "weighted", "a weightless thing", "lossy", "bias_hh", "any module of ours", "an adamant reader",
            "for example", "a data set"]  # fmt: skip


@pytest.mark.parametrize("text", NO_TERMS)
def test_a_word_that_only_contains_a_term_is_none(text: str) -> None:
    assert marked(text) == text


@pytest.mark.parametrize(("text", "wanted"), [
    ("这个网络过拟合了。", "这个网络{过拟合|overfitting}了。"),
    ("权重衰减会缩小权重", "{权重衰减|weight-decay}会缩小{权重|weight}"),
    ("使用sigmoid时", "使用{sigmoid|sigmoid}时"),
    ("加 Dropout 之后", "加 {Dropout|dropout} 之后"),
    ("小批量随机梯度下降", "{小批量随机梯度下降|stochastic-gradient-descent}"),
    ("梯度下降沿着梯度走，再看梯度", "{梯度下降|gradient-descent}沿着{梯度|gradient}走，再看梯度"),
    ("my_sigmoid2", "my_sigmoid2"),
    ("再用**激活函数**把结果弯一下", "再用{**激活函数**|activation-function}把结果弯一下"),
    ("再**用梯度下降**来找梯度下降", "再**用梯度下降**来找{梯度下降|gradient-descent}"),
    ("再**梯度下降一次**，梯度下降", "再**梯度下降一次**，{梯度下降|gradient-descent}"),
    ("**梯度下降做什么。** 它", "**{梯度下降|gradient-descent}做什么。** 它"),
])  # fmt: skip
def test_chinese_terms_need_no_spaces_around_them(text: str, wanted: str) -> None:
    assert marked(text, "zh_CN") == wanted


@pytest.mark.parametrize("text", [
    "`bias`", "```python\nbias = 1\n```", "```\nbias", "$bias$", "$$\nbias\n$$", "[bias](https://example.org)",
    "![bias](bias.png)", "# The bias", "#### What the bias does", "<b title='bias'>", "https://example.org/bias",
    ":material/bias:",
])  # fmt: skip
def test_code_formulas_links_and_headings_are_left_alone(text: str) -> None:
    assert marked(text) == text


def test_what_follows_something_untouched_is_marked_again() -> None:
    assert marked("# Bias\n`bias` is the bias of $b$, a weight") == (
        "# Bias\n`bias` is the {bias|bias} of $b$, a {weight|weight}"
    )


def test_a_link_says_the_sentence_of_its_term() -> None:
    assert term_links.mark("bias") == f'[bias](glossary?term=bias "{terms()["bias"].said.sentence}")'


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_term_can_be_linked(code: str) -> None:
    for name, term in terms().items():
        called = term.words[code].term
        with language(code):
            assert LINK.fullmatch(term_links.mark(called)), called
        assert marked(called, code).endswith(f"|{name}}}")


def test_an_address_names_the_term() -> None:
    assert parse_qs(urlsplit(term_links.address("bias", view="map")).query) == {"term": ["bias"], "view": ["map"]}


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_says_the_same_with_links_as_without(name: str, code: str) -> None:
    for section in texts.sections(name, code).values():
        with language(code):
            with_links = term_links.mark(section)
        assert LINK.sub(r"\1", with_links) == section
        linked = [found[2] for found in LINK.finditer(with_links)]
        assert len(linked) == len(set(linked))


@settings(max_examples=examples(50))
@given(st.text('bias $`#[]()\n\\<>:*"weight', max_size=80))
def test_taking_the_links_away_gives_the_text_back(text: str) -> None:
    assert LINK.sub(r"\1", term_links.mark(text)) == text
