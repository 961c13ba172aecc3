"""Weights that runs begin with: kept by their fingerprint, an owner's own, for as long as the home stands."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from dlcore.errors import RunError, WeightsError, no_room
from dlcore.i18n import N_, Text
from dlcore.runs.artifacts import Artifacts
from dlcore.runs.store.engine import DiskFull

if TYPE_CHECKING:
    from torch import nn

    from dlcore.experiment import Experiment, Start

FOLDER = "weights"


def keep(artifacts: Artifacts, owner: str, content: bytes) -> str:
    """Store a safetensors file once; returns its fingerprint. Raises DiskFull where there is no room for it."""
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        artifacts.place.write(_name(owner, sha256), content)
    except OSError as error:
        raise DiskFull if no_room(error) else error from None
    return sha256


def kept(artifacts: Artifacts, owner: str, start: Start) -> bytes:
    """The file with this fingerprint. Raises WeightsError where this owner has none, or it was changed."""
    try:
        content = artifacts.place.read(_name(owner, start.weights))
    except OSError:
        raise _gone(start) from None
    if hashlib.sha256(content).hexdigest() != start.weights:
        raise _gone(start)
    return content


def _gone(start: Start) -> WeightsError:
    return WeightsError(Text(N_("The weights to begin with are not here: {origin}."), origin=start.origin))


def check(artifacts: Artifacts, owner: str, experiment: Experiment) -> None:
    """Refuse weights that do not fit the layers as they stand: by the file's header, no number is read.

    It is asked at every edit; whether the file is still what was kept is for `kept` to say, before training.
    Raises WeightsError where the file is not there, or does not fit.
    """
    from dlcore.export.weights import fits

    start = experiment.start
    if start is None:
        return
    try:
        stream = artifacts.place.open(_name(owner, start.weights))
    except OSError:
        raise _gone(start) from None
    with stream:
        fits(stream, f"{start.origin or FOLDER}.safetensors", bare(experiment))


def hand_over(artifacts: Artifacts, owner: str, to: str, start: Start) -> None:
    """Keep an owner's weights for another one as well."""
    keep(artifacts, to, kept(artifacts, owner, start))


def bare(experiment: Experiment) -> nn.Module:
    """The network on the meta device: names and shapes, no numbers."""
    import torch

    from dlcore import network

    with torch.device("meta"):
        module: nn.Module = network.call(experiment.network, network.about_of(experiment)).build()
    return module


def forget(artifacts: Artifacts, owner: str) -> None:
    """Remove all weights of an owner."""
    artifacts.place.remove_folder(_folder(owner))


def _name(owner: str, sha256: str) -> str:
    if not all(each in "0123456789abcdef" for each in sha256):
        raise RunError(Text(N_("Nobody in particular cannot keep anything here.")))
    return f"{_folder(owner)}/{sha256}"


def _folder(owner: str) -> str:
    """Names never become paths: the folder is a fingerprint of the owner."""
    if not owner:
        raise RunError(Text(N_("Nobody in particular cannot keep anything here.")))
    return f"{FOLDER}/{hashlib.sha256(owner.encode()).hexdigest()[:32]}"
