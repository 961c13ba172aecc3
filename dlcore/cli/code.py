"""`code`: the experiment as a script that needs no part of this library."""

from __future__ import annotations

import click

from dlcore.cli.base import commands, experiment_of
from dlcore.i18n import N_


@commands.command(help=N_("Print the experiment in FILE as a standalone PyTorch script with the same numbers."))
@click.argument("file")
@click.option("--model", "model_only", is_flag=True, help=N_("Print the network alone, as model.py."))
def code(file: str, model_only: bool) -> None:
    from dlcore.codegen import model_code, source_code

    experiment = experiment_of(file)
    click.echo(model_code(experiment).text if model_only else source_code(experiment), nl=False)
