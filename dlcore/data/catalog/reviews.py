"""Short reviews from a small grammar, in English and Chinese: praise, blame, and how «not» and «but» turn them."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from numpy.random import Generator

from dlcore.data.base import Task
from dlcore.data.generators import Array, Formula
from dlcore.declaration import Shape, setting
from dlcore.i18n import N_

LENGTH = 20  # words, the shorter ones filled up in front


def _grammar(language: str) -> dict[str, list[str]]:
    """The words by what they do in a sentence; a phrase is its words with spaces between them."""
    english = {
        "thing": ["the film", "the plot", "the acting", "the music", "the ending", "the dialogue", "this book",
                  "the story", "the main character", "every scene"],
        "is": ["is", "was", "seemed"],
        "degree": ["", "", "very", "really", "quite", "rather", "so"],
        "not": ["not", "never", "hardly"],
        "good": ["wonderful", "brilliant", "moving", "funny", "clever", "delightful", "great", "superb", "fresh",
                 "convincing"],
        "bad": ["boring", "dull", "awful", "clumsy", "silly", "tedious", "weak", "terrible", "shallow", "predictable"],
        "and": ["and", "and"],
        "although": ["although", "while"],
        "but": ["but", "yet"],
        "then": ["", ""],
        "expected": ["i expected something", "friends had called it", "it began"],
    }  # fmt: skip
    chinese = {
        "thing": ["这部 电影", "情节", "演技", "音乐", "结局", "对白", "这本 书", "故事", "主角", "每 个 镜头"],
        "is": ["", "确实", "显得"],
        "degree": ["", "", "非常", "很", "相当", "比较", "太"],
        "not": ["不", "并 不", "一点 也 不"],
        "good": ["精彩", "出色", "感人", "有趣", "巧妙", "令人 愉快", "优秀", "耐看", "新颖", "可信"],
        "bad": ["无聊", "沉闷", "糟糕", "笨拙", "幼稚", "拖沓", "薄弱", "差劲", "肤浅", "老套"],
        "and": ["而且", "并且"],
        "although": ["虽然", "尽管"],
        "but": ["但是", "可是"],
        "then": ["但", "却"],
        "expected": ["本来 以为 会", "朋友 说 它", "开头"],
    }  # fmt: skip
    return chinese if language == "zh" else english


def _words(language: str) -> list[str]:
    """Every word once; number 0 is the gap that fills up short reviews."""
    phrases = [phrase for phrases in _grammar(language).values() for phrase in phrases]
    return ["", *sorted({word for phrase in phrases for word in phrase.split()})]


def _clause(grammar: dict[str, list[str]], good: bool, random: Any) -> list[str]:
    """«the plot was really clever», or its twin «the plot was not dull»."""
    turned = random.random() < 0.35
    verdict = "good" if good != turned else "bad"
    parts = ["thing", "is", "not" if turned else "degree", verdict]
    return [grammar[part][random.integers(len(grammar[part]))] for part in parts]


def _review(grammar: dict[str, list[str]], good: bool, random: Any) -> list[str]:
    """One or two clauses; after «but» comes what counts, after «although» what does not."""
    one = {part: words[random.integers(len(words))] for part, words in grammar.items()}
    plan = random.integers(5)
    if plan == 0:
        return _clause(grammar, good, random)
    if plan == 1:
        return [*_clause(grammar, good, random), one["and"], *_clause(grammar, good, random)]
    if plan == 2:
        return [*_clause(grammar, not good, random), one["but"], *_clause(grammar, good, random)]
    if plan == 3:
        concession = [one["although"], *_clause(grammar, not good, random)]
        return [*concession, one["then"], *_clause(grammar, good, random)]
    return [one["expected"], one["bad" if good else "good"], one["but"], *_clause(grammar, good, random)]


class Reviews(Formula):
    """Short reviews, words one after another: praise or not? «Not» and «but» turn the meaning round, so order counts.

    Shapes: x (N, 20), the number of each word in the vocabulary, 0 in front of short reviews; y (N,), 1 for praise.
    """

    name = "reviews"
    title = N_("Short reviews")
    card = N_("Generated from the seed by a small grammar, half praise and half blame; nobody wrote these reviews.")
    task: ClassVar[Task] = "binary"
    target: ClassVar[str] = N_("verdict")

    samples: int = setting(3000, ge=100, le=50_000, help=N_("How many reviews to make, half of them praise."))
    language: Literal["en", "zh"] = setting("en", help=N_("The language of the reviews: en is English, zh Chinese."))
    noise: float = setting(
        0.02, ge=0, le=0.5, help=N_("Share of reviews whose verdict was noted down wrongly: nobody can foresee those.")
    )

    @property
    def names(self) -> tuple[str, ...]:
        return N_("blame"), N_("praise")

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(_words(self.language))

    @property
    def sizes(self) -> Shape:
        return Shape((LENGTH,), vocabulary=len(_words(self.language)))

    def make(self, random: Generator) -> tuple[Array, Array]:
        grammar = _grammar(self.language)
        number = {word: token for token, word in enumerate(_words(self.language))}
        x = np.zeros((self.samples, 20), dtype="int64")
        y = np.arange(self.samples) % 2
        for row, good in enumerate(y):
            words = " ".join(_review(grammar, bool(good), random)).split()
            x[row, 20 - len(words) :] = [number[word] for word in words]
        mistaken = random.random(self.samples) < self.noise
        return x, np.where(mistaken, 1 - y, y)
