"""A study of 48 runs through the app, and whether networks of several seeds would train faster as one stack.

Seven remedies and the base with six seeds each, on 100 digits. Beside it, in this process: six seeds of the base one
after the other by a bare loop and by the app's, and all six at once, stacked, with their largest difference from the
bare loop.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state

from dlcore.access import ME, OPERATOR
from dlcore.data.load import load
from dlcore.experiment import Experiment
from dlcore.network import build
from dlcore.presets import PRESETS
from dlcore.runs import Runs, Settings
from dlcore.runs import open as open_runs
from dlcore.studies import Study
from dlcore.studies.remedies import Remedies
from dlcore.studies.results import ENDED, arm_results
from dlcore.training.batches import Batches
from dlcore.training.loop import train
from tests.benchmarks.base import Row, medians

TITLE = "Seven remedies × six seeds and the base: 48 runs by two workers; six seeds in one process"
BASE = PRESETS["overfit"].experiment
REMEDIES, SEEDS, RUNS = 7, 6, 48
WAIT_SECONDS = 0.1
ALIKE = 1e-6


def measure(repeats: int) -> list[Row]:
    return [*of_workers(max(1, repeats // 3)), *of_seeds(repeats)]


def of_workers(repeats: int) -> Iterator[Row]:
    found = []
    with tempfile.TemporaryDirectory() as folder, open_runs(Settings(home=Path(folder), workers=2)) as runs:
        while runs.speed("cpu") is None:  # a worker measures as soon as it has nothing to do
            time.sleep(WAIT_SECONDS)
        for _ in range(repeats):
            found.append(studied(runs))
    limits = {"submitted": 0.5, "first verdict": 8.0, f"all {RUNS} runs": 20.0}
    for (what, most), seconds in zip(limits.items(), map(median, zip(*found, strict=True)), strict=True):
        yield Row(what, seconds, "s", target=f"≤ {most:g} s", reached=seconds <= most)


def studied(runs: Runs) -> tuple[float, float, float]:
    """Seconds until it is submitted, until an arm is judged, until every run has ended."""
    remedies = Remedies(remedies=Remedies.suited(BASE).remedies[:REMEDIES])
    began = time.perf_counter()
    study_id = runs.submit_study(Study.of(remedies, BASE, SEEDS, "fix it"), ME)
    submitted, judged = time.perf_counter() - began, 0.0
    while True:
        results = runs.study_results(study_id, OPERATOR)
        words = [line.verdict.word for line in arm_results(runs.study(study_id, OPERATOR), results) if line.verdict]
        if not judged and any(word != "no verdict" for word in words):
            judged = time.perf_counter() - began
        if all(each.state in ENDED for each in results):
            return submitted, judged, time.perf_counter() - began
        time.sleep(WAIT_SECONDS)


def of_seeds(repeats: int) -> Iterator[Row]:
    """Seconds of the processor: what else runs on the machine has little say in them."""
    experiments = [BASE.model_copy(update={"seed": seed}) for seed in range(SEEDS)]
    apart = [alone(each) for each in experiments]
    largest = max(float((one - other).abs().max()) for one, other in zip(apart, stacked(experiments), strict=True))

    def of(work: Callable[[], object]) -> Callable[[], float]:
        return lambda: processor_seconds(work)

    contenders = {
        "six seeds by a bare loop": of(lambda: [alone(each) for each in experiments]),
        "six seeds by the app's loop": of(lambda: [list(train(each)) for each in experiments]),
        "six seeds as one stack": of(lambda: stacked(experiments)),
    }
    found = medians(contenders, repeats)
    for name, seconds in found.items():
        yield Row(name, seconds, "s of a core", seconds / found["six seeds by a bare loop"])
    yield Row("largest difference of a weight", largest, "", target=f"≤ {ALIKE:g}", reached=largest <= ALIKE)


def processor_seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def alone(experiment: Experiment) -> Tensor:
    """(weights,): one network, trained and measured after every epoch by a bare loop."""
    data, model, loss = load(experiment), build(experiment), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, fused=True)
    batches = Batches(data.train, experiment.training.batch_size, experiment.seed + 1, torch.device("cpu"))
    for _epoch in range(experiment.training.epochs):
        for x, y in batches.epoch():
            loss(model(x), y).backward()
            optimizer.step()
            optimizer.zero_grad()
        with torch.inference_mode():
            for part in (data.train, data.validation):
                loss(model(part.x), part.y).item()
    return nn.utils.parameters_to_vector(model.parameters()).detach()


def stacked(experiments: Sequence[Experiment]) -> list[Tensor]:
    """(weights,) of each: the same networks at once, every step over all of them."""
    data, models = [load(each) for each in experiments], [build(each) for each in experiments]
    weights, _buffers = stack_module_state(models)  # type: ignore[no-untyped-call]
    optimizer = torch.optim.Adam(weights.values(), lr=0.01, fused=True)

    def loss(state: dict[str, Tensor], x: Tensor, y: Tensor) -> Tensor:
        return nn.functional.cross_entropy(functional_call(models[0], state, (x,)), y)

    of_all = torch.vmap(loss)
    size = experiments[0].training.batch_size
    batches = [Batches(each.train, size, one.seed + 1, torch.device("cpu"))
               for each, one in zip(data, experiments, strict=True)]  # fmt: skip
    parts = [stack([(each.train.x, each.train.y) for each in data]),
             stack([(each.validation.x, each.validation.y) for each in data])]  # fmt: skip
    for _epoch in range(experiments[0].training.epochs):
        for batch in zip(*(each.epoch() for each in batches), strict=True):
            of_all(weights, *stack(batch)).sum().backward()
            optimizer.step()
            optimizer.zero_grad()
        with torch.inference_mode():
            for x, y in parts:
                of_all(weights, x, y).tolist()
    return [torch.cat([each[place].flatten() for each in weights.values()]).detach() for place in range(len(models))]


def stack(pairs: Sequence[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
    """x (networks, N, *), y (networks, N) of a pair a network."""
    return torch.stack([x for x, _y in pairs]), torch.stack([y for _x, y in pairs])
