"""`code`: the experiment as a script that needs no part of this library."""

from __future__ import annotations

from pathlib import Path

import click

from dlcore.cli.base import check_loss, commands, experiment_of, say
from dlcore.cli.writing import check_place, write
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text, _


@commands.command(help=N_("Print the experiment in FILE as a standalone PyTorch script with the same numbers."))
@click.argument("file")
@click.option("--model", "model_only", is_flag=True, help=N_("Print the network alone, as model.py."))
@click.option("--notebook", "as_notebook", is_flag=True, help=N_("Print a Jupyter notebook with explanations."))
@click.option(
    "--keras", "in_keras", is_flag=True, help=N_("Print the network in Keras 3, which takes PyTorch's weights.")
)
@click.option(
    "--rows",
    type=click.Path(path_type=Path),
    metavar="OUT.npz",
    help=N_("Also write the rows that the script reads, where it cannot come by them otherwise."),
)
def code(file: str, model_only: bool, as_notebook: bool, in_keras: bool, rows: Path | None) -> None:
    from dlcore.codegen import keras_code, model_code, notebook, source_code
    from dlcore.codegen.data_source import ROWS_FILE, is_reachable, rows_file

    if model_only + as_notebook + in_keras > 1:
        raise DlcoreError(Text(N_("Say one of --model, --notebook and --keras, or none for train.py.")))
    if rows is not None:
        check_place(rows, "--rows", ".npz")
    experiment = experiment_of(file)
    if not model_only:
        check_loss(experiment)
    if model_only:
        text = model_code(experiment).text
    elif as_notebook:
        text = notebook(experiment)
    else:
        text = keras_code(experiment) if in_keras else source_code(experiment)
    if rows is not None:
        write(rows, rows_file(experiment), "--rows")
    click.echo(text, nl=False)
    if rows is None and ROWS_FILE in text and not is_reachable(experiment.dataset.source):  # type: ignore[arg-type]
        say(_("The script reads {file}, which must lie beside it: --rows {file} writes it.", file=ROWS_FILE))
