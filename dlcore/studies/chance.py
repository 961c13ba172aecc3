"""What of chance varies between the seeds of a study: everything, or one part of it alone."""

from __future__ import annotations

from typing import Literal, get_args

from dlcore.errors import ExperimentError
from dlcore.experiment import SEED_PARTS, Experiment, Seeds
from dlcore.i18n import N_, Text

Varied = Literal["everything", "split", "weights", "order"]
EVERYTHING: Varied = "everything"
VARIED: tuple[Varied, ...] = get_args(Varied)

NAMES: dict[Varied, str] = {
    "everything": N_("Everything"),
    "split": N_("Only the split"),
    "weights": N_("Only the first weights"),
    "order": N_("Only the order"),
}
SENTENCES: dict[Varied, str] = {
    "split": N_("Between seeds only the split varies: which rows teach and which judge."),
    "weights": N_("Between seeds only the first weights vary."),
    "order": N_("Between seeds only the order varies: of batches, of what dropout drops, of how pictures are changed."),
}


def varying(base: Experiment, varies: Varied) -> Experiment:
    """The experiment in which only this follows its seed; every other part keeps the seed that it has.

    Raises ExperimentError for a part that there is not.
    """
    if varies not in VARIED:
        text = N_("must be one of {choices}, but {received} came")
        raise ExperimentError(Text(text, choices=", ".join(VARIED), received=repr(varies)[:80]), "varies")
    if varies == EVERYTHING:
        return base
    held = {part: None if part == varies else base.seed_of(part) for part in SEED_PARTS}
    return base.model_copy(update={"seeds": Seeds(**held)})


def what_varies(experiment: Experiment) -> Varied:
    """The part that follows the seed alone; everything where more than one does."""
    free = [part for part in SEED_PARTS if getattr(experiment.seeds, part) is None]
    return free[0] if len(free) == 1 else EVERYTHING  # type: ignore[return-value]
