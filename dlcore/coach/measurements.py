"""What rules need to know of a network's inside, measured after some epochs without touching the run.

One pass forward and back, in eval mode, of a fixed sample of the training part. Gradients go into no parameter's
`.grad`, no random number is drawn, and running means stay: the weights of a run are the same bits with and without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dlcore.layers.base import Path
from dlcore.training.events import EpochEnded, Event, RunFinished
from dlcore.training.loop import Trainer
from dlcore.training.model_view import ModelView

ROWS = 256  # of the training part, that are sent through
DENSE = 16  # the first epochs, each of which is measured; then every second, every fourth, …

CUT_OFF = (nn.ReLU, nn.ReLU6)  # a unit that gives zero for every example learns nothing
ENDS: dict[type[nn.Module], tuple[float, float]] = {  # where a function levels off, below and above
    nn.Sigmoid: (0.0, 1.0),
    nn.Hardsigmoid: (0.0, 1.0),
    nn.Tanh: (-1.0, 1.0),
    nn.Hardtanh: (-1.0, 1.0),
    nn.Softsign: (-1.0, 1.0),
}
DEEP = 4  # layers with weights: in fewer no gradient is lost on the way
LITTLE = 0.01  # of the last layer's gradient: it is lost on the way to the first
NEAR_AN_END = 0.03  # of the way from one end to the other: there a sigmoid passes on less than an eighth of its most

Array = np.ndarray[Any, Any]
LossFunction = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Measurement:
    """A network's inside after an epoch. Arrays have an entry a layer, in the order of the network."""

    epoch: int
    loss: float  # of the sample
    paths: tuple[Path, ...]  # of the layers with weights
    weights: Array  # L2 norm of each layer's parameters
    gradients: Array  # L2 norm of the loss's gradient with respect to them
    sizes: Array  # how many parameters
    silent: dict[Path, float] = field(default_factory=dict)  # share of a ReLU's units that give zero for every example
    saturated: dict[Path, float] = field(default_factory=dict)  # share of values at an end of a sigmoid or tanh
    broken: Path | None = None  # the first layer that gave something that is no finite number
    spread: float = 0.0  # of the network's outputs over the examples: 0 where it answers all of them alike
    moved: Array | None = None  # |change of the weights| / |weights|, an epoch, since the measurement before

    @property
    def slopes(self) -> Array:
        """The root mean square of each layer's gradient, (layers,): comparable between large and small layers."""
        return np.asarray(self.gradients / np.sqrt(np.maximum(self.sizes, 1)))

    @property
    def arriving(self) -> float:
        """Which part of the last layer's gradient reaches the first, a weight; 1 with too few layers to tell."""
        slopes = self.slopes
        return float(slopes[0] / slopes[-1]) if len(slopes) >= DEEP and slopes[-1] > 0 else 1.0


def is_measured(epoch: int) -> bool:
    """Whether an epoch is on the grid: a function of its number alone, ever thinner."""
    stride = 1
    while epoch >= 2 * DENSE * stride:
        stride *= 2
    return epoch % stride == 0


class Measurements:
    """Those of one run, in order; they wrap its stream of events, and the loop knows nothing of them."""

    def __init__(self) -> None:
        self.taken: list[Measurement] = []
        self._weights: list[Tensor] = []  # at the measurement before

    def follow(self, trainer: Trainer, events: Iterator[Event | None]) -> Iterator[Event | None]:
        """The same events; the network is measured after epochs of the grid, and at the end."""
        for event in events:
            if (isinstance(event, EpochEnded) and is_measured(event.epoch)) or isinstance(event, RunFinished):
                self.add(trainer.view())
            yield event

    def add(self, view: ModelView) -> None:
        """Measure the network as it stands, unless its epoch was measured already."""
        last = self.taken[-1] if self.taken else None
        if last is not None and last.epoch >= view.epoch:
            return
        weights = [parameter.detach().clone() for _, each in _with_weights(view.model) for parameter in each]
        moved = _moved(view.model, self._weights, weights, view.epoch - last.epoch) if last is not None else None
        self._weights = weights
        self.taken.append(Measurement(epoch=view.epoch, moved=moved, **measure(view)))


