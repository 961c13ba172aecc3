"""Ten hidden layers trained on digits, with a norm in each or without, and what each layer received on the way."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from dlcore.lessons.digits import digits
from dlcore.lessons.threads import one_thread, seeded

DEPTH, WIDTH, BATCH, BATCHES = 10, 32, 128, 14
RATE, MOMENTUM = 0.03, 0.9
STEPS = tuple(range(0, 61, 5))  # at which the network is looked at
BINS, EDGE = 24, 4.0  # of a histogram from −EDGE to EDGE; what lies beyond is counted at its ends
LEAST = 1e-20  # of a gradient, whose logarithm is shown

NORMS = {"none": "", "batch": f"nn.BatchNorm1d({WIDTH})", "layer": f"nn.LayerNorm({WIDTH})"}
ACTIVATIONS = {"sigmoid": "nn.Sigmoid()", "tanh": "nn.Tanh()", "relu": "nn.ReLU()"}


@dataclass(frozen=True)
class Watched:
    """What was seen at each of STEPS, T of them, in training mode on that step's batch.

    losses: (T,); means, spreads: (T, DEPTH), of what each layer's Linear gives, over examples and units; made: the
    spread of what its activation hands on; gradients: (T, DEPTH), log₁₀ of the norm of the Linear's gradient; before,
    after: (T, DEPTH, BINS), shares of the Linear's outputs before the norm and after it; column: (T, DEPTH, BATCH), the
    first unit before the norm, one number an example; row: (T, DEPTH, WIDTH), the first example before the norm;
    normed: (T, DEPTH), what the norm makes of that unit of that example.
    """

    losses: Tensor
    means: Tensor
    spreads: Tensor
    made: Tensor
    gradients: Tensor
    before: Tensor
    after: Tensor
    column: Tensor
    row: Tensor
    normed: Tensor


def network(norm: str, activation: str) -> nn.Sequential:
    """Ten times Linear, norm and activation, then the scores; with torch's random numbers as they stand."""
    bends: dict[str, Callable[[], nn.Module]] = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU}
    norms: dict[str, Callable[[], nn.Module]] = {
        "none": nn.Identity, "batch": lambda: nn.BatchNorm1d(WIDTH), "layer": lambda: nn.LayerNorm(WIDTH),
    }  # fmt: skip
    layers: list[nn.Module] = []
    for n in range(DEPTH):
        layers += [nn.Linear(WIDTH if n else 64, WIDTH), norms[norm](), bends[activation]()]
    return nn.Sequential(*layers, nn.Linear(WIDTH, 10)).double()


@functools.lru_cache(maxsize=32)
@one_thread()
def watch(norm: str, activation: str) -> Watched:
    """Train it by SGD with momentum for 60 steps, and look every fifth."""
    x, y = digits()
    seen = []
    with seeded(0):
        net = network(norm, activation)
        optimizer = torch.optim.SGD(net.parameters(), lr=RATE, momentum=MOMENTUM)
        for step in range(STEPS[-1] + 1):
            first = BATCH * (step % BATCHES)
            outputs = passed(net, x[first : first + BATCH])
            loss = functional.cross_entropy(outputs[-1], y[first : first + BATCH])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            if step in STEPS:
                seen.append(_look(net, loss, outputs))
            optimizer.step()
    return Watched(*map(torch.stack, zip(*seen, strict=True)))


def passed(net: nn.Sequential, x: Tensor) -> list[Tensor]:
    """What each layer of a network gives for x (N, 64)."""
    found = []
    for layer in net:
        x = layer(x)
        found.append(x)
    return found


@torch.no_grad()
def _look(net: nn.Sequential, loss: Tensor, outputs: list[Tensor]) -> tuple[Tensor, ...]:
    """One row of everything that is watched."""
    linear, normed, active = (torch.stack(outputs[part:-1:3]) for part in range(3))  # each (DEPTH, N, WIDTH)
    gradients = torch.stack([net[3 * n].weight.grad.norm() for n in range(DEPTH)])  # type: ignore[operator, union-attr]
    return (
        loss.detach(), linear.mean((1, 2)), linear.std((1, 2)), active.std((1, 2)),
        gradients.clamp_min(LEAST).log10(), _shares(linear), _shares(normed),
        linear[:, :, 0], linear[:, 0], normed[:, 0, 0],
    )  # fmt: skip


def _shares(values: Tensor) -> Tensor:
    """(DEPTH, N, WIDTH) -> (DEPTH, BINS): how many lie in each bin, as shares of all."""
    held = values.clamp(-EDGE, EDGE).flatten(1)
    return torch.stack([torch.histc(each, BINS, -EDGE, EDGE) for each in held]) / held.shape[1]


def script(norm: str, activation: str, steps: int, layer: int) -> list[str]:
    """Plain torch that trains it so far and prints what is shown of a layer (0-based)."""
    parts = ", ".join(each for each in (NORMS[norm], ACTIVATIONS[activation]) if each)
    size = 3 if NORMS[norm] else 2
    return [
        "import torch", "from sklearn.datasets import load_digits", "from torch import nn", "", "torch.manual_seed(0)",
        "data = load_digits()", "x, y = torch.tensor(data.data) / 16, torch.tensor(data.target)",
        f"layers = [layer for n in range({DEPTH}) for layer in (nn.Linear({WIDTH} if n else 64, {WIDTH}), {parts})]",
        f"net = nn.Sequential(*layers, nn.Linear({WIDTH}, 10)).double()",
        f"optimizer = torch.optim.SGD(net.parameters(), lr={RATE}, momentum={MOMENTUM})",
        f"for step in range({steps} + 1):",
        f"    rows = slice({BATCH} * (step % {BATCHES}), {BATCH} * (step % {BATCHES} + 1))",
        "    loss = nn.functional.cross_entropy(net(x[rows]), y[rows])", "    optimizer.zero_grad(), loss.backward()",
        f"    if step < {steps}: optimizer.step()",
        f"z = net[: {size * layer + 1}](x[rows])  # (N, {WIDTH}), before the norm" if NORMS[norm] else
        f"z = net[: {size * layer + 1}](x[rows])  # (N, {WIDTH})",
        'print("loss", loss.item())', 'print("spread", z.std().item())',
        f'print("gradient, log10", net[{size * layer}].weight.grad.norm().clamp_min({LEAST}).log10().item())',
    ]  # fmt: skip
