"""Real data sets that ship with scikit-learn: nothing is downloaded."""

from __future__ import annotations

import functools
from typing import Any, ClassVar

import numpy as np

from dlcore.data.base import About, Dataset, Rows, Task
from dlcore.declaration import Shape
from dlcore.i18n import N_


class Bundled(Dataset):
    """A table that ships with scikit-learn. Shapes: x (N, columns), y (N,)."""

    abstract: ClassVar[bool] = True
    loader: ClassVar[str] = ""  # the function of sklearn.datasets that reads it
    task: ClassVar[Task] = "multiclass"
    shape: ClassVar[tuple[int, ...]] = ()
    rows: ClassVar[int] = 0
    classes: ClassVar[tuple[str, ...]] = ()
    features: ClassVar[tuple[str, ...]] = ()
    target: ClassVar[str] = ""

    def about(self) -> About:
        return About(self.task, Shape(self.shape), self.rows, self.classes, self.features, self.target)

    def read(self, seed: int) -> Rows:
        x, y = _read(self.loader)
        kind = np.int64 if self.task == "multiclass" else np.float32
        return Rows(x.reshape(-1, *self.shape).astype(np.float32), y.astype(kind))


@functools.cache
def _read(loader: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    import sklearn.datasets  # only who reads data waits for it

    x, y = getattr(sklearn.datasets, loader)(return_X_y=True)
    x.setflags(write=False)
    y.setflags(write=False)
    return x, y


class Digits(Bundled):
    """1,797 handwritten digits, each an image of 8 × 8 pixels: which of the ten is it?"""

    name = "digits"
    title = N_("Handwritten digits")
    card = N_(
        "UCI Optical Recognition of Handwritten Digits (Alpaydin and Kaynak, 1998), CC BY 4.0. Each pixel counts the "
        "inked points of a 4 × 4 block, 0 to 16."
    )
    loader, shape, rows = "load_digits", (1, 8, 8), 1797
    classes = tuple("0123456789")
    target = N_("digit")


class Iris(Bundled):
    """150 iris flowers, four lengths each: which of three species is it?"""

    name = "iris"
    title = N_("Iris flowers")
    card = N_("Fisher, 1936 (UCI Iris), CC BY 4.0. Lengths and widths in centimetres.")
    loader, shape, rows = "load_iris", (4,), 150
    classes = ("setosa", "versicolor", "virginica")
    features = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
    target = N_("species")


class Wine(Bundled):
    """178 wines, thirteen chemical measurements each: which of three growers made it?"""

    name = "wine"
    title = N_("Wines")
    card = N_("UCI Wine (Aeberhard and Forina, 1991), CC BY 4.0. Chemical analysis of wines from one region of Italy.")
    loader, shape, rows = "load_wine", (13,), 178
    classes = ("class_0", "class_1", "class_2")
    features = (
        "alcohol", "malic acid", "ash", "alcalinity of ash", "magnesium", "total phenols", "flavanoids",
        "nonflavanoid phenols", "proanthocyanins", "color intensity", "hue", "od280/od315", "proline",
    )  # fmt: skip
    target = N_("grower")


class BreastCancer(Bundled):
    """569 breast tumours, thirty measurements of cell nuclei each: malignant or benign?"""

    name = "breast_cancer"
    title = N_("Breast cancer")
    card = N_(
        "Wisconsin Diagnostic Breast Cancer (Wolberg, Street and Mangasarian, 1995), CC BY 4.0. For learning, not for "
        "medical use."
    )
    loader, shape, rows = "load_breast_cancer", (30,), 569
    classes = ("malignant", "benign")
    features = tuple(
        f"{which} {what}" for which in ("mean", "error of", "worst") for what in (
            "radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points",
            "symmetry", "fractal dimension"))  # fmt: skip
    target = N_("diagnosis")


class Diabetes(Bundled):
    """442 people with diabetes, ten measurements each: how far has the illness gone a year later?"""

    name = "diabetes"
    title = N_("Diabetes")
    card = N_(
        "Efron, Hastie, Johnstone and Tibshirani, 2004. Columns are centred and scaled already; the target is a "
        "measure of progression, 25 to 346."
    )
    loader, shape, rows = "load_diabetes", (10,), 442
    task: ClassVar[Task] = "regression"
    features = ("age", "sex", "body mass index", "blood pressure", "s1", "s2", "s3", "s4", "s5", "s6")
    target = N_("progression after a year")
