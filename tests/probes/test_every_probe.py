"""What holds for every probe over every task: what it sees is written, read, and fills its charts and its panel."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from dlcore.data.base import Task
from dlcore.experiment import DatasetChoice, Experiment
from dlcore.figures.bindings import filling
from dlcore.layers.base import Step
from dlcore.network import trace
from dlcore.presets import PRESETS
from dlcore.probes.arrays import read, write
from dlcore.probes.base import PROBES, Probe, suitable
from dlcore.probes.filming import Film
from dlcore.probes.frame import WEIGHTS, Frame
from dlcore.training.arrays import arrays_of
from dlcore.training.events import Event, Recorded
from dlcore.training.history import History
from dlcore.training.loop import Trainer
from tests.training.experiments import MLP, WITH_BATCH_NORM, WITH_DROPOUT, experiment
from tests.training.test_tasks import CASES, SEQUENCE, Toy

DENSE = [{"layer": "Linear", "out_features": 6}, {"layer": "ReLU"}, {"layer": "Dropout", "p": 0.2}, {"layer": "Output"}]
NARROW = [{"layer": "Linear", "out_features": 4}, {"layer": "Tanh"}]
RUN = "r"


def toy(task: Task) -> Experiment:
    loss = next(name for each, name in CASES if each == task)
    plain = experiment("iris", SEQUENCE if task == "next-token" else DENSE, loss=loss, epochs=2)
    return plain.model_copy(update={"dataset": DatasetChoice(source=Toy(asked=task))})


def short(name: str) -> Experiment:
    plain = PRESETS[name].experiment.to_dict()
    return Experiment.from_dict({**plain, "training": {**plain["training"], "epochs": 1}})


EXPERIMENTS: dict[str, Experiment] = {
    **{f"two columns, {task}": toy(task) for task in ("multiclass", "binary", "multilabel", "regression")},  # type: ignore[arg-type]
    "next token": toy("next-token"),
    "a table": experiment("iris", epochs=2),
    "a table with a target": experiment("diabetes", epochs=2),
    "pictures": experiment({"name": "digits", "limit": 200}, WITH_DROPOUT, epochs=2),
    "batch norm": experiment("iris", WITH_BATCH_NORM, epochs=2),
    "without validation": experiment({"name": "iris", "split": {"method": "holdout", "validation": 0.0}}, epochs=2),
    "no weights": experiment("iris", [{"layer": "Flatten"}, {"layer": "Output"}], epochs=1),
    "a text": short("sentiment-lstm"),
    "a curve": short("waves"),
    "a clip": short("clips"),
    "several labels": short("scenes"),
    "forty-four layers": experiment("iris", [MLP[0], *NARROW * 21, MLP[3]], epochs=1),
}  # fmt: skip


class Filmed:
    """A run with its film, as those who read it have it: bytes and events."""

    def __init__(self, described: Experiment) -> None:
        self.experiment = described
        self.trainer = Trainer(described)
        self.about, self.steps = self.trainer.data.about, trace(described)
        stream = list(Film(self.trainer, described).run())
        self.frames = [each for each in stream if isinstance(each, Frame)]
        told: list[Event] = [each for each in stream if isinstance(each, Event)]
        told += [Recorded(each.epoch, "file", {}, dict(each.numbers)) for each in self.frames]
        self.history = History.of(told)

    def seen(self, name: str) -> dict[str, Any]:
        newest = next(frame for frame in reversed(self.frames) if name in frame.parts)
        return {"epoch": newest.epoch, **read(newest.parts[name])}


@pytest.fixture(scope="module", params=EXPERIMENTS)
def film(request: pytest.FixtureRequest) -> Filmed:
    torch.manual_seed(0)
    return Filmed(EXPERIMENTS[request.param])


def probes_of(film: Filmed) -> dict[str, type[Probe]]:
    return suitable(film.about, film.steps)


def test_every_probe_that_suits_has_its_part_in_the_film(film: Filmed) -> None:
    assert {name for frame in film.frames for name in frame.parts} == {WEIGHTS, *probes_of(film)}
    for name, probe in probes_of(film).items():
        epochs = [frame.epoch for frame in film.frames if name in frame.parts]
        assert epochs == ([0] if probe.once else [0, *range(1, film.trainer.progress.epoch + 1)]), name


def test_what_is_measured_is_read_back_with_the_same_numbers(film: Filmed) -> None:
    view = film.trainer.view()
    for name, probe in probes_of(film).items():
        measured = probe.measure(view)
        assert same(measured, read(write(measured))), name


def same(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(each, other[name]) for name, each in one.items())
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    return bool(one == other)


def test_numbers_over_the_epochs_are_plain_and_named_by_their_probe(film: Filmed) -> None:
    for frame in film.frames:
        for name, number in frame.numbers.items():
            assert name.partition(".")[0] in probes_of(film)
            assert number is None or (type(number) is float and math.isfinite(number)), name
    assert json.dumps([dict(frame.numbers) for frame in film.frames], allow_nan=False)


def metas(probe: type[Probe], film: Filmed) -> Iterator[tuple[str, dict[str, Any]]]:
    for chart in probe.charts(film.experiment, film.about, film.steps, RUN):
        for trace_ in json.loads(chart.to_json())["data"]:
            if "fill" in trace_.get("meta", {}):
                yield chart.layout.title.text, trace_["meta"]


def test_the_arrays_of_probes_fill_every_trace_of_their_charts(film: Filmed) -> None:
    arrays = arrays_of(film.history, seen={name: film.seen(name) for name in probes_of(film)})
    for name, probe in probes_of(film).items():
        for title, meta in metas(probe, film):
            filled = filling(meta, {RUN: arrays})
            if meta["series"] == "unfinite":
                assert not np.isfinite(np.array(filled["y"], float)).any(), (name, title)  # all are finite
                continue
            assert all(len(values) for values in filled.values()), (name, title, meta)
            assert len({np.shape(values)[0] for key, values in filled.items() if key != "z"} - {film_side(filled)}) <= 1


def film_side(filled: dict[str, Any]) -> int | None:
    return len(filled["z"]) if "z" in filled else None


def test_what_panels_need_is_plain_json(film: Filmed) -> None:
    for probe in probes_of(film).values():
        assert (
            json.loads(json.dumps(probe.options(film.experiment, film.about, film.steps), allow_nan=False)) is not None
        )


def test_looking_again_finds_the_same_and_leaves_the_network_as_it_was(film: Filmed) -> None:
    before = {name: each.clone() for name, each in film.trainer.model.state_dict().items()}
    random = torch.random.get_rng_state()
    for name, probe in probes_of(film).items():
        assert write(probe.measure(film.trainer.view())) == write(probe.measure(film.trainer.view())), name
    assert all(torch.equal(before[name], each) for name, each in film.trainer.model.state_dict().items())
    assert torch.equal(random, torch.random.get_rng_state())


@pytest.mark.parametrize("name", sorted(PROBES))
def test_a_probe_suits_some_of_these_experiments_and_says_what_it_sees(name: str) -> None:
    fitting = [each for each in EXPERIMENTS.values() if PROBES[name].suits(each_about(each), trace(each))]
    assert fitting
    assert PROBES[name].__doc__ and PROBES[name].__doc__ != Probe.__doc__  # noqa: PT018
    assert PROBES[name].name == name


def each_about(described: Experiment) -> Any:
    return described.dataset.source.about()  # type: ignore[union-attr]


def test_a_deep_stack_is_looked_at_from_the_input_on() -> None:
    film = Filmed(EXPERIMENTS["forty-four layers"])
    assert len(film.steps) == 44
    assert [int(place) for place in film.seen("activations") if place != "epoch"] == list(range(40))
    shown: list[Step] = film.steps[:40]
    assert len([each for each in shown if each.parameters]) == len(film.seen("weights")) - 1
