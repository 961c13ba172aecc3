"""The glossary is whole: every term in every language, built on what its level allows, and where it says it is."""

from __future__ import annotations

import copy
import functools
import importlib
import re
import subprocess
import sys
from typing import Any

import pytest

from dlcore.errors import ExperimentError
from dlcore.experiment import plain_yaml
from dlcore.i18n import LANGUAGES, language
from dlcore.lessons.glossary import CATEGORIES, LEVELS, built_on, names, terms
from dlcore.lessons.glossary.collection import FOLDER, collected
from dlcore.presets import PRESETS

# What the curriculum names.
CURRICULUM = """linear regression, softmax regression, single-layer network, multilayer perceptron, broadcasting,
training error, generalization error, underfitting, overfitting, weight decay, dropout, forward propagation,
backpropagation, neuron, weight, bias, activation function, hidden layer, loss, mean squared error, cross entropy,
gradient, gradient descent, mini-batch stochastic gradient descent, learning rate, optimizer, momentum, RMSprop, Adam,
epoch, batch size, hyperparameter, analytic and numeric solution, training set, validation set, test set, hold-out,
k-fold cross-validation, accuracy, precision, recall, F1, confusion matrix, regularization, data augmentation, early
stopping, batch normalization, convolution, channel, kernel, stride, padding, pooling, fully connected layer, recurrent
network, LSTM, attention, transformer, embedding, vanishing gradient, exploding gradient, inference, state_dict, tensor,
Dataset, DataLoader, Module, Sequential, ModuleList, feedforward, universal approximation, feature engineering,
interpretability"""

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def torch_object(dotted: str) -> Any:
    """What a dotted name stands for; an attribute that only instances have is looked for in a small one."""
    import torch

    path = dotted.split(".")
    small = {"Tensor": torch.zeros(1), "Linear": torch.nn.Linear(1, 1), "Conv2d": torch.nn.Conv2d(1, 1, 1)}
    for length in range(len(path), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(path[:length]))
        except ModuleNotFoundError:
            continue
        for part in path[length:]:
            found = getattr(small.get(getattr(found, "__name__", ""), found), part)
        return found
    raise AssertionError(dotted)


def test_every_term_of_the_curriculum_is_there() -> None:
    there = {each for term in terms().values() for each in names(term, "en")}
    assert not {" ".join(each.split()) for each in CURRICULUM.split(",")} - there
    assert len(terms()) >= 75


def test_every_level_and_category_is_used() -> None:
    assert {term.facts.level for term in terms().values()} == set(LEVELS)
    assert {term.facts.category for term in terms().values()} == set(CATEGORIES)


def test_a_term_stands_on_terms_of_the_level_below() -> None:
    for name, term in terms().items():
        level, bases = term.facts.level, term.facts.builds_on
        levels = [terms()[base].facts.level for base in bases]
        assert len(set(bases)) == len(bases), name
        assert levels.count(level - 1) >= 2 if level else not levels, name
        assert max(levels, default=0) <= level, name


def test_no_term_is_built_on_itself_by_whatever_way() -> None:
    @functools.cache
    def depth(name: str) -> int:
        return 1 + max(map(depth, terms()[name].facts.builds_on), default=0)

    assert max(map(depth, terms())) < 10  # a circle would end in a RecursionError


def test_both_directions_of_the_map_agree() -> None:
    down = {(name, base) for name, term in terms().items() for base in term.facts.builds_on}
    up = {(other, name) for name in terms() for other in built_on(name)}
    assert down == up


def test_what_a_term_is_called_in_torch_is_there() -> None:
    called = [term.facts.torch for term in terms().values() if term.facts.torch]
    assert len(called) > 50
    for dotted in called:
        assert dotted.split(".")[0] == "torch"
        assert torch_object(dotted) is not None, dotted


def test_a_term_moves_somewhere_that_exists() -> None:
    for name, facts in ((name, term.facts) for name, term in terms().items()):
        assert facts.lesson or facts.preset or facts.page, name
        assert facts.preset is None or facts.preset in PRESETS, name


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_term_says_everything_in_its_language(code: str) -> None:
    for words in (term.words[code] for term in terms().values()):
        for text in (words.sentence, words.question, words.answer):
            assert text == text.strip()
            assert bool(CHINESE.search(text)) == (code == "zh_CN"), text
            assert text[-1] in ".?。？", text
        assert "$" not in words.sentence, words.sentence


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_two_terms_have_the_same_name(code: str) -> None:
    called = [each.lower() for term in terms().values() for each in dict.fromkeys(map(str.lower, names(term, code)))]
    assert len(called) == len(set(called))


