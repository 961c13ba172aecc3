"""What an analysis is: numbers found on demand about a run of which a film was kept, in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from dlcore.analyses.filmed_run import FilmedRun
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text
from dlcore.lookup import Registry
from dlcore.probes.arrays import Arrays
from dlcore.probes.display import Display

ANALYSES: Registry[type[Analysis]] = Registry(N_("analysis"), "dlcore.analyses.every")

Progress = Callable[[float], None]  # told how much is done, 0 to 1


class Analysis(Display):
    """Something that is computed from the kept weights and the data, rather than recorded while training.

    `name` is that in its address, too. It never changes the run, and is shown as its `Display` says, where it is.
    """

    resident: ClassVar[bool] = False  # asked many times a second: by a process that stays with the run, and not kept

    def __init_subclass__(cls) -> None:
        if "name" in cls.__dict__:
            ANALYSES.register(cls.name, cls)

    @classmethod
    def compute(cls, run: FilmedRun, asked: Mapping[str, Any], progress: Progress) -> Arrays:
        """The arrays that answer what is asked (plain JSON, from a browser: to be checked with `number` and `choice`).

        The docstring of each analysis says what may be asked, and the shapes and units of its arrays. Raises
        DlcoreError with one sentence for what cannot be answered.
        """
        raise NotImplementedError


def number(asked: Mapping[str, Any], name: str, low: int, high: int, default: int | None = None) -> int:
    """A whole number that was asked for. Raises DlcoreError with the field, what is allowed and what came."""
    value = asked.get(name, default)
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    text = N_("{field} must be a whole number from {low} to {high}, but {received} came.")
    raise DlcoreError(Text(text, field=name, low=low, high=high, received=repr(value)[:80]))


def flag(asked: Mapping[str, Any], name: str) -> bool:
    """Yes or no, no where nothing was asked for. Raises DlcoreError likewise."""
    value = asked.get(name, False)
    if isinstance(value, bool):
        return value
    text = N_("{field} must be true or false, but {received} came.")
    raise DlcoreError(Text(text, field=name, received=repr(value)[:80]))


def choice(asked: Mapping[str, Any], name: str, allowed: Sequence[str]) -> str:
    """One of these names, the first where none was asked for. Raises DlcoreError likewise."""
    value = asked.get(name, allowed[0])
    if value in allowed:
        return str(value)
    text = N_("{field} must be one of {allowed}, but {received} came.")
    raise DlcoreError(Text(text, field=name, allowed=", ".join(allowed), received=repr(value)[:80]))
