"""The board of a model that reads characters: its states or its attention, and what it expects next."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from dlcore.figures import colours
from dlcore.i18n import _
from dlcore.lessons.board.board import Board, Frames, Readout, Slider
from dlcore.lessons.board.rasters import Raster, Rasters, Window
from dlcore.lessons.board.stages import Bar, Bars
from dlcore.lessons.character_models import Seen

SHOWN = 12  # letters whose shares are drawn, the likeliest ones
# What a state is made of, by the tables of its kind: symbol, and expression of what stands at a place.
SUMS = {
    "RNN": {"into": "at(into_of, place)", "kept": "at(kept_of, place)", "h": "tanh(into + kept)"},
    "GRU": {"z": "at(z_of, place)", "n": "at(n_of, place)", "before": "at(before_of, place)",
            "h": "(1 - z) * n + z * before"},
    "LSTM": {"f": "at(f_of, place)", "cell_before": "at(cell_before_of, place)", "i": "at(i_of, place)",
             "g": "at(g_of, place)", "o": "at(o_of, place)", "cell": "f * cell_before + i * g", "h": "o * tanh(cell)"},
}  # fmt: skip
SYMBOLS = {"into": "Wx + b", "kept": "Uh₋₁ + b", "h": "h", "z": "z", "n": "n", "before": "h₋₁", "f": "f",
           "cell_before": "c₋₁", "i": "i", "g": "g", "o": "o", "cell": "c"}  # fmt: skip
GATE = {"LSTM": "f", "GRU": "z"}


def letter(character: str) -> str:
    """A character that can be seen."""
    return {" ": "␣", "\n": "⏎"}.get(character, character)


def likeliest(seen: Seen) -> list[int]:
    """The letters that are expected most somewhere in the passage, in the order of the alphabet: numbers of them."""
    most = torch.softmax(seen.logits, 1).amax(0)
    return sorted(most.topk(SHOWN).indices.tolist())


def truth(seen: Seen, kind: str, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """What torch makes of the values of the board: `t` the position, `unit` or `back` the row, `T` the temperature."""
    t = int(at["t"])
    shares = torch.softmax(seen.logits / at["T"], 1)  # (L, V)
    right = seen.letters.index(seen.text[t + 1])
    made = {
        "total": (seen.logits / at["T"]).exp().sum(1), "right": shares[t, right],
        "shares": shares[:, likeliest(seen)].T.flatten(),
        **{f"e{n}": shares[t, number] for n, number in enumerate(likeliest(seen))},
    }  # fmt: skip
    if seen.attention is not None:
        return made | {"weight": head_of(seen, at)[t, int(at["back"])]}
    place = (t, int(at["unit"]))
    found = {name: seen.tables[name][place] for name in SUMS[kind]}
    return made | found | {"place": torch.tensor(float(t * seen.tables["h"].shape[1] + place[1])).double()}


def head_of(seen: Seen, at: Mapping[str, Tensor]) -> Tensor:
    """The attention (L, L) of the head that the board's values say, the last for one that there is not."""
    assert seen.attention is not None
    return seen.attention[min(int(at["head"]), len(seen.attention)) - 1]


def definitions(seen: Seen, kind: str) -> dict[str, str]:
    """The same in the grammar of boards."""
    letters, length = range(len(seen.letters)), len(seen.text) - 1
    made = {
        "total": " + ".join(f"exp(l{n} / T)" for n in letters),
        "right": "exp(at(rights, t) / T) / at(total, t)",
        "shares": "exp(shown / T) / at(total, across)",
        **{f"e{n}": f"at(shares, {n * length} + t)" for n in range(SHOWN)},
    }
    if seen.attention is not None:
        heads = len(seen.attention)
        return made | {"weight": f"at(attention, (min(head, {heads}) - 1) * {length * length} + t * {length} + back)"}
    return made | {"place": f"t * {seen.tables['h'].shape[1]} + unit", **SUMS[kind]}


def columns(seen: Seen) -> dict[str, list[float]]:
    """The tables of torch's numbers."""
    length, shown = len(seen.text) - 1, likeliest(seen)
    rights = [seen.letters.index(each) for each in seen.text[1:]]
    tables = {
        **{f"l{n}": seen.logits[:, n] for n in range(len(seen.letters))},
        "rights": seen.logits[range(length), rights], "shown": seen.logits[:, shown].T,
        **{f"{name}_of": table for name, table in seen.tables.items()},
        **{f"{name}_map": seen.tables[name].T for name in ("h", *GATE.values()) if name in seen.tables},
        **({"attention": seen.attention} if seen.attention is not None else {}),
    }  # fmt: skip
    across = {"across": [float(n % length) for n in range(SHOWN * length)],
              "cells": [float(n) for n in range(length * length)]}  # fmt: skip
    return {name: table.flatten().tolist() for name, table in tables.items()} | across


