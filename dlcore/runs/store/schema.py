"""The tables. What stands here must equal what the migrations make; a test compares the two.

Times are seconds since 1970. `runs.token` names the one attempt that may write about a run: whoever comes
with another token was overtaken, and is refused.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table

REVISION = "0006"  # the newest migration

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(column_0_label)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("name", String(200), nullable=False),
    Column("group", String(200)),
    Column("experiment", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("command", String(16)),
    Column("commanded_at", Float),
    Column("epoch", Integer, nullable=False),
    Column("epochs", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("steps", Integer),
    Column("error", JSON(none_as_null=True)),
    Column("note", JSON(none_as_null=True)),
    Column("worker", String(300)),
    Column("device", String(32)),
    Column("device_name", String(200)),
    Column("created_at", Float, nullable=False),
    Column("queued_at", Float, nullable=False),
    Column("started_at", Float),
    Column("finished_at", Float),
    Column("seconds", Float, nullable=False),
    Column("best_epoch", Integer),
    Column("best", JSON(none_as_null=True)),
    Column("last", JSON(none_as_null=True)),
    Column("cursor", Integer, nullable=False),  # number of the newest event
    Column("attempt", Integer, nullable=False),
    Column("token", String(64)),
    Column("dispatcher", String(64)),  # the home whose dispatcher took it up
    Column("heartbeat_at", Float),
    Column("interruptions", Integer, nullable=False),  # lives lost since the last completed epoch
    Column("test_opened_at", Float),  # when its learner first looked at the test part
    Column("resting_at", Float),  # since when its worker waits for what is to be done next
    Column("parent", String(32)),  # the run in which it began, which may be gone, …
    Column("parent_epoch", Integer),  # … and the epoch at which it left that one's way
)
Index("ix_runs_owner_created_at", runs.c.owner, runs.c.created_at)
Index("ix_runs_state_queued_at", runs.c.state, runs.c.queued_at)

events = Table(
    "events",
    metadata,
    Column("run_id", String(32), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),  # 1, 2, … within its run
    Column("kind", String(32), nullable=False),
    Column("body", JSON, nullable=False),
)

commands = Table(  # what is asked in mid-run, and when it was taken: a row is added, and noted on once
    "commands",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run_id", String(32), ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("taken_at", Float),
    Column("step", Integer),
    Column("error", JSON(none_as_null=True)),
)
Index("ix_commands_run_id", commands.c.run_id)

last_words = Table(  # zeros that make way for what is written about a run when it leaves its worker: see transition
    "last_words",
    metadata,
    Column("run_id", String(32), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("room", LargeBinary, nullable=False),
)

artifacts = Table(
    "artifacts",
    metadata,
    Column("run_id", String(32), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(32), primary_key=True),  # best, last, checkpoint
    Column("file", String(300), nullable=False),  # relative to the place of artifacts
    Column("bytes", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
)

turns = Table(  # when each owner was last served, for a fair queue
    "turns",
    metadata,
    Column("owner", String(200), primary_key=True),
    Column("served_at", Float, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("owner", String(200), primary_key=True),
    Column("body", JSON, nullable=False),
    Column("saved_at", Float, nullable=False),
)

preferences = Table(
    "preferences",
    metadata,
    Column("owner", String(200), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("value", JSON, nullable=False),
)

speeds = Table(  # what calibration measured, a row a device
    "speeds",
    metadata,
    Column("machine", String(200), primary_key=True),
    Column("device", String(32), primary_key=True),
    Column("body", JSON, nullable=False),
    Column("measured_at", Float, nullable=False),
)

uploads = Table(  # data sets that learners brought
    "uploads",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("name", String(200), nullable=False),
    Column("target", String(200)),
    Column("file", String(300), nullable=False),  # relative to the place of artifacts
    Column("bytes", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("about", JSON, nullable=False),
    Column("created_at", Float, nullable=False),
)
Index("ix_uploads_owner", uploads.c.owner)

studies = Table(  # what is compared, as `Study.to_json` wrote it
    "studies",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("name", String(200), nullable=False),
    Column("body", JSON, nullable=False),
    Column("created_at", Float, nullable=False),
)
Index("ix_studies_owner", studies.c.owner)

study_runs = Table(  # the runs of studies
    "study_runs",
    metadata,
    Column("run_id", String(32), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("study_id", String(32), ForeignKey("studies.id", ondelete="CASCADE"), nullable=False),
    Column("arm", Integer, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("filmed", Boolean, nullable=False),  # whether its probes are recorded
)
Index("ix_study_runs_study_id", study_runs.c.study_id)

__all__ = [
    "REVISION",
    "artifacts",
    "commands",
    "drafts",
    "events",
    "last_words",
    "metadata",
    "preferences",
    "runs",
    "speeds",
    "studies",
    "study_runs",
    "turns",
    "uploads",
]
