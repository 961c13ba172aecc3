"""Networks as tutorials and courses write them, whole: classes with their neighbours, loops, settings and habits."""

from __future__ import annotations

import textwrap

from dlcore.declaration import Shape
from tests.codegen.snippets import COLOUR, GREY, IMPORTS, SERIES, SIGNAL, TABLE, WORDS

TUTORIALS: dict[str, tuple[Shape, str]] = {}
# What is named instead: the line, and words of the sentence.
NAMED = {
    "embedding bag": (8, "EmbeddingBag"),
    "log_softmax": (21, "LogSoftmax after the last Linear is left out"),
    "torchvision": (6, "models.resnet18"),
    "torchvision frozen class": (12, "self.backbone"),
    "einops": (11, "rearrange"),
    "einops layer": (6, "Rearrange"),
    "sigmoid binary": (10, "Sigmoid after the last Linear is left out"),
}
NOT_HERE = ("lightning",)  # needs a library that is not installed: read, and not compared


def _add(name: str, shape: Shape, code: str) -> None:
    TUTORIALS[name] = shape, IMPORTS + textwrap.dedent(code)


_add(
    "lenet",
    GREY,
    """
class LeNet5(nn.Module):
    def __init__(self, num_classes=10):
        super(LeNet5, self).__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), (2, 2))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(x.size(0), -1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
model = LeNet5().to(device)
""",
)
_add(
    "lenet num_flat_features",
    GREY,
    """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.fc1 = nn.Linear(6 * 14 * 14, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = x.view(-1, self.num_flat_features(x))
        return self.fc1(x)

    def num_flat_features(self, x):
        size = x.size()[1:]
        num_features = 1
        for s in size:
            num_features *= s
        return num_features

net = Net()
""",
)
_add(
    "alexnet",
    COLOUR,
    """
class AlexNet(nn.Module):
    def __init__(self, num_classes: int = 10, dropout: float = 0.5) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 16, kernel_size=3, stride=2, padding=1),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=2),
            nn.Conv2d(16, 32, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=2),
        )
        self.avgpool = nn.AdaptiveAvgPool2d((2, 2))
        self.classifier = nn.Sequential(
            nn.Dropout(p=dropout),
            nn.Linear(32 * 2 * 2, 64),
            nn.ReLU(inplace=True),
            nn.Dropout(p=dropout),
            nn.Linear(64, num_classes),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.features(x)
        x = self.avgpool(x)
        x = torch.flatten(x, 1)
        x = self.classifier(x)
        return x

model = AlexNet(num_classes=10)
""",
)
_add(
    "ordereddict",
    GREY,
    """
from collections import OrderedDict
model = nn.Sequential(OrderedDict([
    ('flatten', nn.Flatten()),
    ('fc1', nn.Linear(784, 32)),
    ('relu1', nn.ReLU()),
    ('output', nn.Linear(32, 10)),
]))
""",
)
_add(
    "autoencoder",
    TABLE,
    """
class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(20, 8), nn.ReLU(True), nn.Linear(8, 3))
        self.decoder = nn.Sequential(nn.Linear(3, 8), nn.ReLU(True), nn.Linear(8, 20))

    def forward(self, x):
        encoded = self.encoder(x)
        decoded = self.decoder(encoded)
        return decoded

model = Autoencoder()
""",
)
_add(
    "lstm",
    SERIES,
    """
class LSTMClassifier(nn.Module):
    def __init__(self, input_dim=8, hidden_dim=16, layer_dim=1, output_dim=4):
        super().__init__()
        self.hidden_dim = hidden_dim
        self.layer_dim = layer_dim
        self.lstm = nn.LSTM(input_dim, hidden_dim, layer_dim, batch_first=True)
        self.fc = nn.Linear(hidden_dim, output_dim)

    def forward(self, x):
        h0 = torch.zeros(self.layer_dim, x.size(0), self.hidden_dim)
        c0 = torch.zeros(self.layer_dim, x.size(0), self.hidden_dim)
        out, (hn, cn) = self.lstm(x, (h0.detach(), c0.detach()))
        out = self.fc(out[:, -1, :])
        return out

model = LSTMClassifier()
""",
)
_add(
    "lstm device",
    SERIES,
    """
class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers, num_classes):
        super(RNN, self).__init__()
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.lstm = nn.LSTM(input_size, hidden_size, num_layers, batch_first=True)
        self.fc = nn.Linear(hidden_size, num_classes)
    def forward(self, x):
        h0 = torch.zeros(self.num_layers, x.size(0), self.hidden_size).to(x.device)
        c0 = torch.zeros(self.num_layers, x.size(0), self.hidden_size).to(x.device)
        out, _ = self.lstm(x, (h0, c0))
        out = self.fc(out[:, -1])
        return out
model = RNN(8, 16, 2, 3)
""",
)
_add(
    "gru embedding",
    WORDS,
    """
class GRUNet(nn.Module):
    def __init__(self, vocab_size=50, embed_dim=16, hidden=24, n_classes=2):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.gru = nn.GRU(embed_dim, hidden, batch_first=True)
        self.fc = nn.Linear(hidden, n_classes)

    def forward(self, text):
        embedded = self.embedding(text)
        output, hidden = self.gru(embedded)
        return self.fc(hidden[-1])
model = GRUNet()
""",
)
_add(
    "lstm hidden squeeze",
    WORDS,
    """
class Sentiment(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(50, 16)
        self.lstm = nn.LSTM(16, 12, batch_first=True)
        self.fc = nn.Linear(12, 2)
    def forward(self, x):
        e = self.emb(x)
        _, (h, c) = self.lstm(e)
        h = h.squeeze(0)
        return self.fc(h)
model = Sentiment()
""",
)
_add(
    "embedding mean",
    WORDS,
    """
class FastText(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(50, 16)
        self.fc = nn.Linear(16, 2)
    def forward(self, x):
        embedded = self.embedding(x)
        pooled = embedded.mean(dim=1)
        return self.fc(pooled)
model = FastText()
""",
)
_add(
    "embedding bag",
    WORDS,
    """
class TextClassificationModel(nn.Module):
    def __init__(self, vocab_size, embed_dim, num_class):
        super().__init__()
        self.embedding = nn.EmbeddingBag(vocab_size, embed_dim, sparse=False)
        self.fc = nn.Linear(embed_dim, num_class)
        self.init_weights()
    def init_weights(self):
        initrange = 0.5
        self.embedding.weight.data.uniform_(-initrange, initrange)
        self.fc.weight.data.uniform_(-initrange, initrange)
        self.fc.bias.data.zero_()
    def forward(self, text, offsets=None):
        embedded = self.embedding(text, offsets)
        return self.fc(embedded)
model = TextClassificationModel(50, 16, 4)
""",
)
_add(
    "residual",
    COLOUR,
    """
class ResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        residual = x
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += residual
        return F.relu(out)

class ResNet(nn.Module):
    def __init__(self, n_blocks=2):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.blocks = nn.ModuleList([ResidualBlock(8) for _ in range(n_blocks)])
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        x = F.relu(self.stem(x))
        for block in self.blocks:
            x = block(x)
        x = self.pool(x).flatten(1)
        return self.fc(x)

model = ResNet()
""",
)
_add(
    "resnet shortcut",
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

model = ResNet(BasicBlock, [2, 2])
""",
)
_add(
    "act thrice",
    TABLE,
    """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()
        self.l1 = nn.Linear(20, 16)
        self.l2 = nn.Linear(16, 16)
        self.l3 = nn.Linear(16, 8)
        self.out = nn.Linear(8, 3)
    def forward(self, x):
        x = self.act(self.l1(x))
        x = self.act(self.l2(x))
        x = self.act(self.l3(x))
        return self.out(x)
model = Net()
""",
)
_add(
    "config dataclass",
    TABLE,
    """
from dataclasses import dataclass

@dataclass
class Config:
    n_in: int = 20
    hidden: int = 16
    n_out: int = 3
    dropout: float = 0.2

class MLP(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(config.n_in, config.hidden),
            nn.GELU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.hidden, config.n_out),
        )
    def forward(self, x):
        return self.net(x)

