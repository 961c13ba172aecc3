"""The ways that several optimizers took from the same first weights, on one slice of the loss they went down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from dlcore.analyses.base import Analysis, Progress
from dlcore.analyses.directions import Weights
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.analyses.landscape import View, around, finite_weights, plane_of, surface_of
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text
from dlcore.probes.arrays import Arrays

MOST_RUNS = 40


class RacePaths(Analysis):
    """Asked: `others`, the ids of runs of the same network, first weights and data.

    `x`, `y`: [low, high] along the two directions, from where this run ended; `size`, `loss`, `height`, `ticks` and
    `labels` as in `landscape`. `axes`: names of the two parameters where there are two alone; else none, and the
    directions are those along which all recorded weights differ most, with `shares` [2] of their variance. `paths`: one
    a run, this one first, each `epoch`, `x`, `y` and `loss` (epochs,) of its recorded weights.
    """

    name = "race"

    @classmethod
    def compute(cls, run: FilmedRun, asked: Mapping[str, Any], progress: Progress) -> Arrays:
        raced = [run, *_others(run, asked)]
        model = run.model(run.epochs[-1])
        names = [name for name, _parameter in model.named_parameters()]
        recorded = [[finite_weights(each.weights(epoch), names) for epoch in each.epochs] for each in raced]
        view, axes = _view(model, recorded)
        loss, surface = surface_of(run, model, view, progress)
        ends = torch.split(view.places, [len(each) for each in recorded])
        return {
            **surface,
            "axes": axes,
            "shares": view.shares,
            "paths": [
                {"epoch": each.epochs, "x": places[:, 0].tolist(), "y": places[:, 1].tolist(),
                 "loss": [loss.of(weights) for weights in kept]}
                for each, places, kept in zip(raced, ends, recorded, strict=True)
            ],
        }  # fmt: skip


def _others(run: FilmedRun, asked: Mapping[str, Any]) -> list[FilmedRun]:
    ids = asked.get("others", [])
    if not isinstance(ids, list) or len(ids) > MOST_RUNS:
        text = N_("{field} must be a list of at most {most} runs, but {received} came.")
        raise DlcoreError(Text(text, field="others", most=MOST_RUNS, received=repr(ids)[:80]))
    return [run.other(str(each)) for each in ids]


def _view(model: nn.Module, recorded: Sequence[Sequence[Weights]]) -> tuple[View, list[str]]:
    """What of the space of weights is shown around where the first run ended. Raises DlcoreError without a plane."""
    final, every = dict(recorded[0][-1]), [weights for way in recorded for weights in way]
    if sum(each.numel() for each in model.parameters()) == 2:
        return _whole(final, every)
    plane = plane_of([*every, final])
    places = plane.places[:-1]
    return View(final, plane.directions, around(places), [], places, plane.shares.tolist()), []


def _whole(final: dict[str, Tensor], every: Sequence[Weights]) -> tuple[View, list[str]]:
    """With two parameters the plane is all there is: one axis each."""
    names = [name if each.numel() == 1 else f"{name}[{number}]" for name, each in final.items()
             for number in range(each.numel())]  # fmt: skip
    flat = torch.stack([torch.cat([weights[name].flatten() for name in final]) for weights in every])
    end = torch.cat([each.flatten() for each in final.values()])
    first, second = (_unit(final, number) for number in range(2))
    places = (flat - end).double()
    return View(final, (first, second), around(places), [], places), names


def _unit(like: dict[str, Tensor], number: int) -> dict[str, Tensor]:
    """The direction in which one number alone grows."""
    flat = torch.zeros(2)
    flat[number] = 1.0
    parts = torch.split(flat, [each.numel() for each in like.values()])
    return {name: part.reshape(each.shape) for part, (name, each) in zip(parts, like.items(), strict=True)}
