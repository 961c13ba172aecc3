"""Starting points do what they promise: each is trained as it is and reaches its floor."""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest

import dlcore
from dlcore.errors import ExperimentError
from dlcore.presets import PRESETS, Floor
from dlcore.training.events import EpochEnded, Scores
from tests.presets.some_presets import some_presets


@functools.cache
def best_scores(name: str) -> Scores:
    """The scores of the epoch with the smallest loss; training ends once they are beyond doubt."""
    preset = PRESETS[name]
    best = Scores(loss=math.inf)
    for event in dlcore.train(preset.at_hand):
        if isinstance(event, EpochEnded) and event.validation is not None and event.validation.loss < best.loss:
            best = event.validation
            if beyond_doubt(preset.floor, getattr(best, preset.floor.score)):
                break
    return best


def beyond_doubt(floor: Floor, reached: float) -> bool:
    """A loss only falls from one best epoch to the next, and R² only rises; a share of right answers may give way a
    little, so half of the mistakes that the floor allows must be gone.
    """
    if floor.score == "accuracy":
        return reached >= (1 + floor.bound) / 2
    return floor.holds(reached)


@pytest.mark.slow
@pytest.mark.parametrize("name", some_presets())
def test_a_preset_reaches_its_floor(name: str) -> None:
    floor = PRESETS[name].floor
    assert floor.holds(getattr(best_scores(name), floor.score))


@pytest.mark.slow
def test_a_cnn_beats_an_mlp_of_as_many_parameters_by_fifteen_points() -> None:
    cnn, mlp = best_scores("shapes-cnn"), best_scores("shapes-mlp")
    assert cnn.accuracy is not None
    assert mlp.accuracy is not None
    assert cnn.accuracy - mlp.accuracy >= 0.15
    parameters = [
        sum(step.parameters for step in dlcore.trace(PRESETS[name].experiment)) for name in ("shapes-cnn", "shapes-mlp")
    ]
    assert parameters[1] == pytest.approx(parameters[0], rel=0.01)


@pytest.mark.parametrize("name", ["manual-lstm", "manual-gpt"])
def test_knowing_what_came_before_must_be_worth_a_quarter_of_the_surprise(name: str) -> None:
    preset = PRESETS[name]
    shares = np.bincount(preset.experiment.dataset.source.read(0).y.flatten()) / 120_000  # type: ignore[attr-defined]
    unigram_entropy = -sum(share * np.log(share) for share in shares if share)
    assert preset.floor.at_most
    assert preset.floor.bound < 0.75 * unigram_entropy


def test_a_recommender_must_explain_half_of_the_variance() -> None:
    assert PRESETS["films"].floor.score == "r2"
    assert PRESETS["films"].floor.bound > 0.5


@pytest.mark.parametrize(
    ("name", "parameters"), [("shapes-cnn", 122_570), ("lenet", 62_006), ("mnist-dropout", 407_050)]
)
def test_parameters_known_from_the_field_hold(name: str, parameters: int) -> None:
    assert sum(step.parameters for step in dlcore.trace(PRESETS[name].experiment)) == parameters


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_preset_survives_being_saved_as_a_file(name: str) -> None:
    experiment = PRESETS[name].experiment
    assert dlcore.Experiment.from_yaml_text(experiment.to_yaml()) == experiment


def test_a_preset_that_is_not_there_is_answered_with_the_nearest() -> None:
    with pytest.raises(ExperimentError, match="Did you mean digits-mlp"):
        PRESETS.find("digit-mlp")
