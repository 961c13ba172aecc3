"""Values counted in bins, and what else describes many numbers in few: shared by the probes of layers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dlcore.layers.base import Step
from dlcore.training.model_view import ModelView

BINS = 40
MOST_VALUES = 8_000  # of a layer: an even sample of more
MOST_LAYERS = 40  # a deeper stack is looked at from the input on, this far
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def layers_of(view: ModelView) -> list[tuple[int, nn.Module]]:
    """(place in the stack, 0-based, module) of each layer that is looked at."""
    return list(enumerate(view.model.children()))[:MOST_LAYERS]


def with_weights(steps: Sequence[Step]) -> list[Step]:
    """The steps of the layers that are looked at and have any weights."""
    return [step for step in steps[:MOST_LAYERS] if step.parameters]


def named(steps: Iterable[Step]) -> list[tuple[int, str, str]]:
    """(place in the stack, 0-based, name, kind) of each, as charts of layers take them."""
    return [(step.path[0], step.layer, step.kind) for step in steps]


def histogram(values: Tensor) -> dict[str, Any]:
    """`low`, `high` and the `counts` (40,) of the bins between them, `quantiles` (5,), and `unfinite`.

    Of an even sample of the values, any shape (*), that are finite; `unfinite` is the share of those that are not.
    Without a finite value the counts are 0, the quantiles NaN, `low` and `high` None.
    """
    flat = values.detach().flatten()
    sample = np.sort(flat[:: max(1, len(flat) // MOST_VALUES)].float().cpu().numpy())  # what is no number comes last
    finite = sample[np.isfinite(sample)]
    unfinite = 1 - len(finite) / len(sample) if len(sample) else 0.0
    if not len(finite):
        nothing = np.full(len(QUANTILES), np.nan, np.float32)
        return {"low": None, "high": None, "counts": np.zeros(BINS, np.uint16), "quantiles": nothing,
                "unfinite": unfinite}  # fmt: skip
    low, high = float(finite[0]), float(finite[-1])
    return {
        "low": low,
        "high": high,
        "counts": _counts(finite, low, high),
        "quantiles": finite[np.round(np.array(QUANTILES) * (len(finite) - 1)).astype(int)],
        "unfinite": unfinite,
    }


def _counts(ordered: np.ndarray[Any, Any], low: float, high: float) -> np.ndarray[Any, Any]:
    """(40,) uint16: how many of these values, the lowest first, lie in each bin. The last bin holds its upper end."""
    edges = np.linspace(low, high, BINS + 1)[1:-1].astype(ordered.dtype)
    places = np.concatenate([[0], np.searchsorted(ordered, edges), [len(ordered)]])
    return np.diff(places).astype(np.uint16)


def quantiles(seen: Mapping[str, Any]) -> dict[str, float | None]:
    """`3.q5`, `3.q25`, … of each layer, for curves over the epochs."""
    return {
        f"{place}.q{round(100 * share)}": float(value) if np.isfinite(value) else None
        for place, layer in seen.items()
        for share, value in zip(QUANTILES, layer["quantiles"], strict=True)
    }


def weights_of(module: nn.Module, prefix: str = "") -> dict[str, Tensor]:
    """The parameters of a layer without its biases, by name."""
    return {
        f"{prefix}{name}": each
        for name, each in module.named_parameters()
        if not name.rpartition(".")[2].startswith(("bias", "in_proj_bias")) and each.is_floating_point()
    }


def joined(tensors: Mapping[str, Tensor]) -> Tensor:
    """All their numbers in a row, (N,)."""
    return torch.cat([each.detach().flatten() for each in tensors.values()])
