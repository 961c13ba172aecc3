"""The borders beyond which a number is an outlier, as a transformer of scikit-learn's kind."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

Array = np.ndarray[Any, Any]


class Borders(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Learns `low_` and `high_` of each column, gaps left out; `transform` draws what is beyond to the border."""

    def __init__(self, method: str = "zscore", limit: float = 3.0, low: float | None = None, high: float | None = None):
        self.method, self.limit, self.low, self.high = method, limit, low, high

    def fit(self, x: Any, _y: Any = None) -> Self:
        """x: (N, columns), NaN where a value is missing."""
        numbers = np.asarray(x, float)
        columns = [self._of(column[np.isfinite(column)]) for column in numbers.T]
        self.low_, self.high_ = (np.array(each) for each in zip(*columns, strict=True))
        self.n_features_in_ = numbers.shape[1]
        return self

    def _of(self, column: Array) -> tuple[float, float]:
        if self.method == "range" or not len(column):
            return (-np.inf if self.low is None else self.low), (np.inf if self.high is None else self.high)
        if self.method == "zscore":
            far = self.limit * float(column.std())
            return float(column.mean()) - far, float(column.mean()) + far
        first, third = np.quantile(column, (0.25, 0.75))
        far = self.limit * float(third - first)
        return float(first) - far, float(third) + far

    def transform(self, x: Any) -> Array:
        """The same numbers, (N, features), none beyond its border; gaps stay."""
        clipped: Array = np.clip(np.asarray(x, float), self.low_, self.high_)
        return clipped

    def inside(self, x: Any) -> Array:
        """(N,) whether a row has nothing beyond a border; gaps are not."""
        numbers = np.asarray(x, float)
        outside = (numbers < self.low_) | (numbers > self.high_)
        found: Array = np.logical_not(np.any(outside, axis=1))
        return found

    def get_feature_names_out(self, names: Any = None) -> Any:
        """The names of the columns: they stay what they are."""
        return names
