"""One table of bindings, two interpreters: Python and the browser fill every chart with the same numbers."""

from __future__ import annotations

import base64
import gzip
import importlib
import inspect
import json
import pkgutil
import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dlcore.figures
from dlcore.figures import boundary, curves, folds, histograms, layer_curves, matrix, predicted, sureness
from dlcore.figures.bindings import ACROSS, OPERATIONS, bound, evaluate, fill, filling
from dlcore.probes.arrays import read, write
from dlcore.runs import News
from dlcore.serving.feed import Feed
from dlcore.training.arrays import arrays_of
from dlcore.training.events import BatchesEnded, EpochEnded, Event, Probed, Recorded, RunStarted, Scores
from dlcore.training.history import History, judged
from dlcore.training.scores import METRICS
from tests.figures.test_figures import FIGURES
from tests.javascript import JavaScript, address
from tests.pages.test_live_feed import status
from tests.sampling import examples

CALLS = f"""
import {{ ACROSS, OPERATIONS, evaluate, filling }} from "{address("bindings.js")}";
import {{ Run }} from "{address("run.js")}";

const listed = (value) => {{
  if (ArrayBuffer.isView(value) || Array.isArray(value)) return Array.from(value, listed);
  if (value?.constructor !== Object) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, listed(each)]));
}};
const files = new Map();
globalThis.document = {{ baseURI: "http://app/" }};
globalThis.fetch = async (address) => {{
  const packed = files.get(String(address));
  return packed === undefined ? {{ ok: false, status: 404 }} : {{ ok: true, arrayBuffer: async () => bytes(packed) }};
}};
const bytes = (packed) => Uint8Array.from(atob(packed), (each) => each.charCodeAt(0)).buffer;

const calls = {{
  operations: () => [Object.keys(OPERATIONS), Object.keys(ACROSS)],
  evaluate: (binding, runs) => evaluate(binding, runs) ?? null,
  fill: (metas, runs) => metas.map((meta) => filling(meta, (run) => runs[run])),
  live: async (metas, told, {{ which = "newest", epoch = null, parts = {{}} }} = {{}}) => {{
    for (const [name, packed] of Object.entries(parts)) files.set(`http://app/film/${{name}}`, packed);
    const runs = {{}};
    for (const [id, messages] of Object.entries(told)) {{
      runs[id] = new Run(id, `film/${{id}}`);
      for (const message of messages) runs[id].apply(message);
      await Promise.all(Object.keys(runs[id].film.parts).map((part) => runs[id].film.load(part, epoch)));
    }}
    return metas.map((meta) => listed(filling(meta, (run) => runs[run]?.arrays(which, epoch))));
  }},
}};
"""
NAMES = ("", "a", "b")  # of the runs in FIGURES
SIZE = 6  # of a map
ELSEWHERE = {  # made with their numbers in them, or filled by what is computed on demand: tried with what fills them
    "scatter", "sounds", "balance", "landscape", "rate_finder", "regions", "heights", "shares",
}  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[JavaScript]:
    with JavaScript(CALLS) as found:
        yield found


def packed(values: np.ndarray) -> str:
    return base64.b64encode(values.astype(np.uint8).tobytes()).decode()


def score(random: np.random.Generator) -> float:
    """A number as runs have them: often ordinary, sometimes none."""
    return float(random.choice([random.normal(), random.random(), 0.0, np.nan, np.inf], p=[0.4, 0.4, 0.05, 0.1, 0.05]))


def scores(random: np.random.Generator) -> Scores:
    numbers = {name: score(random) if random.random() < 0.9 else None for name in METRICS if name != "loss"}
    counts = random.integers(0, 9, (2, 2)) * random.integers(0, 2, (2, 1))
    return Scores(score(random), confusion=tuple(tuple(row) for row in counts.tolist()), **numbers)


def layer(random: np.random.Generator) -> dict[str, Any]:
    """A layer's histogram as the probes keep it; now and then one of numbers that are not finite."""
    low, high = sorted(random.normal(size=2).tolist())
    broken = random.random() < 0.1
    counts = random.integers(0, random.choice([1, 50]), 8) * (not broken)
    return {
        "low": None if broken else low, "high": None if broken else high, "counts": counts.astype(np.uint16),
        "unfinite": 1.0 if broken else float(random.choice([0.0, 0.25])),
    }  # fmt: skip


