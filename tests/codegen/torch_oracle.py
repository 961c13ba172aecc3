"""torch itself says whether layers that were read compute what the code computes.

The code is run here, in the test's own process, and nowhere in the product. Weights are carried over in the order in
which they are used; then the parameters are as many, and the outputs the same: in use, and while learning with the same
random numbers.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from typing import Any

import torch
from torch import Tensor, nn

from dlcore import network
from dlcore.codegen.importer import ImportResult
from dlcore.data.base import About
from dlcore.declaration import Shape
from tests.contracts.variants import batch

EXAMPLES = 3
WHOLE = (nn.MultiheadAttention, nn.TransformerEncoderLayer)  # call their parts in ways of their own
COMMANDS = ("%", "!")


def module_of(code: str, name: str | None = None) -> nn.Module:
    """The network of a piece of code, by running it: `model`, or an object of the class of this name."""
    names: dict[str, Any] = {"__name__": "__main__", "torch": torch, "nn": nn, "F": nn.functional}
    text = "\n".join("" if line.lstrip().startswith(COMMANDS) else line for line in code.split("\n"))
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(text, "snippet", "exec"), names)
        for each in (name, "model", "net"):
            found = names.get(each) if each else None
            if isinstance(found, nn.Module):
                return found
            if isinstance(found, type) and issubclass(found, nn.Module) and "model" not in names and "net" not in names:
                return found()
        made = [each for each in names.values() if isinstance(each, nn.Module)]
        if made:
            return made[-1]
        classes = [each for each in names.values() if isinstance(each, type) and issubclass(each, nn.Module)]
        return classes[-1]()


def about(shape: Shape, output: Tensor) -> About:
    """Data for which a network with this output is right."""
    names = tuple(map(str, range(output.shape[-1])))
    return About("multiclass" if output.dim() == 2 else "next-token", shape, rows=100, classes=names)


def computes_the_same(result: ImportResult, module: nn.Module, shape: Shape) -> str:
    """Empty where the layers compute what the module does, else in what they differ."""
    x = batch(shape, EXAMPLES)
    with torch.no_grad(), contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs_used = used_in_order(module.eval(), x)
        output = module(x)
        ours: nn.Module = network.call(result.layers, about(shape, output)).build().eval()
        ours_used = used_in_order(ours, x)
        if count(ours) != count(module):
            return f"{count(ours)} parameters, not {count(module)}"
        if len(ours_used) != len(theirs_used):
            return f"{len(ours_used)} layers with weights, not {len(theirs_used)}"
        for mine, other in zip(ours_used, theirs_used, strict=True):
            mine.load_state_dict(other.state_dict())
        for mode in (False, True):
            answers = []
            for each in (ours, module):
                torch.manual_seed(0)
                answers.append(each.train(mode)(x))
            if answers[0].shape != answers[1].shape:
                return f"outputs of shape {tuple(answers[0].shape)}, not {tuple(answers[1].shape)}"
            if not torch.allclose(*answers, rtol=1e-4, atol=1e-5):
                return f"other outputs {'while it learns' if mode else 'in use'}"
    return ""


def count(module: nn.Module) -> int:
    return sum(each.numel() for each in module.parameters())


def used_in_order(module: nn.Module, x: Tensor) -> list[nn.Module]:
    """The layers that hold weights or running means themselves, in the order in which they are first used."""
    found: list[nn.Module] = []
    inner = {
        id(part) for each in module.modules() if isinstance(each, WHOLE) for part in each.modules() if part is not each
    }
    hooks = []
    for each in module.modules():
        holds = isinstance(each, WHOLE) or each._parameters or each._buffers
        if holds and id(each) not in inner:
            hooks.append(
                each.register_forward_pre_hook(lambda one, _given: None if one in found else found.append(one))
            )
    module(x)
    for hook in hooks:
        hook.remove()
    return found
