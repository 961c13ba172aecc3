"""Weights as files: written so that plain torch reads them, read so that nothing but weights comes in.

A `.safetensors` file is a header and numbers: its header is compared with the network before a number is read.
A `.pt` file is a zip around a pickle. What it says is read first without unpickling it (`pt_file`) and compared with
the network. Only what fits is unpickled, by `weights_only=True` alone, in a child process that ends right after; what
comes back from there is a safetensors file, and is held to the same checks.
"""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Literal

import torch
from safetensors.torch import load as load_safetensors
from safetensors.torch import save as save_safetensors
from torch import Tensor, nn

from dlcore.errors import WeightsError
from dlcore.export import pt_file
from dlcore.export.pt_pickle import MOST, MOST_DIMENSIONS
from dlcore.i18n import N_, Text
from dlcore.inference.trained import State

Format = Literal["safetensors", "pt"]

_MAX_HEADER_BYTES = 5_000_000
_OVERHEAD_BYTES = 2_000_000  # what a file may hold beside the numbers: names, the pickle, zip records
_CHILD = Path(__file__).with_name("unpack_pt.py")
_CHILD_SECONDS = 120
MOST_OF_A_NAME = 80  # characters that a message repeats
MOST_OF_A_KIND = 20
_DTYPES = {torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16",
           torch.int64: "I64", torch.int32: "I32", torch.bool: "BOOL"}  # fmt: skip


