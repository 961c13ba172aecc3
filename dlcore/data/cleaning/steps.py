"""The steps of a recipe. Each says in its fields what can be set, and in its methods what it does to which column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from dlcore.data.cleaning.names import Names, listed
from dlcore.declaration import Declaration, setting
from dlcore.errors import ExperimentError
from dlcore.i18n import N_, Text
from dlcore.registry import CLEANING

if TYPE_CHECKING:
    import numpy as np

    from dlcore.data.cleaning.table_columns import TableColumns
    from dlcore.data.column import Column

NUMBERS = ("numeric", "date")  # kinds of columns that are numbers to a network; dates as days
ALL = (*NUMBERS, "categorical")
CATEGORIES = 100  # of a column, that get an input of their own; rarer ones share none


class Step(Declaration):
    """One step of cleaning. A subclass does one of four things, and leaves the other methods as they are."""

    REGISTRY = CLEANING
    KEY = "step"
    abstract: ClassVar[bool] = True
    kinds: ClassVar[tuple[str, ...]] = ALL  # of columns it can be applied to
    leaves_rows_out: ClassVar[bool] = False  # before anything is divided

    columns: Names | None = setting(None, help=N_("The columns it is applied to; empty for all that it fits."))

    def to_dict(self) -> dict[str, Any]:
        """Plain data; what was not chosen is not written."""
        return {self.KEY: self.name, **self.model_dump(mode="json", exclude_defaults=True)}

    def idle(self) -> tuple[str, ...]:
        """Names of the settings that make no difference while the others are as they are."""
        return ()

    def fits(self, column: Column) -> bool:
        """Whether it can be applied to a column of this kind."""
        return column.kind in self.kinds

    def applies(self, column: Column) -> bool:
        """Whether it is applied to this column."""
        if self.columns is None:
            return self.fits(column)
        return column.name in (listed(self.columns) or ())

    def check(self, columns: Sequence[Column], features: int, task: str, field: str) -> None:
        """Raises ExperimentError for a column that is not there or does not fit."""
        known = {each.name: each for each in columns}
        for name in listed(self.columns) or ():
            if name not in known:
                raise ExperimentError(
                    Text(
                        N_("{column} is none of the columns to predict from: {allowed}"),
                        column=name,
                        allowed=", ".join(list(known)[:50]),
                    ),
                    f"{field}.columns",
                )
            if not self.fits(known[name]):
                raise ExperimentError(
                    Text(N_("{column} is not of a kind that this step is made for"), column=name), f"{field}.columns"
                )

    def kept(self, table: TableColumns, columns: Sequence[Column]) -> np.ndarray[Any, Any] | None:
        """Which rows stay, (rows,), of inputs and targets, before anything is divided; None where all do."""
        return None

    def transformer(self, column: Column) -> Any:
        """scikit-learn's transformer for one column; None where nothing is done to it."""
        return None

    def dropped_in_training(self, column: Column) -> Any:
        """A transformer whose `inside` says which training rows stay; None where all do."""
        return None

    def selector(self, task: str) -> Any:
        """scikit-learn's transformer for all columns together, at the end; None where there is none."""
        return None


class DropMissing(Step):
    """Leaves out every row that has a gap in these columns.

    Rows of all three parts: nothing is learned for it. Source: pandas.DataFrame.dropna.
    """

    leaves_rows_out = True

    def kept(self, table: TableColumns, columns: Sequence[Column]) -> np.ndarray[Any, Any] | None:
        import numpy as np

        found = np.ones(len(table), bool)
        for column in columns:
            if self.applies(column):
                found &= table[column.name].notna().to_numpy()
        return found


class DropDuplicates(Step):
    """Leaves out rows that say the same as an earlier one, target included: none may teach and judge at once.

    Source: pandas.DataFrame.drop_duplicates, the first is kept.
    """

    leaves_rows_out = True

    def kept(self, table: TableColumns, columns: Sequence[Column]) -> np.ndarray[Any, Any] | None:
        import numpy as np
        import pandas as pd

        targets = [name for name in table if name not in {each.name for each in columns}]
        groups = np.zeros(len(table), np.int64)  # rows that say the same in all columns so far share a number
        for name in [*(each.name for each in columns if self.applies(each)), *targets]:
            values = pd.factorize(table[name])[0].astype(np.int64) + 1  # 0 where there is none: two gaps are the same
            groups = pd.factorize(groups * (values.max(initial=0) + 1) + values)[0].astype(np.int64)
        found: np.ndarray[Any, Any] = ~pd.Series(groups).duplicated().to_numpy()
        return found


class FillMissing(Step):
    """Puts a value into the gaps of a column: one that the training part suggests, or a fixed one.

    Source: sklearn.impute.SimpleImputer.
    """

    strategy: Literal["median", "mean", "most_frequent", "constant"] = setting(
        "median", main=True, help=N_("Which value of the training part goes into the gaps, or constant for your own.")
    )
    value: str = setting("0", help=N_("What goes into the gaps, with strategy constant."))

    def idle(self) -> tuple[str, ...]:
        return () if self.strategy == "constant" else ("value",)

    def fits(self, column: Column) -> bool:
        if self.strategy in ("median", "mean"):
            return column.kind in NUMBERS
        if self.strategy == "constant" and column.kind in NUMBERS:
            return self._number() is not None
        return column.kind in self.kinds

    def _number(self) -> float | None:
        try:
            return float(self.value)
        except ValueError:
            return None

    def transformer(self, column: Column) -> Any:
        from dlcore.data.cleaning.gaps import Fill

        number = column.kind in NUMBERS
        fixed: Any = (self._number() if number else self.value) if self.strategy == "constant" else None
        missing: Any = float("nan") if number else ""
        return Fill(missing_values=missing, strategy=self.strategy, fill_value=fixed, keep_empty_features=True)


