"""The lines of a script that read, divide and scale a data set, as `dlcore.data.load` does it."""

from __future__ import annotations

import ast
import inspect
import math
import textwrap
from typing import Any

from dlcore.data.base import About, Dataset
from dlcore.data.bundled import Bundled
from dlcore.data.generated import Generated
from dlcore.errors import DlcoreError
from dlcore.experiment import DatasetChoice
from dlcore.i18n import N_, Text

SCALERS = {"standard": "StandardScaler", "minmax": "MinMaxScaler"}


def imports(choice: DatasetChoice, about: About) -> list[str]:
    """The import lines that reading needs."""
    lines = ["import numpy as np"]
    if isinstance(choice.source, Bundled):
        lines.append(f"from sklearn.datasets import {choice.source.loader}")
    lines.append("from sklearn.model_selection import train_test_split")
    scalers = {SCALERS[choice.scale]} if choice.scale != "none" else set()
    if about.task == "regression" and choice.scale_target == "standard":
        scalers.add("StandardScaler")
    return lines + ([f"from sklearn.preprocessing import {', '.join(sorted(scalers))}"] if scalers else [])


def reading(source: Dataset, about: About) -> list[str]:
    """Lines after which `x` (N, …) and `y` (N,) are numpy arrays. Raises DlcoreError for data a script cannot reach."""
    if isinstance(source, Bundled):
        return _bundled(source, about)
    if isinstance(source, Generated):
        return _generated(source, about)
    raise DlcoreError(
        Text(N_("The data set {name} cannot be written into a script: it is not at hand there."), name=source.name)
    )


def _bundled(source: Bundled, about: About) -> list[str]:
    shape = ", ".join(map(str, about.shape))
    kind = "int64" if about.task == "multiclass" else "float32"
    return [
        f"x, y = {source.loader}(return_X_y=True)",
        f'x = x.reshape(-1, {shape}).astype("float32")  # (N, {shape})',
        f'y = y.astype("{kind}")  # (N,)',
    ]


def _generated(source: Generated, about: About) -> list[str]:
    """The formula that makes the examples: the method `draw`, with the settings written out."""
    settings = [f"{name} = {getattr(source, name)!r}" for name in type(source).model_fields]
    helpers = [line for each in source.formula for line in ["", "", *_function_of(each)]]
    shape = ", ".join(map(str, about.shape))
    return [
        *settings,
        f"kinds = {len(source.names)}",
        *helpers,
        "",
        "",
        *_function_of(type(source).draw),
        "",
        "",
        "random = np.random.default_rng(seed)",
        "counts = [len(part) for part in np.array_split(np.arange(samples), kinds)]",
        "x = np.concatenate([draw(kind, count, random) for kind, count in enumerate(counts)])",
        f'x = x.astype("float32")  # (N, {shape})',
        'y = np.repeat(np.arange(kinds), counts).astype("int64")  # (N,)',
    ]


class _Unbound(ast.NodeTransformer):
    """A method as a function: no self, no annotations, `self.noise` is `noise`."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.args.args = [argument for argument in node.args.args if argument.arg != "self"]
        for argument in node.args.args:
            argument.annotation = None
        node.returns = None
        self.generic_visit(node)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            return ast.copy_location(ast.Name(node.attr, node.ctx), node)
        return node


def _function_of(method: Any) -> list[str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(method)))
    return ast.unparse(_Unbound().visit(tree)).splitlines()


def dividing(choice: DatasetChoice, about: About) -> list[str]:
    """Lines after which `train`, `validation` and `test` are row numbers."""
    stratify = about.task == "multiclass"
    split = choice.split
    lines = ["rows = np.arange(len(y))"]
    lines += _taking("rest", "test", "rows", split.test, str(split.test), "y" if stratify else "")
    share = f"{split.validation} / (1 - {split.test})" if split.test else str(split.validation)
    lines += _taking("train", "validation", "rest", split.validation, share, "y[rest]" if stratify else "")
    if choice.limit is not None:
        lines.append(f"train = train[:{choice.limit}]")
    return lines


def _taking(kept: str, taken: str, rows: str, share: float, written: str, stratify: str) -> list[str]:
    if share == 0:
        return [f"{kept}, {taken} = np.random.RandomState(seed).permutation({rows}), {rows}[:0]"]
    options = f"test_size={written}, random_state=seed" + (f", stratify={stratify}" if stratify else "")
    return [f"{kept}, {taken} = train_test_split({rows}, {options})"]


def scaling(choice: DatasetChoice, about: About) -> list[str]:
    """Lines after which `tensors(rows)` gives (x, y) of some rows, scaled by what the training part teaches."""
    shape = ", ".join(map(str, about.shape))
    fit, use = [], [f"    part = x[rows].reshape(len(rows), {math.prod(about.shape)})"]
    if choice.scale != "none":
        fit = [
            'flat = x[train].reshape(len(train), -1).astype("float64")',
            f"scaler = {SCALERS[choice.scale]}().fit(flat)  # learns from the training part alone",
        ]
        use += ['    part = scaler.transform(part.astype("float64")).astype("float32") if len(rows) else part']
    use.append(f"    inputs = torch.from_numpy(np.ascontiguousarray(part.reshape(-1, {shape})))")
    if about.task == "regression":
        use.append('    target = y[rows].reshape(-1, 1).astype("float32")')
        if choice.scale_target == "standard":
            fit.append('target_scaler = StandardScaler().fit(y[train].reshape(-1, 1).astype("float64"))')
            use.append('    target = target_scaler.transform(target.astype("float64")).astype("float32") '
                       "if len(rows) else target")  # fmt: skip
        use.append("    return inputs, torch.from_numpy(target)")
    else:
        use.append("    return inputs, torch.from_numpy(y[rows])")
    return [*fit, "", "", "def tensors(rows):", *use]
