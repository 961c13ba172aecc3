"""What an owner may use, by their classes, and what they use now: read where a run is written or a file is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from dlcore.access import ME, WELCOME
from dlcore.access.quotas import QUOTAS, Quota, Usage, check_runs, most_generous, quota_of
from dlcore.runs.queue import Waiting
from dlcore.runs.store import rows
from dlcore.runs.store.engine import FOR_CLASSES
from dlcore.runs.store.schema import artifacts, classes, members, runs, teachers, uploads


def quota(connection: sa.Connection, owner: str) -> Quota:
    """What this owner may use; nothing is limited for who is in no class, where the installation is not for classes."""
    return quotas(connection, [owner])[owner]


def quotas(connection: sa.Connection, owners: Collection[str]) -> dict[str, Quota]:
    """The same of several owners: two statements, however many they are."""
    learns = sa.select(members.c.name, classes.c.quotas).join(classes, classes.c.id == members.c.class_id)
    teaches = sa.select(classes.c.teacher, classes.c.quotas).where(classes.c.teacher.in_(owners))
    found: dict[str, list[Quota]] = {owner: [] for owner in owners}
    for role, chosen in (("student", learns.where(members.c.name.in_(owners))), ("teacher", teaches)):
        for owner, stored in connection.execute(chosen):
            found[owner].append(quota_of(stored, role))
    if connection.get_execution_options().get(FOR_CLASSES):
        _limit_others(connection, found)
    return {owner: most_generous(each) for owner, each in found.items()}


def _limit_others(connection: sa.Connection, found: dict[str, list[Quota]]) -> None:
    """Who is in no class may use what a student may, and a teacher without a class what a teacher may."""
    others = [owner for owner, each in found.items() if not each and owner not in (ME.name, WELCOME)]
    taught = set(connection.execute(sa.select(teachers.c.name).where(teachers.c.name.in_(others))).scalars())
    for owner in others:
        found[owner].append(QUOTAS["teacher" if owner in taught else "student"])


def usage(connection: sa.Connection, owner: str) -> Usage:
    """What this owner uses now."""
    waiting = sa.select(sa.func.count()).where(runs.c.owner == owner, runs.c.state == "queued")
    made = sa.select(sa.func.coalesce(sa.func.sum(artifacts.c.bytes), 0)).join(runs, runs.c.id == artifacts.c.run_id)
    brought = sa.select(sa.func.coalesce(sa.func.sum(uploads.c.bytes), 0)).where(uploads.c.owner == owner)
    taken = (
        connection.execute(made.where(runs.c.owner == owner)).scalar_one() + connection.execute(brought).scalar_one()
    )
    return Usage(connection.execute(waiting).scalar_one(), int(taken))


def check_new_runs(connection: sa.Connection, owner: str, new: int) -> None:
    """Raises RunError with the numbers where so many more runs are too many for this owner."""
    allowed = quota(connection, owner)
    if allowed.waiting is not None or allowed.bytes is not None:
        check_runs(allowed, usage(connection, owner), new)


def startable(connection: sa.Connection, queue: Sequence[Waiting]) -> list[Waiting]:
    """Of a queue, in its order, the runs that may train now: of each owner as many as may run at once."""
    if not queue:
        return []
    running = Counter(rows.running(connection))
    allowed = quotas(connection, {each.owner for each in queue})
    found = []
    for each in queue:
        limit = allowed[each.owner].running
        if limit is None or running[each.owner] < limit:
            found.append(each)
            running[each.owner] += 1
    return found
