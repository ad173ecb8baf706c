"""PNGs that are sent, against Pillow's reading of them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from addon.core.png import to_png


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (40, 64)])
def test_pillow_reads_the_pixels_that_were_written(size):
    pixels = np.random.default_rng(0).integers(0, 256, (*size, 4)).astype(np.uint8)
    picture = Image.open(io.BytesIO(to_png(pixels)), formats=("PNG",))
    assert picture.mode == "RGBA" and (np.asarray(picture) == pixels).all()
