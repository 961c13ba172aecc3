"""`export` and `verify`: a run as a bundle, and whether a bundle answers as its network does."""

from __future__ import annotations

import os
from pathlib import Path

import click

from dlcore.cli.base import commands, say
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text, _


@commands.command(help=N_("Write the run RUN of this machine to OUT: a bundle (.zip), an .onnx or a .pt2 file."))
@click.argument("run")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--last", is_flag=True, help=N_("The last epoch instead of the best one."))
def export(run: str, out: Path, last: bool) -> None:
    from dlcore import runs as _runs

    kinds = {".zip": "bundle", ".onnx": "onnx", ".pt2": "pt2"}
    if out.suffix not in kinds:
        raise DlcoreError(Text(N_("{file} must end in .zip, .onnx or .pt2."), file=str(out)))
    with _runs.open(dispatcher=False) as runs:
        made = runs.export(run, kinds[out.suffix], "last" if last else "best")  # type: ignore[arg-type]
        _copy(made.path, out)
    say(
        _("{file}: the same answers as in the app, largest difference {size}.", file=out, size=f"{made.difference:.1g}")
    )


def _copy(made: Path, out: Path) -> None:
    """Beside it first, then renamed: a file of that name is whole or not there."""
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        beside.write_bytes(made.read_bytes())
        beside.replace(out)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise DlcoreError(
            Text(N_("{file} cannot be written. {reason}"), file=str(out), reason=error.strerror or "")
        ) from None


@commands.command(help=N_("Replay the samples of BUNDLE.zip; print the largest difference. Runs no code of the file."))
@click.argument("bundle", type=click.Path(path_type=Path))
def verify(bundle: Path) -> int:
    from dlcore.export.bundle.replay import replay

    replayed = replay(bundle)
    said = _("Largest difference over {count} samples: {size} (at most {allowed} is allowed).",
             count=replayed.samples, size=f"{replayed.difference:.3g}", allowed=f"{replayed.allowed:.3g}")  # fmt: skip
    click.echo(said)
    return 0 if replayed.agrees else 1