def floats(random: np.random.Generator, *shape: int) -> np.ndarray:
    return np.where(random.random(shape) < 0.1, np.nan, random.normal(size=shape)).astype(np.float32)


def points(random: np.random.Generator) -> dict[str, Any]:
    count = int(random.integers(0, 6))
    x, y = floats(random, 2, count)
    return {"x": x, "y": y, "target": random.integers(0, 2, count).astype(np.float32)}


def seen_by_probes(random: np.random.Generator, epoch: int) -> dict[str, dict[str, Any]]:
    """What each probe that has a chart could have seen, drawn by chance."""
    x, y = (sorted(random.normal(size=2).tolist()) for _axis in "xy")
    square = (SIZE, SIZE)
    dots, rates = int(random.integers(0, 5)), int(random.integers(1, 5))
    found = {
        "boundary": {"x": x, "y": y, "size": SIZE, "classes": random.integers(0, 2, square).astype(np.uint8),
                     "values": random.integers(0, 256, square).astype(np.uint8), "low": -1.5, "high": 2.25},
        "predictions": {name: floats(random, dots) for name in ("truth", "answers")},
        "calibration": {"confidence": floats(random, 10), "right": floats(random, 10),
                        "examples": random.integers(0, 9, 10).astype(np.int32), "error": 0.1},
        "thresholds": {**{name: random.random(rates).astype(np.float32)
                          for name in ("fpr", "tpr", "recall", "precision")},
                       "auc": None, "ap": 0.5, "positives": float(random.random())},
        "confusion": {"counts": (random.integers(0, 9, (2, 2)) * random.integers(0, 2, (2, 1))).astype(np.int32)},
        **{what: {"0": layer(random), "1": layer(random)} for what in histograms.TEXTS},
    }  # fmt: skip
    return found | ({"points": {part: points(random) for part in ("train", "validation")}} if epoch == 0 else {})


def numbers(random: np.random.Generator) -> dict[str, float | None]:
    """Those that are drawn over the epochs."""
    names = [f"gradients.{place}.{name}" for place in (0, 1) for name in ("norm", "moved")]
    return {name: float(random.random()) if random.random() < 0.8 else None for name in names}


class Told(NamedTuple):
    """A run with everything in it that a chart can show, and the bytes of its film, by the end of their address."""

    events: list[Event]
    parts: dict[str, bytes]

    def seen(self, epoch: int | None = None) -> dict[str, Any]:
        """What the probes saw, each at its recorded epoch nearest to this one, the earlier of two; or at the newest."""
        frames = [each for each in self.events if isinstance(each, Recorded)]
        found = {}
        for part in sorted({name for frame in frames for name in frame.parts}):
            having = [each for each in frames if part in each.parts]
            wanted = max(each.epoch for each in having) if epoch is None else epoch
            frame = min(having, key=lambda each: (abs(each.epoch - wanted), each.epoch))
            first, length = frame.parts[part]
            found[part] = {"epoch": frame.epoch, **read(self.parts[f"{frame.file}/{first}-{length}"])}
        return found


def run(seed: int) -> Told:
    """Its numbers drawn by chance; a film with an epoch here and there that lacks a part."""
    random = np.random.default_rng(seed)
    events: list[Event] = [RunStarted("cpu", "a processor", 10, {"train": 20, "validation": 5}, 4, 9, {}, 1)]
    files: dict[str, bytes] = {}
    for epoch in range(int(random.integers(1, 6))):
        if epoch:
            steps = tuple(range(4 * epoch - 3, 4 * epoch + 1))
            events.append(BatchesEnded(epoch, steps, tuple(score(random) for _ in steps)))
        validation = scores(random) if seed % 3 else None
        events.append(EpochEnded(epoch, scores(random), validation, 0.1, score(random) if epoch else None, 1.0, 9.0))
        places: dict[str, list[int]] = {}
        first = 0
        for name, arrays in seen_by_probes(random, epoch).items():
            if epoch and random.random() < 0.3:
                continue
            content = write(arrays)
            places[name] = [first, len(content)]
            files[f"film-{epoch}/{first}-{len(content)}"] = content
            first += len(content)
        events.append(Recorded(epoch, f"film-{epoch}", places, numbers(random)))
    return Told(events, files)


