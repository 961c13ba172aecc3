"""What files are called that leave the app: run, epoch and score stand in their names."""

from __future__ import annotations

import re

from dlcore.training.scores import METRICS, Scores, headline, value


def slug(name: str, otherwise: str = "run") -> str:
    """A name as part of a file's name: letters of any script and digits, joined by hyphens, at most 60."""
    return re.sub(r"[^\w]+", "-", name).strip("-_")[:60] or otherwise


def stem(name: str, which: str, epoch: int, scores: Scores | None) -> str:
    """`digits-3_best-epoch-7_accuracy-0.971`: a run's name, which of its epochs, and how good that one was."""
    parts = [slug(name), f"{which}-epoch-{epoch}"]
    metric = headline(scores) if scores is not None else "loss"
    found = value(scores, metric)
    return "_".join(parts if found is None else [*parts, f"{metric}-{METRICS[metric].number(found)}"])
