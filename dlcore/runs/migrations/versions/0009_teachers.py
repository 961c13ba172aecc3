"""Teachers, and the addresses that let their browsers in."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "teachers",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("called", sa.String(200), nullable=False, unique=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("link", sa.String(64)),
        sa.Column("created_at", sa.Float, nullable=False),
    )