def course(seed: int) -> dict[str, Any]:
    """What is found out on demand about one example: its answers over the epochs, some of them no number."""
    random = np.random.default_rng(seed)
    epochs = int(random.integers(1, 6))
    return {"course": {name: [score(random) for _ in range(epochs)] for name in ("0", "1", "2", "true")}}


def before_films(seed: int) -> list[Event]:
    """What probes saw as earlier versions told it: in the events themselves, as plain JSON."""
    random = np.random.default_rng(seed)
    events: list[Event] = []
    for epoch in range(2):
        seen = seen_by_probes(random, epoch)
        square = {name: packed(each) for name, each in seen["boundary"].items() if isinstance(each, np.ndarray)}
        events.append(Probed(epoch, "boundary", {**seen["boundary"], **square}))
        pairs = {name: np.nan_to_num(each).tolist() for name, each in seen["predictions"].items()}
        events.append(Probed(epoch, "predictions", pairs))
        for what in histograms.TEXTS:
            layers = [{"place": int(place), "low": each["low"] or 0.0, "high": each["high"] or 0.0,
                       "counts": each["counts"].tolist()} for place, each in seen[what].items()]  # fmt: skip
            events.append(Probed(epoch, what, {"layers": layers}))
    return events


def plain(value: Any) -> Any:
    """As JSON has it: lists, and None for what is no finite number."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, np.ndarray | list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    return None if isinstance(value, float) and not np.isfinite(value) else value


def same(one: Any, other: Any, rel: float) -> bool:
    """Whether both are the same but for so small a part of their size; zero is what cancels out to next to nothing."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(each, other[name], rel) for name, each in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(same(*pair, rel) for pair in zip(one, other, strict=True))
    if isinstance(one, int | float) and isinstance(other, int | float):
        return bool(one == pytest.approx(other, rel=rel, abs=rel))
    return bool(one == other)


def metas(chart: Any) -> list[dict[str, Any]]:
    """What the chart's bound traces say, as a browser is sent it."""
    traces = json.loads(chart.to_json())["data"]
    return [trace["meta"] for trace in traces if "fill" in trace.get("meta", {})]


def messages(told: list[Event], portion: int) -> list[dict[str, Any]]:
    """What a browser is sent that watches a run from its beginning, so many events at a time."""
    feed, sent = Feed("r"), []
    for first in range(0, len(told), portion):
        page = told[first : first + portion]
        feed.take([News(status(), [each.to_json() for each in page], first + len(page), more=False)])
        sent += feed.after(feed.number - 1)[1]
    return [json.loads(each[6:]) for each in sent]


BOUND = [name for name, figure in FIGURES.items() if metas(figure())]


def test_every_chart_is_among_those_that_are_tried() -> None:
    names = [each.name for each in pkgutil.iter_modules(dlcore.figures.__path__)]
    modules = [importlib.import_module(f"dlcore.figures.{name}") for name in names]
    makers = {
        function.__code__
        for module in modules
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__annotations__.get("return") == "go.Figure" and name[0] != "_"
    } - {dlcore.figures.style.figure.__code__, fill.__code__}
    called = set()
    sys.setprofile(lambda frame, event, _: called.add(frame.f_code) if event == "call" else None)
    try:
        for make in FIGURES.values():
            make()
    finally:
        sys.setprofile(None)
    assert {code.co_name for code in makers - called} == ELSEWHERE


def test_both_languages_have_the_same_operations_and_every_one_fills_a_chart(browser: JavaScript) -> None:
    assert browser("operations") == [list(OPERATIONS), list(ACROSS)]

    def used(binding: Any) -> Iterator[str]:
        if isinstance(binding, list):
            yield binding[0]
            for each in binding[1:]:
                yield from used(each)

    bindings = [each for name in BOUND for meta in metas(FIGURES[name]()) for each in meta["fill"].values()]
    assert {operation for each in bindings for operation in used(each)} == {*OPERATIONS, *ACROSS}


