"""Layers that turn tokens into vectors, and tell vectors where they stand."""

from __future__ import annotations

from typing import ClassVar

from dlcore.declaration import Call, Shape, setting
from dlcore.i18n import N_, Text
from dlcore.layers.base import MODULES, Layer
from dlcore.layers.keras import KerasCode


class Embedding(Layer):
    """Looks up a learned vector for each token; words that are used alike come to lie near each other.

    Shapes: (N, L) of whole numbers below the size of the vocabulary -> (N, L, embedding_dim).
    Source: torch.nn.Embedding.
    """

    kind = "embedding"
    axes = ("L",)
    gives = "LF"
    example = Shape((7,), vocabulary=20)

    embedding_dim: int = setting(32, ge=1, le=4096, main=True, help=N_("How many numbers stand for each token."))
    padding_idx: int | None = setting(
        None,
        ge=0,
        le=0,
        advanced=True,
        help=N_("0 where token 0 only fills up short sequences: its vector stays zero."),
    )

    def call(self, received: Shape) -> Call:
        return Call("Embedding", received.vocabulary, self.embedding_dim, **self.changed("embedding_dim"))

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        code.apply("Embedding", received.vocabulary, self.embedding_dim, weights=[code.state("weight")])

    def hint(self, received: Shape) -> tuple[Text | None, str | None]:
        return Text(N_("These are numbers already: no Embedding is needed.")), "remove"


class PositionalEncoding(Layer):
    """Adds something to each vector of a sequence that tells its position, which attention cannot see by itself."""

    abstract: ClassVar[bool] = True
    kind = "embedding"
    bends = "no"
    axes = ("LF",)
    example = Shape((5, 16), axes="LF")

    def call(self, received: Shape) -> Call:
        return Call(self.name, *received, module=MODULES)


class LearnedPositionalEncoding(PositionalEncoding):
    """Adds a learned vector to each position of a sequence, so that attention can tell first from last.

    Shapes: (N, L, F) -> (N, L, F). Source: Gehring et al., 2017; as in BERT and GPT.
    """

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        code.help("_Positions", POSITIONS)
        code.apply("_Positions", weights=[code.state("positions")])


class SinusoidalPositionalEncoding(PositionalEncoding):
    """Adds waves of many lengths to a sequence, a different mix at each position; nothing is learned.

    Shapes: (N, L, F) -> (N, L, F); position t adds sin(t/10000^(2i/F)) to value 2i, and the cosine to value 2i + 1.
    Source: Vaswani et al., 2017.
    """

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        code.help("_waves", WAVES)
        code.line(f"x = x + _waves({received[0]}, {received[1]})")


POSITIONS = '''
class _Positions(layers.Layer):
    """Adds a learned vector to each position of a sequence."""

    def build(self, shape):
        drawn = keras.initializers.RandomNormal(stddev=0.02)
        self.positions = self.add_weight(shape=shape[1:], initializer=drawn, name="positions")

    def call(self, x):
        return x + self.positions
'''

WAVES = '''
def _waves(length, features):
    """Sines and cosines of falling frequency, a different mix for each position."""
    frequency = 10_000.0 ** (-np.arange(0, features, 2) / features)
    angles = np.arange(length)[:, None] * frequency
    return np.stack([np.sin(angles), np.cos(angles)], axis=2).reshape(length, -1)[:, :features].astype("float32")
'''
