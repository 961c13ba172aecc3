"""Networks as learners write them, each with the size of one example: all of these are read, line for line."""

from __future__ import annotations

import textwrap

from dlcore.declaration import Shape

TABLE = Shape((20,))
GREY = Shape((1, 28, 28))
COLOUR = Shape((3, 32, 32))
WORDS = Shape((12,), vocabulary=50)
SERIES = Shape((12, 8), axes="LF")
SIGNAL = Shape((4, 64), axes="CL")

IMPORTS = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"

_READ: dict[str, tuple[Shape, str]] = {}


def _add(name: str, shape: Shape, code: str) -> None:
    assert name not in _READ
    _READ[name] = shape, IMPORTS + textwrap.dedent(code)


def _net(
    name: str, shape: Shape, init: str, forward: str, after: str = "model = Net()", arguments: str = "self"
) -> None:
    """A class with these lines in its constructor and its forward."""
    code = f"class Net(nn.Module):\n    def __init__({arguments}):\n        super().__init__()\n"
    code += textwrap.indent(textwrap.dedent(init).strip("\n"), " " * 8) + "\n\n    def forward(self, x):\n"
    code += textwrap.indent(textwrap.dedent(forward).strip("\n"), " " * 8) + "\n\n" + textwrap.dedent(after)
    _add(name, shape, code)


MLP = """
self.fc1 = nn.Linear(20, 16)
self.fc2 = nn.Linear(16, 3)
"""
IMAGE = """
self.fc1 = nn.Linear(784, 32)
self.fc2 = nn.Linear(32, 10)
"""
CNN = """
self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
self.conv2 = nn.Conv2d(8, 16, 3)
self.pool = nn.MaxPool2d(2)
self.fc1 = nn.Linear(16 * 6 * 6, 32)
self.fc2 = nn.Linear(32, 10)
"""
CNN_BODY = """
x = self.pool(F.relu(self.conv1(x)))
x = self.pool(F.relu(self.conv2(x)))
"""

# Flattening

for _name, _line in {
    "view minus one": "x = x.view(-1, 28 * 28)",
    "view number": "x = x.view(-1, 784)",
    "view size": "x = x.view(x.size(0), -1)",
    "view shape": "x = x.view(x.shape[0], -1)",
    "view list": "x = x.view([x.shape[0], -1])",
    "view len": "x = x.view(len(x), -1)",
    "reshape": "x = x.reshape(-1, 784)",
    "reshape shape": "x = x.reshape(x.shape[0], 28 * 28)",
    "reshape tuple": "x = x.reshape((-1, 784))",
    "torch.reshape": "x = torch.reshape(x, (-1, 784))",
    "flatten method": "x = x.flatten(1)",
    "flatten keyword": "x = x.flatten(start_dim=1)",
    "torch.flatten": "x = torch.flatten(x, 1)",
    "torch.flatten keyword": "x = torch.flatten(x, start_dim=1)",
    "flatten module": "x = nn.Flatten()(x)",
    "batch size": "batch_size = x.size(0)\nx = x.view(batch_size, -1)",
    "sizes multiplied": "x = x.view(x.size(0), x.size(1) * x.size(2) * x.size(3))",
    "sizes unpacked": "n, c, h, w = x.shape\nx = x.view(n, c * h * w)",
    "sizes unpacked minus one": "n, c, h, w = x.size()\nx = x.reshape(n, -1)",
    "contiguous": "x = x.contiguous().view(x.size(0), -1)",
    "twice": "x = x.view(-1, 784)\nx = x.view(x.size(0), -1)",
    "squeeze and flatten": "x = x.squeeze(1)\nx = x.flatten(1)",
}.items():
    _net(f"flat: {_name}", GREY, IMAGE, f"{_line}\nx = F.relu(self.fc1(x))\nreturn self.fc2(x)")

_add(
    "flat: number of features",
    GREY,
    """
    class Net(nn.Module):

        def __init__(self):
            super(Net, self).__init__()
            # 1 input image channel, 6 output channels, 5x5 square convolution
            self.conv1 = nn.Conv2d(1, 6, 5)
            self.conv2 = nn.Conv2d(6, 16, 5)
            self.fc1 = nn.Linear(16 * 4 * 4, 120)
            self.fc2 = nn.Linear(120, 84)
            self.fc3 = nn.Linear(84, 10)

        def forward(self, x):
            # Max pooling over a (2, 2) window
            x = F.max_pool2d(F.relu(self.conv1(x)), (2, 2))
            # If the size is a square, you can specify with a single number
            x = F.max_pool2d(F.relu(self.conv2(x)), 2)
            x = x.view(-1, self.num_flat_features(x))
            x = F.relu(self.fc1(x))
            x = F.relu(self.fc2(x))
            x = self.fc3(x)
            return x

        def num_flat_features(self, x):
            size = x.size()[1:]  # all dimensions except the batch dimension
            num_features = 1
            for s in size:
                num_features *= s
            return num_features


    net = Net()
    print(net)
""",
)

# Constructors

for _name, _super in {
    "plain": "super().__init__()",
    "named": "super(Net, self).__init__()",
    "class": "super(self.__class__, self).__init__()",
    "base": "nn.Module.__init__(self)",
    "late": "pass\n        super().__init__()",
}.items():
    _add(
        f"super: {_name}",
        TABLE,
        f"""
    class Net(nn.Module):
        def __init__(self):
            {_super.replace(chr(10), chr(10) + "    ")}
            self.fc1 = nn.Linear(20, 16)
            self.fc2 = nn.Linear(16, 3)

        def forward(self, x):
            return self.fc2(torch.tanh(self.fc1(x)))

    model = Net()
    """,
    )