def arrays(told: Told, epoch: int | None = None) -> dict[str, Any]:
    return dict(arrays_of(History.of(told.events), seen=told.seen(epoch)))


@pytest.mark.parametrize("name", BOUND)
def test_the_same_arrays_fill_a_chart_with_the_same_numbers(browser: JavaScript, name: str) -> None:
    wanted = metas(FIGURES[name]())
    filled = 0
    for seed in range(9):
        seeds = {each: seed + 100 * place for place, each in enumerate(NAMES)}
        runs = {each: {**arrays(run(own)), **course(own)} for each, own in seeds.items()}
        here = [plain(filling(meta, runs)) for meta in wanted]
        assert same(browser("fill", wanted, plain(runs)), here, 1e-12)
        filled += sum(bool(values) for each in here for values in each.values())
    assert filled


def live(browser: JavaScript, wanted: Any, told: dict[str, Told], portion: int, **shown: Any) -> Any:
    """What a browser fills these traces with that was sent these events, and fetched the film."""
    parts = {f"{run}/{name}": base64.b64encode(gzip.decompress(content)).decode()
             for run, each in told.items() for name, content in each.parts.items()}  # fmt: skip
    sent = {run: messages(each.events, portion) for run, each in told.items()}
    return browser("live", wanted, sent, {**shown, "parts": parts})


@pytest.mark.parametrize("portion", [1, 4, 1000])
@pytest.mark.parametrize("name", BOUND)
def test_what_is_drawn_live_is_what_rests_later(browser: JavaScript, name: str, portion: int) -> None:
    wanted = metas(FIGURES[name]())
    for seed in range(4):
        told = {each: run(seed + 100 * place) for place, each in enumerate(NAMES)}
        runs = {name: arrays(each) for name, each in told.items()}
        assert same(live(browser, wanted, told, portion), [plain(filling(meta, runs)) for meta in wanted], 1e-4)


@pytest.mark.parametrize("epoch", [0, 1, 3, 99])
@pytest.mark.parametrize("name", BOUND)
def test_an_epoch_of_the_film_is_drawn_as_it_was_recorded(browser: JavaScript, name: str, epoch: int) -> None:
    wanted = metas(FIGURES[name]())
    for seed in range(3):
        told = {each: run(seed + 100 * place) for place, each in enumerate(NAMES)}
        runs = {name: arrays(each, epoch) for name, each in told.items()}
        drawn = live(browser, wanted, told, 1000, epoch=epoch)
        assert same(drawn, [plain(filling(meta, runs)) for meta in wanted], 1e-4)


OLD = ["boundary", "surface", "predicted", *[f"histograms of {what}" for what in histograms.TEXTS]]


@pytest.mark.parametrize("name", OLD)
def test_a_run_from_before_there_were_films_is_drawn_with_what_it_told(browser: JavaScript, name: str) -> None:
    wanted = metas(FIGURES[name]())
    filled = 0
    for seed in range(3):
        told = {each: before_films(seed + 100 * place) for place, each in enumerate(NAMES)}
        live = browser("live", wanted, {run: messages(each, 1000) for run, each in told.items()})
        runs = {run: arrays_of(History.of(each)) for run, each in told.items()}
        here = [plain(filling(meta, runs)) for meta in wanted]
        assert same(live, here, 1e-4)
        filled += sum(bool(values) for each in here for values in each.values())
    assert filled


def test_the_matrix_of_a_run_without_a_film_can_be_that_of_the_best_epoch(browser: JavaScript) -> None:
    wanted = metas(matrix.confusion(["no", "yes"], "r"))
    for seed in (2, 4, 5):
        events = [each for each in run(seed).events if not isinstance(each, Recorded)]
        history = History.of(events)
        assert history.best is not None
        live = browser("live", wanted, {"r": messages(events, 3)}, {"which": "best"})
        here = [plain(filling(meta, {"r": arrays_of(history, "best")})) for meta in wanted]
        assert same(live, here, 1e-12)
        counts = np.array(judged(history.best).confusion)
        assert here[0]["text"] == [[str(counts[0, 0] or ""), ""], ["", str(counts[1, 1] or "")]]


