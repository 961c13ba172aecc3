"""Tasks of classes, extensions of single students, and what was handed in; which task a run was submitted for."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

CLASS = "classes.id"
TASK = "assignments.id"


def upgrade() -> None:
    op.add_column("runs", sa.Column("assignment", sa.String(32)))
    op.create_index("ix_runs_assignment", "runs", ["assignment"])
    op.add_column("studies", sa.Column("assignment", sa.String(32)))
    op.create_table(
        "assignments",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("class_id", sa.String(32), sa.ForeignKey(CLASS, ondelete="CASCADE"), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("experiment", sa.JSON, nullable=False),
        sa.Column("task", sa.JSON, nullable=False),
        sa.Column("attempts", sa.Integer),
        sa.Column("due_at", sa.Float),
        sa.Column("created_at", sa.Float, nullable=False),
    )
    op.create_index("ix_assignments_class_id", "assignments", ["class_id"])
    op.create_table(
        "extensions",
        sa.Column("assignment_id", sa.String(32), sa.ForeignKey(TASK, ondelete="CASCADE"), primary_key=True),
        sa.Column("owner", sa.String(200), primary_key=True),
        sa.Column("due_at", sa.Float, nullable=False),
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("assignment_id", sa.String(32), sa.ForeignKey(TASK, ondelete="CASCADE"), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("experiment", sa.JSON, nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
        sa.Column("file", sa.String(300), nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("submitted_at", sa.Float, nullable=False),
        sa.Column("checked", sa.JSON(none_as_null=True)),
        sa.Column("problem", sa.JSON(none_as_null=True)),
        sa.Column("checked_at", sa.Float),
    )
    op.create_index("ix_submissions_assignment_id_owner", "submissions", ["assignment_id", "owner"])
