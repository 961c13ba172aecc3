"""What pairs the arms of a study, bit for bit: split, first weights and order of the batches are those of the seed."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import pytest
import torch

from dlcore.data.load import load
from dlcore.network import build
from dlcore.presets import PRESETS
from dlcore.studies import STUDIES, Study
from dlcore.studies.overfitting import REMEDIES
from dlcore.studies.remedies import Remedies
from dlcore.studies.results import Result, arm_results, verdict_lines
from dlcore.training.loop import Trainer
from dlcore.training.scores import Scores

BASE = PRESETS["overfit"].experiment
SAME_WEIGHTS = ("Dropout", "WeightDecay", "EarlyStopping", "Augmentation", "LabelSmoothing", "MoreData")


@pytest.mark.parametrize("name", [name for name in REMEDIES if name in SAME_WEIGHTS])
def test_twins_of_a_seed_share_split_first_weights_and_order(name: str, one_thread: None) -> None:
    kind = Remedies(remedies=(REMEDIES[name].suited(BASE),))
    runs = sorted(Study.of(kind, BASE, 2).runs(), key=lambda run: run.seed)
    first = []
    for _seed, pair in groupby(runs, key=lambda run: run.seed):
        base, twin = (Trainer(run.experiment) for run in pair)
        assert torch.equal(base.data.validation.y, twin.data.validation.y)
        rows = len(base.data.train)
        assert torch.equal(base.data.train.y, twin.data.train.y[:rows])
        weights = zip(base.model.parameters(), twin.model.parameters(), strict=True)
        assert all(torch.equal(*pair) for pair in weights)
        if name != "MoreData":  # more rows teach other scales, and make more batches
            assert torch.equal(base.data.validation.x, twin.data.validation.x)
            assert torch.equal(base.data.test.x, twin.data.test.x)
            assert all(torch.equal(x, u) and torch.equal(y, v) for (x, y), (u, v) in
                       zip(base.state.batches.epoch(), twin.state.batches.epoch(), strict=True))  # fmt: skip
        first.append(next(base.model.parameters()))
    assert not torch.equal(*first)


@pytest.mark.parametrize("name", [name for name in STUDIES if name != "folds"])
def test_every_arm_of_a_seed_is_judged_by_the_same_rows(name: str) -> None:
    runs = list(Study.of(STUDIES[name].suited(BASE), BASE, 1).runs())
    judging = load(runs[0].experiment).validation
    assert all(torch.equal(judging.y, load(run.experiment).validation.y) for run in runs)


def test_batch_norm_draws_no_first_weight(one_thread: None) -> None:
    twin = build(REMEDIES["BatchNorm"].suited(BASE).applied(BASE))
    drawn = [each for name, each in twin.named_parameters() if each.dim() == 2]
    assert all(map(torch.equal, drawn, [each for each in build(BASE).parameters() if each.dim() == 2]))


def made_up(study: Study) -> list[Result]:
    """Every run finished; each arm's loss is a little lower than that of the arm before."""
    losses = [(run, 2.0 - 0.5 * run.arm + 0.01 * run.seed * (1 + run.arm)) for run in study.runs()]
    return [Result(run.arm, run.seed, "finished", best=Scores(0.1), last=Scores(loss, accuracy=0.5),
                   epoch=3, epochs=3) for run, loss in losses]  # fmt: skip


STUDY = Study.of(Remedies.suited(BASE).model_copy(update={"remedies": Remedies.suited(BASE).remedies[1:3]}), BASE, 6)


def test_a_line_holds_every_seed_and_compares_what_was_declared() -> None:
    lines = arm_results(STUDY, made_up(STUDY))
    assert [line.verdict and line.verdict.word for line in lines] == [None, "helped", "helped"]
    assert lines[1].scores == pytest.approx({seed: 1.5 + 0.02 * seed for seed in range(6)})
    plain = verdict_lines(lines)[0]
    assert {"arm", "metric", "n", "difference", "low", "high", "signs", "word"} <= plain.keys()
    assert (plain["n"], plain["signs"], plain["word"], plain["metric"]) == (6, "6 of 6", "helped", "loss")


def test_what_failed_is_counted_and_what_was_stopped_is_no_pair() -> None:
    results = made_up(STUDY)
    results[6] = replace(results[6], state="failed")
    results[12] = replace(results[12], state="stopped")
    results[0] = replace(results[0], state="finished")
    lines = arm_results(STUDY, results)
    assert lines[1].verdict is not None
    assert (lines[1].verdict.n, lines[1].verdict.failed, lines[1].verdict.word) == (5, 1, "leaning")
    assert lines[1].states == {"failed": 1, "finished": 5}
    assert lines[2].verdict is not None
    assert lines[2].verdict.n == 5


def test_while_an_arm_trains_it_has_no_word_yet() -> None:
    results = made_up(STUDY)
    results[17] = replace(results[17], state="running")
    words = [line.verdict and line.verdict.word for line in arm_results(STUDY, results)]
    assert words == [None, "helped", "no verdict"]