def test_between_which_values_the_colours_of_a_map_lie_is_the_same_in_both(browser: JavaScript) -> None:
    made = [meta for name in ("boundary", "surface") for meta in metas(FIGURES[name]())]
    rasters = [meta["raster"] for meta in made if "raster" in meta]
    assert len(rasters) == 3
    for seed in range(4):
        found = arrays(run(seed))
        for raster in rasters:
            for binding in raster.values():
                assert same(browser("evaluate", binding, [plain(found)]), plain(evaluate(binding, [found])), 1e-12)


@pytest.mark.parametrize("name", BOUND)
def test_a_chart_of_a_run_that_has_shown_nothing_is_empty_in_both(browser: JavaScript, name: str) -> None:
    wanted = metas(FIGURES[name]())
    for runs in ({}, {run: plain(arrays_of(History())) for run in NAMES}):
        here = [filling(meta, runs) for meta in wanted]
        assert browser("fill", wanted, runs) == here
        assert all(values == [] for each in here for values in each.values())


def test_a_score_that_is_not_measured_at_every_epoch_keeps_its_place(browser: JavaScript) -> None:
    perplexities = [None, 8.0, None, 4.0]
    epochs = [
        EpochEnded(n, Scores(2.0 - n / 4, accuracy=0.1 * n, perplexity=each), None, 0.1, None, 1.0, 9.0)
        for n, each in enumerate(perplexities)
    ]
    wanted = metas(curves.curves("perplexity", "r"))
    for portion in (1, 2, 3, 4):
        live = browser("live", wanted, {"r": messages(list(epochs), portion)})
        lines = {meta["series"]: each for meta, each in zip(wanted, live, strict=True)}
        assert lines["train"] == {"x": [0, 1, 2, 3], "y": perplexities}
        assert lines["validation"] == {"x": [], "y": []}
        assert lines["best"] == {"x": [3], "y": [4]}


@pytest.mark.parametrize("values", [{"values": [1, 2, 3]}, {"layers": [1, 2]}, {}], ids=str)
@pytest.mark.parametrize("what", ["boundary", "weights", "predictions", "something new"])
def test_what_a_probe_saw_in_another_form_is_sent_as_it_is_and_leaves_its_chart_empty(
    browser: JavaScript, what: str, values: dict[str, Any]
) -> None:
    told: list[Event] = [Probed(3, what, values)]
    assert arrays_of(History.of(told))[what] == {"epoch": 3, **values}
    assert messages(told, 1)[0]["probes"] == {what: {"epoch": 3, **values}}
    for name in BOUND:
        wanted = metas(FIGURES[name]())
        live = browser("live", wanted, {run: messages(told, 1) for run in NAMES})
        assert not any(values for each in live for values in each.values()), name


NUMBERS = st.one_of(st.none(), st.floats(-1e6, 1e6), st.integers(-3, 3))
COUNTS = st.integers(0, 500)
LISTS = st.lists(NUMBERS, max_size=6)


def square(numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(1, 4).flatmap(
        lambda side: st.lists(st.lists(numbers, min_size=side, max_size=side), min_size=side, max_size=side)
    )


ARITHMETIC = st.one_of(
    st.tuples(NUMBERS, LISTS),
    st.tuples(LISTS, NUMBERS),
    st.lists(st.tuples(NUMBERS, NUMBERS), max_size=6).map(lambda pairs: ([a for a, _ in pairs], [b for _, b in pairs])),
    square(st.tuples(NUMBERS, NUMBERS)).map(
        lambda rows: ([[a for a, _ in row] for row in rows], [[b for _, b in row] for row in rows])
    ),
)
HISTOGRAMS = st.fixed_dictionaries(
    {"low": st.floats(-1e6, 1e6), "high": st.floats(-1e6, 1e6), "counts": st.lists(COUNTS, min_size=1, max_size=6)}
)
GIVEN: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys("+-*/", ARITHMETIC),
    **dict.fromkeys(("min", "max", "join"), st.lists(st.one_of(NUMBERS, LISTS), min_size=1, max_size=3)),
    "linspace": st.tuples(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2), st.integers(2, 9)),
    "centers": st.tuples(HISTOGRAMS),
    "heights": st.tuples(HISTOGRAMS),
    "of row": st.tuples(square(st.one_of(st.none(), COUNTS))),
    "diagonal": st.tuples(square(NUMBERS), st.sampled_from([0, 1])),
    "only if": st.tuples(st.one_of(st.none(), st.floats(-1, 1), st.sampled_from([0, 1])), st.floats(-1e6, 1e6)),
    "text": st.tuples(square(st.one_of(st.none(), COUNTS))),
    "where": square(st.tuples(st.integers(0, 2), NUMBERS)).map(
        lambda rows: ([[key for key, _ in row] for row in rows], 1, [[each for _, each in row] for row in rows])
    ),
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_makes_the_same_of_any_numbers(browser: JavaScript, operation: str) -> None:
    @settings(max_examples=examples(60), deadline=None)
    @given(GIVEN[operation])
    def holds(values: Any) -> None:
        known = {str(place): each for place, each in enumerate(values)}
        binding = [operation, *known]
        assert same(browser("evaluate", binding, [plain(known)]), plain(evaluate(binding, [known])), 1e-9)

    holds()


