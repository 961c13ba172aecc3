"""Code that comes back: the same layers, sentences about the rest, and never a line of it carried out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore import network
from dlcore.codegen import model_code
from dlcore.codegen.importer import ImportResult, import_code
from dlcore.codegen.importer.source import MAX_CODE_BYTES
from dlcore.data.base import About
from dlcore.declaration import Declaration, Shape
from dlcore.errors import NetworkError
from dlcore.experiment import Experiment
from dlcore.layers import LAYERS, Layer
from dlcore.layers.recurrent import Recurrent
from dlcore.layers.stack import follow
from tests.contracts.variants import described, some_of_each, variants
from tests.network.stacks import GREY, TEN
from tests.network.test_any_stack import SHAPES, anything
from tests.sampling import examples

ALL = variants()
SAME_MODULE = ("DepthwiseConv2d", "Conv2d")  # with as many groups as channels these two are one in torch


def about(shape: Shape) -> About:
    return About("multiclass", shape, rows=100, classes=TEN)


def source(layers: list[Declaration], data: About) -> str | None:
    """`model = nn.Sequential(…)` of layers that work; None where they do not."""
    try:
        return f"model = {network.call(layers, data).source()}"
    except NetworkError:
        return None


def read(code: str, data: About = GREY) -> list[dict[str, object]]:
    back = import_code(code, data)
    assert not back.unread, [str(each.text) for each in back.unread]
    return [layer.to_dict() for layer in back.layers]


def names(code: str, data: About = GREY) -> list[str]:
    return [str(each["layer"]) for each in read(code, data)]


def sentences(back: ImportResult) -> list[tuple[int, str]]:
    return [(each.line, str(each.text)) for each in back.unread]


def works_at_its_example(layer: Layer) -> bool:
    try:
        list(follow([layer], layer.example, Shape((10,))))
    except NetworkError:
        return False
    return layer.name != "Output"


@pytest.mark.parametrize("layer", some_of_each(list(filter(works_at_its_example, ALL)), turn=4), ids=described)
def test_each_layer_reads_back_from_the_line_that_it_is_written_as(layer: Layer) -> None:
    ((_, call),) = follow([layer], layer.example, Shape((10,)))
    found = import_code(f"model = nn.Sequential({call.source()}, nn.ReLU())", about(layer.example))
    assert (found.unread, found.warnings) == ([], {})
    (back, _relu) = found.layers
    assert back.call(layer.example).source() == call.source()
    unsaid = {"dropout": layer.dropout} if isinstance(layer, Recurrent) else {}  # of one layer there is none
    assert back.model_copy(update=unsaid) == layer or {back.name, layer.name} == set(SAME_MODULE)


@settings(max_examples=examples(60), deadline=None)
@given(anything, st.sampled_from(SHAPES), st.sampled_from(["sequential", "module"]))
def test_any_network_that_works_reads_back_from_its_own_code(
    layers: list[Declaration], shape: Shape, style: str
) -> None:
    data, whole = about(shape), [*layers, LAYERS["Output"]()]
    code = source(whole, data)
    if code is None:
        return
    back = import_code(code, data)
    assert (back.unread, back.warnings) == ([], {})
    kept = back.layers if len(back.layers) == len(whole) else None
    assert kept is not None or whole[-2].name in ("Softmax", "LogSoftmax", "Sigmoid")
    assert kept is None or source(list(kept), data) == code


@pytest.mark.parametrize("style", ["sequential", "module"])
@pytest.mark.parametrize("stack", [
    ["Flatten", {"layer": "Linear", "out_features": 32}, "ReLU", "Output"],
    [{"layer": "Residual", "layers": [{"layer": "Conv2d", "padding": 1}, "ReLU"]}, "GlobalAvgPool", "Output"],
    [{"layer": "Branches", "branches": [[{"layer": "Conv2d", "padding": 1}], []]}, "Flatten", "Output"],
    [{"layer": "Reshape", "sizes": [8, 8]}, {"layer": "Permute", "dims": [2, 1]}, "Flatten", "Output"],
    ["LayerNorm", "Flatten", "Output"],
])  # fmt: skip
def test_the_generated_file_reads_back_in_both_of_its_styles(stack: list[object], style: str) -> None:
    experiment = Experiment.from_dict({
        "dataset": {"name": "digits"}, "network": stack, "training": {"loss": "CrossEntropyLoss", "optimizer": "Adam"},
    })  # fmt: skip
    back = import_code(model_code(experiment, style).text, network.about_of(experiment))  # type: ignore[arg-type]
    assert not back.unread
    assert back.layers == list(experiment.network)


PLAIN = ["Flatten", "Linear", "ReLU", "Output"]


@pytest.mark.parametrize("code", [
    "nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 64), nn.ReLU(), nn.Linear(64, 10))",
    "import torch\nmodel = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 2**6), torch.nn.ReLU(),\n"
    "    torch.nn.Linear(in_features=64, out_features=10))",
    "from torch.nn import *\nhidden: int = 60 + 4\nmodel = Sequential(Flatten(), Linear(784, hidden),\n"
    "    ReLU(), Linear(hidden, 10))",
    "from collections import OrderedDict\nmodel = nn.Sequential(OrderedDict([('a', nn.Flatten()),\n"
    "    ('b', nn.Linear(784, 64)),     ('c', nn.ReLU()), ('d', nn.Linear(64, 10))]))",
    "first = nn.Linear(784, 64)\nlayers = [nn.Flatten(), first]\nlayers.append(nn.ReLU())\n"
    "layers.append(nn.Linear(64, 10))\nmodel = nn.Sequential(*layers)",
    "model = nn.Sequential()\nmodel.append(nn.Flatten())\nmodel.add_module('b', nn.Linear(784, 64))\n"
    "model.append(nn.ReLU())\nmodel.append(nn.Linear(64, 10))",
    "body = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU())\nmodel = nn.Sequential(body, nn.Linear(64, 10))",
    "class Net(nn.Module):\n    def __init__(self, hidden=64):\n        super().__init__()\n"
    "        self.first = nn.Linear(784, hidden)\n        self.last = nn.Linear(hidden, 10)\n"
    "    def forward(self, x):\n        x = x.view(x.size(0), -1)\n        x = F.relu(self.first(x))\n"
    "        return self.last(x)\nmodel = Net()",
], ids=["bare", "keywords", "star import", "OrderedDict", "list", "append", "nested", "class"])  # fmt: skip
def test_every_usual_way_to_write_a_network_is_read(code: str) -> None:
    assert names(code) == PLAIN
    assert read(code)[1]["out_features"] == 64


def test_defaults_are_those_of_torch_and_not_of_the_app() -> None:
    (encoder, *_rest) = read("nn.Sequential(nn.ConvTranspose2d(1, 4, 2), nn.Flatten(), nn.Linear(3364, 10))")
    assert encoder["stride"] == 1
    ((_, block, *_),) = [read("nn.Sequential(nn.Flatten(), nn.Dropout(), nn.Linear(784, 10))")]
    assert block["p"] == 0.5


def test_a_size_that_contradicts_what_arrives_is_said_of_the_layer() -> None:
    back = import_code("nn.Sequential(nn.Flatten(), nn.Linear(100, 64), nn.ReLU(), nn.Linear(64, 3))", GREY)
    assert {place: str(text).split(":")[0] for place, text in back.warnings.items()} == {
        1: "The code says in_features=100, but here it is 784",
        3: "The code says out_features=3, but here it is 10",
    }


@pytest.mark.parametrize(("line", "said"), [
    ("nn.Transformer(16)", "there is no layer nn.Transformer here."),
    ("MyLayer(3)", "«MyLayer(3)» is not read here"),
    ("nn.Linear(64, size())", "«size()» is not read here"),
    ("nn.Conv2d(1, 4, 3, padding_mode='reflect')", "Conv2d with padding_mode=reflect is not known here"),
    ("*3", "«*3» is no list of layers."),
    ("nn.Linear(*3)", "«*3» is no list of layers."),
    ("nn.Linear(64)", "Linear does not take these arguments: missing a required argument: 'out_features'."),
    ("nn.Linear(64, 0)", "out_features: must be a whole number from 1"),
    ("nn.GELU(approximate='tanh')", "GELU with approximate=tanh is not known here; it would be none."),
])  # fmt: skip
def test_what_cannot_be_read_is_named_by_its_line_and_the_rest_is_read(line: str, said: str) -> None:
    back = import_code(f"model = nn.Sequential(\n    nn.Flatten(),\n    {line},\n    nn.Linear(784, 10),\n)", GREY)
    assert [each.name for each in back.layers] == ["Flatten", "Output"]
    ((number, text),) = sentences(back)
    assert number == 3
    assert said in text


def test_a_softmax_at_the_end_is_left_out_and_said_so() -> None:
    back = import_code("nn.Sequential(nn.Flatten(), nn.Linear(784, 10), nn.Softmax(dim=1))", GREY)
    assert [each.name for each in back.layers] == ["Flatten", "Output"]
    assert str(back.notes[0].text).startswith("Softmax after the last Linear is left out")


def test_a_class_of_the_learners_own_is_named_where_its_ways_are_no_layer() -> None:
    own = import_code("class Residual(nn.Module):\n    def forward(self, x):\n        return x * x\n"
                    "model = nn.Sequential(Residual())", GREY)  # fmt: skip
    assert sentences(own)[0][0] == 3


HOSTILE = {
    "import": "model = nn.Sequential(__import__('os').system('touch /tmp/owned'), nn.Linear(9**9**9, 10))",
    "power": "n = 9**9**9\nm = (-8)**0.5\nk = 10**-400\nmodel = nn.Sequential(nn.Linear(n, 10))",
    "digits": "model = nn.Sequential(nn.Linear(" + "9" * 90_000 + ", 10))",
    "long": "x = 1\n" * 500_000,
    "brackets": "model = " + "(" * 40_000 + ")" * 40_000,
    "minus": "model = " + "-" * 90_000 + "1",
    "sum": "n = " + "1+" * 45_000 + "1\nmodel = nn.Sequential(nn.Linear(n, 10))",
    "dots": "model = nn" + ".a" * 45_000,
    "calls": "model = nn" + "()" * 45_000,
    "nested": "model = " + "nn.Sequential(" * 5_000 + ")" * 5_000,
    "doubling": "a = nn.Sequential()\n" + "".join("a = nn.Sequential(a, a)\n" for _ in range(200)),
    "doubling list": "a = [nn.ReLU()]\n" + "a = [*a, *a]\n" * 200 + "model = nn.Sequential(*a)",
    "doubling block": "a = nn.ReLU()\n" + "a = Residual(nn.Sequential(a, a))\n" * 60 + "model = nn.Sequential(a)",
    "doubling few": "a = nn.ReLU()\n" + "a = Residual(nn.Sequential(a, a))\n" * 16 + "model = nn.Sequential(a)",
    "self": "class A(nn.Module):\n    def __init__(self):\n        self.a = A()\n"
    "    def forward(self, x):\n        return self.a(x)",
    "append itself": "a = nn.Sequential()\na.append(a)\nb = []\nb.append(b)\nmodel = nn.Sequential(a, *b)",
    "multiplied list": "a = [nn.ReLU()] * 10**9\nmodel = nn.Sequential(*a)",
    "two multiplied lists": "a = [nn.ReLU()] * 2_000\nmodel = nn.Sequential(*a, *a)",
    "long range": "model = nn.Sequential(*[nn.ReLU() for _ in range(10**9)])",
    "ranges in ranges": "model = nn.Sequential(*[nn.ReLU() for _ in range(2_000) for _ in range(2_000)])",
    "endless loop": "a = []\nwhile True:\n    a.append(nn.ReLU())\nmodel = nn.Sequential(*a)",
    "loops in loops": "a = []\nfor i in range(200):\n    for j in range(200):\n        for k in range(200):\n"
    "            a.append(nn.ReLU())\nmodel = nn.Sequential(*a)",
    "recursion": "def f(n):\n    return f(n + 1)\nmodel = f(0)",
    "recursion twice": "def f(n):\n    return [f(n), f(n)]\nmodel = nn.Sequential(*f(0))",
    "calls itself": "class A(nn.Module):\n    def forward(self, x):\n        return self(x)",
    "each the other": "class A(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.b = B()\n"
    "    def forward(self, x):\n        return self.b(x)\nclass B(nn.Module):\n    def __init__(self):\n"
    "        super().__init__()\n        self.a = A()\n    def forward(self, x):\n        return self.a(x)",
    "crossing ways": "class A(nn.Module):\n    def forward(self, x):\n        y = x\n        for i in range(60):\n"
    "            x, y = torch.relu(x) + y, torch.tanh(y) + x\n        return x + y",
    "list in itself": "a = []\na.append(a)\nimport copy\nb = copy.deepcopy(a)\nmodel = nn.Sequential(*b)",
    "deep lists": "a = []\n" + "a = [a, a]\n" * 2_000 + "model = nn.Sequential(*a)",
    "many layers": "model = nn.Sequential(" + "nn.ReLU()," * 4_000 + ")",
    "wide zip": "model = nn.Sequential(*zip(*[range(2_000)] * 2_000))",
    "only returns": "\r" * 90_000,
    "only tabs": "\t" * 90_000,
    "only spaces": ">>> " + " " * 90_000,
    "subscripts": "model = nn" + "[0]" * 20_000,
    "lambdas": "f = " + "lambda: " * 3_000 + "1\nmodel = nn.Sequential(f())",
    "null": "model = nn.Sequential(\x00)",
    "surrogate": "model = nn.Sequential(nn.Linear('\ud800', 10))",
    "nothing": "",
    "format": "model = nn.Sequential(nn.Linear(f'{9**9**9}', 10))",
    "walrus": "model = nn.Sequential((x := nn.ReLU()), lambda: 1, [y for y in range(9**9)])",
    "unpack": "model = nn.Sequential(**{'a': 1}, *3)",
}  # fmt: skip


@pytest.mark.parametrize("code", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_code_is_harmless_and_gets_a_sentence(code: str) -> None:
    back = import_code(code, GREY)
    assert back.unread
    assert all(str(each.text) for each in back.unread)
    assert len(back.layers) <= 1


def test_a_file_that_is_too_long_is_refused_before_it_is_parsed() -> None:
    ((line, text),) = sentences(import_code("#" * (MAX_CODE_BYTES + 1), GREY))
    assert line == 1
    assert "100,000 bytes" in text


@settings(max_examples=examples(200), deadline=None)
@given(st.text(alphabet="nLSequential.Rx(),[]*=1\n: ", max_size=80))
def test_any_text_gets_an_answer(text: str) -> None:
    import_code(text, GREY)
    import_code(f"model = nn.Sequential({text})", GREY)
