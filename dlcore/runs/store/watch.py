"""Looking at the database again and again, at little cost, and knowing when a look is worth it."""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sa

from dlcore.runs.store.engine import SINGLY, DiskFull, Unreachable, explained, for_reading, of_sqlite
from dlcore.runs.store.notification import RUNS, listen


class Watch:
    """A connection that is kept by who looks again and again: fetching one takes longer than SQLite needs to answer.

    For one thread at a time. Over a server it also listens to a channel.
    """

    def __init__(self, engine: sa.Engine, channel: str = RUNS) -> None:
        self._engine, self._channel = engine, channel
        self._connection: sa.Connection | None = None
        self._seen: int | None = None
        self._prepared: dict[sa.Select[Any], Prepared] = {}
        self.complete = engine.dialect.name == "sqlite"  # whether it is told of every commit

    @property
    def hears(self) -> bool:
        """Whether it is told of commits while it waits, by a server that it is connected to."""
        return not self.complete and self._connection is not None

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """As `reading` of the engine, but each statement is of its own moment: a look is nearly always one statement.

        After an error of the database the next reading connects anew.
        Raises Unreachable where the database is not to be had.
        """
        with explained(self._engine):
            if self._connection is None:
                self._connection = self._connected()
            try:
                yield self._connection
            except BaseException:
                self._connection.close()
                self._connection = None
                raise

    def _connected(self) -> sa.Connection:
        if self.complete:
            return for_reading(self._engine).execution_options(**{SINGLY: True})
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # it listens: nobody else may be given it
        listen(connection, self._channel)
        return connection

    def rows(self, statement: sa.Select[Any], asked: dict[str, Any]) -> Sequence[Any]:
        """All rows of a statement that is asked again and again, inside of `reading`."""
        connection = self._connection
        assert connection is not None
        if self._engine.dialect.name != "sqlite":
            return connection.execute(statement, asked).all()
        if statement not in self._prepared:
            self._prepared[statement] = Prepared(statement, self._engine.dialect)
        return self._prepared[statement].rows(of_sqlite(connection), asked)

    def changed(self) -> bool:
        """Whether anything may have been written since the last look; always at the first.

        SQLite counts the commits of others in the file's header: twenty looks a second cost nothing to speak of. A
        server tells those who listen, and the answer costs no statement; where it cannot be heard, it is yes.
        """
        return self._counts() if self.complete else self.wait(0)

    def _counts(self) -> bool:
        try:
            with self.reading() as connection:
                counted: int = of_sqlite(connection).execute("PRAGMA data_version").fetchone()[0]
        except (Unreachable, DiskFull, sqlite3.Error):
            return True
        before, self._seen = self._seen, counted
        return before != counted

    def wait(self, seconds: float) -> bool:
        """Whether a server told of a commit within so many seconds, or may have told while nobody listened."""
        if self._connection is None:
            with suppress(Unreachable), self.reading():
                pass
            return True
        driver: Any = self._connection.connection.dbapi_connection
        try:
            return bool(list(driver.notifies(timeout=seconds, stop_after=1)))
        except self._engine.dialect.loaded_dbapi.Error:
            self._connection.invalidate()
            self.close()
            return True

    def close(self) -> None:
        """Give the connection up; the next look makes another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class Prepared:
    """A statement that SQLAlchemy wrote once: executing it there takes thrice as long as SQLite's answer."""

    def __init__(self, statement: sa.Select[Any], dialect: sa.Dialect) -> None:
        compiled, columns = statement.compile(dialect=dialect), list(statement.selected_columns)
        assert isinstance(compiled, sa.sql.compiler.SQLCompiler)
        self._sql, self._order, self._given = str(compiled), compiled.positiontup or [], compiled.params
        self._row: Any = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]
        readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._readers = [(place, reader) for place, reader in enumerate(readers) if reader]

    def rows(self, connection: sqlite3.Connection, asked: dict[str, Any]) -> list[Any]:
        """Rows with an attribute for each column, in the types of the columns."""
        given = self._given | asked
        return [self._read(row) for row in connection.execute(self._sql, [given[name] for name in self._order])]

    def _read(self, row: tuple[Any, ...]) -> Any:
        values = list(row)
        for place, reader in self._readers:
            values[place] = reader(values[place])
        return self._row._make(values)
