"""Who asks: under which name their things are kept, and in which role they come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["student", "teacher", "operator"]

# Runs of this owner are everybody's to see and nobody's to change: what a newcomer finds on the first screen.
WELCOME = "welcome"


@dataclass(frozen=True)
class Viewer:
    """Who asks for something that may belong to somebody.

    `name` is what runs and data sets of theirs carry as their owner; the machinery of the app has none.
    """

    name: str
    role: Role


def student(name: str) -> Viewer:
    """Whoever sees and changes what is theirs, and nothing else: a student, or a learner alone."""
    return Viewer(name, "student")


def is_somebody(name: str) -> bool:
    """Whether runs and data sets can belong to this name."""
    return bool(name) and name != WELCOME and len(name) <= 200


ME = student("me")  # who works at this machine: a learner alone, with the command line and notebooks
FIRST_TEACHER = Viewer(ME.name, "teacher")  # the same one, where the app is served for a class
OPERATOR = Viewer("", "operator")  # workers, the dispatcher, commands, and routes that have asked for a token
