"""Augmentation changes the training pictures by kornia's rules, and nothing else."""

from __future__ import annotations

from typing import Any

import kornia.augmentation
import pytest
import torch

from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.registry import AUGMENTATIONS
from dlcore.training.augmentation import Augmenter
from dlcore.training.check import check
from dlcore.training.events import BatchesEnded, EpochEnded
from dlcore.training.loop import Trainer

ALL = [{"name": name} for name in AUGMENTATIONS]


def experiment(*augmentation: dict[str, Any], **training: Any) -> Experiment:
    return Experiment.from_dict(
        {
            "dataset": {"name": "digits", "limit": 96},
            "network": [{"layer": "Flatten"}, {"layer": "Dropout", "p": 0.2}, {"layer": "Output"}],
            "training": {"loss": "CrossEntropyLoss", "optimizer": "SGD", "epochs": 2, "device": "cpu",
                         "augmentation": list(augmentation), **training},
        }
    )  # fmt: skip


def losses(trainer: Trainer) -> list[float]:
    return [loss for event in trainer.run() if isinstance(event, BatchesEnded) for loss in event.losses]


@pytest.mark.parametrize("name", list(AUGMENTATIONS))
def test_a_picture_keeps_its_size_and_changes_only_by_chance(name: str) -> None:
    x = torch.rand(6, 3, 12, 10)
    for p, changed in ((0.0, False), (1.0, True)):
        chosen = AUGMENTATIONS[name](p=p)
        made = Augmenter([chosen], x.shape[1:], 0, torch.device("cpu"))(x)  # type: ignore[list-item]
        assert made.shape == x.shape
        assert torch.equal(made, x) is not changed


def test_the_changes_are_those_of_kornia_with_the_seed_and_three() -> None:
    x, chosen = torch.rand(8, 1, 8, 8), [AUGMENTATIONS["RandomRotation"](), AUGMENTATIONS["RandomGaussianNoise"]()]
    ours = Augmenter(chosen, (1, 8, 8), 5, torch.device("cpu"))  # type: ignore[arg-type]
    found = [ours(x), ours(x)]
    torch.manual_seed(5 + 3)
    turn, noise = kornia.augmentation.RandomRotation(15.0), kornia.augmentation.RandomGaussianNoise(std=0.1)
    for each in found:
        torch.testing.assert_close(each, noise(turn(x)), rtol=0, atol=0)


def test_no_other_chance_is_moved() -> None:
    plain, augmented = Trainer(experiment()), Trainer(experiment({"name": "RandomGaussianNoise", "p": 0.0}))
    assert losses(plain) == losses(augmented)  # a change that changes nothing still draws


def test_scores_are_measured_on_the_pictures_as_they_are() -> None:
    still = {"optimizer": {"name": "SGD", "lr": 1e-30}}  # learns nothing
    ended = [e for e in Trainer(experiment(*ALL, **still)).run() if isinstance(e, EpochEnded)]
    assert ended[0].train.loss == pytest.approx(ended[-1].train.loss, rel=1e-6)


@pytest.mark.parametrize("batches", [1, 4])
def test_a_resumed_run_sees_the_same_pictures(batches: int) -> None:
    whole, first = Trainer(experiment(*ALL)), Trainer(experiment(*ALL))
    wanted = losses(whole)
    run = first.run()
    while first.progress.step < batches:
        next(run)
    place = first.checkpoint()
    run.close()  # type: ignore[attr-defined]
    second = Trainer(experiment(*ALL))
    second.restore(place)
    assert losses(second)[-2:] == wanted[-2:]
    assert all(torch.equal(second.last_weights[name], each) for name, each in whole.last_weights.items())


def test_an_experiment_keeps_its_changes_and_shows_them_to_nobody_else() -> None:
    made = experiment({"name": "RandomAffine", "smallest": 0.5}, {"name": "RandomHorizontalFlip"})
    assert Experiment.from_yaml_text(made.to_yaml()) == made
    assert "augmentation" not in experiment().to_dict()["training"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [([{"name": "RandomFlip"}], "RandomHorizontalFlip|RandomVerticalFlip"), ("flip", "must be a list"),
     ([{"name": "RandomRotation", "degrees": 999}], "at most 180")],
)  # fmt: skip
def test_what_cannot_be_is_said(changes: Any, sentence: str) -> None:
    with pytest.raises(ExperimentError, match=sentence):
        experiment(augmentation=changes)


def test_rows_of_a_table_are_not_pictures() -> None:
    plain = experiment({"name": "RandomRotation"}).to_dict()
    made = Experiment.from_dict({**plain, "dataset": {"name": "iris"}})
    with pytest.raises(ExperimentError, match="changes pictures"):
        check(made)
