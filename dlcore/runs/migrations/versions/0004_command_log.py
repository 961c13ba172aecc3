"""What is asked of a run in mid-run, with what it is asked with and when it was taken; runs that began in another."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "commands",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("run_id", sa.String(32), sa.ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("taken_at", sa.Float),
        sa.Column("step", sa.Integer),
        sa.Column("error", sa.JSON(none_as_null=True)),
    )
    op.create_index("ix_commands_run_id", "commands", ["run_id"])
    op.add_column("runs", sa.Column("resting_at", sa.Float))
    op.add_column("runs", sa.Column("parent", sa.String(32)))
    op.add_column("runs", sa.Column("parent_epoch", sa.Integer))
