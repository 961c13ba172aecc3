"""Every chart says what it shows; live and finished charts are the same chart with the same numbers."""

from __future__ import annotations

import base64
from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

import dlcore
from dlcore.baselines.tree import Node
from dlcore.figures import (
    baselines,
    boundary,
    colours,
    columns,
    confusion_difference,
    curves,
    differences,
    error_lines,
    error_map,
    folds,
    hidden_points,
    histograms,
    layer_curves,
    matrix,
    predicted,
    race,
    sample_history,
    schedule,
    seed_bands,
    sureness,
    sweep,
    tree,
    trials,
    variance,
)
from dlcore.figures.bindings import fill
from dlcore.figures.style import caption, digits, escape
from dlcore.i18n import language
from dlcore.probes.boundary import Boundary
from dlcore.studies.variance import VariancePart
from dlcore.training.arrays import arrays_of
from dlcore.training.events import Probed, Recorded
from dlcore.training.history import History
from dlcore.training.loop import Trainer
from dlcore.training.scores import METRICS
from tests.training.experiments import experiment

EVIL = "<img src=x onerror=alert(1)> %{y} & <b>bold</b>"

LAYERS = [(0, "Linear", "dense"), (1, "Linear", "dense")]
MODELS = {
    "metric": "accuracy", "columns": ["a"], "shape": [1],
    "models": [{"model": "Linear", "title": "Linear", "scores": {"accuracy": 0.9}, "rows": 40,
                "curve": [[20, 1.0, 0.7], [40, 0.95, 0.8]], "importances": None}],
}  # fmt: skip