@settings(max_examples=examples(60), deadline=None)
@given(
    st.lists(st.dictionaries(st.integers(0, 8), NUMBERS, max_size=6), min_size=1, max_size=4),
    st.sampled_from([-1, 0, 1]),
)
def test_a_band_over_runs_is_the_same_of_any_numbers(
    browser: JavaScript, tables: list[dict[int, Any]], deviations: int
) -> None:
    runs = [{"keys": sorted(table), "values": [table[key] for key in sorted(table)]} for table in tables]
    for binding in (["common", "keys", "values"], ["band", deviations, "keys", "values"]):
        assert same(browser("evaluate", binding, runs), plain(evaluate(binding, runs)), 1e-9)


@pytest.mark.parametrize("operation", ["+", "-", "*", "/"])
def test_arrays_of_different_lengths_are_refused_by_both(browser: JavaScript, operation: str) -> None:
    run = {"one": [1.0, 2.0], "other": [1.0, 2.0, 3.0]}
    with pytest.raises(ValueError, match="different shapes"):
        evaluate([operation, "one", "other"], [run])
    with pytest.raises(RuntimeError, match="different lengths"):
        browser("evaluate", [operation, "one", "other"], [run])


def test_a_new_array_needs_no_line_of_code_in_either_language(browser: JavaScript) -> None:
    meta = bound("r", "points", x="hidden.x", y=["*", 2, "hidden.y"])
    arrays = {"r": {"hidden": {"x": [1, 2], "y": [0.5, None]}}}
    assert browser("fill", [meta], arrays)[0] == {"x": [1, 2], "y": [1, None]}
    assert plain(filling(meta, arrays)) == {"x": [1, 2], "y": [1, None]}


CHARTS: list[tuple[str, Callable[[], Any]]] = [
    ("curves", lambda: curves.curves("loss", "0" * 16)),
    ("comparison", lambda: curves.comparison("loss", [("0" * 16, "A")])),
    ("folds", lambda: folds.folds("loss", [("0" * 16, "A")])),
    ("ridges", lambda: histograms.histograms("weights", [(1, "Linear", "dense")])),
    ("confusion", lambda: matrix.confusion(["a", "b"], "0" * 16)),
    ("boundary", lambda: boundary.boundary(["a", "b"], ("x", "y"), run="0" * 16)),
    ("surface", lambda: boundary.heights(("x", "y"), "z", run="0" * 16)),
    ("residuals", lambda: predicted.residuals("z", run="0" * 16)),
    ("layer curves", lambda: layer_curves.sizes("gradients.moved", [(1, "Linear", "dense")], "0" * 16)),
    ("precision and recall", lambda: sureness.precision_recall("b", "0" * 16)),
]


@pytest.mark.parametrize(("name", "make"), CHARTS, ids=[name for name, _ in CHARTS])
def test_what_a_trace_says_of_its_arrays_is_short(name: str, make: Callable[[], Any]) -> None:
    for meta in metas(make()):
        assert len(json.dumps(meta["fill"])) < 220, name
