"""`export` and `verify`: a run as a bundle, and whether a bundle answers as its network does."""

from __future__ import annotations

from pathlib import Path

import click

from dlcore.access import OPERATOR
from dlcore.cli.base import commands, say
from dlcore.cli.writing import check_place, write
from dlcore.i18n import N_, _


@commands.command(help=N_("Write the run RUN of this machine to OUT: a bundle (.zip), an .onnx or a .pt2 file."))
@click.argument("run")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--last", is_flag=True, help=N_("The last epoch instead of the best one."))
def export(run: str, out: Path, last: bool) -> None:
    from dlcore import runs as _runs

    kinds = {".zip": "bundle", ".onnx": "onnx", ".pt2": "pt2"}
    check_place(out, "OUT", *kinds)
    with _runs.open(dispatcher=False) as runs:
        made = runs.export(run, kinds[out.suffix], OPERATOR, "last" if last else "best")  # type: ignore[arg-type]
        write(out, made.path.read_bytes(), "OUT")
    say(
        _("{file}: the same answers as in the app, largest difference {size}.", file=out, size=f"{made.difference:.1g}")
    )


@commands.command(help=N_("Replay the samples of BUNDLE.zip; print the largest difference. Runs no code of the file."))
@click.argument("bundle", type=click.Path(path_type=Path))
def verify(bundle: Path) -> int:
    from dlcore.export.bundle.replay import replay

    replayed = replay(bundle)
    said = _("Largest difference over {count} samples: {size} (at most {allowed} is allowed).",
             count=replayed.samples, size=f"{replayed.difference:.3g}", allowed=f"{replayed.allowed:.3g}")  # fmt: skip
    click.echo(said)
    return 0 if replayed.agrees else 1
