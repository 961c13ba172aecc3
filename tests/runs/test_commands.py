"""Steps, rest and knobs in mid-run, by a real worker: what comes of it is what its experiment says, to the last bit."""

from __future__ import annotations

import pytest
import torch

from dlcore.access import ME, OPERATOR, student
from dlcore.errors import ExperimentError, RunError, RunNotFound
from dlcore.experiment import Experiment
from dlcore.runs import Runs, orders, workforce
from dlcore.runs.workforce import SeenWorker
from dlcore.training.loop import Trainer
from tests.runs.living import LONG, digits, until_epoch, until_state, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

EPOCHS = 800  # some seconds: long enough to be led by hand, however fast the machine
LR, DROPOUT = "optimizer.lr", "network.3.p"


def resting(runs: Runs, run_id: str) -> int:
    """Wait until it rests; the batches that are done."""
    wait_until(lambda: runs.status(run_id, OPERATOR).resting, "rest")
    return runs.status(run_id, OPERATOR).step


def last_weights(made: Experiment) -> dict[str, torch.Tensor]:
    trainer = Trainer(made)
    list(trainer.run())
    return trainer.last_weights


def test_who_looks_after_the_app_sees_which_worker_trains_what_and_its_memory(served: Runs) -> None:
    run_id = served.submit(digits(epochs=LONG), ME)
    until_epoch(served, run_id, 1)

    def seen() -> SeenWorker | None:
        told = workforce.read(served.settings.home)
        return next((each for each in told.workers if each.run == run_id), None) if told else None

    worker = wait_until(seen, "the worker of the run")
    assert worker.name == served.status(run_id, OPERATOR).worker
    assert worker.memory > 50_000_000
    served.stop(run_id, OPERATOR)
    until_state(served, run_id, "stopped")
    wait_until(lambda: seen() is None, "a worker at rest")


def test_a_run_led_by_hand_is_the_run_that_its_experiment_describes(served: Runs) -> None:
    run_id = served.submit(digits(epochs=EPOCHS), ME)
    until_epoch(served, run_id, 1)
    served.hold(run_id, OPERATOR)
    step = resting(served, run_id)
    pid = served.status(run_id, OPERATOR).worker
    served.step(run_id, OPERATOR, batches=1)
    wait_until(lambda: served.status(run_id, OPERATOR).step == step + 1, "one batch")
    resting(served, run_id)
    served.set_knobs(run_id, {LR: 0.001, DROPOUT: 0.6}, OPERATOR)
    epoch = served.status(run_id, OPERATOR).epoch
    served.step(run_id, OPERATOR, epochs=1)
    wait_until(lambda: served.status(run_id, OPERATOR).epoch == epoch + 1, "one epoch")
    resting(served, run_id)
    assert served.status(run_id, OPERATOR).worker == pid  # without leaving the worker
    served.resume(run_id, OPERATOR)
    status = until_state(served, run_id, "finished")
    assert (status.epoch, status.step) == (EPOCHS, status.steps)

    served.step(run_id, OPERATOR, epochs=2)  # beyond its planned end
    wait_until(lambda: served.status(run_id, OPERATOR).epoch == EPOCHS + 2, "two epochs more")
    served.resume(run_id, OPERATOR)
    until_state(served, run_id, "finished")
    made = served.experiment(run_id, OPERATOR)
    assert [each.set for each in made.training.changes] == [{LR: 0.001, DROPOUT: 0.6}, {"epochs": EPOCHS + 2}]
    assert made.training.changes[0].step == step + 1
    expected, kept = last_weights(made), served.weights(run_id, OPERATOR, "last")
    assert all(torch.equal(kept[name], each) for name, each in expected.items())

    told = served.commands(run_id, OPERATOR)
    assert [each["kind"] for each in told] == ["hold", "step", "set", "step", "go", "step", "go"]
    assert all(each["taken_at"] and each["error"] is None for each in told)
    assert [each["step"] for each in told[:3]] == [step, step, step + 1]


def test_who_rests_too_long_gives_the_place_back_and_can_be_stepped_all_the_same(
    served: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = served.submit(digits(epochs=LONG), ME)
    until_epoch(served, run_id, 1)
    other = [served.submit(digits(epochs=LONG, seed=seed), student(f"other {seed}")) for seed in (1, 2)]
    served.hold(run_id, OPERATOR)
    until_state(served, run_id, "paused")  # at once, for somebody waits
    for each in other:
        until_state(served, each, "running")
        served.stop(each, OPERATOR)
    step = served.status(run_id, OPERATOR).step
    served.step(run_id, OPERATOR, batches=2)
    wait_until(lambda: served.status(run_id, OPERATOR).step == step + 2, "two batches")
    resting(served, run_id)
    served.stop(run_id, OPERATOR)
    until_state(served, run_id, "stopped")
    assert orders.IDLE_SECONDS <= 120


def test_a_knob_out_of_bounds_is_refused_at_once_and_the_run_goes_on(served: Runs) -> None:
    run_id = served.submit(digits(epochs=LONG), ME)
    until_epoch(served, run_id, 1)
    with pytest.raises(ExperimentError, match="must be a number above 0"):
        served.set_knobs(run_id, {LR: -1.0}, OPERATOR)
    with pytest.raises(ExperimentError, match="Unknown setting"):
        served.set_knobs(run_id, {"optimizer.lrr": 1.0}, OPERATOR)
    with pytest.raises(RunNotFound):
        served.set_knobs(run_id, {LR: 0.1}, student("somebody else"))
    with pytest.raises(RunError, match="1 to 10000 batches"):
        served.step(run_id, OPERATOR, batches=0)
    assert served.commands(run_id, OPERATOR) == []
    served.stop(run_id, OPERATOR)
    until_state(served, run_id, "stopped")
    with pytest.raises(RunError, match="has ended"):
        served.set_knobs(run_id, {LR: 0.1}, OPERATOR)


def test_a_fork_begins_with_the_weights_and_settings_of_its_epoch_and_its_parent_stays(served: Runs) -> None:
    run_id = served.submit(digits(epochs=EPOCHS), ME)
    until_epoch(served, run_id, 2)
    served.set_knobs(run_id, {LR: 0.0004}, OPERATOR)
    until_state(served, run_id, "finished")
    (change,) = served.experiment(run_id, OPERATOR).training.changes
    before = served.events(run_id, OPERATOR)
    for epoch, rate in ((0, 0.005), (EPOCHS, 0.0004)):
        made = served.fork(run_id, epoch, ME)
        assert made.training.changes == ()
        assert made.training.optimizer.lr == rate  # type: ignore[attr-defined]
        fork = served.submit(made.model_copy(update={"training": made.training.model_copy(update={"epochs": 2})}), ME)
        status = until_state(served, fork, "finished")
        assert (status.parent, status.parent_epoch) == (run_id, epoch)
        began = served.weights(fork, OPERATOR, 0)
        assert all(torch.equal(began[name], each) for name, each in served.weights(run_id, OPERATOR, epoch).items())
    assert served.events(run_id, OPERATOR) == before
    missing = next(epoch for epoch in range(EPOCHS) if epoch not in served.film(run_id, OPERATOR))
    with pytest.raises(RunError, match=f"weights of epoch {missing} were not kept"):
        served.fork(run_id, missing, ME)
    served.delete(run_id, OPERATOR)
    assert served.status(fork, OPERATOR).parent == run_id  # it may be gone
    assert change.set == {LR: 0.0004}
