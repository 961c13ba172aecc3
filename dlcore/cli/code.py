"""`code`: the experiment as a script that needs no part of this library."""

from __future__ import annotations

import click

from dlcore.cli.base import check_loss, commands, experiment_of
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text


@commands.command(help=N_("Print the experiment in FILE as a standalone PyTorch script with the same numbers."))
@click.argument("file")
@click.option("--model", "model_only", is_flag=True, help=N_("Print the network alone, as model.py."))
@click.option("--notebook", "as_notebook", is_flag=True, help=N_("Print a Jupyter notebook with explanations."))
@click.option(
    "--keras", "in_keras", is_flag=True, help=N_("Print the network in Keras 3, which takes PyTorch's weights.")
)
def code(file: str, model_only: bool, as_notebook: bool, in_keras: bool) -> None:
    from dlcore.codegen import keras_code, model_code, notebook, source_code

    if model_only + as_notebook + in_keras > 1:
        raise DlcoreError(Text(N_("Say one of --model, --notebook and --keras, or none for train.py.")))
    experiment = experiment_of(file)
    if not model_only:
        check_loss(experiment)
    if model_only:
        text = model_code(experiment).text
    elif as_notebook:
        text = notebook(experiment)
    else:
        text = keras_code(experiment) if in_keras else source_code(experiment)
    click.echo(text, nl=False)
