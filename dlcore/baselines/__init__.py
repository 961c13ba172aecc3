"""The models of machine learning beside a network: scikit-learn's, fitted on the same rows, scaled the same way."""

from dlcore.baselines.baseline import BASELINES, Baseline
from dlcore.baselines.comparison import BaselineResult, compare
from dlcore.baselines.table import refusal

__all__ = ["BASELINES", "Baseline", "BaselineResult", "compare", "refusal"]
