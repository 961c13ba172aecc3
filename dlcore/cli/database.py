"""`backup`, `restore`: everything in one file, and back. `new-database`: the way on from a damaged database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlcore.cli.base import commands, say
from dlcore.i18n import N_, _

if TYPE_CHECKING:
    from dlcore.runs.backup import Contents


@commands.command(
    "new-database", help=N_("Put a damaged database aside, with the weights of its runs; begin a new one.")
)
def new_database() -> None:
    from dlcore.runs import quarantine
    from dlcore.runs.settings import read_settings

    folder = quarantine.new_database(read_settings())
    say(_("The damaged database is kept in {folder}. A new one was begun; nothing was removed.", folder=folder))


@commands.command(
    help=N_(
        "Write all runs, weights, films, data sets and settings of this installation into FILE (.zip). The app may run "
        "meanwhile. Whoever has FILE has everything, the secret too: keep it as you would keep a key."
    )
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    from dlcore.runs import backup as backups
    from dlcore.runs.settings import read_settings

    found = backups.backup(read_settings(), file)
    for lost in found.lost:
        say(_("The file {file} is gone or damaged, and is left out.", file=lost))
    click.echo(_counted(found))


@commands.command(
    help=N_(
        "Bring back what `backup` wrote into FILE: into the empty home that DLCORE_HOME names, and the database of "
        "DLCORE_DATABASE_URL where one is set."
    )
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    from dlcore.runs import backup as backups
    from dlcore.runs.settings import read_settings

    click.echo(_counted(backups.restore(read_settings(), file)))


def _counted(found: Contents) -> str:
    return _(
        "{runs} runs, {uploads} data sets, {files} files", runs=found.runs, uploads=found.uploads, files=found.files
    )
