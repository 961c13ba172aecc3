"""`train.py`: the whole experiment as one script, written as a textbook would, with torch and scikit-learn alone.

Run on the same machine with the same number of threads it prints the app's losses, epoch by epoch, to the last bit:
the three seeds, the order of operations and the batches are the loop's own (see dlcore/training/loop.py).
"""

from __future__ import annotations

from dlcore import network
from dlcore.codegen import reading
from dlcore.codegen.model import pasted, stack
from dlcore.declaration import Call
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.layers.base import Step
from dlcore.network import about_of
from dlcore.training.metrics import evaluation_rows

KNOWN = {"loss", "optimizer", "batch_size", "epochs", "device"}  # what of `training` this file can write


def source_code(experiment: Experiment, threads: int | None = None) -> str:
    """The standalone script. `threads` fixes torch's number of threads, on which the last bits depend.

    Raises NetworkError where the layers cannot work, DlcoreError for what a script cannot express.
    """
    return "\n".join("\n".join(part) for part in parts(experiment, threads).values()) + "\n"


def parts(experiment: Experiment, threads: int | None = None) -> dict[str, list[str]]:
    """The lines of the script in five parts: `head`, `data`, `model`, `judging`, `loop`."""
    _refuse_the_unknown(experiment)
    steps = network.trace(experiment)
    calls = network.call(experiment.network, about_of(experiment)).arguments
    return {
        "head": _head(experiment, calls, threads),
        "data": _data(experiment),
        "model": _model(steps, calls),
        "judging": _judging(experiment, steps),
        "loop": _loop(experiment, calls),
    }


def _refuse_the_unknown(experiment: Experiment) -> None:
    for name, field in type(experiment.training).model_fields.items():
        if name not in KNOWN and getattr(experiment.training, name) != field.get_default():
            raise DlcoreError(Text(N_("training.{name} cannot be written into a script yet."), name=name))


def _head(experiment: Experiment, calls: tuple[Call, ...], threads: int | None) -> list[str]:
    about, choice = about_of(experiment), experiment.dataset
    layers = " → ".join(layer.name for layer in experiment.network)
    lines = [
        f'"""{choice.source.name}: {layers}.',
        "",
        "Seven steps train it: take a batch, forward, loss, backward, optimizer step, zero the gradients, repeat.",
        '"""',
        "",
    ]
    own = pasted(calls)
    plain = [line for line in own if line.startswith(("import ", "from "))]
    lines += [line for line in plain if line.startswith("import ")]
    lines += reading.imports(choice, about)
    lines += ["import torch"] if "import torch" not in lines else []
    lines += [line for line in plain if line.startswith("from ")]
    lines += ["from torch import nn", "", f"seed = {experiment.seed}"]
    if threads is not None:
        lines.append(f"torch.set_num_threads({threads})")
    lines.append(_device(experiment.training.device))
    return [*lines, *(line for line in own if line not in plain)]


def _device(wanted: str) -> str:
    if wanted != "auto":
        return f'device = torch.device("{wanted}")'
    return (
        'device = torch.device("cuda" if torch.cuda.is_available() else "mps" if torch.mps.is_available() else "cpu")'
    )


def _data(experiment: Experiment) -> list[str]:
    about, choice = about_of(experiment), experiment.dataset
    return [
        "",
        "# The data: read it, divide it, scale it by what the training part alone can teach",
        *reading.reading(choice.source, about),  # type: ignore[arg-type]
        "",
        *reading.dividing(choice, about),
        "",
        *reading.scaling(choice, about),
        "",
        "",
        "x_train, y_train = (part.to(device) for part in tensors(train))",
        "x_validation, y_validation = (part.to(device) for part in tensors(validation))",
    ]


def _model(steps: list[Step], calls: tuple[Call, ...]) -> list[str]:
    return [
        "",
        "# The network: its first weights are drawn from the seed",
        "torch.manual_seed(seed)",
        "model = nn.Sequential(",
        *stack(steps, calls),
        ").to(device)",
    ]


def _judging(experiment: Experiment, steps: list[Step]) -> list[str]:
    about, training = about_of(experiment), experiment.training
    loss: Call = training.loss.call(about)  # type: ignore[attr-defined]
    optimizer: str = training.optimizer.source("model.parameters()", "cpu")  # type: ignore[attr-defined]
    rows = evaluation_rows(steps)
    return [
        f"loss_function = {loss.source()}",
        f"optimizer = {optimizer}",
        "",
        "",
        "@torch.inference_mode()",
        "def measure(x, y):",
        '    """Mean loss over a part, dropout off."""',
        "    model.eval()",
        "    total = 0.0",
        f"    for some_x, some_y in zip(x.split({rows}), y.split({rows})):",
        "        total += loss_function(model(some_x), some_y).item() * len(some_x)",
        "    return total / len(x)",
        "",
        "",
        "history = []",
        "",
        "",
        "def note(epoch):",
        '    """Both parts are measured after the epoch, the validation part only where there is one."""',
        "    train_loss = measure(x_train, y_train)",
        "    history.append((train_loss, measure(x_validation, y_validation) if len(validation) else None))",
        '    print(f"epoch {epoch}: training loss {history[-1][0]!r}, validation loss {history[-1][1]!r}")',
    ]


def _loop(experiment: Experiment, calls: tuple[Call, ...]) -> list[str]:
    size = experiment.training.batch_size
    rows = _rows(calls, size)
    return [
        "",
        "",
        "# The loop",
        "order = torch.Generator().manual_seed(seed + 1)  # of the batches",
        "torch.manual_seed(seed + 2)  # for dropout",
        "note(0)",
        f"for epoch in range(1, {experiment.training.epochs} + 1):",
        "    model.train()",
        f"    shuffled = torch.randperm(len(x_train), generator=order){rows}.to(device)",
        f"    batches = zip(x_train[shuffled].split({size}), y_train[shuffled].split({size}))",
        "    for x_batch, y_batch in batches:  # 1 take a batch",
        "        prediction = model(x_batch)  # 2 forward",
        "        loss = loss_function(prediction, y_batch)  # 3 loss",
        "        loss.backward()  # 4 backward",
        "        optimizer.step()  # 5 step",
        "        optimizer.zero_grad()  # 6 zero the gradients, 7 repeat",
        "    note(epoch)",
        "",
        'torch.save(model.state_dict(), "weights.pt")',
    ]


def _rows(calls: tuple[Call, ...], size: int) -> str:
    """Batch normalization cannot learn from a batch of one: a lone last example is left for another epoch."""
    if "BatchNorm" not in "".join(call.source() for call in calls):
        return ""
    return f"[: len(x_train) - 1 if len(x_train) % {size} == 1 else None]"
