"""Run as a script, in a process of its own: a `.pt` of tensors in, a safetensors file out; anything else fails.

It imports no dlcore, so that what an evil file could reach is as little as can be. A tensor that views more
than its storage holds (a zero stride) is refused before a copy of it is made, and what takes far more memory than the
file has bytes fails, whatever in it asks for that.
"""

from __future__ import annotations

import os
import resource
import sys

import torch
from safetensors.torch import save_file

ROOM_BYTES = 1_000_000_000  # beside copies of the numbers: what torch takes for itself
COPIES = 4  # of the file, that reading it and writing it anew may take


def limit_memory(file: str) -> None:
    """Let this process take so much more memory for this file, where the system can hold it to that."""
    try:
        with open("/proc/self/statm") as told:
            taken = int(told.read().split()[0]) * resource.getpagesize()
        most = taken + ROOM_BYTES + COPIES * os.path.getsize(file)
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
    except (OSError, ValueError):  # another system, or one that allows less than that already
        return


def unpack(received: str, made: str) -> None:
    """Read a state_dict by `weights_only=True` and write it as safetensors. Raises for all that is not one."""
    state = torch.load(received, map_location="cpu", weights_only=True)
    plain = {}
    for name, tensor in state.items():
        if not isinstance(name, str) or not isinstance(tensor, torch.Tensor) or tensor.layout != torch.strided:
            raise TypeError("not a state_dict")
        if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
            raise ValueError("a tensor views more than it holds")
        plain[name] = tensor.detach().contiguous().clone()
    save_file(plain, made)


if __name__ == "__main__":
    limit_memory(sys.argv[1])
    unpack(sys.argv[1], sys.argv[2])
