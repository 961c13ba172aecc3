"""What a probe may see of a run."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from dlcore.data.base import About, Data


@dataclass(frozen=True, slots=True)
class ModelView:
    """A network after an epoch, and the data it learns from. Whoever looks leaves both as they are."""

    model: nn.Module  # on the device, as training left it
    data: Data
    device: torch.device
    epoch: int  # completed
    rows: int  # how many examples fit through the network at once, for `split` in eval mode

    @property
    def about(self) -> About:
        """What the network receives and is asked."""
        return self.data.about
