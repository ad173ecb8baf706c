"""Memory that is short: the chunk is halved, the picture is the same, and it is said."""

from __future__ import annotations

import pytest
import torch

from backend.cameras.orbit import orbit_view
from backend.errors import MemoryShortError
from backend.fields.field import UNIT_CUBE
from backend.render.chunks import MIN_RAYS, Chunks
from backend.render.renderer import Renderer

CAMERA = orbit_view(0.5, 0.4, 3.0, 0.7, 32).camera


class Greedy:
    """Fog that asks for more memory than there is, when it is asked too much at once."""

    bounds = UNIT_CUBE

    def __init__(self, most: float, how: str = "device") -> None:
        self.most, self.how = most, how

    def density_and_color(self, positions, directions=None):
        if len(positions) > self.most:
            if self.how == "device":
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")
            torch.empty(1 << 55, dtype=torch.uint8)  # the processor's allocator itself says no
        return torch.full((len(positions),), 0.7), positions.abs()


@pytest.mark.parametrize("how", ["device", "processor"])
def test_a_chunk_that_does_not_fit_is_halved_and_the_picture_is_the_same(how: str):
    said: list[str] = []
    chunks = Chunks(log=said.append)
    found = Renderer(Greedy(200 * 8, how), 8, chunks=chunks).picture(CAMERA)
    assert torch.equal(found.color, Renderer(Greedy(1e9), 8).picture(CAMERA).color)
    assert chunks.size == 128
    assert said[0] == "Memory does not hold 1024 rays at once: pictures are now made 512 rays at a time."
    assert len(said) == 3


def test_the_size_that_fits_is_kept_for_the_next_picture():
    said: list[str] = []
    renderer = Renderer(Greedy(200 * 8), 8, chunks=Chunks(log=said.append))
    renderer.picture(CAMERA)
    renderer.picture(CAMERA)
    assert len(said) == 3


def test_without_memory_for_the_smallest_chunk_there_is_a_sentence():
    with pytest.raises(MemoryShortError, match=f"no memory for even {MIN_RAYS} rays at once: take a smaller field"):
        Renderer(Greedy(0), 8, chunks=Chunks(log=lambda line: None)).picture(CAMERA)


def test_another_error_is_not_taken_for_short_memory():
    class Broken(Greedy):
        def density_and_color(self, positions, directions=None):
            raise RuntimeError("shape '[3]' is invalid")

    with pytest.raises(RuntimeError, match="is invalid"):
        Renderer(Broken(0), 8).picture(CAMERA)


def test_slices_cover_everything_once_whatever_fits():
    """Against all sizes that a machine might refuse."""
    for most in (64, 100, 333, 5000):

        def do(some: slice, most: int = most) -> list[int]:
            part = list(range(1000))[some]
            if some.stop - some.start > most:
                raise MemoryError
            return part

        parts = Chunks(4096, log=lambda line: None).over(1000, do)
        assert [i for part in parts for i in part] == list(range(1000))
