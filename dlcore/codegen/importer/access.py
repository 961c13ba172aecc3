"""Attributes and items of values."""

from __future__ import annotations

import ast
from typing import Any

from dlcore.codegen.importer import (
    module_methods,
    modules,
    objects,
    tensor_basics,
    tensor_reduction,
    tensors,
)
from dlcore.codegen.importer.arguments import arguments
from dlcore.codegen.importer.arithmetic import PLAIN, refused, shown
from dlcore.codegen.importer.interpreter import Interpreter
from dlcore.codegen.importer.values import (
    TRAINING,
    Bound,
    CannotRead,
    Container,
    Instance,
    Numbers,
    OwnModule,
    Sizes,
    States,
    Super,
    Symbol,
    Tensor,
    Unknown,
    UserClass,
    Written,
)
from dlcore.i18n import N_, Text

ATTRIBUTES_OF_LAYERS = {"Linear": ("in_features", "out_features"),
                        "LSTM": ("input_size", "hidden_size", "num_layers", "bidirectional"),
                        "GRU": ("input_size", "hidden_size", "num_layers", "bidirectional"),
                        "RNN": ("input_size", "hidden_size", "num_layers", "bidirectional")}  # fmt: skip


def attribute_of(interpreter: Interpreter, value: Any, name: str, node: ast.AST) -> Any:
    """value.name. Raises CannotRead."""
    if isinstance(value, Unknown):
        raise value.why
    if isinstance(value, Symbol):
        return Symbol(f"{value.dotted}.{name}")
    if isinstance(value, Instance | UserClass | Super):
        return objects.attribute(interpreter, value, name, node)
    if isinstance(value, Tensor):
        found = tensors.attribute(interpreter, value, name, node)
        return Bound(value, name) if found is None else found
    if isinstance(value, Container):
        inside = next((each for label, each in value.items if label == name), None)
        return TRAINING if name == "training" else Bound(value, name) if inside is None else inside
    if isinstance(value, Written):
        return _attribute_of_layer(value, name, node)
    if isinstance(value, tuple) and name == "values" and len(value) == 2:
        return value[0]  # torch.max(x, 1).values
    if isinstance(value, list | dict | str | tuple | States | OwnModule | Numbers | Sizes):
        return Bound(value, name)
    raise refused(Text(N_("«{code}» is not followed."), code=shown(node)), node)


def _attribute_of_layer(value: Written, name: str, node: ast.AST) -> Any:
    if name == "training":
        return TRAINING
    if name in ("weight", "bias"):
        raise refused(Text(N_("«{code}» is not read: here weights belong to layers."), code=shown(node)), node)
    try:
        settings = arguments(value)
    except CannotRead:
        settings = {}
    if name in settings and (
        name in ATTRIBUTES_OF_LAYERS.get(value.name, ()) or name.endswith(("_channels", "_features"))
    ):
        return settings[name]
    return Bound(value, name)


def item_of(interpreter: Interpreter, value: Any, index: Any, node: ast.AST) -> Any:
    """value[index]. Raises CannotRead."""
    if isinstance(value, Unknown):
        raise value.why
    if isinstance(value, Instance) and value.inner is not None:
        value = value.inner
    if isinstance(value, Tensor):
        try:
            return tensor_reduction.item(interpreter, value, index, node)
        except CannotRead as error:
            interpreter.let_through(error)
            return modules.opaque(value, error)
    if isinstance(value, States):
        return tensor_basics.one_state(value, index, node)
    if isinstance(value, Sizes):
        return tensors.size_at(value, index, node)
    if isinstance(value, Container):
        if isinstance(index, slice):
            made = Container(value.kind, value.items[index], value.line)
            made.number_again()
            return made
        return value.items[module_methods.place_in(value, index, node)][1]
    if isinstance(index, Unknown):
        raise index.why
    try:
        if isinstance(value, list | tuple | str) and isinstance(index, int | slice):
            return value[index]
        if isinstance(value, dict) and isinstance(index, PLAIN):
            return value[index]
    except (IndexError, KeyError, TypeError, ValueError):
        pass
    raise refused(Text(N_("«{code}» names nothing that was read."), code=shown(node)), node)
