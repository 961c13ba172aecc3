"""How rows are divided into those that teach and those that judge, for any data set, and how values are rescaled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from dlcore.data import label_noise
from dlcore.data.base import About
from dlcore.data.column import Column
from dlcore.data.split import STRATIFIED
from dlcore.data.uploads import Table, UserDataset
from dlcore.experiment import AnySplit, DatasetChoice, Experiment, KFold, PredefinedSplit, Split
from dlcore.i18n import N_, _, translate
from pages.components.shared import data_preview, forms, keys

WAYS = {
    "holdout": N_("Hold rows out, once"),
    "kfold": N_("k-fold, rows in their order"),
    "shuffled": N_("k-fold, rows shuffled"),
    "stratified": N_("k-fold, stratified: every class in every fold"),
    "group": N_("Hold whole groups out, by a column"),
    "group-kfold": N_("k-fold of whole groups, by a column"),
    "time": N_("Hold the latest rows out, by a column"),
    "predefined": N_("As the data came, with a test part of its own"),
}
FOLDS = ("kfold", "shuffled", "stratified", "group-kfold")
BY_COLUMN = ("group", "group-kfold", "time")
LABELS = {
    "test": N_("Test share"),
    "validation": N_("Validation share"),
    "folds": N_("Folds"),
    "fold": N_("Fold that judges"),
    "shuffle": N_("Shuffle first"),
    "stratify": N_("Classes in proportion"),
    "scale": N_("Scaling"),
    "scale_target": N_("Target scaling"),
    "limit": N_("Training rows"),
    "label_noise": N_("Wrong training labels"),
}
MOST_LEFT_OUT = 0.95  # share of rows that test and validation may take together

Plain = dict[str, Any]
Put = Callable[[tuple[str | int, ...], Any], None]  # path in the experiment, new value


def division_form(experiment: Experiment, about: About, put: Put) -> None:
    """How the rows are divided. put: takes a change into the draft."""
    chosen = experiment.dataset
    st.caption(f"{translate(chosen.source.summary())} {translate(chosen.source.card)}")
    choose_way(experiment, about, lambda split: put(("dataset", "split"), split))
    forms.draw(
        shown_settings(chosen.split, about), chosen.split.model_dump(), "split",
        lambda name, value: put(("dataset", "split"), changed(chosen.split, name, value)),
        columns=2, labels=LABELS, sliders=True,
    )  # fmt: skip


def scaling_form(experiment: Experiment, about: About, look: Plain | None, put: Put) -> None:
    """How values are rescaled and how many rows teach, and what came of it all."""
    chosen = experiment.dataset
    wanted = ["scale", "limit", *(["scale_target"] if about.task == "regression" else [])]
    wanted += ["label_noise"] if about.task in label_noise.TASKS else []
    common = [DatasetChoice.settings()[name] for name in wanted]
    values = {"label_noise": chosen.label_noise, **chosen.to_dict()}  # a plain experiment says nothing of it
    forms.draw(common, values, "dataset", lambda name, value: put(("dataset", name), value), labels=LABELS)
    if look is not None:
        data_preview.class_balance(about, look)


def choose_way(
    experiment: Experiment, about: About, take: Callable[[Plain], None], ways: tuple[str, ...] = (*WAYS,), at: str = ""
) -> None:
    """The choice among ways to divide this data set, and of the column where one is needed.

    take: called with the new split as plain data. ways: those of `WAYS` to offer. at: tells the widgets of one page
    from those of another.
    """
    split, columns = experiment.dataset.split, columns_of(experiment)
    present = way_of(split, about)
    came_divided = experiment.dataset.source.part_sizes() is not None  # type: ignore[attr-defined]
    offered = [way for way in ways if way == present or offers(way, columns, about, came_divided)]
    forms.choose(
        st.container(), _("How rows are divided"), offered, present, keys.DIVISION + at,
        lambda way: take(build(way, split, columns)), lambda way: _(WAYS[way]),
    )  # fmt: skip
    st.caption(_(EXPLAINED[present]))
    if present in BY_COLUMN:
        column = split.column  # type: ignore[union-attr]
        names = [each.name for each in fitting(present, columns)]
        forms.choose(
            st.container(), _("Column"), names if column in names else [*names, column], column,
            keys.DIVISION_COLUMN + at, lambda name: take({**split.model_dump(), "column": name}),
        )  # fmt: skip
    elif not columns:
        st.caption(_("By groups or by time: with a table of your own, where a column says which rows belong together."))


EXPLAINED = {
    "holdout": N_("Some rows judge after each epoch, some stay sealed until the very end, all others teach."),
    "kfold": N_("Neighbouring rows share a fold. Every fold judges once, in a run of its own."),
    "shuffled": N_("Chance deals the rows into folds. Every fold judges once, in a run of its own."),
    "stratified": N_("Every fold has the classes in the same proportions, and judges once, in a run of its own."),
    "group": N_("Rows with the same value in this column (a patient, a place) stand in the same part."),
    "group-kfold": N_("Rows with the same value in this column share a fold. Every fold judges once, in its own run."),
    "time": N_("The latest rows are the test, those before them judge, all earlier ones teach."),
    "predefined": N_("The test part it came with stays sealed; its validation part judges, where it has one."),
}


def way_of(split: AnySplit, about: About) -> str:
    """Which of the ways a split is."""
    if split.method != "kfold":
        return str(split.method)
    assert isinstance(split, KFold)
    if split.stratify and about.task in STRATIFIED:
        return "stratified"
    return "shuffled" if split.shuffle else "kfold"


def columns_of(experiment: Experiment) -> list[Column]:
    """The columns by which rows can be divided: those of a learner's own table, without what is to be predicted."""
    source = experiment.dataset.source
    description = source.description() if isinstance(source, UserDataset) else None
    if not isinstance(description, Table):
        return []
    predicted = set(source.about().target.split(", ")) | set(source.targets or ())  # type: ignore[attr-defined]
    return [each for each in description.columns if each.name not in predicted]


