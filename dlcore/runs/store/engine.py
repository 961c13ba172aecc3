"""The connection to the database, and its upkeep: SQLite under the home, or PostgreSQL by URL."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

from dlcore.errors import RunError
from dlcore.i18n import N_, Text
from dlcore.runs.settings import Settings
from dlcore.runs.store import journal, schema, shrinking, soundness
from dlcore.runs.store.soundness import Damaged, is_damage
from dlcore.runs.store.turns import Turns
from dlcore.runs.trouble import disk_full

WRITE, SINGLY = "write", "singly"  # what a connection is for: to write, or for statements that stand alone
FOR_CLASSES = "for_classes"  # whether this installation is for classes: whoever is in none may not use all of it
BUSY = "busy_seconds"  # as an option of an engine
BUSY_SECONDS = 30.0  # how long a writer waits for another before it gives up
SERVER_SECONDS = 10  # how long a server may leave a connection or a packet unanswered
KEPT_JOURNAL_BYTES = 6_000_000
MIGRATIONS = Path(__file__).parent.parent / "migrations"

# SQLite's locks do not hold over these; two writers would tear the file.
NETWORK_FILE_SYSTEMS = frozenset(
    {"afpfs", "afs", "beegfs", "ceph", "cifs", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "smb2", "smb3"}
    | {"smbfs", "webdav", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs"}
)

# What SQLite could not do to a file, mostly for want of room; what it could not read is another matter.
WITHOUT_ROOM = (
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMMAP,
)  # fmt: skip

# Versions before this one can corrupt a WAL database when two connections reset the log at once.
FIRST_SOUND_WAL = (3, 51, 3)


def connect(settings: Settings, busy_seconds: float = BUSY_SECONDS, *, looked_at: bool = False) -> sa.Engine:
    """The engine of this installation's database, migrated to the newest revision.

    `busy_seconds` is how long an access to SQLite waits for another process's. `looked_at`: the file was looked through
    just now, by the process that has given this one its work.
    Raises RunError where the database is on a network file system, damaged, or made by a newer version of the app.
    """
    engine = _migrated(settings, busy_seconds, looked_at)
    engine.update_execution_options(**{FOR_CLASSES: settings.classes})
    return engine


def _migrated(settings: Settings, busy_seconds: float, looked_at: bool) -> sa.Engine:
    if settings.database_url is not None:
        engine = _server(settings.database_url)
        _migrate(engine)
        return engine
    refuse_network_file_system(settings.home)
    if not looked_at:
        soundness.check(settings.home)
    engine = _sqlite(settings.home, busy_seconds)
    _migrate(engine)
    journal.reserve(settings.home / soundness.FILE)
    return engine


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _server(url: str) -> sa.Engine:
    parsed = sa.make_url(url)
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "postgresql":
        raise RunError(
            Text(
                N_("DLCORE_DATABASE_URL must be a PostgreSQL address (postgresql://…), but it begins with {received}."),
                received=parsed.drivername,
            )
        )
    return sa.create_engine(
        parsed, pool_pre_ping=True, pool_size=5, max_overflow=20, json_serializer=_dumps,
        connect_args={"connect_timeout": SERVER_SECONDS, "tcp_user_timeout": SERVER_SECONDS * 1000},
    )  # fmt: skip


def _sqlite(home: Path, busy_seconds: float) -> sa.Engine:
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(home / soundness.FILE)),
        connect_args={"timeout": busy_seconds, "check_same_thread": False},
        pool_size=5,
        max_overflow=50,
        json_serializer=_dumps,
        execution_options={BUSY: busy_seconds},
    )
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    """A rollback journal is kept from one transaction to the next: what it takes of the disk is there when the disk is
    full, and no commit has to make and remove a file.
    """
    connection.isolation_level = None  # transactions begin where _begin says so, not where sqlite3 guesses
    mode = "WAL" if sqlite3.sqlite_version_info >= FIRST_SOUND_WAL else "PERSIST"
    if not connection.execute("PRAGMA page_count").fetchone()[0]:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # before anything is in it: later, it would be a commit
    for pragma in (
        "foreign_keys = ON",
        f"journal_mode = {mode}",
        f"journal_size_limit = {KEPT_JOURNAL_BYTES}",
        "synchronous = FULL",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    """Writers take the lock at once: one that reads first and then writes would fail under another's commit."""
    options = connection.get_execution_options()
    if options.get(WRITE, False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif not options.get(SINGLY, False):  # it takes no lock and cannot fail: not worth SQLAlchemy's care
        of_sqlite(connection).execute("BEGIN")


def of_sqlite(connection: sa.Connection) -> sqlite3.Connection:
    """The driver's own connection, of an engine that is SQLite's."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


_turns: dict[str, Turns] = {}  # by the address of the database, in this process


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction that writes. Raises DiskFull or Unreachable; then nothing was written."""
    with (
        _turn(engine),
        explained(engine),
        engine.connect().execution_options(**{WRITE: True}) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def _turn(engine: sa.Engine) -> Iterator[None]:
    """The turn of this thread among those that write into a file. Raises Unreachable where it does not come."""
    if engine.dialect.name != "sqlite":
        yield
        return
    turns = _turns.setdefault(_address(engine), Turns())
    with turns.turn(engine.get_execution_options().get(BUSY, BUSY_SECONDS)) as came:
        if not came:
            raise Unreachable(_address(engine))
        yield


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction that only reads: everything in it is of one moment. Raises Unreachable."""
    with explained(engine), for_reading(engine) as connection:
        yield connection  # the first statement begins the transaction, the connection's return ends it


def for_reading(engine: sa.Engine) -> sa.Connection:
    """A connection whose transactions see one moment each."""
    connection = engine.connect()
    if engine.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ")
    return connection


def probe(engine: sa.Engine, home: Path) -> None:
    """Raises RunError where the database is gone, damaged, or does not answer within seconds."""
    with explained(engine):
        if engine.dialect.name == "sqlite":
            soundness.probe(home)
            return
    with reading(engine) as connection:
        connection.execute(sa.select(schema.runs.c.id).limit(1))


def give_back(engine: sa.Engine, idle: bool = False) -> None:
    """Give room that deleted rows left back to the disk; with `idle` however long it takes. A server sees to itself."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        shrinking.shrink(Path(engine.url.database), _prepare, idle)
        journal.reserve(Path(engine.url.database))


@contextmanager
def explained(engine: sa.Engine) -> Iterator[None]:
    """Errors of the driver inside of the block are raised as what they say of the database.

    Raises DiskFull, Unreachable, Damaged or another RunError; what is a mistake of ours as it came.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise (_explanation(engine, error) or error) from error
    except sa.exc.DBAPIError as error:
        explanation = _explanation(engine, error.orig)
        if explanation is None and error.connection_invalidated:
            explanation = Unreachable(_address(engine))
        raise (explanation or error) from error


def _explanation(engine: sa.Engine, error: BaseException | None) -> RunError | None:
    """What an error of the driver says of the database; None where it is a mistake of ours."""
    if _is_full(error):
        return DiskFull()
    if is_damage(error):
        return Damaged(engine.url.database or "", str(error))
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and code & 0xFF == sqlite3.SQLITE_READONLY:
        sentence = N_("The database {address} can only be read: nothing can be kept in it.")
        return RunError(Text(sentence, address=_address(engine)))
    driver = engine.dialect.loaded_dbapi
    out_of_reach = isinstance(error, driver.OperationalError | driver.InterfaceError)
    return Unreachable(_address(engine)) if out_of_reach else None


def _address(engine: sa.Engine) -> str:
    return engine.url.render_as_string(hide_password=True)


def _is_full(error: BaseException | None) -> bool:
    """Whether this error of the driver says that no room is left."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF == sqlite3.SQLITE_FULL or code in WITHOUT_ROOM
    return getattr(error, "sqlstate", None) == "53100"


class DiskFull(RunError):  # noqa: N818 (as in errors.py, the names say what is the case)
    """No room is left for the database."""

    def __init__(self) -> None:
        super().__init__(disk_full())

    def __reduce__(self) -> tuple[Any, ...]:
        return DiskFull, ()


class Unreachable(RunError):  # noqa: N818
    """The database does not answer, or somebody holds it for long; it may be there again later."""

    def __init__(self, address: str) -> None:
        super().__init__(Text(N_("The database {address} does not answer."), address=address))
        self.address = address

    def __reduce__(self) -> tuple[Any, ...]:
        return Unreachable, (self.address,)


def file_system_of(path: Path) -> str:
    """The kind of file system a path lies on (ext4, nfs4, …); empty where the system does not tell."""
    path = path.resolve()
    best = ("", "")
    for each in psutil.disk_partitions(all=True):
        if path.is_relative_to(each.mountpoint) and len(each.mountpoint) >= len(best[0]):
            best = (each.mountpoint, each.fstype)
    return best[1].lower()


def refuse_network_file_system(home: Path) -> None:
    """Raises RunError where SQLite's locks would not hold."""
    kind = file_system_of(home)
    if kind in NETWORK_FILE_SYSTEMS:
        raise RunError(
            Text(
                N_(
                    "{home} lies on a network file system ({kind}), where an SQLite database can be destroyed. Set "
                    "DLCORE_HOME to a local folder, or DLCORE_DATABASE_URL to a PostgreSQL database."
                ),
                home=str(home),
                kind=kind,
            )
        )


def _migrate(engine: sa.Engine) -> None:
    if _revision(engine) == schema.REVISION:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":  # the app and its dispatcher may both come to migrate
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(7103)"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError:
            raise RunError(
                Text(N_("The database was made by a newer version of this app. Update the app, or use another home."))
            ) from None


def _revision(engine: sa.Engine) -> str | None:
    with reading(engine) as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