config = Config(hidden=24)
model = MLP(config)
""",
)
_add(
    "config dict",
    TABLE,
    """
config = {"hidden": 16, "lr": 1e-3}
class MLP(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.a = nn.Linear(20, cfg["hidden"])
        self.b = nn.Linear(cfg["hidden"], 3)
    def forward(self, x):
        return self.b(torch.tanh(self.a(x)))
model = MLP(config)
""",
)
_add(
    "init calls",
    TABLE,
    """
class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(20, 16)
        self.fc2 = nn.Linear(16, 3)
        nn.init.xavier_uniform_(self.fc1.weight)
        nn.init.zeros_(self.fc1.bias)
        self._init_weights()
    def _init_weights(self):
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.kaiming_normal_(m.weight, nonlinearity='relu')
                if m.bias is not None:
                    nn.init.constant_(m.bias, 0)
    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x)))
model = MLP()
def init_weights(m):
    if type(m) == nn.Linear:
        torch.nn.init.xavier_uniform_(m.weight)
model.apply(init_weights)
""",
)
_add(
    "no_grad predict",
    TABLE,
    """
class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(20, 16)
        self.fc2 = nn.Linear(16, 3)
    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))
    @torch.no_grad()
    def predict(self, x):
        self.eval()
        return self.forward(x).argmax(dim=1)
