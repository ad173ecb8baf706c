"""Dilation against scipy's filters, whose border says nothing."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import ndimage

from backend.fields.dilation import dilated


def seeded(number: int) -> torch.Generator:
    return torch.Generator().manual_seed(number)


@pytest.mark.parametrize("shape", [(7, 5, 6), (1, 4, 3), (2, 2, 9)])
@pytest.mark.parametrize("radius", [0, 1, 2, 5])
def test_the_largest_within_reach_along_each_axis(shape: tuple[int, int, int], radius: int):
    values = torch.randn(shape, generator=seeded(radius))
    wanted = ndimage.maximum_filter(values.numpy(), size=2 * radius + 1, mode="constant", cval=-np.inf)
    assert (dilated(values, radius).numpy() == wanted).all()


def test_of_a_mask_it_is_whether_any_holds():
    mask = torch.rand(6, 7, 8, generator=seeded(0)) < 0.05
    wanted = ndimage.binary_dilation(mask.numpy(), np.ones((3, 3, 3)))
    assert dilated(mask).dtype == torch.bool and (dilated(mask).numpy() == wanted).all()


def test_what_is_given_stays_as_it_was():
    values = torch.randn(4, 4, 4, generator=seeded(1))
    before = values.clone()
    dilated(values)
    assert (values == before).all()
