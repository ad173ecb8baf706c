"""Arrays beside JSON: a descriptor stands where the array is, its bytes follow as one binary message.

    in the JSON          {"$array": 7, "dtype": "<f2", "shape": [128, 128, 128], "bytes": 4194304}
    the binary message   uint64 id, little endian | bytes of the array in C order

A descriptor is a claim by the other side, so everything in it is checked before any memory is taken: the dtype is one
of a short list (never objects, which numpy would unpickle), the sizes agree and stay under a limit.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import ProtocolError

DTYPES = ("|u1", "<f2", "<f4", "<f8", "<i4", "<i8", "|b1")
NDIM_LIMIT = 5
BYTES_LIMIT = 1 << 30
"""Of all arrays that are under way to one side: a 256^3 grid with color is 84 MB, a 512^3 one 671 MB."""
FRAGMENT_BYTES = 1 << 20
"""Long messages go in fragments, so that either side can answer a ping or a close between two."""
ARRAY_KEY = "$array"

_ID = struct.Struct("<Q")
ID_BYTES = _ID.size


@dataclass(frozen=True)
class Descriptor:
    """What the JSON says of an array whose bytes follow."""

    id: int
    dtype: str
    shape: tuple[int, ...]
    bytes: int

    def to_json(self) -> dict[str, Any]:
        return {ARRAY_KEY: self.id, "dtype": self.dtype, "shape": list(self.shape), "bytes": self.bytes}

    @staticmethod
    def from_json(value: dict[str, Any]) -> Descriptor:
        """The checked descriptor.

        Raises:
            ProtocolError: a wrong key or type, an unknown dtype, too many axes, sizes that disagree or are too large.
        """
        if set(value) != {ARRAY_KEY, "dtype", "shape", "bytes"}:
            raise ProtocolError(f"An array is described by {sorted(value)}: expected $array, bytes, dtype and shape.")
        _check_dtype(value["dtype"])
        _check_shape(value["shape"])
        if not _is_count(value[ARRAY_KEY]) or not _is_count(value["bytes"]):
            raise ProtocolError("The id and the bytes of an array must be whole numbers, 0 or more.")
        found = Descriptor(value[ARRAY_KEY], value["dtype"], tuple(value["shape"]), value["bytes"])
        _check_bytes(found)
        return found


def describe(array: np.ndarray, id: int) -> tuple[Descriptor, np.ndarray]:
    """The descriptor of `array`, and the array as it will travel: little endian, C order (copied where it was not).

    Raises:
        ProtocolError: a dtype that does not travel (objects, text, complex), too many axes, too large.
    """
    dtype = array.dtype.newbyteorder("<").str
    _check_dtype(dtype)
    _check_shape(list(array.shape))
    descriptor = Descriptor(id, dtype, array.shape, array.nbytes)
    _check_bytes(descriptor)
    # `ascontiguousarray` would give an array without axes one axis.
    return descriptor, np.asarray(array, dtype=dtype, order="C")


def fragments(descriptor: Descriptor, array: np.ndarray) -> Iterator[bytes | memoryview]:
    """The binary message of an array from `describe`, in fragments of at most FRAGMENT_BYTES; nothing is copied."""
    yield _ID.pack(descriptor.id)
    content = array.reshape(-1).view(np.uint8).data
    for start in range(0, len(content), FRAGMENT_BYTES):
        yield content[start : start + FRAGMENT_BYTES]


def message_id(message: bytes) -> int:
    """Returns the id of the array that a binary message brings.

    Raises:
        ProtocolError: it is shorter than an id.
    """
    if len(message) < ID_BYTES:
        raise ProtocolError(f"A binary message of {len(message)} bytes is too short to name its array.")
    return int(_ID.unpack_from(message)[0])


def from_message(descriptor: Descriptor, message: bytes) -> np.ndarray:
    """The array of a binary message, as an own writable copy.

    Raises:
        ProtocolError: the message does not hold as many bytes as the descriptor said, or a bool is neither 0 nor 1.
    """
    held = len(message) - ID_BYTES
    if held != descriptor.bytes:
        raise ProtocolError(f"Array {descriptor.id} came with {held} bytes: {descriptor.bytes} were announced.")
    if descriptor.dtype == "|b1" and (np.frombuffer(message, np.uint8, offset=ID_BYTES) > 1).any():
        raise ProtocolError(f"Array {descriptor.id} holds truth values that are neither 0 nor 1.")
    return np.frombuffer(message, descriptor.dtype, offset=ID_BYTES).reshape(descriptor.shape).copy()


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 64


def _check_dtype(dtype: Any) -> None:
    if dtype not in DTYPES:
        raise ProtocolError(f"Arrays of type {dtype!r} do not travel: convert it to one of {', '.join(DTYPES)}.")


def _check_shape(shape: Any) -> None:
    if not isinstance(shape, list) or not all(_is_count(side) for side in shape):
        raise ProtocolError(f"The shape of an array must be a list of whole numbers, not {str(shape)[:80]}.")
    if len(shape) > NDIM_LIMIT:
        raise ProtocolError(f"An array has {len(shape)} axes: at most {NDIM_LIMIT} travel.")


def _check_bytes(descriptor: Descriptor) -> None:
    # Python's integers do not overflow: a shape whose product would wrap around in 64 bits is caught here.
    needed = math.prod(descriptor.shape) * np.dtype(descriptor.dtype).itemsize
    if needed != descriptor.bytes:
        raise ProtocolError(
            f"An array of shape {list(descriptor.shape)} and type {descriptor.dtype} has {needed} bytes, "
            f"not {descriptor.bytes} as announced."
        )
    # An empty array may still have an axis that numpy cannot count to.
    if math.prod(side or 1 for side in descriptor.shape) * np.dtype(descriptor.dtype).itemsize > BYTES_LIMIT:
        raise ProtocolError(
            f"An array of shape {list(descriptor.shape)} is too large to travel: ask for a lower resolution "
            f"(at most {BYTES_LIMIT / 2**20:.0f} MiB)."
        )
