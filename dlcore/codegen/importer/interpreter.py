"""What every part of following a file may ask of the whole: bounds, what names stand for, what was met, sizes."""

from __future__ import annotations

import ast
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any

from dlcore.codegen.importer import cards
from dlcore.codegen.importer.arithmetic import line_of, refused, shown, unclear
from dlcore.codegen.importer.values import (
    TRAINING,
    CannotRead,
    Container,
    Function,
    Instance,
    Node,
    Numbers,
    OwnModule,
    Scope,
    Signal,
    Tensor,
    TooMuch,
    Unknown,
    UserClass,
    Written,
    is_module,
)
from dlcore.declaration import Shape
from dlcore.i18n import N_, Text

MOST_STEPS = 20_000  # of following one statement of the file: those inside, parts of expressions, layers called
FROZEN = N_("weights that do not learn are not known here: all learn.")
DEEPEST = 80  # brackets, calls and blocks in one another


class Interpreter(ABC):
    """What was met on the way through a file, and how far it went; what follows syntax is for a subclass to say.

    shape: of one example, where it is known; `training` says which of the two ways through forward is taken.
    """

    def __init__(self, shape: Shape | None = None, training: bool = True) -> None:
        self.shape, self.training = shape, training
        self.top = Scope({"__name__": "__main__"})
        self.classes: dict[str, UserClass] = {}
        self.modules: list[Any] = []  # in the order in which they were made
        self.inside: set[int] = set()  # ids of modules that stand in another
        self.names: list[tuple[str, Any, int]] = []  # (name, module, line) of every assignment to a name
        self.bare: list[Any] = []  # modules that stand on a line alone
        self.called: dict[int, Numbers] = {}  # id of a module -> what it was called with
        self.fresh: set[Written] = set()  # layers made within forward
        self.fatal: CannotRead | None = None  # what may have changed anything at all
        self.notes: list[tuple[int, Text]] = []
        self.asked_for_training: int | None = None  # the line that asks for self.training
        self.asked_for_rank = False  # whether it matters how many axes there are
        self._keep: list[Any] = []  # so that ids stay those of what they were
        self._total = self._steps = self._depth = self._forwards = self._constructors = 0
        self._scopes: list[Scope] = []

    # Bounds

    def step(self, node: ast.AST) -> None:
        """Count one step more. Raises TooMuch."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise TooMuch(Text(N_("following this code takes too long.")), line_of(node))

    @contextlib.contextmanager
    def deeper(self, node: ast.AST) -> Iterator[None]:
        """One bracket, block or call further in. Raises CannotRead where it is too deep."""
        if self._depth >= DEEPEST:
            raise TooMuch(Text(N_("brackets stand too deep in one another.")), line_of(node))
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    @staticmethod
    def let_through(error: CannotRead) -> None:
        """What ends everything is not passed over. Raises TooMuch where it is that."""
        if isinstance(error, TooMuch):
            raise error

    # Following: each kind of syntax has its module, and asks for the parts inside

    @abstractmethod
    def execute(self, body: Iterable[ast.stmt], scope: Scope) -> Signal | None:
        """Follow statements in order; None where the end is reached. Raises nothing but TooMuch."""

    @abstractmethod
    def evaluate(self, node: ast.expr, scope: Scope) -> Any:
        """What an expression stands for. Raises CannotRead."""

    @abstractmethod
    def assign(self, target: ast.expr, value: Any, scope: Scope) -> None:
        """target = value. Raises CannotRead."""

    @abstractmethod
    def call(self, function: Any, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
        """function(*given, **settings). Raises CannotRead."""

    @abstractmethod
    def call_forward(self, module: Instance, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
        """What the forward of a module of the file makes. Raises CannotRead."""

    @abstractmethod
    def attribute(self, value: Any, name: str, node: ast.AST) -> Any:
        """value.name. Raises CannotRead."""

    @abstractmethod
    def look_up(self, name: str, scope: Scope, node: ast.AST) -> Any:
        """What a name stands for; Unknown where nothing stands behind it."""

    @abstractmethod
    def define(self, node: ast.ClassDef, scope: Scope) -> None:
        """A class of the file."""

    def safe(self, node: ast.expr, scope: Scope) -> Any:
        """What an expression stands for; Unknown where it is not read."""
        try:
            return self.evaluate(node, scope)
        except CannotRead as error:
            self.let_through(error)
            return Unknown(error)

    def truth(self, value: Any, node: ast.AST) -> bool:
        """Whether a condition holds. Raises CannotRead where that cannot be told."""
        if value is TRAINING:
            self.asked_for_training = line_of(node)
            return self.training
        if isinstance(value, Unknown):
            raise value.why
        if value is None or isinstance(value, bool | int | float | str | list | tuple | dict):
            return bool(value)
        if is_module(value) and not isinstance(value, Container):
            return True
        if isinstance(value, Container):
            return bool(value.items)
        raise unclear(node)

    def items_of(self, value: Any, node: ast.AST) -> list[Any]:
        """What a loop over a value goes through. Raises CannotRead."""
        if isinstance(value, Unknown):
            raise value.why
        if isinstance(value, Instance) and isinstance(value.inner, Container):
            value = value.inner
        if isinstance(value, Container):
            return [name for name, _each in value.items] if value.kind == "ModuleDict" else value.values()
        if isinstance(value, list | tuple | str | dict):
            return list(value)
        raise refused(Text(N_("«{code}» is no list of layers."), code=shown(node)), node)

    def function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str, scope: Scope
    ) -> Function | Unknown:
        """A function of the file with the defaults of its arguments."""
        made = Function(node, scope, name, kind="plain")
        known = node.args
        names = [each.arg for each in (*known.posonlyargs, *known.args)]
        if known.defaults:
            for argument, default in zip(names[-len(known.defaults) :], known.defaults, strict=True):
                made.defaults[argument] = self.safe(default, scope)
        for one, other in zip(known.kwonlyargs, known.kw_defaults, strict=True):
            if other is not None:
                made.defaults[one.arg] = self.safe(other, scope)
        kinds = {
            "staticmethod": "static",
            "classmethod": "class",
            "property": "property",
            "cached_property": "property",
        }
        for decorator in getattr(node, "decorator_list", []):
            label = shown(decorator).rpartition(".")[2]
            if label in kinds:
                made.kind = kinds[label]
            elif "no_grad" not in label and "inference_mode" not in label and "override" not in label:
                text = Text(N_("«@{code}» changes a function: this is not followed."), code=shown(decorator))
                return Unknown(refused(text, decorator))
        return made

    # What is met on the way

    def made(self, value: Any) -> None:
        """A module came to be."""
        if is_module(value):
            self.modules.append(value)
            self._keep.append(value)

    def placed(self, value: Any) -> None:
        """A module stands in another: it is no network of its own."""
        if is_module(value):
            self.inside.add(id(value))
        elif isinstance(value, list | tuple):
            for each in value:
                if is_module(each):
                    self.inside.add(id(each))

    def bound(self, name: str, value: Any, node: ast.AST) -> None:
        """A name stands for something now."""
        if not self.in_forward and not self._constructors and (is_module(value) or isinstance(value, list)):
            self.names.append((name, value, line_of(node)))

    def mentioned(self, value: Any, node: ast.expr) -> None:
        """A line holds nothing but this value."""
        if isinstance(node, ast.Call) and not self._forwards and not self._constructors and is_module(value):
            self.bare.append(value)

    def seen(self, module: Any, x: Numbers) -> None:
        """A module was called with a tensor of numbers: its sizes tell what the network receives."""
        self.called.setdefault(id(module), x)

    def entered(self, value: Any, node: ast.expr) -> None:
        """`with torch.no_grad():` in forward keeps layers from learning."""
        if self.in_forward and "no_grad" in shown(node):
            self.notes.append((line_of(node), Text(FROZEN)))

    def spoil(self, value: Any, why: CannotRead) -> None:
        """Something changed a value in a way that is not followed."""
        unknown = Unknown(why)
        if isinstance(value, list):
            value[:] = [unknown] * (len(value) + 1)
        elif isinstance(value, dict):
            for name in value:
                value[name] = unknown
        elif isinstance(value, Container):
            value.items = [*((name, unknown) for name, _each in value.items), ("…", unknown)]
        elif isinstance(value, Instance):
            for name, each in list(value.names.items()):
                if is_module(each) or isinstance(each, list | dict):
                    value.names[name] = unknown
            if value.inner is not None:
                value.inner = unknown
        elif isinstance(value, Written):
            value.spoiled = why
        elif isinstance(value, OwnModule):
            value.arguments, value.settings = [unknown], {}
        elif isinstance(value, Tensor):
            value.node = Node(unknown, (value.node,), why.line)

    # Where it is

    @property
    def in_forward(self) -> bool:
        return self._forwards > 0

    @contextlib.contextmanager
    def forwarding(self) -> Iterator[None]:
        self._forwards += 1
        try:
            yield
        finally:
            self._forwards -= 1

    @contextlib.contextmanager
    def constructing(self) -> Iterator[None]:
        """Layers that a constructor makes belong to its object, in forward, too."""
        self._constructors += 1
        try:
            yield
        finally:
            self._constructors -= 1

    @contextlib.contextmanager
    def calling(self, scope: Scope) -> Iterator[None]:
        """A call in this scope, so that `super()` knows whose it is."""
        self._scopes.append(scope)
        try:
            yield
        finally:
            self._scopes.pop()

    def this(self, node: ast.AST) -> tuple[Any, Any]:
        """The class and the object of the method that runs. Raises CannotRead outside of one."""
        scope = self._scopes[-1] if self._scopes else self.top
        owner, instance = scope.find("__class__"), scope.find("__self__")
        if owner is None or instance is None:
            raise unclear(node)
        return owner.names["__class__"], instance.names["__self__"]

    # Sizes

    def shape_of(self, node: Node) -> Shape | None:
        """What a step gives for one example, where the size of the input is known."""
        if self.shape is None:
            return None
        if node.shape is None:
            node.shape = self._shape_of(node) or False
        return node.shape or None

    def _shape_of(self, node: Node) -> Shape | None:
        if not node.inputs:
            return self.shape
        shapes = [self.shape_of(each) for each in node.inputs]
        first = shapes[0]
        if first is None:
            return None
        if node.join == "add":
            return first
        if node.join == "cat":
            return self._side_by_side(shapes, node.dim)
        if node.item is None:
            return first
        return cards.read([node.item], first).made

    @staticmethod
    def _side_by_side(shapes: list[Shape | None], dim: int) -> Shape | None:
        known = [each for each in shapes if each is not None]
        first = known[0]
        same_rank = len(known) == len(shapes) and all(len(each) == len(first) for each in known)
        if not same_rank or not 1 <= dim <= len(first):
            return None
        sizes = list(first)
        sizes[dim - 1] = sum(each[dim - 1] for each in known)
        return Shape(sizes, axes=first.axes)
