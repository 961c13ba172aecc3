"""What tests of tasks share: the record of a trained run, written as if a worker had written it."""

from __future__ import annotations

import sqlalchemy as sa

from dlcore.runs import Runs
from dlcore.runs.store import schema
from dlcore.runs.store.engine import writing
from dlcore.training.events import Scores, scores_to_json


def finish(store: Runs, run_id: str, accuracy: float = 0.75) -> str:
    """As if a worker had trained it: its record says so, and some bytes are kept as its weights. Returns its id."""
    kept = store._artifacts.write(run_id, "best", b"weights")
    best = scores_to_json(Scores(loss=0.5, accuracy=accuracy))
    file = {"file": kept.file, "bytes": kept.bytes, "sha256": kept.sha256, "epoch": 2, "created_at": 0.0}
    with writing(store._engine) as connection:
        connection.execute(sa.insert(schema.artifacts).values(run_id=run_id, name="best", **file))
        ended = {"state": "finished", "best": best, "last": best, "best_epoch": 2, "epoch": 3, "seconds": 1.5}
        connection.execute(sa.update(schema.runs).where(schema.runs.c.id == run_id).values(**ended))
    return run_id
