"""What pictures with alpha show as nothing, against the ball that they are pictures of."""

from __future__ import annotations

import dataclasses
import math

import pytest
import torch

from backend.cameras.camera import Camera
from backend.cameras.distortion import Distortion
from backend.cameras.orbit import look_at
from backend.data.pictures import PosedPictures
from backend.fields.field import Bounds
from backend.optimize.visual_hull import carved_cells
from backend.render.occupancy import OccupancyGrid

BOX = Bounds((-1.0, -1.0, -1.0), (1.0, 1.0, 1.0))
RADIUS, PIXELS = 0.5, 64


def ball_pictures(count: int = 14, wrong: int = 0) -> PosedPictures:
    """Alpha by the distance of each ray from the middle; of the first `wrong` everything is masked away."""
    cameras = []
    for i in range(count):
        turn, rise = 2 * math.pi * i / count, 0.9 * math.sin(3 * i)
        eye = 4 * torch.tensor([math.cos(turn) * math.cos(rise), math.sin(turn) * math.cos(rise), math.sin(rise)])
        cameras.append(Camera.from_fov(look_at(eye, torch.zeros(3)), PIXELS, PIXELS, 0.7))
    pixels = []
    for i, camera in enumerate(cameras):
        rays = camera.rays()
        nearest = torch.linalg.cross(rays.origins, rays.directions).norm(dim=-1)
        alpha = (nearest < RADIUS).float() * (i >= wrong)
        pixels.append(torch.cat([torch.zeros(PIXELS, PIXELS, 3), alpha[..., None]], -1).flatten(0, 1))
    return PosedPictures(torch.cat(pixels), cameras)


def distance_of_cells(resolution: int) -> torch.Tensor:
    ticks = (torch.arange(resolution) + 0.5) / resolution * 2 - 1
    return torch.cartesian_prod(ticks, ticks, ticks).norm(dim=-1).view(resolution, resolution, resolution)


def test_the_ball_stays_whole_and_what_is_far_from_it_goes():
    carved, distance = carved_cells(ball_pictures(), BOX, 24), distance_of_cells(24)
    half_diagonal = math.sqrt(3) / 24
    assert carved[distance < RADIUS + half_diagonal].all(), "no cell goes that holds a part of the ball"
    assert not carved[(distance > 1.6 * RADIUS) & (distance < 1)].any()
    assert carved.float().mean() < 0.25


def test_one_wrong_mask_cuts_nothing_and_a_second_would():
    distance = distance_of_cells(16)
    assert carved_cells(ball_pictures(wrong=1), BOX, 16)[distance < RADIUS].all()
    assert not carved_cells(ball_pictures(wrong=2), BOX, 16)[distance < RADIUS].any()


def test_pictures_that_hide_nothing_or_are_bent_say_nothing():
    whole = ball_pictures(4)
    opaque = PosedPictures(torch.ones_like(whole.pixels), whole.cameras)
    assert carved_cells(opaque, BOX, 8) is None
    bent = [dataclasses.replace(camera, distortion=Distortion(radial=(0.1, 0.0, 0.0, 0.0))) for camera in whole.cameras]
    assert carved_cells(PosedPictures(whole.pixels, bent), BOX, 8) is None


def test_a_camera_inside_the_box_says_nothing_of_what_is_behind_it():
    camera = Camera.from_fov(torch.eye(4), PIXELS, PIXELS, 0.7)  # in the middle, looks along -z
    empty = PosedPictures(torch.zeros(2 * PIXELS**2, 4), [camera, camera])
    carved = carved_cells(empty, BOX, 16)
    assert carved[..., 8:].all() and not carved[7:9, 7:9, 0].any()


@pytest.mark.parametrize("step", [0, 16])
def test_carved_cells_stay_empty_whatever_is_found_there(step):
    grid = OccupancyGrid(BOX, 4, 0.01, 0.1, warmup=16)
    possible = torch.zeros(4, 4, 4, dtype=torch.bool)
    possible[1, 2, 3] = True
    grid.carve(possible)
    grid.update(lambda points: torch.full((len(points),), 1e3), step, torch.Generator())
    assert torch.equal(grid.occupied, possible)
