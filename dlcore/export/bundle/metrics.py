"""The run in numbers: its epochs as a table, as a picture, and as TensorBoard reads them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dlcore.figures.colours import BEST, TRAINING, VALIDATION
from dlcore.inference.trained import Trained
from dlcore.training.events import BatchesEnded, EpochEnded, Event
from dlcore.training.scores import METRICS, headlines

# A spreadsheet would take a cell that starts so for a formula; the wide ones where Chinese or Japanese is written.
DANGEROUS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")


def epochs(events: Iterable[Event]) -> list[EpochEnded]:
    """The measured epochs in order; one that was measured again after a resume counts as it was last."""
    found = {event.epoch: event for event in events if isinstance(event, EpochEnded)}
    return [found[number] for number in sorted(found)]


def metrics_csv(trained: Trained) -> str:
    """`metrics.csv`: a row an epoch; a column that was never measured is left out."""
    rows = [{"run": trained.name, **_row(event)} for event in epochs(trained.events)]
    columns = list(dict.fromkeys(name for row in rows for name, value in row.items() if value is not None))
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    table.writerows([cell(row.get(name)) for name in columns] for row in rows)
    return text.getvalue()


def cell(value: Any) -> Any:
    """A value as a cell of a table; a text that a spreadsheet would take for a formula is marked as text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value


def _row(event: EpochEnded) -> dict[str, Any]:
    parts = {"train": event.train, "validation": event.validation}
    scores = {f"{part}_{name}": getattr(each, name, None) for part, each in parts.items() for name in METRICS}
    plain = ("learning_rate", "gradient_norm", "seconds")
    return {"epoch": event.epoch, **scores, **{name: getattr(event, name) for name in plain}}


def curves_png(trained: Trained) -> bytes:
    """`curves.png`: the loss of both parts, and beside it the accuracy or R² where there is one."""
    from matplotlib.figure import Figure  # only who draws waits for it

    measured = epochs(trained.events)
    shown = ["loss", *(name for name in headlines() if measured and _score(measured[-1], name) is not None)]
    figure = Figure(figsize=(5 * len(shown), 3.4), dpi=120, layout="constrained")
    for number, name in enumerate(shown, start=1):
        axes = figure.add_subplot(1, len(shown), number)
        for part, colour in (("train", TRAINING), ("validation", VALIDATION)):
            points = [(each.epoch, getattr(scores, name)) for each in measured if (scores := getattr(each, part))]
            if points:
                axes.plot(*zip(*points, strict=True), color=colour, label="training" if part == "train" else part)
        axes.axvline(trained.epoch, color=BEST, linewidth=1, linestyle=":", label=f"these weights: {trained.epoch}")
        axes.set(xlabel="epoch", ylabel=METRICS[name].noun)
        axes.grid(alpha=0.25)
        axes.legend(frameon=False)
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()


def _score(event: EpochEnded, name: str) -> Any:
    return getattr(event.validation or event.train, name)


def write_tensorboard(trained: Trained, folder: Path) -> None:
    """An event file for TensorBoard: batch losses by step, scores of both parts and learning rate by epoch."""
    from tensorboardX import SummaryWriter

    with SummaryWriter(str(folder)) as writer:
        for tag, value, step in _scalars(trained):
            writer.add_scalar(tag, value, step)


def _scalars(trained: Trained) -> Iterator[tuple[str, float, int]]:
    for event in trained.events:
        if isinstance(event, BatchesEnded):
            yield from (("batch/loss", loss, step) for step, loss in zip(event.steps, event.losses, strict=True))
    for each in epochs(trained.events):
        for name, value in _row(each).items():
            if name != "epoch" and value is not None:
                part, _, score = name.partition("_")
                tag = f"{score}/{part}" if part in ("train", "validation") else name
                yield tag, value, each.epoch
