"""Models that foretell the next character of Python's documentation, trained here within a second; and what is in them.

Recurrent ones carry a state from character to character; attention looks back at all of them. Each is trained with
single numbers (float32) and looked into with double ones.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from dlcore import network
from dlcore.data.catalog.docs_text import ALPHABET
from dlcore.experiment import Experiment
from dlcore.lessons.now import Trained
from dlcore.lessons.threads import one_thread, seeded

LETTERS = '\n ",.abcdefghijklmnopqrstuvwxyz'
READ, LENGTH, BATCH, RATE = 40_000, 24, 32, 0.02  # characters of the text, of a passage, passages of a step
WIDTH, UNITS, HEADS = 16, 16, 2
PASSAGES = {"statement": "the if statement is used ", "object": "the value of the object i",
            "class": "a class definition is an "}  # fmt: skip


@functools.cache
def tokens() -> Tensor:
    """Python's documentation as numbers of `LETTERS`, (N,) int64; other characters are left out."""
    from pydoc_data.topics import topics

    text = "\n".join(topics[name] for name in sorted(topics)).lower()
    return torch.tensor([LETTERS.index(each) for each in text[:READ] if each in LETTERS])


@dataclass(frozen=True)
class Seen:
    """A passage of L characters, and what a model made of it, all (L, ·).

    logits (L, V) of the next character; tables (L, H) by name, of a recurrent model; attention (heads, L, L).
    """

    letters: str  # V
    text: str  # L + 1: the last is what comes after
    logits: Tensor
    tables: dict[str, Tensor]
    attention: Tensor | None = None


class CharacterModel(nn.Module):
    """Embedding, one layer that reads, and a dense layer. kind: RNN, LSTM, GRU or MultiheadAttention."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self.embed = nn.Embedding(len(LETTERS), WIDTH)
        if kind == "MultiheadAttention":
            self.place = nn.Embedding(LENGTH, WIDTH)
            self.reader: nn.Module = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
        else:
            self.reader = getattr(nn, kind)(WIDTH, UNITS, batch_first=True)
        self.out = nn.Linear(WIDTH, len(LETTERS))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (N, L, V) of tokens (N, L), and the states (N, L, H) or the attention (N, heads, L, L)."""
        vectors = self.embed(x)
        if self.kind != "MultiheadAttention":
            states = self.reader(vectors)[0]
            return self.out(states), states
        vectors = vectors + self.place.weight[: x.shape[1]]
        later = torch.ones(x.shape[1], x.shape[1]).triu(1).bool()
        made, weights = self.reader(vectors, vectors, vectors, attn_mask=later, average_attn_weights=False)
        return self.out(vectors + made), weights


@functools.lru_cache(maxsize=16)
def trained(kind: str, steps: int) -> CharacterModel:
    """A model after so many steps of Adam from seed 0, in double numbers."""
    with one_thread(), seeded(0):
        model, ids = CharacterModel(kind), tokens()
        optimizer = torch.optim.Adam(model.parameters(), RATE)
        for _step in range(steps):
            batch = ids[torch.randint(len(ids) - LENGTH, (BATCH, 1)) + torch.arange(LENGTH + 1)]
            loss = functional.cross_entropy(model(batch[:, :-1])[0].transpose(1, 2), batch[:, 1:])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    return model.double().eval()


@functools.lru_cache(maxsize=64)
def seen(kind: str, steps: int, passage: str) -> Seen:
    """What a model of the lesson made of a passage."""
    model, text = trained(kind, steps), PASSAGES[passage]
    x = torch.tensor([[LETTERS.index(each) for each in text[:-1]]])
    with torch.no_grad():
        logits, inside = model(x)
        if kind == "MultiheadAttention":
            return Seen(LETTERS, text, logits[0], {}, inside[0])
        return Seen(LETTERS, text, logits[0], gates(model.reader, model.embed(x)[0], inside[0]))


def gates(reader: nn.Module, x: Tensor, states: Tensor) -> dict[str, Tensor]:
    """What a recurrent layer computes on its way, (L, H) each, for its inputs (L, E) and its states h (L, H).

    before: the state of the character before. RNN: into, kept, the two sums within tanh. GRU: reset r, update z, new
    n. LSTM: input i, forget f, new g, output o, and its cell c, cell_before.
    """
    assert isinstance(reader, nn.RNNBase)
    before = torch.cat([torch.zeros_like(states[:1]), states[:-1]])
    weights = dict(reader.named_parameters())
    into = x @ weights["weight_ih_l0"].T + weights["bias_ih_l0"]
    kept = before @ weights["weight_hh_l0"].T + weights["bias_hh_l0"]
    found = {"h": states, "before": before}
    if isinstance(reader, nn.LSTM):
        i, f, g, o = (into + kept).chunk(4, 1)
        i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
        cells = [torch.zeros_like(i[0])]
        for step in range(len(x)):
            cells.append(f[step] * cells[-1] + i[step] * g[step])
        return found | {"i": i, "f": f, "g": g, "o": o, "cell": torch.stack(cells[1:]),
                        "cell_before": torch.stack(cells[:-1])}  # fmt: skip
    if isinstance(reader, nn.GRU):
        (r, z, n), (r_kept, z_kept, n_kept) = into.chunk(3, 1), kept.chunk(3, 1)
        r, z = (r + r_kept).sigmoid(), (z + z_kept).sigmoid()
        return found | {"r": r, "z": z, "n": (n + r * n_kept).tanh()}
    return found | {"into": into, "kept": kept}


def can_be_seen(experiment: Experiment) -> bool:
    """Whether a network foretells the characters of the documentation, and attends."""
    attends = any("TransformerEncoder" in layer.name or "Attention" in layer.name for layer in experiment.network)
    return experiment.dataset.source.name == "manual" and attends


@functools.lru_cache(maxsize=16)
def seen_by(own: Trained, passage: str) -> Seen:
    """What a network of the learner's own made of a passage; the heads of its layers one after another."""
    model = network.build(own.experiment)
    model.load_state_dict(dict(own.weights))
    model.double().eval()
    text = PASSAGES[passage]
    x = torch.tensor([[ALPHABET.index(each) for each in text[:-1]]])
    found: list[Tensor] = []

    def look(module: nn.MultiheadAttention, given: tuple[Any, ...], named: dict[str, Any]) -> None:
        told = {**named, "need_weights": True, "average_attn_weights": False}
        weights = module.forward(*given, **told)[1]
        assert weights is not None
        found.append(weights[0])

    for module in model.modules():
        if isinstance(module, nn.MultiheadAttention):
            module.register_forward_pre_hook(look, with_kwargs=True)
    with torch.no_grad():
        logits = model(x)[0]
    heads = torch.cat(found)
    return Seen(ALPHABET, text, logits if logits.shape[0] == len(text) - 1 else logits.T, {}, heads.double())


def written(kind: str, steps: int, passage: str, temperature: float, count: int = 120, seed: int = 0) -> str:
    """What a model of the lesson writes on after a passage, a character at a time."""
    model, text = trained(kind, steps), PASSAGES[passage]
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for _each in range(count):
            x = torch.tensor([[LETTERS.index(each) for each in text[-LENGTH:]]])
            shares = torch.softmax(model(x)[0][0, -1] / temperature, 0)
            text += LETTERS[int(torch.multinomial(shares, 1, generator=draw))]
    return text