SIZED = """
self.fc1 = nn.Linear(inputs, hidden)
self.fc2 = nn.Linear(hidden, classes)
"""
THROUGH = "return self.fc2(F.relu(self.fc1(x)))"
for _name, (_arguments, _after) in {
    "positional": ("self, inputs, hidden, classes", "model = Net(20, 128, 3)"),
    "keywords": ("self, inputs, hidden, classes", "model = Net(inputs=20, classes=3, hidden=48)"),
    "defaults": ("self, inputs=20, hidden=64, classes=3", "model = Net()"),
    "some defaults": ("self, inputs=20, hidden=64, classes=3", "model = Net(hidden=32)"),
    "annotated": ("self, inputs: int = 20, hidden: int = 24, classes: int = 3", "model: nn.Module = Net()"),
    "keyword only": ("self, inputs, *, hidden=8, classes=3", "model = Net(20, hidden=9)"),
    "constants": ("self, inputs, hidden, classes", "IN, H = 20, 2 ** 5\nOUT = 3\nmodel = Net(IN, H, OUT)"),
    "dictionary": ("self, inputs, hidden, classes",
                   "config = {'inputs': 20, 'hidden': 33, 'classes': 3}\nmodel = Net(**config)"),
    "list": ("self, inputs, hidden, classes", "sizes = [20, 40, 3]\nmodel = Net(*sizes)"),
    "device": ("self, inputs, hidden, classes",
        "device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')\n"
               "model = Net(20, 18, 3).to(device)"),
    "no model": ("self, inputs=20, hidden=64, classes=3", "x = 1"),
}.items():  # fmt: skip
    _net(f"arguments: {_name}", TABLE, SIZED, THROUGH, _after, _arguments)

_net(
    "arguments: kept on self",
    TABLE,
    """
self.hidden = hidden
self.classes = 3
self.fc1 = nn.Linear(20, self.hidden)
self.fc2 = nn.Linear(self.hidden, self.classes)
""",
    THROUGH,
    "model = Net(30)",
    "self, hidden",
)
_net(
    "arguments: an activation",
    TABLE,
    MLP + "self.act = act\n",
    "return self.fc2(self.act(self.fc1(x)))",
    "model = Net(act=nn.Tanh())",
    "self, act=nn.ReLU()",
)
_net(
    "arguments: an activation class",
    TABLE,
    MLP + "self.act = act()\n",
    "return self.fc2(self.act(self.fc1(x)))",
    "model = Net(nn.ELU)",
    "self, act=nn.ReLU",
)
_net(
    "arguments: an activation function",
    TABLE,
    MLP + "self.act = act\n",
    "return self.fc2(self.act(self.fc1(x)))",
    "model = Net()",
    "self, act=F.relu",
)
_net(
    "arguments: a condition",
    TABLE,
    MLP
    + """
if deep:
    self.fc1 = nn.Linear(20, 10)
    self.fc2 = nn.Sequential(nn.Linear(10, 10), nn.ReLU(), nn.Linear(10, 3))
self.drop = nn.Dropout(p) if p > 0 else nn.Identity()
""",
    "return self.fc2(self.drop(F.relu(self.fc1(x))))",
    "model = Net(True, p=0.25)",
    "self, deep=False, p=0.0",
)
_net(
    "arguments: names of activations",
    TABLE,
    MLP
    + """
acts = {"relu": nn.ReLU(), "tanh": nn.Tanh()}
self.act = acts[act]
""",
    "return self.fc2(self.act(self.fc1(x)))",
    "model = Net('tanh')",
    "self, act='relu'",
)
_net(
    "arguments: names of activations by if",
    TABLE,
    MLP
    + """
if act == "relu":
    self.act = nn.ReLU()
elif act == "sigmoid":
    self.act = nn.Sigmoid()
else:
    raise ValueError(f"unknown activation {act}")
""",
    "return self.fc2(self.act(self.fc1(x)))",
    "model = Net('sigmoid')",
    "self, act='relu'",
)
_net(
    "arguments: a class of constants",
    TABLE,
    """
self.fc1 = nn.Linear(cfg.inputs, cfg.hidden)
self.fc2 = nn.Linear(cfg.hidden, cfg.classes)
""",
    THROUGH,
    """
class Config:
    inputs = 20
    hidden = 17
    classes = 3

model = Net(Config)
""",
    "self, cfg",
)
_net(
    "arguments: a dataclass",
    TABLE,
    """
self.fc1 = nn.Linear(cfg.inputs, cfg.hidden)
self.fc2 = nn.Linear(cfg.hidden, cfg.classes)
""",
    THROUGH,
    """
from dataclasses import dataclass

@dataclass
class Config:
    inputs: int = 20
    hidden: int = 17
    classes: int = 3

model = Net(Config(hidden=19))
""",
    "self, cfg",
)

# Loops and lists

