"""`data`: the learner's own data sets, brought from the terminal into the same place as from the app."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dlcore.access import ME, OPERATOR
from dlcore.cli.base import commands, open_runs, say
from dlcore.cli.listing import AS_JSON, print_table
from dlcore.cli.reading_options import as_told, read_otherwise, with_orders, without_orders
from dlcore.data.column import Column
from dlcore.data.uploads.description import Description, Reading, Repair, Table, to_json
from dlcore.i18n import N_, _

if TYPE_CHECKING:
    from dlcore.runs import Upload

VALUES_SHOWN = 8
COLUMNS_SHOWN = 12  # whose way of reading is told


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
@read_otherwise
@AS_JSON
def add(files: tuple[Path, ...], name: str | None, target: str | None, as_json: bool, **told: Any) -> None:
    reading = as_told(**told)
    with open_runs() as runs:
        bring = functools.partial(runs.upload, list(files), ME, name, target)
        upload = bring(without_orders(reading))
        if without_orders(reading) != reading and isinstance(upload.description, Table):
            first, upload = upload, bring(with_orders(reading, upload.description.reading))
            runs.delete_upload(first.id, ME)
    if as_json:
        click.echo(json.dumps(_plain(upload), ensure_ascii=False))
        return
    click.echo(upload.dataset)
    for each in upload.description.repairs:
        say(str(each.sentence))


@data.command("list", help=N_("List your data sets, the newest first."))
@AS_JSON
def list_(as_json: bool) -> None:
    with open_runs() as runs:
        found = runs.uploads(OPERATOR)
    if as_json:
        click.echo(json.dumps([_plain(each) for each in found], ensure_ascii=False))
        return
    rows = [[each.id, each.name, _extent(each.description), f"{each.created_at:%Y-%m-%d %H:%M}"] for each in found]
    print_table([_("id"), _("name"), _("what is in it"), _("brought")], rows)


@data.command(help=N_("Print what was found in the data set ID: columns, types, missing values, classes."))
@click.argument("upload_id", metavar="ID")
@AS_JSON
def show(upload_id: str, as_json: bool) -> None:
    with open_runs() as runs:
        upload = runs.find_upload(_bare(upload_id), OPERATOR)
    if as_json:
        click.echo(json.dumps(_plain(upload), ensure_ascii=False))
        return
    click.echo(f"{upload.name} · {upload.file_name} · {_extent(upload.description)}")
    description = upload.description
    if isinstance(description, Table):
        click.echo(_reading(description))
    for each in description.repairs:
        click.echo(str(each.sentence))
    if isinstance(description, Table):
        headings = [_("column"), _("type"), _("missing"), _("lowest"), _("highest"), _("mean"), _("values")]
        print_table(headings, [_described(each) for each in description.columns], right=(2, 3, 4, 5))
        return
    counts = zip(description.classes, description.counts, strict=True)
    print_table([_("class"), _("examples")], [[name, f"{count:,}"] for name, count in counts], right=(1,))


@data.command(help=N_("Remove the data set ID. Runs that learned from it keep their curves and weights."))
@click.argument("upload_id", metavar="ID")
def remove(upload_id: str) -> None:
    with open_runs() as runs:
        runs.delete_upload(_bare(upload_id), OPERATOR)


commands.add_command(add, "upload")


def _bare(upload_id: str) -> str:
    return upload_id.removeprefix("upload:")


def _plain(upload: Upload) -> dict[str, Any]:
    kept = ("id", "name", "target", "file_name", "bytes", "sha256")
    description = to_json(upload.description)
    if isinstance(upload.description, Table):
        description["detected"] = _detected(upload.description.reading)
    return {
        **{name: getattr(upload, name) for name in kept},
        "dataset": upload.dataset,
        "created_at": upload.created_at.isoformat(),
        "description": description,
        "reading": description.get("reading"),
        "repairs": [_repair(each) for each in upload.description.repairs],
    }


def _repair(repair: Repair) -> dict[str, Any]:
    """What was mended, with its sentence in the language of the terminal."""
    plain = repair.to_json()
    return {**plain, "sentence": str(repair.sentence)}


def _detected(reading: Reading) -> dict[str, Any]:
    """The reading as earlier versions told it."""
    return {
        "delimiter": reading.delimiter or ",",
        "encoding": reading.encoding or "utf-8",
        "decimal": reading.decimal or ".",
        "header": bool(reading.header),
        "sheet": reading.sheet or "",
    }


def _extent(description: Description) -> str:
    """«300 rows, 5 columns», «40 images in 2 classes», «60,000 examples of 1 × 28 × 28»."""
    rows = f"{description.rows:,}"
    if isinstance(description, Table):
        return _("{rows} rows, {columns} columns", rows=rows, columns=len(description.columns))
    if hasattr(description, "colour"):
        return _("{rows} images in {classes} classes", rows=rows, classes=len(description.classes))
    return _("{rows} examples of {shape}", rows=rows, shape=" × ".join(map(str, description.shape)))


def _reading(table: Table) -> str:
    """How the file was read: «csv · delimiter ';' · encoding gbk · decimal mark ',' · day: date %d/%m/%Y»."""
    reading = table.reading
    said = [f"{_(label)} {value!r}" for label, value in (
        (N_("delimiter"), reading.delimiter), (N_("encoding"), reading.encoding),
        (N_("decimal mark"), reading.decimal),
        (N_("thousands mark"), reading.thousands), (N_("sheet"), reading.sheet),
        (N_("comments begin with"), reading.comment), (N_("column of row numbers"), reading.index),
    ) if value]  # fmt: skip
    if reading.header == 0:
        said.append(_("no row of names"))
    elif reading.header == 2:
        said.append(_("two rows of names"))
    if reading.skip:
        said.append(_("{count} rows above the names left out", count=reading.skip))
    for name, how in list(reading.columns.items())[:COLUMNS_SHOWN]:
        marks = " ".join(each for each in (how.day or "", how.decimal or "", how.thousands or "", how.unit) if each)
        if how.missing:
            marks = " ".join(filter(None, [marks, _("missing: {marks}", marks=", ".join(how.missing))]))
        if how.day or how.unit or how.thousands or how.missing:
            said.append(f"{name}: {marks}")
    return " · ".join([table.format, *said])


def _described(column: Column) -> list[str]:
    numbers = [_number(value) for value in (column.low, column.high, column.mean)]
    values = ""
    if column.kind == "categorical":
        pairs = zip(column.values[:VALUES_SHOWN], column.counts, strict=False)
        more = ["…"] if len(column.values) > VALUES_SHOWN else []
        values = ", ".join([f"{value} ({count:,})" for value, count in pairs] + more)
    return [column.name, column.kind, f"{column.missing:,}", *numbers, values]


def _number(value: float | str | None) -> str:
    """Six digits of a number; a day as it is."""
    return value if isinstance(value, str) else "" if value is None else f"{value:.6g}"
