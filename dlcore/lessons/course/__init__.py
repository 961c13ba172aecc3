"""The lessons, one a file. A new file is found by itself; its name is the lesson's."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlcore.lessons.lesson import Lesson

NAMES = sorted(each.name for each in pkgutil.iter_modules(__path__))


@functools.cache
def lesson(name: str) -> Lesson:
    """The lesson of this name. Raises KeyError where there is none."""
    from dlcore.lessons.lesson import Lesson  # with torch, which who lists the names need not load

    if name not in NAMES:
        raise KeyError(name)
    module = importlib.import_module(f"{__name__}.{name}")
    classes = (each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Lesson))
    (declared,) = (each for each in classes if each.__module__ == module.__name__)
    return declared()
