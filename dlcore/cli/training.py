"""`train`: the same loop as the app's, with a progress bar or as one JSON object a line."""

from __future__ import annotations

import hashlib
import json
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Literal

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from dlcore.access import ME
from dlcore.cli.base import THREADS, commands, experiment_of, open_runs, say
from dlcore.cli.fetching import with_data
from dlcore.cli.warning import warn
from dlcore.cli.writing import check_place, write
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text, _, on_one_line

if TYPE_CHECKING:
    from torch import Tensor

    from dlcore.experiment import Experiment
    from dlcore.training.events import EpochEnded, Event, RunFinished
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
    "--bundle",
    type=click.Path(path_type=Path),
    help=N_("Write the best epoch as a bundle (.zip) to this file: code, weights, and a proof that they agree."),
)
@THREADS
@click.option(
    "--start",
    type=click.Path(path_type=Path),
    help=N_("Begin with the weights in this file, .safetensors or .pt, in place of drawn ones."),
)
def train(file: str, as_json: bool, weights: Path | None, bundle: Path | None, threads: int, start: Path | None) -> int:
    if weights is not None:
        check_place(weights, "--weights", *FORMATS)
    if bundle is not None:
        check_place(bundle, "--bundle", ".zip")
    experiment = with_data(experiment_of(file), preset=file.startswith("preset:"))
    import torch

    from dlcore.export.weights import save
    from dlcore.training.check import check
    from dlcore.training.loop import Trainer

    torch.set_num_threads(threads)
    check(experiment)
    warn(experiment, as_json)
    experiment, first = _beginning_with(start, experiment)
    trainer = Trainer(experiment, start=first)
    measured: list[EpochEnded] = []
    with _stop_asked() as asked:
        events = _noted(_until(asked, trainer), measured)
        finished = _as_lines(events) if as_json else _as_progress(events, trainer)
    told = (lambda sentence: None) if as_json else say
    if weights is not None:
        write(weights, save(trainer.best_weights, FORMATS[weights.suffix]), "--weights")
        told(_("Weights of epoch {epoch}: {file}", epoch=trainer.progress.best_epoch, file=weights))
    if bundle is not None:
        write(bundle, _bundle(trainer, first, measured, Path(file.removeprefix("preset:")).stem), "--bundle")
        told(_("Bundle of epoch {epoch}, verified: {file}", epoch=trainer.progress.best_epoch, file=bundle))
    return STATUS[finished.reason]


def _beginning_with(path: Path | None, experiment: Experiment) -> tuple[Experiment, dict[str, Tensor] | None]:
    """The experiment, and the weights it begins with: a file's, or those kept here that it names; None to draw them.

    Weights of a file are held against the network before a number is read, and named in the experiment.
    """
    if path is None:
        if experiment.start is None:
            return experiment, None
        with open_runs() as runs:
            return experiment, runs.first_weights(experiment, ME)
    from dlcore import network
    from dlcore.experiment import Start
    from dlcore.export.weights import fitting, read

    try:
        raw = path.read_bytes()
    except OSError as error:
        text = Text(N_("--start: {file} cannot be read. {reason}"), file=str(path), reason=error.strerror or "")
        raise DlcoreError(text) from None
    model = network.build(experiment)
    content = fitting(raw, path.name, model)
    start = Start(weights=hashlib.sha256(content).hexdigest(), origin=on_one_line(path.name)[-120:])
    return experiment.model_copy(update={"start": start}), read(content, f"{path.stem}.safetensors", model)


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
    for event in trainer.run():
        if event is not None:
            yield event
        if asked and trainer.progress.scores and trainer.unfinished:
            rest = trainer.tell()
            if rest is not None:
                yield rest
            yield trainer.finished("stopped")
            return


def _noted(events: Iterator[Event], measured: list[EpochEnded]) -> Iterator[Event]:
    """The same events; those that tell scores are kept."""
    from dlcore.training.events import EpochEnded

    for event in events:
        if isinstance(event, EpochEnded):
            measured.append(event)
        yield event


def _as_lines(events: Iterator[Event]) -> RunFinished:
    for event in events:
        click.echo(json.dumps(event.to_json(), allow_nan=False))
        last = event
    return last  # type: ignore[return-value]  # a stream ends with RunFinished


def _as_progress(events: Iterator[Event], trainer: Trainer) -> RunFinished:
    from dlcore.training.events import BatchesEnded, Diverged, EpochEnded, RunStarted
    from dlcore.training.summary import epoch_line

    console = Console(stderr=True, highlight=False)
    bar = Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
        console=console,
    )
    with bar:
        task = bar.add_task("", total=len(trainer.state.batches) * trainer.experiment.training.epochs)
        for event in events:
            match event:
                case RunStarted():
                    say(beginning(event))
                case BatchesEnded():
                    bar.update(task, completed=event.steps[-1])
                case EpochEnded():
                    bar.update(task, completed=trainer.progress.step, description=epoch_line(event))
                case Diverged():
                    say(_ending(event))
            last = event
    _print_summary(last)  # type: ignore[arg-type]
    return last  # type: ignore[return-value]


def beginning(event: Any) -> str:
    """What is said when training begins, of a `RunStarted`."""
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


def _print_summary(finished: RunFinished) -> None:
    from dlcore.training.summary import scores_line

    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("", _("epoch"), _("scores")):
        table.add_column(heading)
    table.add_row(_("best"), str(finished.best_epoch), scores_line(finished.best))
    table.add_row(_("last"), str(finished.epochs), scores_line(finished.last))
    Console().print(table)


def _bundle(trainer: Trainer, start: dict[str, Tensor] | None, measured: list[EpochEnded], name: str) -> bytes:
    """The best epoch as a bundle that its own `verify.py` has replayed. Raises ExportError where that found more."""
    from dlcore.export.bundle import bundle
    from dlcore.inference.trained import Trained

    experiment, weights, now = trainer.experiment, trainer.best_weights, trainer.progress
    trained = Trained(experiment, weights, "best", now.best_epoch, now.scores["best"], measured, name, start=start)
    with tempfile.TemporaryDirectory() as folder:
        return bundle(trained, Path(folder))[0]
