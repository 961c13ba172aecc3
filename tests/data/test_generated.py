"""Generated data sets: what a network could cheat with is the same in every class, and what decides is there."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from dlcore.data.catalog.docs_text import ALPHABET, Manual
from dlcore.data.catalog.gaussian_clusters import Clouds
from dlcore.data.catalog.moving_dots import Clips
from dlcore.data.catalog.multilabel_scenes import Scenes
from dlcore.data.catalog.recommendations import Films
from dlcore.data.catalog.reviews import Reviews
from dlcore.data.catalog.shapes import Shapes
from dlcore.data.catalog.waveforms import Waves
from dlcore.data.generators import Formula
from dlcore.i18n import language
from dlcore.registry import DATASETS

FORMULAS = [each for each in DATASETS.values() if issubclass(each, Formula)]


@pytest.mark.parametrize("declared", FORMULAS, ids=lambda each: each.name)
def test_at_both_ends_of_its_settings_a_formula_makes_what_it_says(declared: type[Formula]) -> None:
    for name, each in declared.settings().items():
        ends = each.choices or [bound for bound in (each.ge, each.le) if bound is not None]
        for end in ends:
            few = {} if name == "samples" else {"samples": int(declared.settings()["samples"].ge or 1)}
            if name == "samples" and end > 20_000:
                continue  # large, and nothing new
            source = declared(**few, **{name: each.type(end)})
            about, rows = source.about(), source.read(0)
            assert rows.x.shape == (about.rows, *about.shape)
            assert len(rows.y) == about.rows
            assert np.isfinite(rows.x).all()
            if about.shape.vocabulary is not None:
                assert (rows.x.min() >= 0) & (rows.x.max() < about.shape.vocabulary)
                assert len(about.words) == about.shape.vocabulary


@pytest.mark.parametrize("declared", FORMULAS, ids=lambda each: each.name)
def test_the_seed_decides_everything(declared: type[Formula]) -> None:
    source = declared(samples=600)
    first, again, other = source.read(3), source.read(3), source.read(4)
    assert np.array_equal(first.x, again.x) & np.array_equal(first.y, again.y)
    assert not np.array_equal(first.x, other.x)


def test_classes_are_called_in_the_readers_language() -> None:
    with language("zh_CN"):
        assert Waves().about().classes[0] == "正弦波"


def test_pixels_are_colours_and_classes_are_even() -> None:
    rows = Shapes(samples=500).read(0)
    assert rows.x.shape == (500, 3, 32, 32)
    assert rows.x.min() >= 0
    assert rows.x.max() <= 1
    assert set(np.bincount(rows.y)) == {50}


def test_no_class_is_told_by_its_mean_colour() -> None:
    rows = Shapes(samples=4000, noise=0).read(1)
    corner = rows.x[:, :, 0, 0]  # the ground, which no shape ever reaches
    means = np.array([corner[rows.y == kind].mean() for kind in range(10)])
    assert means.std() < 0.02


def test_a_shape_covers_some_of_the_image_and_not_all_of_it() -> None:
    rows = Shapes(samples=1000, noise=0).read(2)
    covered = (np.abs(rows.x - rows.x[:, :, :1, :1]) > 1e-6).any(axis=1).mean(axis=(1, 2))
    assert covered.min() > 0.01
    assert covered.max() < 0.5


def test_the_spectrum_tells_a_sine_from_a_square_wave_and_the_samples_themselves_do_not() -> None:
    rows = Waves(samples=1600, noise=0.05).read(0)
    two = rows.y < 2
    sound, kind = rows.x[two, 0], rows.y[two]
    spectrum = np.sort(np.abs(np.fft.rfft(sound)), axis=1)  # how strong the overtones are, whatever the pitch
    chosen = np.random.default_rng(0).permutation(len(kind))
    learn, judge = chosen[:300], chosen[300:]
    heard = KNeighborsClassifier().fit(spectrum[learn], kind[learn]).score(spectrum[judge], kind[judge])
    plain = LogisticRegression(max_iter=500).fit(sound[learn], kind[learn]).score(sound[judge], kind[judge])
    assert heard > 0.95
    assert plain < 0.7


def test_one_picture_of_a_clip_does_not_tell_where_the_dots_go() -> None:
    rows = Clips(samples=2000, noise=0, dots=1).read(0)
    turn = np.exp(2j * np.pi * np.arange(16) / 16)  # a picture's sides touch: places are angles
    places = np.stack([(rows.x[:, 0] * axis).sum(axis=(2, 3)) for axis in (turn[:, None], turn[None, :])], axis=-1)
    for kind in range(5):
        first = places[rows.y == kind, 0]  # (N, 2)
        assert np.abs((first / abs(first)).mean(axis=0)).max() < 0.15
    steps = np.angle(places[:, 1:] / places[:, :-1]).mean(axis=1) * 16 / (2 * np.pi)  # (N, 2) pixels: down, across
    told = np.select([steps[:, 1] < -0.5, steps[:, 1] > 0.5, steps[:, 0] < -0.5, steps[:, 0] > 0.5], [0, 1, 2, 3], 4)
    assert (told == rows.y).mean() > 0.99


def test_counting_the_words_of_a_review_is_not_enough() -> None:
    for tongue in ("en", "zh"):
        source = Reviews(samples=4000, noise=0, language=tongue)
        rows = source.read(0)
        counts = np.stack([(rows.x == word).sum(axis=1) for word in range(len(source.words))], axis=1)
        score = LogisticRegression(max_iter=500).fit(counts[:3000], rows.y[:3000]).score(counts[3000:], rows.y[3000:])
        assert score < 0.8


def test_a_review_without_not_or_but_means_what_its_adjective_says() -> None:
    source = Reviews(samples=3000, noise=0)
    words, rows = np.array(source.words), source.read(0)
    said = [" ".join(words[row[row > 0]]) for row in rows.x]
    for text, verdict in zip(said, rows.y, strict=True):
        if text.startswith("the plot was ") and len(text.split()) == 4:
            assert (text.split()[3] in ("wonderful", "brilliant", "moving", "funny", "clever", "delightful", "great",
                                        "superb", "fresh", "convincing")) == bool(verdict)  # fmt: skip


def test_some_verdicts_are_noted_down_wrongly_and_no_more_than_asked() -> None:
    right, noted = Reviews(samples=5000, noise=0).read(0).y, Reviews(samples=5000, noise=0.1).read(0).y
    assert 0.08 < (right != noted).mean() < 0.12


def test_hidden_tastes_explain_most_of_the_stars() -> None:
    rows = Films(samples=20_000, noise=0).read(0)
    assert rows.y.min() >= 1
    assert rows.y.max() <= 5
    viewer, film = rows.x.T
    assert viewer.max() == 149
    assert film.min() == 150
    means = np.array([rows.y[film == each].mean() for each in range(150, 250)])
    by_film = 1 - ((rows.y - means[film - 150]) ** 2).mean() / rows.y.var()
    assert 0.15 < by_film < 0.6, "how good a film is explains some, and tastes the rest"


def test_every_label_of_a_scene_is_a_coin_of_its_own() -> None:
    rows = Scenes(samples=4000).read(0)
    assert np.abs(rows.y.mean(axis=0) - 0.5).max() < 0.05
    assert np.abs(np.corrcoef(rows.y.T) - np.eye(4)).max() < 0.06
    empty = rows.x[(rows.y == 0).all(axis=1)]
    full = rows.x[(rows.y == 1).all(axis=1)]
    assert empty.mean() < 0.06 < 0.15 < full.mean()


def test_a_cloud_is_told_by_its_nearest_middle() -> None:
    rows = Clouds(samples=3000, columns=50, classes=4, noise=1.0).read(0)
    middles = np.stack([rows.x[rows.y == kind].mean(axis=0) for kind in range(4)])
    nearest = ((rows.x[:, None] - middles) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == rows.y).mean() > 0.99


def test_the_manual_reads_on_from_passage_to_passage() -> None:
    source = Manual(length=50, characters=20_000)
    rows = source.read(0)
    assert rows.x.shape == (source.about().rows, 50)
    assert np.array_equal(rows.y[:, :-1], rows.x[:, 1:])
    assert np.array_equal(rows.y[:-1, -1], rows.x[1:, 0])
    text = "".join(ALPHABET[token] for token in rows.x[:40].flatten())
    assert 'The "assert" statement' in text


def test_the_whole_manual_is_there() -> None:
    assert len(Manual(characters=450_000).read(0).x) == Manual(characters=450_000).about().rows
