"""Sentiment: does a short review praise or blame?"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from numpy.random import default_rng
from torch import Tensor, nn
from torch.nn import functional

from dlcore.data.catalog.reviews import LENGTH, Reviews
from dlcore.i18n import N_, _, current_language
from dlcore.lessons.applications.application import HELD, Application, Facts, Learned, bars
from dlcore.lessons.applications.reader import Reader
from dlcore.lessons.board.stages import Bars

SAMPLES, WIDTH, UNITS = 150, 8, 16


class Sentiment(Application):
    """Short reviews in the learner's language, by an LSTM that reads word by word."""

    title = N_("Sentiment")
    right_is = N_("probability of the verdict that is right")
    preset = "sentiment-lstm"
    goal = ("accuracy", 0.9)
    facts = Facts(
        enters=N_("a text: the numbers of its words, 0 in front of short ones"),
        leaves=N_("one number: the probability of praise"),
        layers=N_("embedding, LSTM, dense"),
        loss=N_("binary cross entropy with logits"),
        score=N_("accuracy; guessing gives 0.5"),
        fails=N_("words it never read, irony, long sentences; and these reviews come from a small grammar"),
    )
    rate, tall = 0.02, True

    def reviews(self) -> tuple[list[str], list[str]]:
        """The reviews, blame and praise in turn, and every word once; word 0 is the gap."""
        data = Reviews(samples=SAMPLES, noise=0, language="zh" if current_language() == "zh_CN" else "en")
        tokens, _verdicts = data.make(default_rng(0))
        texts = [" ".join(data.words[token] for token in row if token) for row in tokens]
        return texts, ["", *sorted(set(" ".join(texts).split()))]

    def examples(self) -> tuple[Tensor, Tensor]:
        texts, words = self.reviews()
        rows = [[words.index(word) for word in text.split()] for text in texts]
        x = torch.tensor([[0] * (LENGTH - len(row)) + row for row in rows])
        return x, torch.arange(len(x)) % 2

    def network(self) -> nn.Module:
        return Reader(len(self.reviews()[1]), WIDTH, UNITS, 1).double()

    def loss(self, made: Tensor, y: Tensor) -> Tensor:
        return functional.binary_cross_entropy_with_logits(made[:, -1, 0], y.double())

    def formula(self, learned: Learned, e: int, n: int) -> str:
        right, symbol = learned.right[e, n], r"\hat p" if learned.y[n] else r"(1 - \hat p)"
        return rf"L = -\log {symbol} = -\log {right:.3f} = {-right.log():.3f}"

    def right(self, made: Tensor, y: Tensor) -> Tensor:
        return torch.where(y == 1, made[:, :, -1, 0], -made[:, :, -1, 0]).sigmoid()

    def hits(self, made: Tensor, y: Tensor) -> Tensor:
        return (made[:, :, -1, 0] > 0) == y

    def words(self, learned: Learned, n: int) -> list[str]:
        """The words of a held-out review."""
        every = self.reviews()[1]
        return [every[token] for token in learned.x[n].tolist() if token]

    @torch.no_grad()
    def tables(self, learned: Learned, n: int) -> Mapping[str, Tensor]:
        words = learned.x[n][learned.x[n] > 0]
        rows = [torch.cat([words[:k], words[k + 1 :]]) for k in range(len(words))]
        fewer = functional.pad(torch.stack(rows), (LENGTH - len(words) + 1, 0))  # (K, L): each without one word
        praise = learned.made[:, n, -1:, 0].sigmoid()
        return {"praise": praise, "without": torch.stack([net(fewer)[:, -1, 0].sigmoid() for net in learned.models])}

    def stages(self, learned: Learned, n: int) -> tuple[tuple[Bars], Bars]:
        verdict = _("praise") if learned.y[n] else _("blame")
        said = _("The review is {verdict}. A word without which the verdict turns is one that counts.", verdict=verdict)
        read = bars(_("What it would say without this word: probability of praise"), self.words(learned, n), "without",
                    caption=said)  # fmt: skip
        return (read,), bars(_("The verdict on the whole review"), [_("praise")], "praise", int(learned.y[n]) - 1)

    def program(self) -> tuple[list[str], list[str], str]:
        texts, words = self.reviews()
        return (
            ["", f"reviews = {'|'.join(texts)!r}.split('|')  # blame and praise in turn",
             'words = ["", *sorted(set(" ".join(reviews).split()))]',
             "rows = [[words.index(word) for word in review.split()] for review in reviews]",
             f"x, y = torch.tensor([[0] * ({LENGTH} - len(row)) + row for row in rows]), torch.arange({SAMPLES}) % 2"],
            Reader.program(len(words), WIDTH, UNITS, 1),
            "binary_cross_entropy_with_logits(net(x[rows])[:, -1, 0], y[rows].double())",
        )  # fmt: skip

    def printing(self, n: int) -> list[str]:
        right = f"({'' if HELD * n % 2 else '-'}z[{n}]).sigmoid().item()"
        return [f"z = net(x[::{HELD}])[:, -1, 0]",
                f'print({right}, ((z > 0) == y[::{HELD}]).double().mean().item(), sep="\\n")']  # fmt: skip