def save(state: State, format: Format, metadata: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a weights file; `.pt` holds the state_dict itself, for `torch.load(…, weights_only=True)`."""
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in state.items()}
    if format == "safetensors":
        return save_safetensors(plain, dict(metadata) if metadata else None)
    buffer = io.BytesIO()
    torch.save(plain, buffer)
    return buffer.getvalue()


def read(raw: bytes, filename: str, network: nn.Module) -> dict[str, Tensor]:
    """The state_dict in a file from outside, for this network (which may lie on the meta device).

    Raises WeightsError, before anything large is read, for what is no weights file, holds more than weights,
    or does not fit: one sentence for every tensor that is missing, unexpected or of another shape.
    """
    raw = fitting(raw, filename, network)
    try:
        return load_safetensors(raw)
    except Exception as error:  # the reader raises kinds of its own; all of them mean a broken file
        raise WeightsError(Text(N_("{file} is damaged: {reason}."), file=filename, reason=str(error))) from None


def fitting(raw: bytes, filename: str, network: nn.Module) -> bytes:
    """The same weights as a safetensors file, known to fit this network by its header: no number is read here.

    A `.pt` is unpacked by a child process that is thrown away. Raises WeightsError as `read` does.
    """
    expected = network.state_dict()
    limit = sum(tensor.numel() * tensor.element_size() for tensor in expected.values()) + _OVERHEAD_BYTES
    if len(raw) > limit:
        raise WeightsError(
            Text(
                N_("{file} has {size} bytes, but the weights of this network take at most {limit}."),
                file=filename,
                size=f"{len(raw):,}",
                limit=f"{limit:,}",
            )
        )
    kind = Path(filename).suffix.lower()
    if kind == ".pt" or kind == ".pth":
        _compare(pt_file.outline(raw, filename, limit), expected, filename, network)
        raw = _through_a_child(raw, filename)
    elif kind != ".safetensors":
        raise WeightsError(Text(N_("{file}: weights come as .safetensors or .pt."), file=filename))
    _compare(_header(raw, filename), expected, filename, network)
    return raw


def whole(raw: bytes, filename: str) -> bytes:
    """The same file, known to be one of safetensors by its header, for whatever network. Raises WeightsError."""
    _header(raw, filename)
    return raw


def fits(stream: BinaryIO, filename: str, network: nn.Module) -> None:
    """Hold a safetensors file that is kept here against a network: its header is read, and nothing after it.

    Raises WeightsError as `read` does.
    """
    first = stream.read(8)
    length = min(int.from_bytes(first, "little"), _MAX_HEADER_BYTES)
    _compare(_header(first + stream.read(length), filename), network.state_dict(), filename, network)


def _header(raw: bytes, filename: str) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Name -> (dtype, shape) as a safetensors header says, without reading a number."""
    try:
        (length,) = struct.unpack("<Q", raw[:8])
        if length > min(_MAX_HEADER_BYTES, len(raw) - 8):
            raise ValueError
        header = json.loads(raw[8 : 8 + length])
        return {
            name: (_short(str(each["dtype"])), _shape(each["shape"]))
            for name, each in header.items()
            if name != "__metadata__"
        }
    except (struct.error, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise WeightsError(Text(N_("{file} is not a safetensors file."), file=filename)) from None


def _short(kind: str) -> str:
    """The name of a kind of numbers. Raises ValueError for one too long to be said."""
    if len(kind) > MOST_OF_A_KIND:
        raise ValueError
    return kind


def _shape(told: Sequence[Any]) -> tuple[int, ...]:
    """Raises ValueError for one of no tensor, or of more digits than anybody would read."""
    shape = tuple(map(int, told))
    if len(shape) > MOST_DIMENSIONS or any(abs(size) >= MOST for size in shape):
        raise ValueError
    return shape


def _compare(
    found: Mapping[str, tuple[str, tuple[int, ...]]], expected: State, filename: str, network: nn.Module
) -> None:
    wrong = mismatches(
        {name: shape for name, (_, shape) in found.items()},
        {name: tuple(tensor.shape) for name, tensor in expected.items()},
        lambda name: _placed(name, network),
    )
    for name, tensor in expected.items():
        if name in found and found[name][0] != _DTYPES.get(tensor.dtype):
            wrong.append(
                Text(
                    N_("{name} holds {received} numbers; the network expects {expected}."),
                    name=_placed(name, network),
                    received=found[name][0],
                    expected=_DTYPES.get(tensor.dtype, str(tensor.dtype)),
                )
            )
    if wrong:
        raise WeightsError(
            Text(N_("{file} does not fit this network: {mismatches}"), file=filename, mismatches=_listed(wrong))
        )


def _placed(name: str, network: nn.Module) -> Text | str:
    """«1.weight (layer 2, Linear)»: a tensor with the layer it belongs to, where there is one."""
    short = name if len(name) <= MOST_OF_A_NAME else f"{name[:MOST_OF_A_NAME]}…"
    number = name.partition(".")[0]
    layers = dict(network.named_children())
    if number not in layers or not number.isdigit():
        return short
    layer = type(layers[number]).__name__
    return Text(N_("{name} (layer {number}, {layer})"), name=short, number=int(number) + 1, layer=layer)


def mismatches(
    found: Mapping[str, tuple[int, ...]],
    expected: Mapping[str, tuple[int, ...]],
    said: Callable[[str], Text | str] = str,
) -> list[Text]:
    """One sentence for each tensor that is missing, unexpected or of another shape; empty where all fit.

    said: how a tensor is called in a sentence.
    """
    wrong = [Text(N_("{name} is missing."), name=said(name)) for name in expected if name not in found]
    wrong += [Text(N_("{name} is unexpected."), name=said(name)) for name in found if name not in expected]
    wrong += [
        Text(N_("{name} has the shape {received}; the network expects {expected}."), name=said(name),
             received=list(found[name]), expected=list(shape))
        for name, shape in expected.items()
        if name in found and tuple(found[name]) != tuple(shape)
    ]  # fmt: skip
    return wrong


def _listed(texts: list[Text], most: int = 8) -> Text:
    """The first sentences as one Text, and how many more there are."""
    joined = texts[0]
    for text in texts[1:most]:
        joined = Text(N_("{first} {second}"), first=joined, second=text)
    rest = len(texts) - most
    return Text(N_("{mismatches} … and {count} more."), mismatches=joined, count=rest) if rest > 0 else joined


def _through_a_child(raw: bytes, filename: str) -> bytes:
    """A `.pt` file as the bytes of a safetensors file, unpickled in a process that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        received, made = Path(folder, "received.pt"), Path(folder, "made.safetensors")
        pt_file.write_anew(raw, filename, received)
        try:
            child = subprocess.run(
                [sys.executable, "-I", str(_CHILD), str(received), str(made)],
                capture_output=True, text=True, timeout=_CHILD_SECONDS, check=False)  # fmt: skip
        except subprocess.TimeoutExpired:
            raise WeightsError(Text(N_("{file} could not be read in time."), file=filename)) from None
        if child.returncode or not made.exists():
            raise pt_file.not_opened(filename)
        return made.read_bytes()
