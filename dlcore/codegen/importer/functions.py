"""Functions from outside the file that networks are put together with: range, len, torch.cat, nn.Linear, …"""

from __future__ import annotations

import ast
from typing import Any

from dlcore.codegen.importer import modules, tensor_basics, tensors
from dlcore.codegen.importer.arithmetic import (
    line_of,
    refused,
    shown,
)
from dlcore.codegen.importer.interpreter import Interpreter
from dlcore.codegen.importer.python_functions import BUILTINS
from dlcore.codegen.importer.values import (
    CannotRead,
    Container,
    FromData,
    Numbers,
    OwnModule,
    Symbol,
    Tensor,
    Unknown,
    Written,
    is_module,
)
from dlcore.i18n import N_, Text
from dlcore.layers.base import MODULES

Arguments = tuple[list[Any], dict[str, Any]]

NUMBERS = ("zeros", "ones", "rand", "randn", "empty", "randint", "full")
WRAPPERS = ("torch.nn.DataParallel", "torch.compile", "torch.jit.script", "copy.copy", "torch.fx.symbolic_trace")
NOWHERE = ("torch.cuda.is_available", "torch.backends.mps.is_available", "torch.mps.is_available",
           "torch.xpu.is_available")  # fmt: skip
CHANGES = ("torch.nn.utils", "torch.nn.quantized", "torch.quantization", "torch.ao")  # of layers, by reference


def call(
    interpreter: Interpreter, symbol: Symbol, given: list[Any], settings: dict[str, Any], node: ast.AST, scope: Any
) -> Any:
    """What a function from outside gives. Raises CannotRead for one that is not followed."""
    dotted, name = symbol.dotted, symbol.name
    if dotted in BUILTINS:
        return BUILTINS[dotted](interpreter, given, settings, node)
    if dotted in WRAPPERS and given:
        return given[0]
    if symbol.module == "torch.nn" and not name.islower():
        return _layer(interpreter, name, given, settings, node)
    if symbol.module == MODULES:
        return _placed(interpreter, OwnModule(name, given, settings, line_of(node)))
    if symbol.module in ("torch", "torch.nn.functional", "torch.special"):
        return _of_torch(interpreter, name, given, settings, node)
    if dotted in NOWHERE:
        return False
    if dotted.startswith(CHANGES):
        why = refused(Text(N_("«{code}» changes a layer: this is not followed."), code=shown(node)), node)
        for each in given:
            interpreter.spoil(each, why)
        raise why
    return _outside(interpreter, symbol, given, settings, node)


def _outside(
    interpreter: Interpreter, symbol: Symbol, given: list[Any], settings: dict[str, Any], node: ast.AST
) -> Any:
    text = Text(N_("«{code}» is not read here: calls are never carried out."), code=shown(node))
    why = FromData(text, line_of(node))
    shapes = [each for each in (*given, *settings.values()) if isinstance(each, tuple) and len(each) > 1]
    for each in given[:1]:
        if is_module(each) and shapes and all(isinstance(size, int) for size in shapes[0]):
            interpreter.seen(each, Numbers((None, *shapes[0])))  # summary(model, (1, 28, 28))
    tensor = next((each for each in given if isinstance(each, Tensor)), None)
    if tensor is not None and getattr(symbol, "name", "").endswith("_"):
        interpreter.spoil(tensor, why)
    return modules.opaque(tensor, why) if tensor is not None else Unknown(why)


def _layer(interpreter: Interpreter, name: str, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    made = modules.make(name, given, settings, node)
    if isinstance(made, Written) and interpreter.in_forward:
        interpreter.fresh.add(made)
    return _placed(interpreter, made)


def _placed(interpreter: Interpreter, made: Any) -> Any:
    """What stands inside another module is no network of its own."""
    inside = made.values() if isinstance(made, Container) else getattr(made, "arguments", ())
    for each in inside:
        interpreter.placed(each)
    interpreter.made(made)
    return made


def _of_torch(interpreter: Interpreter, name: str, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    if name in ("cat", "concat", "concatenate"):
        dim = settings.get("dim", settings.get("axis", given[1] if len(given) > 1 else 0))
        parts = given[0] if given else settings.get("tensors")
        flat = parts if isinstance(parts, list | tuple) else []
        first = next((each for each in flat if isinstance(each, Tensor)), None)
        try:
            return tensor_basics.concatenate(interpreter, parts, dim, node)
        except CannotRead as error:
            if first is None:
                raise
            return modules.opaque(first, error)
    if name in NUMBERS:
        sizes = settings.get("size", given)
        sizes = list(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], tuple | list) else list(sizes)
        return Numbers(tuple(sizes), zero=name == "zeros")
    x = tensor_basics.of_state(given[0]) if given else settings.pop("input", None)
    if isinstance(x, Tensor):
        return tensors.operate(interpreter, name, x, given[1:], settings, node)
    if isinstance(x, Unknown):
        return x
    return _outside(interpreter, Symbol(f"torch.{name}"), given, settings, node)