@pytest.mark.parametrize("code", LANGUAGES)
def test_formulas_of_answers_are_closed(code: str) -> None:
    for term in terms().values():
        for text in (term.words[code].question, term.words[code].answer):
            assert text.count("$") % 2 == 0
            assert text.count("`") % 2 == 0


def test_a_term_speaks_the_readers_language() -> None:
    term = terms()["overfitting"]
    assert (term.said.term, term.elsewhere) == ("overfitting", ("过拟合",))
    with language("zh_CN"):
        assert (term.said.term, term.elsewhere) == ("过拟合", ("overfitting",))


# What is wrong with a file is said in a sentence that names the place


@pytest.fixture
def files() -> dict[str, Any]:
    return {file: copy.deepcopy(plain_yaml.read((FOLDER / f"{file}.yaml").read_bytes()))
            for file in ("terms", *LANGUAGES)}  # fmt: skip


def refused(files: dict[str, Any]) -> str:
    with pytest.raises(ExperimentError) as caught:
        collected(files)
    return str(caught.value)


def test_a_level_that_there_is_not(files: dict[str, Any]) -> None:
    files["terms"]["adam"]["level"] = 7
    assert refused(files) == "terms.adam.level: must be one of 0, 1, 2, 3, but 7 came"


def test_a_field_that_nobody_declared(files: dict[str, Any]) -> None:
    files["en"]["adam"]["sentense"] = "Momentum."
    assert "en.adam.sentense" in refused(files)
    assert "sentence" in refused(files)


def test_a_field_that_is_missing(files: dict[str, Any]) -> None:
    del files["zh_CN"]["adam"]["answer"]
    assert refused(files) == "zh_CN.adam.answer: is missing; here may stand a text"


def test_a_term_that_a_language_lacks(files: dict[str, Any]) -> None:
    del files["zh_CN"]["adam"]
    assert refused(files).startswith("zh_CN.adam: is missing")


def test_a_term_that_only_a_language_has(files: dict[str, Any]) -> None:
    files["en"]["adamw"] = files["en"]["adam"]
    assert "Did you mean adam?" in refused(files)


def test_a_term_that_builds_on_something_unknown(files: dict[str, Any]) -> None:
    files["terms"]["adam"]["builds_on"][0] = "gradient-decent"
    assert refused(files).startswith(
        "terms.adam.builds_on: Unknown term 'gradient-decent'. Did you mean gradient-descent"
    )


def test_a_term_that_stands_on_something_higher(files: dict[str, Any]) -> None:
    files["terms"]["neuron"]["builds_on"].append("adam")
    assert refused(files) == "terms.neuron.builds_on: adam stands on a higher level than this term"


def test_a_term_that_stands_on_too_little(files: dict[str, Any]) -> None:
    files["terms"]["neuron"]["builds_on"] = ["weight"]
    assert refused(files) == "terms.neuron.builds_on: must name at least 2 terms of level 0, but weight came"


def test_an_atom_that_is_none(files: dict[str, Any]) -> None:
    files["terms"]["weight"]["builds_on"] = ["bias"]
    assert refused(files) == "terms.weight.builds_on: a term of level 0 builds on nothing, but bias came"


def test_terms_that_build_on_each_other(files: dict[str, Any]) -> None:
    files["terms"]["momentum"]["builds_on"].append("adam")
    assert "in a circle" in refused(files)
    assert "adam" in refused(files)


def test_a_file_of_another_form(files: dict[str, Any]) -> None:
    files["en"]["adam"] = "Momentum and RMSprop together."
    assert refused(files).startswith("en.adam: must be names with values, but 'Momentum and RMSprop")


def test_nobody_waits_for_the_libraries_of_the_search_before_searching() -> None:
    program = """
import sys
from dlcore.lessons.glossary import terms
from dlcore.lessons.glossary.search import search
assert len(terms()) == len(search(""))
assert not {"pypinyin", "rapidfuzz"} & set(sys.modules)
assert search("gnh") == ["overfitting"]
assert {"pypinyin", "rapidfuzz"} <= set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
