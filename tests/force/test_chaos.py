"""A thousand short runs while workers are killed, the dispatcher and its scheduler restart, runs are paused, and the
network to a scheduler elsewhere is cut.

Whatever happens, each is executed once: a witness in the database says so, and every run tells what it would have told
undisturbed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dlcore.runs import Settings
from dlcore.runs import open as open_runs
from tests.force import ledger
from tests.force.chaos import SEEDS, Chaos, ChaosElsewhere, check, submit
from tests.force.figures import Figure, Note
from tests.runs import server as postgresql
from tests.runs.elsewhere import Elsewhere, lent
from tests.runs.relay import Relay
from tests.sampling import sweep

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

RUNS, AT_ONCE = 1_000, 25  # so many in one test
FEW = 5  # in the one that always runs

MANY = [(AT_ONCE, seed) for seed in range(RUNS // AT_ONCE // 2)]  # of each of two kinds of clusters
CASES = sweep([(FEW, 0), *MANY], lambda _case: ["chaos"])


@pytest.mark.parametrize(("count", "seed"), CASES)
def test_workers_of_this_machine_execute_no_run_twice(settings: Settings, note: Note, count: int, seed: int) -> None:
    settings = settings.model_copy(update={"checkpoint_seconds": 0.1})
    with open_runs(settings) as runs:
        chaos = Chaos(runs, random.Random(seed))
        ledger.begin(runs)
        seeds = {submit(runs, n % SEEDS): n % SEEDS for n in range(count)}
        chaos.until_all_have_finished(seeds, chaos.blows_here())
        check(runs, seeds, note, chaos.blows, handed_on=False)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Elsewhere]:
    """A scheduler and two workers that somebody else keeps."""
    with lent(tmp_path, workers=2) as cluster:
        yield cluster


@pytest.fixture
def relay(elsewhere: Elsewhere) -> Iterator[Relay]:
    """The network between the app and them."""
    with closing(Relay(elsewhere.port)) as carried:
        yield carried


@pytest.fixture
def settings_elsewhere(
    tmp_path: Path, elsewhere: Elsewhere, relay: Relay, server: postgresql.Server, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    for name, value in elsewhere.tls.items():
        monkeypatch.setenv(name, value)
    return Settings(home=tmp_path / "home", database_url=server.new_database(),
                    scheduler=f"tls://127.0.0.1:{relay.port}", artifacts_url=f"file://{tmp_path}/artifacts",
                    checkpoint_seconds=0.1)  # fmt: skip


@pytest.mark.parametrize(("count", "seed"), CASES)
def test_workers_elsewhere_execute_no_run_twice(
    settings_elsewhere: Settings, elsewhere: Elsewhere, relay: Relay, note: Note, count: int, seed: int
) -> None:
    with open_runs(settings_elsewhere) as runs:
        chaos = ChaosElsewhere(runs, random.Random(seed), elsewhere, relay)
        ledger.begin(runs)
        seeds = {submit(runs, n % SEEDS): n % SEEDS for n in range(count)}
        chaos.until_all_have_finished(seeds, chaos.blows_here())
        note(Figure(4, "… restarts of a scheduler elsewhere", (float(chaos.restarts),), "", None, "all", 1, "tests"))
        note(Figure(4, "… cuts of the network to it", (float(chaos.cuts),), "", None, "all", 1, "tests"))
        check(runs, seeds, note, chaos.blows, handed_on=True)
