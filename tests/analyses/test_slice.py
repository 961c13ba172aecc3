"""The plane of two columns is what the network answers there while a row holds the others: by torch and sklearn."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from sklearn.preprocessing import StandardScaler

import dlcore
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.analyses.slice import Slice
from dlcore.data.load import divided
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.network import about_of, trace
from dlcore.presets import PRESETS
from dlcore.probes import arrays
from dlcore.probes.samples import Samples
from dlcore.training.loop import Trainer
from tests.training.experiments import MLP, experiment

PENGUINS, CARS, IRIS = PRESETS["penguins"].experiment, PRESETS["cars"].experiment, experiment("iris")


def filmed(made: Experiment) -> tuple[FilmedRun, Trainer]:
    """A run of which two sets of weights were kept: the first ones at epoch 0, those after some batches at epoch 9."""
    trainer = Trainer(made)
    kept = {0: weights_of(trainer)}
    for _event in itertools.islice(trainer.run(), 200):
        pass
    kept[9] = weights_of(trainer)
    return FilmedRun(made, sorted(kept), kept.__getitem__), trainer


def weights_of(trainer: Trainer) -> bytes:
    return safetensors.torch.save({name: each.detach().clone() for name, each in trainer.model.state_dict().items()})


def asked(run: FilmedRun, **question: Any) -> dict[str, Any]:
    """What a browser would read of the answer."""
    return arrays.read(arrays.write(Slice.compute(run, question, lambda _share: None)))


def by_hand(run: FilmedRun, trainer: Trainer, seen: dict[str, Any], row: int) -> torch.Tensor:
    """(size², outputs): sklearn scales the row of the file, with two of its columns as the axes say; torch answers."""
    rows = divided(run.experiment)
    scaler = StandardScaler().fit(rows.x[0].astype(np.float64))
    size = seen["size"]
    grid = np.repeat(rows.x[1][[row]].astype(np.float64), size**2, axis=0)
    steps = np.arange(size) / (size - 1)
    for name, axis, place in (("across", "x", np.tile(steps, size)), ("up", "y", np.repeat(steps, size))):
        grid[:, seen[name]] = seen[axis][0] + (seen[axis][1] - seen[axis][0]) * place
    model = dlcore.build(run.experiment)
    model.load_state_dict(trainer.model.state_dict())
    with torch.no_grad():
        return model.eval()(torch.from_numpy(scaler.transform(grid).astype(np.float32)))


@pytest.fixture(scope="module")
def penguins() -> tuple[FilmedRun, Trainer]:
    return filmed(PENGUINS)


@pytest.mark.parametrize(("across", "up", "row"), [(0, 2, 5), (3, 1, 0), ("bill_depth_mm", "sex: female", 11)])
def test_classes_and_probabilities_are_torchs(penguins: Any, across: Any, up: Any, row: int) -> None:
    run, trainer = penguins
    seen = asked(run, across=across, up=up, row=row)
    names = list(about_of(PENGUINS).features)
    assert (names[seen["across"]], names[seen["up"]]) == tuple(
        each if isinstance(each, str) else names[each] for each in (across, up)
    )
    answers = by_hand(run, trainer, seen, row).softmax(dim=1)
    best = answers.sort(dim=1, descending=True).values
    clear = (best[:, 0] - best[:, 1] > 1e-3).numpy()
    assert (seen["classes"].ravel() == answers.argmax(dim=1).numpy())[clear].all()
    assert np.abs(seen["values"].ravel() / 255 - best[:, 0].numpy()).max() < 0.5 / 255 + 1e-3


def test_the_axes_and_the_points_are_in_the_units_of_the_table(penguins: Any) -> None:
    run, _trainer = penguins
    seen = asked(run, across=0, up=3, row=7)
    rows = divided(PENGUINS)
    for axis, column in (("x", 0), ("y", 3)):
        values = rows.x[0][:, column]
        margin = 0.15 * (values.max() - values.min())
        assert seen[axis] == pytest.approx([values.min() - margin, values.max() + margin], rel=1e-4)
        for part, number in (("train", 0), ("validation", 1)):
            assert seen["points"][part][axis] == pytest.approx(rows.x[number][:, column], rel=1e-4)
        assert seen["held"][axis] == pytest.approx(rows.x[1][[7], column], rel=1e-4)
    assert seen["points"]["validation"]["target"].tolist() == rows.y[1].tolist()
    assert seen["held"]["values"] == pytest.approx(rows.x[1][7], rel=1e-4, abs=1e-4)
    assert seen["held"]["row"] == 7


@pytest.mark.parametrize("scale_target", ["standard", "none"])
def test_a_predicted_number_is_in_its_own_units(scale_target: str) -> None:
    plain = CARS.to_dict()
    made = Experiment.from_dict({**plain, "dataset": {**plain["dataset"], "scale_target": scale_target}})
    run, trainer = filmed(made)
    seen = asked(run, across="weight", up="horsepower", row=3)
    answers = by_hand(run, trainer, seen, 3).double().ravel().numpy()
    rows = divided(made)
    if scale_target == "standard":
        answers = answers * rows.y[0].astype(np.float64).std() + rows.y[0].astype(np.float64).mean()
    assert (seen["low"], seen["high"]) == pytest.approx((answers.min(), answers.max()), rel=1e-3)
    shown = seen["low"] + seen["values"].ravel() / 255 * (seen["high"] - seen["low"])
    assert np.abs(shown - answers).max() < 0.01 * (answers.max() - answers.min())
    assert seen["points"]["validation"]["target"] == pytest.approx(rows.y[1].ravel(), rel=1e-4)


def test_the_row_is_the_one_that_the_samples_show_at_this_place(penguins: Any) -> None:
    run, _trainer = penguins
    samples: Any = Samples.measure(run.view(9))
    seen = asked(run, row=13)
    assert seen["held"]["row"] == samples["rows"][13]
    assert seen["held"]["values"] == pytest.approx(samples["inputs"][13])


def test_a_column_of_yes_and_no_comes_back_as_ones_and_zeros(penguins: Any) -> None:
    run, _trainer = penguins
    names = list(about_of(PENGUINS).features)
    seen = asked(run, across="sex: male", up="sex: female", row=1)
    for each in (*seen["points"].values(), seen["held"]):
        assert set(each["x"]) | set(each["y"]) <= {0.0, 1.0}
    assert set(seen["held"]["values"][[names.index("sex: male"), names.index("sex: female")]]) == {0.0, 1.0}


def test_an_epoch_without_weights_is_answered_by_the_nearest_that_has_some(penguins: Any) -> None:
    run, _trainer = penguins
    first, last = asked(run, epoch=4), asked(run, epoch=5)
    assert (first["epoch"], last["epoch"], asked(run)["epoch"]) == (0, 9, 9)
    assert not np.array_equal(first["values"], last["values"])


def test_a_column_in_which_all_rows_are_the_same_still_has_a_width() -> None:
    run, _trainer = filmed(IRIS)
    run.data.train.x[:, 1] = 0.25
    seen = asked(run, across=1, up=2)
    assert seen["x"][1] > seen["x"][0]
    assert np.isfinite(seen["x"]).all()


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"across": 0, "up": 0}, "across and up must be two columns, but sepal length (cm) came for both"),
        ({"across": "sepal length (cm)", "up": 0}, "came for both"),
        ({"up": 4}, "up must be the name of a column, or its number from 0 to 3, but 4 came"),
        ({"across": -1}, "number from 0 to 3, but -1 came"),
        ({"across": "petal"}, "but 'petal' came"),
        ({"across": True}, "but True came"),
        ({"across": [0]}, "but [0] came"),
        ({"across": None}, "but None came"),
        ({"row": 10**6}, "row must be a whole number from 0 to"),
        ({"row": "a"}, "but 'a' came"),
        ({"epoch": 1.5}, "epoch must be a whole number"),
    ],
)
def test_what_cannot_be_answered_is_said_in_one_sentence(question: dict[str, Any], said: str) -> None:
    weights = safetensors.torch.save(dict(dlcore.build(IRIS).state_dict()))
    run = FilmedRun(IRIS, [0], lambda _epoch: weights)
    with pytest.raises(DlcoreError) as refused:
        asked(run, **question)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("made", "suits"),
    [
        (IRIS, True),
        (PRESETS["dense64"].experiment, True),  # a hundred columns that nobody named
        (experiment("moons", MLP), False),
        (experiment("digits", MLP), False),
        (PRESETS["sentiment-lstm"].experiment, False),
    ],
)
def test_rows_of_three_numbers_or_more_can_be_sliced(made: Experiment, suits: bool) -> None:
    assert Slice.suits(about_of(made), trace(made)) is suits
    if suits:
        assert len(set(Slice.options(made, about_of(made), trace(made))["columns"])) == about_of(made).shape[0]


def test_other_data_is_refused() -> None:
    with pytest.raises(DlcoreError, match="three numbers or more"):
        asked(FilmedRun(experiment("moons", MLP), [0], lambda _epoch: b""))
