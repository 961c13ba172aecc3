"""One example on its way through the network: what every layer makes of it, and what attention looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dlcore.analyses.base import Analysis, Progress, number
from dlcore.analyses.compact import compact
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_
from dlcore.layers.base import Step, axes_of
from dlcore.probes.arrays import Arrays
from dlcore.probes.histogram import MOST_LAYERS
from dlcore.probes.samples import Samples, as_brought

MOST_CHANNELS = 16  # of a layer of feature maps
MOST_UNITS = 128  # of a vector, or of a position of a sequence
MOST_POSITIONS = 256
MOST_VALUES = 3_000_000  # in one answer: of a larger network one epoch at a time
FORMS = {"CHW": "maps", "CDHW": "clips", "CL": "channels", "LF": "sequence"}  # all else is a vector


class Passage(Analysis):
    """What each layer gives for one example, in eval mode, at every epoch whose weights were kept.

    Asked: `row`, the example's place in `samples` (0 where none was asked for), and `epoch`, the last where none was:
    where all epochs together would be more than 3 million numbers, the one with kept weights that is nearest. `epochs`
    (E,) int32: those that are here. `input` (*shape): the example before scaling, tokens as int32. `parts`: by a
    number, in the order of the network,
    `place` of the layer (0-based), `layer`, its name, `form`, `size`, what it gives in all, and `values`:

    - maps (E, c, H, W), the first channels, up to 16; `clips` likewise, the middle one of the first of its axes (D);
    - channels (E, c, L), sequence (E, L, F): up to 128 of the channels or features and 256 positions;
    - vector (E, F), the first 128;
    - states (E, L, H): the hidden state of a recurrent network after each of its steps, of both directions side by
      side; the same for one within a layer, before what that makes of it;
    - attention (E, heads, L, L): how much each position (row) looks at each (column); rows add up to 1.

    float16, or float32 where that could not hold them; what is not finite stays so.
    """

    name = "passage"
    tab = N_("Through the layers")
    choice = N_("One example, layer by layer")
    place = 71
    panel = "passage"

    @classmethod
    def options(cls, experiment: Experiment, about: About, steps: Sequence[Step]) -> dict[str, Any]:
        return {"pinned": Samples.suits(about, steps), "classes": list(about.classes),
                "task": about.task}  # fmt: skip

    @classmethod
    def compute(cls, run: FilmedRun, asked: Mapping[str, Any], progress: Progress) -> Arrays:
        last = run.view(run.epochs[-1])
        row = number(asked, "row", 0, len(last.examples) - 1, 0)
        epoch = run.nearest(number(asked, "epoch", 0, 10**9, run.epochs[-1]))
        x = last.examples.x[row : row + 1]
        first = parts_of(run.model(epoch), x, run.steps)
        small = sum(part.values.size for part in first) * len(run.epochs) <= MOST_VALUES
        epochs = run.epochs if small else [epoch]
        frames = []
        for done, each in enumerate(epochs):
            progress(done / len(epochs))
            frames.append(first if each == epoch else parts_of(run.model(each), x, run.steps))
        parts = {str(place): _joined(each) for place, each in enumerate(zip(*frames, strict=True))}
        return {"row": row, "epochs": np.array(epochs, np.int32), "input": as_brought(x.numpy(), run.data)[0],
                "parts": parts}  # fmt: skip


def layers_of(model: nn.Module, x: Tensor, steps: Sequence[Step]) -> Arrays:
    """The `parts` of one example x (1, *) at one epoch, as of `passage`: E is 1."""
    return {str(place): _joined([part]) for place, part in enumerate(parts_of(model, x, steps))}


@dataclass(frozen=True)
class Part:
    """What one layer, or something in it, gives for the example."""

    place: int  # of the layer in the stack, 0-based
    layer: str
    form: str
    size: tuple[int, ...]  # of all that it gives
    values: np.ndarray[Any, Any]  # what of it is kept


def _joined(parts: Sequence[Part]) -> Arrays:
    """The same part at each epoch, (E, *)."""
    first = parts[0]
    return {"place": first.place, "layer": first.layer, "form": first.form, "size": list(first.size),
            "values": compact(np.stack([part.values for part in parts]))}  # fmt: skip


def parts_of(model: nn.Module, x: Tensor, steps: Sequence[Step]) -> list[Part]:
    """What the layers make of one example x (1, *), in their order, and what is inside of some of them."""
    found: list[Part] = []
    with torch.no_grad():
        for step, module in list(zip(steps, model.children(), strict=True))[:MOST_LAYERS]:
            inside: list[Part] = []
            hooks = [hook for each in module.modules() for hook in _watched(each, step, inside)]
            try:
                x = module(x)
            finally:
                for hook in hooks:
                    hook.remove()
            found += inside
            form = FORMS.get(axes_of(step.made) or "", "vector")
            if not (form == "sequence" and inside and inside[-1].form == "states"):  # then it has been told already
                found.append(_part(step, form, x[0]))
    return found


def _part(step: Step, form: str, made: Tensor, layer: str = "") -> Part:
    kept = KEPT[form](made.float().cpu())
    return Part(step.path[0], layer or step.layer, form, tuple(made.shape), kept.numpy())


KEPT: dict[str, Callable[[Tensor], Tensor]] = {
    "maps": lambda made: made[:MOST_CHANNELS],
    "clips": lambda made: made[:MOST_CHANNELS, made.shape[1] // 2],
    "channels": lambda made: made[:MOST_UNITS, :MOST_POSITIONS],
    "sequence": lambda made: made[:MOST_POSITIONS, :MOST_UNITS],
    "states": lambda made: made[:MOST_POSITIONS, :MOST_UNITS],
    "vector": lambda made: made.flatten()[:MOST_UNITS],
    "attention": lambda made: made[:, :MOST_POSITIONS, :MOST_POSITIONS],
}


def _watched(module: nn.Module, step: Step, inside: list[Part]) -> Iterator[torch.utils.hooks.RemovableHandle]:
    """Look into what looks back or around, while an example goes through it."""
    if isinstance(module, nn.RNNBase):
        yield module.register_forward_hook(
            lambda _module, _x, made: inside.append(_part(step, "states", made[0][0], type(module).__name__))
        )
    if isinstance(module, nn.MultiheadAttention):
        yield module.register_forward_pre_hook(
            lambda _module, given, named: inside.append(
                _part(step, "attention", attention_of(module, given, named), "MultiheadAttention")
            ),
            with_kwargs=True,
        )


def attention_of(module: nn.MultiheadAttention, given: Sequence[Any], named: Mapping[str, Any]) -> Tensor:
    """(heads, L, L): the weights with which it is about to mix a batch of one example, called with these arguments."""
    told = {**named, "need_weights": True, "average_attn_weights": False}
    weights = module.forward(*given, **told)[1]
    assert weights is not None
    return weights[0]
