"""What a network is used for: one application, its data, a small network that is trained here, and its board."""

from __future__ import annotations

import copy
import functools
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from dlcore.figures import colours
from dlcore.i18n import current_language
from dlcore.lessons.board.stages import Bar, Bars
from dlcore.lessons.threads import one_thread, seeded

TICKS = (0, 5, 10, 20, 30, 40, 60, 80, 120)  # steps of training after which it is looked at
HELD = 5  # of so many rows the first is held out: it judges, and never teaches
SPREAD, WORST = 6, 2  # examples that are shown: of those answered rightly in the end, and those answered worst


@dataclass(frozen=True, eq=False)
class Learned:
    """A network at each of TICKS. x (N, …), y (N,): the held-out rows; made (T, N, …): what it answers them."""

    x: Tensor
    y: Tensor
    made: Tensor
    models: list[nn.Module]
    right: Tensor  # (T, N): what the board says of the right answer, a share or a number of its unit
    hits: Tensor  # (T, N): whether it counts as right
    shown: list[int]  # the held-out rows that are shown

    @property
    def scores(self) -> Tensor:
        """(T,): the share of held-out rows that it answers rightly."""
        return self.hits.double().mean(1)


@dataclass(frozen=True)
class Facts:
    """What a table says of an application: msgids."""

    enters: str
    leaves: str
    layers: str
    loss: str
    score: str
    fails: str


class Application(ABC):
    """One application. Its rows, its network and the program of both stand in its class; the loop is that of all."""

    title: ClassVar[str]  # msgid
    right_is: ClassVar[str]  # msgid: what `right` of an example is called
    preset: ClassVar[str]
    goal: ClassVar[tuple[str, float]]  # a score of a run of the Studio, and what it is to reach
    facts: ClassVar[Facts]
    batch: ClassVar[int] = 32
    rate: ClassVar[float] = 0.01
    full: ClassVar[float] = 1.0  # the largest `right` there is
    tall: ClassVar[bool] = False  # whether what goes in needs the height of the board

    @abstractmethod
    def examples(self) -> tuple[Tensor, Tensor]:
        """All rows; every fifth, from the first on, is held out. Shapes: x (N, *shape), y (N, *shape)."""

    @abstractmethod
    def network(self) -> nn.Module:
        """The network with its first weights, in double numbers."""

    @abstractmethod
    def loss(self, made: Tensor, y: Tensor) -> Tensor:
        """What is made smaller. Shapes: made (N, *shape), what the network made of rows, and y (N, *shape) -> ()."""

    @abstractmethod
    def formula(self, learned: Learned, e: int, n: int) -> str:
        """The loss of one held-out row, in LaTeX, with its value at a tick."""

    @abstractmethod
    def right(self, made: Tensor, y: Tensor) -> Tensor:
        """What the board says of each right answer. Shapes: made (T, N, *shape), y (N,) -> (T, N)."""

    @abstractmethod
    def hits(self, made: Tensor, y: Tensor) -> Tensor:
        """(T, N): where the answer counts as right."""

    @abstractmethod
    def tables(self, learned: Learned, n: int) -> Mapping[str, Tensor]:
        """What bars show of the held-out row `n`: (T, K) each; `share3` on the board is row 3 of `share`."""

    @abstractmethod
    def stages(self, learned: Learned, n: int) -> tuple[tuple[Any, ...], Bars]:
        """What goes in, and what comes out, of the held-out row `n`."""

    def columns(self, learned: Learned, n: int) -> Mapping[str, Tensor]:
        """What else its stages draw."""
        return {}

    @abstractmethod
    def program(self) -> tuple[list[str], list[str], str]:
        """Plain torch: the lines of the data, those of the network, and the loss of `net(x[rows])` and `y[rows]`."""

    @abstractmethod
    def printing(self, n: int) -> list[str]:
        """Plain torch: the lines that print `right` of the held-out row `n`, and the score."""

    def look(self, net: nn.Module, x: Tensor) -> Tensor:
        """What is kept of the answers to held-out rows x (N, *shape). Shape: (N, *shape)."""
        made: Tensor = net(x)
        return made

    def answers(self, y: Tensor) -> Tensor:
        """(N,): the right answers to what is looked at."""
        return y

    def distance(self, right: Tensor, y: Tensor) -> Tensor:
        """(N,): how far from right each answer is."""
        return -right

    def guess(self, y: Tensor) -> float:
        """The score of who looks at nothing, and always gives the commonest of y (N,)."""
        return y.bincount().max().item() / len(y)

    def snippet(self, n: int, steps: int) -> list[str]:
        """The whole program: data, network, `steps` steps of training, and the two numbers of the board."""
        data, net, loss = self.program()
        trained = "layers" if net[-1].startswith("net = lambda") else "net"
        rows = f"{HELD} * torch.randint(len(x) // {HELD}, ({self.batch},)) + torch.randint(1, {HELD}, ({self.batch},))"
        return [
            "import torch", "from torch import nn", *data, "torch.manual_seed(0)", *net,
            f"optimizer = torch.optim.Adam({trained}.parameters(), lr={self.rate})", f"for step in range({steps}):",
            f"    rows = {rows}  # every fifth is held out", f"    loss = nn.functional.{loss}",
            "    optimizer.zero_grad(), loss.backward(), optimizer.step()", *self.printing(n),
        ]  # fmt: skip


