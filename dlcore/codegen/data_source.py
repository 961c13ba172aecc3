"""The lines of a script that read, divide and scale a data set, as `dlcore.data.load` does it."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, field

import numpy as np

from dlcore.codegen.inline_source import follow_method
from dlcore.data import label_noise
from dlcore.data.base import About, Dataset
from dlcore.data.catalog.scikit_learn import Bundled
from dlcore.data.generators import Formula
from dlcore.data.load import all_rows
from dlcore.data.split import STRATIFIED
from dlcore.data.uploads import UserDataset
from dlcore.experiment import DatasetChoice, Experiment, GroupKFold, GroupSplit, KFold, PredefinedSplit, TimeSplit

SCALERS = {"standard": "StandardScaler", "minmax": "MinMaxScaler"}
ROWS_FILE = "data.npz"  # holds the rows of a data set that no script can reach; lies beside the script
WHOLE_NUMBERS = ("multiclass", "next-token")  # tasks whose y is int64


@dataclass
class Reading:
    """Import lines, and the lines after which `x` (N, …) and `y` are numpy arrays."""

    imports: list[str]
    lines: list[str] = field(default_factory=list)


def reading(source: Dataset, about: About, by: bool = False) -> Reading:
    """How a script comes by the rows: from scikit-learn, by the formula itself, or from a file beside it.

    by: whether the file also holds a column by which rows are divided.
    """
    if isinstance(source, Bundled):
        made = _bundled(source)
    elif isinstance(source, Formula):
        made = _followed(source, "make", "np.random.default_rng(seed)")
    elif source.portable:
        made = _followed(source, "read", "seed")
    else:
        made = _from_file(by, source.leaves_out_of_training)
    shape = ", ".join(map(str, about.shape))
    kind = "float32" if about.shape.vocabulary is None else "int64"
    as_kept = isinstance(source, UserDataset)  # in float64 where what is scaled needs it: it becomes float32 afterwards
    cast = "" if as_kept else f'.astype("{kind}")'
    made.lines.append(f"x = x.reshape(-1, {shape}){cast}  # (N, {shape})")
    if not (as_kept and about.task == "regression"):
        made.lines.append(f'y = y.astype("{"int64" if about.task in WHOLE_NUMBERS else "float32"}")')
    return made


def is_reachable(source: Dataset) -> bool:
    """Whether a script can read this data set by itself, without a file beside it."""
    return isinstance(source, Bundled | Formula) or source.portable


def rows_file(experiment: Experiment) -> bytes:
    """What the script of an experiment reads from `data.npz` beside it: every row as numbers, unscaled.

    Raises DataError where the data cannot be read or divided as asked.
    """
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **all_rows(experiment))  # type: ignore[arg-type]
    return buffer.getvalue()


def _bundled(source: Bundled) -> Reading:
    return Reading([f"from sklearn.datasets import {source.loader}"], [f"x, y = {source.loader}(return_X_y=True)"])


def _followed(source: Dataset, method: str, argument: str) -> Reading:
    found = follow_method(source, method)
    return Reading(found.imports, [*found.lines(), "", "", f"x, y = {method}({argument})"])


def _from_file(by: bool = False, kept: bool = False) -> Reading:
    lines = [f'rows = np.load("{ROWS_FILE}")', 'x, y = rows["x"], rows["y"]']
    lines += ['by = rows["by"]  # what rows are divided by'] if by else []
    lines += ['kept = rows["kept"]  # outliers may not teach'] if kept else []
    return Reading(["import numpy as np"], lines)


def imports(choice: DatasetChoice, about: About) -> list[str]:
    """The import lines that dividing and scaling need."""
    scalers = {SCALERS[choice.scale]} if choice.scale != "none" and about.shape.vocabulary is None else set()
    if about.task == "regression" and choice.scale_target == "standard":
        scalers.add("StandardScaler")
    grouped = isinstance(choice.split, GroupSplit | GroupKFold)
    splitters = ["GroupShuffleSplit" if grouped else "train_test_split"]
    if isinstance(choice.split, KFold):
        splitters.append(_folds(choice.split, about.task in STRATIFIED))
    if isinstance(choice.split, TimeSplit) or (isinstance(choice.split, PredefinedSplit) and not _draws(choice)):
        splitters = []
    lines = ["import numpy as np"]
    if splitters:
        lines.append(f"from sklearn.model_selection import {', '.join(sorted(splitters))}")
    return lines + ([f"from sklearn.preprocessing import {', '.join(sorted(scalers))}"] if scalers else [])


def dividing(choice: DatasetChoice, about: About) -> list[str]:
    """Lines after which `train`, `validation` and `test` are row numbers."""
    stratify = about.task in STRATIFIED
    split = choice.split
    limit = [] if choice.limit is None else [f"train = train[:{choice.limit}]"]
    source: Dataset = choice.source  # type: ignore[assignment]
    limit += ["train = train[kept[train]]"] if source.leaves_out_of_training else []
    limit += label_noise.source(choice.label_noise, about)
    if isinstance(split, TimeSplit):
        return [*_by_time(split), *limit]
    if isinstance(split, PredefinedSplit):
        return [*_as_they_came(choice, stratify), *limit]
    grouped = isinstance(split, GroupSplit | GroupKFold)
    take = _taking_groups if grouped else _taking
    lines = ["rows = np.arange(len(y))"]
    lines += take("rest", "test", "rows", split.test, str(split.test), "y" if stratify else "")
    if isinstance(split, KFold):
        lines += _folding(split, stratify)
    else:
        share = f"{split.validation} / (1 - {split.test})" if split.test else str(split.validation)
        lines += take("train", "validation", "rest", split.validation, share, "y[rest]" if stratify else "")
    return lines + limit


def _draws(choice: DatasetChoice) -> bool:
    """Whether a validation part is drawn from the rows that teach, of data that came divided without one."""
    source: Dataset = choice.source  # type: ignore[assignment]
    came = source.part_sizes()
    return choice.split.validation > 0 and (came is None or not came[1])


def _as_they_came(choice: DatasetChoice, stratify: bool) -> list[str]:
    """The parts that the data came in: `by` says which each row belongs to."""
    test = "test = np.flatnonzero(by == 2)  # the parts as the data came: 0 teaches, 1 judges, 2 is the test"
    share = choice.split.validation
    if share and not _draws(choice):
        return [
            test,
            "train, validation = np.flatnonzero(by == 0), np.flatnonzero(by == 1)",
            "train = np.random.RandomState(seed).permutation(train)",
        ]
    taken = _taking("train", "validation", "rest", share, str(share), "y[rest]" if stratify else "")
    return [test, "rest = np.flatnonzero(by < 2)", *taken]


def _folds(split: KFold, stratify: bool) -> str:
    """The name of scikit-learn's splitter."""
    stratified = "Stratified" if split.stratify and stratify else ""
    return f"{stratified}{'Group' if isinstance(split, GroupKFold) else ''}KFold"


