"""Seeds of their own for parts of chance: to change one of them leaves the others as they were, bit for bit."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from dlcore.codegen.script import source_code
from dlcore.data.load import load
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.presets import PRESETS
from dlcore.training.events import RunFinished
from dlcore.training.loop import Trainer, train
from dlcore.training.twins import differences

OVERFIT = PRESETS["overfit"].experiment.to_dict()
BASE: dict[str, Any] = {
    **OVERFIT,
    "network": [{"layer": "Flatten"}, {"layer": "Linear", "out_features": 16}, {"layer": "ReLU"},
                {"layer": "Dropout", "p": 0.5}, {"layer": "Output"}],
    "training": {**OVERFIT["training"], "epochs": 2},
}  # fmt: skip


def of(seed: int = 0, **seeds: int) -> Experiment:
    return Experiment.from_dict({**BASE, "seed": seed, "seeds": seeds})


def parts(experiment: Experiment) -> dict[str, list[torch.Tensor]]:
    """What each part of chance has made, before anything is learned; and the masks of the first batch of the order."""
    trainer = Trainer(experiment)
    first = [each.clone() for each in trainer.model.parameters()]
    rows = torch.arange(len(trainer.data.train))
    order = [torch.randperm(len(rows), generator=trainer.state.batches._generator)]
    dropout = trainer.state.dropout
    dropout.begin()
    masks = torch.rand(5)
    dropout.leave()
    data = load(experiment)
    return {"split": [data.train.x, data.train.y, data.validation.x, data.validation.y], "weights": first,
            "order": [*order, masks]}  # fmt: skip


def same(one: list[torch.Tensor], other: list[torch.Tensor]) -> bool:
    return all(map(torch.equal, one, other))


@pytest.mark.parametrize("part", ["split", "weights", "order"])
def test_a_seed_of_its_own_changes_its_part_and_no_other(part: str, one_thread: None) -> None:
    before, after = parts(of()), parts(of(**{part: 7}))
    assert {name for name in before if not same(before[name], after[name])} == {part}


@pytest.mark.parametrize("part", ["split", "weights", "order"])
def test_a_part_that_is_held_stays_while_the_seed_changes(part: str, one_thread: None) -> None:
    before, after = parts(of(**{part: 0})), parts(of(5, **{part: 0}))
    assert {name for name in before if same(before[name], after[name])} == {part}


def test_three_seeds_alike_are_one_seed(one_thread: None) -> None:
    together, apart = parts(of(3)), parts(of(0, split=3, weights=3, order=3))
    assert all(same(together[name], apart[name]) for name in together)


def test_an_experiment_without_them_is_written_as_before() -> None:
    assert "seeds" not in of().to_dict()
    assert "seeds" not in of().to_yaml()
    assert Experiment.from_dict(OVERFIT).seeds.to_dict() == {}
    held = of(2, split=3)
    assert held.to_dict()["seeds"] == {"split": 3}
    assert Experiment.from_yaml_text(held.to_yaml()) == held
    assert [(each.field, each.values) for each in differences([of(), of(split=3)])] == [("seeds.split", (None, 3))]


@pytest.mark.parametrize(("seeds", "said"), [
    ({"weigths": 1}, "weights"),
    ({"order": -1}, "seeds.order: must be a whole number from 0 to"),
    (3, "seeds: must be names with values"),
])  # fmt: skip
def test_what_is_no_seed_is_said(seeds: Any, said: str) -> None:
    with pytest.raises(ExperimentError, match=said):
        Experiment.from_dict({**BASE, "seeds": seeds})


@pytest.mark.parametrize("dataset", ["digits", "moons"])
def test_the_script_draws_the_same(dataset: str, one_thread: None, capsys: pytest.CaptureFixture[str],
                                   tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    held = Experiment.from_dict({**BASE, "dataset": {"name": dataset, "limit": 60}, "seed": 1,
                                 "seeds": {"split": 2, "weights": 3, "order": 4}})  # fmt: skip
    *_events, last = train(held)
    assert isinstance(last, RunFinished)
    monkeypatch.chdir(tmp_path)
    script = source_code(held, threads=1)
    names: dict[str, Any] = {}
    exec(compile(script, "train.py", "exec"), names)
    assert last.last is not None
    assert names["history"][-1][1] == last.last.loss
    assert "split_seed = 2" in script
