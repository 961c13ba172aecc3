"""`data`: the learner's own data sets, brought from the terminal into the same place as from the app."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dlcore.cli.base import commands, opened, say
from dlcore.cli.listing import AS_JSON, print_table
from dlcore.data.own.description import DECIMALS, ENCODINGS, Column, Description, Reading, Table, to_json
from dlcore.i18n import N_, _

if TYPE_CHECKING:
    from dlcore.runs import Upload

OWNER = "me"
VALUES_SHOWN = 8
NAMED = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}  # marks that a terminal takes for its own


@commands.group(help=N_("Your own data sets: bring one, list them, look at one, remove one."))
def data() -> None: ...


@data.command(
    help=N_(
        "Bring FILE (CSV, TSV, Excel, Parquet, ZIP of pictures, NPZ, an IDX pair) for the commands of this machine, "
        "and print its id. The app shows what its own page Data was given, each browser its own."
    )
)
@click.argument("files", metavar="FILE", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--name", help=N_("What to call it; the name of the file without it."))
@click.option("--target", help=N_("The column to predict where an experiment names none."))
@click.option("--delimiter", type=click.Choice([*NAMED]), help=N_("What divides the cells; found without it."))
@click.option("--encoding", type=click.Choice(ENCODINGS), help=N_("How letters are written; found without it."))
@click.option("--decimal", type=click.Choice(DECIMALS), help=N_("The mark in numbers; found without it."))
@click.option(
    "--header/--no-header", default=None, help=N_("Whether the first row names the columns; found without it.")
)
@AS_JSON
def add(files: tuple[Path, ...], name: str | None, target: str | None, as_json: bool, **told: Any) -> None:
    with opened() as runs:
        upload = runs.upload(list(files), owner=OWNER, name=name, target=target, reading=_as_told(**told))
    for each in upload.description.repairs:
        say(str(each.sentence))
    if as_json:
        click.echo(json.dumps(_plain(upload), ensure_ascii=False))
    else:
        click.echo(upload.dataset)


def _as_told(delimiter: str | None, **others: Any) -> Reading:
    return Reading(None if delimiter is None else NAMED[delimiter], **others)


@data.command("list", help=N_("List your data sets, the newest first."))
@AS_JSON
def list_(as_json: bool) -> None:
    with opened() as runs:
        found = runs.uploads()
    if as_json:
        click.echo(json.dumps([_plain(each) for each in found], ensure_ascii=False))
        return
    rows = [[each.id, each.name, _extent(each.description), f"{each.created_at:%Y-%m-%d %H:%M}"] for each in found]
    print_table([_("id"), _("name"), _("what is in it"), _("brought")], rows)


@data.command(help=N_("Print what was found in the data set ID: columns, types, missing values, classes."))
@click.argument("upload_id", metavar="ID")
@AS_JSON
def show(upload_id: str, as_json: bool) -> None:
    with opened() as runs:
        upload = runs.find_upload(_bare(upload_id))
    if as_json:
        click.echo(json.dumps(_plain(upload), ensure_ascii=False))
        return
    click.echo(f"{upload.name} · {upload.file_name} · {_extent(upload.description)}")
    description = upload.description
    for each in description.repairs:
        click.echo(str(each.sentence))
    if isinstance(description, Table):
        click.echo(_detected(description))
        headings = [_("column"), _("type"), _("missing"), _("lowest"), _("highest"), _("mean"), _("values")]
        print_table(headings, [_described(each) for each in description.columns], right=(2, 3, 4, 5))
        return
    if description.classes:
        counts = zip(description.classes, description.counts, strict=True)
        print_table([_("class"), _("examples")], [[name, f"{count:,}"] for name, count in counts], right=(1,))


@data.command(help=N_("Remove the data set ID. Runs that learned from it keep their curves and weights."))
@click.argument("upload_id", metavar="ID")
def remove(upload_id: str) -> None:
    with opened() as runs:
        runs.delete_upload(_bare(upload_id))


commands.add_command(add, "upload")


def _bare(upload_id: str) -> str:
    return upload_id.removeprefix("upload:")


def _plain(upload: Upload) -> dict[str, Any]:
    kept = ("id", "name", "target", "file_name", "bytes", "sha256")
    return {
        **{name: getattr(upload, name) for name in kept},
        "dataset": upload.dataset,
        "created_at": upload.created_at.isoformat(),
        "description": to_json(upload.description),
        "repairs": [each.to_json() | {"sentence": str(each.sentence)} for each in upload.description.repairs],
    }


def _extent(description: Description) -> str:
    """«300 rows, 5 columns», «40 images in 2 classes», «60,000 examples of 1 × 28 × 28»."""
    rows = f"{description.rows:,}"
    if isinstance(description, Table):
        return _("{rows} rows, {columns} columns", rows=rows, columns=len(description.columns))
    if hasattr(description, "colour"):
        return _("{rows} images in {classes} classes", rows=rows, classes=len(description.classes))
    return _("{rows} examples of {shape}", rows=rows, shape=" × ".join(map(str, description.shape)))


def _detected(table: Table) -> str:
    """How the file was read: «csv · delimiter ';' · encoding gbk · decimal ','»."""
    names = {"delimiter": _("delimiter"), "encoding": _("encoding"), "decimal": _("decimal mark"), "sheet": _("sheet")}
    found = {name: getattr(table.detected, name) for name in names}
    said = [f"{names[name]} {value!r}" for name, value in found.items() if value]
    if not table.detected.header:
        said.append(_("no row of names"))
    return " · ".join([table.format, *said])


def _described(column: Column) -> list[str]:
    numbers = ["" if value is None else f"{value:.6g}" for value in (column.low, column.high, column.mean)]
    values = ""
    if column.kind == "categorical":
        pairs = zip(column.values[:VALUES_SHOWN], column.counts, strict=False)
        more = ["…"] if len(column.values) > VALUES_SHOWN else []
        values = ", ".join([f"{value} ({count:,})" for value, count in pairs] + more)
    return [column.name, column.kind, f"{column.missing:,}", *numbers, values]
