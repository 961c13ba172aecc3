"""The tables. What stands here must equal what the migrations make; a test compares the two.

Times are seconds since 1970. `runs.token` names the one attempt that may write about a run: whoever comes
with another token was overtaken, and is refused.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table

REVISION = "0012"  # the newest migration

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
    Column("assignment", String(32)),  # the task for which it was submitted, which may be gone
)
Index("ix_runs_owner_created_at", runs.c.owner, runs.c.created_at)
Index("ix_runs_state_queued_at", runs.c.state, runs.c.queued_at)
Index("ix_runs_assignment", runs.c.assignment)

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
    Column("assignment", String(32)),  # the task for which it was submitted, which may be gone
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

searches = Table(  # studies that go on by adding runs
    "searches",
    metadata,
    Column("study_id", String(32), ForeignKey("studies.id", ondelete="CASCADE"), primary_key=True),
    Column("home", String(64), nullable=False),  # whose dispatcher has it driven
    Column("state", String(16), nullable=False),  # open, resting, done
    Column("importances", JSON(none_as_null=True)),  # of the settings, by name
    Column("note", JSON(none_as_null=True)),  # why it ended before its time
)
Index("ix_searches_state", searches.c.state)

classes = Table(
    "classes",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("teacher", String(200), nullable=False),  # the name of a viewer
    Column("code", String(16), nullable=False, unique=True),  # by which students join
    Column("quotas", JSON(none_as_null=True)),  # by role, where they are other than those that are declared
    Column("created_at", Float, nullable=False),
)
Index("ix_classes_teacher", classes.c.teacher)

members = Table(  # the students of classes
    "members",
    metadata,
    Column("class_id", String(32), ForeignKey("classes.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(200), primary_key=True),  # of a viewer: what is theirs has it as its owner
    Column("called", String(200), nullable=False),  # as they are called in this class, no two alike
    Column("word", String(300), nullable=False),  # salted and hashed
    Column("joined_at", Float, nullable=False),
)
Index("ix_members_name", members.c.name)

teachers = Table(  # who looks after classes, beside whoever works at this machine
    "teachers",
    metadata,
    Column("name", String(200), primary_key=True),  # of a viewer
    Column("called", String(200), nullable=False, unique=True),
    Column("key", String(64), nullable=False),  # their cookies are signed with it: a new one ends them all
    Column("link", String(64)),  # hash of the code that lets one browser in, until it was used
    Column("created_at", Float, nullable=False),
)

identities = Table(  # whom an identity provider vouches for, and who that is here
    "identities",
    metadata,
    Column("issuer", String(500), primary_key=True),  # the provider, as its tokens name it
    Column("subject", String(255), primary_key=True),  # somebody there
    Column("role", String(16), nullable=False),  # student, teacher
    Column("name", String(200), nullable=False),  # of a viewer
    Column("created_at", Float, nullable=False),
)
Index("ix_identities_name", identities.c.name)

wrong_codes = Table(  # who has tried codes that were wrong, and how often
    "wrong_codes",
    metadata,
    Column("source", String(200), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("tried_at", Float, nullable=False),
)

assignments = Table(  # what teachers ask of their classes
    "assignments",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("class_id", String(32), ForeignKey("classes.id", ondelete="CASCADE"), nullable=False),
    Column("title", String(200), nullable=False),
    Column("experiment", JSON, nullable=False),  # where it begins, and what its locks hold to
    Column("task", JSON, nullable=False),  # as `Assignment.requirements` writes it
    Column("attempts", Integer),  # how often one may hand in; NULL: as often as one likes
    Column("due_at", Float),
    Column("created_at", Float, nullable=False),
)
Index("ix_assignments_class_id", assignments.c.class_id)

extensions = Table(  # until when one student has time
    "extensions",
    metadata,
    Column("assignment_id", String(32), ForeignKey("assignments.id", ondelete="CASCADE"), primary_key=True),
    Column("owner", String(200), primary_key=True),  # the name of the student as a viewer
    Column("due_at", Float, nullable=False),
)

submissions = Table(  # what was handed in: a copy, which stays as it is whatever becomes of the run
    "submissions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("assignment_id", String(32), ForeignKey("assignments.id", ondelete="CASCADE"), nullable=False),
    Column("owner", String(200), nullable=False),
    Column("run_id", String(32), nullable=False),  # which may be gone
    Column("name", String(200), nullable=False),  # of the run
    Column("experiment", JSON, nullable=False),
    Column("record", JSON, nullable=False),  # what the run's own record says of it
    Column("file", String(300), nullable=False),  # its best weights, relative to the place of artifacts
    Column("bytes", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("submitted_at", Float, nullable=False),
    Column("checked", JSON(none_as_null=True)),  # the scores of these weights, measured again
    Column("problem", JSON(none_as_null=True)),  # why they could not be
    Column("checked_at", Float),
)
Index("ix_submissions_assignment_id_owner", submissions.c.assignment_id, submissions.c.owner)

sittings = Table(  # since when each learner has had a page open, and when they had one last
    "sittings",
    metadata,
    Column("owner", String(200), primary_key=True),
    Column("since", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
)

shown_runs = Table(  # the run that a teacher shows to all students of a class
    "shown_runs",
    metadata,
    Column("class_id", String(32), ForeignKey("classes.id", ondelete="CASCADE"), primary_key=True),
    Column("run_id", String(32), ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("epoch", Integer),  # of its film; none is the newest
    Column("since", Float, nullable=False),
)
Index("ix_shown_runs_run_id", shown_runs.c.run_id)

__all__ = [
    "REVISION",
    "artifacts",
    "assignments",
    "classes",
    "commands",
    "drafts",
    "events",
    "extensions",
    "identities",
    "last_words",
    "members",
    "metadata",
    "preferences",
    "runs",
    "searches",
    "shown_runs",
    "sittings",
    "speeds",
    "studies",
    "study_runs",
    "submissions",
    "teachers",
    "turns",
    "uploads",
    "wrong_codes",
]
