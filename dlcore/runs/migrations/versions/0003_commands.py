"""What an owner asks of a run is called a command."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.alter_column("runs", "wish", new_column_name="command")
    op.alter_column("runs", "wished_at", new_column_name="commanded_at")
