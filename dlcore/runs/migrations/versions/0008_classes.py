"""Classes, their students, and who has tried wrong codes."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "classes",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("teacher", sa.String(200), nullable=False),
        sa.Column("code", sa.String(16), nullable=False, unique=True),
        sa.Column("quotas", sa.JSON(none_as_null=True)),
        sa.Column("created_at", sa.Float, nullable=False),
    )
    op.create_index("ix_classes_teacher", "classes", ["teacher"])
    op.create_table(
        "members",
        sa.Column("class_id", sa.String(32), sa.ForeignKey("classes.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("called", sa.String(200), nullable=False),
        sa.Column("word", sa.String(300), nullable=False),
        sa.Column("joined_at", sa.Float, nullable=False),
    )
    op.create_index("ix_members_name", "members", ["name"])
    op.create_table(
        "wrong_codes",
        sa.Column("source", sa.String(200), primary_key=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("tried_at", sa.Float, nullable=False),
    )
