"""`new-database`: the way on from a damaged database."""

from __future__ import annotations

from dlcore.cli.base import commands, say
from dlcore.i18n import N_, _


@commands.command(
    "new-database", help=N_("Put a damaged database aside, with the weights of its runs; begin a new one.")
)
def new_database() -> None:
    from dlcore.runs import quarantine
    from dlcore.runs.settings import read_settings

    folder = quarantine.new_database(read_settings())
    say(_("The damaged database is kept in {folder}. A new one was begun; nothing was removed.", folder=folder))
