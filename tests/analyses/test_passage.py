"""One example's way through the network is what torch's own hooks and its own attention see."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from dlcore.analyses import passage
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from tests.analyses.filmed import answered, filmed_run
from tests.training.experiments import experiment

REVIEWS = {"name": "reviews", "samples": 200}
EMBEDDED = [{"layer": "Embedding", "embedding_dim": 8}]
POOLED = [{"layer": "PoolOverTime"}, {"layer": "Output"}]


def reviews(*layers: dict[str, Any]) -> Experiment:
    return experiment(REVIEWS, [*EMBEDDED, *layers], loss="BCEWithLogitsLoss", epochs=2)


CNN = experiment(
    "digits",
    [
        {"layer": "Conv2d", "out_channels": 20, "padding": 1},
        {"layer": "ReLU"},
        {"layer": "Residual", "layers": [{"layer": "Conv2d", "out_channels": 20, "padding": 1}]},
        {"layer": "Flatten"},
        {"layer": "Output"},
    ],
    epochs=2,
)


def by_hooks(run: FilmedRun, epoch: int, row: int) -> list[Tensor]:
    """What each layer of a fresh module gives for an example of the validation part."""
    model, found = run.model(epoch), []
    for layer in model.children():
        layer.register_forward_hook(lambda _module, _x, made: found.append(made[0].detach()))
    model(run.data.validation.x[row : row + 1])
    return found


def near(values: np.ndarray, wanted: Tensor) -> bool:
    return np.allclose(values.astype(float), wanted.numpy(), rtol=2e-3, atol=1e-4)


def test_feature_maps_are_those_of_forward_hooks_at_every_epoch() -> None:
    run = filmed_run(CNN)
    seen = answered(run, "passage", row=5)
    assert list(seen["epochs"]) == run.epochs
    parts = list(seen["parts"].values())
    forms = ["maps", "maps", "maps", "vector", "vector"]
    assert [(part["layer"], part["form"], part["place"]) for part in parts] == [
        (step.layer, form, place) for place, (step, form) in enumerate(zip(run.steps, forms, strict=True))
    ]
    for frame, epoch in enumerate(run.epochs):
        for part, made in zip(parts, by_hooks(run, epoch, 5), strict=True):
            shown = made[:16] if made.dim() == 3 else made[:128]
            assert part["size"] == list(made.shape)
            assert near(part["values"][frame], shown), (epoch, part["layer"])


def test_the_input_is_the_example_before_scaling() -> None:
    run = filmed_run(experiment())
    seen = answered(run, "passage", row=2)
    scaling = run.data.scaling["x"]
    wanted = run.data.validation.x[2].double().numpy() * np.array(scaling["scale"]) + np.array(scaling["offset"])
    assert seen["input"] == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("every_step", [False, True])
def test_the_states_are_what_the_recurrent_network_gives_after_each_step(
    kind: str, directions: int, every_step: bool
) -> None:
    settings = {"hidden_size": 6, "bidirectional": directions == 2, "every_step": every_step}
    run = filmed_run(reviews({"layer": kind, **settings}, *(POOLED if every_step else POOLED[1:])))
    seen = answered(run, "passage", row=1)
    (states,) = [part for part in seen["parts"].values() if part["form"] == "states"]
    assert states["layer"] == kind
    for frame, epoch in enumerate(run.epochs):
        state = {
            name.removeprefix("1.recurrent."): each
            for name, each in run.weights(epoch).items()
            if name.startswith("1.recurrent.")
        }
        fresh = getattr(nn, kind)(8, 6, batch_first=True, bidirectional=directions == 2)
        fresh.load_state_dict(state)
        x = torch.nn.functional.embedding(run.data.validation.x[1:2], run.weights(epoch)["0.weight"])
        assert near(states["values"][frame], fresh(x)[0][0].detach())
    places = [part["place"] for part in seen["parts"].values()]
    assert places.count(1) == (1 if every_step else 2)  # every step is told once; the last step is a vector of its own


ATTENTIONS: dict[str, tuple[dict[str, Any], str, bool]] = {
    "alone": ({"layer": "MultiheadAttention", "num_heads": 2}, "1.attention.", False),
    "causal": ({"layer": "MultiheadAttention", "num_heads": 2, "causal": True}, "1.attention.", True),
    "encoder": ({"layer": "TransformerEncoderLayer", "nhead": 2, "dim_feedforward": 8}, "1.self_attn.", False),
    "GPT": (
        {"layer": "TransformerEncoderLayer", "nhead": 2, "dim_feedforward": 8, "causal": True},
        "1.self_attn.",
        True,
    ),
    "in a block": (
        {"layer": "Residual", "layers": [{"layer": "MultiheadAttention", "num_heads": 2}]},
        "1.inside.0.attention.",
        False,
    ),
}


@pytest.mark.parametrize("name", ATTENTIONS)
def test_attention_is_that_of_a_plain_call_with_the_same_weights(name: str) -> None:
    layer, prefix, causal = ATTENTIONS[name]
    run = filmed_run(reviews(layer, *POOLED))
    seen = answered(run, "passage", row=3)
    (attention,) = [part for part in seen["parts"].values() if part["form"] == "attention"]
    for frame, epoch in enumerate(run.epochs):
        weights = run.weights(epoch)
        plain = nn.MultiheadAttention(8, 2, batch_first=True)
        plain.load_state_dict(
            {key.removeprefix(prefix): each for key, each in weights.items() if key.startswith(prefix)}
        )
        x = torch.nn.functional.embedding(run.data.validation.x[3:4], weights["0.weight"])
        mask = torch.full((x.shape[1],) * 2, float("-inf")).triu(1) if causal else None
        wanted = plain(x, x, x, attn_mask=mask, average_attn_weights=False)[1][0].detach()  # (heads, L, L)
        assert near(attention["values"][frame], wanted)
        assert attention["values"][frame].astype(float).sum(axis=-1) == pytest.approx(1, abs=2e-3)
        if causal:
            assert not np.triu(attention["values"][frame].astype(float), 1).any()


def test_looking_changes_nothing_of_what_the_network_gives() -> None:
    run = filmed_run(reviews(ATTENTIONS["encoder"][0], *POOLED))
    seen = answered(run, "passage", row=3)
    output = list(seen["parts"].values())[-1]
    assert near(output["values"][-1], by_hooks(run, run.epochs[-1], 3)[-1])


def test_a_large_network_is_shown_at_the_epoch_that_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    run = filmed_run(CNN)
    everything = answered(run, "passage", row=5)
    monkeypatch.setattr(passage, "MOST_VALUES", 1)
    alone = answered(run, "passage", row=5, epoch=1)
    assert list(alone["epochs"]) == [1]
    for one, every in zip(alone["parts"].values(), everything["parts"].values(), strict=True):
        assert near(one["values"][0], torch.from_numpy(every["values"][1].astype(np.float32)))


def test_numbers_that_are_not_finite_stay_so() -> None:
    run = filmed_run(experiment())
    model = run.model(run.epochs[-1])
    with torch.no_grad():
        model[1].bias[0], model[1].bias[1] = float("nan"), float("inf")  # type: ignore[index,union-attr]
    values = passage.parts_of(model, run.data.validation.x[:1], run.steps)[1].values
    assert np.isnan(values[0])
    assert np.isinf(values[1])
    assert np.isfinite(values[2:]).all()


@pytest.mark.parametrize("row", [-1, 10_000, "1", None])
def test_an_example_that_there_is_not_is_refused(row: object) -> None:
    with pytest.raises(DlcoreError, match="row must be a whole number from 0"):
        answered(filmed_run(experiment()), "passage", row=row)
