"""A network that learns a hundred digits by heart, wrong labels and all, with everything that a board shows of it."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from dlcore.lessons.digits import digits
from dlcore.lessons.threads import one_thread, seeded

EPOCHS, RATE = 60, 0.01  # an epoch is one batch: all training rows
HELD_OUT = 400  # validation rows, all with their right labels
EXAMPLES, UNITS = 6, 12  # of whose activations the board shows


@dataclass(frozen=True)
class Setting:
    """What is trained. noise: standard deviation of what is added to each pixel; wrong: share of changed labels."""

    rows: int = 100
    hidden: int = 128
    dropout: float = 0.0
    weight_decay: float = 0.0
    noise: float = 0.0
    wrong: float = 0.3
    seed: int = 0
    epochs: int = EPOCHS


@dataclass(frozen=True)
class Rows:
    """Rows to learn from: x (N, 64), the labels they were given (N,) and their true ones (N,); and held-out ones."""

    x: Tensor
    given: Tensor
    true: Tensor
    held_x: Tensor
    held_y: Tensor


@dataclass(frozen=True)
class Course:
    """A training: before it and after each epoch, E + 1 rows; judged in eval mode.

    losses, accuracies: (E + 1, 2), of training and validation; says_given, says_true: (E + 1, N), the probability of
    the label that a training row was given, and of its true one; norms: (E + 1,), of all weights; before, after, kept:
    (E + 1, EXAMPLES, UNITS), hidden activations of the epoch's batch before dropout and after it, and 1 where it kept
    them; seen: (E + 1, 64), the batch's first picture.
    """

    rows: Rows
    losses: Tensor
    accuracies: Tensor
    says_given: Tensor
    says_true: Tensor
    norms: Tensor
    before: Tensor
    after: Tensor
    kept: Tensor
    seen: Tensor


def draw(setting: Setting) -> Rows:
    """The rows of a setting, with torch's random numbers as they stand."""
    x, y = digits()
    order = torch.randperm(len(x))
    train, held = order[: setting.rows], order[-HELD_OUT:]
    given, changed = y[train].clone(), round(setting.wrong * setting.rows)
    given[:changed] = (given[:changed] + torch.randint(1, 10, (changed,))) % 10
    return Rows(x[train], given, y[train], x[held], y[held])


def network(setting: Setting) -> nn.Sequential:
    """The network of a setting, with torch's random numbers as they stand."""
    dropout = [nn.Dropout(setting.dropout)] if setting.dropout else []
    return nn.Sequential(nn.Linear(64, setting.hidden), nn.ReLU(), *dropout, nn.Linear(setting.hidden, 10)).double()


@functools.lru_cache(maxsize=64)
@one_thread()
def train(setting: Setting) -> Course:
    """Train it, and keep what a board shows."""
    with seeded(setting.seed):
        rows, net = draw(setting), network(setting)
        records = [_look(net, rows, rows.x), *(_look(net, rows, *seen) for seen in _epochs(setting, rows, net))]
    return Course(rows, *map(torch.stack, zip(*records, strict=True)))


@functools.lru_cache(maxsize=256)
@one_thread()
def ended(setting: Setting) -> tuple[float, float]:
    """Accuracy in training and validation after its last epoch: what `train` says of it, but sooner."""
    with seeded(setting.seed):
        rows, net = draw(setting), network(setting)
        for _seen in _epochs(setting, rows, net):
            pass
        net.eval()
        with torch.no_grad():
            return _accuracy(net(rows.x), rows.given).item(), _accuracy(net(rows.held_x), rows.held_y).item()


def _epochs(setting: Setting, rows: Rows, net: nn.Sequential) -> Iterator[tuple[Tensor, ...]]:
    """Train, an epoch at a time. -> the batch; its hidden activations before dropout and after it; which were kept."""
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=setting.weight_decay)
    for _epoch in range(setting.epochs):
        inputs = rows.x + setting.noise * torch.randn_like(rows.x) if setting.noise else rows.x
        hidden = net[:2](inputs)
        mask = mask_of(net[2], hidden)
        after = net[2](hidden) if setting.dropout else hidden
        loss = functional.cross_entropy(net[-1](after), rows.given)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        yield inputs, hidden, after, mask


def mask_of(layer: nn.Module, hidden: Tensor) -> Tensor:
    """1 where a dropout layer is about to keep an activation, 0 where it drops it; 1 of any other. Shape: (N, units).

    It asks the layer about ones, then lets torch's random numbers begin where they were.
    """
    if not isinstance(layer, nn.Dropout):
        return torch.ones_like(hidden)
    state = torch.get_rng_state()
    mask: Tensor = layer(torch.ones_like(hidden)) != 0
    torch.set_rng_state(state)
    return mask.to(hidden.dtype)


@torch.no_grad()
def _look(net: nn.Sequential, rows: Rows, inputs: Tensor, *layer: Tensor) -> tuple[Tensor, ...]:
    """One row of everything that a course keeps. layer: of the batch's hidden activations before, after, and kept."""
    net.eval()
    scores, held, hidden = net(rows.x), net(rows.held_x), net[:2](rows.x)
    net.train()
    shares, each = scores.softmax(1), torch.arange(len(rows.x))
    seen = [part[:EXAMPLES, :UNITS].detach() for part in layer or (hidden, hidden, torch.ones_like(hidden))]
    return (
        torch.stack([functional.cross_entropy(scores, rows.given), functional.cross_entropy(held, rows.held_y)]),
        torch.stack([_accuracy(scores, rows.given), _accuracy(held, rows.held_y)]),
        shares[each, rows.given],
        shares[each, rows.true],
        torch.cat([part.flatten() for part in net.parameters()]).norm(),
        *(functional.pad(part, (0, UNITS - part.shape[1])) for part in seen),
        inputs[0].clone(),
    )


def _accuracy(scores: Tensor, labels: Tensor) -> Tensor:
    return (scores.argmax(1) == labels).double().mean()


def script(setting: Setting, epochs: int) -> list[str]:
    """The lines of plain torch that train it so far; they leave `net`, `x`, `y`, `train`, `held` and `given`."""
    inputs = f"x[train] + {setting.noise} * torch.randn_like(x[train])" if setting.noise else "x[train]"
    dropout = f"nn.Dropout({setting.dropout}), " if setting.dropout else ""
    hidden, changed = setting.hidden, round(setting.wrong * setting.rows)
    return [
        "import torch", "from sklearn.datasets import load_digits", "from torch import nn", "",
        f"torch.manual_seed({setting.seed})", "data = load_digits()",
        "x, y = torch.tensor(data.data) / 16, torch.tensor(data.target)", "order = torch.randperm(len(x))",
        f"train, held = order[:{setting.rows}], order[-{HELD_OUT}:]", "given = y[train].clone()",
        f"given[:{changed}] = (given[:{changed}] + torch.randint(1, 10, ({changed},))) % 10  # wrong labels",
        f"net = nn.Sequential(nn.Linear(64, {hidden}), nn.ReLU(), {dropout}nn.Linear({hidden}, 10)).double()",
        f"optimizer = torch.optim.AdamW(net.parameters(), lr={RATE}, weight_decay={setting.weight_decay})",
        f"for epoch in range({epochs}):", f"    loss = nn.functional.cross_entropy(net({inputs}), given)",
        "    optimizer.zero_grad(), loss.backward(), optimizer.step()",
    ]  # fmt: skip