def fitting(way: str, columns: list[Column]) -> list[Column]:
    """Of these columns, those that can say when, or which rows belong together; the likeliest first."""
    if way == "time":
        found = [each for each in columns if each.kind in ("date", "numeric")]
        return sorted(found, key=lambda each: (each.missing > 0, each.kind != "date"))
    return sorted(columns, key=lambda each: (each.missing > 0, each.kind in ("numeric", "date")))


def offers(way: str, columns: list[Column], about: About, came_divided: bool) -> bool:
    """Whether this way is open to a data set with these columns, or one that came in parts."""
    if way == "predefined":
        return came_divided
    if way in BY_COLUMN:
        return bool(fitting(way, columns))
    return way != "stratified" or about.task in STRATIFIED


def build(way: str, before: AnySplit, columns: list[Column]) -> Plain:
    """A split of this way, as plain data, with the shares, folds and column of the one before where it has them."""
    if way == "predefined":
        return {"method": way, "validation": 0.1 if isinstance(before, KFold) else before.validation}
    test = Split().test if isinstance(before, PredefinedSplit) else before.test
    kept: Plain = {"test": test}
    if way in BY_COLUMN:
        names = [each.name for each in fitting(way, columns)]
        column = getattr(before, "column", None)
        kept["column"] = column if column in names else names[0]
    if way not in FOLDS:
        share = 0.1 if isinstance(before, KFold) else before.validation
        return {"method": way, "validation": max(0.0, round(min(share, MOST_LEFT_OUT - test), 4)), **kept}
    kept["folds"] = before.folds if isinstance(before, KFold) else 5
    if way == "group-kfold":
        return {"method": way, **kept}
    return {"method": "kfold", "shuffle": way != "kfold", "stratify": way == "stratified", **kept}


def changed(split: AnySplit, name: str, value: Any) -> Plain:
    """The split with one setting changed, as plain data; with fewer folds, the last one judges where it must."""
    plain = {**split.model_dump(), name: value}
    if name == "folds" and isinstance(split, KFold):
        plain["fold"] = min(split.fold, value)
    return plain


def shown_settings(split: AnySplit, about: About) -> list[Any]:
    """The settings of a split that its way leaves open."""
    hidden = {"method", "column"}
    if isinstance(split, KFold):
        way = way_of(split, about)
        hidden |= {"stratify"} if way != "group-kfold" or about.task not in STRATIFIED else set()
        hidden |= {"shuffle"} if way in ("kfold", "shuffled") else set()
    return [each for each in split.settings().values() if each.name not in hidden]
