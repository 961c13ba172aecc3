"""Networks that read a sequence step by step and remember what they have read."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from dlcore.declaration import Call, Shape, setting
from dlcore.i18n import N_
from dlcore.layers.base import MODULES, Layer
from dlcore.layers.keras import KerasCode, written


class Recurrent(Layer):
    """The same weights at every step. Shapes: (N, L, F) -> (N, H), or (N, L, H) with every step."""

    abstract: ClassVar[bool] = True
    kind = "recurrent"
    axes = ("LF",)
    example = Shape((5, 8), axes="LF")

    in_keras: ClassVar[str] = ""  # what Keras calls it

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

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        with code.within("recurrent."):
            for number in range(self.num_layers):
                self._write_one(code, number)

    def _write_one(self, code: KerasCode, number: int) -> None:
        """One of the networks that stand on top of each other."""
        if number and self.dropout:
            code.apply("Dropout", self.dropout)
        top = number == self.num_layers - 1
        settings = {**self.settings_in_keras(), **({"return_sequences": True} if self.every_step or not top else {})}
        weights = self.weights_in_keras(code, f"_l{number}")
        if self.bidirectional:
            weights += self.weights_in_keras(code, f"_l{number}_reverse")
            name = code.name_weights("Bidirectional", weights)
            one = written(self.in_keras, self.hidden_size, **settings)
            code.line(f'x = layers.Bidirectional({one}, name="{name}")(x)')
        else:
            code.apply(self.in_keras, self.hidden_size, **settings, weights=weights)

    def settings_in_keras(self) -> dict[str, Any]:
        """Settings of one such network that differ from Keras's own."""
        return {}

    def weights_in_keras(self, code: KerasCode, end: str) -> list[str]:
        """Kernel, recurrent kernel and bias; torch keeps two biases of which only the sum counts."""
        kernels = [f"{code.state(f'weight_{which}{end}')}.T" for which in ("ih", "hh")]
        return [*kernels, f"{code.state(f'bias_ih{end}')} + {code.state(f'bias_hh{end}')}"]

    def makes(self, received: Shape, rank: int) -> str | None:
        return "LF" if rank == 2 else "F"


class RNN(Recurrent):
    """Reads a sequence step by step: each state is made of the one before and of what is read; it forgets quickly.

    h′ = tanh(W·x + U·h + b). Shapes: (N, L, F) -> (N, H), or (N, L, H) with every step. Source: torch.nn.RNN.
    """

    in_keras = "SimpleRNN"

    nonlinearity: Literal["tanh", "relu"] = setting(
        "tanh", advanced=True, help=N_("The activation that makes the new state.")
    )

    def settings_in_keras(self) -> dict[str, Any]:
        return {} if self.nonlinearity == "tanh" else {"activation": self.nonlinearity}


class LSTM(Recurrent):
    """Reads a sequence step by step with a memory cell, and gates that learn what to keep, to add and to tell.

    Shapes: (N, L, F) -> (N, H), or (N, L, H) with every step.
    Source: torch.nn.LSTM; Hochreiter and Schmidhuber, 1997.
    """

    in_keras = "LSTM"


class GRU(Recurrent):
    """Like an LSTM with two gates and no separate memory cell: fewer weights, often just as good.

    Shapes: (N, L, F) -> (N, H), or (N, L, H) with every step. Source: torch.nn.GRU; Cho et al., 2014.
    """

    in_keras = "GRU"

    def weights_in_keras(self, code: KerasCode, end: str) -> list[str]:
        """Keras has the gates in another order, and keeps both biases."""
        code.help("_gates", GATES)
        kernels = [f"_gates({code.state(f'weight_{which}{end}')}).T" for which in ("ih", "hh")]
        biases = ", ".join(f"_gates({code.state(f'bias_{which}{end}')})" for which in ("ih", "hh"))
        return [*kernels, f"np.stack([{biases}])"]


GATES = '''
def _gates(numbers):
    """The three parts of a GRU in the order of Keras: update before reset."""
    reset, update, new = np.split(numbers, 3)
    return np.concatenate([update, reset, new])
'''


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

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        whole = {"mean": "GlobalAveragePooling1D", "max": "GlobalMaxPooling1D"}
        if self.method in whole:
            code.apply(whole[self.method], data_format="channels_last")
        else:
            code.line(f"x = x[:, {0 if self.method == 'first' else -1}]")
