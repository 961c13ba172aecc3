"""`class rename`, `new-code`, `end`: a class as a whole. `class tasks`, `results`: what it is asked, and did."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlcore.access import OPERATOR
from dlcore.cli.base import open_runs, say
from dlcore.cli.class_members import CODE
from dlcore.cli.classes import class_, find_class
from dlcore.cli.listing import AS_JSON, print_table
from dlcore.cli.writing import check_place, write
from dlcore.errors import ClassError, ClassNotFound, unknown
from dlcore.i18n import N_, Text, _

if TYPE_CHECKING:
    from dlcore.runs import Runs
    from dlcore.runs.store.assignments import ClassAssignment
    from dlcore.runs.store.classes import SchoolClass


@class_.command(help=N_("Call the class with this CODE by the name NAME."))
@CODE
@click.argument("name", metavar="NAME")
def rename(code: str, name: str) -> None:
    with open_runs() as runs:
        runs.rename_class(find_class(runs, code).id, name, OPERATOR)


@class_.command(
    "new-code",
    help=N_("Print a new code for the class with this CODE; the old one opens nothing, and whoever is in stays."),
)
@CODE
def new_code(code: str) -> None:
    with open_runs() as runs:
        click.echo(runs.renew_code(find_class(runs, code).id, OPERATOR))


@class_.command(
    help=N_(
        "Delete the class with this CODE, its tasks and all that was handed in for them. The runs stay the students'."
    )
)
@CODE
@click.option("--yes", is_flag=True, help=N_("Without this, nothing is deleted: only said what would be."))
def end(code: str, yes: bool) -> None:
    with open_runs() as runs:
        chosen = find_class(runs, code)
        if not yes:
            students = len(runs.members(chosen.id, OPERATOR))
            tasks = len(runs.class_assignments(chosen.id, OPERATOR))
            text = N_("{name} would be deleted for good (students: {students}, tasks: {tasks}): say --yes to do it.")
            raise ClassError(Text(text, name=chosen.name, students=students, tasks=tasks))
        runs.delete_class(chosen.id, OPERATOR)
        say(_("{name} is deleted.", name=chosen.name))


@class_.command(help=N_("List the tasks of the class with this CODE, the newest first; times in UTC."))
@CODE
@AS_JSON
def tasks(code: str, as_json: bool) -> None:
    with open_runs() as runs:
        chosen = find_class(runs, code)
        found = [(each, _handed_in(runs, each)) for each in runs.class_assignments(chosen.id, OPERATOR)]
    if as_json:
        plain = [{"id": each.id, "title": each.title, "task": each.task, "attempts": each.attempts,
                  "due": each.due_at and each.due_at.isoformat(), "handed_in": count}
                 for each, count in found]  # fmt: skip
        click.echo(json.dumps(plain, ensure_ascii=False))
        return
    rows = [[each.id, each.title, _moment(each.due_at) if each.due_at else "–", str(count)] for each, count in found]
    print_table([_("id"), _("title"), _("due"), _("handed in")], rows, right=(3,))


@class_.command(
    help=N_(
        "Print as CSV what each student of the class with this CODE has handed in for TASK, a title or an id; times in "
        "UTC."
    )
)
@CODE
@click.argument("task", metavar="TASK")
@click.option("--out", type=click.Path(path_type=Path), help=N_("Write the CSV to this file."))
def results(code: str, task: str, out: Path | None) -> None:
    from dlcore.classroom.task_table import task_table
    from dlcore.serving.csv_file import csv_file

    if out is not None:
        check_place(out, "--out", ".csv")
    with open_runs() as runs:
        asked = _task(runs, find_class(runs, code), task)
        content = csv_file(task_table(asked, runs.assignment_results(asked.id, OPERATOR), _moment))
    if out is None:
        click.echo(content.decode("utf-8-sig"), nl=False)
    else:
        write(out, content, "--out")
        say(_("The results of {title}: {file}", title=asked.title, file=out))


def _handed_in(runs: Runs, task: ClassAssignment) -> int:
    """How many students have."""
    return len({each.owner for each in runs.submissions(task.id, OPERATOR)})


def _task(runs: Runs, chosen: SchoolClass, named: str) -> ClassAssignment:
    """The task of a class with this id, else the newest of this title. Raises ClassNotFound."""
    found = runs.class_assignments(chosen.id, OPERATOR)
    for each in found:
        if each.id == named:
            return each
    titled = {each.title: each for each in reversed(found)}
    if named not in titled:
        raise ClassNotFound(unknown(Text(N_("task")), named, titled))
    return titled[named]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"
