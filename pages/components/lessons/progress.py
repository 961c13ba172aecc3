"""What a learner has done in a lesson, kept for them: section -> attempts, when, and what they had before them.

    {"hand": {"attempts": 3, "first_at": 1790000000.0, "done_at": …, "moved": ["w1"], "values": {"w1": 4.0, …}},
     "train": {…, "run": "<id of a run>"}, "predict": {…, "chosen": 2}}

It is one row for an owner and a lesson, read once for everything that is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from dlcore.lessons.course import NAMES
from dlcore.serving.store import runs
from pages.components.shared.visitor import viewer

Progress = dict[str, dict[str, Any]]

# What a version before this one kept, a row a task: `lesson.neuron.train.done` is true. When it was done, nobody knows.
OF_BEFORE = {"neuron": ("hand", "train")}


def _key(name: str) -> str:
    return f"lesson.{name}"


def read(name: str) -> Progress:
    """All that this learner has done in a lesson."""
    return _of(name, lambda key, default: runs().preference(viewer(), key, default))


def read_all() -> dict[str, Progress]:
    """All that this learner has done, lesson by lesson."""
    kept = runs().preferences(viewer(), _key(""))
    return {name: _of(name, kept.get) for name in NAMES}


def _of(name: str, kept: Callable[[str, Any], Any]) -> Progress:
    found: Progress = kept(_key(name), {})
    missing = [section for section in OF_BEFORE.get(name, ()) if not is_done(found, section)]
    old = [section for section in missing if kept(f"{_key(name)}.{section}.done", False)]
    return {**found, **{section: {"attempts": 1, **found.get(section, {}), "done_at": 0.0} for section in old}}


def is_done(progress: Mapping[str, Mapping[str, Any]], section: str) -> bool:
    """Whether a task is done, or a question was answered right."""
    return "done_at" in progress.get(section, {})


def note(name: str, section: str, done: bool, **seen: Any) -> Progress:
    """Keep an attempt, with what was before the learner. What is done stays as it was when it was done."""
    progress, now = read(name), time.time()
    before = progress.get(section, {"attempts": 0, "first_at": now})
    if "done_at" in before:
        return progress
    made = {**before, **seen, "attempts": before["attempts"] + 1, "last_at": now}
    progress = {**progress, section: {**made, "done_at": now} if done else made}
    runs().save_preference(viewer(), _key(name), progress)
    return progress