_net(
    "list: loop",
    TABLE,
    "self.layers = nn.ModuleList([nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 3)])",
    "for layer in self.layers:\n    x = layer(x)\nreturn x",
)
_net(
    "list: enumerate",
    TABLE,
    "self.layers = nn.ModuleList([nn.Linear(20, 16), nn.Linear(16, 8), nn.Linear(8, 3)])",
    """
for i, layer in enumerate(self.layers):
    x = layer(x)
    if i < len(self.layers) - 1:
        x = F.relu(x)
return x
""",
)
_net(
    "list: indices",
    TABLE,
    "self.layers = nn.ModuleList([nn.Linear(20, 16), nn.Linear(16, 8), nn.Linear(8, 3)])",
    """
for i in range(len(self.layers) - 1):
    x = torch.sigmoid(self.layers[i](x))
return self.layers[-1](x)
""",
)
_net(
    "list: slice",
    TABLE,
    "self.layers = nn.ModuleList([nn.Linear(20, 16), nn.Linear(16, 8), nn.Linear(8, 3)])",
    """
for layer in self.layers[:-1]:
    x = F.leaky_relu(layer(x), 0.1)
return self.layers[-1](x)
""",
)
_net(
    "list: sizes zipped",
    TABLE,
    """
sizes = [20, 16, 8]
self.hidden = nn.ModuleList([nn.Linear(a, b) for a, b in zip(sizes[:-1], sizes[1:])])
self.out = nn.Linear(sizes[-1], 3)
""",
    "for layer in self.hidden:\n    x = F.gelu(layer(x))\nreturn self.out(x)",
)
_net(
    "list: appended",
    TABLE,
    """
self.hidden = nn.ModuleList()
last = 20
for size in (16, 12, 8):
    self.hidden.append(nn.Linear(last, size))
    last = size
self.out = nn.Linear(last, 3)
""",
    "for layer in self.hidden:\n    x = torch.relu(layer(x))\nreturn self.out(x)",
)
_net(
    "list: of a constructor argument",
    TABLE,
    """
layers = []
last = inputs
for size in hidden:
    layers += [nn.Linear(last, size), nn.BatchNorm1d(size), nn.ReLU()]
    last = size
layers.append(nn.Linear(last, classes))
self.net = nn.Sequential(*layers)
""",
    "return self.net(x)",
    "model = Net(20, [32, 16], 3)",
    "self, inputs, hidden, classes",
)
_net(
    "list: zipped in forward",
    TABLE,
    """
self.lins = nn.ModuleList([nn.Linear(20, 20) for _ in range(2)])
self.norms = nn.ModuleList([nn.LayerNorm(20) for _ in range(2)])
self.out = nn.Linear(20, 3)
""",
    "for lin, norm in zip(self.lins, self.norms):\n    x = norm(F.relu(lin(x)))\nreturn self.out(x)",
)
_net(
    "dict: loop",
    TABLE,
    """
self.layers = nn.ModuleDict({"first": nn.Linear(20, 16), "act": nn.ReLU(), "last": nn.Linear(16, 3)})
""",
    "for name, layer in self.layers.items():\n    x = layer(x)\nreturn x",
)
_net(
    "dict: keys",
    TABLE,
    """
self.layers = nn.ModuleDict({"first": nn.Linear(20, 16), "last": nn.Linear(16, 3)})
""",
    'return self.layers["last"](self.layers["first"](x).tanh())',
)
_net(
    "setattr",
    TABLE,
    """
for i in range(3):
    setattr(self, f"fc{i}", nn.Linear(20, 20))
self.out = nn.Linear(20, 3)
""",
    'for i in range(3):\n    x = torch.relu(getattr(self, f"fc{i}")(x))\nreturn self.out(x)',
)
_net(
    "add_module",
    TABLE,
    """
self.add_module("first", nn.Linear(20, 16))
self.add_module("last", nn.Linear(16, 3))
""",
    "return self.last(self.first(x).relu())",
)
_net(
    "children",
    TABLE,
    "self.a = nn.Linear(20, 16)\nself.b = nn.ReLU()\nself.c = nn.Linear(16, 3)",
    "for layer in self.children():\n    x = layer(x)\nreturn x",
)

for _name, _code in {
    "plus equals": "layers = [nn.Linear(20, 16), nn.ReLU()]\nlayers += [nn.Linear(16, 3)]\n"
    "model = nn.Sequential(*layers)",
    "insert": "layers = [nn.Linear(20, 16), nn.Linear(16, 3)]\nlayers.insert(1, nn.Tanh())\n"
    "model = nn.Sequential(*layers)",
    "pop": "layers = [nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 3), nn.Softmax(1)]\nlayers.pop()\n"
           "model = nn.Sequential(*layers)",
    "index": "layers = [nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 3)]\nlayers[1] = nn.SiLU()\n"
    "model = nn.Sequential(*layers)",
    "del": "layers = [nn.Linear(20, 16), nn.ReLU(), nn.ReLU(), nn.Linear(16, 3)]\ndel layers[2]\n"
    "model = nn.Sequential(*layers)",
    "extend": "layers = []\nlayers.extend([nn.Linear(20, 16), nn.ReLU()])\nlayers.extend((nn.Linear(16, 3),))\n"
              "model = nn.Sequential(*layers)",
    "comprehension": "model = nn.Sequential(*[nn.Linear(20, 20) for _ in range(3)], nn.Linear(20, 3))",
    "sum of lists": "blocks = [[nn.Linear(20, 20), nn.ReLU()] for _ in range(2)]\n"
                    "model = nn.Sequential(*sum(blocks, []), nn.Linear(20, 3))",
    "plus": "body = [nn.Linear(20, 16), nn.ReLU()]\nmodel = nn.Sequential(*(body + [nn.Linear(16, 3)]))",
    "ordered": "from collections import OrderedDict\nmodel = nn.Sequential(OrderedDict([('a', nn.Linear(20, 16)),\n"
               "    ('relu', nn.ReLU()), ('b', nn.Linear(16, 3))]))",
    "ordered dict": "from collections import OrderedDict\nmodel = nn.Sequential(OrderedDict({'a': nn.Linear(20, 16),\n"
                    "    'relu': nn.ReLU(), 'b': nn.Linear(16, 3)}))",
    "model index": "model = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 3))\nmodel[1] = nn.Tanh()",
    "model last": "model = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 8))\nmodel[-1] = nn.Linear(16, 3)",
    "model append": "model = nn.Sequential()\nmodel.append(nn.Linear(20, 16))\nmodel.append(nn.ReLU())\n"
                    "model.append(nn.Linear(16, 3))",
    "model add_module": "model = nn.Sequential()\nmodel.add_module('fc1', nn.Linear(20, 16))\n"
                        "model.add_module('act', nn.ReLU())\nmodel.add_module('fc2', nn.Linear(16, 3))",
    "model named": "from collections import OrderedDict\nmodel = nn.Sequential(OrderedDict(a=nn.Linear(20, 16),\n"
                   "    act=nn.ReLU(), b=nn.Linear(16, 5)))\nmodel.b = nn.Linear(16, 3)",
    "model insert": "model = nn.Sequential(nn.Linear(20, 16), nn.Linear(16, 3))\nmodel.insert(1, nn.GELU())",
    "model del": "model = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 3))\ndel model[2]",
    "model dropout": "model = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 3))\n"
                     "model[2].p = 0.1",
    "model shorter": "model = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 3), nn.Softmax(dim=1))\n"
                     "model = model[:-1]",
    "model of children": "model = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 3), nn.Softmax(dim=1))\n"
                         "model = nn.Sequential(*list(model.children())[:-1])",
    "nested": "block = nn.Sequential(nn.Linear(20, 16), nn.ReLU())\nmodel = nn.Sequential(block, nn.Linear(16, 3))",
    "function": "def block(a, b, p=0.1):\n    return nn.Sequential(nn.Linear(a, b), nn.ReLU(), nn.Dropout(p))\n"
                "model = nn.Sequential(block(20, 16), block(16, 8, p=0.3), nn.Linear(8, 3))",
    "function of lists": "def block(a, b):\n    return [nn.Linear(a, b), nn.ReLU()]\n"
                         "model = nn.Sequential(*block(20, 16), *block(16, 8), nn.Linear(8, 3))",
    "built by function": "def make(sizes, act=nn.ReLU):\n    layers = []\n    for i in range(len(sizes) - 1):\n"
                         "        layers.append(nn.Linear(sizes[i], sizes[i + 1]))\n        if i < len(sizes) - 2:\n"
                         "            layers.append(act())\n    return nn.Sequential(*layers)\n"
                         "model = make([20, 16, 8, 3], act=nn.Tanh)",
    "deepcopy": "import copy\nlayer = nn.Linear(20, 20)\nmodel = nn.Sequential(layer, nn.ReLU(),\n"
    "    copy.deepcopy(layer),\n"
                "    nn.ReLU(), nn.Linear(20, 3))",
    "lazy": "model = nn.Sequential(nn.LazyLinear(16), nn.ReLU(), nn.LazyLinear(3))\nmodel(torch.zeros(2, 20))",
    "replaced in class": "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
                         "        self.fc = nn.Linear(20, 7)\n    def forward(self, x):\n        return self.fc(x)\n"
                         "model = Net()\nmodel.fc = nn.Linear(20, 3)",
    "one layer": "model = nn.Linear(20, 3)",
    "optimizer beside": "model = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 3))\n"
                        "criterion = nn.CrossEntropyLoss()\noptimizer = torch.optim.Adam(model.parameters(), lr=1e-3)\n"
                        "for epoch in range(2):\n    for xb, yb in []:\n        optimizer.zero_grad()\n"
                        "        loss = criterion(model(xb), yb)\n        loss.backward()\n        optimizer.step()",
    "trained by function": "model = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 3))\n"
                           "def train(model, loader, epochs=3):\n    model.train()\n    for epoch in range(epochs):\n"
                           "        total = 0\n        for x, y in loader:\n            total += model(x).sum()\n"
                           "        print(epoch, total)\ntrain(model, [])",
    "main": "def main():\n    model = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 3))\n    return model\n"
            "if __name__ == '__main__':\n    model = main()",
    "sent through": "model = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 3))\n"
                    "x = torch.randn(4, 20)\nprint(model(x).shape)",
    "initial weights": "model = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 3))\n"
                       "def init(m):\n    if isinstance(m, nn.Linear):\n        nn.init.xavier_uniform_(m.weight)\n"
                       "model.apply(init)",
}.items():  # fmt: skip
    _add(f"sequential: {_name}", TABLE, _code)

