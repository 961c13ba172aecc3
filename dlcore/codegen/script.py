"""`train.py`: the whole experiment as one script, written as a textbook would, with torch and scikit-learn alone.

Run on the same machine with the same number of threads it prints the app's losses, epoch by epoch, to the last bit:
the three seeds, the order of operations and the batches are the loop's own (see dlcore/training/loop.py).
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from dlcore import network
from dlcore.codegen import data_source
from dlcore.codegen.layout import docstring, joined, wrapped
from dlcore.codegen.model import is_import, merged, pasted, stack, title
from dlcore.data.base import About, Dataset
from dlcore.data.load import row_numbers
from dlcore.data.split import column_of
from dlcore.declaration import Call
from dlcore.experiment import Experiment, PredefinedSplit
from dlcore.layers import initialization
from dlcore.layers.base import Step
from dlcore.network import about_of
from dlcore.training.augmentation import MODULE as AUGMENTING
from dlcore.training.augmentation import SEED, Augmentation
from dlcore.training.losses import Loss
from dlcore.training.metrics import evaluation_rows
from dlcore.training.optimizers import Optimizer
from dlcore.training.schedules import Schedule
from dlcore.training.scores import METRICS
from dlcore.training.turning import BETAS, set_beta, set_in_groups, set_learning_rate

START_FILE = "start.safetensors"  # weights to begin with; lies beside the script
BEST_DEVICE = '"cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"'
RIGHT = {  # how right predictions are counted, by task
    "multiclass": "(prediction.argmax(dim=1) == some_y).sum().item()",
    "binary": "((prediction > 0) == (some_y > 0)).sum().item()",
    "next-token": "(prediction.argmax(dim=-1) == some_y).sum().item() / some_y.shape[1]",
}


SEED_NOTES = {  # comments beside seeds of their own
    "split": "which rows there are, which teach and which judge",
    "weights": "the first weights",
    "order": "the batches, dropout, augmentation",
}


def source_code(experiment: Experiment, threads: int | None = None) -> str:
    """The standalone script. `threads` fixes torch's number of threads, on which the last bits depend.

    Raises NetworkError where the layers cannot work, DataError where the data cannot be divided as asked.
    """
    return joined(line for part in parts(experiment, threads).values() for line in part)


@dataclass(frozen=True)
class _Plan:
    """An experiment with what is asked of it again and again while its script is written."""

    experiment: Experiment
    about: About
    steps: list[Step]
    calls: tuple[Call, ...]
    loss: Call
    reading: data_source.Reading

    @property
    def source(self) -> Dataset:
        return cast("Dataset", self.experiment.dataset.source)

    @property
    def schedule(self) -> Schedule | None:
        return cast("Schedule | None", self.experiment.training.schedule)

    def seed(self, part: str) -> str:
        """The variable that seeds a part of chance."""
        return "seed" if getattr(self.experiment.seeds, part) is None else f"{part}_seed"

    def of_split(self, lines: Sequence[str]) -> list[str]:
        """Lines that read and divide the data, with the seed of the split; a function's own lines stay."""
        variable = self.seed("split")
        return [line if line.startswith((" ", "def ")) else re.sub(r"\bseed\b", variable, line) for line in lines]

    @property
    def mixed(self) -> bool:
        return self.experiment.training.precision == "mixed"


def parts(
    experiment: Experiment, threads: int | None = None, note: Sequence[str] | None = None
) -> dict[str, list[str]]:
    """The lines of the script in five parts: `head`, `data`, `model`, `judging`, `loop`.

    note: the lines of a function `note(epoch)` in place of the one that prints the losses; it returns the loss that
    judges the epoch. Then nothing is kept, either: neither history nor weights.
    """
    about = about_of(experiment)
    steps = network.trace(experiment)
    calls = network.call(experiment.network, about).arguments
    loss = cast("Loss", experiment.loss).call(about)
    choice = experiment.dataset
    by = "column" in type(choice.split).model_fields or isinstance(choice.split, PredefinedSplit)
    read = data_source.reading(cast("Dataset", choice.source), about, by)
    plan = _Plan(experiment, about, steps, calls, loss, read)
    written = {"data": _data(plan), "model": _model(plan), "judging": _judging(plan), "loop": _loop(plan)}
    written["judging"] += _noting(plan) if note is None else ["", "", *note]
    written["loop"] += ["", 'torch.save(model.state_dict(), "weights.pt")'] if note is None else []
    needs_math = any("math." in line for lines in written.values() for line in lines)
    return {"head": _head(plan, threads, needs_math), **written}