class Classification(Application):
    """One of some classes: cross entropy, and the share that softmax gives to the right one."""

    def loss(self, made: Tensor, y: Tensor) -> Tensor:
        return functional.cross_entropy(made, y)

    def formula(self, learned: Learned, e: int, n: int) -> str:
        share = learned.right[e, n]
        return rf"L = -\log \hat p_y = -\log {share:.3f} = {-share.log():.3f}"

    def right(self, made: Tensor, y: Tensor) -> Tensor:
        return made.softmax(2).gather(2, y.expand(len(made), -1)[..., None])[..., 0]

    def hits(self, made: Tensor, y: Tensor) -> Tensor:
        return made.argmax(2) == y

    def tables(self, learned: Learned, n: int) -> Mapping[str, Tensor]:
        return {"share": learned.made[:, n].softmax(1)}

    def printing(self, n: int) -> list[str]:
        right = f"shares[{n}, y[{HELD * n}]].item()"
        return [f"shares = net(x[::{HELD}]).softmax(1)",
                f'print({right}, (shares.argmax(1) == y[::{HELD}]).double().mean().item(), sep="\\n")']  # fmt: skip


def bars(title: str, labels: list[str], name: str = "share", right: int = -1, caption: str = "") -> Bars:
    """A table as bars; the right answer's is green."""
    hues = [colours.BEST if number == right else colours.TRAINING for number in range(len(labels))]
    made = (Bar(label, f"{name}{number}", hue) for number, (label, hue) in enumerate(zip(labels, hues, strict=True)))
    return Bars(title, tuple(made), caption=caption)


def learned(application: Application) -> Learned:
    """What became of its network; trained once for each language, as some data have words."""
    return _learned(application, current_language())


@functools.lru_cache(maxsize=12)
@one_thread()
def _learned(application: Application, _language: str) -> Learned:
    x, y = application.examples()
    models = trained(application, x, y)
    with torch.no_grad():
        made = torch.stack([application.look(net, x[::HELD]) for net in models])
    answers = application.answers(y[::HELD])
    right, hits = application.right(made, answers), application.hits(made, answers)
    worst = application.distance(right[-1], answers).topk(WORST).indices.tolist()
    good = [n for n in hits[-1].nonzero()[:, 0].tolist() if n not in worst]
    spread = [good[place * (len(good) - 1) // (SPREAD - 1)] for place in range(SPREAD)]
    return Learned(x[::HELD], answers, made, models, right, hits, [*spread, *worst])


def trained(application: Application, x: Tensor, y: Tensor) -> list[nn.Module]:
    """Copies of its network after each of TICKS steps of Adam, on batches that hold no held-out row.

    Shapes: x (N, *shape), y (N, *shape).
    """
    kept = []
    with seeded(0):
        net, size = application.network(), (application.batch,)
        optimizer = torch.optim.Adam(net.parameters(), lr=application.rate)
        for step in range(TICKS[-1] + 1):
            if step in TICKS:
                kept.append(copy.deepcopy(net).eval())
            rows = HELD * torch.randint(len(x) // HELD, size) + torch.randint(1, HELD, size)
            loss = application.loss(net(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    return kept