# forward

for _name, _body in {
    "nested calls": "return self.fc2(F.relu(self.fc1(x)))",
    "steps": "out = self.fc1(x)\nout = torch.relu(out)\nout = self.fc2(out)\nreturn out",
    "new names": "h1 = self.fc1(x)\na1 = F.relu(h1)\ny = self.fc2(a1)\nreturn y",
    "method": "return self.fc2(self.fc1(x).relu())",
    "module in forward": "return self.fc2(nn.ReLU()(self.fc1(x)))",
    "in place": "x = self.fc1(x)\nF.relu_(x)\nreturn self.fc2(x)",
    "in place keyword": "x = self.fc1(x)\nF.relu(x, inplace=True)\nreturn self.fc2(x)",
    "prints": 'print(x.shape)\nx = F.relu(self.fc1(x))\nprint("after", x.size(), len(x))\nreturn self.fc2(x)',
    "docstring": '"""Send x through."""\n# first\nx = F.relu(self.fc1(x))  # relu\nreturn self.fc2(x)',
    "assertions": "assert x.dim() == 2, x.shape\nassert x.shape[1] == 20\nreturn self.fc2(F.relu(self.fc1(x)))",
    "raise": "if x.shape[1] != 20:\n    raise ValueError(x.shape)\nreturn self.fc2(F.relu(self.fc1(x)))",
    "dropout": "x = F.relu(self.fc1(x))\nx = F.dropout(x, p=0.3, training=self.training)\nreturn self.fc2(x)",
    "dropout positional": "x = F.relu(self.fc1(x))\nx = F.dropout(x, 0.3, self.training)\nreturn self.fc2(x)",
    "dropout default": "x = F.dropout(F.relu(self.fc1(x)), training=self.training)\nreturn self.fc2(x)",
    "if training": "x = F.relu(self.fc1(x))\nif self.training:\n    x = F.dropout(x, 0.3)\nreturn self.fc2(x)",
    "annotations": "h: torch.Tensor = F.relu(self.fc1(x))\nreturn self.fc2(h)",
    "device": "x = x.to('cpu').float()\nreturn self.fc2(F.relu(self.fc1(x)))",
    "walrus": "return self.fc2(h) if (h := F.relu(self.fc1(x))) is not None else x",
    "flag": "debug = False\nx = self.fc1(x)\nif debug:\n    print(x)\n    x = x * 0\nreturn self.fc2(F.relu(x))",
    "residual": "return self.fc2(x[:, :16] * 0 + F.relu(self.fc1(x))) if False else self.fc2(F.relu(self.fc1(x)))",
    "try": "try:\n    x = self.fc1(x)\nfinally:\n    pass\nreturn self.fc2(F.relu(x))",
    "while": "i = 0\nx = self.fc1(x)\nwhile i < 2:\n    x = torch.tanh(x)\n    i += 1\nreturn self.fc2(x)",
    "lambda": "act = lambda t: F.leaky_relu(t, negative_slope=0.2)\nreturn self.fc2(act(self.fc1(x)))",
    "softplus": "return self.fc2(F.softplus(self.fc1(x)))",
    "elu": "return self.fc2(F.elu(self.fc1(x), alpha=0.5))",
    "softmax in the middle": "return self.fc2(F.softmax(self.fc1(x), dim=1))",
    "unused result": "unused = x.mean()\nreturn self.fc2(F.relu(self.fc1(x)))",
}.items():
    _net(f"forward: {_name}", TABLE, MLP, _body)

