"""Examples and a regression's answers as probes keep them: in the units of the data, evenly chosen."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from dlcore.data.base import Part
from dlcore.data.load import divided
from dlcore.experiment import Experiment
from dlcore.presets import PRESETS
from dlcore.probes.predictions import MOST_POINTS, Predictions
from dlcore.probes.samples import MOST_VALUES, Samples, as_brought
from dlcore.training.loop import Trainer
from tests.probes.learned import learned
from tests.training.experiments import experiment


@pytest.mark.parametrize("scale_target", ["standard", "none"])
def test_predictions_stand_beside_the_true_values_as_the_file_has_them(scale_target: str) -> None:
    run = learned(experiment({"name": "diabetes", "scale_target": scale_target}))
    seen, unscaled = Predictions.measure(run.view), divided(run.trainer.experiment)
    assert seen["truth"] == pytest.approx(unscaled.y[1].ravel(), rel=1e-4)
    made = run.model(run.data.validation.x).detach().double().ravel()
    learned_from = unscaled.y[0].astype("float64")
    if scale_target == "standard":
        made = made * learned_from.std() + learned_from.mean()
    assert seen["answers"] == pytest.approx(made.numpy(), rel=1e-4)


def test_of_a_long_part_six_hundred_are_shown_evenly_spread_and_of_none_those_that_teach() -> None:
    trainer = Trainer(experiment("diabetes"))
    long = Part(torch.zeros(3_000, 10), torch.arange(3_000.0)[:, None])
    view = dataclasses.replace(trainer.view(), data=dataclasses.replace(trainer.data, validation=long, scaling={}))
    seen = Predictions.measure(view)
    assert len(seen["truth"]) == len(seen["answers"]) == MOST_POINTS
    assert (seen["truth"][0], seen["truth"][-1]) == (0, 2_999)
    none = Trainer(experiment({"name": "diabetes", "split": {"method": "holdout", "validation": 0.0}}))
    assert len(Predictions.measure(none.view())["truth"]) == len(none.data.train)


def test_answers_that_are_no_numbers_are_shown_as_such_beside_their_truth() -> None:
    trainer = Trainer(experiment("diabetes"))
    with torch.no_grad():
        next(trainer.model.parameters())[0, 0] = torch.nan
    seen = Predictions.measure(trainer.view())
    assert np.isnan(seen["answers"]).all()
    assert np.isfinite(seen["truth"]).all()


def judging(described: Experiment) -> tuple[np.ndarray, np.ndarray]:
    """x and y of the part that judges as the data set has them."""
    found = divided(described)
    part = 1 if len(found.parts[1]) else 0
    return np.asarray(found.x[part]), np.asarray(found.y[part])


CASES = {
    "a table": experiment("iris"),
    "a table, each column between 0 and 1": experiment({"name": "iris", "scale": "minmax"}),
    "a table as it is": experiment({"name": "iris", "scale": "none"}),
    "pictures": experiment({"name": "digits", "limit": 300}),
    "a table with a target": experiment("diabetes"),
    "without a validation part": experiment({"name": "iris", "split": {"method": "holdout", "validation": 0.0}}),
}


@pytest.mark.parametrize("name", CASES)
def test_samples_are_what_the_data_set_has_before_scaling(name: str) -> None:
    described = CASES[name]
    trainer = Trainer(described)
    seen, (x, y) = Samples.measure(trainer.view()), judging(described)
    assert seen["rows"].tolist() == list(range(len(x)))
    assert seen["shown"].tolist() == list(range(len(x)))
    assert seen["inputs"].shape == x.shape
    assert seen["inputs"].astype(float) == pytest.approx(x.astype(float), rel=2e-3, abs=1e-2)
    assert seen["truth"].astype(float) == pytest.approx(y.ravel().astype(float), rel=1e-4)
    assert seen["inputs"].dtype == (np.float16 if x.ndim > 2 else np.float32)


def test_samples_of_a_text_are_its_tokens() -> None:
    plain = PRESETS["sentiment-lstm"].experiment
    trainer = Trainer(plain)
    view = trainer.view()
    seen = Samples.measure(view)
    assert seen["inputs"].dtype == np.int32
    assert seen["inputs"].tolist() == trainer.data.judging.x[seen["shown"]].tolist()
    words = Samples.options(plain, view.about, [])["words"]
    assert seen["inputs"].max() < len(words)


def test_of_large_examples_some_are_kept_evenly_spread() -> None:
    trainer = Trainer(experiment({"name": "digits", "limit": 60}))
    side = 100
    part = Part(torch.rand(500, 1, side, side), torch.zeros(500).long())
    about = dataclasses.replace(trainer.data.about, shape=type(trainer.data.about.shape)((1, side, side)))
    data = dataclasses.replace(trainer.data, about=about, validation=part, scaling={})
    seen = Samples.measure(dataclasses.replace(trainer.view(), data=data))
    assert len(seen["rows"]) == len(seen["truth"]) == 500
    assert len(seen["shown"]) == len(seen["inputs"]) == MOST_VALUES // side**2
    assert (seen["shown"][0], seen["shown"][-1]) == (0, 499)
    assert seen["inputs"] == pytest.approx(part.x.numpy()[seen["shown"]], abs=1e-3)


def test_pictures_of_numbers_too_large_for_half_precision_keep_their_precision() -> None:
    data = Trainer(experiment({"name": "digits", "limit": 60})).data
    plain = dataclasses.replace(data, scaling={})
    huge = np.full((1, 1, 8, 8), 70_000.0, np.float32)
    assert as_brought(huge, plain).dtype == np.float32
    assert as_brought(huge, plain).max() == 70_000.0