model = MLP()
""",
)
_add(
    "if training dropout",
    TABLE,
    """
class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(20, 16)
        self.drop = nn.Dropout(0.3)
        self.fc2 = nn.Linear(16, 3)
    def forward(self, x):
        x = torch.relu(self.fc1(x))
        if self.training:
            x = self.drop(x)
        return self.fc2(x)
model = MLP()
""",
)
_add(
    "F.dropout training",
    TABLE,
    """
class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(20, 16)
        self.fc2 = nn.Linear(16, 3)
    def forward(self, x):
        x = F.dropout(F.relu(self.fc1(x)), p=0.3, training=self.training)
        return self.fc2(x)
model = MLP()
""",
)
_add(
    "kwargs",
    TABLE,
    """
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features, **kwargs):
        super().__init__(**kwargs)
        self.fc1 = nn.Linear(in_features=in_features, out_features=hidden, bias=True)
        self.fc2 = nn.Linear(in_features=hidden, out_features=out_features)
    def forward(self, x):
        return self.fc2(F.leaky_relu(self.fc1(x), negative_slope=0.1))
model = MLP(in_features=20, hidden=16, out_features=3)
""",
)
_add(
    "layers from sizes",
    TABLE,
    """
class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.ModuleList()
        for i in range(len(sizes) - 1):
            self.layers.append(nn.Linear(sizes[i], sizes[i + 1]))
    def forward(self, x):
        for i, layer in enumerate(self.layers):
            x = layer(x)
            if i < len(self.layers) - 1:
                x = F.relu(x)
        return x
model = MLP([20, 32, 16, 3])
""",
)
_add(
    "zip sizes",
    TABLE,
    """
class MLP(nn.Module):
    def __init__(self, sizes=(20, 32, 16)):
        super().__init__()
        layers = []
        for n_in, n_out in zip(sizes[:-1], sizes[1:]):
            layers += [nn.Linear(n_in, n_out), nn.ReLU()]
        layers.append(nn.Linear(sizes[-1], 3))
        self.net = nn.Sequential(*layers)
    def forward(self, x):
        return self.net(x)
model = MLP()
""",
)
_add(
    "training loop",
    GREY,
    """
