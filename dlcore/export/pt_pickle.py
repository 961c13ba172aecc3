"""What the pickle in a file of torch.save says, without unpickling it.

A pickle is a program for a machine with a stack. This machine takes the steps that a state_dict is written with, and no
others: a name stays a name, nothing is imported, called or made, and a tensor is what is said of it. Whatever a program
asks for, it costs a word; and so do as many steps as a file may have.
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Callable
from typing import Any, NamedTuple

MOST_STEPS = 200_000  # some sixty write a tensor
MOST_DIMENSIONS = 64
MOST = 2**63  # what torch counts with
# Kind of storage -> (what safetensors calls its numbers, bytes of one).
KINDS = {
    "DoubleStorage": ("F64", 8), "FloatStorage": ("F32", 4), "HalfStorage": ("F16", 2), "BFloat16Storage": ("BF16", 2),
    "LongStorage": ("I64", 8), "IntStorage": ("I32", 4), "ShortStorage": ("I16", 2), "CharStorage": ("I8", 1),
    "ByteStorage": ("U8", 1), "BoolStorage": ("BOOL", 1),
}  # fmt: skip


class NotWeightsError(ValueError):
    """A program that torch.save never writes for a state_dict, or one that is torn."""


class Name(NamedTuple):
    """Something that the program wants to have imported; it is not."""

    module: str
    name: str


class Storage(NamedTuple):
    """Numbers that lie in the file under `key`."""

    kind: str
    key: str
    length: int  # in numbers


class Outline(NamedTuple):
    """A tensor as the program describes it: a view of a storage, which it does not leave."""

    storage: Storage
    shape: tuple[int, ...]

    @property
    def dtype(self) -> str:
        """As safetensors calls it."""
        return KINDS[self.storage.kind][0]


def read(program: bytes) -> dict[str, Outline]:
    """Name -> tensor. Raises NotWeightsError for whatever is not the pickle of a state_dict."""
    try:
        state = _Machine(program).run()
    except (LookupError, TypeError, ValueError, AttributeError, struct.error) as error:
        raise NotWeightsError(str(error)) from None
    if type(state) is not dict or not all(type(each) is Outline for each in state.values()):
        raise NotWeightsError("not a state_dict")
    return state


class _Machine:
    """The stack, what was put below each mark, and what is remembered by number."""

    def __init__(self, program: bytes) -> None:
        self._file = io.BytesIO(program)
        self._stack: list[Any] = []
        self._below: list[list[Any]] = []
        self._memo: dict[int, Any] = {}

    def run(self) -> Any:
        for _ in range(MOST_STEPS):
            step = self._file.read(1)
            if step == b".":
                return self._stack.pop()
            STEPS[step](self)
        raise NotWeightsError("too many steps")

    def number(self, form: str) -> Any:
        """A number of this form, as `struct` writes it, that stands next in the program."""
        return struct.unpack(form, self._file.read(struct.calcsize(form)))[0]

    def push(self, value: Any) -> None:
        self._stack.append(value)

    def text(self) -> None:
        self.push(self._file.read(self.number("<I")).decode())

    def long(self) -> None:
        self.push(int.from_bytes(self._file.read(self.number("B")), "little", signed=True))

    def name(self) -> None:
        module, name = (self._file.readline()[:-1].decode() for _ in range(2))
        self.push(Name(module, name))

    def mark(self) -> None:
        self._below.append(self._stack)
        self._stack = []

    def since_mark(self) -> list[Any]:
        found, self._stack = self._stack, self._below.pop()
        return found

    def last(self, count: int) -> tuple[Any, ...]:
        return tuple(reversed([self._stack.pop() for _ in range(count)]))

    def remember(self, form: str) -> None:
        self._memo[self.number(form)] = self._stack[-1]

    def recall(self, form: str) -> None:
        self.push(self._memo[self.number(form)])

    def append(self, values: list[Any]) -> None:
        list.extend(self._stack[-1], values)

    def set_items(self, values: list[Any]) -> None:
        if not all(type(key) is str for key in values[::2]):
            raise NotWeightsError("a key that is no text")
        dict.update(self._stack[-1], zip(values[::2], values[1::2], strict=True))

    def storage(self) -> None:
        word, kind, key, _device, length = self._stack.pop()
        known = type(kind) is Name and kind.module == "torch" and kind.name in KINDS
        if word != "storage" or not known or type(key) is not str or not _whole(length):
            raise NotWeightsError("a storage that torch.save does not write")
        self.push(Storage(kind.name, key, length))

    def call(self) -> None:
        function, given = self.last(2)
        if type(function) is not Name:  # nothing else is looked up: a nest of tuples would take no end of depth
            raise NotWeightsError("a call of something that has no name")
        self.push(CALLS[function](*given))

    def build(self) -> None:
        """What an OrderedDict knows beside its entries: the versions of its layers, which nobody asks for here."""
        self._stack.pop()
        if type(self._stack[-1]) is not dict:
            raise NotWeightsError("a state of something that is no state_dict")


def _tensor(storage: Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_more: Any) -> Outline:
    """Raises NotWeightsError where it has more numbers than its storage, or others."""
    if type(storage) is not Storage or type(shape) is not tuple or type(strides) is not tuple:
        raise NotWeightsError("a tensor that torch.save does not write")
    if len(shape) > MOST_DIMENSIONS or not all(map(_whole, (offset, *shape, *strides))):
        raise NotWeightsError("a tensor of another geometry")
    if any(size > 1 and not stride for size, stride in zip(shape, strides, strict=True)):
        raise NotWeightsError("a tensor that is one number, many times")
    count = math.prod(shape)
    last = offset + sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True))
    if count and (count > storage.length or last >= storage.length):
        raise NotWeightsError("a tensor views more than it holds")
    return Outline(storage, shape)


def _mapping() -> dict[str, Any]:
    return {}


def _parameter(tensor: Outline, *_more: Any) -> Outline:
    return tensor


def _with_attributes(function: Name, _type: Name, given: tuple[Any, ...], *_more: Any) -> Any:
    if function != _TENSOR:
        raise NotWeightsError("attributes of something that is no tensor")
    return _tensor(*given)


def _whole(number: Any) -> bool:
    return type(number) is int and 0 <= number < MOST


# What a state_dict has called when it is unpickled, and what stands here for that.
_TENSOR = Name("torch._utils", "_rebuild_tensor_v2")
CALLS: dict[Name, Callable[..., Any]] = {
    Name("collections", "OrderedDict"): _mapping,
    _TENSOR: _tensor,
    Name("torch._utils", "_rebuild_parameter"): _parameter,
    Name("torch._utils", "_rebuild_parameter_with_state"): _parameter,
    Name("torch._tensor", "_rebuild_from_type_v2"): _with_attributes,
}

STEPS: dict[bytes, Callable[[_Machine], None]] = {
    b"\x80": lambda machine: machine.number("B"),
    b"c": _Machine.name,
    b"(": _Machine.mark,
    b"t": lambda machine: machine.push(tuple(machine.since_mark())),
    b")": lambda machine: machine.push(()),
    b"\x85": lambda machine: machine.push(machine.last(1)),
    b"\x86": lambda machine: machine.push(machine.last(2)),
    b"\x87": lambda machine: machine.push(machine.last(3)),
    b"N": lambda machine: machine.push(None),
    b"\x88": lambda machine: machine.push(True),
    b"\x89": lambda machine: machine.push(False),
    b"K": lambda machine: machine.push(machine.number("B")),
    b"M": lambda machine: machine.push(machine.number("<H")),
    b"J": lambda machine: machine.push(machine.number("<i")),
    b"G": lambda machine: machine.push(machine.number(">d")),
    b"\x8a": _Machine.long,
    b"X": _Machine.text,
    b"q": lambda machine: machine.remember("B"),
    b"r": lambda machine: machine.remember("<I"),
    b"h": lambda machine: machine.recall("B"),
    b"j": lambda machine: machine.recall("<I"),
    b"}": lambda machine: machine.push({}),
    b"]": lambda machine: machine.push([]),
    b"a": lambda machine: machine.append(list(machine.last(1))),
    b"e": lambda machine: machine.append(machine.since_mark()),
    b"s": lambda machine: machine.set_items(list(machine.last(2))),
    b"u": lambda machine: machine.set_items(machine.since_mark()),
    b"Q": _Machine.storage,
    b"R": _Machine.call,
    b"b": _Machine.build,
}
