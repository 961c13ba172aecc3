"""Text generation: which character comes next, and next, and next?"""

from __future__ import annotations

import functools
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from dlcore.i18n import N_, _
from dlcore.lessons.applications.application import HELD, TICKS, Classification, Facts, Learned, bars
from dlcore.lessons.applications.reader import Reader
from dlcore.lessons.board.stages import Bars, Code
from dlcore.lessons.character_models import LENGTH, LETTERS, READ, tokens
from dlcore.lessons.sequence_board import letter
from dlcore.lessons.threads import one_thread

WIDTH, UNITS = 16, 32
SHOWN, WRITTEN, TEMPERATURE = 10, 48, 0.5


class Generation(Classification):
    """Python's own documentation, by an LSTM that foretells characters and writes on."""

    title = N_("Text generation")
    right_is = N_("share of the character that really comes")
    preset = "manual-lstm"
    goal = ("loss", 2.2)
    facts = Facts(
        enters=N_("a text: the numbers of its characters"),
        leaves=N_("a share for each character that may come next; drawn from again and again, they write a text"),
        layers=N_("embedding, LSTM, dense at every character"),
        loss=N_("cross entropy at every character"),
        score=N_("the share of next characters that it foretells; large models are judged by the loss itself"),
        fails=N_("it writes what sounds likely, true or not; it knows only what it has read"),
    )
    rate, batch = 0.03, 12

    def examples(self) -> tuple[Tensor, Tensor]:
        ids = tokens()
        rows = (len(ids) - 1) // LENGTH
        return ids[: rows * LENGTH].reshape(rows, LENGTH), ids[1 : rows * LENGTH + 1].reshape(rows, LENGTH)

    def network(self) -> nn.Module:
        return Reader(len(LETTERS), WIDTH, UNITS, len(LETTERS)).double()

    def loss(self, made: Tensor, y: Tensor) -> Tensor:
        return functional.cross_entropy(made.transpose(1, 2), y)

    def look(self, net: nn.Module, x: Tensor) -> Tensor:
        made: Tensor = net(x)[:, -1]
        return made

    def answers(self, y: Tensor) -> Tensor:
        return y[:, -1]

    def likeliest(self, learned: Learned, n: int) -> list[int]:
        """The characters that are expected most at any tick, and the one that comes: their numbers."""
        most = learned.made[:, n].softmax(1).amax(0)
        most[learned.y[n]] = 1
        return sorted(most.topk(SHOWN).indices.tolist())

    def tables(self, learned: Learned, n: int) -> Mapping[str, Tensor]:
        return {"share": learned.made[:, n].softmax(1)[:, self.likeliest(learned, n)]}

    def stages(self, learned: Learned, n: int) -> tuple[tuple[Code], Bars]:
        shown, right = self.likeliest(learned, n), int(learned.y[n])
        lines = [f"{step:>3} {line}" for step, line in zip(TICKS, written(learned, n), strict=True)]
        writes = Code(_("How it writes on, after so many steps of training"), tuple(lines), "e",
                      caption=_("It has read: {passage}", passage=f"«{readable(learned.x[n])}»"))  # fmt: skip
        letters, said = [letter(LETTERS[each]) for each in shown], _("Green: the character that really comes.")
        return (writes,), bars(_("What comes next?"), letters, right=shown.index(right), caption=said)

    def program(self) -> tuple[list[str], list[str], str]:
        joined = '"\\n".join(topics[name] for name in sorted(topics)).lower()'
        return (
            ["from pydoc_data.topics import topics", "", f"text, letters = {joined}, {LETTERS!r}",
             f"ids = torch.tensor([letters.index(each) for each in text[:{READ}] if each in letters])",
             f"rows = (len(ids) - 1) // {LENGTH}",
             f"x, y = (ids[n : n + rows * {LENGTH}].reshape(rows, {LENGTH}) for n in (0, 1))"],
            Reader.program(len(LETTERS), WIDTH, UNITS, len(LETTERS)),
            "cross_entropy(net(x[rows]).transpose(1, 2), y[rows])",
        )  # fmt: skip

    def printing(self, n: int) -> list[str]:
        score = "(shares.argmax(1) == y).double().mean().item()"
        return [f"shares, y = net(x[::{HELD}])[:, -1].softmax(1), y[::{HELD}, -1]",
                f'print(shares[{n}, y[{n}]].item(), {score}, sep="\\n")']  # fmt: skip


def readable(ids: Tensor) -> str:
    """Characters by their numbers ids (L,), in one line."""
    return "".join(LETTERS[each] for each in ids.tolist()).replace("\n", "⏎")


@functools.lru_cache(maxsize=16)
@one_thread()
def written(learned: Learned, n: int) -> list[str]:
    """What the network of each tick writes on after the held-out passage `n`, drawn at a low temperature."""
    return [readable(continued(net, learned.x[n : n + 1])) for net in learned.models]


@torch.no_grad()
def continued(net: nn.Module, x: Tensor) -> Tensor:
    """WRITTEN more characters after x (1, L), each drawn from the shares that the network gives it. -> (WRITTEN,)."""
    draw, made = torch.Generator().manual_seed(0), x
    for _each in range(WRITTEN):
        shares = torch.softmax(net(made[:, -LENGTH:])[0, -1] / TEMPERATURE, 0)
        made = torch.cat([made, torch.multinomial(shares, 1, generator=draw)[None]], 1)
    return made[0, x.shape[1] :]
