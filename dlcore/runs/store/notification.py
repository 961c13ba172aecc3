"""The word that something was written: a dispatcher with nothing to do rests until it comes, and looks at once.

SQLite tells nobody of a commit, so a named pipe lies beside the database; PostgreSQL has NOTIFY, for workers and for
those who watch runs, too. A notification says no more than «look»: what is true stands in the database. One may be
lost, as where a folder can hold no pipe or somebody writes past `notify`; so all who listen look from time to time.
"""

from __future__ import annotations

import os
import select
import stat
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

FILE = "dispatcher.wake"  # the pipe, beside the database
QUEUE = "dlcore_queue"  # on which a dispatcher is told, by a server
RUNS = "dlcore_runs"  # … who watches runs
AGAIN_SECONDS = 2.0  # between two tries to listen to a server that does not answer
CLOSE_SECONDS = 5.0  # how often a listener looks whether it is still wanted


def notify(engine: sa.Engine) -> None:
    """Tell who dispatches from this database that it should look. To be called after the commit; never raises."""
    if engine.dialect.name == "sqlite":
        with suppress(OSError):  # nobody listens, or it was told so often already that the pipe is full
            _write(_pipe_of(engine))
        return
    with suppress(sa.exc.SQLAlchemyError), engine.connect() as connection:
        connection.execute(sa.select(sa.func.pg_notify(QUEUE, "")))
        connection.commit()


def of_run(run_id: Any) -> Any:
    """The channel on which a server tells the worker of a run that something is asked of it. Takes a column, too."""
    return "dlcore_run_" + run_id


Change = TypeVar("Change", sa.Insert, sa.Update)


def telling(connection: sa.Connection, change: Change, *channels: Any) -> Change:
    """A change that a server, when it is committed, tells to those who listen to these channels.

    The names may depend on the changed row. It costs no statement more: the change itself returns the notification.
    """
    if connection.dialect.name == "sqlite" or not channels:
        return change
    told: Any = change.returning(*(sa.func.pg_notify(channel, "", type_=sa.String) for channel in channels))
    return told  # type: ignore[no-any-return]


def listen(connection: sa.Connection, channel: str) -> None:
    """Let the server tell this connection, as long as it lasts, what is told on a channel."""
    connection.exec_driver_sql(f'LISTEN "{channel}"')


class Listener:
    """Waits for notifications. `wake` ends a wait from any thread, and from a signal's handler.

    hears: whether they can come at all; where not, somebody must look as often as he wants to know.
    """

    def __init__(self, reading: int, writing: int) -> None:
        self._reading, self._writing = reading, writing
        for each in (reading, writing):
            os.set_blocking(each, False)
        self._poll = select.poll()
        self._poll.register(reading, select.POLLIN)
        self.hears = False

    def wait(self, seconds: float) -> bool:
        """Whether a notification came, or came before, within so many seconds."""
        came = self._poll.poll(seconds * 1000)
        if came:
            with suppress(BlockingIOError):
                os.read(self._reading, 65_536)  # all of them: one look is enough
        return bool(came)

    def wake(self) -> None:
        """As if one came."""
        with suppress(OSError):
            os.write(self._writing, b"\n")

    def close(self) -> None:
        """Listen no more."""
        os.close(self._reading)
        os.close(self._writing)


@contextmanager
def listening(engine: sa.Engine) -> Iterator[Listener]:
    """Listen as long as the block lasts."""
    with closing(_of_pipe(_pipe_of(engine)) if engine.dialect.name == "sqlite" else _Server(engine)) as listener:
        yield listener


class _Pipe(Listener):
    """Reads from a pipe with a name."""

    def __init__(self, path: Path) -> None:
        reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            writing = _opened(path)  # and held open: with its last writer gone, a pipe is always ready, and empty
        except OSError:
            os.close(reading)
            raise
        super().__init__(reading, writing)
        self._path, self._inode, self.hears = path, os.fstat(reading).st_ino, True

    def close(self) -> None:
        with suppress(OSError):
            if self._path.lstat().st_ino == self._inode:  # not that of who serves this home by now
                self._path.unlink()
        super().close()


class _Server(Listener):
    """A thread listens to a server over a connection of its own, and begins again when that ends."""

    def __init__(self, engine: sa.Engine) -> None:
        super().__init__(*os.pipe())
        self._engine, self._closed = engine, threading.Event()
        self._thread = threading.Thread(target=self._listen_on, name="listener", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closed.set()  # the thread has the pipe, and ends within seconds

    def _listen_on(self) -> None:
        while not self._closed.is_set():
            with suppress(sa.exc.SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error, OSError):
                self._listen()
            self.hears = False
            self._closed.wait(AGAIN_SECONDS)
        super().close()

    def _listen(self) -> None:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.detach()  # it listens: nobody else may be given it
            listen(connection, QUEUE)
            self.hears = True
            self.wake()  # for what was told while nobody listened
            driver: Any = connection.connection.dbapi_connection
            while not self._closed.is_set():
                for _notification in driver.notifies(timeout=CLOSE_SECONDS, stop_after=1):
                    self.wake()


def _of_pipe(path: Path) -> Listener:
    """One that hears nothing where no pipe can be made, as on some file systems of other machines."""
    made = path.with_name(f"{path.name}.new")
    try:
        made.unlink(missing_ok=True)
        os.mkfifo(made, 0o600)
        made.replace(path)
        return _Pipe(path)
    except OSError:
        return Listener(*os.pipe())


def _pipe_of(engine: sa.Engine) -> Path:
    assert engine.url.database is not None
    return Path(engine.url.database).with_name(FILE)


def _opened(path: Path) -> int:
    """The writing end of a pipe. Raises OSError where it is none, or nobody reads."""
    end = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    if not stat.S_ISFIFO(os.fstat(end).st_mode):
        os.close(end)
        raise OSError(f"{path} is no pipe")
    return end


def _write(path: Path) -> None:
    end = _opened(path)
    try:
        os.write(end, b"\n")
    finally:
        os.close(end)
