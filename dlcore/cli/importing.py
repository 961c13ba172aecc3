"""`import`: a bundle comes back as an experiment that begins with the weights that were learned."""

from __future__ import annotations

from pathlib import Path

import click

from dlcore.cli.base import commands, say
from dlcore.i18n import N_, _

ALONE = "me"  # who works at a terminal


@commands.command(
    "import",
    help=N_("Keep the weights of BUNDLE.zip on this machine and print its experiment, which begins with them."),
)
@click.argument("bundle", type=click.Path(path_type=Path))
def import_(bundle: Path) -> None:
    from dlcore import runs as _runs
    from dlcore.export.bundle.reading import bytes_of

    raw = bytes_of(bundle)
    with _runs.open(dispatcher=False) as runs:
        experiment = runs.opened(raw, bundle.name, ALONE)
    click.echo(experiment.to_yaml(), nl=False)
    say(_("The weights are kept. Save the experiment to a file: train FILE goes on from what the bundle has learned."))
