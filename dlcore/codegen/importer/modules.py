"""Layers of torch as the code makes and calls them."""

from __future__ import annotations

import ast
import functools
import inspect
from typing import Any

from torch import nn

import dlcore.layers.modules
from dlcore.codegen.importer import tensor_basics
from dlcore.codegen.importer.arguments import arguments, explicit
from dlcore.codegen.importer.arithmetic import line_of, refused, shown
from dlcore.codegen.importer.cards import has_weights, is_one_layer
from dlcore.codegen.importer.graph import stack
from dlcore.codegen.importer.interpreter import Interpreter
from dlcore.codegen.importer.values import (
    CONTAINERS,
    MODULE_DICT,
    SEQUENTIAL,
    CannotRead,
    Container,
    FromData,
    Instance,
    Node,
    Numbers,
    OwnModule,
    States,
    Tensor,
    Unknown,
    Written,
    is_module,
)
from dlcore.i18n import N_, Text
from dlcore.layers.base import MODULES
from dlcore.registry import LAYERS

RECURRENT = ("RNN", "LSTM", "GRU")
LAZY_SIZES = {"Linear": "in_features", "Conv": "in_channels", "BatchNorm": "num_features"}
UNSEEN_LAYERS = ("Flatten", "Unflatten", "Identity", "TransformerEncoder")
RANDOM = ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout")
SAME_NUMBERS = ("Flatten", "Unflatten", "Identity", *RANDOM)  # what comes out may be what came in, looked at otherwise


@functools.cache
def known_names() -> frozenset[str]:
    """Names of torch.nn that layers of the registry are made of."""
    return frozenset({*(name for name in LAYERS if hasattr(nn, name)), *UNSEEN_LAYERS})


def is_own(name: str) -> bool:
    """Whether a module that torch lacks is called so."""
    return name in vars(dlcore.layers.modules) and name in own_names()


@functools.cache
def own_names() -> dict[str, str]:
    """The modules that torch lacks, each with its syntax tree written down."""
    own = vars(dlcore.layers.modules).items()
    return {
        name: _bare(ast.parse(inspect.getsource(each)).body[0])
        for name, each in own
        if inspect.isclass(each) and each.__module__ == MODULES
    }


def is_ours(node: ast.ClassDef) -> bool:
    """Whether a class is the very one that this app writes into its code, and not another of the same name."""
    return node.name in vars(dlcore.layers.modules) and own_names().get(node.name) == _bare(node)


def _bare(node: ast.stmt) -> str:
    return ast.dump(node, annotate_fields=False)


# Made


