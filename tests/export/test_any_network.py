"""Whatever network somebody assembles goes the whole way: trained, written as code, taken out, and brought back in.

The networks are drawn from the registry by hypothesis with a fixed seed: the same two hundred whenever this runs.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st

import dlcore
from dlcore import network
from dlcore.codegen import model_code, source_code
from dlcore.codegen.importer import import_code
from dlcore.data.base import About, Data, Part
from dlcore.declaration import Declaration
from dlcore.errors import ExportError
from dlcore.experiment import Experiment
from dlcore.export import weights
from dlcore.export.bundle import pack, write
from dlcore.export.bundle.replay import replay
from dlcore.export.onnx import NOT_IN_ONNX, to_onnx
from dlcore.inference.trained import Trained, allowed
from dlcore.layers import LAYERS
from dlcore.training.events import Diverged, RunFinished
from dlcore.training.loop import Trainer
from tests.contracts.variants import batch
from tests.network.test_any_stack import SMALL

SEED = 4  # another one draws two hundred other networks
NETWORKS = 200
SOME = 40  # of them, in `make test`
ROWS = 16  # learned from, in batches of 4; and as many to judge by
MOST_BYTES = 2_000_000  # of a network's weights and numbers on the way
BUNDLED = 5  # of them, which leave as a .pt and as a bundle, too
# Data of every kind that a layer may want: a vector, pictures, words, a signal, clips; and another task.
DATA = {"iris": "CrossEntropyLoss", "digits": "CrossEntropyLoss", "reviews": "BCEWithLogitsLoss",
        "waves": "CrossEntropyLoss", "clips": "CrossEntropyLoss", "diabetes": "MSELoss"}  # fmt: skip


def experiment_on(dataset: str, layers: Sequence[Any]) -> Experiment:
    return Experiment.from_dict({
        "dataset": {"name": dataset}, "network": list(layers),
        "training": {"loss": DATA[dataset], "optimizer": "Adam", "epochs": 1, "batch_size": 4, "device": "cpu"},
    })  # fmt: skip


@functools.cache
def about_of(dataset: str) -> About:
    return network.about_of(experiment_on(dataset, ["Output"]))


@functools.cache
def few_rows(dataset: str) -> Data:
    """The data set with so few rows that a run takes no time."""
    data = dlcore.load(experiment_on(dataset, ["Output"]))
    return replace(data, train=first(data.train), validation=first(data.validation))


def first(part: Part) -> Part:
    return Part(part.x[:ROWS], part.y[:ROWS])


def repaired(layers: Sequence[Declaration], about: About) -> Sequence[Declaration] | None:
    """The stack after the repairs that one click makes; None where they do not end in a small network."""
    for _ in range(12):
        error = network.diagnose(layers, about, memory_limit=MOST_BYTES).error
        if error is None:
            return layers
        if error.repair is None:
            return None
        layers = network.apply_repair(layers, error.path, error.repair)
    return None


def train(experiment: Experiment, data: Data) -> Trained:
    """A few batches by the app's own loop; a run that diverges ends as one does, with weights that are finite."""
    trainer = Trainer(experiment, data)
    *_, last = events = [event for event in trainer.run() if event is not None]
    assert isinstance(last, RunFinished)
    assert trainer.progress.epoch == 1 or any(isinstance(each, Diverged) for each in events)
    state = trainer.last_weights
    assert all(each.isfinite().all() for each in state.values())
    return Trained(experiment, state, "last", trainer.progress.epoch, trainer.progress.scores.get("last"), events)


def through_onnx(trained: Trained, x: torch.Tensor) -> bool:
    """Held against torch in onnxruntime; False where a layer that is known by name and reason cannot be written."""
    from tests.export.test_onnx import opened

    model, refused = trained.build(), ""
    try:
        raw, _ = to_onnx(model, x[:3])
    except ExportError as error:
        refused = str(error)
    if refused:
        assert refused.partition("cannot be written as ONNX: ")[2] in NOT_IN_ONNX.values()
        return False
    with torch.inference_mode():
        expected = model(x)
    found = torch.from_numpy(opened(raw).run(None, {"x": x.numpy()})[0])
    assert float((found - expected).abs().max()) <= allowed(expected)
    return True


def as_code(experiment: Experiment) -> Experiment:
    """The script compiles; both styles of model.py make a module of the app's keys. Returns what reads back."""
    compile(source_code(experiment), "train.py", "exec")
    expected, about = network.build(experiment).state_dict(), network.about_of(experiment)
    for style in ("sequential", "module"):
        text, namespace = model_code(experiment, style).text, dict[str, Any]()  # type: ignore[arg-type]
        exec(text, namespace)
        model = namespace["model"] if style == "sequential" else namespace["Network"]()
        assert list(model.state_dict()) == list(expected)
        back = import_code(text, about)
        assert not back.unread
    return experiment.model_copy(update={"network": tuple(back.layers)})


def back_in(again: Experiment, trained: Trained, x: torch.Tensor, kinds: Sequence[str]) -> None:
    """The weights go out as files of these kinds, into the network that was read from code, and it says the same."""
    for kind in kinds:
        raw = weights.save(trained.state, kind)  # type: ignore[arg-type]
        model = network.build(again).eval()
        model.load_state_dict(weights.read(raw, f"mine.{kind}", model), strict=True)
        before = trained.build()  # outside: torch multiplies weights born in inference mode by another kernel
        with torch.inference_mode():
            assert torch.equal(model(x), before(x))


stacks = st.lists(st.sampled_from(SMALL), max_size=5)


@pytest.mark.slow
@pytest.mark.parametrize("count", [SOME, pytest.param(NETWORKS, marks=pytest.mark.long)])
def test_random_networks_survive_trace_build_code_run_export_and_import(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlcore.export.bundle.writing.curves_png", lambda _: b"")
    survived: Counter[str] = Counter()

    @seed(SEED)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(stacks, st.sampled_from(list(DATA)))
    def survives(layers: list[Declaration], dataset: str) -> None:
        working = repaired([*layers, LAYERS["Output"]()], about_of(dataset))
        assume(working is not None)
        experiment = experiment_on(dataset, [each.to_dict() for each in working or ()])
        assert network.trace(experiment)
        again = as_code(experiment)
        trained = train(experiment, few_rows(dataset))
        by_the_way = survived["all"] % (count // BUNDLED) == 0
        x = batch(about_of(dataset).shape, 5)
        back_in(again, trained, x, ["safetensors", "pt"] if by_the_way else ["safetensors"])
        survived["onnx"] += through_onnx(trained, x)
        if by_the_way:
            bundle = tmp_path / f"{survived['all']}.zip"
            folder = bundle.with_suffix("")
            folder.mkdir()
            write(trained, folder)
            bundle.write_bytes(pack(folder))
            assert replay(bundle).agrees
        survived["all"] += 1

    survives()
    assert survived["all"] == count
    assert survived["onnx"] >= 0.9 * count