class Outliers(Step):
    """Looks for numbers that lie far from the others: draws them to the border, or leaves their rows out of training.

    z-score: further from the mean than `limit` standard deviations. IQR: further outside the middle half than `limit`
    times its width. range: below `low` or above `high`. Borders are learned from the training part alone; validation
    and test rows are never left out, for nobody can choose what will come.
    """

    kinds = ("numeric",)

    method: Literal["zscore", "iqr", "range"] = setting("zscore", main=True, help=N_("How far is far."))
    limit: float = setting(3.0, gt=0, le=1000, help=N_("Standard deviations, or widths of the middle half."))
    low: float | None = setting(None, help=N_("With range: the lowest number that is believed; empty for any."))
    high: float | None = setting(None, help=N_("With range: the highest number that is believed; empty for any."))
    action: Literal["clip", "drop", "keep"] = setting(
        "clip", main=True, help=N_("Draw to the border, leave out of training, or leave as they are.")
    )

    def idle(self) -> tuple[str, ...]:
        return ("limit",) if self.method == "range" else ("low", "high")

    def _borders(self) -> Any:
        from dlcore.data.cleaning.borders import Borders

        return Borders(self.method, self.limit, self.low, self.high)

    def transformer(self, column: Column) -> Any:
        return self._borders() if self.action == "clip" else None

    def dropped_in_training(self, column: Column) -> Any:
        return self._borders() if self.action == "drop" else None


class Encode(Step):
    """Makes numbers of names: one number a category (1 where it is that one), or one number in all, by their order.

    Whole numbers can be names, too (classes 1, 2, 3 of a ship): in the columns that are chosen here.
    Source: sklearn.preprocessing.OneHotEncoder, OrdinalEncoder.
    """

    kinds = ("categorical",)

    columns: Names | None = setting(
        None, help=N_("Empty for all columns of names; whole numbers are taken for names where their column is chosen.")
    )
    to: Literal["onehot", "ordinal"] = setting(
        "onehot", main=True, help=N_("onehot: a number a category; ordinal: 0, 1, 2, … in the order of their names.")
    )

    def fits(self, column: Column) -> bool:
        return super().fits(column) or is_code(column)

    def applies(self, column: Column) -> bool:
        return super().fits(column) if self.columns is None else super().applies(column)

    def check(self, columns: Sequence[Column], features: int, task: str, field: str) -> None:
        named = listed(self.columns) or ()
        for column in columns:
            if column.name in named and column.kind == "numeric" and not is_code(column):
                raise ExperimentError(
                    Text(
                        N_("{column} holds numbers that are no names: only up to {most} different whole ones can be"),
                        column=column.name,
                        most=CATEGORIES,
                    ),
                    f"{field}.columns",
                )
        super().check(columns, features, task, field)


def is_code(column: Column) -> bool:
    """Whether a column of numbers could stand for names: few, and whole."""
    return column.kind == "numeric" and 0 < len(column.values) <= CATEGORIES


class SelectKBest(Step):
    """Keeps the k numbers that tell most, each looked at by itself.

    Measured on the training part. Source: sklearn.feature_selection.SelectKBest.
    """

    kinds = ()

    k: int = setting(10, ge=1, le=10_000, main=True, help=N_("How many numbers are kept."))
    score: Literal["f", "mutual_info", "variance"] = setting(
        "f",
        main=True,
        help=N_(
            "f: how far the target lies along a line (F statistic); mutual_info: any relation with the target; "
            "variance: how much the number changes at all, before scaling."
        ),
    )

    def check(self, columns: Sequence[Column], features: int, task: str, field: str) -> None:
        if self.columns is not None:
            raise ExperimentError(Text(N_("takes no columns: it looks at all of them")), f"{field}.columns")
        if self.k > features:
            raise ExperimentError(
                Text(N_("must be at most {most} here, but {received} came"), most=features, received=self.k),
                f"{field}.k",
            )
        if task == "multilabel" and self.score != "variance":
            raise ExperimentError(Text(N_("SelectKBest needs one target")), field)

    def selector(self, task: str) -> Any:
        import functools

        from sklearn import feature_selection as measures

        kind = "regression" if task == "regression" else "classif"
        measure: Any = getattr(measures, f"{self.score}_{kind}", None) or _variance
        if self.score == "mutual_info":  # it draws a little noise: the same one each time
            measure = functools.partial(measure, random_state=0)
        return measures.SelectKBest(measure, k=self.k)


def _variance(x: np.ndarray[Any, Any], y: object) -> np.ndarray[Any, Any]:
    """(features,) of (N, features): as sklearn.feature_selection.VarianceThreshold measures."""
    found: np.ndarray[Any, Any] = x.var(axis=0)
    return found
