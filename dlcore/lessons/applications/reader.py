"""A network that reads tokens one after another, as the applications with texts have it."""

from __future__ import annotations

from torch import Tensor, nn


class Reader(nn.Module):
    """Embedding, LSTM, and a dense layer at every token. Shapes: (N, L) tokens -> (N, L, out_features)."""

    def __init__(self, words: int, width: int, units: int, out_features: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(words, width)
        self.read = nn.LSTM(width, units, batch_first=True)
        self.out = nn.Linear(units, out_features)

    def forward(self, x: Tensor) -> Tensor:
        """What it makes of each token and of those before it. Shapes: (N, L) -> (N, L, out_features)."""
        made: Tensor = self.out(self.read(self.embed(x))[0])
        return made

    @staticmethod
    def program(words: int, width: int, units: int, out_features: int) -> list[str]:
        """The same in plain torch."""
        return [
            f"embed, read, out = nn.Embedding({words}, {width}), nn.LSTM({width}, {units}, batch_first=True), "
            f"nn.Linear({units}, {out_features})",
            "layers = nn.ModuleList([embed, read, out]).double()", "net = lambda x: out(read(embed(x))[0])",
        ]  # fmt: skip
