"""Run as a script, in a process of its own: a `.pt` of tensors in, a safetensors file out; anything else fails.

It imports no dlcore, so that what an evil file could reach is as little as can be. A tensor that views more
than its storage holds (a zero stride) is refused before a copy of it is made.
"""

from __future__ import annotations

import sys

import torch
from safetensors.torch import save_file


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
    unpack(sys.argv[1], sys.argv[2])
