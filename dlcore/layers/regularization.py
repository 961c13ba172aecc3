"""Layers that disturb training on purpose, so that the network does not learn its examples by heart."""

from __future__ import annotations

from dlcore.declaration import Call, Shape, setting
from dlcore.i18n import N_
from dlcore.layers.base import Layer


class Dropout(Layer):
    """While training, sets a random share p of the values to zero and enlarges the others by 1/(1 − p); then rests.

    No neuron can rely on one neighbour alone, which holds overfitting back. In use, nothing is dropped.
    Shapes: (N, *) -> (N, *). Source: torch.nn.Dropout; Srivastava et al., 2014.
    """

    kind = "regularization"
    bends = "no"

    p: float = setting(0.5, ge=0, lt=1, main=True, help=N_("Share of the values set to zero while training."))

    def call(self, received: Shape) -> Call:
        return Call(self.name, self.p)
