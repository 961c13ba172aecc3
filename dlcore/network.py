"""The stack of layers as a whole: shapes through it, what is wrong with it, what it costs, and the torch module.

Everything here runs on torch's meta device but `build`: no memory, no arithmetic, milliseconds.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import nn

from dlcore.data.base import About, Dataset
from dlcore.declaration import Call, Declaration, Shape
from dlcore.errors import NetworkError
from dlcore.experiment import Experiment, usual_loss
from dlcore.i18n import N_, Text
from dlcore.layers.activation import LogSigmoid, LogSoftmax, Sigmoid, Softmax
from dlcore.layers.advice import Warning, warnings
from dlcore.layers.base import Layer, Path, Step
from dlcore.layers.cost import cost, machine_memory
from dlcore.layers.dense import Output
from dlcore.layers.initialization import initialize
from dlcore.layers.repair import apply_repair
from dlcore.layers.stack import at_place, follow, inside, place_of

__all__ = [
    "Diagnosis",
    "Estimate",
    "Step",
    "Warning",
    "apply_repair",
    "build",
    "call",
    "check",
    "diagnose",
    "estimate",
    "trace",
]

Layers = Sequence[Declaration]
OVER_ALL = (Softmax, LogSoftmax)  # of one score alone, or of labels that may all be right, they decide otherwise
PROBABILITIES = (*OVER_ALL, Sigmoid, LogSigmoid)
WEIGHTS_AND_GRADIENTS = 2
FLOAT_BYTES = 4


@dataclass(frozen=True)
class Diagnosis:
    """How far a stack of layers works. `steps` are the layers before the first mistake."""

    steps: tuple[Step, ...]
    error: NetworkError | None
    warnings: tuple[Warning, ...]
    inside: tuple[Step, ...] = ()  # where the mistake lies in a block: the layers in it that work nevertheless

    @property
    def parameters(self) -> int:
        return sum(step.parameters for step in self.steps)


@dataclass(frozen=True)
class Estimate:
    """What training will take, before it starts."""

    parameters: int
    memory_bytes: int  # weights, gradients, optimizer state, and what one batch keeps for the backward pass
    products: int  # operations of matrix products for one example, forward and backward
    convolutions: int  # … of convolutions
    values: int  # numbers that other kernels read and make for one example, forward
    kernels: int  # called for a batch, forward


def trace(experiment: Experiment) -> list[Step]:
    """One step a layer: what it received, made and costs. Raises NetworkError at the first that cannot work."""
    return [step for step, _ in _walk(experiment.network, about_of(experiment))]


def diagnose(
    layers: Layers, about: About, loss: Declaration | None = None, memory_limit: int | None = None
) -> Diagnosis:
    """The steps that work, the first mistake if there is one, and what is allowed but unwise. Never raises."""
    steps: list[Step] = []
    error = None
    try:
        for step, _ in _within(_walk(layers, about), WEIGHTS_AND_GRADIENTS, memory_limit):
            steps.append(step)
    except NetworkError as found:
        error = found
    received = steps[-1].made if steps else about.shape
    within = tuple(_inside(layers, len(steps), received, ())) if error is not None and len(steps) < len(layers) else ()
    return Diagnosis(tuple(steps), error, tuple(warnings(layers, steps, loss or usual_loss(about.task))), within)


def _inside(layers: Layers, number: int, received: Shape, path: Path) -> Iterator[Step]:
    """The steps in the block at this place, the first that does not work, up to what is wrong in it."""
    for prefix, stack in cast("Layer", layers[number]).stacks():
        last, worked = received, 0
        try:
            for step, _ in follow(stack, received, Shape(), (*path, number, *prefix)):
                yield step
                last, worked = step.made, worked + 1
        except NetworkError:
            yield from _inside(stack, worked, last, (*path, number, *prefix))
            return


def call(layers: Layers, about: About) -> Call:
    """`nn.Sequential(...)` written down: it builds the module and prints its source. Raises NetworkError."""
    return Call("Sequential", *(made for _, made in _walk(layers, about)))


def build(experiment: Experiment) -> nn.Sequential:
    """The module with its initial weights, drawn from the experiment's seed. Raises NetworkError."""
    written = call(experiment.network, about_of(experiment))
    torch.manual_seed(experiment.seed_of("weights"))
    module: nn.Sequential = written.build()
    initialize(module, experiment.training.initialization)
    return module


def parameters_of(experiment: Experiment) -> int:
    """How many numbers the network learns. Raises NetworkError where it cannot work."""
    return sum(step.parameters for step in trace(experiment))


def estimate(experiment: Experiment) -> Estimate:
    """Parameters, memory and arithmetic of the training to come. Raises NetworkError."""
    about, batch_size = about_of(experiment), experiment.training.batch_size
    walked = list(_walk(experiment.network, about))
    steps = [step for step, _ in walked]
    taken = cost(Call("Sequential", *(made for _, made in walked)), about.shape, batch_size)
    copies = WEIGHTS_AND_GRADIENTS + optimizer_state(experiment.training.optimizer)
    return Estimate(
        parameters=sum(step.parameters for step in steps),
        memory_bytes=sum(step.bytes for step in steps) * copies + taken.activations,
        products=taken.products // batch_size,
        convolutions=taken.convolutions // batch_size,
        values=taken.values // batch_size,
        kernels=taken.kernels,
    )


