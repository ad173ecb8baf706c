"""Arrays as descriptors and binary messages: what goes in comes out, and no claim of the other side is believed."""

from __future__ import annotations

import numpy as np
import pytest

from backend.errors import ProtocolError
from backend.wire import arrays
from backend.wire.arrays import Descriptor
from tests.for_each import for_each


def _sent(array: np.ndarray, id: int = 7) -> tuple[Descriptor, bytes]:
    descriptor, content = arrays.describe(array, id)
    return descriptor, b"".join(arrays.fragments(descriptor, content))


def _random_array(generator: np.random.Generator) -> np.ndarray:
    shape = tuple(generator.integers(0, 5, generator.integers(0, arrays.NDIM_LIMIT + 1)))
    values = generator.normal(0, 50, shape)
    return np.asarray(values, generator.choice(arrays.DTYPES))


@for_each(range(60))
def test_any_array_comes_out_as_it_went_in(seed):
    array = _random_array(np.random.default_rng(seed))
    descriptor, message = _sent(array)
    back = arrays.from_message(Descriptor.from_json(descriptor.to_json()), message)
    assert back.dtype == array.dtype and back.shape == array.shape
    assert np.array_equal(back, array)
    assert back.flags.writeable and back.flags.c_contiguous


def test_the_layout_is_the_one_that_is_written_down():
    descriptor, message = _sent(np.array([[1, 2], [3, 4]], np.int32), id=258)
    assert descriptor.to_json() == {"$array": 258, "dtype": "<i4", "shape": [2, 2], "bytes": 16}
    assert message == bytes([2, 1, 0, 0, 0, 0, 0, 0]) + b"".join(bytes([value, 0, 0, 0]) for value in (1, 2, 3, 4))


@pytest.mark.parametrize(
    "array",
    [
        np.arange(24, dtype=np.float32).reshape(2, 3, 4).transpose(2, 0, 1),
        np.arange(24, dtype=np.uint8)[::-3],
        np.asfortranarray(np.arange(12, dtype=np.float64).reshape(3, 4)),
        np.arange(6, dtype=">f4").reshape(2, 3),
        np.broadcast_to(np.float16(2.5), (3, 2)),
    ],
)
def test_strides_and_byte_order_are_made_plain(array):
    descriptor, message = _sent(array)
    assert np.array_equal(arrays.from_message(descriptor, message), array)


def test_a_long_array_goes_in_fragments_and_is_not_copied():
    array = np.arange(3 * arrays.FRAGMENT_BYTES // 4 + 5, dtype=np.float32)
    descriptor, content = arrays.describe(array, 1)
    assert content is array or content.base is array
    pieces = list(arrays.fragments(descriptor, content))
    assert [len(piece) for piece in pieces] == [8, *[arrays.FRAGMENT_BYTES] * 3, 20]


@pytest.mark.parametrize("dtype", ["O", "U4", "S3", "complex64", "float128", "M8[s]", "<i2", [("x", "f4")]])
def test_what_does_not_travel_is_refused_by_the_sender(dtype):
    with pytest.raises(ProtocolError, match="do not travel: convert"):
        arrays.describe(np.zeros(2, dtype), 1)


def test_too_many_axes_are_refused_by_the_sender():
    with pytest.raises(ProtocolError, match="has 6 axes: at most 5"):
        arrays.describe(np.zeros((1,) * 6), 1)


def test_too_large_an_array_is_refused_by_the_sender_before_it_takes_memory():
    with pytest.raises(ProtocolError, match="too large to travel: ask for a lower resolution"):
        arrays.describe(np.broadcast_to(np.float64(0), (1 << 14, 1 << 14)), 1)


GOOD = {"$array": 1, "dtype": "<f4", "shape": [2, 3], "bytes": 24}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"dtype": "|O"}, "do not travel"),
        ({"dtype": "<c8"}, "do not travel"),
        ({"dtype": ["<f4"]}, "do not travel"),
        ({"dtype": None}, "do not travel"),
        ({"shape": 6}, "must be a list of whole numbers"),
        ({"shape": [2, -3]}, "must be a list of whole numbers"),
        ({"shape": [2.0, 3]}, "must be a list of whole numbers"),
        ({"shape": [True, 6]}, "must be a list of whole numbers"),
        ({"shape": [2, "3"]}, "must be a list of whole numbers"),
        ({"shape": [1] * 6}, "has 6 axes"),
        ({"shape": [2, 4]}, "has 32 bytes, not 24"),
        ({"bytes": 25}, "has 24 bytes, not 25"),
        ({"bytes": -24}, "whole numbers, 0 or more"),
        ({"bytes": 24.0}, "whole numbers, 0 or more"),
        ({"$array": -1}, "whole numbers, 0 or more"),
        ({"$array": 1 << 64}, "whole numbers, 0 or more"),
        ({"$array": None}, "whole numbers, 0 or more"),
        ({"more": 1}, "is described by"),
        # In 64 bits this product would wrap around to 0.
        ({"shape": [1 << 32, 1 << 32], "bytes": 0}, "bytes, not 0"),
        ({"shape": [1 << 20, 1 << 20], "bytes": 1 << 42}, "too large to travel"),
    ],
)
def test_no_claim_is_believed(change, sentence):
    with pytest.raises(ProtocolError, match=sentence):
        Descriptor.from_json({**GOOD, **change})


def test_a_descriptor_without_a_key_is_refused():
    with pytest.raises(ProtocolError, match="is described by"):
        Descriptor.from_json({"$array": 1, "dtype": "<f4", "shape": []})


@pytest.mark.parametrize("length", [0, 1, 7])
def test_a_message_too_short_to_name_its_array_is_refused(length):
    with pytest.raises(ProtocolError, match="too short to name its array"):
        arrays.message_id(bytes(length))


@pytest.mark.parametrize("extra", [-24, -1, 1, 1000])
def test_truncated_and_overlong_messages_are_refused(extra):
    with pytest.raises(ProtocolError, match="24 were announced"):
        arrays.from_message(Descriptor.from_json(GOOD), bytes(8 + 24 + extra))


def test_truth_values_are_0_or_1():
    descriptor = Descriptor(1, "|b1", (2,), 2)
    assert arrays.from_message(descriptor, bytes(8) + b"\x00\x01").tolist() == [False, True]
    with pytest.raises(ProtocolError, match="neither 0 nor 1"):
        arrays.from_message(descriptor, bytes(8) + b"\x00\x02")