FIGURES: dict[str, Callable[[], go.Figure]] = {
    **{f"curve of {name}": lambda name=name: curves.curves(name) for name in METRICS},  # type: ignore[misc]
    **{
        f"{name} of several runs": lambda name=name: curves.comparison(name, [("a", "A"), ("b", "B")])
        for name in METRICS
    },  # type: ignore[misc]
    "gradient norm": lambda: curves.quantity("gradient_norm"),
    "learning rate": lambda: curves.quantity("learning_rate"),
    "confusion": lambda: matrix.confusion(["A", "B"]),
    "correlation": lambda: matrix.correlation(["a", "b"], [[1, 0.2], [0.2, 1]]),
    "differences": lambda: differences.differences(
        "loss", "A", [differences.Row("B", {0: -0.5, 1: -0.25}, {0: "a"}, (-0.9, 0.1), -0.375, "#1f8a4c", "helped")]
    ),
    "bands of seeds": lambda: seed_bands.seed_bands(
        "loss", [seed_bands.Band("A", 0, [{0: 1.0}, {0: 2.0}], [{0: 2.0}, {0: 3.0}], [(0, 2.0)])]
    ),
    "sweep": lambda: sweep.sweep("loss", "p", [sweep.Point(0.5, "A", {0: 1.0, 1: 2.0}, {0: "a"})]),
    "folds": lambda: folds.folds("accuracy", [("a", "1"), ("b", "2")]),
    "schedule": lambda: schedule.learning_rate([0, 1, 2], [0.1, 0.01, 0.001]),
    "distribution": lambda: columns.distribution("age", np.arange(9.0)),
    "categories": lambda: columns.categories("colour", {"red": 3, "blue": 1}),
    "two columns": lambda: columns.pair(("age", "weight"), (np.arange(3.0), np.arange(3.0))),
    "missing values": lambda: columns.missing({"age": 3, "name": 0}, 10),
    "before and after": lambda: columns.before_and_after("age", np.array([1.0, np.nan]), np.array([1.0, 2.0])),
    **{
        f"histograms of {what}": lambda what=what: histograms.histograms(what, [(1, "Linear", "dense")])  # type: ignore[misc]
        for what in histograms.TEXTS
    },
    "surface": lambda: boundary.heights(("x₁", "x₂"), "height"),
    "predicted": lambda: predicted.predicted("height"),
    "predicted, without validation": lambda: predicted.predicted("height", "train"),
    "one example's probabilities": lambda: sample_history.probabilities(3),
    "one example's prediction": lambda: sample_history.prediction("height"),
    "residuals": lambda: predicted.residuals("height"),
    "residuals, without validation": lambda: predicted.residuals("height", "train"),
    "boundary": lambda: boundary.boundary(["A", "B"], ("x₁", "x₂")),
    "calibration": lambda: sureness.calibration(),
    "ROC": lambda: sureness.roc("B"),
    "precision and recall": lambda: sureness.precision_recall("B"),
    "gradient norms": lambda: layer_curves.sizes("gradients.norm", LAYERS),
    "update to weight": lambda: layer_curves.sizes("gradients.moved", LAYERS),
    "learning curves of models": lambda: baselines.learning_curves(MODELS),
    "confusion difference": lambda: confusion_difference.confusion_difference(["A", "B"], [[1, -1], [0, 0]], "dropout"),
    "errors along a setting": lambda: error_lines.error_lines(
        [error_lines.Place("1", {"training": {0: 0.5}, "validation": {0: 0.6}}, {0: "a"})], "width", "loss"
    ),
    "errors of two settings": lambda: error_map.error_map(
        "training", [error_map.Square(0, 0, 0.5, "0.5", "a")], error_map.Axis("width", ["1"]),
        error_map.Axis("rows", ["10"]), (0.5, 0.5), 2,
    ),
    "hidden points": lambda: hidden_points.hidden_points(
        np.zeros((2, 2)), np.array([0, 1]), ["A", "B"], "2 ReLU", (0.7, 0.2)
    ),
    **{
        f"optimizers along {along}": lambda along=along: race.lanes(  # type: ignore[misc]
            along, [race.Lane("Adam", 0, [0, 1], [0.1, 0.2], [2.0, 1.0])]
        )
        for along in race.AXES
    },
    "ways of optimizers": lambda: race.ways(
        {
            "axes": [],
            "shares": [0.6, 0.3],
            "size": 2,
            "x": [0, 1],
            "y": [0, 1],
            "height": np.ones((2, 2)),
            "loss": np.ones((2, 2)),
            "ticks": [1],
            "labels": ["1"],
            "paths": [{"x": [0, 1], "y": [0, 1], "epoch": [0, 1], "loss": [2.0, 1.0]}],
        },
        [(0, "Adam")],
    ),
    "decision tree": lambda: tree.tree(Node(9, "no", 0.6, "width", 2.5, Node(5, "no", 1.0), Node(4, "yes", 0.75))),
    "trials": lambda: trials.history("loss", [trials.Dot(0, 0.5, "lr 0.1", "a", True)]),
    "coordinates of runs": lambda: trials.coordinates_of_runs(
        "loss", [trials.RunLine("a", "A", 0.5), trials.RunLine("b", "B", 0.4, chosen=True)],
        [trials.Dimension("lr", [0.1, 0.2], True)],
    ),
    "coordinates of trials": lambda: trials.coordinates("loss", [0.5, 0.4], [trials.Dimension("lr", [0.1, 0.2], True)]),
    "importances of settings": lambda: trials.importances({"lr": 0.8, "width": 0.2}),
    "parts of chance": lambda: variance.variances(
        "loss", [VariancePart(name, 6, 0.01, 0.005, 0.02) for name in variance.NAMES]
    ),
}  # fmt: skip
NAMED_BY_THEIR_TICKS = {
    "decision tree",
    "coordinates of runs",
    "coordinates of trials",
    "importances of settings",
    "parts of chance",
}


@pytest.fixture(scope="module")
def history() -> History:
    return History.of(dlcore.train(experiment(epochs=4)))


@pytest.mark.parametrize("name", FIGURES)
def test_every_chart_has_title_axes_and_caption(name: str) -> None:
    chart = FIGURES[name]()
    assert chart.layout.title.text
    if name not in NAMED_BY_THEIR_TICKS:
        assert chart.layout.xaxis.title.text
        assert chart.layout.yaxis.title.text
    assert caption(chart).endswith((".", "。"))


