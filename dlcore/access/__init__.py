"""Who may see and do what: viewers with their roles, and the policy that the store asks at every read and write.

runs.status(run_id, viewer)      # every function of the store takes a viewer, and none has a default
ME                               # the learner at this machine
OPERATOR                         # the machinery of the app itself, which no page is
"""

from __future__ import annotations

from dlcore.access.policy import ACTIONS, POLICY, Action, Whose, own_name, whose
from dlcore.access.viewer import FIRST_TEACHER, ME, OPERATOR, WELCOME, Role, Viewer, is_somebody, student

__all__ = [
    "ACTIONS",
    "FIRST_TEACHER",
    "ME",
    "OPERATOR",
    "POLICY",
    "WELCOME",
    "Action",
    "Role",
    "Viewer",
    "Whose",
    "is_somebody",
    "own_name",
    "student",
    "whose",
]
