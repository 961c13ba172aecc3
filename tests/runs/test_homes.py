"""What is wrong with a home is said in one sentence, before anything listens; nothing in it is lost by that."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dlcore.access import ME, OPERATOR
from dlcore.cli import main
from dlcore.errors import RunError
from dlcore.runs import Runs, Settings, import_link, quarantine, secret
from dlcore.runs.dispatcher import Dispatcher
from dlcore.runs.store.soundness import Damaged
from tests.runs.living import digits

ROOT = Path(__file__).parents[2]
NOBODY = 65534


@pytest.fixture
def old_home(settings: Settings) -> Path:
    """A home with a run that kept a weight, and many more, so that its database has many pages."""
    with Runs(settings) as runs:
        run_id = runs.submit(digits(1), ME, name="the first")
        for _each in range(40):
            runs._submit(digits(1).to_dict(), "ann", None, None)
        runs._artifacts.write(run_id, "best", b"weights")
    return settings.home


def _truncated(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def _cut_to_pages(file: Path) -> None:
    os.truncate(file, 4096 * 3)


def _overwritten(file: Path) -> None:
    with file.open("r+b") as stream:
        stream.write(b"something else altogether, longer than a header of one hundred bytes" * 4)


def _scrambled(file: Path) -> None:
    with file.open("r+b") as stream:
        stream.seek(4096)
        stream.write(os.urandom(file.stat().st_size - 4096))


def _emptied(file: Path) -> None:
    os.truncate(file, 0)


def _gone(file: Path) -> None:
    file.unlink()


DAMAGES = [_truncated, _cut_to_pages, _overwritten, _scrambled, _emptied, _gone]


def _told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command that exits with 2 tells on standard error: one line."""
    assert main(list(arguments)) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1, told.err
    return told.err


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_database_is_told_of_and_left_alone(
    old_home: Path, damage: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    file = old_home / "dlcore.db"
    damage(file)
    before = file.read_bytes() if file.exists() else None
    told = _told(capsys, "upload", __file__)
    assert str(file) in told
    assert "is damaged" in told
    assert "new-database" in told
    assert (file.read_bytes() if file.exists() else None) == before
    with pytest.raises(Damaged):
        Dispatcher(Settings(home=old_home))
    assert list((old_home / "artifacts" / "runs").rglob("best-*"))


@pytest.mark.parametrize("damage", DAMAGES)
def test_new_database_puts_everything_aside_and_begins_anew(
    old_home: Path, damage: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    file = old_home / "dlcore.db"
    damage(file)
    before = file.read_bytes() if file.exists() else None
    assert main(["new-database"]) == 0
    (aside,) = old_home.glob("damaged-*")
    assert str(aside) in capsys.readouterr().err
    if before is not None:
        assert (aside / "dlcore.db").read_bytes() == before
    (weights,) = (old_home / "artifacts" / aside.name).rglob("best-*")
    settings = Settings(home=old_home)
    with Runs(settings) as runs:
        assert runs.is_empty()
        runs.submit(digits(1), ME)
    Dispatcher(settings)._settle_abandoned()  # which removes what nobody names
    assert weights.read_bytes() == b"weights"


def test_a_sound_database_is_not_put_aside(old_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "sound" in _told(capsys, "new-database")
    with Runs(Settings(home=old_home)) as runs:
        assert len(runs.list(OPERATOR)) == 41


def test_a_database_in_use_is_not_put_aside(old_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from filelock import FileLock

    _truncated(old_home / "dlcore.db")
    with FileLock(old_home / "dispatcher.lock"):
        assert "running" in _told(capsys, "new-database")


def test_damage_that_comes_while_it_is_open_is_a_sentence(old_home: Path) -> None:
    with Runs(Settings(home=old_home)) as runs:
        runs._engine.dispose()
        _overwritten(old_home / "dlcore.db")
        with pytest.raises(Damaged, match="new-database"):
            runs.list(OPERATOR)


def test_a_home_that_is_a_file_is_told_of(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.home.write_text("mine")
    assert "not a folder" in _told(capsys, "upload", __file__)
    assert "not a folder" in _told(capsys, "serve")
    assert settings.home.read_text() == "mine"


def test_a_home_below_a_file_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(RunError, match="not a folder"):
        Runs(Settings(home=tmp_path / "file" / "home"))


def test_a_folder_of_the_home_that_is_a_file_is_told_of(settings: Settings) -> None:
    settings.home.mkdir()
    (settings.home / "artifacts").write_text("mine")
    with pytest.raises(RunError, match=r"artifacts is not a folder"):
        Runs(settings)


@pytest.fixture
def read_only(old_home: Path) -> Iterator[Path]:
    """The same home on a file system that can only be read."""
    mounted = subprocess.run(["mount", "--bind", old_home, old_home], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("only root mounts a folder read-only")
    subprocess.run(["mount", "-o", "remount,ro,bind", old_home], check=True)
    yield old_home
    subprocess.run(["umount", old_home], check=True)


def test_a_home_that_can_only_be_read_is_told_of(read_only: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["serve"], ["upload", __file__], ["new-database"]):
        assert "can only be read" in _told(capsys, *command)


def _as_nobody(function: Callable[[], str]) -> str:
    """What a function returns in a process of a user who owns nothing."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            os.write(writing, function().encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as told:
        return told.read()


def _sentence(home: Path) -> str:
    try:
        Runs(Settings(home=home)).close()
    except RunError as error:
        return str(error)
    return "opened"


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """A folder that every user reaches."""
    if os.geteuid():
        pytest.skip("only root can be somebody else")
    for each in (tmp_path, *tmp_path.parents):
        if Path(tempfile.gettempdir()) in each.parents:
            each.chmod(0o755)
    return tmp_path


def test_a_home_of_somebody_else_is_told_of(old_home: Path, open_folder: Path) -> None:
    assert "You may not read and write" in _as_nobody(lambda: _sentence(old_home))
    (open_folder / "here").mkdir(mode=0o755)
    assert "You may not read and write" in _as_nobody(lambda: _sentence(open_folder / "here" / "new"))


def test_a_database_of_somebody_else_is_told_of(old_home: Path, open_folder: Path) -> None:
    old_home.chmod(0o777)
    for each in old_home.iterdir():
        if each.is_dir():
            each.chmod(0o777)
    (old_home / "secret").unlink()
    assert "dlcore.db cannot be read and written" in _as_nobody(lambda: _sentence(old_home))


def test_a_database_of_a_newer_version_is_told_of(old_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(old_home / "dlcore.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert "newer version" in _told(capsys, "serve")


def test_a_setting_that_is_none_is_told_of(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DLCORE_WORKERS", "many")
    told = _told(capsys, "serve")
    assert "DLCORE_WORKERS" in told
    assert "'many'" in told


@pytest.mark.slow
@pytest.mark.parametrize("through", [["-m", "dlcore", "serve", "--port", "0"], ["-m", "streamlit", "run", "app.py"]])
def test_a_server_does_not_begin_to_listen_on_a_home_that_is_damaged(old_home: Path, through: list[str]) -> None:
    _truncated(old_home / "dlcore.db")
    ended = subprocess.run(
        [sys.executable, *through], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "STREAMLIT_SERVER_HEADLESS": "true", "STREAMLIT_SERVER_PORT": "0", "DLCORE_LANGUAGE": "en"},
    )  # fmt: skip
    assert ended.returncode == 2
    assert "is damaged" in ended.stderr
    assert "Traceback" not in ended.stderr


SECRETS = [b"", b"\n", b"short", b"x" * 31, b"x" * 33, bytes(32), b"\xff" * 32]


@pytest.mark.parametrize("content", SECRETS)
def test_a_secret_that_could_be_guessed_is_refused(
    old_home: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    with Runs(Settings(home=old_home)) as runs:
        run_id = runs.list(OPERATOR)[0].id
        token = runs.token(run_id, OPERATOR)
    file = old_home / "secret"
    file.write_bytes(content)
    assert f"holds {len(content)}" in _told(capsys, "serve")
    assert file.read_bytes() == content
    file.rename(file.with_suffix(".old"))
    with Runs(Settings(home=old_home)) as runs:
        assert len(file.read_bytes()) == 32
        assert not runs.check_token(run_id, token)
        assert runs.check_token(run_id, runs.token(run_id, OPERATOR))


@pytest.mark.parametrize("key", SECRETS)
def test_no_token_is_made_or_believed_with_a_key_that_could_be_guessed(store: Runs, key: bytes) -> None:
    import hashlib
    import hmac

    run_id = store.submit(digits(1), ME)
    forged = hmac.new(key, f"run:{run_id}".encode(), hashlib.sha256).hexdigest()
    assert not store.check_token(run_id, forged)
    with pytest.raises(ValueError, match="secret"):
        secret.sign(key, "run:")
    with pytest.raises(ValueError, match="secret"):
        import_link.seal(key, digits(1), "me")


def test_in_a_home_that_others_may_read_what_is_kept_is_its_owners_alone(settings: Settings) -> None:
    home, before = settings.home, os.umask(0o022)
    try:
        for folder in (home, home / "artifacts", home / "log"):
            folder.mkdir(mode=0o755)
        with closing(sqlite3.connect(home / "dlcore.db")) as connection:
            connection.execute("PRAGMA journal_mode = PERSIST")
            connection.execute("CREATE TABLE older (id)")
            connection.commit()
        assert stat.S_IMODE((home / "dlcore.db-journal").stat().st_mode) == 0o644
        (home / "secret").write_bytes(os.urandom(32))
        with Runs(settings) as runs:
            run_id = runs.submit(digits(1), ME)
            runs._artifacts.write(run_id, "best", b"weights")
            files = [each for each in home.iterdir() if each.is_file()]
            assert {"dlcore.db", "dlcore.db-journal", "secret"} <= {each.name for each in files}
            assert [each for each in files if stat.S_IMODE(each.stat().st_mode) & 0o077] == []
            folders = [each for each in home.iterdir() if each.is_dir()]
            assert [each for each in folders if stat.S_IMODE(each.stat().st_mode) & 0o077] == []
        assert stat.S_IMODE(home.stat().st_mode) == 0o755  # it may be somebody's own folder, with other things in it
    finally:
        os.umask(before)


def test_the_log_of_a_database_that_writes_ahead_is_its_owners_alone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dlcore.runs.store import engine

    monkeypatch.setattr(engine, "FIRST_SOUND_WAL", (3, 0, 0))
    settings.home.mkdir(mode=0o755)
    before = os.umask(0)
    try:
        with Runs(settings) as runs:
            runs.submit(digits(1), ME)
            for ending in ("", "-wal", "-shm"):
                assert stat.S_IMODE((settings.home / f"dlcore.db{ending}").stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_quarantine_leaves_a_server_alone(home: Path) -> None:
    with pytest.raises(RunError, match="DLCORE_DATABASE_URL"):
        quarantine.new_database(Settings(home=home, database_url="postgresql://localhost/x"))
