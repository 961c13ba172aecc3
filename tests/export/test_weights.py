"""Weights go out readable by plain torch, and nothing but weights comes in."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch
from safetensors.torch import load as load_safetensors
from torch import nn

from dlcore.errors import WeightsError
from dlcore.export import weights

MEGABYTE = 1_000_000


def network(width: int = 8) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(4, width), nn.BatchNorm1d(width), nn.ReLU(), nn.Linear(width, 3))


def torch_file(value: Any) -> bytes:
    buffer = io.BytesIO()
    torch.save(value, buffer)
    return buffer.getvalue()


def refusal(raw: bytes, filename: str) -> str:
    with pytest.raises(WeightsError) as caught:
        weights.read(raw, filename, network())
    return str(caught.value)


@pytest.mark.parametrize("format", ["safetensors", "pt"])
def test_weights_come_back_as_they_went_out(format: weights.Format) -> None:
    state = network().state_dict()
    back = weights.read(weights.save(state, format), f"mine.{format}", network().to("meta"))
    assert back.keys() == state.keys()
    assert all(torch.equal(back[name], state[name]) for name in state)


def test_plain_torch_and_plain_safetensors_read_the_files() -> None:
    state = network().state_dict()
    from_pt = torch.load(io.BytesIO(weights.save(state, "pt")), weights_only=True)
    from_safetensors = load_safetensors(weights.save(state, "safetensors"))
    for loaded in (from_pt, from_safetensors):
        network().load_state_dict(loaded, strict=True)


def test_each_mismatch_has_its_sentence() -> None:
    state = network(width=9).state_dict()
    del state["4.bias"]
    state["extra"] = torch.zeros(1)
    said = refusal(weights.save(state, "safetensors"), "other.safetensors")
    assert "4.bias (layer 5, Linear) is missing." in said
    assert "extra is unexpected." in said
    assert "1.weight (layer 2, Linear) has the shape [9, 4]; the network expects [8, 4]." in said


def test_numbers_of_another_kind_are_refused() -> None:
    state = {name: tensor.double() for name, tensor in network().state_dict().items()}
    assert "F64" in refusal(weights.save(state, "safetensors"), "double.safetensors")


class Canary:
    """Makes a folder when it is unpickled by a reader that runs code."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("name", ["evil.pt", "evil.pth", "evil.safetensors"])
def test_code_in_a_file_never_runs(tmp_path: Path, name: str) -> None:
    canary = tmp_path / "canary"
    for raw in (torch_file({"1.weight": Canary(canary)}), pickle.dumps(Canary(canary))):
        refusal(raw, name)
    assert not canary.exists()


def test_a_compressed_bomb_is_refused_without_being_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("archive/data/0", b"\0" * 190 * MEGABYTE)
    before = psutil.Process().memory_info().rss
    assert "never writes" in refusal(buffer.getvalue(), "bomb.pt")
    assert psutil.Process().memory_info().rss - before < 50 * MEGABYTE


def test_a_small_file_that_views_ten_billion_elements_is_refused() -> None:
    bomb = torch_file({"1.weight": torch.zeros(1).expand(10**10)})
    before = psutil.Process().memory_info().rss
    assert "not opened" in refusal(bomb, "view.pt")
    assert psutil.Process().memory_info().rss - before < 50 * MEGABYTE


def test_a_small_file_that_asks_for_a_hundred_gigabytes_is_refused() -> None:
    """`bytearray(10**11)` is among what `weights_only=True` allows a pickle to call."""
    asks = b"\x80\x02cbuiltins\nbytearray\n" + pickle.dumps((10**11,), 2)[2:-1] + b"R."
    buffer = io.BytesIO(torch_file({}))
    with zipfile.ZipFile(buffer) as known, zipfile.ZipFile(packed := io.BytesIO(), "w") as bomb:
        for name in known.namelist():
            bomb.writestr(name, asks if name.endswith("data.pkl") else known.read(name))
    before = psutil.Process().memory_info().rss
    assert "not opened" in refusal(packed.getvalue(), "bomb.pt")
    assert psutil.Process().memory_info().rss - before < 50 * MEGABYTE


def test_a_file_larger_than_the_network_is_refused_unread() -> None:
    assert "at most" in refusal(b"\0" * 3 * MEGABYTE, "large.safetensors")


@pytest.mark.parametrize("raw", [b"", b"\xff" * 64, b"\x08" + b"\0" * 7 + b"nonsense", b"\x02" + b"\0" * 7 + b"[]"])
@pytest.mark.parametrize("name", ["broken.safetensors", "broken.pt"])
def test_what_is_no_weights_file_gets_a_sentence(raw: bytes, name: str) -> None:
    assert name in refusal(raw, name)


def test_a_truncated_file_is_refused() -> None:
    raw = weights.save(network().state_dict(), "safetensors")
    assert "damaged" in refusal(raw[:-5], "torn.safetensors")


def test_another_ending_is_refused_by_name() -> None:
    assert ".safetensors or .pt" in refusal(b"x", "weights.h5")
