"""Which of the modules in a file is the network: the one asked for, or the one that stands in no other."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from dlcore.codegen.importer import objects
from dlcore.codegen.importer.fragment import FRAGMENT
from dlcore.codegen.importer.interpreter import Interpreter
from dlcore.codegen.importer.values import (
    CannotRead,
    Container,
    Function,
    Instance,
    Unknown,
    UserClass,
    Written,
    children,
    is_module,
)
from dlcore.i18n import N_, Text

USUAL_NAMES = ("model", "net", "network")


@dataclass(frozen=True)
class Candidate:
    """A network that may be meant: a module, or a class of which the file makes no object."""

    label: str  # what it is asked for by
    value: Any
    line: int
    name: str = ""  # the variable that holds it

    @property
    def kind(self) -> str:
        """The name of its class."""
        if isinstance(self.value, UserClass):
            return self.value.name
        if isinstance(self.value, Instance):
            return self.value.kind.name
        return self.value.kind if isinstance(self.value, Container) else getattr(self.value, "name", "Sequential")


def choose(interpreter: Interpreter, wanted: str | None) -> tuple[Candidate, list[Candidate]]:
    """The network that is read, and all that could be. Raises CannotRead where there is none."""
    found = _labelled(_candidates(interpreter))
    if wanted is not None:
        return _asked_for(interpreter, wanted, found), found
    if not found:
        raise _none(interpreter)
    likely = [each for each in found if each.name.lower() in USUAL_NAMES] or [
        each for each in found if any(name in each.name.lower() for name in USUAL_NAMES)
    ]
    return (likely or found)[-1], found


def _asked_for(interpreter: Interpreter, wanted: str, found: list[Candidate]) -> Candidate:
    named = [each for each in found if wanted in (each.label, each.name)] or [
        each for each in found if each.kind == wanted
    ]
    if named:
        return named[-1]
    others = [Candidate(name, value, line, name) for name, value, line in interpreter.names if is_module(value)]
    others = [each for each in others if wanted in (each.name, each.kind)]
    if others:
        return others[-1]
    kind = interpreter.classes.get(wanted)
    if kind is not None and kind.is_module:
        return Candidate(wanted, kind, kind.node.lineno)
    choices = ", ".join(each.label for each in found) or "–"
    text = Text(N_("there is no network {name} in this code; there is: {choices}."), name=wanted, choices=choices)
    raise CannotRead(text, 1)


def _candidates(interpreter: Interpreter) -> list[Candidate]:
    """Networks in the order in which they came to be, the likeliest last."""
    classes = _classes_alone(interpreter)
    parts = {name for each in classes for name in _mentioned(each.node)}
    found: dict[int, Candidate] = {}
    for name, value, line in interpreter.names:
        if is_module(value) and id(value) not in interpreter.inside:
            found.pop(id(value), None)
            found[id(value)] = Candidate(name, value, line, name)
    for value in interpreter.bare:
        if id(value) not in interpreter.inside:
            found.setdefault(id(value), Candidate("", value, value.line))
    whole = [each for each in found.values() if not isinstance(each.value, Written)
             and not (isinstance(each.value, Container) and each.value.kind == "ModuleDict")]  # fmt: skip
    whole = [each for each in whole if each.kind not in parts or not isinstance(each.value, Instance)]
    whole = [each for each in whole if not _is_superseded(interpreter, each)]
    alone = [Candidate(each.name, each, each.node.lineno) for each in classes]
    if any(isinstance(each.value, Instance) for each in whole):
        return whole
    if alone:
        return whole + alone if whole else alone
    return whole or _lists(interpreter) or _only_layer(found)


def _is_superseded(interpreter: Interpreter, candidate: Candidate) -> bool:
    """Whether its name stands for another network at the end of the file."""
    later = interpreter.top.names.get(candidate.name)
    return later is not None and later is not candidate.value and is_module(later)


def _only_layer(found: dict[int, Candidate]) -> list[Candidate]:
    """`model = nn.Linear(20, 3)`: a network of one layer."""
    layers = [each for each in found.values() if isinstance(each.value, Written)]
    named = [each for each in layers if each.name.lower() in USUAL_NAMES]
    return named or (layers if len(layers) == 1 else [])


def _lists(interpreter: Interpreter) -> list[Candidate]:
    """Lists of layers that nothing was made of."""
    found = [(name, value, line) for name, value, line in interpreter.names if isinstance(value, list)]
    return [Candidate(name, Container("Sequential", [(str(n), each) for n, each in enumerate(value)], line), line, name)
            for name, value, line in found[-1:]
            if value and all(is_module(each) or isinstance(each, Unknown) for each in value)
            and any(is_module(each) for each in value)]  # fmt: skip


def _classes_alone(interpreter: Interpreter) -> list[UserClass]:
    """Module classes with a forward of which the file makes no object, and which no other class is made of."""
    used = {id(each.kind) for each in interpreter.modules if isinstance(each, Instance)}
    bases = {id(base) for each in interpreter.classes.values() for base in each.ancestors()[1:]}
    complete = [each for each in interpreter.classes.values() if each.is_module and _is_complete(each)]
    named = {name for each in complete for name in _mentioned(each.node) if name != each.name}
    return [each for each in complete if id(each) not in used and id(each) not in bases and each.name not in named]


def _is_complete(kind: UserClass) -> bool:
    has_body = any(base.name in ("Sequential", "Linear") for base in kind.outside())
    return isinstance(objects.method(kind, "forward"), Function | Unknown) or has_body or kind.name == FRAGMENT


def _mentioned(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _labelled(found: list[Candidate]) -> list[Candidate]:
    """Each with a label of its own: the name of its class, or of the variable where several are of one class."""
    kinds = [each.kind for each in found]
    return [
        Candidate(each.kind if kinds.count(each.kind) == 1 and isinstance(each.value, Instance | UserClass)
                  else each.name or each.kind, each.value, each.line, each.name)
        for each in found
    ]  # fmt: skip


def _none(interpreter: Interpreter) -> CannotRead:
    """Why there is no network: the class that has no forward, the call that is not read, or that nothing was found."""
    for each in interpreter.classes.values():
        if each.is_module:
            return CannotRead(Text(N_("class {name} has no forward."), name=each.name), each.node.lineno)
    names = [str(getattr(value, "dotted", "")) for value in interpreter.top.names.values()]
    if any(each.startswith(("tensorflow", "keras")) for each in names):
        return CannotRead(Text(N_("this is written for Keras; only PyTorch is read.")), 1)
    models = [value for name, value in interpreter.top.names.items() if name.lower() in USUAL_NAMES]
    unknown = next((each for each in models if isinstance(each, Unknown)), None)
    if unknown is not None:
        return unknown.why
    return CannotRead(Text(N_("no network was found: write model = nn.Sequential(…).")), 1)


def only_child(value: Instance) -> Any:
    """What a fragment without forward holds, where it is one module."""
    found = [each for _name, each in children(value) if is_module(each)]
    return found[0] if len(found) == 1 else None
