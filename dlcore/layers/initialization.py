"""How the first weights are drawn, where torch's own way is not wanted."""

from __future__ import annotations

from torch import nn

WEIGHTS = {  # what is done to the weights of each linear and convolution layer; biases become zero
    "xavier_uniform": "nn.init.xavier_uniform_(module.weight)",
    "xavier_normal": "nn.init.xavier_normal_(module.weight)",
    "kaiming_uniform": 'nn.init.kaiming_uniform_(module.weight, nonlinearity="relu")',
    "kaiming_normal": 'nn.init.kaiming_normal_(module.weight, nonlinearity="relu")',
    "zeros": "nn.init.zeros_(module.weight)",
}


def initialize(model: nn.Module, name: str) -> None:
    """Draw the weights anew, by a key of `WEIGHTS`; `default` leaves them as torch drew them.

    Source: torch.nn.init; Glorot and Bengio, 2010; He et al., 2015.
    """
    if name == "default":
        return
    kind, _, spread = name.partition("_")
    for module in model.modules():
        if isinstance(module, nn.Linear | nn.modules.conv._ConvNd):
            _draw(module, kind, spread)


def _draw(module: nn.Linear | nn.modules.conv._ConvNd, kind: str, spread: str) -> None:
    if kind == "zeros":
        nn.init.zeros_(module.weight)
    elif kind == "xavier":
        (nn.init.xavier_uniform_ if spread == "uniform" else nn.init.xavier_normal_)(module.weight)
    else:
        draw = nn.init.kaiming_uniform_ if spread == "uniform" else nn.init.kaiming_normal_
        draw(module.weight, nonlinearity="relu")
    if module.bias is not None:
        nn.init.zeros_(module.bias)


def source(name: str) -> list[str]:
    """The lines of Python that do the same to `model`; none for torch's default."""
    if name == "default":
        return []
    return [
        "for module in model.modules():",
        "    if isinstance(module, (nn.Linear, nn.modules.conv._ConvNd)):",
        f"        {WEIGHTS[name]}",
        "        if module.bias is not None:",
        "            nn.init.zeros_(module.bias)",
    ]
