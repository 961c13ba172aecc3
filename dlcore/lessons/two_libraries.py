"""One network written four ways: three of PyTorch's, and in Keras. What is shown is what runs."""

from __future__ import annotations

import functools

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from dlcore.lessons.digits import digits
from dlcore.lessons.threads import one_thread, seeded

WIDTHS, ROWS, BATCH = (8, 16, 32, 64), 400, 32
PARTS = ("data", "model", "loss", "optimizer", "loop", "predict")

MODELS = {
    "sequential": ["net = nn.Sequential(nn.Linear(64, {width}), nn.ReLU(), nn.Linear({width}, 10))"],
    "module": ["class Net(nn.Module):", "    def __init__(self):", "        super().__init__()",
               "        self.hidden, self.out = nn.Linear(64, {width}), nn.Linear({width}, 10)",
               "    def forward(self, x):", "        return self.out(torch.relu(self.hidden(x)))", "net = Net()"],
    "modulelist": ["class Net(nn.Module):", "    def __init__(self):", "        super().__init__()",
                   "        self.layers = nn.ModuleList([nn.Linear(64, {width}), nn.Linear({width}, 10)])",
                   "    def forward(self, x):", "        return self.layers[1](torch.relu(self.layers[0](x)))",
                   "net = Net()"],
}  # fmt: skip


def torch_parts(style: str, width: int) -> dict[str, list[str]]:
    """The program in PyTorch, by its parts."""
    return {
        "data": ["x, y = map(torch.tensor, load_digits(return_X_y=True))",
                 f"batches = DataLoader(TensorDataset(x[:{ROWS}].float() / 16, y[:{ROWS}]), batch_size={BATCH})"],
        "model": [line.format(width=width) for line in MODELS[style]],
        "loss": ["loss_of = nn.CrossEntropyLoss()"],
        "optimizer": ["optimizer = torch.optim.Adam(net.parameters(), lr=0.01)"],
        "loop": ["for inputs, labels in batches:",
                 "    optimizer.zero_grad(), loss_of(net(inputs), labels).backward(), optimizer.step()"],
        "predict": [f"held_out = loss_of(net.eval()(x[{ROWS}:].float() / 16), y[{ROWS}:]).item()"],
    }  # fmt: skip


def keras_parts(width: int) -> dict[str, list[str]]:
    """The program in Keras, by the same parts."""
    return {
        "data": ["x, y = load_digits(return_X_y=True)", "x = x / 16"],
        "model": ["net = keras.Sequential([", f'    keras.layers.Dense({width}, activation="relu"),',
                  "    keras.layers.Dense(10),", "])"],
        "loss": ["loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)"],
        "optimizer": ["net.compile(keras.optimizers.Adam(0.01), loss)"],
        "loop": [f"net.fit(x[:{ROWS}], y[:{ROWS}], batch_size={BATCH}, shuffle=False)"],
        "predict": [f"held_out = net.evaluate(x[{ROWS}:], y[{ROWS}:])"],
    }  # fmt: skip


def network(style: str, width: int) -> nn.Module:
    """The network that `MODELS` writes down, with torch's random numbers as they stand."""
    hidden, out = nn.Linear(64, width), nn.Linear(width, 10)
    if style == "sequential":
        return nn.Sequential(hidden, nn.ReLU(), out)
    return _Net(hidden, out) if style == "module" else _Stacked(hidden, out)


class _Net(nn.Module):
    def __init__(self, hidden: nn.Linear, out: nn.Linear) -> None:
        super().__init__()
        self.hidden, self.out = hidden, out

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.out(torch.relu(self.hidden(x)))
        return made


class _Stacked(nn.Module):
    def __init__(self, *layers: nn.Linear) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.layers[1](torch.relu(self.layers[0](x)))
        return made


@functools.cache
@one_thread()
def learned(style: str, width: int) -> tuple[int, float]:
    """-> how many parameters it has, and its loss on the other digits after one epoch."""
    x, y = digits()
    x = x.float()
    with seeded(0):
        net = network(style, width)
        optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
        for inputs, labels in DataLoader(TensorDataset(x[:ROWS], y[:ROWS]), batch_size=BATCH):
            loss = nn.functional.cross_entropy(net(inputs), labels)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    with torch.no_grad():
        held = nn.functional.cross_entropy(net.eval()(x[ROWS:]), y[ROWS:]).item()
    return sum(each.numel() for each in net.parameters()), held


IMPORTS = ["import torch", "from sklearn.datasets import load_digits", "from torch import nn",
           "from torch.utils.data import DataLoader, TensorDataset"]  # fmt: skip


def script(style: str, width: int) -> list[str]:
    """The program in PyTorch, whole."""
    *lines, predict = [line for part in torch_parts(style, width).values() for line in part]
    return [*IMPORTS, "", "torch.manual_seed(0)", *lines,
            'print("parameters", sum(each.numel() for each in net.parameters()))',
            f'print("held-out loss", {predict.partition(" = ")[2]})']  # fmt: skip


def keras_script(width: int) -> list[str]:
    """The program in Keras, whole."""
    return ["import keras", "from sklearn.datasets import load_digits", "",
            *(line for part in keras_parts(width).values() for line in part)]  # fmt: skip
