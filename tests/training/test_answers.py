"""Answers beside the truth: of the examples that judge, in the units of the target, label by label."""

from __future__ import annotations

import pytest
import torch
from sklearn.metrics import multilabel_confusion_matrix

from dlcore.data.load import divided
from dlcore.training.answers import MOST_POINTS, labels, predictions
from dlcore.training.events import EpochEnded, Probed
from dlcore.training.loop import Trainer
from dlcore.training.probes import with_probes

from .experiments import experiment

SCENES = experiment(
    {"name": "scenes", "samples": 300},
    network=[{"layer": "Flatten"}, {"layer": "Linear", "out_features": 16}, {"layer": "ReLU"}, {"layer": "Output"}],
    loss="BCEWithLogitsLoss",
)


@pytest.mark.parametrize("scale_target", ["standard", "none"])
def test_predictions_stand_beside_the_true_values_as_the_file_has_them(scale_target: str) -> None:
    trainer = Trainer(experiment({"name": "diabetes", "scale_target": scale_target}))
    list(trainer.run())
    probed = predictions(trainer.view())
    unscaled = divided(trainer.experiment)
    assert probed.values["truth"] == pytest.approx(unscaled.y[1].ravel().tolist(), rel=1e-4)

    made = trainer.model.eval()(trainer.data.validation.x).detach().double().ravel()
    learned = unscaled.y[0].astype("float64")
    if scale_target == "standard":
        made = made * learned.std() + learned.mean()
    assert probed.values["answers"] == pytest.approx(made.tolist(), rel=1e-4)


def test_of_a_long_part_three_hundred_are_shown_and_of_none_those_that_teach() -> None:
    long = {"name": "films", "split": {"method": "holdout", "validation": 0.3}}
    network = [{"layer": "Embedding", "embedding_dim": 2}, {"layer": "Flatten"}, {"layer": "Output"}]
    assert len(predictions(Trainer(experiment(long, network, loss="MSELoss")).view()).values["truth"]) == MOST_POINTS
    none = {"name": "diabetes", "split": {"method": "holdout", "validation": 0.0}}
    assert len(predictions(Trainer(experiment(none)).view()).values["truth"]) == MOST_POINTS


def test_answers_that_are_no_numbers_are_left_out() -> None:
    trainer = Trainer(experiment("diabetes"))
    with torch.no_grad():
        next(trainer.model.parameters())[0, 0] = torch.nan
    assert predictions(trainer.view()).values == {"truth": [], "answers": []}


def test_each_label_is_counted_as_scikit_learn_counts_it() -> None:
    trainer = Trainer(SCENES)
    list(trainer.run())
    part = trainer.data.validation
    said = (trainer.model.eval()(part.x) > 0).long()
    tables = multilabel_confusion_matrix(part.y.long().numpy(), said.numpy())  # (labels, 2, 2): [true][said]
    expected = [[int(each[1].sum()), int(each[:, 1].sum()), int(each[1, 1])] for each in tables]
    assert labels(trainer.view()).values["counts"] == expected


@pytest.mark.parametrize(("what", "made"), [("predictions", experiment("diabetes")), ("labels", SCENES)])
def test_the_first_and_the_last_epoch_are_told_and_training_is_not_disturbed(what: str, made: object) -> None:
    events = list(with_probes(Trainer(made)))  # type: ignore[arg-type]
    seen = [event.epoch for event in events if isinstance(event, Probed) and event.what == what]
    assert (seen[0], seen[-1]) == (0, 3)
    scores = [
        [event.validation for event in stream if isinstance(event, EpochEnded)]
        for stream in (events, Trainer(made).run())  # type: ignore[arg-type]
    ]
    assert scores[0] == scores[1]
