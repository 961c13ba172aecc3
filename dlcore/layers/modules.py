"""The modules that torch lacks. Each stands alone on torch and nn, so that an exported script can hold its source."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Permute(nn.Module):
    """Puts the axes of each example in another order; the batch axis 0 stays first."""

    def __init__(self, *dims: int) -> None:
        super().__init__()
        self.dims = dims

    def forward(self, x: Tensor) -> Tensor:
        return x.permute(0, *self.dims)

    def extra_repr(self) -> str:
        return ", ".join(map(str, self.dims))


class LastStep(nn.Module):
    """What a recurrent network knows after its last step; of both directions, each at its own end, side by side."""

    def __init__(self, recurrent: nn.RNNBase) -> None:
        super().__init__()
        self.recurrent = recurrent

    def forward(self, x: Tensor) -> Tensor:  # (N, L, F)
        _, last = self.recurrent(x)
        hidden = last[0] if isinstance(last, tuple) else last  # an LSTM also returns its cell
        directions = 2 if self.recurrent.bidirectional else 1
        return torch.cat(list(hidden[-directions:]), dim=1)  # (N, directions * hidden_size)


class EveryStep(nn.Module):
    """What a recurrent network knows after each of its steps."""

    def __init__(self, recurrent: nn.RNNBase) -> None:
        super().__init__()
        self.recurrent = recurrent

    def forward(self, x: Tensor) -> Tensor:  # (N, L, F)
        every: Tensor = self.recurrent(x)[0]
        return every  # (N, L, directions * hidden_size)


class SelfAttention(nn.Module):
    """Multi-head attention of a sequence to itself; causal hides from each position what comes after it."""

    def __init__(self, embed_dim: int, num_heads: int, dropout: float = 0.0, causal: bool = False) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(embed_dim, num_heads, dropout=dropout, batch_first=True)
        self.causal = causal

    def forward(self, x: Tensor) -> Tensor:  # (N, L, F)
        length = x.shape[1]
        hidden = torch.ones(length, length, dtype=torch.bool, device=x.device).triu(1) if self.causal else None
        y: Tensor = self.attention(x, x, x, attn_mask=hidden, need_weights=False)[0]
        return y  # (N, L, F)

    def extra_repr(self) -> str:
        return f"causal={self.causal}"


class CausalTransformerEncoderLayer(nn.TransformerEncoderLayer):
    """A transformer encoder block in which no position sees what comes after it, as in GPT."""

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]  # (N, L, F)
        length = x.shape[1]
        hidden = torch.ones(length, length, dtype=torch.bool, device=x.device).triu(1)
        return super().forward(x, src_mask=hidden, is_causal=True)  # (N, L, F)


class LearnedPositionalEncoding(nn.Module):
    """Adds a learned vector to each position of a sequence; shorter sequences use the first ones."""

    def __init__(self, length: int, features: int) -> None:
        super().__init__()
        self.positions = nn.Parameter(0.02 * torch.randn(length, features))

    def forward(self, x: Tensor) -> Tensor:  # (N, L, F)
        return x + self.positions[: x.shape[1]]

    def extra_repr(self) -> str:
        return f"{self.positions.shape[0]}, {self.positions.shape[1]}"


class SinusoidalPositionalEncoding(nn.Module):
    """Adds sines and cosines of falling frequency, a different mix for each position; nothing is learned."""

    positions: Tensor

    def __init__(self, length: int, features: int) -> None:
        super().__init__()
        position = torch.arange(length, dtype=torch.float64).unsqueeze(1)  # (L, 1); the far ones need the digits
        frequency = 10_000.0 ** (-torch.arange(0, features, 2, dtype=torch.float64) / features)  # (F / 2,)
        angles = position * frequency  # (L, F / 2)
        waves = torch.stack([angles.sin(), angles.cos()], dim=2).flatten(1)  # sine, cosine, sine, …
        self.register_buffer("positions", waves[:, :features].float(), persistent=False)

    def forward(self, x: Tensor) -> Tensor:  # (N, L, F)
        return x + self.positions[: x.shape[1]]

    def extra_repr(self) -> str:
        return f"{self.positions.shape[0]}, {self.positions.shape[1]}"


class PoolOverTime(nn.Module):
    """One vector for a whole sequence: the mean or maximum over its positions, or the first or last of them."""

    def __init__(self, method: str = "mean") -> None:
        super().__init__()
        self.method = method

    def forward(self, x: Tensor) -> Tensor:  # (N, L, F) -> (N, F)
        if self.method == "mean":
            return x.mean(dim=1)
        if self.method == "max":
            return x.amax(dim=1)
        return x[:, 0] if self.method == "first" else x[:, -1]

    def extra_repr(self) -> str:
        return repr(self.method)


class Residual(nn.Module):
    """Adds to what came in what the layers inside make of it; a projection fits the sizes where they differ."""

    def __init__(self, inside: nn.Module, projection: nn.Module | None = None) -> None:
        super().__init__()
        self.inside = inside
        self.projection = nn.Identity() if projection is None else projection

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.inside(x) + self.projection(x)
        return y


class Concatenated(nn.Module):
    """Sends the input through every branch and lays the results side by side along one axis."""

    def __init__(self, *branches: nn.Module, dim: int = 1) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in self.branches], dim=self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Added(nn.Module):
    """Sends the input through every branch and adds the results up."""

    def __init__(self, *branches: nn.Module) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x: Tensor) -> Tensor:
        total: Tensor = sum(branch(x) for branch in self.branches)
        return total


class EachToken(nn.Module):
    """A loss of classes, for the scores of every position of a sequence."""

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.loss = loss

    def forward(self, prediction: Tensor, y: Tensor) -> Tensor:  # (N, L, classes), (N, L)
        mean: Tensor = self.loss(prediction.transpose(1, 2), y)
        return mean


class OfLogProbabilities(nn.Module):
    """A loss of log-probabilities, for raw scores."""

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.loss = loss

    def forward(self, prediction: Tensor, y: Tensor) -> Tensor:  # (N, classes), (N,); one more axis for sequences
        mean: Tensor = self.loss(prediction.log_softmax(dim=1), y)
        return mean
