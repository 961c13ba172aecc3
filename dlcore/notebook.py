"""Training in a notebook: a bar that moves while it learns, and the curves when it ends.

In a kernel of Jupyter's, `dlcore.train` shows both below the cell; anywhere else it only tells its events. Nothing of
Jupyter is imported that is not there already.
"""

from __future__ import annotations

import html
import importlib
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

from dlcore.data.base import Data
from dlcore.experiment import Experiment
from dlcore.i18n import _
from dlcore.training import loop
from dlcore.training.events import BatchesEnded, EpochEnded, Event, RunFinished, RunStarted
from dlcore.training.summary import epoch_line, scores_line

SHOW_SECONDS = 0.1  # how often the bar is drawn anew
CELLS = 24  # of a bar in plain text
PLOTLY = "application/vnd.plotly.v1+json"  # drawn by JupyterLab and others where they can


def train(experiment: Experiment, data: Data | None = None) -> Iterator[Event]:
    """Train in this process: yields events until RunFinished. Stop iterating to stop.

    In Jupyter the cell shows how far it is, and its curves at the end.
    Raises ExperimentError, NetworkError or DataError before the first event where training cannot begin.
    """
    events = loop.train(experiment, data)
    display = _display()
    return events if display is None else _shown(events, display)


def _display() -> Any | None:
    """IPython's `display` where a kernel of Jupyter's runs this process; None elsewhere, a plain terminal among it."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if getattr(shell, "kernel", None) is None:
        return None
    return importlib.import_module("IPython.display").display


def _shown(events: Iterator[Event], display: Any) -> Iterator[Event]:
    """The same events; below the cell, what they say."""
    bar, told = _Bar(display), list[Event]()
    try:
        for event in events:
            bar.see(event)
            told.append(event)
            yield event
    finally:  # also where whoever iterates has stopped
        bar.draw()
        if any(isinstance(event, EpochEnded) for event in told):
            display(_curves(told), raw=True)


class _Bar:
    """How far a run is: one display that is drawn over and over."""

    def __init__(self, display: Any) -> None:
        self._done, self._all, self._batches = 0, 1, 1
        self._line = ""
        self._drawn = time.monotonic()
        self._handle = display(self._bundle(), raw=True, display_id=True)

    def see(self, event: Event) -> None:
        """Take in what happened, and show it if the last time is long enough ago."""
        match event:
            case RunStarted():
                self._batches, self._all = event.batches, event.batches * event.epochs
            case BatchesEnded():
                self._done = event.steps[-1]
            case EpochEnded():
                self._done, self._line = event.epoch * self._batches, epoch_line(event)
            case RunFinished():
                self._line = _("best epoch {epoch}: {scores}", epoch=event.best_epoch, scores=scores_line(event.best))
        if time.monotonic() - self._drawn > SHOW_SECONDS:
            self.draw()

    def draw(self) -> None:
        """Show how far it is now."""
        self._drawn = time.monotonic()
        if self._handle is not None:
            self._handle.update(self._bundle(), raw=True)

    def _bundle(self) -> dict[str, str]:
        filled = round(CELLS * self._done / self._all)
        steps = f"{self._done:,} / {self._all:,}"
        plain = f"{'█' * filled}{'░' * (CELLS - filled)} {steps}  {self._line}"
        bar = f'<progress value="{self._done}" max="{self._all}" style="width: 16em"></progress>'
        return {"text/plain": plain, "text/html": f"{bar} <code>{steps}</code> {html.escape(self._line)}"}


def _curves(told: list[Event]) -> dict[str, Any]:
    """The loss over the epochs, as what a notebook can draw, and as one line where it can draw nothing."""
    from dlcore.figures import bindings, curves
    from dlcore.training.arrays import arrays_of
    from dlcore.training.history import History

    chart = bindings.fill(curves.curves("loss", "run"), {"run": arrays_of(History.of(told))})
    last = [event for event in told if isinstance(event, EpochEnded)][-1]
    return {
        "text/plain": epoch_line(last),
        "text/html": chart.to_html(full_html=False, include_plotlyjs=True),
        PLOTLY: json.loads(chart.to_json()),
    }
