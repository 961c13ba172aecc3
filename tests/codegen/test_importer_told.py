"""What cards cannot say, or say otherwise, is told with its line; and which network is meant is chosen in the open."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest

from dlcore.codegen.importer import ImportResult, import_code
from dlcore.data.base import About
from dlcore.declaration import Shape
from tests.codegen.snippets import IMPORTS
from tests.network.stacks import NUMBERS, TABLE

CASES = Path(__file__).parents[1] / "cases"
MLP = "self.fc1 = nn.Linear(20, 16)\nself.fc2 = nn.Linear(16, 3)"
ONE = "self.fc1 = nn.Linear(20, 16)\nself.fc2 = nn.Linear(16, 1)"
START = IMPORTS.count("\n")  # lines before the class


def net(init: str, forward: str, after: str = "model = Net()") -> str:
    code = "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    code += textwrap.indent(init, " " * 8) + "\n    def forward(self, x):\n" + textwrap.indent(forward, " " * 8)
    return IMPORTS + code + f"\n{after}\n"


def line_in(code: str, part: str) -> int:
    """Where a part of the code stands, counted from 1."""
    return next(number for number, line in enumerate(code.split("\n"), start=1) if part in line)


def names(result: ImportResult) -> list[str]:
    return [layer.name for layer in result.layers]


THROUGH = "return self.fc2(F.relu(self.fc1(x)))"
UNREAD = {
    "scaled": (net(MLP, "x = x / 255.0\n" + THROUGH), "x / 255.0", "«x / 255.0» in forward is not read"),
    "product": (net(MLP, "h = self.fc1(x)\nreturn self.fc2(h * torch.sigmoid(h))"), "h * torch", "is not read"),
    "own weights": (net(MLP + "\nself.w = nn.Parameter(torch.zeros(3))", f"{THROUGH} + self.w"), "self.w = nn",
                    "here weights belong to layers"),
    "condition on data": (net(MLP, "if x.mean() > 0:\n    x = -x\n" + THROUGH), "if x.mean",
        "cannot be told from the code"),
    "chance": (net(MLP, "if torch.rand(1) > 0.5:\n    x = torch.tanh(x)\n" + THROUGH), "if torch.rand",
        "cannot be told"),
    "noise": (net(MLP, "x = x + torch.randn_like(x)\n" + THROUGH), "randn_like", "is not read"),
    "softmax over the batch": (net(MLP, f"return F.softmax({THROUGH[7:]}, dim=0)"), "dim=0", "Softmax with dim=0"),
    "layer made in forward": (net("self.fc1 = nn.Linear(20, 16)", "return nn.Linear(16, 3)(F.relu(self.fc1(x)))"),
                              "return nn.Linear", "makes a layer anew"),
    "weight norm": (net("self.fc1 = nn.utils.weight_norm(nn.Linear(20, 16))\nself.fc2 = nn.Linear(16, 3)", THROUGH),
                    "weight_norm", "changes a layer"),
    "weight norm in place": (net(MLP + "\nnn.utils.spectral_norm(self.fc1)", THROUGH), "spectral_norm",
        "changes a layer"),
    "tied weights": (net(MLP + "\nself.fc1.weight = self.fc2.weight", THROUGH), "self.fc1.weight", "changes a layer"),
    "no bias any more": (net(MLP, THROUGH, "model = Net()\nmodel.fc1.bias = None"), "bias = None", "changes a layer"),
    "sizes that do not fit": (IMPORTS + "model = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Linear(17, 3))",
                              "model", "The code says in_features=17, but here it is 16"),
    "batch second": (net("self.rnn = nn.LSTM(8, 16)\nself.fc = nn.Linear(16, 3)",
                         "out, _ = self.rnn(x)\nreturn self.fc(out[:, -1])"), "nn.LSTM",
                             "batch_first=False is not known"),
    "states of one's own": (net("self.rnn = nn.GRU(8, 16, batch_first=True)\nself.fc = nn.Linear(16, 3)",
                                "h0 = torch.randn(1, x.size(0), 16)\nout, _ = self.rnn(x, h0)\n"
                                "return self.fc(out[:, -1])"),
                            "self.rnn(x, h0)", "the states begin at zero"),
    "detached": (net(MLP, "h = F.relu(self.fc1(x)).detach()\nreturn self.fc2(h)"), "detach", "is not read"),
    "batch mixed": (net(MLP, "x = x.view(5, -1)\n" + THROUGH), "view(5", "it mixes the examples"),
    "axis of the batch": (net(MLP, "x = x.transpose(0, 1)\n" + THROUGH), "transpose", "transpose(0, 1)"),
    "decorated": (net(MLP, THROUGH).replace("    def forward", "    @torch.compile\n    def forward"), "@torch.compile",
                  "changes a function"),
    "changed in an unknown loop": (IMPORTS + "layers = [nn.Linear(20, 16)]\nfor size in sizes:\n"
                                   "    layers.append(nn.Linear(16, 16))\nmodel = nn.Sequential(*layers)",
                                   "for size", "«sizes» stands for nothing"),
    "changed under an unknown condition": (IMPORTS + "layers = [nn.Linear(20, 16), nn.ReLU()]\nif flag:\n"
                                           "    layers.pop()\nmodel = nn.Sequential(*layers)", "if flag",
                                               "«flag» stands"),
    "different while it learns": (net(MLP, "if self.training:\n    x = torch.tanh(x)\n" + THROUGH), "if self.training",
                                  "goes different ways"),
    "several inputs": (net(MLP, THROUGH).replace("(self, x)", "(self, x, y)"), "def forward", "takes self and one x"),
    "in place elsewhere": (net("self.fc1 = nn.Linear(20, 20)\nself.fc2 = nn.Linear(20, 3)",
                               "h = self.fc1(x)\nflat = h.view(x.size(0), -1)\nF.relu_(h)\nreturn self.fc2(flat)"),
                           "F.relu_", "changed in place"),
    "multiplied in place": (net(MLP, "x = self.fc1(x)\nx.mul_(2)\nreturn self.fc2(x)"), "x.mul_",
        "«x.mul_(2)» in forward"),
    "multiplied and assigned": (net(MLP, "x = self.fc1(x)\nx *= 2\nreturn self.fc2(x)"), "x *= 2",
        "«x *= 2» in forward"),
    "a part set to zero": (net(MLP, "x = self.fc1(x)\nx[:, 0] = 0\nreturn self.fc2(x)"), "x[:, 0]", "is not followed"),
    "a function in place": (net(MLP, "x = self.fc1(x)\nF.threshold(x, 0.1, 20, inplace=True)\nreturn self.fc2(x)"),
                            "F.threshold", "in forward is not read"),
    "a window as large as half the picture": (net("self.conv = nn.Conv2d(1, 4, 3)\nself.fc = nn.Linear(16, 3)",
                                                  "x = self.conv(x)\nx = F.avg_pool2d(x, x.size(2) // 2)\n"
                                                  "return self.fc(x.flatten(1))"), "avg_pool2d",
                                              "it differs with the size of the input"),
    "forward replaced": (net(MLP, THROUGH, "model = Net()\nmodel.forward = lambda x: x"), "model = Net()",
        "was replaced"),
    "forward of a Sequential replaced": (IMPORTS + "model = nn.Sequential(nn.Linear(20, 3))\n"
                                         "model.forward = lambda x: x",
                                         "model.forward", "changes a layer"),
    "torch itself changed": (IMPORTS + "nn.Linear.forward = lambda self, x: x\nmodel = nn.Sequential(nn.Linear(20, 3))",
                             "nn.Linear.forward", "changes a layer"),
    "code within code": (IMPORTS + "layers = [nn.Linear(20, 3)]\nexec('layers.clear()')\n"
                         "model = nn.Sequential(*layers)",
                         "exec", "may change anything"),
    "decorated class": (net(MLP, THROUGH).replace("class Net", "@change\nclass Net"), "@change", "changes a class"),
    "called otherwise": (net(MLP, THROUGH).replace("    def forward", "    def __call__(self, x):\n        return x\n"
                                                   "    def forward"), "model = Net()", "was replaced"),
    "attributes of one's own": (net(MLP, THROUGH).replace("    def forward", "    def __setattr__(self, name, value):\n"
                                "        pass\n    def forward"), "class Net", "it has a __setattr__ of its own"),
    "a flattened batch": (IMPORTS + "model = nn.Sequential(nn.Flatten(0), nn.Linear(20, 3))", "model",
                          "Flatten with start_dim=0"),
    "a layer that is not here": (net(MLP + "\nself.up = nn.Bilinear(16, 16, 16)",
                                     "h = F.relu(self.fc1(x))\nreturn self.fc2(self.up(h, h))"), "nn.Bilinear",
                                 "there is no layer nn.Bilinear here"),
}  # fmt: skip


@pytest.mark.parametrize(("code", "part", "said"), UNREAD.values(), ids=UNREAD)
def test_what_is_not_followed_is_named_by_its_line(code: str, part: str, said: str) -> None:
    unread = [(note.line, str(note.text)) for note in import_code(code).unread]
    assert any(line == line_in(code, part) and said in text for line, text in unread), unread


NOTES = {
    "unused layer": (net(MLP + "\nself.fc3 = nn.Linear(3, 3)", THROUGH), "self.fc3",
        "fc3 is made, but forward does not use it"),
    "unused weights": (net(MLP + "\nself.w = nn.Parameter(torch.zeros(3))", THROUGH), "self.w", "w is made, but"),
    "plain list": (net("self.layers = [nn.Linear(20, 3)]", "for layer in self.layers:\n    x = layer(x)\nreturn x"),
                   "self.layers", "is not registered with the module"),
    "global layer": (IMPORTS + "shared = nn.Linear(16, 16)\n" + net(MLP,
        "return self.fc2(shared(self.fc1(x)))")[len(IMPORTS):],
                     "shared =", "is not registered"),
    "used twice": (net(MLP + "\nself.mid = nn.Linear(16, 16)",
        "x = self.fc1(x)\nfor _ in range(3):\n    x = self.mid(x)\n"
                       "return self.fc2(x)"), "self.mid", "used 3 times with the same weights"),
    "one layer many times": (IMPORTS + "model = nn.Sequential(*[nn.Linear(20, 20)] * 3, nn.Linear(20, 3))", "model",
                             "used 3 times"),
    "two ways through one layer": (net("self.a = nn.Linear(20, 20)\nself.fc = nn.Linear(20, 3)",
                                       "a = self.a(x)\nreturn self.fc(a + torch.tanh(self.a(torch.tanh(x))))"),
                                           "self.a",
                                   "used 2 times"),
    "dropout that never rests": (net(MLP, "x = F.dropout(F.relu(self.fc1(x)), 0.5)\nreturn self.fc2(x)"), "F.dropout",
                                 "drops in use, too"),
    "dropout told to drop": (net(MLP, "x = F.dropout(F.relu(self.fc1(x)), training=True)\nreturn self.fc2(x)"),
        "F.dropout",
                             "drops in use, too"),
    "dropout made in forward": (net(MLP, "x = nn.Dropout(0.2)(F.relu(self.fc1(x)))\nreturn self.fc2(x)"), "nn.Dropout",
                                "drops in use, too"),
    "softmax": (net(MLP, f"return F.log_softmax({THROUGH[7:]}, dim=1)"), "log_softmax", "the loss applies it itself"),
    "sigmoid": (net(ONE, f"return torch.sigmoid({THROUGH[7:]})"), "torch.sigmoid", "the loss applies it itself"),
    "sigmoid before a squared error": (net(ONE, f"return torch.sigmoid({THROUGH[7:]})",
        "model = Net()\nloss = nn.MSELoss()"),
                                       "torch.sigmoid", "the code ends with Sigmoid"),
    "tanh": (net(MLP, f"return torch.tanh({THROUGH[7:]})"), "torch.tanh", "the code ends with Tanh"),
    "relu": (net(MLP, f"return F.relu({THROUGH[7:]})"), "return F.relu", "the code ends with ReLU"),
    "last without bias": (IMPORTS + "model = nn.Sequential(nn.Linear(20, 16), nn.Linear(16, 3, bias=False))", "model",
                          "the code ends with Linear"),
    "no axis at the end": (net(ONE, f"{THROUGH}.squeeze(-1)"), "squeeze", "the last axis stays here"),
    "a row at the end": (net(ONE, f"{THROUGH}.view(-1)"), "view(-1)", "the last axis stays here"),
    "several results": (net(MLP, "h = F.relu(self.fc1(x))\nreturn self.fc2(h), h"), "return", "2 values back"),
    "frozen": (net(MLP, THROUGH, "model = Net()\nfor p in model.parameters():\n    p.requires_grad = False"),
        "requires_grad",
               "weights that do not learn"),
    "hook": (net(MLP, THROUGH, "model = Net()\nmodel.fc1.register_forward_hook(lambda m, i, o: o * 2)"),
        "register_forward",
             "what a hook does"),
    "without gradients": (net(MLP, "with torch.no_grad():\n    x = self.fc1(x)\nreturn self.fc2(x)"), "no_grad",
                          "weights that do not learn"),
    "softmax in use alone": (net(MLP,
        "x = self.fc2(F.relu(self.fc1(x)))\nif not self.training:\n    x = F.softmax(x, dim=1)\n"
                                 "return x"), "F.softmax", "the loss applies it itself"),
}  # fmt: skip


@pytest.mark.parametrize(("code", "part", "said"), NOTES.values(), ids=NOTES)
def test_what_reads_as_something_else_is_said(code: str, part: str, said: str) -> None:
    result = import_code(code)
    notes = [(note.line, str(note.text)) for note in result.notes]
    assert result.unread == []
    if part == "return":
        assert any(said in text for _line, text in notes), notes
    else:
        assert any(line == line_in(code, part) and said in text for line, text in notes), notes


def about(task: Any) -> About:
    return About(task, Shape((20,)), rows=100, classes=("a", "b", "c"))


@pytest.mark.parametrize(("last", "task", "stays"), [
    ("torch.sigmoid", "binary", False), ("torch.sigmoid", "multilabel", False), ("torch.sigmoid", "regression", True),
    ("torch.sigmoid", "multiclass", True), ("F.log_softmax", "multiclass", False), ("F.log_softmax", "regression",
        True),
])  # fmt: skip
def test_an_activation_at_the_end_is_left_out_where_the_loss_of_the_task_applies_it(
    last: str, task: str, stays: bool
) -> None:
    dim = ", dim=1" if "softmax" in last else ""
    result = import_code(net(MLP, f"return {last}({THROUGH[7:]}{dim})"), about(task))
    assert (names(result)[-1] != "Output") == stays
    assert result.notes


# Which network

TWO = (
    IMPORTS
    + """
