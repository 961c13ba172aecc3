"""Starting points do what they promise: each is trained as it is and reaches its floor."""

from __future__ import annotations

import pytest

import dlcore
from dlcore.errors import ExperimentError
from dlcore.presets import PRESETS
from dlcore.training.events import RunFinished


@pytest.mark.slow
@pytest.mark.parametrize("name", list(PRESETS))
def test_a_preset_reaches_its_floor(name: str) -> None:
    preset = PRESETS[name]
    *_, last = dlcore.train(preset.experiment)
    assert isinstance(last, RunFinished)
    score, floor = preset.floor
    assert getattr(last.best, score) >= floor


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_preset_survives_being_saved_as_a_file(name: str) -> None:
    experiment = PRESETS[name].experiment
    assert dlcore.Experiment.from_yaml_text(experiment.to_yaml()) == experiment


def test_a_preset_that_is_not_there_is_answered_with_the_nearest() -> None:
    with pytest.raises(ExperimentError, match="Did you mean digits-mlp"):
        PRESETS.find("digit-mlp")