@pytest.mark.parametrize("name", FIGURES)
def test_every_chart_is_told_in_chinese(name: str) -> None:
    english = FIGURES[name]()
    with language("zh_CN"):
        chinese = FIGURES[name]()
    assert chinese.layout.title.text != english.layout.title.text
    assert caption(chinese) != caption(english)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", colours.DARK)
def test_colours_stand_out_from_light_and_dark_pages(colour: str) -> None:
    assert contrast(colour, "#ffffff") >= 3
    assert contrast(colours.DARK[colour], "#11151c") >= 3


def test_no_run_or_class_has_the_colour_of_a_part_of_the_data() -> None:
    parts = {colours.TRAINING, colours.VALIDATION, colours.TEST, colours.BEST, colours.TROUBLE}
    assert parts.isdisjoint(colours.HUES)
    assert len(set(colours.HUES)) == len(colours.HUES)


def test_a_filled_curve_holds_what_the_run_measured(history: History) -> None:
    chart = fill(curves.curves("loss", "r", chance=1.0986), {"r": arrays_of(history)})
    lines = {trace.meta["series"]: trace for trace in chart.data}
    assert list(lines["train"].x) == [0, 1, 2, 3, 4]
    assert list(lines["train"].y) == [each.train.loss for each in history.epochs.kept]
    assert list(lines["chance"].y) == [1.0986, 1.0986]
    assert history.best is not None
    assert history.best.validation is not None
    assert list(lines["best"].y) == [history.best.validation.loss]
    assert list(lines["batches"].y) == history.batches.y


def test_filling_leaves_the_empty_chart_as_it_was(history: History) -> None:
    empty = curves.curves("loss", "r")
    fill(empty, {"r": arrays_of(history)})
    assert all(trace.y is None for trace in empty.data)


def test_a_run_that_has_not_begun_fills_a_chart_with_nothing() -> None:
    for metric in METRICS:
        chart = fill(curves.curves(metric, "r"), {"r": arrays_of(History())})
        assert all(not len(trace.y) for trace in chart.data)


def test_the_gap_of_each_run_is_shaded_between_its_own_two_lines(history: History) -> None:
    chart = curves.comparison("accuracy", [("a", "A"), ("b", "B")])
    for number, trace in enumerate(chart.data):
        if trace.fill == "tonexty":
            below = chart.data[number - 1]
            assert (below.meta["run"], below.meta["series"]) == (trace.meta["run"], "train")
    assert sum(trace.fill == "tonexty" for trace in chart.data) == 2


def test_confusion_shows_each_count_once_and_its_share_of_the_true_class() -> None:
    true, answers = [0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 1, 0]
    counts = confusion_matrix(true, answers)
    chart = fill(matrix.confusion(["a", "b", "c"]), {"": {"confusion": {"counts": counts.tolist()}}})
    right, wrong = ({t.meta["series"]: t for t in chart.data}[name] for name in ("right", "wrong"))
    shares = confusion_matrix(true, answers, normalize="true")
    assert np.nansum([np.array(right.z, float), np.array(wrong.z, float)], axis=0) == pytest.approx(shares)
    assert [list(row) for row in right.text] == [["2", "", ""], ["", "2", ""], ["", "", ""]]
    assert [list(row) for row in wrong.text] == [["", "1", ""], ["", "", ""], ["1", "", ""]]


def test_a_class_without_examples_is_blank_not_an_error() -> None:
    chart = fill(matrix.confusion(["a", "b"]), {"": {"confusion": {"counts": [[3, 0], [0, 0]]}}})
    assert np.isnan(np.array(chart.data[0].z, float)[1, 1])


def test_the_boundary_map_colours_each_place_by_its_answer_alone() -> None:
    seen = {"boundary": Boundary.measure(Trainer(experiment("moons")).view())}
    chart = fill(boundary.boundary(["A", "B"], ("x₁", "x₂")), {"": seen})
    maps = np.array([np.isfinite(np.array(trace.z, float)) for trace in chart.data if trace.meta["series"] == "map"])
    assert maps.shape == (2, seen["boundary"]["size"], seen["boundary"]["size"])
    assert (maps.sum(axis=0) == 1).all()


