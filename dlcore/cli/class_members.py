"""`class reset`, `merge`, `remove`, `take`, `delete`: something for one student. `class quota`: what a class allows."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlcore.access import OPERATOR
from dlcore.access.quotas import QUOTAS, Quota
from dlcore.cli.base import open_runs, say
from dlcore.cli.classes import class_, find_class
from dlcore.cli.listing import AS_JSON, print_table
from dlcore.cli.writing import check_place
from dlcore.errors import ClassError, ClassNotFound, unknown
from dlcore.i18n import N_, Text, _, plural

if TYPE_CHECKING:
    from dlcore.runs import Runs
    from dlcore.runs.store.classes import Member, SchoolClass

CODE = click.argument("code", metavar="CODE")
NAME = click.argument("name", metavar="NAME")
NO_LIMIT = "none"


@class_.command(
    help=N_("Print a new word for the student NAME of the class with this CODE; the old one opens nothing.")
)
@CODE
@NAME
def reset(code: str, name: str) -> None:
    with open_runs() as runs:
        chosen = find_class(runs, code)
        click.echo(runs.reset_word(chosen.id, _member(runs, chosen, name).name, OPERATOR))


@class_.command(help=N_("Make all that the student SECOND has the student NAME's, who is the same person."))
@CODE
@click.argument("second", metavar="SECOND")
@NAME
def merge(code: str, second: str, name: str) -> None:
    with open_runs() as runs:
        chosen = find_class(runs, code)
        left, stays = _member(runs, chosen, second), _member(runs, chosen, name)
        if left == stays:
            raise ClassError(Text(N_("{name} is one student already."), name=name[:40]))
        runs.merge_members(chosen.id, left.name, stays.name, OPERATOR)
        say(_("What {second} had is {name}'s now.", second=left.called, name=stays.called))


@class_.command(help=N_("Take the student NAME out of the class with this CODE; the work stays."))
@CODE
@NAME
def remove(code: str, name: str) -> None:
    with open_runs() as runs:
        chosen = find_class(runs, code)
        runs.remove_member(chosen.id, _member(runs, chosen, name).name, OPERATOR)
        say(_("{name} is not in {class_name} any more.", name=name, class_name=chosen.name))


@class_.command(help=N_("Write all runs, data sets and studies of the student NAME into FILE (.zip)."))
@CODE
@NAME
@click.option("--out", type=click.Path(path_type=Path), required=True, help=N_("The archive to write."))
def take(code: str, name: str, out: Path) -> None:
    check_place(out, "--out", ".zip")
    with open_runs() as runs:
        member = _member(runs, find_class(runs, code), name)
        with tempfile.TemporaryDirectory(prefix=".take-", dir=out.absolute().parent) as beside:
            count = runs.take_work(member.name, Path(beside) / out.name, OPERATOR)
            (Path(beside) / out.name).replace(out)
        say(_("{count} runs of {name}: {file}", count=count, name=member.called, file=out))


@class_.command(help=N_("Delete all runs, data sets and drafts of the student NAME, who leaves the class."))
@CODE
@NAME
@click.option("--yes", is_flag=True, help=N_("Without this, nothing is deleted: only said what would be."))
def delete(code: str, name: str, yes: bool) -> None:
    with open_runs() as runs:
        chosen = find_class(runs, code)
        member = _member(runs, chosen, name)
        if not yes:
            count = runs.member_runs(chosen.id, OPERATOR).get(member.name, 0)
            said = N_("{count} runs of {name} would be deleted for good: say --yes to do it.")
            raise ClassError(Text(said, count=count, name=member.called))
        count = runs.delete_work(member.name, OPERATOR)
        said = plural(count, N_("{count} run of {name} is deleted."), N_("{count} runs of {name} are deleted."))
        say(_(said, count=count, name=member.called))


@class_.command(
    help=N_(
        "Print what the class with this CODE allows. LIMITS change it first: student.running=1, teacher.seconds=600, "
        "student.parameters=none for no limit."
    )
)
@CODE
@click.argument("limits", metavar="[LIMITS]…", nargs=-1)
@AS_JSON
def quota(code: str, limits: tuple[str, ...], as_json: bool) -> None:
    asked = [_limit(each) for each in limits]
    with open_runs() as runs:
        chosen = find_class(runs, code)
        if asked:
            allowed = {role: asdict(each) for role, each in runs.class_quotas(chosen.id, OPERATOR).items()}
            for role, name, value in asked:
                allowed.setdefault(role, {})[name] = value
            runs.set_quotas(chosen.id, _other_than_declared(allowed), OPERATOR)
        found = {role: asdict(each) for role, each in runs.class_quotas(chosen.id, OPERATOR).items()}
    if as_json:
        click.echo(json.dumps(found))
        return
    rows = [[name, *(_shown(found[role][name]) for role in QUOTAS)] for name in (each.name for each in fields(Quota))]
    print_table([_("limit"), *QUOTAS], rows, right=(1, 2))


def _limit(written: str) -> tuple[str, str, int | None]:
    """`student.running=1` as its parts. Raises ClassError."""
    place, _equals, value = written.partition("=")
    role, _dot, name = place.partition(".")
    if value != NO_LIMIT and not (value.isascii() and value.isdigit()):
        raise ClassError(Text(N_("A limit is written as student.running=1, or =none for no limit, not as {received}."),
                              received=repr(written[:80])))  # fmt: skip
    return role, name, None if value == NO_LIMIT else int(value)


def _other_than_declared(allowed: dict[str, dict[str, int | None]]) -> dict[str, dict[str, int | None]]:
    """What a class keeps: unknown names stay in, for the store to refuse them."""
    return {role: {name: value for name, value in limits.items()
                   if role not in QUOTAS or value != getattr(QUOTAS[role], name, ...)}
            for role, limits in allowed.items()}  # fmt: skip


def _shown(value: int | None) -> str:
    return NO_LIMIT if value is None else f"{value:,}"


def _member(runs: Runs, chosen: SchoolClass, called: str) -> Member:
    found = {each.called: each for each in runs.members(chosen.id, OPERATOR)}
    if called not in found:
        raise ClassNotFound(unknown(Text(N_("student")), called, found))
    return found[called]
