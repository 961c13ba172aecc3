"""What a learner chose of their data (target, columns, task), held against what is there, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence

from dlcore.data.base import About, Task
from dlcore.data.cleaning import features
from dlcore.data.column import Column
from dlcore.data.uploads.description import Arrays, Description, Images, Table
from dlcore.data.uploads.labels import CLASSES_OF_NUMBERS, are_amounts
from dlcore.data.uploads.limits import MAX_VALUES
from dlcore.data.uploads.upload_settings import UploadSettings
from dlcore.declaration import Shape
from dlcore.errors import ExperimentError, unknown
from dlcore.i18n import N_, Text

MOST_NAMED = 10  # columns in one sentence


def about(brought: UploadSettings, description: Description) -> About:
    """What the network is given and asked. Raises ExperimentError that names the setting which does not fit."""
    if isinstance(description, Images):
        return _about_images(brought, description)
    if isinstance(description, Arrays):
        return _about_arrays(brought, description)
    return _about_table(brought, description)


def _about_table(brought: UploadSettings, table: Table) -> About:
    targets = targets_of(brought, table)
    task = task_of(brought, targets)
    if task == "multilabel":
        rows, classes = table.rows, tuple(each.name for each in targets)
    else:
        rows, classes = table.rows - targets[0].missing, () if task == "regression" else targets[0].values
    named = ", ".join(each.name for each in targets)
    text = text_of(brought, table)
    if text is not None:
        return About(task, Shape((brought.length,), vocabulary=brought.vocabulary), rows, classes, target=named)
    inputs = inputs_of(brought, table)
    features.check(brought.recipe, inputs, task)
    count, names = features.names(inputs, brought.recipe)
    return About(task, Shape((count,)), rows, classes, names, named)


def targets_of(brought: UploadSettings, table: Table) -> list[Column]:
    """The columns to predict: those chosen, else the last one that could be.

    Raises ExperimentError where there is none.
    """
    chosen = brought.targets
    if chosen is not None:
        if not chosen:
            raise ExperimentError(Text(N_("names no column")), "dataset.target")
        return [column_of(table, name, "target") for name in chosen]
    fitting = [each for each in table.columns if each.usable and each.name != brought.text]
    fitting = [each for each in fitting if each.name != table.reading.index] or fitting
    if not fitting:
        raise ExperimentError(
            Text(N_("is missing: no column holds numbers or a few categories that could be predicted")),
            "dataset.target",
        )
    return [fitting[-1]]


def task_of(brought: UploadSettings, targets: Sequence[Column]) -> Task:
    """What is asked: as chosen where the target can be that, else as its values suggest.

    Raises ExperimentError where the target cannot be that.
    """
    task: Task = brought.chosen_task or _suggested(targets)
    if (task == "multilabel") != (len(targets) > 1):
        raise ExperimentError(
            Text(N_("multilabel takes several target columns, every other task one; {count} came"), count=len(targets)),
            "dataset.task",
        )
    for column in targets:
        _check_target(column, task)
    return task


def _suggested(targets: Sequence[Column]) -> Task:
    if len(targets) > 1:
        return "multilabel"
    column = targets[0]
    if column.kind == "numeric" and not (column.whole and 0 < len(column.values) <= CLASSES_OF_NUMBERS):
        return "regression"
    return "binary" if len(column.values) == 2 else "multiclass"


def _check_target(column: Column, task: Task) -> None:
    count = len(column.values)
    fits = {
        "regression": column.kind == "numeric",
        "multilabel": column.kind == "numeric" and set(column.values) <= {"0", "1"} and not column.missing,
        "binary": count == 2,
        "multiclass": count >= 2,
    }
    needs = {
        "regression": Text(N_("regression needs a column of numbers")),
        "multilabel": Text(N_("multilabel needs columns of 0 and 1 with no cell left empty")),
        "binary": Text(N_("binary needs a column with two different values")),
        "multiclass": Text(N_("multiclass needs a column with 2 to {most} different values"), most=MAX_VALUES),
    }
    if not fits[task]:
        raise ExperimentError(
            Text(N_("{needs}; {column} is not that"), needs=needs[task], column=column.name), "dataset.target"
        )


def text_of(brought: UploadSettings, table: Table) -> Column | None:
    """The column of sentences to read; None where other columns are the inputs.

    Without a choice it is read where nothing else is there, or nothing but columns that count the rows.
    Raises ExperimentError where the chosen one is not there, or holds numbers.
    """
    if brought.text is not None:
        found = column_of(table, brought.text, "text")
        if found.kind == "numeric":
            raise ExperimentError(Text(N_("{column} holds numbers, not text"), column=found.name), "dataset.text")
        return found
    if brought.chosen_columns is not None or not all(each.counter for each in _usable(brought, table)):
        return None
    return next((each for each in table.columns if each.kind == "text"), None)


def inputs_of(brought: UploadSettings, table: Table) -> list[Column]:
    """The columns to predict from, as the recipe takes them: those chosen, else all numeric and categorical ones.

    Raises ExperimentError for a chosen column that cannot be an input, and where none is left.
    """
    chosen = brought.chosen_columns
    found = _usable(brought, table) if chosen is None else [column_of(table, name, "columns") for name in chosen]
    targets = {each.name for each in targets_of(brought, table)}
    for column in found:
        if column.name in targets:
            raise ExperimentError(
                Text(N_("{column} is the target: it cannot be an input, too"), column=column.name), "dataset.columns"
            )
        if column.kind == "text" or (column.kind == "categorical" and not column.values):
            raise ExperimentError(
                Text(N_("{column} has too many different values to be an input"), column=column.name),
                "dataset.columns",
            )
    if not found:
        raise ExperimentError(Text(N_("leaves no column to predict from")), "dataset.columns")
    return [features.transform_column(column, brought.recipe) for column in found]


def _usable(brought: UploadSettings, table: Table) -> list[Column]:
    aside = {each.name for each in targets_of(brought, table)} | {brought.text, table.reading.index}
    return [each for each in table.columns if each.usable and each.name not in aside]


def left_out(brought: UploadSettings, table: Table) -> list[Text]:
    """What nobody chose to leave out and is no input nonetheless, a sentence each. Raises as `about`."""
    if brought.chosen_columns is not None:
        return []
    text, targets = text_of(brought, table), {each.name for each in targets_of(brought, table)}
    said = []
    index = table.find(table.reading.index or "")
    if index is not None and index.name not in targets:
        said.append(Text(N_("{column} only numbers the rows: it is no input unless you choose it."), column=index.name))
    aside = [each.name for each in _usable(brought, table)] if text is not None else []
    if aside and brought.text is None:
        said.append(Text(N_("{text} is read; left out is what only counts the rows: {columns}."),
                         text=text.name if text else "", columns=", ".join(aside[:MOST_NAMED])))  # fmt: skip
    return said + _neither(table, targets | {"" if text is None else text.name})


def _neither(table: Table, aside: set[str]) -> list[Text]:
    """The columns that a network can be given only as texts, and the dates, which are to be chosen."""
    dates = [each.name for each in table.columns if each.kind == "date" and each.name not in aside]
    others = [each.name for each in table.columns
              if each.kind != "date" and not each.usable and each.name not in aside]  # fmt: skip
    said = []
    if dates:
        said.append(Text(N_("Dates are inputs where you choose them: {columns}."),
                         columns=", ".join(dates[:MOST_NAMED])))  # fmt: skip
    if others and not any(each.kind == "columns-text" for each in table.repairs):  # else it was told already
        said.append(Text(N_("Neither numbers nor dates nor a few categories, and so left out: {columns}. One of them "
                            "can be read as text."), columns=", ".join(others[:MOST_NAMED])))  # fmt: skip
    return said


def column_of(table: Table, name: str, setting: str) -> Column:
    """The column of this name. Raises ExperimentError under `dataset.setting`, with the nearest match."""
    found = table.find(name)
    if found is None:
        names = [each.name for each in table.columns]
        raise ExperimentError(unknown(Text(N_("column")), name, names[:50]), f"dataset.{setting}")
    return found


def _about_images(brought: UploadSettings, images: Images) -> About:
    _no_columns(brought)
    task: Task = "binary" if len(images.classes) == 2 and brought.task in (None, "binary") else "multiclass"
    if brought.task not in (None, task):
        raise _not_the_task(task)
    shape = Shape((3 if images.colour else 1, brought.side, brought.side))
    return About(task, shape, images.rows, images.classes, target=N_("folder"))


def _about_arrays(brought: UploadSettings, arrays: Arrays) -> About:
    _no_columns(brought)
    allowed = tasks_of(arrays)
    task = brought.task or allowed[0]
    if task not in allowed:
        raise _not_the_task(*allowed)
    classes = () if task == "regression" else arrays.classes
    return About(task, Shape(arrays.shape), arrays.rows, classes, target="y")


def tasks_of(arrays: Arrays) -> tuple[Task, ...]:
    """What may be asked of these arrays; what their answers suggest comes first."""
    if arrays.answers != "classes":
        return ("regression",) if arrays.answers == "numbers" else ("multilabel",)
    classes: tuple[Task, ...] = ("binary", "multiclass") if len(arrays.classes) == 2 else ("multiclass",)
    if not arrays.numeric:
        return classes
    return ("regression", *classes) if are_amounts(arrays.classes, arrays.counts) else (*classes, "regression")


def _no_columns(brought: UploadSettings) -> None:
    for name in ("target", "columns", "text"):
        if getattr(brought, name) is not None:
            raise ExperimentError(Text(N_("this data set is no table: it has no columns")), f"dataset.{name}")


def _not_the_task(*allowed: Task) -> ExperimentError:
    sentence = N_("must be {task} for this data") if len(allowed) == 1 else N_("must be one of {task} for this data")
    return ExperimentError(Text(sentence, task=", ".join(allowed)), "dataset.task")