import torch.optim as optim
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        self.linear_relu_stack = nn.Sequential(
            nn.Linear(28*28, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    def forward(self, x):
        x = self.flatten(x)
        logits = self.linear_relu_stack(x)
        return logits
model = Net()
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
def train(dataloader, model, loss_fn, optimizer):
    model.train()
    for batch, (X, y) in enumerate(dataloader):
        pred = model(X)
        loss = loss_fn(pred, y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
print(model)
""",
)
_add(
    "log_softmax",
    GREY,
    """
class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, 1)
        self.conv2 = nn.Conv2d(8, 16, 3, 1)
        self.dropout1 = nn.Dropout(0.25)
        self.fc1 = nn.Linear(2304, 10)
    def forward(self, x):
        x = self.conv1(x)
        x = F.relu(x)
        x = self.conv2(x)
        x = F.relu(x)
        x = F.max_pool2d(x, 2)
        x = self.dropout1(x)
        x = torch.flatten(x, 1)
        x = self.fc1(x)
        output = F.log_softmax(x, dim=1)
        return output
model = Net()
""",
)
_add(
    "lightning",
    TABLE,
    """
import pytorch_lightning as pl
class LitModel(pl.LightningModule):
    def __init__(self, lr=1e-3):
        super().__init__()
        self.save_hyperparameters()
        self.l1 = nn.Linear(20, 16)
        self.l2 = nn.Linear(16, 3)
    def forward(self, x):
        return self.l2(torch.relu(self.l1(x)))
    def training_step(self, batch, batch_idx):
        x, y = batch
        loss = F.cross_entropy(self(x), y)
        self.log('train_loss', loss)
        return loss
    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)
""",
)
_add(
    "torchvision",
    COLOUR,
    """
from torchvision import models
model = models.resnet18(weights='DEFAULT')
model.fc = nn.Linear(model.fc.in_features, 10)
""",
)
_add(
    "torchvision frozen class",
    COLOUR,
    """
import torchvision
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = torchvision.models.resnet18(pretrained=True)
        self.fc = nn.Linear(1000, 10)
    def forward(self, x):
        return self.fc(self.backbone(x))
model = Net()
""",
)
_add(
    "einops",
    GREY,
    """
from einops import rearrange
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(784, 10)
    def forward(self, x):
        x = rearrange(x, 'b c h w -> b (c h w)')
        return self.fc(x)
model = Net()
""",
)
_add(
    "einops layer",
    GREY,
    """
from einops.layers.torch import Rearrange
model = nn.Sequential(Rearrange('b c h w -> b (c h w)'), nn.Linear(784, 10))
""",
)
_add(
    "add_module",
    TABLE,
    """
model = nn.Sequential()
model.add_module('fc1', nn.Linear(20, 16))
model.add_module('relu', nn.ReLU())
model.add_module('fc2', nn.Linear(16, 3))
""",
)
_add(
    "vgg make_layers",
    COLOUR,
    """
cfg = [8, 'M', 16, 'M']
def make_layers(cfg, batch_norm=True):
    layers = []
    in_channels = 3
    for v in cfg:
        if v == 'M':
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
        super().__init__()
        self.features = features
        self.classifier = nn.Linear(16 * 8 * 8, num_classes)
    def forward(self, x):
        x = self.features(x)
        x = x.reshape(x.shape[0], -1)
        return self.classifier(x)
model = VGG(make_layers(cfg))
""",
)
_add(
    "conv1d",
    SIGNAL,
    """
class CNN1D(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv1d(4, 8, 5), nn.ReLU(), nn.MaxPool1d(2))
        self.fc = nn.Linear(8 * 30, 3)
    def forward(self, x):
        x = self.conv(x)
        return self.fc(torch.flatten(x, start_dim=1))
model = CNN1D()
""",
)
_add(
    "global pool mean",
    COLOUR,
    """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.fc = nn.Linear(8, 10)
    def forward(self, x):
        x = F.relu(self.conv(x))
        x = x.mean(dim=(2, 3))
        return self.fc(x)
model = Net()
""",
)
_add(
    "adaptive F squeeze",
    COLOUR,
    """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.fc = nn.Linear(8, 10)
    def forward(self, x):
        x = F.relu(self.conv(x))
        x = F.adaptive_avg_pool2d(x, 1).squeeze(-1).squeeze(-1)
        return self.fc(x)
model = Net()
""",
)
_add(
    "static method conv_bn",
    COLOUR,
    """
def conv_block(in_f, out_f, *args, **kwargs):
    return nn.Sequential(nn.Conv2d(in_f, out_f, *args, **kwargs), nn.BatchNorm2d(out_f), nn.ReLU())
class Net(nn.Module):
    def __init__(self, in_c, n_classes):
        super().__init__()
        self.conv_block1 = conv_block(in_c, 8, kernel_size=3, padding=1)
        self.conv_block2 = conv_block(8, 16, kernel_size=3, padding=1)
        self.decoder = nn.Sequential(nn.Linear(16 * 32 * 32, 16), nn.Sigmoid(), nn.Linear(16, n_classes))
    def forward(self, x):
        x = self.conv_block1(x)
        x = self.conv_block2(x)
        x = x.view(x.size(0), -1)
        x = self.decoder(x)
        return x
model = Net(3, 10)
""",
)
_add(
    "assert and shape",
    GREY,
    """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(784, 10)
    def forward(self, x):
        assert x.dim() == 4
        batch_size, c, h, w = x.shape
        x = x.view(batch_size, c * h * w)
        return self.fc(x)
model = Net()
""",
)
_add(
    "unsqueeze channel",
    SERIES,
    """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(8, 16, batch_first=True, nonlinearity='tanh')
        self.fc = nn.Linear(16, 3)
    def forward(self, x):
        out, hn = self.rnn(x)
        last = out[:, -1, :]
        logits = self.fc(last)
        return logits
model = Net()
""",
)
_add(
    "bidirectional",
    SERIES,
    """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(8, 16, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(32, 3)
    def forward(self, x):
        out, _ = self.lstm(x)
        return self.fc(out[:, -1, :])
model = Net()
""",
)
_add(
    "lambda act",
    TABLE,
    """
class Net(nn.Module):
    def __init__(self, activation=F.relu):
        super().__init__()
        self.activation = activation
        self.fc1 = nn.Linear(20, 16)
        self.fc2 = nn.Linear(16, 3)
    def forward(self, x):
        return self.fc2(self.activation(self.fc1(x)))
model = Net(activation=torch.tanh)
""",
)
_add(
    "moduledict act",
    TABLE,
    """
class Net(nn.Module):
    def __init__(self, act='relu'):
        super().__init__()
        activations = {'relu': nn.ReLU(), 'tanh': nn.Tanh()}
        self.fc1 = nn.Linear(20, 16)
        self.act = activations[act]
        self.fc2 = nn.Linear(16, 3)
    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))
