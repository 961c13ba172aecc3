"""The preset that overfits does so beyond doubt, and the remedies help as the verdicts say: counted, on fresh seeds."""

from __future__ import annotations

from collections import Counter

import pytest

from dlcore.presets import PRESETS
from dlcore.studies import Study
from dlcore.studies.local import train_here
from dlcore.studies.remedies import Remedies
from dlcore.studies.results import arm_results
from dlcore.training.events import EpochEnded
from dlcore.training.loop import train

BASE = PRESETS["overfit"].experiment
HELPED = 4  # remedies at least


def rise(seed: int) -> float:
    """The validation loss at the end, as a multiple of its best."""
    told = train(BASE.model_copy(update={"seed": seed}))
    losses = [each.validation.loss for each in told if isinstance(each, EpochEnded) and each.validation]
    return losses[-1] / min(losses)


@pytest.mark.parametrize("count", [3, pytest.param(20, marks=pytest.mark.long)])
def test_the_validation_loss_of_the_base_ends_well_above_its_best(count: int, one_thread: None) -> None:
    rises = [rise(seed) for seed in range(count)]
    print("at the end, as a multiple of the best:", ", ".join(f"{each:.2f}" for each in rises))
    assert min(rises) >= 1.3


@pytest.mark.slow
@pytest.mark.parametrize("first", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(100, 1000, 100))])
def test_at_least_four_remedies_help_at_their_defaults_and_none_hurts(first: int, one_thread: None) -> None:
    base = BASE.model_copy(update={"seed": first})
    study = Study.of(Remedies.suited(base), base)
    lines = arm_results(study, list(train_here(study)))[1:]
    words = {str(line.arm.name): line.verdict.word for line in lines if line.verdict}
    counts = Counter(words.values())
    print(f"seeds from {first}:", dict(counts), words)
    assert counts["helped"] >= HELPED
    assert not counts["hurt"]
