"""Six applications: what is held out never teaches, the board shows what the network says, and it beats guessing."""

from __future__ import annotations

import pytest
import torch

from dlcore.i18n import language as speaking
from dlcore.lessons.applications import APPLICATIONS
from dlcore.lessons.applications.application import HELD, SPREAD, learned, trained
from dlcore.lessons.applications.recommendation import VIEWERS, Recommendation, grids, ratings
from dlcore.lessons.applications.sentiment import Sentiment
from dlcore.lessons.applications.waveforms import Waveforms
from dlcore.lessons.course import lesson
from dlcore.lessons.threads import one_thread
from dlcore.presets import PRESETS
from dlcore.training.events import Scores
from pages.components.lessons import texts


@one_thread()
def test_rows_that_are_held_out_teach_nothing() -> None:
    application = Waveforms()
    x, y = application.examples()
    spoilt = x.clone()
    spoilt[::HELD] = torch.nan
    for one, other in zip(trained(application, x, y), trained(application, spoilt, y), strict=True):
        assert all(map(torch.equal, one.state_dict().values(), other.state_dict().values()))


@pytest.mark.parametrize("name", APPLICATIONS)
def test_a_trained_network_is_better_than_always_the_same_answer(name: str) -> None:
    application = APPLICATIONS[name]
    found = learned(application)
    assert found.scores[-1] > application.guess(found.y) + 0.15 > found.scores[0]


@pytest.mark.parametrize("name", APPLICATIONS)
def test_the_first_examples_are_answered_rightly_and_the_last_worst_of_all(name: str) -> None:
    application = APPLICATIONS[name]
    found = learned(application)
    away = application.distance(found.right[-1], found.y)
    assert found.hits[-1, found.shown[:SPREAD]].all()
    assert away[found.shown[SPREAD]] == away.max()


def test_leaving_out_a_word_is_asking_about_a_shorter_review() -> None:
    application = Sentiment()
    found = learned(application)
    reviews, words = application.reviews()
    row = found.shown[3]
    review = reviews[HELD * row].split()
    without = application.tables(found, row)["without"][-1]
    for place in range(len(review)):
        shorter = [words.index(each) for each in review[:place] + review[place + 1 :]]
        x = torch.tensor([[0] * (20 - len(shorter)) + shorter])
        assert without[place].item() == pytest.approx(torch.sigmoid(found.models[-1](x)[0, -1, 0]).item())


@pytest.mark.parametrize(("code", "word", "others"), [("en", "never", ("delightful", "yet")),
                                                     ("zh_CN", "不", ("笨拙", "却"))])  # fmt: skip
def test_the_word_that_the_lesson_asks_for_turns_the_fourth_review_and_the_others_do_not(
    code: str, word: str, others: tuple[str, ...]
) -> None:
    with speaking(code):
        application = Sentiment()
        found = learned(application)
        row = found.shown[3]
        words, without = application.words(found, row), application.tables(found, row)["without"][-1] > 0.5
        asked = texts.sections("applications", code)["predict"]
    assert all(each in asked for each in (word, *others))
    assert without[words.index(word)] != bool(found.y[row])
    assert all(without[words.index(each)] == bool(found.y[row]) for each in others)


def test_only_films_without_stars_are_recommended_and_a_held_out_rating_is_a_gap() -> None:
    application = Recommendation()
    found, known = learned(application), ratings(application)
    assert not known[found.x[:, 0], found.x[:, 1] - VIEWERS].any()
    for viewer in range(VIEWERS):
        films = application.unseen(found, viewer)
        others = [film for film in range(known.shape[1]) if known[viewer, film] == 0 and film not in films]
        assert not known[viewer, films].any()
        assert all(grids(found)[-1, viewer, films].min() >= grids(found)[-1, viewer, film] for film in others)


def test_the_studio_task_asks_of_each_data_set_what_its_goal_says() -> None:
    (task,) = (each for each in lesson("applications").tasks if each.section == "train")
    films, manual, other = (PRESETS[name].experiment for name in ("films", "manual-lstm", "iris-softmax"))
    assert task.grade(films, Scores(loss=0.3, r2=0.6))  # type: ignore[call-arg, union-attr]
    assert not task.grade(films, Scores(loss=0.3, r2=0.4))  # type: ignore[call-arg, union-attr]
    assert task.grade(manual, Scores(loss=2.1))  # type: ignore[call-arg, union-attr]
    assert not task.grade(manual, Scores(loss=2.3))  # type: ignore[call-arg, union-attr]
    assert not task.grade(other, Scores(loss=0.0, accuracy=1.0))  # type: ignore[call-arg, union-attr]
