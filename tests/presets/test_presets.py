"""Starting points do what they promise: each is trained as it is and reaches its floor."""

from __future__ import annotations

import numpy as np
import pytest

import dlcore
from dlcore.errors import ExperimentError
from dlcore.presets import PRESETS
from dlcore.training.events import RunFinished


@pytest.mark.slow
@pytest.mark.parametrize("name", list(PRESETS))
def test_a_preset_reaches_its_floor(name: str) -> None:
    preset = PRESETS[name]
    *_, last = dlcore.train(preset.at_hand)
    assert isinstance(last, RunFinished)
    assert preset.floor.holds(getattr(last.best, preset.floor.score))


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
