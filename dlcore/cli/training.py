"""`train`: the same loop as the app's, with a progress bar or as one JSON object a line."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Literal

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from dlcore.cli.base import commands, experiment_of, say
from dlcore.cli.fetching import with_data
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text, _

if TYPE_CHECKING:
    from torch import Tensor

    from dlcore.experiment import Experiment
    from dlcore.training.events import EpochEnded, Event, RunFinished, Scores
    from dlcore.training.loop import Trainer

STATUS = {"finished": 0, "early": 0, "diverged": 1, "stopped": 130}
FORMATS: dict[str, Literal["safetensors", "pt"]] = {".safetensors": "safetensors", ".pt": "pt"}


@commands.command(help=N_("Train the experiment in FILE (YAML) or preset:NAME. Ctrl-C stops and keeps the weights."))
@click.argument("file")
@click.option(
    "--json", "as_json", is_flag=True, help=N_("Print one JSON object a line, one an event, and nothing else.")
)
@click.option(
    "--weights",
    type=click.Path(path_type=Path),
    help=N_("Write the best epoch's weights to this file, .safetensors or .pt."),
)
@click.option(
    "--threads",
    type=click.IntRange(1, 1024),
    default=1,
    show_default=True,
    help=N_("Threads of the processor; more pay off for large networks. The last digits depend on their number."),
)
@click.option(
    "--start",
    type=click.Path(path_type=Path),
    help=N_("Begin with the weights in this file, .safetensors or .pt, in place of drawn ones."),
)
def train(file: str, as_json: bool, weights: Path | None, threads: int, start: Path | None) -> int:
    if weights is not None:
        _check_place(weights)
    experiment = with_data(experiment_of(file), preset=file.startswith("preset:"))
    import torch

    from dlcore.training.check import check
    from dlcore.training.loop import Trainer

    torch.set_num_threads(threads)
    check(experiment)
    trainer = Trainer(experiment, start=_first_weights(start, experiment))
    with _stop_asked() as asked:
        events = _until(asked, trainer)
        finished = _as_lines(events) if as_json else _as_progress(events, trainer)
    if weights is not None:
        _write(weights, trainer, as_json)
    return STATUS[finished.reason]


def _first_weights(path: Path | None, experiment: Experiment) -> dict[str, Tensor] | None:
    """Those of a file, or those kept on this machine that the experiment names; None where they are to be drawn."""
    if path is not None:
        return _read(path, experiment)
    if experiment.start is None:
        return None
    from dlcore import runs as _runs

    with _runs.open(dispatcher=False) as runs:
        return runs.first_weights(experiment, "me")


def _read(path: Path, experiment: Experiment) -> dict[str, Tensor]:
    """The weights to begin with, held against the network before a number is read."""
    from dlcore import network
    from dlcore.export.weights import read

    try:
        raw = path.read_bytes()
    except OSError as error:
        text = Text(N_("--start: {file} cannot be read. {reason}"), file=str(path), reason=error.strerror or "")
        raise DlcoreError(text) from None
    return read(raw, path.name, network.build(experiment))


@contextmanager
def _stop_asked() -> Iterator[list[bool]]:
    """A list that is no longer empty once Ctrl-C was pressed; pressed again, it breaks off at once."""
    asked: list[bool] = []

    def remember(number: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(True)

    before = signal.signal(signal.SIGINT, remember)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


def _until(asked: list[bool], trainer: Trainer) -> Iterator[Event]:
    """The events of a run; when a stop is asked for, what is still to be told, and the end."""
    from dlcore.training.probes import with_probes

    for event in with_probes(trainer):
        if event is not None:
            yield event
        if asked and trainer.scores and trainer.unfinished:
            rest = trainer.tell()
            if rest is not None:
                yield rest
            yield trainer.finished("stopped")
            return


def _as_lines(events: Iterator[Event]) -> RunFinished:
    for event in events:
        click.echo(json.dumps(event.to_json(), allow_nan=False))
        last = event
    return last  # type: ignore[return-value]  # a stream ends with RunFinished


def _as_progress(events: Iterator[Event], trainer: Trainer) -> RunFinished:
    from dlcore.training.events import BatchesEnded, Diverged, EpochEnded, RunStarted

    console = Console(stderr=True, highlight=False)
    bar = Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
        console=console,
    )
    with bar:
        task = bar.add_task("", total=len(trainer.batches) * trainer.experiment.training.epochs)
        for event in events:
            match event:
                case RunStarted():
                    say(_beginning(event))
                case BatchesEnded():
                    bar.update(task, completed=event.steps[-1])
                case EpochEnded():
                    bar.update(task, completed=trainer.step, description=_line(event))
                case Diverged():
                    say(_ending(event))
            last = event
    _print_summary(last)  # type: ignore[arg-type]
    return last  # type: ignore[return-value]


def _beginning(event: Any) -> str:
    return _(
        "Training on {device}: {parameters} parameters, {rows} examples.",
        device=event.device_name,
        parameters=f"{event.parameters:,}",
        rows=f"{event.examples['train']:,}",
    )


def _ending(event: Any) -> str:
    return _(
        "Stopped in epoch {epoch}, the loss is past hope: {reason}. The weights of epoch {kept} are kept.",
        epoch=event.epoch,
        reason=event.reason,
        kept=event.kept_epoch,
    )


def _line(event: EpochEnded) -> str:
    if event.validation is None:
        return _("epoch {epoch}: training {scores}", epoch=event.epoch, scores=_said(event.train))
    return _(
        "epoch {epoch}: training loss {loss}, validation {scores}",
        epoch=event.epoch,
        loss=f"{event.train.loss:.4f}",
        scores=_said(event.validation),
    )


def _said(scores: Scores) -> str:
    if scores.accuracy is not None:
        return _("loss {loss}, accuracy {accuracy}", loss=f"{scores.loss:.4f}", accuracy=f"{scores.accuracy:.3f}")
    if scores.r2 is not None:
        return _("loss {loss}, R² {r2}", loss=f"{scores.loss:.4f}", r2=f"{scores.r2:.3f}")
    return _("loss {loss}", loss=f"{scores.loss:.4f}")


def _print_summary(finished: RunFinished) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("", _("epoch"), _("scores")):
        table.add_column(heading)
    table.add_row(_("best"), str(finished.best_epoch), _said(finished.best))
    table.add_row(_("last"), str(finished.epochs), _said(finished.last))
    Console().print(table)


def _check_place(path: Path) -> None:
    """Refuse, before training for hours, a file that could not be written."""
    if path.suffix not in FORMATS:
        raise DlcoreError(Text(N_("--weights: {file} must end in .safetensors or .pt."), file=str(path)))
    folder = path.absolute().parent
    if not folder.is_dir():
        raise DlcoreError(Text(N_("--weights: there is no folder {folder}."), folder=str(folder)))
    if path.is_dir() or not os.access(folder, os.W_OK):
        raise _unwritable(path, "")


def _write(path: Path, trainer: Trainer, quiet: bool) -> None:
    """Beside it first, then renamed: a file of that name is whole or not there."""
    from dlcore.export.weights import save

    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(save(trainer.best_weights, FORMATS[path.suffix]))
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise _unwritable(path, error.strerror or "") from None
    if not quiet:
        say(_("Weights of epoch {epoch}: {file}", epoch=trainer.best_epoch, file=path))


def _unwritable(path: Path, reason: str) -> DlcoreError:
    return DlcoreError(Text(N_("--weights: {file} cannot be written. {reason}"), file=str(path), reason=reason))
