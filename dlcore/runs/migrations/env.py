"""Run by Alembic: applies the migrations on the connection that `store.engine` hands over.

To write a new one by hand, copy the newest file of `versions/`, set `revision` and `down_revision`, and set
`REVISION` in `store/schema.py`. A test compares the tables that result with those of the schema.
"""

from alembic import context

from dlcore.runs.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
