"""Arrays as they are kept: what was written is what Python and a browser read, to the last bit."""

from __future__ import annotations

import base64
import gzip
import json
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies

from dlcore.probes.arrays import DTYPES, read, write
from tests.javascript import JavaScript, address
from tests.sampling import examples

CALLS = f"""
import {{ read }} from "{address("arrays.js")}";

const written = (value) => (Object.is(value, -0) ? "-0" : String(value));
function described(value) {{
  if (ArrayBuffer.isView(value)) return {{ kind: value.constructor.name, values: Array.from(value, written) }};
  if (Array.isArray(value) && value.every((each) => ArrayBuffer.isView(each) || Array.isArray(each)))
    return value.map(described);
  if (value?.constructor === Object)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, described(each)]));
  return {{ plain: value }};
}}
const calls = {{
  read: (packed) => described(read(Uint8Array.from(atob(packed), (each) => each.charCodeAt(0)).buffer)),
}};
"""

NAMES = st.text("abcxyz_0123456789", min_size=1, max_size=5)
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=8),
    st.lists(st.integers(-9, 9), max_size=3), st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip
NUMBERS = st.sampled_from(DTYPES).flatmap(
    lambda dtype: numpy_strategies.arrays(
        dtype, numpy_strategies.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=4)
    )
)
VALUES = st.recursive(
    st.one_of(PLAIN, NUMBERS), lambda each: st.dictionaries(NAMES, each, min_size=1, max_size=3), max_leaves=8
)
ARRAYS = st.dictionaries(NAMES, VALUES, max_size=5)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(each, other[name]) for name, each in one.items())
    if isinstance(one, np.ndarray):
        return (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
    return bool(one == other)


@settings(max_examples=examples(80), deadline=None)
@given(ARRAYS)
def test_what_is_written_is_read_back_to_the_last_bit(arrays: dict[str, Any]) -> None:
    assert same(arrays, read(write(arrays)))


@pytest.fixture(scope="module")
def browser() -> Iterator[JavaScript]:
    with JavaScript(CALLS) as found:
        yield found


KINDS = {
    "uint8": "Uint8Array", "int8": "Int8Array", "uint16": "Uint16Array", "int16": "Int16Array", "int32": "Int32Array",
    "float16": "Float32Array", "float32": "Float32Array", "float64": "Float64Array",
}  # fmt: skip


def in_browser(browser: JavaScript, arrays: dict[str, Any]) -> Any:
    return browser("read", base64.b64encode(gzip.decompress(write(arrays))).decode())


def agrees(told: Any, value: Any) -> bool:
    """Whether a browser has these numbers: `told` in digits, its arrays row by row."""
    if isinstance(value, dict):
        return told.keys() == value.keys() and all(agrees(told[name], each) for name, each in value.items())
    if not isinstance(value, np.ndarray):
        plain = told if told == [] else told["plain"]
        return bool(plain == value or (isinstance(value, float) and float(plain) == value))
    if value.ndim > 1:
        return len(told) == len(value) and all(agrees(*pair) for pair in zip(told, value, strict=True))
    numbers = np.array([float(each) for each in told["values"]])
    expected = value.astype(float)
    return told["kind"] == KINDS[value.dtype.name] and np.array_equal(numbers, expected, equal_nan=True) and \
        bool((np.signbit(numbers) == np.signbit(expected))[~np.isnan(expected)].all())  # fmt: skip


@settings(max_examples=examples(50), deadline=None)
@given(ARRAYS)
def test_a_browser_reads_the_same_numbers(browser: JavaScript, arrays: dict[str, Any]) -> None:
    assert agrees(in_browser(browser, arrays), arrays)


def test_a_browser_reads_every_number_of_half_precision(browser: JavaScript) -> None:
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    assert agrees(in_browser(browser, {"halves": every}), {"halves": every})


def test_the_same_arrays_are_the_same_bytes() -> None:
    arrays = {"b": np.arange(5, dtype=np.int32), "a": {"c": 1.5}}
    assert write(arrays) == write({"b": np.arange(5, dtype=np.int32), "a": {"c": 1.5}})


def test_a_single_number_that_is_none_is_null_and_in_an_array_it_stays() -> None:
    found = read(write({"single": float("nan"), "numpy": np.float32("inf"), "many": np.array([np.nan, 1, -np.inf])}))
    assert (found["single"], found["numpy"]) == (None, None)
    assert np.array_equal(found["many"], [np.nan, 1, -np.inf], equal_nan=True)


@pytest.mark.parametrize("dtype", ["int64", "bool", "complex64", "U3"])
def test_numbers_that_browsers_lack_are_refused(dtype: str) -> None:
    with pytest.raises(TypeError, match="x is of"):
        write({"x": np.zeros(3, dtype)})


def test_the_numbers_of_another_byte_order_are_turned() -> None:
    found = read(write({"x": np.array([1, 2, 258], ">i4")}))
    assert found["x"].tolist() == [1, 2, 258]


def packed(header: Any, numbers: bytes = b"") -> bytes:
    written = header if isinstance(header, bytes) else json.dumps(header).encode()
    return gzip.compress(struct.pack("<I", len(written)) + written + numbers)


WHOLE = write({"x": np.arange(100.0), "y": {"z": "text"}})


@pytest.mark.parametrize("content", [
    b"", b"nothing", WHOLE[:-9], WHOLE[: len(WHOLE) // 2], gzip.compress(b""), gzip.compress(b"\x01"),
    gzip.compress(struct.pack("<I", 2**32 - 1) + b"{}"), packed(b"\xff\xfe"), packed(b"{"), packed([1, 2]), packed(3),
    packed({"x": 3}), packed({"x": {}}), packed({"x": []}), packed({"x": ["float32", [3], 0]}),
    packed({"x": ["float32", [-1], 0]}, bytes(40)), packed({"x": ["object", [1], 0]}, bytes(8)),
    packed({"x": ["float32", [1], -4]}, bytes(40)), packed({"x": ["float32", [2**62, 2**62], 0]}, bytes(40)),
    packed({"x": ["float32", ["a"], 0]}, bytes(40)), packed({"x": {"is": 1}, "x.y": {"is": 2}}),
    packed(b"[" * 200_000),
], ids=range(22))  # fmt: skip
def test_anything_else_is_refused_with_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (whatever it says, it is this error)
        read(content)


@settings(max_examples=examples(200), deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_damaged_byte_is_no_other_error(place: int, change: int) -> None:
    damaged = bytearray(WHOLE)
    damaged[place] ^= change
    try:
        found = read(bytes(damaged))
    except ValueError:
        return
    assert same(found, read(WHOLE))  # a byte of the gzip header that says nothing
