"""Pictures laid over one another, against the sum over layers written out for each pixel."""

from __future__ import annotations

import numpy as np
import pytest

from addon.core.calls import EMPTY_DEPTH
from addon.core.grid_view import RenderedImage
from addon.core.layers import composite, empty_image, stack_bands, upscale


def drawn(seed, height=5, width=7):
    random = np.random.default_rng(seed)
    alpha = random.random((height, width)).astype(np.float32)
    color = (random.random((height, width, 3)) * alpha[..., None]).astype(np.float32)
    depth = random.uniform(1, 9, (height, width)).astype(np.float32)
    return RenderedImage(color, alpha, depth, random.normal(size=(height, width, 3)).astype(np.float32))


def test_nearer_layers_lie_over_farther_ones():
    layers = [drawn(seed) for seed in range(4)]
    total = composite(layers)
    for row, column in np.ndindex(total.shape):
        light, color = 1.0, np.zeros(3)
        for layer in sorted(layers, key=lambda each: each.depth[row, column]):
            color += light * layer.color[row, column]
            light *= 1 - layer.alpha[row, column]
        assert total.color[row, column] == pytest.approx(color, abs=1e-5)
        assert total.alpha[row, column] == pytest.approx(1 - light, abs=1e-5)


def test_depth_and_normal_are_those_of_the_nearest_that_is_solid():
    near, far = drawn(1), drawn(2)
    near.depth[:], far.depth[:] = 2.0, 5.0
    near.alpha[:], far.alpha[:] = 0.3, 0.9
    near.alpha[0, 0] = 0.6
    total = composite([far, near])
    assert total.depth[0, 0] == 2.0 and (total.normal[0, 0] == near.normal[0, 0]).all()
    assert total.depth[1, 1] == 5.0 and (total.normal[1, 1] == far.normal[1, 1]).all()


def test_over_nothing_it_is_itself():
    picture = drawn(3)
    total = composite([empty_image(5, 7), picture])
    assert total.color == pytest.approx(picture.color) and (total.depth == picture.depth).all()
    assert (composite([empty_image(2, 2), empty_image(2, 2)]).depth == EMPTY_DEPTH).all()


def test_enlarged_colors_are_between_and_depths_are_ones_that_were_there():
    ramp = np.tile(np.arange(4, dtype=np.float32), (3, 1))
    small = RenderedImage(
        np.repeat(ramp[..., None], 3, axis=-1), ramp, ramp + 10, np.repeat(ramp[..., None], 3, axis=-1)
    )
    large = upscale(small, 9, 16)
    where = np.clip((np.arange(16) + 0.5) / 4 - 0.5, 0, 3)  # of a linear picture the interpolation is the picture
    assert large.alpha == pytest.approx(np.tile(where, (9, 1)), abs=1e-6)
    assert set(np.unique(large.depth)) == {10.0, 11.0, 12.0, 13.0}
    assert upscale(small, 3, 4) is small


def test_bands_are_stacked_from_the_top():
    whole = drawn(5, height=6)
    bands = [RenderedImage(*(getattr(whole, name)[rows] for name in ("color", "alpha", "depth", "normal")))
             for rows in (slice(0, 4), slice(4, 6))]  # fmt: skip
    assert (stack_bands(bands).color == whole.color).all()
