"""The formulas of the glossary, computed as they are written, against torch and scikit-learn.

Each check repeats the LaTeX that it was written for: whoever changes a formula must look at its check, too.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from sklearn import metrics
from torch import Tensor, nn
from torch.nn import functional

from dlcore.lessons.glossary import terms

Check = Callable[[], tuple[object, object]]  # (by the formula, by the library)
CHECKS: dict[str, tuple[str, Check]] = {}


def formula(name: str, latex: str) -> Callable[[Check], Check]:
    """This function computes the formula of a term, and what a library says."""

    def keep(check: Check) -> Check:
        CHECKS[name] = (latex, check)
        return check

    return keep


def numbers(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("name", [
    "neuron", "parameter", "fully-connected-layer", "relu", "sigmoid", "tanh", "softmax", "saturation",
    "backpropagation", "weight-initialization", "mean-squared-error", "mean-absolute-error", "cross-entropy",
    "binary-cross-entropy", "learning-rate-schedule", "mini-batch", "weight-decay", "convolution", "pooling",
    "recurrent-network", "one-hot-encoding", "precision", "recall", "r-squared", "accuracy", "broadcasting",
    "stochastic-gradient-descent", "momentum", "rmsprop", "adam", "analytic-and-numeric-solution", "gradient-clipping",
    "dropout", "batch-normalization", "layer-normalization", "receptive-field", "lstm", "attention", "f1-score",
    "roc-curve",
])  # fmt: skip
def test_the_formula_says_what_the_library_computes(name: str) -> None:
    latex, check = CHECKS[name]
    assert terms()[name].facts.formula == latex, "the formula was changed: change its check, too"
    ours, theirs = check()
    np.testing.assert_allclose(np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float), rtol=1e-6, atol=1e-9)


def test_every_check_is_run() -> None:
    (mark,) = test_the_formula_says_what_the_library_computes.pytestmark
    assert sorted(mark.args[1]) == sorted(CHECKS)


Z = numbers(5)


@formula("neuron", r"\hat y = f\!\left(\sum_i w_i x_i + b\right)")
def _neuron() -> tuple[object, object]:
    layer = nn.Linear(5, 1, dtype=torch.float64)
    w, b = layer.weight[0].detach(), layer.bias.item()
    total = sum(w[i] * Z[i] for i in range(5)) + b
    return 1 / (1 + math.exp(-total)), torch.sigmoid(layer(Z)).item()


@formula("parameter", r"n = d_\text{in}\, d_\text{out} + d_\text{out}")
def _parameter() -> tuple[object, object]:
    return 784 * 128 + 128, sum(each.numel() for each in nn.Linear(784, 128).parameters())


@formula("fully-connected-layer", r"y = x W^\top + b")
def _fully_connected_layer() -> tuple[object, object]:
    x, w, b = numbers(4, 3), numbers(2, 3, seed=1), numbers(2, seed=2)
    return x @ w.T + b, functional.linear(x, w, b)


@formula("relu", r"\mathrm{ReLU}(z) = \max(0,\, z)")
def _relu() -> tuple[object, object]:
    return [max(0.0, z) for z in Z.tolist()], torch.relu(Z)


@formula("sigmoid", r"\sigma(z) = \frac{1}{1 + e^{-z}}")
def _sigmoid() -> tuple[object, object]:
    return [1 / (1 + math.exp(-z)) for z in Z.tolist()], torch.sigmoid(Z)


@formula("tanh", r"\tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}")
def _tanh() -> tuple[object, object]:
    return [(math.exp(z) - math.exp(-z)) / (math.exp(z) + math.exp(-z)) for z in Z.tolist()], torch.tanh(Z)


@formula("softmax", r"\mathrm{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}")
def _softmax() -> tuple[object, object]:
    total = sum(math.exp(z) for z in Z.tolist())
    return [math.exp(z) / total for z in Z.tolist()], torch.softmax(Z, 0)


@formula("saturation", r"\sigma'(z) = \sigma(z)\,(1 - \sigma(z)) \le \tfrac14")
def _saturation() -> tuple[object, object]:
    z = torch.linspace(-6, 6, 25, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(torch.sigmoid(z).sum(), z)
    assert slope.max().item() == pytest.approx(1 / 4)
    s = torch.sigmoid(z).detach()
    return s * (1 - s), slope


@formula("backpropagation", r"\delta^{(l)} = \left(W^{(l+1)\top} \delta^{(l+1)}\right) \odot f'\!\left(z^{(l)}\right)")
def _backpropagation() -> tuple[object, object]:
    w = numbers(2, 5, seed=3)
    z = Z.clone().requires_grad_()
    following = w @ torch.tanh(z)
    loss = (following**2).sum()
    delta_next, delta = torch.autograd.grad(loss, [following, z])
    return (w.T @ delta_next) * (1 - torch.tanh(Z) ** 2), delta


@formula("weight-initialization", r"w \sim \mathcal{N}\!\left(0,\, \tfrac{2}{d_\text{in}}\right)")
def _weight_initialization() -> tuple[object, object]:
    drawn = nn.init.kaiming_normal_(torch.empty(2_000, 500), generator=torch.Generator().manual_seed(0))
    return round(2 / 500, 4), round(drawn.var().item(), 4)


@formula("mean-squared-error", r"\mathrm{MSE} = \frac{1}{N} \sum_{i=1}^{N} \left(\hat y_i - y_i\right)^2")
def _mean_squared_error() -> tuple[object, object]:
    y = numbers(5, seed=1)
    return sum((Z[i] - y[i]) ** 2 for i in range(5)) / 5, nn.MSELoss()(Z, y)


@formula("mean-absolute-error", r"\mathrm{MAE} = \frac{1}{N} \sum_{i=1}^{N} \left|\hat y_i - y_i\right|")
def _mean_absolute_error() -> tuple[object, object]:
    y = numbers(5, seed=1)
    return sum(abs(Z[i] - y[i]) for i in range(5)) / 5, nn.L1Loss()(Z, y)


@formula("cross-entropy", r"L = -\ln \frac{e^{z_y}}{\sum_j e^{z_j}}")
def _cross_entropy() -> tuple[object, object]:
    y = 2
    share = math.exp(Z[y]) / sum(math.exp(z) for z in Z.tolist())
    return -math.log(share), nn.CrossEntropyLoss()(Z, torch.tensor(y))


@formula("binary-cross-entropy", r"L = -\left[\,y \ln \hat p + (1 - y) \ln (1 - \hat p)\,\right]")
def _binary_cross_entropy() -> tuple[object, object]:
    z, losses = 0.7, []
    p = 1 / (1 + math.exp(-z))
    for y in (0.0, 1.0):
        losses.append(-(y * math.log(p) + (1 - y) * math.log(1 - p)))
    logit = torch.tensor([z, z], dtype=torch.float64)
    wanted = torch.tensor([0.0, 1.0], dtype=torch.float64)
    return losses, nn.BCEWithLogitsLoss(reduction="none")(logit, wanted)


def stepped(make: Callable[[list[Tensor]], torch.optim.Optimizer], steps: int = 4) -> tuple[list[Tensor], Tensor]:
    """(the gradients that torch saw, the weights at the end) of an optimizer on a small quartic."""
    w = Z.clone().requires_grad_()
    optimizer, gradients = make([w]), []
    for _step in range(steps):
        optimizer.zero_grad()
        (w**4 / 4).sum().backward()
        assert w.grad is not None
        gradients.append(w.grad.clone())
        optimizer.step()
    return gradients, w.detach()


@formula("learning-rate-schedule", r"\eta_t = \eta_0\, \gamma^{t}")
def _learning_rate_schedule() -> tuple[object, object]:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.9)
    seen = []
    for _epoch in range(4):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return [0.5 * 0.9**t for t in range(4)], seen


@formula("mini-batch", r"N_\text{batches} = \lceil N / B \rceil")
def _mini_batch() -> tuple[object, object]:
    sizes = [(100, 32), (96, 32), (5, 8)]
    loaders = [torch.utils.data.DataLoader(range(n), batch_size=b) for n, b in sizes]  # type: ignore[arg-type]
    return [math.ceil(n / b) for n, b in sizes], [len(list(loader)) for loader in loaders]


@formula("weight-decay", r"L_\lambda(w) = L(w) + \frac{\lambda}{2} \lVert w \rVert^2")
def _weight_decay() -> tuple[object, object]:
    w = Z.clone().requires_grad_()
    loss = (w**4 / 4).sum() + 0.1 / 2 * (w**2).sum()
    (gradient,) = torch.autograd.grad(loss, w)
    return Z - 0.05 * gradient, stepped(lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=0.1), 1)[1]


@formula("convolution", r"H_\text{out} = \left\lfloor \frac{H + 2p - k}{s} \right\rfloor + 1")
def _convolution() -> tuple[object, object]:
    cases = [(28, 5, 1, 0), (32, 3, 2, 1), (17, 4, 3, 2), (8, 3, 1, 1)]
    sides = [nn.Conv2d(1, 1, k, stride=s, padding=p)(torch.zeros(1, 1, h, h)).shape[-1] for h, k, s, p in cases]
    return [(h + 2 * p - k) // s + 1 for h, k, s, p in cases], sides


@formula("pooling", r"y_{i,j} = \max_{0 \le u, v < k} x_{si + u,\, sj + v}")
def _pooling() -> tuple[object, object]:
    x, k, s = numbers(7, 7), 3, 2
    ours = [[max(x[s * i + u, s * j + v] for u in range(k) for v in range(k)) for j in range(3)] for i in range(3)]
    return ours, nn.MaxPool2d(k, s)(x[None, None])[0, 0]


@formula("recurrent-network", r"h_t = \tanh\!\left(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}\right)")
def _recurrent_network() -> tuple[object, object]:
    cell = nn.RNN(3, 4, dtype=torch.float64)
    x, h = numbers(6, 3), torch.zeros(4, dtype=torch.float64)
    for each in x:
        h = torch.tanh(cell.weight_ih_l0 @ each + cell.bias_ih_l0 + cell.weight_hh_l0 @ h + cell.bias_hh_l0)
    return h.detach(), cell(x)[1][0].detach()


@formula("one-hot-encoding", r"2 \mapsto (0,\, 0,\, 1,\, 0)")
def _one_hot_encoding() -> tuple[object, object]:
    return [0, 0, 1, 0], functional.one_hot(torch.tensor(2), 4)


TRUE, SAID, SCORES = [0, 0, 1, 1, 1, 0, 1, 0], [0, 1, 1, 0, 1, 0, 1, 1], [0.1, 0.6, 0.8, 0.3, 0.9, 0.2, 0.7, 0.5]
TP = sum(t and s for t, s in zip(TRUE, SAID, strict=True))
FP = sum(s and not t for t, s in zip(TRUE, SAID, strict=True))
FN = sum(t and not s for t, s in zip(TRUE, SAID, strict=True))
TN = len(TRUE) - TP - FP - FN


@formula("accuracy", r"\frac{1}{N} \sum_{i=1}^{N} \left[\,\hat y_i = y_i\,\right]")
def _accuracy() -> tuple[object, object]:
    return sum(s == t for s, t in zip(SAID, TRUE, strict=True)) / len(TRUE), metrics.accuracy_score(TRUE, SAID)


@formula("precision", r"P = \frac{TP}{TP + FP}")
def _precision() -> tuple[object, object]:
    return TP / (TP + FP), metrics.precision_score(TRUE, SAID)


@formula("recall", r"R = \frac{TP}{TP + FN}")
def _recall() -> tuple[object, object]:
    return TP / (TP + FN), metrics.recall_score(TRUE, SAID)


@formula("f1-score", r"F_1 = \frac{2 P R}{P + R}")
def _f1_score() -> tuple[object, object]:
    p, r = TP / (TP + FP), TP / (TP + FN)
    return 2 * p * r / (p + r), metrics.f1_score(TRUE, SAID)


@formula("roc-curve", r"\left(\frac{FP}{FP + TN},\ \frac{TP}{TP + FN}\right)")
def _roc_curve() -> tuple[object, object]:
    false, true, thresholds = metrics.roc_curve(TRUE, SCORES)
    place = int(np.flatnonzero(thresholds == 0.5)[0])  # where SAID names what scores at least 0.5
    assert [int(score >= 0.5) for score in SCORES] == SAID
    return [FP / (FP + TN), TP / (TP + FN)], [false[place], true[place]]


@formula("r-squared", r"R^2 = 1 - \frac{\sum_i (y_i - \hat y_i)^2}{\sum_i (y_i - \bar y)^2}")
def _r_squared() -> tuple[object, object]:
    y, said = numbers(9).numpy(), numbers(9, seed=1).numpy()
    return 1 - ((y - said) ** 2).sum() / ((y - y.mean()) ** 2).sum(), metrics.r2_score(y, said)


@formula("broadcasting", r"(8,\, 1,\, 6) + (7,\, 1) \to (8,\, 7,\, 6)")
def _broadcasting() -> tuple[object, object]:
    return (8, 7, 6), tuple((torch.zeros(8, 1, 6) + torch.zeros(7, 1)).shape)


@formula("stochastic-gradient-descent",
         r"w \leftarrow w - \frac{\eta}{B} \sum_{i \in \text{batch}} \nabla L_i(w)")  # fmt: skip
def _stochastic_gradient_descent() -> tuple[object, object]:
    x, y, w = numbers(4, 3), numbers(4, seed=1), numbers(3, seed=2)
    each = [2 * (x[i] @ w - y[i]) * x[i] for i in range(4)]
    weights = w.clone().requires_grad_()
    optimizer = torch.optim.SGD([weights], lr=0.1)
    nn.MSELoss()(x @ weights, y).backward()
    optimizer.step()
    return w - 0.1 / 4 * sum(each), weights.detach()


@formula(
    "momentum",
    r"\begin{gathered} v \leftarrow \mu v + \nabla L \\ "
    r"w \leftarrow w - \eta\, v \end{gathered}",
)
def _momentum() -> tuple[object, object]:
    gradients, end = stepped(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9))
    v, w = torch.zeros(5, dtype=torch.float64), Z.clone()
    for g in gradients:
        v = 0.9 * v + g
        w = w - 0.05 * v
    return w, end


@formula(
    "rmsprop",
    r"\begin{gathered} s \leftarrow \alpha s + (1 - \alpha)\, g^2 \\ "
    r"w \leftarrow w - \eta\, \frac{g}{\sqrt{s} + \epsilon} \end{gathered}",
)
def _rmsprop() -> tuple[object, object]:
    gradients, end = stepped(lambda p: torch.optim.RMSprop(p, lr=0.05, alpha=0.9, eps=1e-3))
    s, w = torch.zeros(5, dtype=torch.float64), Z.clone()
    for g in gradients:
        s = 0.9 * s + (1 - 0.9) * g**2
        w = w - 0.05 * g / (s.sqrt() + 1e-3)
    return w, end


@formula(
    "adam",
    r"\begin{gathered} m \leftarrow \beta_1 m + (1 - \beta_1)\, g \\ "
    r"s \leftarrow \beta_2 s + (1 - \beta_2)\, g^2 \\ "
    r"w \leftarrow w - \eta\, \frac{m / (1 - \beta_1^t)}{\sqrt{s / (1 - \beta_2^t)} + \epsilon} \end{gathered}",
)
def _adam() -> tuple[object, object]:
    gradients, end = stepped(lambda p: torch.optim.Adam(p, lr=0.05, betas=(0.9, 0.99), eps=1e-3))
    m, s, w = torch.zeros(5, dtype=torch.float64), torch.zeros(5, dtype=torch.float64), Z.clone()
    for t, g in enumerate(gradients, start=1):
        m, s = 0.9 * m + 0.1 * g, 0.99 * s + 0.01 * g**2
        w = w - 0.05 * (m / (1 - 0.9**t)) / ((s / (1 - 0.99**t)).sqrt() + 1e-3)
    return w, end


@formula("analytic-and-numeric-solution", r"w^* = (X^\top X)^{-1} X^\top y")
def _analytic_and_numeric_solution() -> tuple[object, object]:
    x, y = numbers(20, 3), numbers(20, seed=1)
    return torch.inverse(x.T @ x) @ x.T @ y, torch.linalg.lstsq(x, y[:, None]).solution[:, 0]


@formula("gradient-clipping", r"g \leftarrow g \cdot \min\!\left(1,\, \frac{c}{\lVert g \rVert}\right)")
def _gradient_clipping() -> tuple[object, object]:
    ours, theirs = [], []
    for c in (0.5, 100.0):
        w = Z.clone().requires_grad_()
        w.grad = Z.clone()
        nn.utils.clip_grad_norm_([w], c)
        theirs.append(w.grad.tolist())
        ours.append((Z * min(1.0, c / Z.norm().item())).tolist())
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)  # torch adds 1e-6 to the norm
    return ours[1], theirs[1]


@formula(
    "dropout",
    r"\begin{gathered} h_i' = \frac{m_i}{1 - p}\, h_i \\ "
    r"m_i \sim \mathrm{Bernoulli}(1 - p) \end{gathered}",
)
def _dropout() -> tuple[object, object]:
    h = numbers(20_000).abs() + 0.1
    torch.manual_seed(0)
    dropped = nn.Dropout(0.3)(h)
    mask = (dropped != 0).double()
    assert mask.mean().item() == pytest.approx(1 - 0.3, abs=0.02)
    return mask / (1 - 0.3) * h, dropped


@formula("batch-normalization", r"y = \gamma\, \frac{x - \mu_B}{\sqrt{\sigma_B^2 + \epsilon}} + \beta")
def _batch_normalization() -> tuple[object, object]:
    layer, x = nn.BatchNorm1d(3, dtype=torch.float64), numbers(8, 3)
    nn.init.normal_(layer.weight), nn.init.normal_(layer.bias)
    standard = (x - x.mean(0)) / (x.var(0, correction=0) + layer.eps).sqrt()
    return (layer.weight * standard + layer.bias).detach(), layer(x).detach()


@formula("layer-normalization", r"y_i = \gamma_i\, \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta_i")
def _layer_normalization() -> tuple[object, object]:
    layer, x = nn.LayerNorm(5, dtype=torch.float64), numbers(4, 5)
    nn.init.normal_(layer.weight), nn.init.normal_(layer.bias)
    standard = (x - x.mean(1, keepdim=True)) / (x.var(1, correction=0, keepdim=True) + layer.eps).sqrt()
    return (layer.weight * standard + layer.bias).detach(), layer(x).detach()


@formula("receptive-field", r"r_l = r_{l-1} + (k_l - 1) \prod_{i<l} s_i")
def _receptive_field() -> tuple[object, object]:
    layers, r, jump = [(3, 1), (2, 2), (3, 1), (3, 2)], 1, 1
    for k, s in layers:
        r, jump = r + (k - 1) * jump, jump * s
    x = torch.zeros(1, 1, 64, requires_grad=True)
    network = nn.Sequential(*(nn.Conv1d(1, 1, k, stride=s) for k, s in layers))
    (gradient,) = torch.autograd.grad(network(x)[0, 0, 5], x)
    return r, torch.count_nonzero(gradient).item()


@formula(
    "lstm",
    r"\begin{gathered} c_t = f_t \odot c_{t-1} + i_t \odot g_t \\ "
    r"h_t = o_t \odot \tanh(c_t) \end{gathered}",
)
def _lstm() -> tuple[object, object]:
    cell, x = nn.LSTMCell(3, 4, dtype=torch.float64), numbers(1, 3)
    h, c = numbers(1, 4, seed=1), numbers(1, 4, seed=2)
    sums = x @ cell.weight_ih.T + cell.bias_ih + h @ cell.weight_hh.T + cell.bias_hh
    i, f, g, o = sums.chunk(4, dim=1)
    kept = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    state = torch.sigmoid(o) * torch.tanh(kept)
    theirs = cell(x, (h, c))
    return torch.cat([state, kept]).detach(), torch.cat(theirs).detach()


@formula("attention", r"\mathrm{softmax}\!\left(\frac{Q K^\top}{\sqrt{d_k}}\right) V")
def _attention() -> tuple[object, object]:
    q, k, v = numbers(3, 4), numbers(5, 4, seed=1), numbers(5, 2, seed=2)
    ours = torch.softmax(q @ k.T / math.sqrt(4), dim=1) @ v
    return ours, functional.scaled_dot_product_attention(q[None], k[None], v[None])[0]
