"""`train`: the same loop as the app's, with a progress bar or as one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from dlcore.cli.base import commands, experiment_of, say
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text, _

if TYPE_CHECKING:
    from dlcore.training.events import EpochEnded, Event, RunFinished, Scores
    from dlcore.training.loop import Trainer


@commands.command()
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, one an event, and nothing else.")
@click.option(
    "--weights",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the best epoch's weights here (.safetensors or .pt).",
)
def train(file: str, as_json: bool, weights: Path | None) -> int:
    """Train the experiment in FILE (or preset:NAME)."""
    _check_ending(weights)
    experiment = experiment_of(file)
    from dlcore.training.check import check
    from dlcore.training.loop import Trainer

    check(experiment)
    trainer = Trainer(experiment)
    events = _until_interrupted(trainer)
    finished = _as_lines(events) if as_json else _as_progress(events, trainer)
    if weights is not None:
        _write(weights, trainer, as_json)
    return 1 if finished.reason == "diverged" else 0


def _check_ending(weights: Path | None) -> None:
    if weights is not None and weights.suffix not in (".safetensors", ".pt"):
        raise DlcoreError(Text(N_("--weights: {file} must end in .safetensors or .pt."), file=str(weights)))
    if weights is not None and not weights.absolute().parent.is_dir():
        raise DlcoreError(Text(N_("--weights: there is no folder {folder}."), folder=str(weights.parent)))


def _until_interrupted(trainer: Trainer) -> Iterator[Event]:
    """The events of a run; Ctrl-C ends it as Stop does in the app."""
    from dlcore.training.probes import with_probes

    try:
        yield from (event for event in with_probes(trainer) if event is not None)
    except KeyboardInterrupt:
        if not trainer.scores:
            raise click.Abort from None
        yield trainer.finished("stopped")


def _as_lines(events: Iterator[Event]) -> RunFinished:
    for event in events:
        click.echo(json.dumps(event.to_json(), allow_nan=False))
        last = event
    return last  # type: ignore[return-value]  # the stream ends with RunFinished


def _as_progress(events: Iterator[Event], trainer: Trainer) -> RunFinished:
    from dlcore.training.events import BatchesEnded, Diverged, EpochEnded, RunStarted

    bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
                   console=Console(stderr=True), transient=True)  # fmt: skip
    with bar:
        task = bar.add_task("", total=len(trainer.batches) * trainer.experiment.training.epochs)
        for event in events:
            match event:
                case RunStarted():
                    say(
                        _(
                            N_("Training on {device}: {parameters} parameters, {rows} examples."),
                            device=event.device_name,
                            parameters=f"{event.parameters:,}",
                            rows=f"{event.examples['train']:,}",
                        )
                    )
                case BatchesEnded():
                    bar.update(task, completed=event.steps[-1])
                case EpochEnded():
                    bar.update(task, description=_line(event))
                case Diverged():
                    say(
                        _(
                            N_(
                                "Stopped in epoch {epoch}: the loss is no longer a finite number; {reason}. The weights of epoch "
                                "{kept} are kept."
                            ),
                            epoch=event.epoch,
                            reason=event.reason,
                            kept=event.kept_epoch,
                        )
                    )
            last = event
    _print_summary(last)  # type: ignore[arg-type]
    return last  # type: ignore[return-value]


def _line(event: EpochEnded) -> str:
    judged = event.validation or event.train
    return _(
        N_("epoch {epoch}: training loss {loss}, validation {scores}"),
        epoch=event.epoch,
        loss=f"{event.train.loss:.4f}",
        scores=_said(judged),
    )


def _said(scores: Scores) -> str:
    if scores.accuracy is not None:
        return _(N_("loss {loss}, accuracy {accuracy}"), loss=f"{scores.loss:.4f}", accuracy=f"{scores.accuracy:.3f}")
    return _(N_("loss {loss}, R² {r2}"), loss=f"{scores.loss:.4f}", r2=f"{scores.r2:.3f}")


def _print_summary(finished: RunFinished) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("", _(N_("epoch")), _(N_("scores"))):
        table.add_column(heading)
    table.add_row(_(N_("best")), str(finished.best_epoch), _said(finished.best))
    table.add_row(_(N_("last")), str(finished.epochs), _said(finished.last))
    Console().print(table)


def _write(path: Path, trainer: Trainer, quiet: bool) -> None:
    from dlcore.export.weights import save

    format = "pt" if path.suffix == ".pt" else "safetensors"
    try:
        path.write_bytes(save(trainer.best_weights, format))
    except OSError as error:
        raise DlcoreError(
            Text(N_("--weights: {file} cannot be written ({reason})."), file=str(path), reason=error.strerror or "")
        ) from None
    if not quiet:
        say(_(N_("Weights of epoch {epoch}: {file}"), epoch=trainer.best_epoch, file=path))
