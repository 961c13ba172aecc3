"""What a training step costs, asked of torch itself: memory kept for the backward pass, and what is computed.

One forward pass on the meta device tells it all. A matrix product or convolution comes back in the backward pass once
for each of its factors that needs a gradient, with as many operations as it took forwards.
"""

from __future__ import annotations

import functools
import operator
import os
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import flop_registry

from dlcore.declaration import Call, Shape
from dlcore.layers.stack import BATCH, batch_of

RECURRENT = {torch.rnn_tanh, torch.rnn_relu, torch.lstm, torch.gru}
CONVOLUTIONS = {torch.ops.aten.convolution, torch.ops.aten._convolution}
BIAS_FIRST = {torch.ops.aten.addmm, torch.ops.aten.baddbmm}  # the two factors come after it


@dataclass(frozen=True)
class Cost:
    """Of one training step on a batch."""

    activations: int = 0  # bytes that the forward pass keeps for the backward pass, the batch itself included
    products: int = 0  # operations of matrix products, forward and backward
    convolutions: int = 0  # … of convolutions
    values: int = 0  # numbers that other kernels read and make, forward
    kernels: int = 0  # called, forward

    @property
    def flops(self) -> int:
        """Operations of matrix products and convolutions, forward and backward."""
        return self.products + self.convolutions

    def __add__(self, other: Cost) -> Cost:
        return Cost(*map(operator.add, astuple(self), astuple(other)))

    def __sub__(self, other: Cost) -> Cost:
        return self + other * -1

    def __mul__(self, times: int) -> Cost:
        return Cost(*(each * times for each in astuple(self)))

    def of(self, examples: int, run: int) -> Cost:
        """Of so many examples, where this is of a batch of `run`: as many kernels are called, for less each."""
        shared = Cost(*(each * examples // run for each in astuple(self)))
        return replace(shared, kernels=self.kernels)


def cost(call: Call, received: Shape, examples: int) -> Cost:
    """Send a batch of this many examples forward on the meta device, and watch what torch keeps and computes."""
    run = max(examples, BATCH)
    return _cost(call, tuple(received), received.vocabulary is not None, run).of(examples, run)


@functools.lru_cache(maxsize=256)
def _cost(call: Call, sizes: tuple[int, ...], tokens: bool, examples: int) -> Cost:
    with torch.device("meta"):
        module: nn.Module = call.build()
        batch = batch_of(sizes, tokens, examples)
        watch = _Watch(batch, list(module.parameters()))
        with torch.autograd.graph.saved_tensors_hooks(watch.keep, lambda tensor: tensor), _FewSteps(watch), watch:
            module(batch)
    return watch.so_far()


class _Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts what is computed, and the bytes kept for the backward pass."""

    def __init__(self, batch: Tensor, weights: Sequence[Tensor]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.spent = Cost()  # on steps that were not run
        self._computed = Cost()
        self._kept = {_storage(batch): batch.untyped_storage()}  # held, so that no address is given out twice
        self._weights = {_storage(each): each for each in weights}
        self._learning = dict(self._weights)  # what weights had a hand in needs a gradient

    def so_far(self) -> Cost:
        return Cost(sum(each.nbytes() for each in self._kept.values())) + self._computed + self.spent

    def aside(self, run: Callable[[Tensor], Any], sequence: Tensor, steps: int) -> tuple[Any, Cost]:
        """What a run on the first steps of a sequence gives, and costs beyond keeping the sequence itself.

        On a real device it is one kernel, without numbers that others read.
        """
        outside = self._kept, self._computed
        self._kept, self._computed = {}, Cost()
        start = sequence[:, :steps].clone()
        made = run(start)
        keeps_sequence = self._kept.pop(_storage(start), None) is not None
        spent = Cost(sum(each.nbytes() for each in self._kept.values()), self._computed.products, kernels=1)
        self._kept, self._computed = outside
        if keeps_sequence:
            self.keep(sequence)
        return made, spent

    def keep(self, tensor: Tensor) -> Tensor:
        """Takes note of a tensor that autograd saves."""
        if _storage(tensor) not in self._weights:
            self._kept[_storage(tensor)] = tensor.untyped_storage()
        return tensor

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        given = [each for each in tree_leaves((args, kwargs)) if isinstance(each, Tensor)]
        results = [each for each in tree_leaves(made) if isinstance(each, Tensor)]
        learning = [_storage(each) in self._learning for each in given]
        if any(learning):
            self._learning |= {_storage(each): each for each in results}
        name = func._overloadpacket
        if name in flop_registry:
            factors = learning[1:3] if name in BIAS_FIRST else learning[:2]
            flops = flop_registry[name](*args, **(kwargs or {}), out_val=made) * (1 + sum(factors))
            kind = "convolutions" if name in CONVOLUTIONS else "products"
            self._computed += Cost(kernels=1, **{kind: flops})
        elif not func.is_view:
            self._computed += Cost(kernels=1, values=sum(each.numel() for each in (*given, *results)))
        return made


class _FewSteps(TorchFunctionMode):
    """Lets recurrent networks read three steps of a long sequence: every further one costs what the third does."""

    def __init__(self, watch: _Watch) -> None:
        super().__init__()
        self._watch = watch

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func not in RECURRENT or args[0].shape[1] <= 3:
            return func(*args, **(kwargs or {}))
        sequence, *others = args  # (N, L, F)
        length = sequence.shape[1]
        _, two = self._watch.aside(lambda start: func(start, *others), sequence, 2)
        (every, *states), three = self._watch.aside(lambda start: func(start, *others), sequence, 3)
        self._watch.spent += three + (three - two) * (length - 3)
        return every[:, :1].expand(-1, length, -1).contiguous(), *states


def _storage(tensor: Tensor) -> int:
    """Which memory a tensor looks at: views of one another count once. Meta tensors have no address to tell by."""
    return int(tensor.untyped_storage()._cdata)


def machine_memory() -> int:
    """Bytes of memory this process may hope for: the machine's, or its container's limit where that is lower."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
    except OSError:
        return machine
    return min(machine, int(limit)) if limit.isdigit() else machine
