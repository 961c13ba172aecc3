"""Directions in the space of weights along which a landscape of the loss is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

Weights = Mapping[str, Tensor]  # by parameter's name
NORMALIZATIONS = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)
FLAT = 1e-9  # share of the variance below which a second direction is no direction


def parameters_of(model: nn.Module) -> dict[str, Tensor]:
    """What training moves, copied, by name."""
    return {name: each.detach().clone() for name, each in model.named_parameters()}


def random_direction(model: nn.Module, seed: int) -> dict[str, Tensor]:
    """A random direction whose filters have the lengths of the network's own. Source: Li et al. 2018.

    A filter is what makes one output: a row of a matrix, a window of a convolution. Biases, and what normalization
    layers learn, stay where they are: 0.
    """
    generator = torch.Generator().manual_seed(seed)
    still = {
        f"{path}.{name}" if path else name
        for path, module in model.named_modules()
        if isinstance(module, NORMALIZATIONS)
        for name, _ in module.named_parameters(recurse=False)
    }
    found = {}
    for name, weight in model.named_parameters():
        if weight.dim() < 2 or name in still:
            found[name] = torch.zeros_like(weight)
        else:
            found[name] = _as_long(torch.randn(weight.shape, generator=generator), weight.detach())
    return found


def _as_long(drawn: Tensor, weight: Tensor) -> Tensor:
    """The same direction of each filter, as long as that of the weight. Both (filters, *)."""
    axes = tuple(range(1, weight.dim()))
    length, own = (torch.linalg.vector_norm(each, dim=axes, keepdim=True) for each in (weight, drawn))
    found: Tensor = drawn * length / own.clamp(min=1e-12)
    return found


@dataclass(frozen=True)
class Plane:
    """The two directions along which recorded weights differ most, and where each of them lies between.

    places: (epochs, 2), from the final weights, which are the last. shares: (2,) of the variance that lies along each.
    """

    directions: tuple[dict[str, Tensor], dict[str, Tensor]]
    places: Tensor
    shares: Tensor


def principal_plane(recorded: Sequence[Weights]) -> Plane | None:
    """The first two principal directions of recorded weights, less the last of them, the final ones.

    Each of length 1, over all parameters alike. None where the weights moved along one line, or not at all.
    """
    final = recorded[-1]
    moved = torch.stack([_flat(each) - _flat(final) for each in recorded]).double()  # (epochs, parameters)
    before = moved[:-1]
    centred = before - before.mean(dim=0)
    values, vectors = torch.linalg.eigh(centred @ centred.T)  # epochs are few, parameters many; the smallest first
    values, vectors = values.flip(0)[:2], vectors.flip(1)[:, :2]
    if len(values) < 2 or not (values[1] > FLAT * values[0] > 0):
        return None
    axes = (centred.T @ vectors) / values.sqrt()  # (parameters, 2)
    axes = axes * torch.where(axes.sum(dim=0) < 0, -1.0, 1.0)  # the same way round each time
    first, second = (_shaped(axis.float(), final) for axis in axes.T)
    return Plane((first, second), moved @ axes, values / centred.square().sum())


def _flat(weights: Weights) -> Tensor:
    return torch.cat([each.flatten() for each in weights.values()])


def _shaped(flat: Tensor, like: Weights) -> dict[str, Tensor]:
    parts = torch.split(flat, [each.numel() for each in like.values()])
    return {name: part.reshape(each.shape) for part, (name, each) in zip(parts, like.items(), strict=True)}
