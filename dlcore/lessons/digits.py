"""scikit-learn's handwritten digits, as lessons learn them."""

from __future__ import annotations

import functools

import torch
from sklearn.datasets import load_digits
from torch import Tensor


@functools.cache
def digits() -> tuple[Tensor, Tensor]:
    """Pixels from 0 to 1, (N, 64) float64, and labels (N,). Whoever changes them takes a copy."""
    data = load_digits()
    return torch.tensor(data.data) / 16, torch.tensor(data.target)