def measure(view: ModelView) -> dict[str, Any]:
    """The fields of a `Measurement` that one moment tells, from one pass forward and back of a fixed sample."""
    seen = _Seen()
    layers = _with_weights(view.model)
    parameters = [parameter for _, each in layers for parameter in each]
    x, y = _sample(view)
    with _in_eval_mode(view.model), seen.watching(view.model), torch.enable_grad():
        prediction = view.model(x)
        loss = view.loss_function(prediction, y)
        gradients = torch.autograd.grad(loss, parameters, allow_unused=True) if loss.requires_grad else ()
    found = iter(gradients or [None] * len(parameters))
    norms = [_norm([next(found) for _ in each]) for _, each in layers]
    return {
        "loss": float(loss.detach()),
        "paths": tuple(path for path, _ in layers),
        "weights": np.array([_norm([each.detach() for each in owned]) for _, owned in layers]),
        "gradients": np.array(norms),
        "sizes": np.array([sum(each.numel() for each in owned) for _, owned in layers]),
        "silent": seen.silent,
        "saturated": seen.saturated,
        "broken": seen.broken,
        "spread": float(prediction.detach().float().std(dim=0).mean()) if len(x) > 1 else 0.0,
    }


def _sample(view: ModelView) -> tuple[Tensor, Tensor]:
    """The same examples each time, evenly from the training part: x (N, *shape), y (N, *)."""
    train = view.data.train
    wanted = min(ROWS, max(1, view.rows))
    stride = max(1, len(train) // wanted)
    return train.x[::stride][:wanted].to(view.device), train.y[::stride][:wanted].to(view.device)


def path_of(name: str) -> Path:
    """The place of a module of this name in the stack: `3.inside.1` is (3, 1), `2.self_attn.out_proj` is (2,).

    >>> path_of("3.inside.1")
    (3, 1)
    """
    return tuple(int(part) for part in name.split(".") if part.isdigit())


def _with_weights(model: nn.Module) -> list[tuple[Path, list[Tensor]]]:
    """Each place of the stack that learns, with its parameters; those of one place together."""
    found: dict[Path, list[Tensor]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            found.setdefault(path_of(name.rpartition(".")[0]), []).append(parameter)
    return list(found.items())


def _norm(tensors: list[Tensor | None]) -> float:
    squares = [float(each.double().square().sum()) for each in tensors if each is not None]
    return float(np.sqrt(sum(squares)))


def _moved(model: nn.Module, before: list[Tensor], now: list[Tensor], epochs: int) -> Array:
    """How far each layer's weights went an epoch, in proportion to their length before, (layers,)."""
    pairs = iter(zip(before, now, strict=True))
    moved = []
    for _, owned in _with_weights(model):
        mine = [next(pairs) for _ in owned]
        length = _norm([old for old, _ in mine])
        moved.append(_norm([new - old for old, new in mine]) / max(length, 1e-12) / max(1, epochs))
    return np.array(moved)


@contextmanager
def _in_eval_mode(model: nn.Module) -> Iterator[None]:
    """Eval mode, and each module's own mode afterwards. cuDNN cannot go back through a recurrent layer in eval mode."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.backends.cudnn.flags(enabled=False):
            yield
    finally:
        for module, mode in modes:
            module.training = mode


class _Seen:
    """What each layer gave on the way."""

    def __init__(self) -> None:
        self.silent: dict[Path, float] = {}
        self.saturated: dict[Path, float] = {}
        self.broken: Path | None = None

    @contextmanager
    def watching(self, model: nn.Module) -> Iterator[None]:
        """Look at what every innermost module gives, as long as the `with` block lasts."""
        inner = [(path_of(name), module) for name, module in model.named_modules() if not list(module.children())]
        hooks = [module.register_forward_hook(self._note(path)) for path, module in inner]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def _note(self, path: Path) -> Any:
        def look(module: nn.Module, _received: Any, made: Any) -> None:
            if not isinstance(made, Tensor) or not made.is_floating_point():
                return
            values = made.detach()
            if self.broken is None and not bool(values.isfinite().all()):
                self.broken = path
            if isinstance(module, CUT_OFF):
                self.silent[path] = silent_units(values)
            elif type(module) in ENDS:
                self.saturated[path] = near_ends(values, *ENDS[type(module)])

        return look


def silent_units(made: Tensor) -> float:
    """Share of the units that give zero for every example. made: (N, units), (N, channels, *): a channel is a unit."""
    zero = (made == 0).flatten(2).all(dim=2) if made.dim() > 3 else made == 0
    return float(zero.all(dim=0).float().mean())


def near_ends(made: Tensor, low: float, high: float) -> float:
    """Share of the values within a small part of the way from an end. made: (N, *)."""
    margin = NEAR_AN_END * (high - low)
    return float(((made < low + margin) | (made > high - margin)).float().mean())
