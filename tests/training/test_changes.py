"""What is changed while a run trains is a part of its experiment: whoever trains that again makes the same change."""

from __future__ import annotations

import io
from typing import Any

import pytest
import torch
from torch import nn

import dlcore
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.registry import OPTIMIZERS
from dlcore.training.events import BatchesEnded, Changed, EpochEnded
from dlcore.training.history import History
from dlcore.training.loop import Trainer

from .experiments import WITH_DROPOUT, experiment

DROPOUT = "network.3.p"


def changed(*changes: tuple[int, dict[str, Any]], epochs: int = 6, **training: Any) -> Experiment:
    written = [{"step": step, "set": values} for step, values in changes]
    return experiment("iris", WITH_DROPOUT, epochs=epochs, changes=written, **training)


def trained(made: Experiment) -> Trainer:
    trainer = Trainer(made)
    list(trainer.run())
    return trainer


def same_weights(one: Trainer, other: Trainer) -> bool:
    return all(torch.equal(each, other.last_weights[name]) for name, each in one.last_weights.items())


def test_a_change_by_hand_is_written_down_and_makes_the_same_bits_when_it_is_trained_again() -> None:
    by_hand = Trainer(experiment("iris", WITH_DROPOUT, epochs=6))
    for _event in by_hand.run():
        if by_hand.progress.step == 10 and not by_hand.experiment.training.changes:
            by_hand.change({"optimizer.lr": 0.002, DROPOUT: 0.6})
        if by_hand.progress.step == 20 and len(by_hand.experiment.training.changes) == 1:
            by_hand.change({"batch_size": 8, "loss.label_smoothing": 0.2})
    again = Experiment.from_yaml_text(by_hand.experiment.to_yaml())
    assert again == by_hand.experiment
    assert [(each.step, each.set) for each in again.training.changes] == [
        (10, {"optimizer.lr": 0.002, DROPOUT: 0.6}), (20, {"batch_size": 8, "loss.label_smoothing": 0.2}),
    ]  # fmt: skip
    assert same_weights(by_hand, trained(again))


def test_a_bare_loop_that_makes_the_change_itself_comes_to_the_same_weights() -> None:
    made = changed(
        (5, {"optimizer.lr": 0.5, "optimizer.momentum": 0.3}), epochs=2, optimizer={"name": "SGD", "lr": 0.1}
    )
    data, model = dlcore.load(made), dlcore.build(made)
    loss_function = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    order = torch.Generator().manual_seed(made.seed + 1)
    torch.manual_seed(made.seed + 2)
    step = 0
    for _epoch in range(2):
        model.train()
        for rows in torch.randperm(len(data.train), generator=order).split(made.training.batch_size):
            if step == 5:
                for group in optimizer.param_groups:
                    group["lr"], group["momentum"] = 0.5, 0.3
            loss_function(model(data.train.x[rows]), data.train.y[rows]).backward()
            optimizer.step()
            optimizer.zero_grad()
            step += 1
    ours = trained(made).last_weights
    assert all(torch.allclose(ours[name], each, atol=1e-6) for name, each in model.state_dict().items())


@pytest.mark.parametrize("p", [0.0, 0.9])
def test_a_dropout_that_was_recorded_before_its_change_is_used_with_the_new_share(p: float) -> None:
    """Long enough that forward and backward are recorded before the change, and again after it."""
    made = experiment("iris", WITH_DROPOUT, epochs=40, changes=[{"step": 150, "set": {DROPOUT: p}}])
    seen = []
    trainer = Trainer(made)
    trainer.model[3].register_forward_pre_hook(lambda module, _x: seen.append(module.p) if module.training else None)  # type: ignore[index]
    list(trainer.run())
    assert trainer.model[3].p == p  # type: ignore[index]
    plain = Trainer(made)
    plain.learn._worth_it = False  # no recordings at all
    list(plain.run())
    assert same_weights(trainer, plain)
    assert not same_weights(trainer, trained(experiment("iris", WITH_DROPOUT, epochs=40)))


@pytest.mark.parametrize("stop", [3, 12, 13, 21, 24, 33])
def test_a_run_resumed_at_any_batch_goes_on_as_if_it_had_not_been_stopped(stop: int) -> None:
    made = changed((12, {"optimizer.lr": 0.001, DROPOUT: 0.7}), (20, {"batch_size": 40, "loss.label_smoothing": 0.1}))
    first = Trainer(made)
    for _event in first.run():
        if first.progress.step == stop:
            break
    file = io.BytesIO()
    torch.save(first.checkpoint(), file)
    file.seek(0)
    second = Trainer(made)
    second.restore(torch.load(file, weights_only=True))
    list(second.run())
    assert same_weights(second, trained(made))


