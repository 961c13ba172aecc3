"""What goes into the gaps of a column, as scikit-learn learns it, but always in float64."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.impute import SimpleImputer


class Fill(SimpleImputer):  # type: ignore[misc]
    """scikit-learn's imputer. It learns from float32 in float64: a mean of a million float32 is not one of float32."""

    def fit(self, x: Any, _y: Any = None) -> Self:
        """x: (N, 1) numbers with NaN where a value is missing, or names with the empty one."""
        super().fit(x.astype(np.float64) if np.asarray(x).dtype.kind == "f" else x)
        return self

    def fit_transform(self, x: Any, _y: Any = None, **_params: Any) -> Any:
        """The same column without gaps, in the precision in which it came."""
        return self.fit(x).transform(x)
