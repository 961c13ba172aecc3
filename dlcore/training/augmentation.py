"""Pictures changed by chance while the network learns from them: kornia's own transformations, one declaration each.

Only batches of the training part are changed, on the device, after scaling; scores are measured on the pictures as they
are. Chance has a stream of its own here, drawn from `seed + 3`: whatever is augmented, first weights, order of batches
and dropout stay what they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from dlcore.data.base import About
from dlcore.declaration import Call, setting
from dlcore.errors import ExperimentError
from dlcore.i18n import N_, Text
from dlcore.registry import AUGMENTATIONS
from dlcore.training.choice import Choice
from dlcore.training.randomness import RandomStream

MODULE = "kornia.augmentation"
SEED = 3  # added to the experiment's


class Augmentation(Choice):
    """A change by chance, by kornia's own name. `call` is for pictures of (channels, height, width)."""

    REGISTRY = AUGMENTATIONS
    abstract: ClassVar[bool] = True

    p: float = setting(0.5, ge=0, le=1, help=N_("Share of the pictures that are changed."))

    def call(self, shape: Sequence[int]) -> Call:
        """The call of kornia."""
        return Call(self.name, **self.arguments(shape), p=self.p, module=MODULE)

    def arguments(self, shape: Sequence[int]) -> dict[str, Any]:
        """What kornia is given beside `p`."""
        return {}


class RandomHorizontalFlip(Augmentation):
    """Mirrors left and right: a cat stays a cat, but a b becomes a d.

    Source: kornia.augmentation.RandomHorizontalFlip.
    """


class RandomVerticalFlip(Augmentation):
    """Mirrors top and bottom, for pictures that know no up.

    Source: kornia.augmentation.RandomVerticalFlip.
    """


class RandomRotation(Augmentation):
    """Turns by an angle up to so many degrees either way.

    Source: kornia.augmentation.RandomRotation.
    """

    degrees: float = setting(15.0, gt=0, le=180, main=True, help=N_("The largest angle, either way."))

    def arguments(self, shape: Sequence[int]) -> dict[str, Any]:
        return {"degrees": self.degrees}


class RandomTranslate(Augmentation):
    """Shifts sideways and up or down, by a share of the picture.

    Source: kornia.augmentation.RandomTranslate.
    """

    translate: float = setting(
        0.1, gt=0, le=1, main=True, help=N_("The largest shift, as a share of width and of height.")
    )

    def arguments(self, shape: Sequence[int]) -> dict[str, Any]:
        far = (-self.translate, self.translate)
        return {"translate_x": far, "translate_y": far}


class RandomAffine(Augmentation):
    """Zooms in and out.

    Source: kornia.augmentation.RandomAffine with its scale.
    """

    smallest: float = setting(0.8, gt=0, le=1, main=True, help=N_("The smallest size, where 1 is the picture's own."))
    largest: float = setting(1.2, ge=1, le=4, main=True, help=N_("The largest size, where 1 is the picture's own."))

    def arguments(self, shape: Sequence[int]) -> dict[str, Any]:
        return {"degrees": 0.0, "scale": (self.smallest, self.largest)}


class RandomResizedCrop(Augmentation):
    """Cuts out a part and makes it as large as the picture.

    Source: kornia.augmentation.RandomResizedCrop.
    """

    smallest: float = setting(0.5, gt=0, le=1, main=True, help=N_("The smallest part, as a share of the area."))

    def arguments(self, shape: Sequence[int]) -> dict[str, Any]:
        return {"size": (shape[1], shape[2]), "scale": (self.smallest, 1.0)}


class RandomGaussianNoise(Augmentation):
    """Adds a little random number to every pixel.

    Source: kornia.augmentation.RandomGaussianNoise.
    """

    std: float = setting(0.1, gt=0, le=10, main=True, help=N_("How strong; scaled pixels have a deviation of 1."))

    def arguments(self, shape: Sequence[int]) -> dict[str, Any]:
        return {"std": self.std}


class RandomBrightness(Augmentation):
    """Makes the whole picture lighter or darker.

    Source: kornia.augmentation.RandomBrightness, its output not clipped: scaled pixels have no white.
    """

    brightness: float = setting(
        0.3, gt=0, le=1, main=True, help=N_("How much is added or taken away at most, in units of the scaled pixels.")
    )

    def arguments(self, shape: Sequence[int]) -> dict[str, Any]:
        return {"brightness": (1 - self.brightness, 1 + self.brightness), "clip_output": False}


class Augmenter:
    """The changes of an experiment in their order, with their own random numbers."""

    def __init__(self, chosen: Sequence[Augmentation], shape: Sequence[int], seed: int, device: torch.device) -> None:
        self.chance = RandomStream(seed + SEED, device)
        self._changes = nn.Sequential(*(each.call(shape).build() for each in chosen)) if chosen else None

    def __call__(self, x: Tensor) -> Tensor:
        """A batch of pictures (N, C, H, W), changed; anything else as it is, where nothing was chosen."""
        if self._changes is None:
            return x
        self.chance.begin()
        changed: Tensor = self._changes(x)
        self.chance.leave()
        return changed


def check(chosen: Sequence[Augmentation], about: About) -> None:
    """Raises ExperimentError where there is something to change and the examples are no pictures."""
    if chosen and (len(about.shape) != 3 or about.shape.vocabulary is not None):
        raise ExperimentError(
            Text(N_("changes pictures, but an example here is {shape}"), shape=str(about.shape)),
            "training.augmentation",
        )
