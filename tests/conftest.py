"""What all tests share: no test reads or writes the runs of whoever starts it."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from dlcore.data.uploads import upload_access
from dlcore.i18n import set_language
from dlcore.runs import Runs, Settings
from dlcore.runs.store import soundness
from tests.sampling import LONG
from tests.web.node import Node

for _name in [name for name in os.environ if name.startswith("DLCORE_")]:
    del os.environ[_name]
for _profile in ("untimed", LONG):  # no test fails because the machine has other work
    hypothesis_settings.register_profile(_profile, hypothesis_settings.default, deadline=None)
hypothesis_settings.load_profile("untimed")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # tests share the cores: a second thread of torch mostly waits


def pytest_collection_finish() -> None:
    """Fourteen thousand tests and torch are never garbage: set aside, they are not searched again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def _no_home_of_ones_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever opens the runs of "this machine" in a test opens an empty home."""
    os.environ["DLCORE_HOME"] = str(tmp_path_factory.mktemp("default-home"))


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Tests read English unless they choose otherwise, and do not choose for the next."""
    set_language("en")
    yield
    set_language("en")


@pytest.fixture(autouse=True)
def _no_data_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test sees the data sets that another one laid out, or is forbidden this machine's by a page of another."""
    monkeypatch.setattr(upload_access, "_forbidden", False)
    yield
    upload_access.use(None)
    upload_access.allow_files(None)


@pytest.fixture(autouse=True)
def _main_stays_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest leaves its page behind as `__main__`, and every process spawned after it would run that page first."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """torch computes as a worker does: the same bits whatever else runs, and no threads waiting for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home of its own for one test; `Settings()` finds it."""
    home = tmp_path / "home"
    monkeypatch.setenv("DLCORE_HOME", str(home))
    return home


@pytest.fixture
def settings(home: Path) -> Settings:
    """The settings of that home."""
    return Settings(home=home, workers=2)


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a new home: to make each test one of its own, through all migrations, takes 0.2 s."""
    home = tmp_path_factory.mktemp("new-home")
    with Runs(Settings(home=home)):
        pass
    return home / soundness.FILE


@pytest.fixture
def store(settings: Settings, new_database: Path) -> Iterator[Runs]:
    """Its runs, without a dispatcher: what is submitted stays queued."""
    if settings.database_url is None and not settings.home.exists():  # one that is there is the test's matter
        settings.home.mkdir(mode=0o700)
        shutil.copy(new_database, settings.home)
    with Runs(settings) as runs:
        yield runs


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    """The browser code, to be called from Python."""
    node = Node()
    yield node
    node.close()