_add(
    "forward: helper methods",
    TABLE,
    """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self._build()

        def _build(self):
            self.fc1 = nn.Linear(20, 16)
            self.fc2 = nn.Linear(16, 3)

        def features(self, x):
            return F.relu(self.fc1(x))

        @staticmethod
        def squash(x):
            return torch.tanh(x)

        def forward(self, x):
            return self.fc2(self.squash(self.features(x)))

    model = Net()
    """,
)
_add(
    "forward: a function of the file",
    TABLE,
    """
    def act(x, kind="relu"):
        if kind == "relu":
            return F.relu(x)
        return torch.tanh(x)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Linear(20, 16)
            self.fc2 = nn.Linear(16, 3)

        def forward(self, x):
            return self.fc2(act(act(self.fc1(x)), kind="tanh"))

    model = Net()
    """,
)
_add(
    "classes: blocks of one's own",
    TABLE,
    """
    class Block(nn.Module):
        def __init__(self, a, b):
            super().__init__()
            self.lin = nn.Linear(a, b)
            self.norm = nn.BatchNorm1d(b)

        def forward(self, x):
            return F.relu(self.norm(self.lin(x)))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.Sequential(Block(20, 16), Block(16, 8))
            self.out = nn.Linear(8, 3)

        def forward(self, x):
            return self.out(self.blocks(x))

    model = Net()
    """,
)
_add(
    "classes: inherited",
    TABLE,
    """
    class Base(nn.Module):
        def __init__(self, hidden):
            super().__init__()
            self.fc1 = nn.Linear(20, hidden)

        def forward(self, x):
            return self.head(F.relu(self.fc1(x)))

    class Net(Base):
        def __init__(self):
            super().__init__(hidden=12)
            self.head = nn.Linear(12, 3)

    model = Net()
    """,
)
_add(
    "classes: a sequential of one's own",
    TABLE,
    """
    class MLP(nn.Sequential):
        def __init__(self, a, b, c):
            super().__init__(nn.Linear(a, b), nn.ReLU(), nn.Linear(b, c))

    model = MLP(20, 16, 3)
    """,
)
_add(
    "classes: helpers around",
    TABLE,
    """
    from torch.utils.data import Dataset, DataLoader

    class Rows(Dataset):
        def __init__(self, x):
            self.x = x

        def __len__(self):
            return len(self.x)

        def __getitem__(self, i):
            return self.x[i]

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 3))

        def forward(self, x):
            return self.net(x)

    class EarlyStopping:
        def __init__(self, patience=3):
            self.patience = patience
            self.best = None

        def step(self, loss):
            if self.best is None or loss < self.best:
                self.best = loss
                return False
            return True
    """,
)
_add(
    "classes: an unused activation of one's own",
    TABLE,
    """
    class Swish(nn.Module):
        def forward(self, x):
            return F.silu(x)

    model = nn.Sequential(nn.Linear(20, 16), Swish(), nn.Linear(16, 3))
    """,
)
_add(
    "classes: flatten of one's own",
    GREY,
    """
    class Flatten(nn.Module):
        def forward(self, x):
            return x.view(x.size(0), -1)

    model = nn.Sequential(Flatten(), nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 10))
    """,
)
_add(
    "classes: view of one's own",
    GREY,
    """
    class View(nn.Module):
        def __init__(self, *shape):
            super().__init__()
            self.shape = shape

        def forward(self, x):
            return x.view(x.size(0), *self.shape)

    model = nn.Sequential(View(784), nn.Linear(784, 49), nn.ReLU(), View(1, 7, 7), nn.Conv2d(1, 4, 3), nn.Flatten(),
                          nn.Linear(100, 10))
    """,
)

# Pictures

