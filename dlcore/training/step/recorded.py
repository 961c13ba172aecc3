"""Forward and backward of one batch, written down as the kernels they call, to be called again from C++.

torch.fx writes down what is called below autograd. That list becomes TorchScript, a line a kernel, and torch.jit calls
them in this order. It is asked not to optimize: it would call fewer kernels, and others, and so round otherwise.

TorchScript is deprecated, and some names here are torch's own affair (`torch._C`, `make_fx`). They are asked for when
something is recorded, not before: where one is missing nothing is, as where a network cannot be recorded. What was
measured of `torch.compile` and `torch.export` instead stands in docs/recorded-steps.md.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.fx import GraphModule, Node

from dlcore.training.metrics import LossFunction

if TYPE_CHECKING:
    from torch.autograd.graph import Node as Backward

MOST_STEPS_BACK = 300  # a recurrent network takes thousands: recording them would hold training up for seconds

aten = torch.ops.aten

Made = tuple[Tensor | None, ...]  # the loss, and a gradient for each parameter that learns


class Recording:
    """What forward and backward of a model call, for batches of the shapes and strides that were recorded."""

    def __init__(self, graph: GraphModule) -> None:
        self._step = torch.jit.CompilationUnit(source(graph)).step
        self._constants = [getattr(graph, node.target) for node in graph.graph.nodes if node.op == "get_attr"]

    def __call__(self, x: Tensor, y: Tensor, state: Sequence[Tensor]) -> Made:
        """`state`: the values of `state_of`, unknown to autograd; buffers among them are written to."""
        optimizing = torch._C._get_graph_executor_optimize()  # this thread's; as torch.jit.optimized_execution does
        torch._C._set_graph_executor_optimize(False)
        try:
            with torch._C._AutoDispatchBelowAutograd():  # where it was recorded
                made: Made = self._step(x, y, *state, *self._constants)
        finally:
            torch._C._set_graph_executor_optimize(optimizing)
        return made


def state_of(model: nn.Module) -> dict[str, Tensor]:
    """All that a forward pass reads beside its input, by name: parameters and buffers, saved or not."""
    return {**dict(model.named_parameters()), **dict(model.named_buffers())}


def record(model: nn.Module, loss_function: LossFunction, x: Tensor, y: Tensor) -> Recording | None:
    """The calls for a batch of x (N, *) and y; None where they are too many.

    The model is as it was afterwards, but random numbers are drawn. Raises whatever torch raises where a network does
    what cannot be written down.
    """
    from torch.fx.experimental.proxy_tensor import make_fx

    learned = {name for name, each in model.named_parameters() if each.requires_grad}
    state = {name: each if name in learned else each.detach().clone() for name, each in state_of(model).items()}

    def loss_of(x: Tensor, y: Tensor, state: Mapping[str, Tensor]) -> Tensor:
        prediction: Tensor = torch.func.functional_call(model, dict(state), (x,))
        return loss_function(prediction, y)

    def forward_and_backward(x: Tensor, y: Tensor, *values: Tensor) -> Made:
        named = dict(zip(state, values, strict=True))
        loss = loss_of(x, y, named)
        gradients = torch.autograd.grad(loss, [named[name] for name in state if name in learned], allow_unused=True)
        return loss.detach(), *gradients

    if _steps_back(loss_of(x, y, state)) > MOST_STEPS_BACK:
        return None
    graph = make_fx(forward_and_backward)(x, y, *state.values())
    _shorten(graph)
    return Recording(graph)


def _steps_back(loss: Tensor) -> int:
    """How many steps backward will take."""
    found: set[Backward] = set()
    ahead = [loss.grad_fn]
    while ahead:
        step = ahead.pop()
        if step is not None and step not in found:
            found.add(step)
            ahead += [before for before, _ in step.next_functions]
    return len(found)


def _shorten(graph: GraphModule) -> None:
    """Leave out what only gives the same tensor again: for autograd, or transposed twice."""
    for node in graph.graph.nodes:
        if node.target is aten.detach.default:
            node.replace_all_uses_with(node.args[0])
        elif node.target is aten.t.default and node.args[0].target is aten.t.default:
            node.replace_all_uses_with(node.args[0].args[0])
    graph.graph.eliminate_dead_code()


def source(graph: GraphModule) -> str:
    """A TorchScript function `step` of what the graph is given and then its constants."""
    nodes = list(graph.graph.nodes)
    given = [node.name for op in ("placeholder", "get_attr") for node in nodes if node.op == op]
    return "\n    ".join([f"def step({', '.join(given)}):", *_lines(nodes)]) + "\n"


def _lines(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        given = [_written(each) for each in node.args]
        if node.op == "output":
            yield f"return {given[0]}"
        elif node.target is operator.getitem:
            yield f"{node.name} = {given[0]}[{given[1]}]"
        elif isinstance(node.target, torch._ops.OpOverload):
            given += [f"{name}={_written(each)}" for name, each in node.kwargs.items()]
            yield f"{node.name} = torch.ops.{node.target.namespace}.{node.target._opname}({', '.join(given)})"


def _written(value: Any) -> str:
    """An argument as TorchScript has it."""
    if isinstance(value, Node):
        return value.name
    if isinstance(value, list):
        return f"[{', '.join(_written(each) for each in value)}]"
    if isinstance(value, tuple):
        return f"({', '.join(_written(each) for each in value)})"
    if isinstance(value, float) and not math.isfinite(value):
        return f"float('{value}')"
    if isinstance(value, torch.device):
        return f"torch.device('{value}')"
    return repr(value) if isinstance(value, str) else str(value)