def make(name: str, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    """What `nn.name(...)` makes. Raises CannotRead for a layer that is not here."""
    if name in CONTAINERS:
        return container(name, given, settings, node)
    if name.startswith("Lazy"):
        return _lazy(name.removeprefix("Lazy"), given, settings, node)
    if name in ("Parameter", "UninitializedParameter"):
        text = Text(N_("«{code}» is not read: here weights belong to layers."), code=shown(node))
        return Unknown(refused(text, node), learns=True)
    if name not in known_names():
        why = refused(Text(N_("there is no layer {name} here."), name=f"nn.{name}"), node)
        return Unknown(why, learns=hasattr(nn, name) and "Loss" not in name and name != "Upsample")
    return Written(line_of(node), name, given, "torch.nn", settings)


def _lazy(name: str, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    """A layer that finds the size of its input when it first sees one, as all layers here do."""
    size = next((size for start, size in LAZY_SIZES.items() if name.startswith(start)), None)
    if size is None or name not in known_names():
        raise refused(Text(N_("there is no layer {name} here."), name=f"nn.Lazy{name}"), node)
    follows = Unknown(FromData(Text(N_("«{code}» says no size."), code=shown(node)), line_of(node)))
    return Written(line_of(node), name, [follows, *given], "torch.nn", settings)


def container(kind: str, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Container:
    """A Sequential, ModuleList or ModuleDict of what stands in its call. Raises CannotRead."""
    if settings:
        first, *others = settings.values()
        given = [*given, first] if not others else given
    found = given[0] if len(given) == 1 else None
    values = given
    if isinstance(found, dict):
        return Container(kind, [(str(name), value) for name, value in found.items()], line_of(node))
    if kind == MODULE_DICT and isinstance(found, list | tuple):
        pairs = [each for each in found if isinstance(each, tuple) and len(each) == 2]
        return Container(kind, [(str(name), value) for name, value in pairs], line_of(node))
    if isinstance(found, list | tuple):  # torch itself takes no list in a Sequential; what is meant is plain
        values = list(found)
    elif isinstance(found, Container) and kind != SEQUENTIAL:
        values = found.values()
    return Container(kind, [(str(number), value) for number, value in enumerate(values)], line_of(node))


# Called


def apply(interpreter: Interpreter, module: Any, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    """What a module makes of a tensor. Raises CannotRead for what is no module."""
    interpreter.step(node)
    x = given[0] if given else settings.get("input", settings.get("x"))
    x = tensor_basics.of_state(x)
    if isinstance(module, Instance):
        return interpreter.call_forward(module, given, settings, node)
    if isinstance(x, Numbers):
        interpreter.seen(module, x)
    if isinstance(x, Unknown):
        return x
    if not isinstance(x, Tensor):
        raise refused(Text(N_("«{code}» is not followed: it is not clear what comes in."), code=shown(node)), node)
    if isinstance(module, Container):
        return _in_order(interpreter, module, x, node)
    if isinstance(module, OwnModule):
        return layer(_own(interpreter, module), x, node)
    if isinstance(module, Written):
        try:
            return _leaf(interpreter, module, x, given, settings, node)
        except CannotRead as error:
            interpreter.let_through(error)
            return opaque(x, error)
    why = module.why if isinstance(module, Unknown) else None
    return opaque(x, why or refused(Text(N_("«{code}» is not a layer that was read."), code=shown(node)), node))


def layer(item: Written, x: Tensor, node: ast.AST) -> Tensor:
    """A layer on a tensor; in place where torch would do so."""
    made = Node(item, (x.node,), line_of(node))
    if item.module == "torch.nn" and _is_in_place(item):
        tensor_basics.change(x, made, node)
        return x
    return Tensor(made, x.sharers) if item.name in SAME_NUMBERS else Tensor(made)


def _is_in_place(item: Written) -> bool:
    """nn.ReLU(True), nn.LeakyReLU(0.2, True)."""
    try:
        return explicit(item).get("inplace") is True
    except CannotRead:
        return False


def opaque(x: Tensor, why: CannotRead) -> Tensor:
    """What comes out of something that is not read; what follows is read nevertheless."""
    return Tensor(Node(Unknown(why), (x.node,), why.line))


def _in_order(interpreter: Interpreter, module: Container, x: Any, node: ast.AST) -> Any:
    if module.kind != SEQUENTIAL:
        text = Text(N_("«{code}» is not followed: torch calls no {kind}."), code=shown(node), kind=module.kind)
        raise refused(text, node)
    both = module.values()
    if len(both) == 2 and all(isinstance(each, Written) for each in both):
        whole = Written(module.line, SEQUENTIAL, both, "torch.nn", {})
        if is_one_layer(whole):
            return layer(whole, x, node)
    for each in both:
        x = apply(interpreter, each, [x], {}, node)
    return x


def _own(interpreter: Interpreter, module: OwnModule) -> Written:
    """A module of this app as a call whose arguments are stacks."""
    given = [_as_stack(interpreter, each, module.line) if is_module(each) else each for each in module.arguments]
    settings = {name: _as_stack(interpreter, each, module.line) if is_module(each) else each
                for name, each in module.settings.items()}  # fmt: skip
    return Written(module.line, module.name, given, MODULES, settings)


def _as_stack(interpreter: Interpreter, module: Any, line: int) -> Written:
    if isinstance(module, Written):
        return module
    start = Tensor(Node(None, (), line))
    end = apply(interpreter, module, [start], {}, ast.Name("model", ast.Load(), lineno=line))
    if not isinstance(end, Tensor):
        raise CannotRead(Text(N_("a block holds something that is no layer.")), line)
    return Written(line, SEQUENTIAL, list(stack(end.node, start.node)), "torch.nn", {})


def _leaf(
    interpreter: Interpreter, module: Written, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST
) -> Any:
    if module.name in RECURRENT:
        return _recurrent(module, x, [*given[1:], *settings.values()], node)
    if module.name == "MultiheadAttention":
        return _attention(module, given, settings, node)
    others = [each for each in (*given[1:], *settings.values()) if each is not x]
    if any(each is not None and each is not False for each in others):
        raise refused(Text(N_("«{code}» is not followed: a layer takes one tensor here."), code=shown(node)), node)
    if module.name == "TransformerEncoder":
        return _encoder(interpreter, module, x, node)
    if module.name == "Identity":
        return x
    if module in interpreter.fresh:
        module = _made_while_called(interpreter, module, node)
    return layer(module, x, node)


def _made_while_called(interpreter: Interpreter, module: Written, node: ast.AST) -> Written:
    """A layer that forward makes anew each time: its weights never learn, and its dropout never rests."""
    if has_weights(module):
        text = Text(N_("«{code}» makes a layer anew whenever forward is called: it cannot learn."), code=shown(node))
        raise refused(text, node)
    if tensor_basics.measured([*module.arguments, *module.settings.values()]):
        raise refused(Text(N_("«{code}» is not read: it differs with the size of the input."), code=shown(node)), node)
    if module.name in RANDOM:
        made = module.copy()
        made.always = True
        return made
    return module


def _recurrent(module: Written, x: Tensor, states: list[Any], node: ast.AST) -> Any:
    """(every step, the states after the last): which of them is used decides what the layer gives."""
    zero = all(each is None or (isinstance(each, Numbers) and each.zero) or (isinstance(each, tuple) and
               all(isinstance(one, Numbers) and one.zero for one in each)) for each in states)  # fmt: skip
    if not zero:
        raise refused(Text(N_("«{code}» is not followed: the states begin at zero here."), code=shown(node)), node)
    line = line_of(node)
    settings = arguments(module)
    every = Written(module.line, "EveryStep", [module], MODULES, {})
    last = Written(module.line, "LastStep", [module], MODULES, {})
    layers, both = settings.get("num_layers", 1), settings.get("bidirectional", False)
    if not isinstance(layers, int) or not isinstance(both, bool):
        raise refused(
            Text(N_("«{code}» is not followed: how many layers it has is not clear."), code=shown(node)), node
        )
    step = Tensor(Node(last, (x.node,), line))
    hidden = States(step, layers, both)
    out = Tensor(Node(every, (x.node,), line))
    cell = Unknown(refused(Text(N_("the memory cell of an LSTM is not read, only what it tells.")), node))
    return (out, (hidden, cell) if module.name == "LSTM" else hidden)


def _attention(module: Written, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    """(what it makes, the weights of the mix) of a sequence that looks at itself."""
    sources = [*given[:3], *(settings[name] for name in ("query", "key", "value") if name in settings)]
    unused = {"need_weights", "average_attn_weights", "query", "key", "value"}
    others = [*given[3:], *(value for name, value in settings.items() if name not in unused)]
    same = len(sources) == 3 and all(isinstance(each, Tensor) and each.node is sources[0].node for each in sources)
    if not same or any(each is not None and each is not False for each in others):
        text = Text(N_("«{code}» is not followed: attention is read where a sequence looks at itself."),
                    code=shown(node))  # fmt: skip
        raise refused(text, node)
    found = explicit(module)
    if found.pop("batch_first", False) is not True:
        text = Text(N_("{layer} with {setting}={value} is not known here; it would be {known}."),
                    layer=module.name, setting="batch_first", value="False", known="True")  # fmt: skip
        raise CannotRead(text, module.line)
    known: dict[str, Any] = {}
    for name in ("embed_dim", "num_heads", "dropout"):
        known |= {name: found.pop(name)} if name in found else {}
    if any(value not in (None, True) for name, value in found.items() if name in ("bias", "kdim", "vdim")) or any(
        name not in ("bias", "kdim", "vdim", "device", "dtype") and value for name, value in found.items()
    ):
        raise CannotRead(Text(N_("{layer} does not fit here."), layer=module.name), module.line)
    if not module.derived:
        module.derived = [Written(module.line, "SelfAttention", [], MODULES, known)]
        module.derived[0].origin = module
    made = layer(module.derived[0], sources[0], node)
    weights = Unknown(refused(Text(N_("the weights of attention are not read.")), node))
    return made, weights


def _encoder(interpreter: Interpreter, module: Written, x: Tensor, node: ast.AST) -> Tensor:
    """nn.TransformerEncoder(layer, n): as many layers, each with weights of its own."""
    found = explicit(module)
    one, count = found.get("encoder_layer"), found.get("num_layers")
    if not isinstance(one, Written) or not isinstance(count, int) or count > 100:
        raise refused(Text(N_("«{code}» is not followed: it is not clear what comes in."), code=shown(node)), node)
    if not module.derived:
        module.derived = [one.copy() for _ in range(count)]
    for each in module.derived:
        each.origin = module
        interpreter.step(node)
        x = layer(each, x, node)
    norm = found.get("norm")
    return x if norm is None else apply(interpreter, norm, [x], {}, node)