def test_more_epochs_are_the_same_bits_as_if_they_had_been_planned() -> None:
    planned = trained(experiment("iris", WITH_DROPOUT, epochs=7))
    longer = Trainer(experiment("iris", WITH_DROPOUT, epochs=4))
    list(longer.run())
    assert not longer.unfinished
    longer.change({"epochs": 7})
    list(longer.run())
    assert longer.progress.epoch == 7
    assert same_weights(longer, planned)
    assert same_weights(trained(longer.experiment), planned)


def test_a_change_is_told_where_it_was_made_and_batches_keep_their_place_on_the_axis() -> None:
    made = changed((10, {"batch_size": 8}), epochs=4)  # 7 batches of 16 an epoch, then 14 of 8
    events = list(dlcore.train(made))
    (told,) = [event for event in events if isinstance(event, Changed)]
    assert (told.epoch, told.step, told.set, told.batches) == (2, 10, {"batch_size": 8}, 14)
    assert told.at == pytest.approx(1 + 3 / 7)
    counts = {epoch: sum(len(e.steps) for e in events if isinstance(e, BatchesEnded) and e.epoch == epoch)
              for epoch in range(1, 5)}  # fmt: skip
    assert counts == {1: 7, 2: 7, 3: 14, 4: 14}
    history = History.of(events)
    assert history.batches.x[:7] == pytest.approx([n / 7 for n in range(1, 8)])
    assert history.batches.x[14:] == pytest.approx([2 + n / 14 for n in range(1, 29)])
    assert [event.epoch for event in events if isinstance(event, EpochEnded)] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_every_knob_of_every_optimizer_can_be_turned(name: str) -> None:
    made = experiment("iris", WITH_DROPOUT, epochs=3, optimizer={"name": name})
    knobs = {knob: each for knob, each in made.knobs.items() if knob.startswith("optimizer.")}
    assert "optimizer.lr" in knobs
    trainer = Trainer(made)
    for _event in trainer.run():
        if trainer.progress.step == 9 and not trainer.experiment.training.changes:
            trainer.change({knob: 0.01 if knob == "optimizer.lr" else 0.5 for knob in knobs})
    groups = trainer.state.optimizer.param_groups
    assert groups[0]["lr"] == 0.01
    for knob in knobs:
        if knob.endswith(("beta1", "beta2")):
            assert groups[0]["betas"][int(knob[-1]) - 1] == 0.5
        elif knob != "optimizer.lr":
            assert groups[0][knob.removeprefix("optimizer.")] == 0.5
    assert same_weights(trainer, trained(trainer.experiment))


@pytest.mark.parametrize(("values", "sentence"), [
    ({"optimizer.lr": -1}, "optimizer.lr: must be a number above 0, but -1.0 came"),
    ({DROPOUT: 1.5}, "p: must be a number from 0 to below 1, but 1.5 came"),
    ({"batch_size": 0}, "batch_size: must be a whole number from 1 to 65536, but 0 came"),
    ({"network.1.p": 0.5}, "Did you mean network.3.p?"),
    ({"optimizer.name": "SGD"}, "Unknown setting that can be changed while training 'optimizer.name'"),
])  # fmt: skip
def test_a_knob_out_of_bounds_is_refused_and_nothing_changes(values: dict[str, Any], sentence: str) -> None:
    trainer = Trainer(experiment("iris", WITH_DROPOUT, epochs=1))
    with pytest.raises(ExperimentError) as refused:
        trainer.change(values)
    assert sentence in str(refused.value)
    assert trainer.experiment.training.changes == ()
    list(trainer.run())


@pytest.mark.parametrize("written", [
    "changes", 3, [3], [{"step": 1}], [{"set": {"optimizer.lr": 0.1}}], [{"step": -1, "set": {"optimizer.lr": 0.1}}],
    [{"step": 1, "set": {}}], [{"step": 1, "set": {"optimizer.lr": "fast"}}], [{"step": 1.5, "set": {"batch_size": 8}}],
    [{"step": 9, "set": {"batch_size": 8}}, {"step": 3, "set": {"batch_size": 9}}],
])  # fmt: skip
def test_bad_changes_in_a_file_are_one_sentence_that_names_them(written: Any) -> None:
    with pytest.raises(ExperimentError) as refused:
        experiment("iris", changes=written)
    assert "changes" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_schedule_that_counts_every_batch_lets_nobody_change_how_many_there_are() -> None:
    trainer = Trainer(experiment("iris", WITH_DROPOUT, epochs=2, schedule={"name": "OneCycleLR"}))
    for name in ("batch_size", "epochs"):
        with pytest.raises(ExperimentError, match="OneCycleLR counts the batches"):
            trainer.change({name: 5})
