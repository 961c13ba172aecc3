"""What a remedy for overfitting is: a change of the experiment that can be switched on, as strong as one likes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from dlcore.coach.finding import Remedy as Change
from dlcore.declaration import Declaration
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.lookup import Registry

REMEDIES: Registry[type[Remedy]] = Registry(N_("remedy"), "dlcore.studies.overfitting")


class Remedy(Declaration):
    """One remedy. A subclass is in the registry as soon as its file is imported; its settings are its strength.

    `refusal` says why it does not fit an experiment; `applied` makes the twin, which differs in nothing else.
    """

    REGISTRY = REMEDIES
    abstract: ClassVar[bool] = True
    title: ClassVar[str] = ""  # msgid

    @classmethod
    def suited(cls, base: Experiment) -> Self:
        """As strong as suits this experiment, where nobody chose."""
        del base
        return cls()

    @property
    def called(self) -> Text:
        """What its arm is called, with its strength."""
        return Text(self.title)

    def refusal(self, base: Experiment) -> Text | None:
        """Why it cannot be tried on this experiment; None where it can."""
        try:
            return Text(N_("It changes nothing here.")) if self.applied(base) == base else None
        except DlcoreError as error:
            return error.text

    def applied(self, base: Experiment) -> Experiment:
        """The twin. Raises ExperimentError where it cannot be made."""
        raise NotImplementedError


def with_settings(base: Experiment, settings: Mapping[str, Any]) -> Experiment:
    """The experiment with other values for some fields of its file, named as in `training.optimizer.lr`."""
    return Change(settings).apply(base)