def _head(plan: _Plan, threads: int | None, needs_math: bool) -> list[str]:
    experiment, own = plan.experiment, pasted((*plan.calls, plan.loss))
    imports = [line for line in own if is_import(line)]
    imports += [*plan.reading.imports, *data_source.imports(experiment.dataset, plan.about)]
    imports += ["from safetensors.torch import load_file"] if experiment.start is not None else []
    changes = [each.name for each in experiment.training.augmentation]
    imports += [f"from {AUGMENTING} import {', '.join(sorted(set(changes)))}"] if changes else []
    imports += ["import torch", "from torch import nn", *(["import math"] if needs_math else [])]
    return [
        *docstring(
            f"{title(experiment)}.",
            "",
            "Seven steps train it: take a batch, forward, loss, backward, optimizer step, zero the gradients, repeat.",
        ),
        "",
        *import_lines(imports),
        "",
        f"seed = {experiment.seed}",
        *(f"{part}_seed = {seed}  # {SEED_NOTES[part]}" for part, seed in experiment.seeds.to_dict().items()),
        *([] if threads is None else [f"torch.set_num_threads({threads})"]),
        _device(experiment.training.device),
        *(line for line in own if not is_import(line)),
    ]


def import_lines(lines: list[str]) -> list[str]:
    """Python's own modules, an empty line, then the others."""
    known = merged(lines)
    own = [line for line in known if line.split()[1].split(".")[0] in sys.stdlib_module_names]
    return [*own, *([""] if own else []), *(line for line in known if line not in own)]


def _device(wanted: str) -> str:
    return f"device = torch.device({BEST_DEVICE if wanted == 'auto' else repr(wanted)})".replace("'", '"')


def _data(plan: _Plan) -> list[str]:
    choice = plan.experiment.dataset
    return [
        "",
        "# The data: read it, divide it, scale it by what the training part alone can teach",
        *plan.of_split(plan.reading.lines),
        "",
        *plan.of_split(data_source.dividing(choice, plan.about)),
        "",
        *data_source.scaling(choice, plan.about),
        "",
        "",
        "x_train, y_train = (part.to(device) for part in tensors(train))",
        "x_validation, y_validation = (part.to(device) for part in tensors(validation))",
    ]


def _model(plan: _Plan) -> list[str]:
    drawn = initialization.source(plan.experiment.training.initialization)
    start = plan.experiment.start
    known = [] if start is None else [
        "",
        f"# Learned before, in place of those drawn: {start.origin or start.weights}",
        f'model.load_state_dict(load_file("{START_FILE}"))',
    ]  # fmt: skip
    return [
        "",
        "# The network: its first weights are drawn from the seed",
        f"torch.manual_seed({plan.seed('weights')})",
        "model = nn.Sequential(",
        *stack(plan.steps, plan.calls),
        ")",
        *drawn,
        *known,
        "model.to(device)",
    ]


def _judging(plan: _Plan) -> list[str]:
    return [
        "",
        "# What is made small, and what makes it small",
        *wrapped(f"loss_function = {_on_device(plan.loss.source())}"),
        *wrapped(f"optimizer = {_optimizer(plan)}"),
        *_scheduler(plan),
        *_mixed(plan),
        "",
        "",
        *_measure(plan),
    ]


def _noting(plan: _Plan) -> list[str]:
    kept = "history = []  # (training loss, validation loss) after each epoch"
    return ["", "", kept, "", "", *_note(plan)]


def _on_device(loss: str) -> str:
    return f"{loss}.to(device)" if "torch.tensor(" in loss else loss


def _optimizer(plan: _Plan) -> str:
    optimizer, wanted = cast("Optimizer", plan.experiment.training.optimizer), plan.experiment.training.device
    made = optimizer.source("model.parameters()", "cpu" if wanted == "auto" else wanted)
    everywhere = set(optimizer.fused_on) >= {"cpu", "cuda", "mps"}
    return made if wanted != "auto" or everywhere else made.replace("fused=True", 'fused=device.type == "cpu"')


