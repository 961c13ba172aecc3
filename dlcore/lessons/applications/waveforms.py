"""Waveforms, speech's little sister: which kind of tone does a microphone hear?"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from numpy.random import default_rng
from torch import Tensor, nn

from dlcore.data.catalog.waveforms import LENGTH, Waves
from dlcore.i18n import N_, _, translate
from dlcore.lessons.applications.application import Classification, Facts, Learned, bars
from dlcore.lessons.board.marks import Trail
from dlcore.lessons.board.stages import Axis, Bars, Plane

SAMPLES, MILLISECONDS = 640, 250


class Waveforms(Classification):
    """Generated tones, by a convolution over time."""

    title = N_("Waveforms")
    right_is = N_("share of the tone that it is")
    preset = "waves"
    goal = ("accuracy", 0.85)
    facts = Facts(
        enters=N_("a sound: channels, moments"),
        leaves=N_("a share for each of eight kinds of tone"),
        layers=N_("1-D convolution, max pooling, 1-D convolution, dense"),
        loss=N_("cross entropy"),
        score=N_("accuracy; guessing gives 0.125"),
        fails=N_("soft tones in the hiss; and a microphone or a room other than those it learned from"),
    )

    def examples(self) -> tuple[Tensor, Tensor]:
        x, y = Waves(samples=SAMPLES).make(default_rng(0))
        return torch.tensor(x), torch.tensor(y)

    def network(self) -> nn.Module:
        return nn.Sequential(
            nn.Conv1d(1, 8, 9, 2), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(8, 16, 9, 2), nn.ReLU(), nn.Flatten(),
            nn.Linear(432, 8),
        ).double()  # fmt: skip

    def columns(self, learned: Learned, n: int) -> Mapping[str, Tensor]:
        return {"moments": torch.arange(LENGTH) * MILLISECONDS / LENGTH, "sound": learned.x[n]}

    def stages(self, learned: Learned, n: int) -> tuple[tuple[Plane], Bars]:
        names, right = [translate(each) for each in Waves().names], int(learned.y[n])
        curve = Plane(
            _("A sound goes in"), Axis(0, MILLISECONDS, _("time, ms"), (0, 100, 200)),
            Axis(-1.7, 1.7, _("sound pressure"), (-1, 0, 1)),
            (Trail("moments", "sound", says=_("the sound"), dot=False, width=1.5),),
            _("It is of this kind: {name}.", name=names[right]), aspect=1.8,
        )  # fmt: skip
        return (curve,), bars(_("A share for each kind of tone comes out"), names, right=right)

    def program(self) -> tuple[list[str], list[str], str]:
        net = "nn.Conv1d(1, 8, 9, 2), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(8, 16, 9, 2), nn.ReLU(), nn.Flatten()"
        each = SAMPLES // 8
        draw = f"waves(uniform(6, 20, ({each}, 1)) * time + uniform(0, 1, ({each}, 1)))[kind]"
        loud = f"uniform(0.4, 1, ({each}, 1)) + random.normal(0, 0.15, ({each}, {LENGTH}))"
        return (
            ["import numpy as np", "", f"random, time = np.random.default_rng(0), np.arange({LENGTH}) / {LENGTH}",
             "uniform, turn = random.uniform, 2 * np.pi", "def waves(c):",
             "    plain = [np.sin(turn * c), np.where(c % 1 < 0.5, 1, -1), 1 - 4 * abs(c % 1 - 0.5), 2 * (c % 1) - 1]",
             "    bent = [np.sin(turn * c * (0.5 + time)), np.sin(turn * c * (1.5 - time))]",
             "    return [*plain, *bent, np.sin(turn * c) * np.sin(3 * turn * time), np.where(c % 1 < 0.12, 1, 0)]",
             f"x = torch.tensor(np.stack([{draw} * {loud} for kind in range(8)])).reshape(-1, 1, {LENGTH})",
             f"y = torch.arange(8).repeat_interleave({each})"],
            [f"net = nn.Sequential({net}, nn.Linear(432, 8)).double()"], "cross_entropy(net(x[rows]), y[rows])",
        )  # fmt: skip
