"""The modules that torch lacks, held against arithmetic written out by hand, and fit to be pasted into a script."""

from __future__ import annotations

import inspect
import math

import pytest
import torch
from torch import Tensor, nn

from dlcore.layers import modules
from dlcore.layers.modules import (
    Added,
    CausalTransformerEncoderLayer,
    Concatenated,
    EveryStep,
    LastStep,
    LearnedPositionalEncoding,
    Permute,
    PoolOverTime,
    Residual,
    SelfAttention,
    SinusoidalPositionalEncoding,
)

OURS = [each for each in vars(modules).values() if isinstance(each, type) and each.__module__ == modules.__name__]


@pytest.fixture(autouse=True)
def _same_numbers_each_time() -> None:
    torch.manual_seed(0)


@pytest.mark.parametrize("module", OURS, ids=lambda module: module.__name__)
def test_the_source_stands_alone_on_torch(module: type[nn.Module]) -> None:
    names: dict[str, object] = {"torch": torch, "nn": nn, "Tensor": Tensor}
    exec("from __future__ import annotations\n" + inspect.getsource(module), names)
    assert isinstance(names[module.__name__], type)


def one_direction(network: nn.RNN, x: Tensor, suffix: str) -> list[Tensor]:
    """A recurrent network by hand: the state after each step."""
    weights = {
        name: getattr(network, f"{name}_l0{suffix}") for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    }
    state, states = torch.zeros(len(x), network.hidden_size), []
    for step in x.unbind(dim=1):
        read = step @ weights["weight_ih"].T + weights["bias_ih"]
        state = torch.tanh(read + state @ weights["weight_hh"].T + weights["bias_hh"])
        states.append(state)
    return states


def test_the_last_step_of_both_directions_has_read_everything() -> None:
    network, x = nn.RNN(3, 4, bidirectional=True, batch_first=True), torch.randn(2, 5, 3)
    forwards, backwards = one_direction(network, x, "")[-1], one_direction(network, x.flip(1), "_reverse")[-1]
    torch.testing.assert_close(LastStep(network)(x), torch.cat([forwards, backwards], dim=1))


def test_every_step_is_what_the_network_knew_then() -> None:
    network, x = nn.RNN(3, 4, batch_first=True), torch.randn(2, 5, 3)
    torch.testing.assert_close(EveryStep(network)(x), torch.stack(one_direction(network, x, ""), dim=1))


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
@pytest.mark.parametrize("layers", [1, 3])
def test_the_last_step_in_one_direction_is_the_last_of_every_step(kind: type[nn.RNNBase], layers: int) -> None:
    network, x = kind(3, 4, num_layers=layers, batch_first=True), torch.randn(2, 5, 3)
    torch.testing.assert_close(LastStep(network)(x), EveryStep(network)(x)[:, -1])


def test_attention_is_softmax_of_queries_and_keys_times_values() -> None:
    module, x = SelfAttention(6, 1), torch.randn(2, 5, 6)
    q, k, v = (x @ module.attention.in_proj_weight.T + module.attention.in_proj_bias).split(6, dim=2)
    shares = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(6), dim=2)
    torch.testing.assert_close(module(x), module.attention.out_proj(shares @ v))


@pytest.mark.parametrize(
    ("module", "sees_ahead"),
    [
        (SelfAttention(8, 2, causal=True), False),
        (SelfAttention(8, 2), True),
        (CausalTransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True), False),
        (CausalTransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True, norm_first=True), False),
        (nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True), True),
    ],
    ids=["causal", "attention", "causal block", "causal block, norm first", "block"],
)
@pytest.mark.parametrize("training", [True, False])
def test_only_what_is_not_causal_sees_ahead(module: nn.Module, sees_ahead: bool, training: bool) -> None:
    module.train(training)
    x = torch.randn(2, 5, 8)
    y = x.clone()
    y[:, 3] += 1
    with torch.no_grad():
        before, after = module(x), module(y)
    assert torch.allclose(before[:, :3], after[:, :3], atol=1e-6) != sees_ahead
    assert not torch.allclose(before[:, 3:], after[:, 3:])


def test_a_causal_block_gives_the_same_in_training_and_in_use_without_dropout() -> None:
    block = CausalTransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)
    x = torch.randn(2, 5, 8)
    with torch.no_grad():
        torch.testing.assert_close(block.train()(x), block.eval()(x))


@pytest.mark.parametrize("features", [6, 7, 1])
def test_sinusoidal_positions_follow_the_formula_of_the_paper(features: int) -> None:
    added = SinusoidalPositionalEncoding(9, features)(torch.zeros(1, 9, features))[0]
    for position in range(9):
        for feature in range(features):
            angle = position / 10_000 ** (2 * (feature // 2) / features)
            wanted = math.sin(angle) if feature % 2 == 0 else math.cos(angle)
            assert added[position, feature].item() == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize("kind", [LearnedPositionalEncoding, SinusoidalPositionalEncoding])
def test_shorter_sequences_get_the_first_positions(kind: type[nn.Module]) -> None:
    module, x = kind(9, 4), torch.zeros(1, 9, 4)
    torch.testing.assert_close(module(x[:, :3]), module(x)[:, :3])


def test_pooling_over_time_takes_what_it_says() -> None:
    x = torch.randn(2, 5, 3)
    assert torch.equal(PoolOverTime("first")(x), x[:, 0])
    assert torch.equal(PoolOverTime("last")(x), x[:, 4])
    torch.testing.assert_close(PoolOverTime("mean")(x), sum(x.unbind(1)) / 5)
    assert torch.equal(PoolOverTime("max")(x), x.max(dim=1).values)


def test_axes_are_counted_without_the_batch() -> None:
    clip = torch.randn(2, 3, 8, 9, 4)  # (N, C, H, W, T)
    assert Permute(1, 4, 2, 3)(clip).shape == (2, 3, 4, 8, 9)


def test_a_residual_adds_its_input_or_a_projection_of_it() -> None:
    x, inside, narrow, fit = torch.randn(2, 4), nn.Linear(4, 4), nn.Linear(4, 3), nn.Linear(4, 3)
    assert torch.equal(Residual(inside)(x), inside(x) + x)
    assert torch.equal(Residual(narrow, fit)(x), narrow(x) + fit(x))


def test_branches_are_laid_side_by_side_or_added() -> None:
    x, one, other = torch.randn(2, 4), nn.Linear(4, 3), nn.Linear(4, 3)
    assert torch.equal(Concatenated(one, other)(x), torch.cat([one(x), other(x)], dim=1))
    assert torch.equal(Added(one, other)(x), one(x) + other(x))
