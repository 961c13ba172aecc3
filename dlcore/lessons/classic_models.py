"""Six learners on the same digits: five of scikit-learn and a small network, on more and more rows."""

from __future__ import annotations

import functools
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from sklearn import clone, ensemble, linear_model, neighbors, svm, tree
from sklearn.datasets import load_digits
from torch import nn

from dlcore.lessons.threads import one_thread, seeded

ROWS = (20, 50, 100, 200, 400, 800)
HELD_OUT, HIDDEN, STEPS, RATE = 400, 32, 150, 0.01
SHOWN = 7  # lines of a tree

LEARNERS: dict[str, Any] = {
    "logistic": linear_model.LogisticRegression(solver="newton-cg"),
    "neighbors": neighbors.KNeighborsClassifier(3),
    "tree": tree.DecisionTreeClassifier(random_state=0),
    "forest": ensemble.RandomForestClassifier(30, random_state=0),
    "svm": svm.SVC(),
}
MODELS = (*LEARNERS, "network")
FEATURES = {"pixels": "data.data / 16", "sums": "np.concatenate([data.images.sum(1), data.images.sum(2)], 1) / 64"}


@dataclass(frozen=True)
class Compared:
    """accuracies, seconds: by model, one for each of ROWS, on the held-out rows; rules: the tree of each, in words.

    sizes: by model, how many numbers it keeps, for each of ROWS.
    """

    accuracies: Mapping[str, list[float]]
    seconds: Mapping[str, list[float]]
    sizes: Mapping[str, list[int]]
    rules: list[list[str]]


def inputs(features: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The digits as a learner sees them (N, columns), and their labels (N,)."""
    data = load_digits()
    if features == "pixels":
        return data.data / 16, data.target
    return np.concatenate([data.images.sum(1), data.images.sum(2)], 1) / 64, data.target


@functools.cache
@one_thread()
def compare(features: str) -> Compared:
    """All of them, on 20 to 800 rows."""
    x, y = inputs(features)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0)).numpy()
    held = order[-HELD_OUT:]
    found = Compared({name: [] for name in MODELS}, {name: [] for name in MODELS}, {name: [] for name in MODELS}, [])
    for rows in ROWS:
        for name in MODELS:
            began = time.process_time()
            model: Any = fitted(name, x[order[:rows]], y[order[:rows]])
            found.seconds[name].append(time.process_time() - began)
            found.accuracies[name].append(float((model.predict(x[held]) == y[held]).mean()))
            found.sizes[name].append(size_of(name, model, x.shape[1], rows))
            if name == "tree":
                found.rules.append(rules(model, features))
    return found


def fitted(name: str, x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> Any:
    """A learner that has seen x (N, columns) and y (N,)."""
    return Network(x, y) if name == "network" else clone(LEARNERS[name]).fit(x, y)


class Network:
    """A network of one hidden layer, trained by Adam on all rows at once."""

    def __init__(self, x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> None:
        with seeded(0):
            self.net = nn.Sequential(nn.Linear(x.shape[1], HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 10)).double()
            optimizer = torch.optim.Adam(self.net.parameters(), lr=RATE, fused=True)
            examples, labels = torch.tensor(x), torch.tensor(y)
            for _step in range(STEPS):
                optimizer.zero_grad()
                nn.functional.cross_entropy(self.net(examples), labels).backward()  # type: ignore[no-untyped-call]
                optimizer.step()

    @torch.no_grad()
    def predict(self, x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """(N, columns) -> (N,)."""
        found: np.ndarray[Any, Any] = self.net(torch.tensor(x)).argmax(1).numpy()
        return found


def size_of(name: str, model: Any, columns: int, rows: int) -> int:
    """How many numbers it keeps: weights, thresholds and leaves, or the rows themselves."""
    if name == "logistic":
        return int(model.coef_.size + model.intercept_.size)
    if name == "network":
        return sum(each.numel() for each in model.net.parameters())
    if name in ("tree", "forest"):
        return sum(each.tree_.node_count for each in (model.estimators_ if name == "forest" else [model]))
    return (len(model.support_) if name == "svm" else rows) * columns


def rules(model: Any, features: str) -> list[str]:
    """The first questions of a tree, in words."""
    if features == "pixels":
        names = [f"pixel {n // 8 + 1},{n % 8 + 1}" for n in range(64)]
    else:
        names = [*(f"column {n}" for n in range(1, 9)), *(f"row {n}" for n in range(1, 9))]
    text: str = tree.export_text(model, feature_names=names, max_depth=2)
    return text.splitlines()[:SHOWN]


def call(model: Any) -> str:
    """How somebody writes it: `svm.SVC()`."""
    return f"{type(model).__module__.split('.')[1]}.{model!r}"


def script(features: str, rows: int) -> list[str]:
    """The same in scikit-learn and torch alone."""
    network = f"nn.Linear(x.shape[1], {HIDDEN}), nn.ReLU(), nn.Linear({HIDDEN}, 10)"
    return [
        *(["import numpy as np"] if features == "sums" else []), "import torch",
        "from sklearn import ensemble, linear_model, neighbors, svm, tree", "from sklearn.datasets import load_digits",
        "from torch import nn", "", "data = load_digits()", f"x, y = {FEATURES[features]}, data.target",
        "order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0)).numpy()",
        f"train, held = order[:{rows}], order[-{HELD_OUT}:]", f"models = [{', '.join(map(call, LEARNERS.values()))}]",
        "for model in models:",
        "    print(type(model).__name__, model.fit(x[train], y[train]).score(x[held], y[held]))",
        "torch.manual_seed(0)", f"net = nn.Sequential({network}).double()",
        f"optimizer = torch.optim.Adam(net.parameters(), lr={RATE})", f"for step in range({STEPS}):",
        "    loss = nn.functional.cross_entropy(net(torch.tensor(x[train])), torch.tensor(y[train]))",
        "    optimizer.zero_grad(), loss.backward(), optimizer.step()",
        'print("network", (net(torch.tensor(x[held])).argmax(1).numpy() == y[held]).mean())',
    ]  # fmt: skip
