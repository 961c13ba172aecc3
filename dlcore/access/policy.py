"""Who may do what with what belongs to whom: this table decides, and the store asks it at every read and write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from dlcore.access.viewer import Role, Viewer, is_somebody
from dlcore.errors import RunError
from dlcore.i18n import N_, Text

# Look at a run or a study, end it, change it in any other way; read a data set, change a data set; look after a class,
# do the tasks of a class.
Action = Literal["see", "stop", "change", "read data", "change data", "teach", "learn"]
ACTIONS: tuple[Action, ...] = ("see", "stop", "change", "read data", "change data", "teach", "learn")

# Whose: one's own, those of the students in one's classes, of the classes one has joined, the examples that welcome
# everybody, the run that a teacher shows to one's class as long as that lasts, the data that a teacher brought for a
# task of one's class as long as there is the task, everybody's.
Whose = Literal["own", "class", "joined", "welcome", "shown", "given", "any"]

_OWN: frozenset[Whose] = frozenset({"own"})
_ANY: frozenset[Whose] = frozenset({"any"})
_LEARNER: Mapping[Action, frozenset[Whose]] = {
    "see": _OWN | {"welcome", "shown"},
    "stop": _OWN,
    "change": _OWN,
    "read data": _OWN | {"given"},
    "change data": _OWN,
    "teach": frozenset(),
    "learn": frozenset({"joined"}),
}

POLICY: Mapping[Role, Mapping[Action, frozenset[Whose]]] = {
    "student": _LEARNER,
    "teacher": {
        **_LEARNER,
        "see": _LEARNER["see"] | {"class"},
        "stop": _LEARNER["stop"] | {"class"},
        "teach": _OWN,
    },
    "operator": dict.fromkeys(ACTIONS, _ANY),
}


def whose(viewer: Viewer, action: Action) -> frozenset[Whose]:
    """Whose things this viewer may do this with: nobody's where nobody in particular asks."""
    allowed = POLICY[viewer.role][action]
    if "any" in allowed or is_somebody(viewer.name):
        return allowed
    return allowed & {"welcome"} if viewer.name else frozenset()


def own_name(viewer: Viewer) -> str:
    """Under which name a viewer keeps something. Raises RunError where nobody in particular asks."""
    if not is_somebody(viewer.name):
        raise RunError(Text(N_("Nobody in particular cannot keep anything here.")))
    return viewer.name
