"""`class make`, `class list`, `class roster`: a teacher's classes, from the command line of the server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlcore.access import FIRST_TEACHER, OPERATOR
from dlcore.access.roster import write_roster
from dlcore.access.words import clean_code
from dlcore.cli.base import commands, open_runs, say
from dlcore.cli.listing import AS_JSON, print_table
from dlcore.cli.writing import check_place, write
from dlcore.errors import ClassError, DlcoreError
from dlcore.i18n import N_, Text, _

if TYPE_CHECKING:
    from dlcore.runs import Runs
    from dlcore.runs.store.classes import SchoolClass


@commands.group("class", help=N_("Classes that learn with this server: make one, list them, take students in."))
def class_() -> None: ...


@class_.command(help=N_("Make the class NAME, and print the code by which students join it."))
@click.argument("name", metavar="NAME")
def make(name: str) -> None:
    with open_runs() as runs:
        made = runs.make_class(name, FIRST_TEACHER)
    click.echo(made.code)


@class_.command("list", help=N_("List the classes of this server, the newest first."))
@AS_JSON
def list_(as_json: bool) -> None:
    with open_runs() as runs:
        called = {each.name: each.called for each in runs.teachers(OPERATOR)}
        found = [(each, len(runs.members(each.id, OPERATOR))) for each in runs.classes(OPERATOR)]
    if as_json:
        plain = [{"code": each.code, "name": each.name, "teacher": called.get(each.teacher), "students": count}
                 for each, count in found]  # fmt: skip
        click.echo(json.dumps(plain, ensure_ascii=False))
        return
    rows = [[each.code, each.name, called.get(each.teacher, "–"), str(count)] for each, count in found]
    print_table([_("code"), _("name"), _("teacher"), _("students")], rows, right=(3,))


@class_.command(
    help=N_(
        "Print the students of the class with this CODE as CSV. With --add, take in those of a CSV file first (columns "
        "name and, where wanted, word), and print the words of the new ones: they are told this once."
    )
)
@click.argument("code", metavar="CODE")
@click.option(
    "--add", type=click.Path(path_type=Path), help=N_("A CSV file with students; none is added if one is wrong.")
)
@click.option("--out", type=click.Path(path_type=Path), help=N_("Write the CSV to this file."))
def roster(code: str, add: Path | None, out: Path | None) -> None:
    if out is not None:
        check_place(out, "--out", ".csv")
    with open_runs() as runs:
        chosen = find_class(runs, code)
        if add is not None:
            added = runs.import_roster(chosen.id, _content(add), OPERATOR)
            content = write_roster((each.called, each.word) for each in added)
        else:
            joined = ((each.called, f"{each.joined_at:%Y-%m-%d %H:%M}") for each in runs.members(chosen.id, OPERATOR))
            content = write_roster(joined, "joined")
    if out is None:
        click.echo(content.decode("utf-8-sig"), nl=False)
    else:
        write(out, content, "--out")
        say(_("The roster of {name}: {file}", name=chosen.name, file=out))


@class_.command(
    help=N_(
        "Print an address that makes one browser the teacher NAME, who is made where there is none; it works once. "
        "Without NAME, list the teachers."
    )
)
@click.argument("name", metavar="NAME", required=False)
@click.option("--at", default="http://127.0.0.1:8501", show_default=True, help=N_("Where browsers reach this server."))
@click.option("--sign-out", is_flag=True, help=N_("Sign NAME out in every browser instead."))
def teacher(name: str | None, at: str, sign_out: bool) -> None:
    with open_runs() as runs:
        if name is None:
            print_table([_("name")], [[each.called] for each in runs.teachers(OPERATOR)])
        elif sign_out:
            runs.sign_teacher_out(name, OPERATOR)
            say(_("{name} is signed out in every browser.", name=name))
        else:
            click.echo(f"{at.rstrip('/')}/teacher?code={runs.invite_teacher(name, OPERATOR)}")


def find_class(runs: Runs, code: str) -> SchoolClass:
    """The class with this code, whoever teaches it: who works at the console looks after all. Raises ClassError."""
    found = {each.code: each for each in runs.classes(OPERATOR)}
    if clean_code(code) not in found:
        raise ClassError(Text(N_("There is no class with the code {code}."), code=code[:40]))
    return found[clean_code(code)]


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        text = Text(N_("--add: {file} cannot be read. {reason}"), file=str(file), reason=error.strerror or "")
        raise DlcoreError(text) from None
