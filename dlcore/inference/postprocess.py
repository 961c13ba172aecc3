"""What the numbers of a network mean: probabilities of classes or labels, or values in the target's own unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

AT_ONCE = 256  # examples that are sent through together


def _of_yes_or_no(made: Tensor) -> Tensor:
    yes = made.sigmoid().reshape(-1, 1)
    return torch.cat([1 - yes, yes], dim=1)


_SHARES: dict[str, Callable[[Tensor], Tensor]] = {
    "multiclass": lambda made: made.softmax(dim=1),
    "binary": _of_yes_or_no,
    "multilabel": lambda made: made.sigmoid(),
    "next-token": lambda made: made[:, -1].softmax(dim=-1),  # of what follows the last token
}


@torch.inference_mode()
def outputs(model: nn.Module, x: Tensor) -> Tensor:
    """The network's own numbers for any number of examples. Shapes: (N, …) -> (N, outputs) or (N, L, outputs)."""
    return torch.cat([model(x[start : start + AT_ONCE]) for start in range(0, len(x), AT_ONCE)])


def meant(made: Tensor, task: str, learned: Mapping[str, Any] | None) -> Tensor:
    """Probabilities, one a class or label; for a regression values, undoing what scaled them (`learned`).

    Shapes: (N, outputs) -> (N, outputs), two for yes or no; (N, L, words) -> (N, words) of what follows the last token.
    """
    if task in _SHARES:
        return _SHARES[task](made)
    values = made.double()
    if learned is not None:
        scale, offset = (torch.tensor(learned[name], dtype=torch.float64) for name in ("scale", "offset"))
        values = values * scale + offset
    return values


@torch.inference_mode()
def continued(
    model: nn.Module, tokens: list[int], more: int, temperature: float, seed: int, top_k: int = 0
) -> list[int]:
    """What follows these tokens (L,), one after the other: each drawn by its probability at this temperature.

    Below 1 the likeliest are drawn more often, above 1 more rarely; at 0 always the likeliest. With `top_k` all but so
    many likeliest are left out before.
    """
    random, window, found = torch.Generator().manual_seed(seed), list(tokens), []
    for _ in range(more):
        scores = likeliest(model(torch.tensor([window]))[0, -1].double(), top_k)
        if temperature == 0:
            drawn = int(scores.argmax())
        else:
            shares = (scores / temperature).softmax(dim=0)
            drawn = int(torch.multinomial(shares, 1, generator=random))
        found.append(drawn)
        window = [*window[1:], drawn]
    return found


def likeliest(scores: Tensor, count: int) -> Tensor:
    """Scores (words,) with all but the `count` highest at -inf; of equal ones the first. All of them for a count of 0.

    >>> likeliest(torch.tensor([1.0, 3.0, 2.0]), 2).tolist()
    [-inf, 3.0, 2.0]
    """
    if not 0 < count < len(scores):
        return scores
    kept = scores.argsort(descending=True, stable=True)[:count]
    alone = torch.full_like(scores, -torch.inf)
    alone[kept] = scores[kept]
    return alone
