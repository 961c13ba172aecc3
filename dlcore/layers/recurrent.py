"""Networks that read a sequence step by step and remember what they have read."""

from __future__ import annotations

from typing import ClassVar, Literal

from dlcore.declaration import Call, Shape, setting
from dlcore.i18n import N_
from dlcore.layers.base import MODULES, Layer


class Recurrent(Layer):
    """The same weights at every step. Shapes: (N, L, F) -> (N, H), or (N, L, H) with every step."""

    abstract: ClassVar[bool] = True
    kind = "recurrent"
    axes = ("LF",)
    example = Shape((5, 8), axes="LF")

    hidden_size: int = setting(64, ge=1, le=2048, main=True, help=N_("How many numbers it remembers between steps."))
    num_layers: int = setting(1, ge=1, le=8, help=N_("How many such networks stand on top of each other."))
    bidirectional: bool = setting(
        False, help=N_("Whether a second one reads from the end to the beginning; twice as many values come out.")
    )
    every_step: bool = setting(
        False, help=N_("Whether a vector comes out at every step, for another such layer, or only after the last.")
    )
    dropout: float = setting(
        0.0, ge=0, lt=1, advanced=True, help=N_("Share of values dropped between the layers while training.")
    )

    def call(self, received: Shape) -> Call:
        left_out = ("hidden_size", "every_step") if self.num_layers > 1 else ("hidden_size", "every_step", "dropout")
        network = Call(self.name, received[-1], self.hidden_size, **self.changed(*left_out), batch_first=True)
        return Call("EveryStep" if self.every_step else "LastStep", network, module=MODULES)

    def makes(self, received: Shape, rank: int) -> str | None:
        return "LF" if rank == 2 else "F"


class RNN(Recurrent):
    """Reads a sequence step by step: each state is made of the one before and of what is read; it forgets quickly.

    h′ = tanh(W·x + U·h + b). Shapes: (N, L, F) -> (N, H), or (N, L, H) with every step. Source: torch.nn.RNN.
    """

    nonlinearity: Literal["tanh", "relu"] = setting(
        "tanh", advanced=True, help=N_("The activation that makes the new state.")
    )


class LSTM(Recurrent):
    """Reads a sequence step by step with a memory cell, and gates that learn what to keep, to add and to tell.

    Shapes: (N, L, F) -> (N, H), or (N, L, H) with every step.
    Source: torch.nn.LSTM; Hochreiter and Schmidhuber, 1997.
    """


class GRU(Recurrent):
    """Like an LSTM with two gates and no separate memory cell: fewer weights, often just as good.

    Shapes: (N, L, F) -> (N, H), or (N, L, H) with every step. Source: torch.nn.GRU; Cho et al., 2014.
    """


class PoolOverTime(Layer):
    """Makes one vector of a sequence of vectors: their mean, their maximum, the first or the last of them.

    Shapes: (N, L, F) -> (N, F).
    Source: torch.mean and torch.amax over the positions.
    """

    kind = "pooling"
    axes = ("LF",)
    gives = "F"
    example = Shape((5, 16), axes="LF")

    method: Literal["mean", "max", "first", "last"] = setting(
        "mean", main=True, help=N_("How one vector is made of all.")
    )

    def call(self, received: Shape) -> Call:
        return Call("PoolOverTime", self.method, module=MODULES)
