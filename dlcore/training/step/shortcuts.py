"""Whether training may take shortcuts: recorded steps, and an optimizer that gathers its tensors once.

They call kernels of torch that no other version need have by that name. Without them everything is trained all the
same, to the same bits, and small networks two to four times as slowly. `DLCORE_RECORD=0` does without.
"""

from __future__ import annotations

import os

VARIABLE = "DLCORE_RECORD"
NO = frozenset({"0", "false", "f", "no", "n", "off"})  # as the settings of an installation read it

_allowed: bool | None = None  # where this process was told; else its environment says


def allowed() -> bool:
    """Whether what is trained from now on may take shortcuts."""
    if _allowed is not None:
        return _allowed
    return os.environ.get(VARIABLE, "1").strip().lower() not in NO


def allow(yes: bool | None) -> None:
    """Decide it for this process, as a worker does by its settings; None leaves it to the environment again."""
    global _allowed
    _allowed = yes
