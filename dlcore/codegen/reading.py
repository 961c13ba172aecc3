"""The lines of a script that read, divide and scale a data set, as `dlcore.data.load` does it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from dlcore.codegen.following import follow_method
from dlcore.data.base import About, Dataset
from dlcore.data.bundled import Bundled
from dlcore.data.generated import Formula
from dlcore.data.split import STRATIFIED
from dlcore.experiment import DatasetChoice, KFold

SCALERS = {"standard": "StandardScaler", "minmax": "MinMaxScaler"}
ROWS_FILE = "data.npz"  # holds the rows of a data set that no script can reach; lies beside the script
WHOLE_NUMBERS = ("multiclass", "next-token")  # tasks whose y is int64


@dataclass
class Reading:
    """Import lines, and the lines after which `x` (N, …) and `y` are numpy arrays."""

    imports: list[str]
    lines: list[str] = field(default_factory=list)


def reading(source: Dataset, about: About) -> Reading:
    """How a script comes by the rows: from scikit-learn, by the formula itself, or from a file beside it."""
    if isinstance(source, Bundled):
        made = _bundled(source)
    elif isinstance(source, Formula):
        made = _followed(source, "make", "np.random.default_rng(seed)")
    elif source.portable:
        made = _followed(source, "read", "seed")
    else:
        made = _from_file()
    shape = ", ".join(map(str, about.shape))
    kind = "float32" if about.shape.vocabulary is None else "int64"
    made.lines.append(f'x = x.reshape(-1, {shape}).astype("{kind}")  # (N, {shape})')
    made.lines.append(f'y = y.astype("{"int64" if about.task in WHOLE_NUMBERS else "float32"}")')
    return made


def is_reachable(source: Dataset) -> bool:
    """Whether a script can read this data set by itself, without a file beside it."""
    return isinstance(source, Bundled | Formula) or source.portable


def _bundled(source: Bundled) -> Reading:
    return Reading([f"from sklearn.datasets import {source.loader}"], [f"x, y = {source.loader}(return_X_y=True)"])


def _followed(source: Dataset, method: str, argument: str) -> Reading:
    found = follow_method(source, method)
    return Reading(found.imports, [*found.lines(), "", "", f"x, y = {method}({argument})"])


def _from_file() -> Reading:
    return Reading(["import numpy as np"], [f'rows = np.load("{ROWS_FILE}")', 'x, y = rows["x"], rows["y"]'])


def imports(choice: DatasetChoice, about: About) -> list[str]:
    """The import lines that dividing and scaling need."""
    scalers = {SCALERS[choice.scale]} if choice.scale != "none" and about.shape.vocabulary is None else set()
    if about.task == "regression" and choice.scale_target == "standard":
        scalers.add("StandardScaler")
    splitters = ["train_test_split"]
    if isinstance(choice.split, KFold):
        splitters.append("StratifiedKFold" if choice.split.stratify and about.task in STRATIFIED else "KFold")
    lines = ["import numpy as np", f"from sklearn.model_selection import {', '.join(sorted(splitters))}"]
    return lines + ([f"from sklearn.preprocessing import {', '.join(sorted(scalers))}"] if scalers else [])


def dividing(choice: DatasetChoice, about: About) -> list[str]:
    """Lines after which `train`, `validation` and `test` are row numbers."""
    stratify = about.task in STRATIFIED
    split = choice.split
    lines = ["rows = np.arange(len(y))"]
    lines += _taking("rest", "test", "rows", split.test, str(split.test), "y" if stratify else "")
    if isinstance(split, KFold):
        lines += _folding(split, stratify)
    else:
        share = f"{split.validation} / (1 - {split.test})" if split.test else str(split.validation)
        lines += _taking("train", "validation", "rest", split.validation, share, "y[rest]" if stratify else "")
    if choice.limit is not None:
        lines.append(f"train = train[:{choice.limit}]")
    return lines


def _folding(split: KFold, stratify: bool) -> list[str]:
    kind = "StratifiedKFold" if split.stratify and stratify else "KFold"
    shuffled = "shuffle=True, random_state=seed" if split.shuffle else "shuffle=False"
    return [
        "rest = np.sort(rest)",
        f"folds = list({kind}({split.folds}, {shuffled}).split(rest, y[rest]))",
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
