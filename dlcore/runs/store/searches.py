"""Searches in the database: studies to which runs are added one after the other, and how far each has come."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from dlcore.i18n import Text
from dlcore.runs.store import rows
from dlcore.runs.store.engine import reading, writing
from dlcore.runs.store.learner import end_of_queue
from dlcore.runs.store.notification import notify
from dlcore.runs.store.schema import events, runs, searches, studies, study_runs
from dlcore.runs.store.studies import NewRun
from dlcore.runs.store.usage import check_new_runs
from dlcore.training.events import EpochEnded

Curves = dict[int, dict[int, float]]  # by arm and epoch


class SearchStore:
    """What the process that drives searches reads and writes."""

    _engine: sa.Engine

    def open_searches(self, home: str) -> list[str]:
        """The ids of the studies that this home is to go on with."""
        with reading(self._engine) as connection:
            return list(connection.execute(_open(self._engine, home)).scalars())

    def add_trial(self, study_id: str, arm: Mapping[str, Any], new: NewRun) -> bool:
        """Write an arm behind the others and queue its run, in one transaction.

        False where the search is not open any more, or another trial has this number: then nothing is written. Raises
        RunError where its owner has used up what a class allows.
        """
        with writing(self._engine) as connection:
            chosen = sa.select(studies).join(searches, searches.c.study_id == studies.c.id)
            chosen = chosen.where(studies.c.id == study_id, searches.c.state == "open").with_for_update()
            study = connection.execute(chosen).mappings().one_or_none()
            if study is None or len(study["body"]["arms"]) != new.arm:
                return False
            check_new_runs(connection, study["owner"], 1)
            body = {**study["body"], "arms": [*study["body"]["arms"], dict(arm)]}
            connection.execute(sa.update(studies).where(studies.c.id == study_id).values(body=body))
            run_id, times = secrets.token_hex(8), {"created_at": rows.now(), "queued_at": end_of_queue(connection)}
            queued = rows.queued(new.experiment, study["owner"], new.name, study_id, study["assignment"])
            connection.execute(sa.insert(runs).values(id=run_id, **queued, **times))
            member = {"run_id": run_id, "study_id": study_id, "arm": new.arm, "seed": new.seed, "filmed": new.filmed}
            connection.execute(sa.insert(study_runs).values(member))
        notify(self._engine)
        return True

    def end_search(
        self, study_id: str, importances: Mapping[str, float] | None = None, note: Text | None = None
    ) -> None:
        """Nothing more is added; what was found of the settings, and why it ended before its time, where it did."""
        said = {"importances": importances, "note": None if note is None else note.to_json()}
        with writing(self._engine) as connection:
            mine = sa.and_(searches.c.study_id == study_id, searches.c.state == "open")
            connection.execute(sa.update(searches).where(mine).values(state="done", **said))

    def save_importances(self, study_id: str, importances: Mapping[str, float]) -> None:
        """Which settings matter, as far as is known while it goes on."""
        with writing(self._engine) as connection:
            chosen = sa.update(searches).where(searches.c.study_id == study_id)
            connection.execute(chosen.values(importances=dict(importances)))

    def search_curves(self, study_id: str, metric: str, arms: Collection[int]) -> Curves:
        """The score of these arms after each epoch, on the part that judges."""
        judged, taught = (events.c.body[part][metric].as_float() for part in ("validation", "train"))
        chosen = sa.select(study_runs.c.arm, events.c.body["epoch"].as_integer(), sa.func.coalesce(judged, taught))
        chosen = chosen.join(events, events.c.run_id == study_runs.c.run_id)
        chosen = chosen.where(study_runs.c.study_id == study_id, study_runs.c.arm.in_(list(arms)))
        found: Curves = {arm: {} for arm in arms}
        with reading(self._engine) as connection:
            for arm, epoch, score in connection.execute(chosen.where(events.c.kind == EpochEnded.__name__)):
                if epoch and score is not None:
                    found[arm][epoch] = score
        return found

    def working(self) -> int:
        """How many runs of everybody train or wait."""
        with reading(self._engine) as connection:
            counted = sa.select(sa.func.count()).where(runs.c.state.in_(("running", "queued")))
            return int(connection.execute(counted).scalar_one())


def has_open(engine: sa.Engine, home: str) -> bool:
    """Whether this home has a search to go on with."""
    with reading(engine) as connection:
        return connection.execute(_open(engine, home).limit(1)).first() is not None


def _open(engine: sa.Engine, home: str) -> sa.Select[str]:
    """A database in the home has no other: whatever name the home had before its secret was lost, they are ours."""
    ours = sa.true() if engine.dialect.name == "sqlite" else searches.c.home == home
    return sa.select(searches.c.study_id).where(searches.c.state == "open", ours)
