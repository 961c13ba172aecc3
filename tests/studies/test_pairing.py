"""What pairs the arms of a study, bit for bit: split, first weights and order of the batches are those of the seed."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import numpy as np
import pytest
import torch

from dlcore.data.load import load
from dlcore.network import build
from dlcore.presets import PRESETS
from dlcore.studies import STUDIES, Study
from dlcore.studies.cost import seconds_left
from dlcore.studies.overfitting import REMEDIES
from dlcore.studies.remedies import Remedies
from dlcore.studies.results import Result, arm_results, ranked, verdict_lines
from dlcore.studies.sentences import closing, word
from dlcore.studies.verdicts import Measured, judge
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


@pytest.mark.parametrize("state", ["paused", "queued", "running"])
def test_a_look_before_all_seeds_are_in_is_no_verdict_however_clear_its_numbers_are(state: str) -> None:
    results = made_up(STUDY)
    results[11] = replace(results[11], state=state)  # the last seed of the second arm
    found = arm_results(STUDY, results)[1]
    assert found.verdict is not None
    assert (found.verdict.word, found.verdict.adjusted) == ("no verdict", None)
    assert word(found) == "so far 5 of 6 seeds"
    assert "judged once" in closing(STUDY, arm_results(STUDY, results))


@pytest.mark.parametrize("state", ["stopped", "missing"])
@pytest.mark.parametrize("arm", [0, 1])
def test_whoever_takes_out_a_seed_in_either_arm_cannot_have_it_helped(state: str, arm: int) -> None:
    results = made_up(STUDY)
    results[6 * arm] = replace(results[6 * arm], state=state)
    verdict = arm_results(STUDY, results)[1].verdict
    assert verdict is not None
    assert (verdict.n, verdict.failed, verdict.word) == (5, 1, "leaning")


def test_a_word_that_was_said_before_all_arms_were_in_is_the_word_in_the_end() -> None:
    """Words that Holm could still change are not said yet."""
    random = np.random.default_rng(7)
    for _ in range(200):
        base = random.normal(0, 1, 6)
        arms = [dict(enumerate(base + random.normal(effect, 1, 6))) for effect in (1.5, 2.5, 0)]
        whole = [Measured("accuracy", dict(enumerate(base)), arm, least=0.0) for arm in arms]
        final = [each.word for each in judge(whole)]
        for done in ({0}, {1}, {0, 1}, {0, 2}):
            soon = judge([replace(each, complete=place in done) for place, each in enumerate(whole)])
            said = [(each.word, last) for each, last in zip(soon, final, strict=True) if each.word != "no verdict"]
            assert all(word == last for word, last in said)


def test_the_table_ranks_by_what_the_interval_is_sure_of() -> None:
    results = made_up(STUDY)
    lines = arm_results(STUDY, results)
    assert [lines.index(each) for each in ranked(lines)] == [0, 2, 1]  # the third arm has the lowest loss
    results[12:] = [replace(each, state="queued") for each in results[12:]]
    lines = arm_results(STUDY, results)
    assert [lines.index(each) for each in ranked(lines)] == [0, 1, 2]


def test_the_time_left_is_that_of_the_epochs_that_are_left_at_the_pace_so_far() -> None:
    done = Result(0, 0, "finished", epoch=10, epochs=10, seconds=2.0)
    training = Result(0, 1, "running", epoch=5, epochs=10, seconds=1.0)
    waiting = Result(1, 0, "queued", epochs=10)
    assert seconds_left([done, training, training, waiting]) == pytest.approx(0.2 * (5 + 5 + 10) / 2)
    assert seconds_left([waiting]) is None
