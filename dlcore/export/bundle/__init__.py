"""The bundle: all that is needed to use, check, understand and train again what was trained, in one `.zip`.

Nothing in it needs this library, nothing is pickled, and `verify.py` shows that it answers as the app did.
"""

from __future__ import annotations

from dlcore.export.bundle.writing import bundle, pack, write

__all__ = ["bundle", "pack", "write"]
