"""The arguments of a call by their names, in torch's own order."""

from __future__ import annotations

import functools
import importlib
import inspect
from typing import Any

from torch import nn

from dlcore.codegen.importer.values import CannotRead, Symbol, Written
from dlcore.declaration import Call
from dlcore.i18n import N_, Text

WITHOUT_EFFECT = ("inplace", "device", "dtype")  # on the numbers that come out
NONLINEARITY = inspect.Parameter("nonlinearity", inspect.Parameter.POSITIONAL_OR_KEYWORD, default="tanh")


def arguments(call: Call) -> dict[str, Any]:
    """Every argument by its name, torch's defaults included. Raises CannotRead for one that torch does not know."""
    bound = _bound(call)
    bound.apply_defaults()
    return {name: _plain(value) for name, value in bound.arguments.items() if name not in WITHOUT_EFFECT}


def explicit(call: Call) -> dict[str, Any]:
    """The arguments that the call names itself. Raises CannotRead."""
    return {name: _plain(value) for name, value in _bound(call).arguments.items()}


def _bound(call: Call) -> inspect.BoundArguments:
    try:
        return signature(call.module, call.name).bind(*call.arguments, **call.settings)
    except TypeError as error:
        text = Text(N_("{layer} does not take these arguments: {reason}."), layer=call.name, reason=str(error))
        raise CannotRead(text, line_of(call)) from None


def _plain(value: Any) -> Any:
    """torch takes `F.relu` and «relu» alike."""
    return value.name if isinstance(value, Symbol) else value.__name__ if inspect.isfunction(value) else value


def is_required(call: Call, name: str) -> bool:
    """Whether torch has no default for an argument: the sizes of the input are of this kind."""
    return signature(call.module, call.name).parameters[name].default is inspect.Parameter.empty


def line_of(call: Call) -> int:
    """Where a call stands in the learner's code."""
    return call.line if isinstance(call, Written) else 1


@functools.cache
def signature(module: str, name: str) -> inspect.Signature:
    """The arguments of a layer as torch declares them; those of recurrent networks stand in their base."""
    made = getattr(importlib.import_module(module), name)
    if name == "Sequential":
        return inspect.Signature([inspect.Parameter("modules", inspect.Parameter.VAR_POSITIONAL)])
    if not issubclass(made, nn.RNNBase):
        found = inspect.signature(made)
        kept = [each for each in found.parameters.values() if each.kind is not inspect.Parameter.VAR_KEYWORD]
        return inspect.Signature(kept)
    base = [each for each in inspect.signature(nn.RNNBase).parameters.values() if each.name != "mode"]
    return inspect.Signature([*base[:3], NONLINEARITY, *base[3:]] if made is nn.RNN else base)
