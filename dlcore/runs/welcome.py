"""What a newcomer finds on the first screen: a study that is over within seconds, trained on this very machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dlcore.i18n import N_
from dlcore.runs.store.studies import NewRun

if TYPE_CHECKING:
    from dlcore.studies import Study

PRESET = "overfit"

# Names are msgids: pages translate the names of what welcomes.
NAME = N_("Overfit, then fix it")
WITHOUT_DROPOUT, WITH_DROPOUT = N_("Digits, without dropout"), N_("Digits, with dropout")  # the filmed run of each arm


def welcome_study() -> Study:
    """A network that learns 100 digits by heart, and its twin with dropout: with every seed dropout helps."""
    from dlcore.presets import PRESETS  # loads torch, as the studies do: when there is something to welcome
    from dlcore.studies import Study
    from dlcore.studies.overfitting.dropout import Dropout
    from dlcore.studies.remedies import Remedies

    return Study.of(Remedies(remedies=(Dropout(),)), PRESETS[PRESET].experiment, name=NAME)


def welcome_runs(study: Study) -> Iterator[NewRun]:
    """Its runs; the two that are filmed have names of their own, as they stand in everybody's list."""
    for each in study.runs():
        name = (WITHOUT_DROPOUT, WITH_DROPOUT)[each.arm] if each.filmed else each.name
        yield NewRun(each.arm, each.seed, each.filmed, name, each.experiment.to_dict())