def test_the_points_on_a_map_are_those_of_their_class_and_part() -> None:
    part = {"x": [0.0, 1.0, 2.0], "y": [3.0, 4.0, 5.0], "target": [1, 0, 1]}
    empty = {"x": [], "y": [], "target": []}
    chart = fill(boundary.boundary(["A", "B"], ("x₁", "x₂")), {"": {"points": {"train": part, "validation": empty}}})
    dots = {trace.name: trace for trace in chart.data if trace.meta["series"] == "points"}
    assert np.array([dots["A, training"].x, dots["A, training"].y], float)[:, 1].tolist() == [1, 4]
    assert np.isnan(np.array(dots["A, training"].x, float)[[0, 2]]).all()
    assert np.isfinite(np.array(dots["B, training"].x, float)).tolist() == [True, False, True]
    assert len(dots["A, validation"].x) == 0


def test_dots_of_a_surface_have_the_colours_of_their_values() -> None:
    part = {"x": [0.0, 1.0], "y": [3.0, 4.0], "target": [-2.0, 7.0]}
    chart = fill(boundary.heights(("x₁", "x₂"), "height"), {"": {"points": {"train": part, "validation": part}}})
    dots = [trace for trace in chart.data if trace.meta["series"] == "points"]
    assert [list(trace.marker.color) for trace in dots] == [[-2, 7], [-2, 7]]


def test_residuals_are_answers_less_the_truth_over_the_answers() -> None:
    seen = {"predictions": {"truth": [1.0, 3.0, 2.0], "answers": [2.0, -1.0, float("nan")]}}
    zero, dots = fill(predicted.residuals("height"), {"": seen}).data
    assert list(dots.x)[:2] == [2.0, -1.0]
    assert list(dots.y)[:2] == [1.0, -4.0]
    assert np.isnan([dots.x[2], dots.y[2]]).all()
    assert (list(zero.x), list(zero.y)) == ([-1.0, 2.0], [0, 0])


def test_what_guessing_finds_is_the_share_of_the_class() -> None:
    seen = {"thresholds": {"recall": [0.5, 1.0], "precision": [1.0, 0.75], "positives": 0.25}}
    guess, curve = fill(sureness.precision_recall("B"), {"": seen}).data
    assert (list(guess.x), list(guess.y)) == ([0, 1], [0.25, 0.25])
    assert (list(curve.x), list(curve.y)) == ([0.5, 1.0], [1.0, 0.75])


def test_a_layer_has_its_line_over_the_recorded_epochs_with_gaps_where_nothing_is_known() -> None:
    numbers = [{"gradients.0.moved": None}, {"gradients.0.moved": 0.5}, {"gradients.0.moved": 0.25}]
    film = [Recorded(epoch, "f", {}, each) for epoch, each in zip((0, 2, 8), numbers, strict=True)]
    first, second = fill(layer_curves.sizes("gradients.moved", LAYERS), {"": arrays_of(History.of(film))}).data
    assert (list(first.x), list(first.y)) == ([0, 2, 8], [None, 0.5, 0.25])
    assert (list(second.x), list(second.y)) == ([], [])


def test_the_layers_of_a_network_have_hues_in_their_order() -> None:
    assert layer_curves.depths(1) == [layer_curves.DEPTHS[0]]
    assert layer_curves.depths(7) == list(layer_curves.DEPTHS)
    assert layer_curves.depths(40)[-1] == layer_curves.DEPTHS[-1]


def test_predicted_against_true_has_its_line_where_both_are_the_same() -> None:
    seen = {"predictions": {"truth": [1.0, 3.0], "answers": [2.0, -1.0]}}
    chart = fill(predicted.predicted("height"), {"": seen})
    line, dots = chart.data
    assert (list(dots.x), list(dots.y)) == ([1.0, 3.0], [2.0, -1.0])
    assert list(line.x) == list(line.y) == [-1.0, 3.0]
    empty = fill(predicted.predicted("height"), {"": {"predictions": {"truth": [], "answers": []}}})
    assert not empty.data[0].x


def test_accuracy_says_what_it_means_where_an_example_has_several_labels() -> None:
    assert "every label" in curves.curves("accuracy", task="multilabel").layout.title.text
    assert "every label" not in curves.curves("accuracy", task="multiclass").layout.title.text


