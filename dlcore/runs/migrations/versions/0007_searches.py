"""Searches: studies that go on by adding runs, and who drives each."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "searches",
        sa.Column("study_id", sa.String(32), sa.ForeignKey("studies.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("home", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("importances", sa.JSON(none_as_null=True)),
        sa.Column("note", sa.JSON(none_as_null=True)),
    )
    op.create_index("ix_searches_state", "searches", ["state"])