_net("pictures: small", GREY, CNN, CNN_BODY + "x = torch.flatten(x, 1)\nx = F.relu(self.fc1(x))\nreturn self.fc2(x)")
_net(
    "pictures: view of a number",
    GREY,
    CNN,
    CNN_BODY + "x = x.view(-1, 16 * 6 * 6)\nx = F.relu(self.fc1(x))\nreturn self.fc2(x)",
)
_add(
    "pictures: grey",
    GREY,
    "model = nn.Sequential(nn.Conv2d(1, 16, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16 * 26 * 26, 10))",
)
_add(
    "pictures: one to one channel",
    GREY,
    "model = nn.Sequential(nn.Conv2d(1, 1, 3, groups=1), nn.Flatten(), nn.Linear(676, 10))",
)
_add(
    "pictures: groups",
    COLOUR,
    """
    model = nn.Sequential(nn.Conv2d(3, 6, 3, groups=3), nn.Conv2d(6, 8, kernel_size=1), nn.ReLU(),
                          nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10))
    """,
)
_add(
    "pictures: average over all",
    COLOUR,
    """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 8, kernel_size=(3, 3), stride=(2, 2), padding="valid", bias=False)
            self.bn = nn.BatchNorm2d(8)
            self.fc = nn.Linear(8, 10)

        def forward(self, x):
            x = F.relu(self.bn(self.conv(x)), inplace=True)
            x = x.mean(dim=(2, 3))
            return self.fc(x)

    model = Net()
    """,
)
_add(
    "pictures: mean of the last two",
    COLOUR,
    """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3, padding="same")
            self.fc = nn.Linear(8, 10)

        def forward(self, x):
            return self.fc(self.conv(x).relu().mean([-1, -2]))

    model = Net()
    """,
)
_add(
    "pictures: adaptive functions",
    COLOUR,
    """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3)
            self.fc = nn.Linear(8, 10)

        def forward(self, x):
            x = F.adaptive_avg_pool2d(F.relu(self.conv(x)), (1, 1))
            return self.fc(x.squeeze(-1).squeeze(-1))

    model = Net()
    """,
)
_add(
    "pictures: of a flat vector",
    Shape((784,)),
    """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 4, 5, stride=2)
            self.fc = nn.Linear(4 * 12 * 12, 10)

        def forward(self, x):
            x = x.view(-1, 1, 28, 28)
            x = F.avg_pool2d(F.relu(self.conv(x)), 1)
            return self.fc(x.view(x.size(0), -1))

    model = Net()
    """,
)
_add(
    "pictures: without a channel",
    Shape((28, 28)),
    """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 4, 5)
            self.fc = nn.Linear(4 * 24 * 24, 10)

        def forward(self, x):
            x = x.unsqueeze(1)
            x = torch.relu(self.conv(x))
            return self.fc(x.flatten(1))

    model = Net()
    """,
)
_add(
    "pictures: vgg",
    COLOUR,
    """
    cfg = [8, "M", 16, "M", 32, 32, "M"]

    def make_layers(cfg, batch_norm=True):
        layers = []
        in_channels = 3
        for v in cfg:
            if v == "M":
                layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
            else:
                conv2d = nn.Conv2d(in_channels, v, kernel_size=3, padding=1)
                if batch_norm:
                    layers += [conv2d, nn.BatchNorm2d(v), nn.ReLU(inplace=True)]
                else:
                    layers += [conv2d, nn.ReLU(inplace=True)]
                in_channels = v
        return nn.Sequential(*layers)

    class VGG(nn.Module):
        def __init__(self, features, num_classes=10):
            super(VGG, self).__init__()
            self.features = features
            self.classifier = nn.Sequential(nn.Linear(32 * 4 * 4, 64), nn.ReLU(True), nn.Dropout(),
                                            nn.Linear(64, num_classes))

        def forward(self, x):
            x = self.features(x)
            x = x.view(x.size(0), -1)
            x = self.classifier(x)
            return x

    model = VGG(make_layers(cfg))
    """,
)
_add(
    "pictures: resnet",
    COLOUR,
    """
    class BasicBlock(nn.Module):
        expansion = 1

        def __init__(self, in_planes, planes, stride=1):
            super(BasicBlock, self).__init__()
            self.conv1 = nn.Conv2d(in_planes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(planes)
            self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=1, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(planes)
            self.shortcut = nn.Sequential()
            if stride != 1 or in_planes != self.expansion * planes:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(in_planes, self.expansion * planes, kernel_size=1, stride=stride, bias=False),
                    nn.BatchNorm2d(self.expansion * planes))

        def forward(self, x):
            out = F.relu(self.bn1(self.conv1(x)))
            out = self.bn2(self.conv2(out))
            out += self.shortcut(x)
            out = F.relu(out)
            return out

    class ResNet(nn.Module):
        def __init__(self, block, num_blocks, num_classes=10):
            super(ResNet, self).__init__()
            self.in_planes = 8
            self.conv1 = nn.Conv2d(3, 8, kernel_size=3, stride=1, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(8)
            self.layer1 = self._make_layer(block, 8, num_blocks[0], stride=1)
            self.layer2 = self._make_layer(block, 16, num_blocks[1], stride=2)
            self.linear = nn.Linear(16 * block.expansion, num_classes)

        def _make_layer(self, block, planes, num_blocks, stride):
            strides = [stride] + [1] * (num_blocks - 1)
            layers = []
            for stride in strides:
                layers.append(block(self.in_planes, planes, stride))
                self.in_planes = planes * block.expansion
            return nn.Sequential(*layers)

        def forward(self, x):
            out = F.relu(self.bn1(self.conv1(x)))
            out = self.layer1(out)
            out = self.layer2(out)
            out = F.avg_pool2d(out, 16)
            out = out.view(out.size(0), -1)
            out = self.linear(out)
            return out

    def ResNet18():
        return ResNet(BasicBlock, [2, 2])

    model = ResNet18()
    """,
)
_add(
    "pictures: torchvision's block",
    COLOUR,
    """
    class Block(nn.Module):
        def __init__(self, inplanes, planes, stride=1, downsample=None):
            super().__init__()
            self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(planes)
            self.relu = nn.ReLU(inplace=True)
            self.downsample = downsample

        def forward(self, x):
            identity = x
            out = self.conv1(x)
            out = self.bn1(out)
            if self.downsample is not None:
                identity = self.downsample(x)
            out += identity
            out = self.relu(out)
            return out

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.block1 = Block(3, 3)
            self.block2 = Block(3, 8, 2, nn.Sequential(nn.Conv2d(3, 8, 1, 2), nn.BatchNorm2d(8)))
            self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
            self.fc = nn.Linear(8, 10)

        def forward(self, x):
            x = self.block2(self.block1(x))
            x = self.avgpool(x)
            x = torch.flatten(x, 1)
            return self.fc(x)

    model = Net()
    """,
)
_add(
    "pictures: inception",
    COLOUR,
    """
    class Inception(nn.Module):
        def __init__(self):
            super().__init__()
            self.b1 = nn.Conv2d(3, 4, 1)
            self.b2 = nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU(), nn.Conv2d(4, 6, 3, padding=1))
            self.b3 = nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), nn.Conv2d(3, 2, 1))

        def forward(self, x):
            return torch.cat([F.relu(self.b1(x)), F.relu(self.b2(x)), F.relu(self.b3(x))], dim=1)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.inc = Inception()
            self.fc = nn.Linear(12, 10)

        def forward(self, x):
            x = self.inc(x)
            x = F.max_pool2d(x, kernel_size=2)
            x = F.adaptive_max_pool2d(x, 1)
            x = torch.flatten(x, start_dim=1)
            return self.fc(x)

    model = Net()
    """,
)
_add(
    "pictures: dense",
    COLOUR,
    """
    class Dense(nn.Module):
        def __init__(self):
            super().__init__()
            self.c1 = nn.Conv2d(3, 4, 3, padding=1)
            self.c2 = nn.Conv2d(7, 4, 3, padding=1)
            self.fc = nn.Linear(11, 10)

        def forward(self, x):
            x = torch.cat((x, F.relu(self.c1(x))), 1)
            x = torch.cat((x, F.relu(self.c2(x))), dim=1)
            x = F.adaptive_avg_pool2d(x, 1).flatten(1)
            return self.fc(x)

    model = Dense()
    """,
)
_add(
    "pictures: lazy",
    COLOUR,
    """
    model = nn.Sequential(nn.LazyConv2d(8, 3), nn.LazyBatchNorm2d(), nn.ReLU(), nn.Flatten(), nn.LazyLinear(10))
    model(torch.zeros(2, 3, 32, 32))
    """,
)
_add(
    "pictures: in place before a skip",
    COLOUR,
    """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(nn.ReLU(inplace=True), nn.Conv2d(3, 3, 3, padding=1))
            self.fc = nn.Linear(3072, 10)

        def forward(self, x):
            x = x.clone()
            x = x + self.body(x)
            return self.fc(x.flatten(1))

    model = Net()
    """,
)