def board(seen: Seen, kind: str, measured: Mapping[str, float]) -> Board:
    """What the model carries or looks at, and what it expects."""
    length = len(seen.text) - 1
    knobs = [Slider("t", "t", _("position"), 0, length - 1, 1, 0, hidden=True),
             Slider("T", "T", _("temperature"), 0.2, 3, 0.05)]  # fmt: skip
    readouts = [Readout("right", _("share of the character that really comes"), "right", 3, 1.0)]
    if seen.attention is None:
        inside, sums = states(seen, kind), [sum_of(kind)]
        knobs.append(Slider("unit", "", _("unit"), 0, seen.tables["h"].shape[1] - 1, 1, 0, hidden=True))
    else:
        inside, sums = looks(seen), []
        knobs += [Slider("back", "", _("looked at"), 0, length - 1, 1, 0, hidden=True),
                  Slider("head", "h", _("head"), 1, max(2, len(seen.attention)), 1, 0)]  # fmt: skip
        readouts.append(Readout("weight", _("attention of the row's character to the column's"), "weight", 3, 1.0))
    return Board(
        main=(inside,), side=(*sums, expected(seen)), knobs=tuple(knobs), readouts=tuple(readouts),
        columns=columns(seen), definitions=definitions(seen, kind), measured=measured,
        frames=Frames(length, 6, {"t": [float(n) for n in range(length)]}, 5, _("position {frame}", frame="{frame}")),
    )  # fmt: skip


def names(seen: Seen) -> dict[int, str]:
    """The characters of the passage."""
    return {n: letter(each) for n, each in enumerate(seen.text[:-1])}


def states(seen: Seen, kind: str) -> Rasters:
    """The state after each character, a row a unit; and the gate that keeps it, where there is one."""
    length, units = seen.tables["h"].shape
    picked = {"unit": "py", "t": "px"}
    here = Window("unit", "t", colour=colours.TROUBLE)
    state = Raster(
        _("state h: a row is a unit"), ("h_map",), units, length, -1, 1, "signed", (Window(0, "t", units), here),
        picked, ("unit", "t"), column_names=names(seen), width=425,
    )  # fmt: skip
    said = {"LSTM": _("forget gate f: dark keeps the cell"), "GRU": _("update gate z: dark keeps the state")}
    gate = tuple(
        Raster(said[kind], (f"{name}_map",), units, length, 0, 1, "hue", (here,), picked, width=425)
        for name in GATE.get(kind, "")
    )
    told = _("Play it: character by character, the network makes a new state of the old one. Blue is positive, brown "
             "negative.")  # fmt: skip
    return Rasters(_("Unrolled over the characters"), (state, *gate), told)


def looks(seen: Seen) -> Rasters:
    """Of each character (row), how much it looks at those before it (columns)."""
    assert seen.attention is not None
    length = len(seen.text) - 1
    value = f"at(attention, (min(head, {len(seen.attention)}) - 1) * {length * length} + cells)"
    grid = Raster(_("a row is a character; it looks at the columns"), (value,), length, length, 0, 0.6, "hue",
                  (Window("t", 0, 1, length), Window("t", "back", colour=colours.TROUBLE)), {"t": "py", "back": "px"},
                  ("t", "back"), names(seen), names(seen), 425)  # fmt: skip
    said = _("The weights of a row add up to 1. Nothing looks ahead: what comes later is masked.")
    return Rasters(_("Who looks at whom"), (grid,), said)


def sum_of(kind: str) -> Bars:
    """What makes the state of the chosen unit."""
    hues = {"h": colours.BEST, "cell": colours.VALIDATION}
    bars = tuple(Bar(SYMBOLS[name], name, hues.get(name, colours.TRAINING)) for name in SUMS[kind])
    return Bars(_("The chosen unit after this character"), bars, -3, 3)


def expected(seen: Seen) -> Bars:
    """What is expected after the character at the position."""
    shown = [letter(seen.letters[number]) for number in likeliest(seen)]
    bars = tuple(Bar(character, f"e{n}") for n, character in enumerate(shown))
    return Bars(_("What comes next, at this temperature"), bars)
