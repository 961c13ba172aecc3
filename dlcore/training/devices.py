"""Which device a run uses, and what it is called."""

from __future__ import annotations

import functools
import platform
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from dlcore.data.base import Data, Part
from dlcore.errors import ExperimentError
from dlcore.i18n import N_, Text


def available() -> dict[str, str]:
    """The devices of this machine, best first: `{"cuda": "NVIDIA H200", "cpu": "…"}`."""
    found = {}
    if torch.cuda.is_available():
        found["cuda"] = torch.cuda.get_device_name()
    if torch.backends.mps.is_available():
        found["mps"] = "Apple GPU"
    return {**found, "cpu": cpu_name()}


def name_of(device: torch.device) -> str:
    """What this device is called: "NVIDIA H200", or the processor's name."""
    return available()[device.type]


def pick(wanted: str) -> torch.device:
    """The device for a wish; `auto` is the best there is. Raises ExperimentError where the wish cannot be met."""
    known = available()
    if wanted == "auto":
        return torch.device(next(iter(known)))
    if wanted not in known:
        raise ExperimentError(
            Text(
                N_("{wanted} is not on this machine. Allowed: {allowed}."),
                wanted=wanted,
                allowed=", ".join(["auto", *known]),
            ),
            "training.device",
        )
    return torch.device(wanted)


@functools.cache
def cpu_name() -> str:
    """The processor as its maker calls it."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def has_fast_bfloat16(device: torch.device) -> bool:
    """Whether numbers of half the digits are worth it here."""
    return device.type == "mps" or (device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False))


def mixed(model: nn.Module, device: torch.device) -> Callable[[Tensor], Tensor]:
    """The model's forward pass with products in bfloat16 where the device does them faster; elsewhere as it is.

    Shapes: (N, *shape) -> what the model makes of it, (N, *), in float32.
    """
    if not has_fast_bfloat16(device):
        return model

    def forward(x: Tensor) -> Tensor:
        with torch.autocast(device.type, torch.bfloat16):
            prediction: Tensor = model(x)
        return prediction.float()

    return forward


def random_state(device: torch.device) -> torch.Tensor | None:
    """The state of the generator that draws dropout masks on a GPU; None on the CPU, whose state is torch's own.

    Shape: (bytes,) uint8.
    """
    if device.type == "cuda":
        return torch.cuda.get_rng_state(device)
    if device.type == "mps":
        return torch.mps.get_rng_state()
    return None


def set_random_state(device: torch.device, state: torch.Tensor | None) -> None:
    """Put back what `random_state` gave: (bytes,) uint8."""
    if state is not None and device.type == "cuda":
        torch.cuda.set_rng_state(state, device)
    if state is not None and device.type == "mps":
        torch.mps.set_rng_state(state)


def resident(data: Data, device: torch.device) -> Data:
    """The data with its parts on the device, where they take at most half of its free memory; otherwise as it was.

    What stays behind is sent a piece at a time while training.
    """
    parts = {name: getattr(data, name) for name in ("train", "validation", "test")}
    needed = sum(part.x.nbytes + part.y.nbytes for part in parts.values())
    if device.type == "cpu" or needed > _free_bytes(device) / 2:
        return data
    moved = {name: Part(part.x.to(device), part.y.to(device)) for name, part in parts.items()}
    return Data(data.about, **moved, scaling=data.scaling)


def _free_bytes(device: torch.device) -> int:
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    return torch.mps.recommended_max_memory() - torch.mps.current_allocated_memory()