model = Net('tanh')
""",
)
_add(
    "skip densely",
    TABLE,
    """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(20, 20)
        self.fc2 = nn.Linear(20, 3)
    def forward(self, x):
        x = x + F.relu(self.fc1(x))
        return self.fc2(x)
model = Net()
""",
)
_add(
    "cat",
    TABLE,
    """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(20, 16)
        self.fc2 = nn.Linear(36, 3)
    def forward(self, x):
        h = F.relu(self.fc1(x))
        return self.fc2(torch.cat([x, h], dim=1))
model = Net()
""",
)
_add(
    "sigmoid binary",
    TABLE,
    """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(20, 16)
        self.output = nn.Linear(16, 1)
        self.sigmoid = nn.Sigmoid()
    def forward(self, x):
        x = torch.relu(self.hidden(x))
        return self.sigmoid(self.output(x))
model = Net()
""",
)
_add(
    "layernorm gelu walrus",
    TABLE,
    """
class Block(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.ff = nn.Sequential(nn.Linear(dim, 4 * dim), nn.GELU(), nn.Linear(4 * dim, dim))
    def forward(self, x):
        return x + self.ff(self.norm(x))
class Net(nn.Module):
    def __init__(self, depth=2):
        super().__init__()
        self.blocks = nn.Sequential(*[Block(20) for _ in range(depth)])
        self.head = nn.Linear(20, 3)
    def forward(self, x):
        return self.head(self.blocks(x))
model = Net()
""",
)
