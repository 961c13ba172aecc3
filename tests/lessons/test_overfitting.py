"""What a board shows of a network that overfits is what training it in plain torch gives, mask by mask."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from dlcore.lessons.course import lesson
from dlcore.lessons.now import Now
from dlcore.lessons.overfitting import Setting, draw, ended, mask_of, train


def test_a_mask_is_the_one_that_the_layer_is_about_to_draw() -> None:
    layer, hidden = nn.Dropout(0.4), torch.rand(50, 40) + 1
    mask = mask_of(layer, hidden)
    assert torch.equal(layer(hidden) != 0, mask == 1)
    assert 0.5 < mask.mean() < 0.7


def test_what_survives_of_a_batch_is_scaled_and_the_rest_is_zero() -> None:
    course = train(Setting(dropout=0.8, epochs=5))
    assert torch.allclose(course.after[1:], course.before[1:] * course.kept[1:] / (1 - 0.8))
    assert (course.kept[1:] == 0).any()
    assert (course.kept[0] == 1).all(), "before the first batch nothing is dropped"
    assert not torch.equal(course.kept[1], course.kept[2]), "every batch has a mask of its own"


def test_a_course_cut_short_is_the_beginning_of_the_whole() -> None:
    for setting in (Setting(dropout=0.5, epochs=6), Setting(noise=0.3, epochs=6)):
        short = train(Setting(**{**vars(setting), "epochs": 3}))
        assert torch.equal(train(setting).losses[:4], short.losses)


def test_a_share_of_the_labels_is_wrong_and_the_held_out_ones_are_right() -> None:
    torch.manual_seed(0)
    rows = draw(Setting(rows=100, wrong=0.3))
    assert (rows.given != rows.true).sum() == 30
    assert len(rows.held_x) == 400


def test_training_leaves_the_random_numbers_of_others_alone() -> None:
    torch.manual_seed(7)
    wanted = torch.rand(1)
    torch.manual_seed(7)
    train(Setting(seed=5, epochs=1))
    assert torch.rand(1) == wanted


@pytest.mark.parametrize("seed", range(3))
def test_without_a_remedy_it_learns_all_by_heart_and_each_remedy_helps(seed: int) -> None:
    plain = train(Setting(seed=seed))
    assert plain.accuracies[-1, 0] > 0.98
    assert plain.losses[-1, 1] > plain.losses[:, 1].min() + 0.5
    for remedy in ({"dropout": 0.5}, {"weight_decay": 10.0}, {"noise": 0.6}, {"rows": 400}, {"hidden": 16}):
        assert train(Setting(seed=seed, **remedy)).accuracies[-1, 1] > plain.accuracies[-1, 1], remedy


def test_what_is_trained_for_its_end_alone_ends_as_what_is_watched() -> None:
    for setting in (Setting(hidden=16, epochs=20), Setting(dropout=0.5, epochs=20)):
        assert list(ended(setting)) == train(setting).accuracies[-1].tolist()


def test_the_tasks_of_capacity_are_done_by_the_right_size_and_by_a_digit_that_is_seen_through() -> None:
    declared = lesson("capacity")
    size, caught, _train = declared.tasks
    assert [size.grade(declared.fresh({"hidden": n})) for n in (4, 16, 256)] == [False, True, False]  # type: ignore[union-attr, call-arg]
    course = train(Setting(hidden=64))
    row = int(course.says_true[20, :30].argmax())  # the first thirty have wrong labels
    moved = frozenset({"t", "row"})
    assert caught.grade(Now({"t": 20.0, "row": float(row)}, declared.fresh().options, moved=moved))  # type: ignore[union-attr, call-arg]
    assert not caught.grade(Now({"t": 60.0, "row": float(row)}, declared.fresh().options, moved=moved))  # type: ignore[union-attr, call-arg]
    assert not caught.grade(Now({"t": 20.0, "row": 50.0}, declared.fresh().options, moved=moved))  # type: ignore[union-attr, call-arg]
