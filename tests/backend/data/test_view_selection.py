"""A few pictures of many, spread out."""

from __future__ import annotations

import math

import pytest
import torch

from backend.cameras.orbit import orbit_view
from backend.data.pictures import PosedPictures
from backend.data.view_selection import farthest_point_subset


def around(azimuths: list[float]) -> PosedPictures:
    cameras = [orbit_view(math.radians(a), 0.3, 3.0, 0.7, 11).camera for a in azimuths]
    return PosedPictures.of_one_size(
        torch.arange(len(cameras)).float()[:, None, None, None].expand(-1, 11, 11, 4), cameras
    )


def firsts(pictures):
    return [float(pictures.picture(number)[0, 0, 0]) for number in range(len(pictures))]


def test_they_stand_evenly_around_whatever_the_order_in_the_file():
    """Twelve in a row, crowded: four of them are a quarter of a turn apart."""
    chosen = farthest_point_subset(around([0, 1, 2, 90, 91, 3, 180, 4, 5, 270, 6, 7]), 4)
    assert firsts(chosen) == [0, 3, 6, 9] or firsts(chosen) == [0, 4, 6, 9]


def test_pixels_and_cameras_stay_together():
    pictures = around([0, 10, 180, 190])
    chosen = farthest_point_subset(pictures, 2)
    for value, camera in zip(firsts(chosen), chosen.cameras, strict=True):
        assert camera is pictures.cameras[int(value)]


@pytest.mark.parametrize("count", [0, 4, 9])
def test_all_are_taken_where_no_fewer_are_asked_for(count: int):
    pictures = around([0, 10, 180, 190])
    assert farthest_point_subset(pictures, count) is pictures


def test_one_is_the_first():
    assert firsts(farthest_point_subset(around([0, 10, 180]), 1)) == [0]
