"""`code`: the experiment as a script that needs no part of this library."""

from __future__ import annotations

import click

from dlcore.cli.base import commands, experiment_of
from dlcore.i18n import N_


@commands.command(help=N_("Print the experiment in FILE as a standalone PyTorch script with the same numbers."))
@click.argument("file")
@click.option("--model", "model_only", is_flag=True, help=N_("Print the network alone, as model.py."))
@click.option("--notebook", "as_notebook", is_flag=True, help=N_("Print a Jupyter notebook with explanations."))
def code(file: str, model_only: bool, as_notebook: bool) -> None:
    from dlcore.codegen import model_code, notebook, source_code

    experiment = experiment_of(file)
    if model_only:
        click.echo(model_code(experiment).text, nl=False)
    else:
        click.echo(notebook(experiment) if as_notebook else source_code(experiment), nl=False)