# Residuals of vectors

_net(
    "skip: plain",
    TABLE,
    "self.a = nn.Linear(20, 20)\nself.out = nn.Linear(20, 3)",
    "x = x + F.relu(self.a(x))\nreturn self.out(x)",
)
_net(
    "skip: turned",
    TABLE,
    "self.a = nn.Linear(20, 20)\nself.out = nn.Linear(20, 3)",
    "identity = x\nx = self.a(x)\nx = torch.relu(x)\nx = x + identity\nreturn self.out(x)",
)
_net(
    "skip: projection",
    TABLE,
    "self.a = nn.Linear(20, 16)\nself.p = nn.Linear(20, 16)\nself.out = nn.Linear(16, 3)",
    "x = F.relu(self.a(x)) + self.p(x)\nreturn self.out(x)",
)
_net(
    "skip: two ways",
    TABLE,
    "self.a = nn.Linear(20, 16)\nself.b = nn.Linear(20, 16)\nself.out = nn.Linear(16, 3)",
    "x = torch.add(torch.tanh(self.a(x)), torch.sigmoid(self.b(x)))\nreturn self.out(x)",
)
_net(
    "skip: side by side",
    TABLE,
    "self.a = nn.Linear(20, 16)\nself.b = nn.Linear(20, 8)\nself.out = nn.Linear(44, 3)",
    "a = F.relu(self.a(x))\nb = F.relu(self.b(x))\nreturn self.out(torch.cat([a, b, x], dim=-1))",
)
_net(
    "skip: in place",
    TABLE,
    "self.a = nn.Linear(20, 20)\nself.out = nn.Linear(20, 3)",
    "y = self.a(x)\ny += x\nreturn self.out(F.relu(y))",
)
_net(
    "skip: loop",
    TABLE,
    "self.blocks = nn.ModuleList([nn.Sequential(nn.Linear(20, 20), nn.ReLU()) for _ in range(3)])\n"
    "self.out = nn.Linear(20, 3)",
    "for block in self.blocks:\n    x = block(x) + x\nreturn self.out(x)",
)

# Sequences

for _name, (_forward, _shape) in {
    "last of all": ("out, _ = self.rnn(x)\nreturn self.fc(out[:, -1])", SERIES),
    "last of all with colon": ("out, (h, c) = self.rnn(x)\nout = out[:, -1, :]\nreturn self.fc(out)", SERIES),
    "hidden": ("_, (h, _) = self.rnn(x)\nreturn self.fc(h[-1])", SERIES),
    "hidden squeezed": ("_, (h, c) = self.rnn(x)\nreturn self.fc(h.squeeze(0))", SERIES),
    "hidden viewed": ("output, (hn, cn) = self.rnn(x)\nhn = hn.view(-1, 16)\nreturn self.fc(F.relu(hn))", SERIES),
    "zero states": ("h0 = torch.zeros(1, x.size(0), 16).to(x.device)\nc0 = torch.zeros(1, x.size(0), 16)\n"
                    "out, _ = self.rnn(x, (h0, c0))\nreturn self.fc(out[:, -1, :])", SERIES),
    "mean": ("out, _ = self.rnn(x)\nreturn self.fc(out.mean(dim=1))", SERIES),
    "maximum": ("out = self.rnn(x)[0]\nreturn self.fc(out.max(dim=1)[0])", SERIES),
    "maximum values": ("out = self.rnn(x)[0]\nreturn self.fc(out.max(1).values)", SERIES),
    "first": ("out, _ = self.rnn(x)\nreturn self.fc(out[:, 0])", SERIES),
}.items():  # fmt: skip
    _net(f"lstm: {_name}", _shape, "self.rnn = nn.LSTM(8, 16, batch_first=True)\nself.fc = nn.Linear(16, 3)", _forward)