def check(experiment: Experiment, memory_limit: int | None = None) -> None:
    """Refuse, before anything is allocated, a network that cannot work or would not fit into memory (bytes).

    Without a limit, the machine's memory. Raises NetworkError that names the layer and the gigabytes.
    """
    about, batch_size = about_of(experiment), experiment.training.batch_size
    copies = WEIGHTS_AND_GRADIENTS + optimizer_state(experiment.training.optimizer)
    steps = [step for step, _ in _within(_walk(experiment.network, about), copies, memory_limit)]
    check_batches(experiment.network, steps, batch_size)
    limit = machine_memory() if memory_limit is None else memory_limit
    needed = estimate(experiment).memory_bytes
    if needed > limit:
        largest = max(steps, key=lambda step: step.bytes * copies + math.prod(step.made) * FLOAT_BYTES * batch_size)
        raise _too_large(largest, needed, limit)


def check_batches(layers: Layers, steps: Sequence[Step], batch_size: int) -> None:
    """Refuse batches that a layer cannot learn from; layers without a step are not asked. Raises NetworkError."""
    received = {step.path: step.received for step in every(steps)}
    for path, layer in ((path, layer) for path, layer in inside(layers) if path in received):
        try:
            layer.check_batch(received[path], batch_size)
        except NetworkError as error:
            raise at_place(error, layer, path) from None


def every(steps: Iterable[Step]) -> Iterator[Step]:
    """All steps, those inside blocks after their block."""
    for step in steps:
        yield step
        yield from every(step.children)


def _within(walked: Iterator[tuple[Step, Call]], copies: int, memory_limit: int | None) -> Iterator[tuple[Step, Call]]:
    """The same steps, refused where weights and their copies would not fit any more."""
    limit = machine_memory() if memory_limit is None else memory_limit
    needed, largest = 0, None
    for step, made in walked:
        needed += step.bytes * copies
        largest = step if largest is None or step.bytes > largest.bytes else largest
        if needed > limit:
            raise _too_large(largest, needed, limit)
        yield step, made


def _too_large(step: Step, needed: int, limit: int) -> NetworkError:
    return NetworkError(
        Text(
            N_(
                "Training this network would take {needed} of memory, most of it for {layer}. "
                "At most {limit} may be used: make this layer smaller."
            ),
            layer=place_of(step.layer, step.path),
            needed=_gigabytes(needed),
            limit=_gigabytes(limit),
        ),
        step.path,
    )


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:,.1f} GB" if count < 1e11 else f"{count / 1e9:,.0f} GB"


@functools.lru_cache(maxsize=64)
def optimizer_state(optimizer: Declaration) -> int:
    """How many numbers an optimizer remembers for each weight, found by letting it take one step."""
    weights = nn.Parameter(torch.zeros(8, 8))
    weights.grad = torch.zeros_like(weights)
    made: torch.optim.Optimizer = optimizer.build([weights], torch.device("cpu"))  # type: ignore[attr-defined]
    made.step()
    state = made.state[weights].values()
    return sum(isinstance(each, torch.Tensor) and each.shape == weights.shape for each in state)


def _walk(layers: Layers, about: About) -> Iterator[tuple[Step, Call]]:
    """Each layer's step and call; NetworkError at the first mistake, misplaced Outputs among them."""
    if not layers:
        raise NetworkError(Text(N_("The network is empty. Add an Output layer to begin with.")), repair="append:Output")
    for number, found in enumerate(follow(layers, about.shape, wanted(about))):
        if number and isinstance(layers[number - 1], Output):
            raise _needless(layers, number, about)
        if isinstance(layers[number], Output) and number < len(layers) - 1 and not _turned_again(layers, number, about):
            raise _misplaced(layers, number)
        yield found
    if not isinstance(layers[-1], Output):
        raise NetworkError(
            Text(N_("The network has no Output layer. Its last layer must be Output.")), repair="append:Output"
        )


def _turned_again(layers: Layers, number: int, about: About) -> bool:
    """Whether the layer after this Output makes probabilities of its scores, which the loss does itself."""
    return about.task != "regression" and isinstance(layers[number + 1], PROBABILITIES)


def _needless(layers: Layers, number: int, about: About) -> NetworkError:
    """A softmax or sigmoid after Output, as the last step of a network elsewhere: the loss applies its own."""
    loss = usual_loss(about.task)
    function: str = loss.applies  # type: ignore[attr-defined]
    text = Text(
        N_("{layer} is not needed: {loss} applies {function} to the scores of Output itself. Remove it."),
        layer=place_of(layers[number].name, (number,)),
        loss=loss.name,
        function=function,
    )
    same_decision = function == "softmax" or not isinstance(layers[number], OVER_ALL)
    return NetworkError(text, (number,), "remove" if same_decision else None)


def _misplaced(layers: Layers, number: int) -> NetworkError:
    place = place_of(layers[number].name, (number,))
    if isinstance(layers[-1], Output):
        return NetworkError(
            Text(N_("{layer} stands before the end, and there is another Output. Remove this one."), layer=place),
            (number,),
            "remove",
        )
    return NetworkError(
        Text(N_("{layer} must be the last layer. Move it to the end."), layer=place), (number,), "move:end"
    )


def about_of(experiment: Experiment) -> About:
    """What the experiment's data set holds, without loading it."""
    return cast("Dataset", experiment.dataset.source).about()


def wanted(about: About) -> Shape:
    """The shape the network must give for one example: a score for each output, at every step where words follow."""
    every_step: tuple[int, ...] = about.shape if str(about.task) == "next-token" else ()
    return Shape((*every_step, about.outputs))