class G(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(20, 8), nn.ReLU(), nn.Linear(8, 30))
    def forward(self, x):
        return self.net(x)

class D(nn.Module):
    def __init__(self, hidden=16):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(30, hidden), nn.Tanh(), nn.Linear(hidden, 1))
    def forward(self, x):
        return self.net(x)
"""
)


def test_of_two_networks_the_last_is_read_and_the_other_where_it_is_asked_for() -> None:
    last, first = import_code(TWO), import_code(TWO, name="G")
    assert (last.name, names(last)) == ("D", ["Linear", "Tanh", "Output"])
    assert (first.name, names(first)) == ("G", ["Linear", "ReLU", "Output"])
    assert last.choices == first.choices == ("G", "D")
    assert [str(note.text) for note in last.notes] == [
        f"D of line {line_in(TWO, 'class D')} is read; the code also holds G."
    ]


@pytest.mark.parametrize(("after", "name", "width"), [
    ("model = G()\n", "G", 8), ("d = D(5)\ng = G()\n", "G", 8), ("net = D(hidden=5)\nother = G()\n", "D", 5),
    ("first, model = G(), D(7)\n", "D", 7),
])  # fmt: skip
def test_the_network_that_is_made_and_called_model_is_the_one(after: str, name: str, width: int) -> None:
    result = import_code(TWO + after)
    assert (result.name, result.layers[0].to_dict()["out_features"]) == (name, width)


def test_of_two_objects_of_one_class_each_is_asked_for_by_its_variable() -> None:
    code = TWO + "small = D(4)\nlarge = D(64)\n"
    assert import_code(code).choices == ("small", "large")
    assert [import_code(code, name=each).layers[0].to_dict()["out_features"] for each in ("small", "large")] == [4, 64]


def test_a_name_that_is_not_there_is_answered_with_those_that_are() -> None:
    ((_line, text),) = [(note.line, str(note.text)) for note in import_code(TWO, name="E").unread]
    assert text == "there is no network E in this code; there is: G, D."


def test_parts_of_a_network_and_classes_that_are_none_are_no_choice() -> None:
    code = (
        TWO + "class Both(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.g, self.d = G(), D()\n"
    )
    code += "    def forward(self, x):\n        return self.d(self.g(x))\nclass Rows:\n    pass\nrows = Rows()\n"
    result = import_code(code)
    assert (result.name, result.choices, result.notes) == ("Both", ("Both",), [])
    assert names(result) == ["Linear", "ReLU", "Linear", "Linear", "Tanh", "Output"]


def test_a_class_whose_settings_are_nowhere_says_which() -> None:
    code = IMPORTS + "class Net(nn.Module):\n    def __init__(self, a, b):\n        super().__init__()\n" \
        "        self.fc = nn.Linear(a, b)\n    def forward(self, x):\n        return self.fc(x)\n"  # fmt: skip
    assert [str(note.text) for note in import_code(code).unread] == ["Net needs values for a, b: write model = Net(…)."]


def test_sizes_that_come_from_the_data_follow_from_the_data() -> None:
    code = IMPORTS + "model = nn.Sequential(nn.Linear(X_train.shape[1], 16), nn.ReLU(), nn.Linear(16, len(classes)))"
    result = import_code(code, TABLE)
    assert (names(result), result.unread, result.warnings) == (["Linear", "ReLU", "Output"], [], {})
    middle = import_code(IMPORTS + "model = nn.Sequential(nn.Linear(20, width), nn.ReLU(), nn.Linear(width, 3))")
    assert "«width» stands for nothing that is read here." in [str(note.text) for note in middle.unread]


# As it was copied

WHOLE = "model = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 3))"
METHODS = ("    def __init__(self):\n        super().__init__()\n        self.fc1 = nn.Linear(20, 16)\n"
           "        self.fc2 = nn.Linear(16, 3)\n\n    def forward(self, x):\n"
           "        return self.fc2(F.relu(self.fc1(x)))\n")  # fmt: skip
COPIED = {
    "magic": f"%matplotlib inline\n!pip install torch\nimport torch\n{WHOLE}\n",
    "cell magic": f"%%time\n{WHOLE}\n",
    "magic in a block": f"if True:\n    !ls\n    %cd ..\n{WHOLE}",
    "a question": f"{WHOLE}\nmodel?\nnn.Linear??\n",
    "shell into a name": f"files = !ls\n{WHOLE}",
    "prompt": ">>> from torch import nn\n>>> model = nn.Sequential(\n...     nn.Linear(20, 16),\n...     nn.ReLU(),\n"
              "...     nn.Linear(16, 3))\n>>> print(model)\nSequential(\n  (0): Linear(in_features=20)\n)\n",
    "notebook prompt": "In [1]: from torch import nn\n\nIn [2]: model = nn.Sequential(nn.Linear(20, 16), nn.ReLU(),\n"
                       "   ...:     nn.Linear(16, 3))\n",
    "fence": f"Here it is:\n\n```python\n{WHOLE}\n```\nIt has three layers, and it's good.\n",
    "half a fence": f"```python\n{WHOLE}\n",
    "indented": f"    {WHOLE}\n",
    "with tabs": f"\tif True:\n\t\t{WHOLE}\n",
    "first line at the left": f"import torch\n    {WHOLE}\n",
    "quotation marks": f"print(“sizes”)\n{WHOLE}",
    "wide spaces": WHOLE.replace(" ", "\u00a0"),
    "mark at the start": f"\ufeff{WHOLE}",
    "carriage returns": f"import torch\r\n{WHOLE}\r\n",
    "attribute": "    self.net = nn.Sequential(\n        nn.Linear(20, 16),\n        nn.ReLU(),\n"
    "        nn.Linear(16, 3),\n    )\n",
    "methods": METHODS,
    "methods, first line at the left": METHODS.lstrip(),
    "lines of a constructor": METHODS.split("super().__init__()\n")[1],
    "without imports": "class Net(nn.Module):\n" + METHODS,
}  # fmt: skip


@pytest.mark.parametrize("code", COPIED.values(), ids=COPIED)
def test_code_is_read_as_it_was_copied(code: str) -> None:
    result = import_code(code)
    assert (names(result), result.unread, result.notes) == (["Linear", "ReLU", "Output"], [], [])


def test_a_line_keeps_its_number_whatever_stands_around_it() -> None:
    code = "Text\n```python\n%magic\nmodel = nn.Sequential(\n    nn.Linear(20, 3),\n    nn.Bilinear(3, 3, 3),\n)\n```\n"
    assert [note.line for note in import_code(code).unread] == [6]


@pytest.mark.parametrize(("code", "said"), [
    ("from tensorflow import keras\nmodel = keras.Sequential([keras.layers.Dense(3)])", "only PyTorch is read"),
    ("from torchvision import models\nmodel = models.resnet18()\n"
     "model.fc = nn.Sequential(nn.Linear(512, 9), nn.ReLU())",
     "«models.resnet18()» is not read here"),
    ("self.a = nn.Linear(3, 4)\nself.b = nn.Linear(4, 5)", "forward is missing"),
    ("x = 1", "no network was found"),
    ("class Net(nn.Module):\n    def forward(self, x):\n        return x", "there are no layers to read"),
    ("class Net(nn.Module):\n    def __init__(self):\n        super().__init__()", "class Net has no forward"),
])  # fmt: skip
def test_where_there_is_no_network_the_reason_is_said(code: str, said: str) -> None:
    result = import_code(code)
    assert result.layers == []
    assert any(said in str(note.text) for note in result.unread), result.unread


def test_pictures_that_are_not_square_are_read_with_a_word_that_sizes_were_not_checked() -> None:
    code = (
        IMPORTS + "model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8 * 9 * 14, 10))"
    )
    result = import_code(code)
    assert names(result) == ["Conv2d", "MaxPool2d", "Flatten", "Output"]
    assert [note.line for note in result.notes] == [None]
    data = About("multiclass", Shape((3, 20, 30)), rows=10, classes=tuple("0123456789"))
    assert import_code(code, data).notes == []


def test_what_the_data_contradict_is_a_warning_and_no_fault_of_the_code() -> None:
    result = import_code(IMPORTS + WHOLE, NUMBERS)
    assert (names(result), result.unread) == (["Linear", "ReLU", "Output"], [])
    assert {place: str(text).split(":")[0] for place, text in result.warnings.items()} == {
        0: "The code says in_features=20, but here it is 10", 2: "The code says out_features=3, but here it is 1",
    }  # fmt: skip


# The inputs that went wrong

RIGHT: dict[str, list[dict[str, Any]]] = {
    "class_with_setting": [{"layer": "Linear", "out_features": 128}, {"layer": "ReLU"}, {"layer": "Output"}],
    "conv_of_grey": [{"layer": "Conv2d", "out_channels": 16}, {"layer": "ReLU"}, {"layer": "Flatten"},
        {"layer": "Output"}],
    "functional_dropout": [{"layer": "Linear"}, {"layer": "ReLU"}, {"layer": "Dropout", "p": 0.5}, {"layer": "Output"}],
    "helper_class_last": [{"layer": "Linear", "out_features": 64}, {"layer": "ReLU"}, {"layer": "Output"}],
    "indented": [{"layer": "Linear", "out_features": 16}, {"layer": "ReLU"}, {"layer": "Output"}],
    "layer_used_twice": [*[{"layer": "Linear", "out_features": 16}, {"layer": "ReLU"}] * 3, {"layer": "Output"}],
    "lazy_linear": [{"layer": "Linear", "out_features": 16}, {"layer": "ReLU"}, {"layer": "Output"}],
    "list_plus_equals": [{"layer": "Linear", "out_features": 16}, {"layer": "ReLU"}, {"layer": "Linear",
        "out_features": 8},
                         {"layer": "ReLU"}, {"layer": "Output"}],
    "modulelist_loop": [{"layer": "Linear", "out_features": 16}, {"layer": "ReLU"}, {"layer": "Output"}],
    "notebook_cell": [{"layer": "Linear", "out_features": 16}, {"layer": "ReLU"}, {"layer": "Output"}],
    "print_in_forward": [{"layer": "Output"}],
    "replaced_layer": [{"layer": "Linear", "out_features": 16}, {"layer": "Tanh"}, {"layer": "Output"}],
    "view_minus_one": [{"layer": "Flatten"}, {"layer": "Linear", "out_features": 64}, {"layer": "ReLU"},
        {"layer": "Output"}],
}  # fmt: skip
WITH_A_NOTE = {"functional_dropout": 12, "layer_used_twice": 9}


@pytest.mark.parametrize("name", RIGHT)
def test_what_was_read_wrongly_is_read_rightly(name: str) -> None:
    result = import_code((CASES / f"{name}.py").read_text())
    assert result.unread == []
    assert [note.line for note in result.notes] == ([WITH_A_NOTE[name]] if name in WITH_A_NOTE else [])
    for layer, right in zip(result.layers, RIGHT[name], strict=True):
        assert layer.to_dict() | right == layer.to_dict()