def _scheduler(plan: _Plan) -> list[str]:
    training = plan.experiment.training
    if plan.schedule is None:
        return []
    batches = -(-_rows_an_epoch(plan) // training.batch_size) if plan.schedule.every == "batch" else 1
    made = plan.schedule.source(training.optimizer.lr, training.epochs, batches)  # type: ignore[attr-defined]
    return [*wrapped(f"schedule = {made}"), f"# schedule.step() comes after each {plan.schedule.every}"]


def _rows_an_epoch(plan: _Plan) -> int:
    """How many examples an epoch has; only a schedule that counts batches wants to know, and the data must be read."""
    by = column_of(plan.source, plan.experiment.dataset.split)
    rows = len(row_numbers(plan.experiment, plan.source.read(plan.experiment.seed_of("split")), by)[0])
    return rows - 1 if _needs_company(plan) and rows % plan.experiment.training.batch_size == 1 else rows


def _mixed(plan: _Plan) -> list[str]:
    if not plan.mixed:
        return []
    return [
        "",
        "",
        "def forward(x):",
        '    """Products with half the digits where a GPU makes them faster."""',
        '    with torch.autocast(device.type, torch.bfloat16, enabled=device.type != "cpu"):',
        "        prediction = model(x)",
        "    return prediction.float()",
    ]


def _measure(plan: _Plan) -> list[str]:
    rows, right = evaluation_rows(plan.steps), RIGHT.get(plan.about.task)
    counted = [] if right is None else [f"        right += {right}"]
    return [
        "@torch.inference_mode()",
        "def measure(x, y):",
        f'    """Mean loss over a part{"" if right is None else ", and the share of right answers"}; dropout rests."""',
        "    model.eval()",
        "    total = 0.0" if right is None else "    total, right = 0.0, 0",
        f"    for some_x, some_y in zip(x.split({rows}), y.split({rows})):",
        f"        prediction = {'forward' if plan.mixed else 'model'}(some_x)",
        "        total += loss_function(prediction, some_y).item() * len(some_x)",
        *counted,
        "    return total / len(x)" if right is None else "    return total / len(x), right / len(x)",
    ]


def _note(plan: _Plan) -> list[str]:
    """The function that measures after an epoch; it returns the loss that judges it."""
    scored = plan.about.task in RIGHT
    judged = plan.experiment.dataset.split.validation > 0
    part = "validation" if judged else "train"
    said = "training loss {train_loss!r}" + (", validation loss {validation_loss!r}" if judged else "")
    measured = [f"    {_measured('train', scored, not judged)} = measure(x_train, y_train)"]
    if judged:
        measured.append(f"    {_measured('validation', scored, True)} = measure(x_validation, y_validation)")
    accuracy = f", accuracy {{accuracy:.{METRICS['accuracy'].digits}f}}" if scored else ""
    return [
        "def note(epoch):",
        f'    """Measure both parts after an epoch; the {"validation" if judged else "training"} loss judges it."""'
        if judged
        else '    """Measure after an epoch."""',
        *measured,
        f"    history.append((train_loss, {'validation_loss' if judged else None}))",
        f'    print(f"epoch {{epoch}}: {said}{accuracy}")',
        f"    return {part}_loss",
    ]


def _measured(part: str, scored: bool, says_accuracy: bool) -> str:
    return f"{part}_loss" + (f", {'accuracy' if says_accuracy else '_'}" if scored else "")


def _loop(plan: _Plan) -> list[str]:
    training, size = plan.experiment.training, _batch_size(plan)
    clip = [] if training.clip_norm is None else [
        f"        nn.utils.clip_grad_norm_(model.parameters(), {training.clip_norm})  # no longer than this"
    ]  # fmt: skip
    every_batch = plan.schedule is not None and plan.schedule.every == "batch"
    return [
        *_augmented(plan),
        *_changed(plan),
        "",
        "",
        "# The loop",
        f"order = torch.Generator().manual_seed({plan.seed('order')} + 1)  # of the batches",
        f"torch.manual_seed({plan.seed('order')} + 2)  # for dropout",
        "note(0)  # before anything is learned",
        *_patience_before(plan),
        *(["step = 0  # batches done"] if _changes(plan) else []),
        f"for epoch in range(1, {_epochs(plan)} + 1):",
        "    model.train()",
        *(["    change(step)"] if _changes(plan) else []),
        "    shuffled = torch.randperm(len(x_train), generator=order).to(device)",
        *_lone_row(plan),
        f"    batches = zip(x_train[shuffled].split({size}), y_train[shuffled].split({size}))",
        "    for x_batch, y_batch in batches:  # 1 take a batch",
        *(["        change(step)"] if _changes(plan) else []),
        *(["        x_batch = augmented(x_batch)"] if training.augmentation else []),
        f"        prediction = {'forward' if plan.mixed else 'model'}(x_batch)  # 2 forward",
        "        loss = loss_function(prediction, y_batch)  # 3 loss",
        "        loss.backward()  # 4 backward",
        *clip,
        "        optimizer.step()  # 5 step",
        "        optimizer.zero_grad()  # 6 zero the gradients, 7 repeat",
        *(["        schedule.step()"] if every_batch else []),
        *(["        step += 1"] if _changes(plan) else []),
        *_after_epoch(plan),
    ]


def _changes(plan: _Plan) -> list[tuple[int, dict[str, Any]]]:
    """(batches done, what is changed then): without the number of epochs, which the loop knows from its beginning."""
    told = [
        (change.step, {name: value for name, value in change.set.items() if name != "epochs"})
        for change in plan.experiment.training.changes
    ]
    return [each for each in told if each[1]]


def _batch_size(plan: _Plan) -> int | str:
    """The number, or the variable that holds it where it is changed while it trains."""
    changed = any("batch_size" in change.set for change in plan.experiment.training.changes)
    return "batch_size" if changed else plan.experiment.training.batch_size


def _epochs(plan: _Plan) -> int:
    """How many are trained, as the last change says; a schedule counts those that were planned."""
    set_to = [change.set["epochs"] for change in plan.experiment.training.changes if "epochs" in change.set]
    return int(set_to[-1]) if set_to else plan.experiment.training.epochs


def _changed(plan: _Plan) -> list[str]:
    """The function that makes the changes that were made by hand while it trained, before the same batch."""
    changes = _changes(plan)
    if not changes:
        return []
    names = {name for _step, values in changes for name in values}
    helpers = [HELPERS[wanted] for wanted in HELPERS if any(wanted in _turned(name, plan) for name in names)]
    size = _batch_size(plan)
    return [
        *(
            line
            for helper in helpers
            for line in ("", "", *inspect.getsource(helper).replace(": Any", "").splitlines())
        ),
        "",
        "",
        *([f"batch_size = {plan.experiment.training.batch_size}", "", ""] if size == "batch_size" else []),
        "def change(step):",
        '    """What was changed by hand while it trained: before the batch that follows so many."""',
        *(["    global batch_size"] if size == "batch_size" else []),
        *(
            line
            for step, values in changes
            for line in (
                f"    if step == {step}:",
                *(f"        {_turned(name, plan).format(value=value)}" for name, value in values.items()),
            )
        ),
    ]


HELPERS = {each.__name__: each for each in (set_learning_rate, set_beta, set_in_groups)}


def _turned(name: str, plan: _Plan) -> str:
    """The line that gives a knob its {value}."""
    group, _, rest = name.partition(".")
    if name == "batch_size":
        return "batch_size = {value}  # from the next epoch on"
    if name == "optimizer.lr":
        return f"set_learning_rate(optimizer, {'None' if plan.schedule is None else 'schedule'}, {{value}})"
    if group == "optimizer" and rest in BETAS:
        return f"set_beta(optimizer, {BETAS.index(rest)}, {{value}})"
    if group == "optimizer":
        return f'set_in_groups(optimizer, "{rest}", {{value}})'
    if group == "loss":
        return f"loss_function.{rest} = {{value}}"
    place, _, setting = rest.partition(".")
    return f"model[{place}].{setting} = {{value}}"


def _augmented(plan: _Plan) -> list[str]:
    """The function that changes a batch of pictures by chance, with random numbers of its own."""
    chosen = plan.experiment.training.augmentation
    if not chosen:
        return []
    calls = [cast("Augmentation", each).call(plan.about.shape).source() for each in chosen]
    return [
        "",
        "",
        "# Pictures changed by chance, so that no two epochs show the same",
        "changes = nn.Sequential(",
        *(line for call in calls for line in wrapped(f"    {call},")),
        ")",
        f"chance = torch.Generator().manual_seed({plan.seed('order')} + {SEED}).get_state()",
        "",
        "",
        "def augmented(x):",
        '    """A batch of pictures, changed; chance has random numbers of its own."""',
        "    global chance",
        "    before = torch.get_rng_state()",
        "    torch.set_rng_state(chance)",
        "    x = changes(x)",
        "    chance = torch.get_rng_state()",
        "    torch.set_rng_state(before)",
        "    return x",
    ]


def _after_epoch(plan: _Plan) -> list[str]:
    training, schedule = plan.experiment.training, plan.schedule
    every_epoch = schedule is not None and schedule.every == "epoch"
    watches = schedule is not None and schedule.watches_loss
    if training.patience is None and not watches:
        return ["    note(epoch)", *(["    schedule.step()"] if every_epoch else [])]
    lines = ["    judged = note(epoch)"]
    if every_epoch:
        lines.append(f"    schedule.step({'judged' if watches else ''})")
    if training.patience is not None:
        less = f" - {training.min_delta}" if training.min_delta else ""
        lines += [
            f"    best, waited = (judged, 0) if judged < best{less} else (best, waited + 1)",
            f"    if waited >= {training.patience}:  # it does not get better any more",
            "        break",
        ]
    return lines


def _patience_before(plan: _Plan) -> list[str]:
    return [] if plan.experiment.training.patience is None else ['best, waited = float("inf"), 0']


def _lone_row(plan: _Plan) -> list[str]:
    """Batch normalization cannot learn from a batch of one: a lone last example is left for another epoch."""
    if not _needs_company(plan):
        return []
    size = _batch_size(plan)
    return [
        f"    if len(shuffled) % {size} == 1:  # batch normalization cannot learn from a batch of one",
        "        shuffled = shuffled[:-1]",
    ]


def _needs_company(plan: _Plan) -> bool:
    return any("BatchNorm" in call.source() for call in plan.calls)
