"""What rules ask of an experiment's settings, and the remedies that several of them share."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, cast

from dlcore.coach.finding import Finding, Remedy
from dlcore.declaration import Declaration
from dlcore.experiment import Experiment
from dlcore.i18n import Text
from dlcore.layers.activation import AROUND_ZERO, UNIT, Activation
from dlcore.layers.base import Layer, Path
from dlcore.layers.dense import Linear, Output
from dlcore.layers.stack import inside
from dlcore.training.diagnosis import learning_rate

WIDTHS = ("out_features", "out_channels", "hidden_size", "embedding_dim", "dim_feedforward")  # how wide a layer is
WIDER = 64  # what a layer that is too narrow is widened to, at least


def usual_rate(optimizer: Declaration) -> float:
    """The learning rate that this optimizer takes unless told otherwise."""
    return float(type(optimizer).settings()["lr"].default)


def rate_ratio(optimizer: Declaration, lr: float) -> float:
    """A learning rate beside the usual one of this optimizer; momentum adds up the steps it is carried through."""
    momentum = getattr(optimizer, "momentum", 0.0)
    return lr / (1 - momentum) / usual_rate(optimizer)


def with_usual_rate(optimizer: Declaration) -> Remedy:
    """The learning rate that this optimizer usually takes, momentum counted in."""
    rate = usual_rate(optimizer) * (1 - getattr(optimizer, "momentum", 0.0))
    return Remedy({"training.optimizer.lr": float(f"{rate:.2g}")})


def unusual_rate(experiment: Experiment, rule: str, sentence: str) -> Finding:
    """The remark that a learning rate is not what its optimizer usually takes; its sentence is a msgid."""
    optimizer, remedy = experiment.training.optimizer, with_usual_rate(experiment.training.optimizer)
    lr, usual = learning_rate(experiment), remedy.settings["training.optimizer.lr"]
    text = Text(sentence, lr=figure(lr), optimizer=optimizer.name, usual=figure(usual))
    return Finding(rule, "remark", text, remedy, measured={"lr": lr})


def learning(layers: Sequence[Declaration]) -> list[tuple[Path, Layer]]:
    """The layers of the whole network that sum with weights, in order; those inside blocks, too."""
    return [(path, layer) for path, layer in inside(layers) if layer.bends == "weighs"]


def depth(experiment: Experiment) -> int:
    """How many layers sum with weights."""
    return len(learning(experiment.network))


def hidden_activations(layers: Sequence[Declaration]) -> list[tuple[Path, Activation]]:
    """The activations of the whole network with their places."""
    return [(path, layer) for path, layer in inside(layers) if isinstance(layer, Activation)]


def squeezing(layers: Sequence[Declaration]) -> list[Path]:
    """The places of the activations that press all that comes into a narrow range; a softmax is no such."""
    return [path for path, layer in hidden_activations(layers)
            if layer.gives_between in (UNIT, AROUND_ZERO) and layer.name != "Softmax"]  # fmt: skip


def narrowest(layers: Sequence[Declaration]) -> tuple[Path, int] | None:
    """The narrowest hidden Linear layer and its width; None where there is none. Channels are there at many places."""
    linear = [(path, layer) for path, layer in inside(layers) if isinstance(layer, Linear)]
    found = [(path, layer.out_features) for path, layer in linear]
    return min(found, key=lambda each: each[1]) if found else None


def width_of(layer: Declaration) -> int | None:
    """How many values a hidden layer makes; None for one that has no width of its own."""
    return next((int(getattr(layer, name)) for name in WIDTHS if name in type(layer).model_fields), None)


def larger(experiment: Experiment) -> Remedy:
    """A larger network: hidden layers four times as wide; where there is none, one is put before Output."""
    wider = [(path, _widened(layer)) for path, layer in inside(experiment.network) if _name_of_width(layer)]
    if any(layer.kind in ("dense", "convolution", "recurrent") for _, layer in inside(experiment.network)):
        return Remedy(repairs=tuple(wider))
    end = (len(experiment.network) - 1,)
    return Remedy(repairs=((end, "insert:ReLU"), (end, "insert:Linear"), *wider))


def _name_of_width(layer: Layer) -> str | None:
    if isinstance(layer, Output) or layer.kind not in ("dense", "convolution", "recurrent"):
        return None
    return next((name for name in WIDTHS if name in type(layer).model_fields), None)


def _widened(layer: Layer) -> str:
    name = _name_of_width(layer) or ""
    return f"set:{name}={min(max(WIDER, 4 * int(getattr(layer, name))), 1024)}"


def replaced(places: Sequence[Path], name: str) -> Remedy:
    """Another layer at each of these places."""
    return Remedy(repairs=tuple((path, f"replace:{name}") for path in places))


def dropouts(layers: Sequence[Declaration]) -> Iterator[tuple[Path, str, float]]:
    """Every place where something is dropped while training: its layer, the setting that says how much, and how much.

    A setting of 0 drops nothing.
    """
    for path, layer in inside(layers):
        for name in ("p", "dropout"):
            if name in type(layer).model_fields and ("Dropout" in layer.name or name == "dropout"):
                p = float(getattr(layer, name))
                if p > 0:
                    yield path, name, p


def with_dropout_after(layers: Sequence[Declaration], p: float) -> Remedy:
    """A Dropout behind each hidden activation of the stack, the last first so that no place moves."""
    places = [number for number, layer in enumerate(layers) if isinstance(layer, Activation)]
    repairs: list[tuple[Path, str]] = []
    for number in reversed(places):
        repairs += [((number + 1,), "insert:Dropout"), ((number + 1,), f"set:p={p}")]
    return Remedy(repairs=tuple(repairs))


def decay(optimizer: Declaration) -> float:
    """The weight decay; 0 where the optimizer has none."""
    return float(getattr(optimizer, "weight_decay", 0.0))


def plain_loss(loss: Declaration | None, **changed: Any) -> dict[str, Any] | None:
    """A loss with some of its settings changed, as an experiment file has it."""
    return None if loss is None else {**loss.to_dict(), **changed}


def first_layers(layers: Sequence[Declaration]) -> Iterator[Layer]:
    """The layers before the first that sums with weights."""
    for layer in cast("Sequence[Layer]", layers):
        if layer.bends == "weighs" or layer.kind in ("recurrent", "attention", "block"):
            return
        yield layer


def figure(number: float) -> str:
    """A measured number as a sentence has it, with three digits: 0.0132, 1.2e-05."""
    return f"{number:.3g}" if math.isfinite(number) else "∞"
