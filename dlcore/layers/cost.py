"""What a training step costs, asked of torch itself: memory kept for the backward pass, and arithmetic."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from dlcore.declaration import Call, Shape
from dlcore.layers.stack import BATCH, batch_of


@dataclass(frozen=True)
class Cost:
    """Of one training step on a batch."""

    activations: int  # bytes that the forward pass keeps for the backward pass, the batch itself included
    flops: int  # of matrix products and convolutions, forward and backward; the rest is small beside them


def cost(call: Call, received: Shape, examples: int) -> Cost:
    """Run one training step of this many examples on the meta device, and watch what torch keeps and computes."""
    run = max(examples, BATCH)
    measured = _cost(call, tuple(received), received.vocabulary is not None, run)
    return Cost(measured.activations * examples // run, measured.flops * examples // run)


@functools.lru_cache(maxsize=256)
def _cost(call: Call, sizes: tuple[int, ...], tokens: bool, examples: int) -> Cost:
    with torch.device("meta"):
        module: nn.Module = call.build()
        batch = batch_of(sizes, tokens, examples)
        weights = {_storage(each) for each in module.parameters()}
        kept: dict[int, int] = {_storage(batch): batch.numel() * batch.element_size()}

        def keep(tensor: Tensor) -> Tensor:
            if _storage(tensor) not in weights:
                kept[_storage(tensor)] = tensor.untyped_storage().nbytes()
            return tensor

        counter = FlopCounterMode(display=False)
        with counter, torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            module(batch).sum().backward()
    return Cost(sum(kept.values()), counter.get_total_flops())


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