def test_the_surface_of_a_regression_is_in_the_units_of_its_examples() -> None:
    values = np.array([[0, 255], [51, 102]], np.uint8)
    seen = {"boundary": {"x": [0, 1], "y": [0, 1], "size": 2, "values": values, "low": -1.0, "high": 4.0}}
    ground = fill(boundary.heights(("x₁", "x₂"), "height"), {"": seen}).data[0]
    assert np.array(ground.z) == pytest.approx(np.array([[-1, 4], [0, 1]]))


def test_the_map_that_a_run_told_before_there_were_films_is_drawn() -> None:
    packed = base64.b64encode(bytes([0, 255, 51, 102])).decode()
    probe = {"x": [0, 1], "y": [0, 1], "size": 2, "values": packed, "low": -1.0, "high": 4.0}
    seen = History.of([Probed(0, "boundary", probe)])
    ground = fill(boundary.heights(("x₁", "x₂"), "height"), {"": arrays_of(seen)}).data[0]
    assert np.array(ground.z) == pytest.approx(np.array([[-1, 4], [0, 1]]))


def test_folds_show_their_mean_and_deviation_over_the_epochs_that_all_have() -> None:
    histories = {str(n): History.of(dlcore.train(experiment(epochs=3 + n, seed=n))) for n in range(3)}
    arrays = {run: arrays_of(history) for run, history in histories.items()}
    chart = fill(folds.folds("accuracy", [(run, run) for run in histories]), arrays)
    lines = {trace.meta["series"]: trace for trace in chart.data if "runs" in trace.meta}
    lanes = np.array([trace.y[:4] for trace in chart.data if "run" in trace.meta], float)
    assert list(lines["mean"].x) == [0, 1, 2, 3]
    assert list(lines["mean"].y) == pytest.approx(lanes.mean(axis=0))
    assert list(lines["high"].y) == pytest.approx(lanes.mean(axis=0) + lanes.std(axis=0))
    assert list(lines["low"].y) == pytest.approx(lanes.mean(axis=0) - lanes.std(axis=0))


def test_folds_that_have_not_begun_are_an_empty_chart() -> None:
    nothing = {run: arrays_of(History()) for run in "ab"}
    chart = fill(folds.folds("loss", [("a", "1"), ("b", "2")]), nothing)
    assert all(not len(trace.y) for trace in chart.data)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), max_size=200))
def test_every_value_of_a_column_is_in_one_bar_or_counted_as_missing(values: list[float]) -> None:
    chart = columns.distribution("c", np.array(values))
    known = np.isfinite(np.array(values, float)).sum()
    assert sum(map(sum, (bar.y for bar in chart.data))) == known
    assert len(chart.data[0].y) <= columns.MOST_BINS + 1
    said = "1 row" if known == 1 else f"{known} rows"
    assert f"{said} with a value, {len(values) - known} without" in caption(chart)


def test_bars_of_classes_add_up_to_the_column() -> None:
    values, labels = np.array([1.0, 2, 2, 3, np.nan]), np.array([0, 0, 1, 1, 1])
    chart = columns.distribution("c", values, ["a", "b"], labels)
    assert [list(bar.y) for bar in chart.data] == [[1, 1, 0], [0, 1, 1]]


def test_points_of_two_columns_are_rows_with_both_values_in_the_colours_of_the_target() -> None:
    x, y, labels = np.array([1.0, 2, np.nan, 4]), np.array([5.0, np.inf, 7, 8]), np.array([0, 0, 1, 1])
    chart = columns.pair(("a", "b"), (x, y), "kind", ["p", "q"], labels)
    assert [(list(each.x), list(each.y)) for each in chart.data] == [([1], [5]), ([4], [8])]
    assert "2 rows without" in caption(chart)
    (points,) = columns.pair(("a", "b"), (x, y), "price", amounts=np.array([10.0, 20, 30, np.nan])).data
    assert (list(points.x), list(points.marker.color)) == ([1], [10])
    (many,) = columns.pair(("a", "b"), (np.arange(9999.0), np.arange(9999.0))).data
    assert 1000 < len(many.x) <= columns.MOST_POINTS


