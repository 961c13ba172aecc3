"""A network of tokens from their vectors on: what varies with a gradient, as tokens do not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import torch
from torch import Tensor, nn


def embedded(model: nn.Module, tokens: Tensor) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
    """(the vectors (1, L, D) that stand for tokens (1, L), the network as a function of such vectors (n, L, D)).

    Where several Embeddings read the tokens, their vectors stand side by side.
    """
    found = _read(model, tokens)
    widths = [vectors.shape[-1] for vectors in found.values()]

    def rest(vectors: Tensor) -> Tensor:
        parts = torch.split(vectors, widths, dim=-1)
        with ExitStack() as hooks:
            for module, part in zip(found, parts, strict=True):
                handle = module.register_forward_hook(lambda _module, _x, _made, part=part: part)
                hooks.callback(handle.remove)
            made: Tensor = model(tokens.expand(len(vectors), -1))
            return made

    return torch.cat(list(found.values()), dim=-1), rest


def _read(model: nn.Module, tokens: Tensor) -> dict[nn.Module, Tensor]:
    """The Embeddings that read the tokens as they are, with what each makes of them."""
    found: dict[nn.Module, Tensor] = {}

    def note(module: nn.Module, received: tuple[Tensor, ...], made: Tensor) -> None:
        if received[0].shape == tokens.shape:
            found[module] = made.detach()

    with ExitStack() as hooks, torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.Embedding):
                hooks.callback(module.register_forward_hook(note).remove)
        model(tokens)
    return found
