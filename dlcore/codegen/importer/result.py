"""A learner's code as layers, and a sentence about everything in it that is something else here."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from dlcore import network as stacks
from dlcore.codegen.importer import cards
from dlcore.codegen.importer.arguments import arguments
from dlcore.codegen.importer.cards import Cards
from dlcore.codegen.importer.fragment import FRAGMENT
from dlcore.codegen.importer.graph import Item
from dlcore.codegen.importer.network import LAST_ACTIVATIONS, Network
from dlcore.codegen.importer.sizes import Fit, Search
from dlcore.codegen.importer.source import parsed
from dlcore.codegen.importer.values import CannotRead, Unknown, Written
from dlcore.data.base import About
from dlcore.declaration import Shape
from dlcore.i18n import N_, Text
from dlcore.layers import Layer

ABSOLUTE_LOSSES = (
    "MSELoss",
    "mse_loss",
    "L1Loss",
    "l1_loss",
    "SmoothL1Loss",
    "smooth_l1_loss",
    "HuberLoss",
    "huber_loss",
)
MOST_NAMED = 8
OF_SCORES = ("CrossEntropyLoss", "cross_entropy", "NLLLoss", "nll_loss", "BCELoss", "binary_cross_entropy",
             "BCEWithLogitsLoss", "binary_cross_entropy_with_logits")  # fmt: skip


@dataclass(frozen=True)
class Note:
    """One sentence about a line of the code, or about all of it where `line` is None."""

    line: int | None
    text: Text


@dataclass
class ImportResult:
    """The layers that were read, and what was not.

    notes: what reads as something else, or was chosen. warnings: sizes in the code that contradict the data, by the
    place of the layer. name: the class that was read. choices: all that may be asked for by name; label: the one that
    was read.
    """

    layers: list[Layer] = field(default_factory=list)
    unread: list[Note] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    warnings: dict[int, Text] = field(default_factory=dict)
    name: str | None = None
    label: str | None = None
    choices: tuple[str, ...] = ()


def import_code(code: str, about: About | None = None, name: str | None = None) -> ImportResult:
    """The layers of a network written in torch. Never raises, and never runs the code.

    about: the data that the layers are for, where there are some; sizes that contradict them become warnings.
    name: the class or variable to read, where the file holds several networks.
    """
    result = ImportResult()
    try:
        tree = parsed(code)
        tails: dict[int, _Tail] = {}

        def trim(network: Network) -> list[Item]:
            tails[id(network)] = _Tail(network.items, _losses(tree), about)
            return tails[id(network)].items

        fit = Search(tree, name, trim).best(None if about is None else about.shape)
    except CannotRead as error:
        result.unread.append(Note(error.line, error.text))
        return result
    except RecursionError:
        result.unread.append(Note(1, Text(N_("brackets stand too deep in one another."))))
        return result
    tail = tails[id(fit.network)]
    _fill(result, fit, tail)
    if about is not None:
        _compare_with_data(result, fit.cards, tail.items, about)
    return result


def _fill(result: ImportResult, fit: Fit, tail: _Tail) -> None:
    network, found = fit.network, fit.cards
    result.name, result.layers = None if network.chosen.kind == FRAGMENT else network.chosen.kind, found.layers
    result.label = network.chosen.label
    result.choices = tuple(dict.fromkeys(each.label for each in network.choices))
    result.unread = [Note(each.line, each.text) for each in found.unread]
    result.unread += [Note(size.line, size.text()) for _number, size in found.sizes]
    result.unread += [Note(each.line, each.text) for _number, each in found.misfits]
    result.notes = [Note(line, text) for line, text in network.notes] + tail.notes + _chosen(network)
    if fit.shape is None and not result.unread:
        text = Text(
            N_("what the network receives cannot be told from the code: whether its sizes fit was not checked.")
        )
        result.notes.append(Note(None, text))
    if found.layers and found.layers[-1].kind != "output" and not result.unread:
        text = Text(N_("the code ends with {layer}; here a network ends with Output, a Linear that would be one more."),
                    layer=found.layers[-1].name)  # fmt: skip
        result.notes.append(Note(getattr(tail.items[-1], "line", None), text))
    if not found.layers and not result.unread:
        text = Text(N_("nothing is done to what comes in: there are no layers to read."))
        result.unread.append(Note(network.chosen.line, text))
    result.unread, result.notes = _in_order(result.unread), _in_order(result.notes)


def _in_order(notes: list[Note]) -> list[Note]:
    """By line, each sentence once."""
    return sorted(dict.fromkeys(notes), key=lambda note: note.line or 0)


def _chosen(network: Network) -> list[Note]:
    """Which network was read, where there are several."""
    others = [each.label for each in network.choices if each.label != network.chosen.label]
    if not others:
        return []
    named = ", ".join([*others[:MOST_NAMED], "…"] if len(others) > MOST_NAMED else others)
    text = Text(N_("{name} of line {line} is read; the code also holds {others}."), name=network.chosen.label,
                line=network.chosen.line, others=named)  # fmt: skip
    return [Note(network.chosen.line, text)]


def _compare_with_data(result: ImportResult, read: Cards, items: list[Item], about: About) -> None:
    """Sizes that the data will change."""
    wanted: Shape = stacks.wanted(about)
    for number, size in cards.read(items, about.shape, wanted, whole=True).sizes:
        if number in read.places:
            result.warnings.setdefault(read.places[number], size.text())


# The end of the network


class _Tail:
    """What stands behind the last Linear is left out where the loss applies it, or the task makes it of itself."""

    def __init__(self, items: list[Item], losses: set[str], about: About | None) -> None:
        self.items, self.notes = list(items), list[Note]()
        self._losses, self._about = losses, about
        self._leave_out_the_column()
        self._leave_out_the_activation()

    def _leave_out_the_column(self) -> None:
        last = self.items[-1] if self.items else None
        before = [each for each in self.items[:-1] if isinstance(each, Written) and each.name == "Linear"]
        if isinstance(last, Unknown) and last.column and before and arguments(before[-1]).get("out_features") == 1:
            text = Text(
                N_("the last axis stays here: targets are columns (N, 1), where the code makes rows (N,) of them.")
            )
            self.notes.append(Note(last.why.line, text))
            self.items = self.items[:-1]

    def _leave_out_the_activation(self) -> None:
        if len(self.items) < 2:
            return
        before, last = self.items[-2:]
        is_linear = isinstance(before, Written) and (before.name, before.module) == ("Linear", "torch.nn")
        if is_linear and isinstance(last, Written) and self._is_of_the_loss(last):
            text = Text(N_("{layer} after the last Linear is left out: the loss applies it itself."), layer=last.name)
            self.notes.append(Note(last.line, text))
            self.items = self.items[:-1]

    def _is_of_the_loss(self, item: Written) -> bool:
        if item.name not in LAST_ACTIVATIONS or item.settings.get("dim", 1) not in (1, -1, None):
            return False
        if item.arguments and item.arguments[0] not in (1, -1, None):
            return False
        if self._about is not None:
            tasks = ("binary", "multilabel") if item.name == "Sigmoid" else ("multiclass", "next-token")
            return self._about.task in tasks
        return not (self._losses & set(ABSOLUTE_LOSSES)) or bool(self._losses & set(OF_SCORES))


def _losses(tree: ast.Module) -> set[str]:
    """Names of losses that stand in the code."""
    names = {each.attr if isinstance(each, ast.Attribute) else each.id for each in ast.walk(tree)
             if isinstance(each, ast.Attribute | ast.Name)}  # fmt: skip
    return names & {*ABSOLUTE_LOSSES, *OF_SCORES}