def test_rare_values_share_the_last_bar() -> None:
    counts = {f"v{n}": n for n in range(1, 51)}
    bars = columns.categories("c", counts).data[0]
    assert bars.y[0] == "v50"
    assert bars.y[-1] == "20 others"
    assert sum(bars.x) == sum(counts.values())


def test_columns_without_holes_are_not_among_those_with() -> None:
    bars = columns.missing({"a": 1, "b": 0, "c": 5}, rows=10).data[0]
    assert list(bars.y) == ["c", "a"]
    assert list(bars.x) == [0.5, 0.1]


def test_ridges_stand_on_the_baseline_of_their_layer_and_keep_the_counts() -> None:
    chart = histograms.histograms("weights", [(1, "Linear", "dense"), (3, "Output", "output")])
    layer = {"low": -1.0, "high": 1.0, "counts": [1, 4, 2, 0], "unfinite": 0.0}
    filled = fill(chart, {"": {"weights": {"1": layer, "3": layer}}}).data
    traces = {series: [each for each in filled if each.meta["series"] == series] for series in ("baseline", "ridge")}
    assert [list(each.y) for each in traces["baseline"]] == [[0, 0], [-1, -1]]
    ridge, _second = traces["ridge"]
    assert list(ridge.x) == [-0.75, -0.25, 0.25, 0.75]
    assert list(ridge.y) == pytest.approx([0.225, 0.9, 0.45, 0])
    assert list(ridge.customdata) == [1, 4, 2, 0]


def test_a_layer_with_numbers_that_are_not_finite_says_so_at_its_line() -> None:
    chart = histograms.histograms("activations", [(1, "Linear", "dense"), (3, "Output", "output")])
    sound = {"low": -1.0, "high": 1.0, "counts": [1, 4], "unfinite": 0.0}
    broken = {"low": None, "high": None, "counts": [0, 0], "unfinite": 1.0}
    filled = fill(chart, {"": {"activations": {"1": sound, "3": broken}}}).data
    words = [each for each in filled if each.meta["series"] == "unfinite"]
    assert [list(each.y) for each in words] == [[], [-1]]
    assert words[1].text[0] == "NaN or ∞"
    assert np.isnan([each for each in filled if each.meta["series"] == "ridge"][1].x).all()  # it has no shape


def test_names_are_shown_as_they_are() -> None:
    made = [
        columns.distribution(EVIL, np.arange(3.0), [EVIL], np.zeros(3, int)),
        columns.categories(EVIL, {EVIL: 1}),
        columns.missing({EVIL: 1}, 2),
        columns.pair((EVIL, EVIL), (np.arange(2.0), np.arange(2.0)), EVIL, [EVIL], np.zeros(2, int)),
        columns.pair((EVIL, EVIL), (np.arange(2.0), np.arange(2.0)), EVIL, amounts=np.arange(2.0)),
        folds.folds("loss", [("a", EVIL)]),
        histograms.histograms("weights", [(0, EVIL, "dense")]),
        curves.comparison("loss", [("a", EVIL)]),
        matrix.confusion([EVIL, "b"]),
        matrix.correlation([EVIL], [[1.0]]),
        boundary.boundary([EVIL], (EVIL, EVIL)),
        boundary.heights((EVIL, EVIL), EVIL),
        predicted.predicted(EVIL),
        predicted.residuals(EVIL),
        layer_curves.sizes("gradients.moved", [(0, EVIL, "dense")]),
    ]
    for chart in made:
        written = str(chart.update_layout(meta=None).to_dict())  # a caption is shown as plain text
        assert "<img" not in written
        assert "&lt;img" in written
        assert "%{y} &" not in written


def test_escaping_stays_readable() -> None:
    assert escape("x < 3 & y") == "x &lt; 3 &amp; y"


@pytest.mark.parametrize(("number", "text"), [(None, "–"), (0.97349, "0.973"), (1.2, "1.200"), (123.456, "123.5")])
def test_numbers_have_sensible_digits(number: float | None, text: str) -> None:
    assert digits(number) == text
