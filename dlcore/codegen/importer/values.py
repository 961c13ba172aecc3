"""What the names of a learner's code stand for while it is followed: constants, layers, objects and tensors.

Nothing of the code is executed. Numbers, texts, lists, tuples and dictionaries are Python's own, within bounds; a layer
is a `Written`, a Sequential a `Container`, an object of a class in the file an `Instance`. A `Tensor` holds the steps
that made it. Whatever cannot be followed is an `Unknown` that knows its line and why.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dlcore.declaration import Call
from dlcore.errors import DlcoreError
from dlcore.i18n import Text

SEQUENTIAL, MODULE_LIST, MODULE_DICT = "Sequential", "ModuleList", "ModuleDict"
CONTAINERS = (SEQUENTIAL, MODULE_LIST, MODULE_DICT)


class CannotRead(DlcoreError):  # noqa: N818 (a sentence reads better so)
    """A line that is not read, and why: `text` says it, `line` counts from 1."""

    def __init__(self, text: Text, line: int) -> None:
        super().__init__(text)
        self.line = line


class FromData(CannotRead):
    """What comes from outside the code, as the number of columns of a table: a size may, since it is checked anyway."""


class TooMuch(CannotRead):
    """Following the code would take too long, or make too many layers: nothing after it is looked at."""


@dataclass(frozen=True, eq=False)
class Unknown:
    """Something that stands in the code and cannot be followed; a fault only where the network needs it."""

    why: CannotRead
    learns: bool = False  # whether it is known to hold weights: nn.Parameter, a layer that is not here
    column: bool = False  # whether all that is done is to make (N,) of (N, 1)


class Spread(Unknown):
    """`*layers` of which nobody knows how many there are."""


class Written(Call):
    """A layer of torch as the code makes it: one object, however often it is used; with the line it stands on."""

    def __init__(self, line: int, name: str, arguments: list[Any], module: str, settings: Mapping[str, Any]) -> None:
        super().__init__(name, *arguments, module=module)
        self.settings, self.line = dict(settings), line  # `module=` may be a keyword of the code itself
        self.width: int | None = None  # of x.view(-1, width): how many values the code expects of each example
        self.always = False  # drops while nothing is learned, too
        self.origin: Written = self  # the layer that the code made, where this one is called in its stead
        self.derived: list[Written] = []
        self.spoiled: CannotRead | None = None  # what changed it in a way that is not followed

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        """Two layers with the same settings are two layers."""
        return self is other

    def copy(self) -> Written:
        """The same settings with weights of its own."""
        made = Written(self.line, self.name, list(self.arguments), self.module, self.settings)
        made.width, made.always = self.width, self.always
        return made


@dataclass(eq=False)
class Container:
    """nn.Sequential, nn.ModuleList or nn.ModuleDict: layers by name, in order."""

    kind: str
    items: list[tuple[str, Any]]
    line: int

    def values(self) -> list[Any]:
        return [value for _name, value in self.items]

    def number_again(self) -> None:
        """Names by place, as torch gives them after a change in the middle."""
        self.items = [(str(number), value) for number, value in enumerate(self.values())]


@dataclass(eq=False)
class OwnModule:
    """A module that torch lacks and this app writes into its code: Residual, LastStep, …"""

    name: str
    arguments: list[Any]
    settings: dict[str, Any]
    line: int


@dataclass(eq=False)
class Scope:
    """Names of a file, a class or a call; `parent` is where a name is looked for next."""

    names: dict[str, Any] = field(default_factory=dict)
    parent: Scope | None = None
    shared: set[str] = field(default_factory=set)  # declared global or nonlocal

    def find(self, name: str) -> Scope | None:
        scope: Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope.parent
        return scope

    def store(self, name: str, value: Any) -> None:
        if name in self.shared and self.parent is not None:
            (self.parent.find(name) or self.parent).names[name] = value
        else:
            self.names[name] = value


@dataclass(eq=False)
class UserClass:
    """A class of the file."""

    name: str
    node: ast.ClassDef
    scope: Scope
    bases: list[Any]
    names: dict[str, Any]  # what its body defines
    fields: list[str]  # with an annotation, in order: what a dataclass takes

    def ancestors(self) -> list[UserClass]:
        """This class and those of the file it derives from, nearest first."""
        found: list[UserClass] = [self]
        for base in self.bases:
            if isinstance(base, UserClass):
                found += [each for each in base.ancestors() if each not in found]
        return found

    def outside(self) -> list[Symbol]:
        """The classes it derives from that the file does not define."""
        return [base for each in self.ancestors() for base in each.bases if isinstance(base, Symbol)]

    @property
    def is_module(self) -> bool:
        return any(each.dotted.startswith("torch.nn.") or each.name.endswith("Module") for each in self.outside())


@dataclass(eq=False)
class Instance:
    """An object of a class of the file; `inner` is what its base of torch makes of it: a Sequential, a Linear."""

    kind: UserClass
    line: int
    names: dict[str, Any] = field(default_factory=dict)
    inner: Any = None


@dataclass(eq=False)
class Function:
    """A function or method of the file, or a lambda."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    name: str
    owner: UserClass | None = None
    kind: str = "plain"  # or static, class, property
    defaults: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Bound:
    """A method with the object that it belongs to; `value` is an Instance, a Tensor, a list, a Container, …"""

    value: Any
    name: str
    function: Function | None = None  # None where it is no method of the file


