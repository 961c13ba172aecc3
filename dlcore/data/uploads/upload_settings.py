"""The settings of a learner's own data: what is predicted from what, and how it becomes numbers."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import SerializeAsAny, field_validator

from dlcore.data.base import Dataset
from dlcore.data.cleaning.names import Names, listed
from dlcore.data.cleaning.steps import Outliers, Step
from dlcore.declaration import parse_many, setting
from dlcore.i18n import N_
from dlcore.registry import CLEANING

MOST_STEPS = 50  # of a recipe


class UploadSettings(Dataset):
    """What a learner may choose of the data they brought; which of it fits is for `choice` to say."""

    title = N_("Your own data")
    card = N_("Brought by a learner; source and licence are theirs to know.")
    abstract: ClassVar[bool] = True

    target: Names | None = setting(
        None, help=N_("The column to predict, or several columns of 0 and 1; empty for the last that fits.")
    )
    columns: Names | None = setting(
        None, help=N_("The columns to predict from; empty for all numbers and all categories.")
    )
    task: Literal["binary", "multiclass", "multilabel", "regression"] | None = setting(
        None, help=N_("What is asked of the network; empty to let it follow from the target.")
    )
    text: str | None = setting(None, help=N_("A column of sentences to predict from, word by word, instead of others."))
    level: Literal["word", "character"] = setting(
        "word", help=N_("What a text is taken apart into; Chinese has no spaces, take its characters.")
    )
    length: int = setting(32, ge=1, le=1024, help=N_("How many words or characters of a text are read."))
    vocabulary: int = setting(
        2000, ge=10, le=50_000, help=N_("How many words or characters are known, the most frequent ones.")
    )
    side: int = setting(32, ge=8, le=128, help=N_("How many pixels wide and high every image is made."))

    recipe: tuple[SerializeAsAny[Step], ...] = setting((), help=N_("How the table is cleaned, step by step."))

    @field_validator("recipe", mode="before")
    @classmethod
    def _as_steps(cls, given: Any) -> Any:
        return parse_many(CLEANING, "step", given, MOST_STEPS, "recipe")

    def to_dict(self) -> dict[str, Any]:
        """Plain data; what was not chosen is not written."""
        chosen = self.model_dump(mode="json", exclude={"where", "recipe"}, exclude_defaults=True)
        recipe = {"recipe": [each.to_dict() for each in self.recipe]} if self.recipe else {}
        return {self.KEY: self.reference, **chosen, **recipe}

    @property
    def reference(self) -> str:
        """What an experiment calls it."""
        return self.name

    @property
    def leaves_out_of_training(self) -> bool:
        return any(isinstance(step, Outliers) and step.action == "drop" for step in self.recipe)

    @property
    def targets(self) -> tuple[str, ...] | None:
        """The chosen target columns; None where none was chosen."""
        return listed(self.target)

    @property
    def chosen_columns(self) -> tuple[str, ...] | None:
        """The chosen input columns; None where all are meant."""
        return listed(self.columns)

    @property
    def chosen_task(self) -> Literal["binary", "multiclass", "multilabel", "regression"] | None:
        """What is asked of the network; None where that follows from the target."""
        return self.task