_net(
    "gru: two layers",
    SERIES,
    "self.rnn = nn.GRU(8, 16, num_layers=2, dropout=0.0, batch_first=True)\nself.fc = nn.Linear(16, 3)",
    "out, h = self.rnn(x)\nreturn self.fc(out[:, -1])",
)
_net(
    "gru: hidden",
    SERIES,
    "self.rnn = nn.GRU(input_size=8, hidden_size=16, batch_first=True)\nself.fc = nn.Linear(16, 3)",
    "_, h = self.rnn(x)\nreturn self.fc(h[-1, :, :])",
)
_net(
    "lstm: both ways",
    SERIES,
    "self.rnn = nn.LSTM(8, 16, batch_first=True, bidirectional=True)\nself.fc = nn.Linear(32, 3)",
    "_, (h, _) = self.rnn(x)\nh = torch.cat((h[-2], h[-1]), dim=1)\nreturn self.fc(h)",
)
_net(
    "lstm: both ways, last step",
    SERIES,
    "self.rnn = nn.LSTM(8, 16, batch_first=True, bidirectional=True)\nself.fc = nn.Linear(32, 3)",
    "out, _ = self.rnn(x)\nreturn self.fc(out[:, -1, :])",
)
_net(
    "rnn: stacked",
    SERIES,
    "self.a = nn.RNN(8, 12, batch_first=True, nonlinearity='relu')\nself.b = nn.RNN(12, 6, batch_first=True)\n"
    "self.fc = nn.Linear(6, 3)",
    "x, _ = self.a(x)\nx, _ = self.b(x)\nreturn self.fc(x[:, -1])",
)
_net(
    "words: lstm",
    WORDS,
    "self.emb = nn.Embedding(50, 8)\nself.rnn = nn.LSTM(8, 16, batch_first=True)\nself.fc = nn.Linear(16, 2)",
    "x = self.emb(x)\nout, _ = self.rnn(x)\nreturn self.fc(out[:, -1])",
)
_net(
    "words: mean",
    WORDS,
    "self.emb = nn.Embedding(num_embeddings=50, embedding_dim=8)\nself.fc = nn.Linear(8, 2)",
    "x = self.emb(x.long()).mean(1)\nreturn self.fc(x)",
)
_net(
    "words: convolution",
    WORDS,
    "self.emb = nn.Embedding(50, 8)\nself.conv = nn.Conv1d(8, 16, 3)\nself.fc = nn.Linear(16, 2)",
    """
x = self.emb(x)
x = x.permute(0, 2, 1)
x = F.relu(self.conv(x))
x = F.adaptive_max_pool1d(x, 1).squeeze(-1)
return self.fc(x)
""",
)
_net(
    "words: several windows",
    WORDS,
    """
self.emb = nn.Embedding(50, 8)
self.convs = nn.ModuleList([nn.Conv1d(8, 4, k, padding=1) for k in (2, 3)])
self.fc = nn.Linear(8, 2)
""",
    """
x = self.emb(x).transpose(1, 2)
x = [F.adaptive_max_pool1d(F.relu(conv(x)), 1).flatten(1) for conv in self.convs]
x = torch.cat(x, 1)
return self.fc(x)
""",
)
_net(
    "words: transformer",
    WORDS,
    """
self.emb = nn.Embedding(50, 8)
layer = nn.TransformerEncoderLayer(d_model=8, nhead=2, dim_feedforward=16, dropout=0.0, batch_first=True)
self.encoder = nn.TransformerEncoder(layer, num_layers=2)
self.fc = nn.Linear(8, 2)
""",
    "x = self.encoder(self.emb(x))\nreturn self.fc(x.mean(dim=1))",
)
_net(
    "words: attention",
    WORDS,
    """
self.emb = nn.Embedding(50, 8)
self.attn = nn.MultiheadAttention(8, 2, batch_first=True)
self.norm = nn.LayerNorm(8)
self.fc = nn.Linear(8, 2)
""",
    "x = self.emb(x)\na, _ = self.attn(x, x, x)\nx = self.norm(x + a)\nreturn self.fc(x[:, 0])",
)
_net(
    "signal",
    SIGNAL,
    "self.c = nn.Conv1d(4, 8, 5)\nself.p = nn.MaxPool1d(2)\nself.fc = nn.Linear(240, 3)",
    "x = self.p(F.relu(self.c(x)))\nreturn self.fc(x.view(x.size(0), -1))",
)

# Told from the sizes

for _name, _line in {
    "if flat": "if x.dim() > 2:\n    x = x.flatten(1)",
    "one line": "x = x.view(x.size(0), -1) if x.ndim > 2 else x",
    "sizes asked": "if len(x.shape) == 4:\n    x = x.reshape(x.shape[0], -1)\nelse:\n    print(x.shape)",
}.items():
    _net(f"sizes: {_name}", GREY, IMAGE, f"{_line}\nreturn self.fc2(F.relu(self.fc1(x)))")
_net(
    "sizes: pooled to the end",
    COLOUR,
    "self.conv = nn.Conv2d(3, 8, 3)\nself.fc = nn.Linear(8, 10)",
    "x = self.conv(x)\nx = F.avg_pool2d(x, x.size()[2:])\nreturn self.fc(x.view(x.size(0), -1))",
)
_net(
    "sizes: averaged along a row",
    COLOUR,
    "self.conv = nn.Conv2d(3, 8, 3)\nself.fc = nn.Linear(8, 10)",
    "x = self.conv(x)\nx = x.view(x.size(0), x.size(1), -1).mean(2)\nreturn self.fc(x)",
)

# Changed after they were made, and wrapped

_REPLACE = (
    "def replace(module):\n    for name, child in module.named_children():\n        if isinstance(child, nn.ReLU):\n"
    "            setattr(module, name, nn.Tanh())\n        else:\n            replace(child)\n"
)
_add(
    "changed: replaced by a function",
    TABLE,
    _REPLACE + "model = nn.Sequential(nn.Sequential(nn.Linear(20, 16), nn.ReLU()),\n"
    "    nn.ReLU(), nn.Linear(16, 3))\nreplace(model)",
)
_add(
    "changed: replaced by apply",
    TABLE,
    _REPLACE + "model = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 3))\nmodel.apply(replace)",
)
_add(
    "wrapped: parallel", TABLE, "model = nn.DataParallel(nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 3)))"
)
_add(
    "settings: a dictionary",
    TABLE,
    """
    cfg = {"hidden": [16, 8], "act": "relu", "drop": 0.2}
    ACTS = {"relu": nn.ReLU, "tanh": nn.Tanh}
    layers, last = [], 20
    for size in cfg["hidden"]:
        layers += [nn.Linear(last, size), ACTS[cfg["act"]](), nn.Dropout(cfg.get("drop", 0.5))]
        last = size
    model = nn.Sequential(*layers, nn.Linear(last, 3))
    """,
)
_add(
    "settings: by name",
    TABLE,
    "name = 'GELU'\nmodel = nn.Sequential(nn.Linear(20, 16), getattr(nn, name)(), nn.Linear(16, 3))",
)
_add(
    "settings: any number of sizes",
    TABLE,
    """
    class Net(nn.Module):
        def __init__(self, *sizes, **options):
            super().__init__()
            self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
            self.p = options.get("p", 0.0)

        def forward(self, x):
            *hidden, last = self.layers
            for layer in hidden:
                x = F.dropout(F.relu(layer(x)), self.p, self.training)
            return last(x)

    model = Net(20, 16, 8, 3, p=0.1)
    """,
)

SNIPPETS = dict(_READ)