@dataclass(frozen=True)
class Super:
    """`super()` in a method of `owner`."""

    instance: Instance
    owner: UserClass


@dataclass(frozen=True)
class Symbol:
    """A name from outside the file: torch.nn.Linear, range."""

    dotted: str

    @property
    def name(self) -> str:
        return self.dotted.rpartition(".")[2]

    @property
    def module(self) -> str:
        return self.dotted.rpartition(".")[0]


@dataclass(frozen=True)
class Numbers:
    """A tensor made of numbers alone: torch.zeros(2, 3), torch.randn(64, 784). `sizes` are whole numbers or unknown."""

    sizes: tuple[Any, ...]
    zero: bool = False


class Measured(int):
    """A size that was asked of a tensor, or follows from one: another input has another."""


class _Batch:
    """How many examples there are: a number that no network may depend on."""


class _Training:
    """`self.training`: true while something is learned."""


BATCH, TRAINING = _Batch(), _Training()


@dataclass(eq=False)
class Node:
    """One step of the way through the network: what is applied to the results of which steps.

    No inputs: what the network receives. `join` is add or cat where several results become one; `dim` the axis of cat.
    """

    item: Written | Unknown | None
    inputs: tuple[Node, ...]
    line: int
    join: str = ""
    dim: int = 1
    shape: Any = None  # of one example, once it was asked for
    depth: int = 0  # the longest way from what the network receives

    def __post_init__(self) -> None:
        self.depth = 1 + max((each.depth for each in self.inputs), default=-1)


@dataclass(eq=False)
class Tensor:
    """A tensor of the network. Two names may stand for one; what changes it in place changes it for both."""

    node: Node
    sharers: list[Tensor] = field(default_factory=list)  # all that look at the same numbers, itself among them

    def __post_init__(self) -> None:
        self.sharers.append(self)


@dataclass(frozen=True, eq=False)
class Sizes:
    """`x.shape` where nobody knows how large x is."""

    tensor: Tensor
    why: CannotRead


@dataclass(frozen=True, eq=False)
class States:
    """What a recurrent network knows after its last step, for each layer and direction: (layers, N, H)."""

    step: Tensor  # what LastStep gives
    layers: int
    both_ways: bool


@dataclass(frozen=True, eq=False)
class OneState:
    """The state of one direction of one layer; `number` counts from the end: -1 is the last."""

    states: States
    number: int


MODULE_VALUES = (Written, Container, OwnModule)


def is_module(value: Any) -> bool:
    """Whether a value is a layer, a container of them, or an object of a module class of the file."""
    return isinstance(value, MODULE_VALUES) or (isinstance(value, Instance) and value.kind.is_module)


def children(value: Any) -> list[tuple[str, Any]]:
    """The modules directly inside one, by name, as torch registers them: a plain list registers nothing."""
    if isinstance(value, Container):
        return list(value.items)
    if isinstance(value, OwnModule):
        return [(str(number), each) for number, each in enumerate(value.arguments) if is_module(each)]
    if isinstance(value, Instance):
        inner = children(value.inner) if isinstance(value.inner, Container) else []
        return inner + [(name, each) for name, each in value.names.items() if is_module(each) or _learns(each)]
    return []


def _learns(value: Any) -> bool:
    return isinstance(value, Unknown) and value.learns


@dataclass(frozen=True)
class Signal:
    """How a block of statements was left: return with its value, break or continue."""

    kind: str
    value: Any = None
