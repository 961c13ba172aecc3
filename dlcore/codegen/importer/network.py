"""The network of a file as the stack of layers that its forward goes through, for an input of a given size."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import Any

from dlcore.codegen.importer import choice, modules, objects, tensor_basics
from dlcore.codegen.importer.cards import has_weights
from dlcore.codegen.importer.choice import Candidate
from dlcore.codegen.importer.fragment import FRAGMENT
from dlcore.codegen.importer.graph import Item, inside, stack
from dlcore.codegen.importer.interpreter import FROZEN, Interpreter
from dlcore.codegen.importer.modules import RANDOM
from dlcore.codegen.importer.python_interpreter import PythonInterpreter
from dlcore.codegen.importer.values import (
    CannotRead,
    Instance,
    Node,
    Numbers,
    Tensor,
    TooMuch,
    Unknown,
    UserClass,
    Written,
    children,
)
from dlcore.declaration import Shape
from dlcore.i18n import N_, Text

LAST_ACTIVATIONS = ("Softmax", "LogSoftmax", "Sigmoid")  # what losses apply themselves
Remark = tuple[int | None, Text]


@dataclass
class Network:
    """Layers in order, and what is to be said of the code beside them."""

    items: list[Item]
    chosen: Candidate
    choices: list[Candidate]
    notes: list[Remark] = field(default_factory=list)
    called_with: Numbers | None = None  # a tensor of numbers that the code sends through it
    takes_any_rank: bool = False  # whether it asks how many axes there are


def followed(tree: ast.Module, wanted: str | None, shape: Shape | None) -> Network:
    """The network of a file. Raises CannotRead where there is none, or no stack of layers does the same."""
    try:
        learning, interpreter = _one_way(tree, wanted, shape, True)
        line = interpreter.asked_for_training
        if line is not None:
            using, _interpreter = _one_way(tree, wanted, shape, False)
            learning.items = _both(learning, using.items, line)
    except RecursionError:
        raise TooMuch(Text(N_("brackets stand too deep in one another.")), 1) from None
    learning.notes += [*_frozen(tree), *_hooked(tree)]
    learning.notes += [
        _never_rests(each) for each in inside(learning.items) if isinstance(each, Written) and each.always
    ]
    return learning


def _one_way(tree: ast.Module, wanted: str | None, shape: Shape | None, training: bool) -> tuple[Network, Interpreter]:
    interpreter = PythonInterpreter(shape, training)
    interpreter.run(tree)
    chosen, found = choice.choose(interpreter, wanted)
    node = ast.Name(chosen.label or "model", ast.Load(), lineno=chosen.line)
    module = _object(interpreter, chosen, node)
    start = Tensor(Node(None, (), chosen.line))
    end = modules.apply(interpreter, module, [start], {}, node)
    chosen = replace(chosen, value=module) if chosen.kind == FRAGMENT else chosen
    made = Network([], chosen, found, list(interpreter.notes), interpreter.called.get(id(module)))
    made.takes_any_rank = interpreter.asked_for_rank
    made.items = stack(_output(end, made, node).node)
    if not any(isinstance(each, Unknown) for each in inside(made.items)):
        made.notes += _weights_elsewhere(module, made.items)
    made.notes += _shared(made.items)
    return made, interpreter


def _object(interpreter: Interpreter, chosen: Candidate, node: ast.AST) -> Any:
    module = chosen.value
    if isinstance(module, UserClass):
        module = objects.instantiate(interpreter, module, [], {}, node)
    if isinstance(module, Instance) and module.kind.name == FRAGMENT and not objects.method(module.kind, "forward"):
        child = choice.only_child(module)
        if child is None:
            raise CannotRead(Text(N_("in which order x goes through these layers is not said: forward is missing.")), 1)
        return child
    return module


def _output(end: Any, made: Network, node: ast.AST) -> Tensor:
    """The tensor that forward gives back. Raises CannotRead."""
    end = tensor_basics.of_state(end)
    if isinstance(end, tuple | list) and end and isinstance(tensor_basics.of_state(end[0]), Tensor):
        count = len(end)
        text = Text(N_("forward gives {count} values back; only the first is read."), count=count)
        end = tensor_basics.of_state(end[0])
        made.notes.append((end.node.line, text))
    if isinstance(end, Unknown):
        raise end.why
    if not isinstance(end, Tensor):
        raise CannotRead(Text(N_("what forward gives back is not followed.")), getattr(node, "lineno", 1))
    return end


def held(tree: ast.Module, wanted: str | None) -> list[Item]:
    """The layers that the network of a file holds, in the order in which they were made. Raises CannotRead."""
    interpreter = PythonInterpreter()
    interpreter.run(tree)
    chosen, _found = choice.choose(interpreter, wanted)
    module = _object(interpreter, chosen, ast.Name(chosen.label or "model", ast.Load(), lineno=chosen.line))
    return [item for _key, (_label, item) in _held(module, "", set())]


# While learning, and in use


def _both(learning: Network, using: list[Item], line: int) -> list[Item]:
    """One stack for both ways through forward. Raises CannotRead where they differ by more than dropout."""
    here, there = _without_dropout(learning.items), _without_dropout(using)
    if _alike(here, there):
        return learning.items
    if _alike(_without_dropout(learning.items, always=True), there):  # if self.training: x = F.dropout(x)
        for each in learning.items:
            if isinstance(each, Written):
                each.always = False
        return learning.items
    for longer, shorter in ((there, here), (here, there)):
        last = longer[-1] if longer else None
        if not isinstance(last, Written) or last.name not in LAST_ACTIVATIONS or not _alike(longer[:-1], shorter):
            continue
        text = Text(N_("{layer} after the last Linear is left out: the loss applies it itself."), layer=last.name)
        learning.notes.append((last.line, text))
        return learning.items if longer is there else [each for each in learning.items if each is not last]
    raise CannotRead(
        Text(N_("forward goes different ways while it learns and in use: a stack of layers has one.")), line
    )


def _without_dropout(items: list[Item], always: bool = False) -> list[Item]:
    """What is left in use; of what drops there, too, only where `always`."""
    return [each for each in items if isinstance(each, Unknown) or each.name not in RANDOM or (each.always > always)]


def _alike(first: Any, second: Any) -> bool:
    """Whether two ways through a file met the same layers."""
    if isinstance(first, Written) and isinstance(second, Written):
        same = (first.name, first.line, first.always) == (second.name, second.line, second.always)
        return same and _alike(first.arguments, second.arguments) and _alike(first.settings, second.settings)
    if isinstance(first, list | tuple) and isinstance(second, list | tuple):
        return len(first) == len(second) and all(_alike(a, b) for a, b in zip(first, second, strict=True))
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(_alike(first[name], second[name]) for name in first)
    if isinstance(first, Unknown) and isinstance(second, Unknown):
        return (first.why.line, str(first.why)) == (second.why.line, str(second.why))
    return bool(first == second)


# Weights


def _shared(items: list[Item]) -> list[Remark]:
    """Layers that stand in the stack twice, and are one in the code."""
    used = [each for each in inside(items) if isinstance(each, Written) and has_weights(each)]
    counts: dict[int, tuple[Written, int]] = {}
    for each in used:
        counts[id(each)] = (each, counts.get(id(each), (each, 0))[1] + 1)
    return [
        (each.line, Text(N_("{layer} of line {line} is used {count} times with the same weights; here each card learns "
                            "weights of its own."), layer=each.name, line=each.line, count=count))
        for each, count in counts.values()
        if count > 1
    ]  # fmt: skip


def _hooked(tree: ast.Module) -> list[Remark]:
    """A hook may put something else in place of what a layer gives."""
    lines = [each.lineno for each in ast.walk(tree) if isinstance(each, ast.Call)
             and isinstance(each.func, ast.Attribute) and each.func.attr.startswith("register_forward_")]  # fmt: skip
    return [(line, Text(N_("what a hook does is not read."))) for line in lines]


def _frozen(tree: ast.Module) -> list[Remark]:
    """`p.requires_grad = False` is a wish that no card fulfils."""
    found = [
        each.lineno
        for each in ast.walk(tree)
        if (
            isinstance(each, ast.Assign)
            and any(isinstance(target, ast.Attribute) and target.attr == "requires_grad" for target in each.targets)
            and not (isinstance(each.value, ast.Constant) and each.value.value is True)
        )
        or (
            isinstance(each, ast.Call)
            and isinstance(each.func, ast.Attribute)
            and each.func.attr == "requires_grad_"
            and any(isinstance(one, ast.Constant) and one.value is False for one in each.args)
        )
    ]
    return [(line, Text(FROZEN)) for line in found]


def _never_rests(item: Written) -> Remark:
    text = Text(N_("{layer} of line {line} drops in use, too, as it is not told training=self.training; the card rests "
                   "then."), layer=item.name, line=item.line)  # fmt: skip
    return item.line, text


def _weights_elsewhere(module: Any, items: list[Item]) -> list[Remark]:
    """Layers that the network holds and does not use, and those it uses and does not hold."""
    held = dict(_held(module, "", set()))
    used = {id(each.origin if isinstance(each, Written) else each): each for each in inside(items)}
    notes: list[Remark] = []
    for key, (label, item) in held.items():
        if key not in used and has_weights(item):
            line = item.line if isinstance(item, Written) else item.why.line
            text = Text(N_("{name} is made, but forward does not use it: it is left out."), name=label)
            notes.append((line, text))
    for key, each in used.items():
        if isinstance(each, Written) and key not in held and has_weights(each):
            text = Text(N_("{layer} of line {line} is not registered with the module, so that torch would not train it "
                           "(a plain list is no nn.ModuleList); the card learns."), layer=each.name,
                               line=each.line)  # fmt: skip
            notes.append((each.line, text))
    return notes


def _held(module: Any, label: str, seen: set[int]) -> list[tuple[int, tuple[str, Written | Unknown]]]:
    """The layers that torch would register, by identity, with the name of each."""
    if isinstance(module, Written | Unknown):
        inner = [each for each in getattr(module, "arguments", ()) if isinstance(each, Written)]
        return [(id(module), (label or "layer", module)), *((id(each), (label, each)) for each in inner[:0])]
    found: list[tuple[int, tuple[str, Written | Unknown]]] = []
    if id(module) in seen:
        return found
    seen.add(id(module))
    for name, each in children(module):
        found += _held(each, f"{label}.{name}" if label else name, seen)
    inner_module = getattr(module, "inner", None)
    if isinstance(inner_module, Written):
        found += _held(inner_module, label, seen)
    return found
