"""What a cell of Jupyter shows while it trains. IPython is not installed here: a stand-in records what it is given.

The stand-in has of IPython what is used of it: `get_ipython()`, whose shell has a `kernel` in Jupyter alone, and
`IPython.display.display` with its handle.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import dlcore
from dlcore.i18n import language
from dlcore.training.events import EpochEnded, RunFinished

MIMES = {"text/plain", "text/html"}


@dataclass
class Cell:
    """Everything that was shown below a cell: each display with all that it held, one after another."""

    displays: list[list[dict[str, Any]]] = field(default_factory=list)

    def display(self, bundle: dict[str, Any], *, raw: bool, display_id: bool = False) -> Any:
        assert raw
        shown = [bundle]
        self.displays.append(shown)
        if not display_id:
            return None

        def update(bundle: dict[str, Any], *, raw: bool) -> None:
            assert raw
            shown.append(bundle)

        return SimpleNamespace(update=update)


def stand_in(monkeypatch: pytest.MonkeyPatch, shell: Any) -> Cell:
    cell = Cell()
    ipython, display = ModuleType("IPython"), ModuleType("IPython.display")
    ipython.get_ipython = lambda: shell  # type: ignore[attr-defined]
    display.display = cell.display  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return cell


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> Cell:
    return stand_in(monkeypatch, SimpleNamespace(kernel=object()))


def experiment(epochs: int = 4, lr: float = 0.01) -> dlcore.Experiment:
    return dlcore.Experiment.from_dict(
        {
            "dataset": {"name": "iris"},
            "network": [{"layer": "Linear", "out_features": 8}, {"layer": "ReLU"}, {"layer": "Output"}],
            "training": {"optimizer": {"name": "SGD", "lr": lr}, "epochs": epochs, "device": "cpu"},
        }
    )


def test_a_cell_shows_a_bar_that_fills_and_curves_at_the_end(cell: Cell) -> None:
    events = list(dlcore.train(experiment()))
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    bar, (curves,) = cell.displays
    assert all(set(each) == MIMES for each in bar)
    steps = next(event.batches for event in events if hasattr(event, "batches")) * 4
    assert f"{steps} / {steps}" in bar[-1]["text/plain"]
    assert f'value="{steps}" max="{steps}"' in bar[-1]["text/html"]
    assert f"best epoch {finished.best_epoch}" in bar[-1]["text/plain"]
    drawn = curves["application/vnd.plotly.v1+json"]
    assert json.dumps(drawn)
    told = [event for event in events if isinstance(event, EpochEnded)]
    lines = {each["meta"]["series"]: each["y"] for each in drawn["data"]}
    assert lines["train"] == pytest.approx([event.train.loss for event in told])
    assert lines["validation"] == pytest.approx([event.validation.loss for event in told if event.validation])
    assert "epoch 4" in curves["text/plain"]
    assert "plotly" in curves["text/html"]


def test_the_same_events_come_as_anywhere_else(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = [event.train for event in dlcore.train(experiment()) if isinstance(event, EpochEnded)]
    monkeypatch.delitem(sys.modules, "IPython")
    plain = [event.train for event in dlcore.train(experiment()) if isinstance(event, EpochEnded)]
    assert shown == plain
    assert len(cell.displays) == 2


def test_a_run_that_is_no_longer_iterated_stops_where_it_is_and_shows_what_it_learned(cell: Cell) -> None:
    for event in dlcore.train(experiment(epochs=100_000)):
        if isinstance(event, EpochEnded) and event.epoch == 3:
            break
    del event
    bar, (curves,) = cell.displays
    assert "epoch 3" in bar[-1]["text/plain"]
    assert "epoch 3" in curves["text/plain"]


def test_what_cannot_begin_is_refused_before_anything_is_shown(cell: Cell) -> None:
    with pytest.raises(dlcore.DlcoreError):
        dlcore.train(dlcore.Experiment.from_dict({**experiment().to_dict(), "network": [{"layer": "Conv2d"}]}))
    assert cell.displays == []


def test_a_run_that_diverges_shows_its_curves_all_the_same(cell: Cell) -> None:
    events = list(dlcore.train(experiment(lr=1e30)))
    assert isinstance(events[-1], RunFinished)
    assert events[-1].reason == "diverged"
    assert len(cell.displays) == 2


def test_the_bar_speaks_the_language_of_its_reader(cell: Cell) -> None:
    with language("zh_CN"):
        list(dlcore.train(experiment()))
    assert any("\u4e00" <= letter <= "\u9fff" for letter in cell.displays[0][-1]["text/plain"])


@pytest.mark.parametrize(
    "shell", [None, SimpleNamespace(), SimpleNamespace(kernel=None)], ids=["none", "terminal", "no kernel"]
)
def test_in_a_terminal_nothing_is_shown(monkeypatch: pytest.MonkeyPatch, shell: Any) -> None:  # fmt: skip
    cell = stand_in(monkeypatch, shell)
    assert len(list(dlcore.train(experiment()))) > 4
    assert cell.displays == []


def test_without_ipython_nothing_of_it_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert len(list(dlcore.train(experiment()))) > 4
    assert not [name for name in sys.modules if name.startswith("IPython")]
