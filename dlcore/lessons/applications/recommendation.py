"""Recommendation: how many stars would a viewer give to a film that they have not seen?"""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np
import torch
from numpy.random import default_rng
from torch import Tensor, nn
from torch.nn import functional

from dlcore.data.catalog.recommendations import Films
from dlcore.figures import colours
from dlcore.i18n import N_, _
from dlcore.lessons.applications.application import HELD, Application, Facts, Learned
from dlcore.lessons.board.rasters import Raster, Rasters, Window
from dlcore.lessons.board.stages import Bar, Bars
from dlcore.lessons.threads import one_thread

VIEWERS, FILMS, RATINGS, WIDTH, HIDDEN = 30, 20, 1400, 8, 64
RECOMMENDED, NEAR, MOST = 4, 0.5, 5  # films, stars, stars


class Recommendation(Application):
    """Generated ratings, by embeddings of viewers and films."""

    title = N_("Recommendation")
    right_is = N_("stars that it foretells")
    preset = "films"
    goal = ("r2", 0.5)
    facts = Facts(
        enters=N_("two numbers: which viewer, which film"),
        leaves=N_("one number: the stars"),
        layers=N_("embedding of viewers and films, dense, dense"),
        loss=N_("mean squared error"),
        score=N_("the share of ratings foretold to within half a star"),
        fails=N_("a viewer or a film without ratings has learned nothing yet: the cold start"),
    )
    rate, batch, full, tall = 0.02, 128, 5.0, True

    def examples(self) -> tuple[Tensor, Tensor]:
        x, y = Films(samples=RATINGS, viewers=VIEWERS, films=FILMS).make(default_rng(0))
        pairs, first = np.unique(x, axis=0, return_index=True)  # nobody rates a film twice
        return torch.tensor(pairs), torch.tensor(y[first])

    def network(self) -> nn.Module:
        return nn.Sequential(
            nn.Embedding(VIEWERS + FILMS, WIDTH), nn.Flatten(), nn.Linear(2 * WIDTH, HIDDEN), nn.ReLU(),
            nn.Linear(HIDDEN, 1),
        ).double()  # fmt: skip

    def loss(self, made: Tensor, y: Tensor) -> Tensor:
        return functional.mse_loss(made[:, 0], y)

    def formula(self, learned: Learned, e: int, n: int) -> str:
        foretold, given = learned.right[e, n], learned.y[n]
        return rf"L = (\hat y - y)^2 = ({foretold:.2f} - {given:.2f})^2 = {(foretold - given) ** 2:.3f}"

    def right(self, made: Tensor, y: Tensor) -> Tensor:
        return made[..., 0]

    def hits(self, made: Tensor, y: Tensor) -> Tensor:
        return (made[..., 0] - y).abs() < NEAR

    def guess(self, y: Tensor) -> float:
        return ((y - y.mean()).abs() < NEAR).double().mean().item()

    def distance(self, right: Tensor, y: Tensor) -> Tensor:
        return (right - y).abs()

    def unseen(self, learned: Learned, viewer: int) -> list[int]:
        """Films that a viewer has given no stars, those foretold the most in the end first."""
        foretold = grids(learned)[-1, viewer] - 10 * (ratings(self)[viewer] > 0)
        return foretold.topk(RECOMMENDED).indices.tolist()

    def tables(self, learned: Learned, n: int) -> Mapping[str, Tensor]:
        viewer = int(learned.x[n, 0])
        recommended = grids(learned)[:, viewer, self.unseen(learned, viewer)]
        given = learned.y[n].expand(len(recommended), 1)
        return {"stars": torch.cat([given, learned.right[:, n, None], recommended], 1)}

    def columns(self, learned: Learned, n: int) -> Mapping[str, Tensor]:
        cells = torch.arange(VIEWERS * FILMS)
        return {"known": ratings(self), "foretold": grids(learned), "cells": cells}

    def stages(self, learned: Learned, n: int) -> tuple[tuple[Rasters], Bars]:
        viewer, film = int(learned.x[n, 0]), int(learned.x[n, 1]) - VIEWERS
        at = (Window(viewer, film, colour=colours.TROUBLE),)
        known = Raster(_("known stars"), ("known",), VIEWERS, FILMS, 0, MOST, "hue", at, width=150)
        every = Raster(_("foretold stars"), (f"at(foretold, e * {VIEWERS * FILMS} + cells)",), VIEWERS, FILMS, 0, MOST,
                       "hue", at, width=150)  # fmt: skip
        said = _("A row is a viewer, a column a film. The framed rating was held out. On the left there are gaps, on "
                 "the right none.")  # fmt: skip
        names = [_("film {number}", number=each + 1) for each in (film, *self.unseen(learned, viewer))]
        labels = [_("{film}, really", film=names[0]), _("{film}, foretold", film=names[0]), *names[1:]]
        hues = [colours.INK, colours.BEST, *[colours.TRAINING] * RECOMMENDED]
        rows = tuple(Bar(label, f"stars{k}", hue) for k, (label, hue) in enumerate(zip(labels, hues, strict=True)))
        return (Rasters(_("Ratings with gaps go in"), (known, "→", every), said),), Bars(
            _("Stars of viewer {number}", number=viewer + 1), rows, 0, MOST, 2,
            _("The first was held out. Blue: what it would recommend of all that is not seen yet."),
        )  # fmt: skip

    def program(self) -> tuple[list[str], list[str], str]:
        net = (f"nn.Embedding({VIEWERS + FILMS}, {WIDTH}), nn.Flatten(), nn.Linear({2 * WIDTH}, {HIDDEN}), nn.ReLU(), "
               f"nn.Linear({HIDDEN}, 1)")  # fmt: skip
        return (
            ["import numpy as np", "", "random = np.random.default_rng(0)",
             f"tastes, qualities = random.normal(0, 0.6, ({VIEWERS}, 4)), random.normal(0, 0.6, ({FILMS}, 4))",
             f"kind, good = random.normal(0, 0.3, {VIEWERS}), random.normal(0, 0.5, {FILMS})",
             f"viewer, film = random.integers(0, {VIEWERS}, {RATINGS}), random.integers(0, {FILMS}, {RATINGS})",
             "stars = 3 + kind[viewer] + good[film] + (tastes[viewer] * qualities[film]).sum(1)",
             f"stars = np.clip(stars + random.normal(0, 0.3, {RATINGS}), 1, 5)",
             f"x, first = np.unique(np.stack([viewer, {VIEWERS} + film], 1), axis=0, return_index=True)",
             "x, y = torch.tensor(x), torch.tensor(stars[first])"],
            [f"net = nn.Sequential({net}).double()"], "mse_loss(net(x[rows])[:, 0], y[rows])",
        )  # fmt: skip

    def printing(self, n: int) -> list[str]:
        score = f"((made - y[::{HELD}]).abs() < {NEAR}).double().mean().item()"
        return [f"made = net(x[::{HELD}])[:, 0]", f'print(made[{n}].item(), {score}, sep="\\n")']


@functools.lru_cache(maxsize=2)
@one_thread()
@torch.no_grad()
def grids(learned: Learned) -> Tensor:
    """The stars that the network of each tick foretells for all viewers and films. Shape: (T, viewers, films)."""
    pairs = torch.cartesian_prod(torch.arange(VIEWERS), VIEWERS + torch.arange(FILMS))
    return torch.stack([net(pairs)[:, 0].reshape(VIEWERS, FILMS) for net in learned.models])


def ratings(application: Recommendation) -> Tensor:
    """The stars that teach, (viewers, films); 0 where there are none, or where they are held out."""
    x, y = application.examples()
    teach = torch.arange(len(x)) % HELD > 0
    made = torch.zeros(VIEWERS, FILMS, dtype=torch.float64)
    made[x[teach, 0], x[teach, 1] - VIEWERS] = y[teach]
    return made