def _by_time(split: TimeSplit) -> list[str]:
    """The latest rows are the test part; rows of the same time stay together."""
    return [
        'order = np.argsort(by, kind="stable")',
        "ordered = by[order]",
        f"last = len(y) - round({split.test} * len(y))",
        'last = np.searchsorted(ordered, ordered[last], side="left") if last < len(y) else last',
        f"middle = last - round({split.validation} * len(y))",
        'middle = np.searchsorted(ordered, ordered[middle], side="left") if middle < last else last',
        "train, validation, test = np.split(order, [middle, last])",
        "train = np.random.RandomState(seed).permutation(train)",
    ]


def _taking_groups(kept: str, taken: str, rows: str, share: float, written: str, _stratify: str) -> list[str]:
    """A share of the groups, with all their rows."""
    if share == 0:
        return _taking(kept, taken, rows, share, written, "")
    return [
        f"chosen = GroupShuffleSplit(1, test_size={written}, random_state=seed).split({rows}, groups=by[{rows}])",
        "kept, taken = next(chosen)",
        "random = np.random.RandomState(seed)",
        f"{kept}, {taken} = {rows}[random.permutation(kept)], {rows}[random.permutation(taken)]",
    ]


def _folding(split: KFold, stratify: bool) -> list[str]:
    kind = _folds(split, stratify)
    by = ", by[rest]" if isinstance(split, GroupKFold) else ""
    shuffled = "shuffle=True, random_state=seed" if split.shuffle else "shuffle=False"
    return [
        "rest = np.sort(rest)",
        f"folds = list({kind}({split.folds}, {shuffled}).split(rest, y[rest]{by}))",
        f"learned, judging = folds[{split.fold - 1}]  # fold {split.fold} of {split.folds} judges",
        "train, validation = np.random.RandomState(seed).permutation(rest[learned]), rest[judging]",
    ]


def _taking(kept: str, taken: str, rows: str, share: float, written: str, stratify: str) -> list[str]:
    if share == 0:
        return [f"{kept}, {taken} = np.random.RandomState(seed).permutation({rows}), {rows}[:0]"]
    options = f"test_size={written}, random_state=seed" + (f", stratify={stratify}" if stratify else "")
    return [f"{kept}, {taken} = train_test_split({rows}, {options})"]


def scaling(choice: DatasetChoice, about: About) -> list[str]:
    """Lines after which `tensors(rows)` gives (x, y) of some rows, scaled by what the training part teaches."""
    fit_x, inputs = _inputs(choice, about)
    fit_y, targets = _targets(choice, about)
    return [*fit_x, *fit_y, "", "", "def tensors(rows):", *inputs, *targets]


def _inputs(choice: DatasetChoice, about: About) -> tuple[list[str], list[str]]:
    if about.shape.vocabulary is not None:
        return [], ["    inputs = torch.from_numpy(x[rows])"]
    shape, columns = ", ".join(map(str, about.shape)), math.prod(about.shape)
    if choice.scale == "none":
        return [], ["    inputs = torch.from_numpy(x[rows])"]
    fit = [
        f'flat = x[train].reshape(len(train), {columns}).astype("float64")',
        f"scaler = {SCALERS[choice.scale]}().fit(flat)  # learns from the training part alone",
    ]
    use = [
        f'    flat = x[rows].reshape(len(rows), {columns}).astype("float64")',
        f'    scaled = scaler.transform(flat).astype("float32").reshape(-1, {shape}) if len(rows) else x[rows]',
        "    inputs = torch.from_numpy(scaled)",
    ]
    return fit, use


def _targets(choice: DatasetChoice, about: About) -> tuple[list[str], list[str]]:
    if about.task in WHOLE_NUMBERS:
        return [], ["    return inputs, torch.from_numpy(y[rows])"]
    use = [f"    target = y[rows].reshape(len(rows), {about.outputs})"]
    fit = []
    if about.task == "regression" and choice.scale_target == "standard":
        fit.append(f'target_scaler = StandardScaler().fit(y[train].reshape(-1, {about.outputs}).astype("float64"))')
        use.append("    if len(rows):")
        use.append('        target = target_scaler.transform(target.astype("float64")).astype("float32")')
    return fit, [*use, "    return inputs, torch.from_numpy(target)"]
