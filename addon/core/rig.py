"""Cameras around a box, as they are taken or drawn: where they stand, and the lines that show it; numpy only.

A rig turns with its box: elevations are above the box's own ground, its front is the box's -Y.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np

from . import poses
from .box import Box, corners, to_scene, transform_points
from .capture_config import CaptureConfig
from .wire import config

ARC_POINTS = 65
FRUSTUM = 0.1
"""Length of a drawn camera, in distances to the center."""


@dataclass(frozen=True)
class Rig:
    """A shell between two distances and two elevations around a box; angles in radians."""

    box: Box
    near: float
    far: float
    lowest: float
    highest: float
    angle: float
    """Field of view of each camera."""


def orbit_rig(box: Box, orbit: config.OrbitConfig, pictures: bool = False) -> Rig:
    """Returns where a job's random cameras are: radii count in half-widths of the cube in which it works.

    That is the largest cube inside the box for words alone, the smallest one around it where there are pictures.
    """
    half = (max if pictures else min)(box.size) / 2
    lowest, highest = math.radians(orbit.elevation_low_degrees), math.radians(orbit.elevation_high_degrees)
    return Rig(box, orbit.radius_low * half, orbit.radius_high * half, lowest, highest, math.radians(orbit.fov_degrees))


def capture_rig(box: Box, settings: CaptureConfig) -> Rig:
    """Returns where pictures of the scene are taken from: as near as the whole box can be seen."""
    angle = math.radians(settings.fov_degrees)
    distance = poses.distance_to_fit(np.array(box.size) / 2, angle)
    lowest, highest = math.radians(settings.elevation_low_degrees), math.radians(settings.elevation_high_degrees)
    return Rig(box, distance, distance, lowest, highest, angle)


def rig_poses(rig: Rig, count: int) -> list[np.ndarray]:
    """`count` camera-to-world poses spread evenly over the shell, in the scene."""
    drawn = np.modf(np.arange(count) * math.sqrt(2))[0]  # evenly between 0 and 1, and in no step with the azimuths
    distances = rig.near + (rig.far - rig.near) * drawn
    around = poses.spherical_poses(count, np.array(rig.box.center), distances, rig.lowest, rig.highest)
    return [to_scene(rig.box) @ pose for pose in around]


def rig_rings(rig: Rig) -> np.ndarray:
    """Lines (n, 2, 3) of the shell's rims, and of two arcs from the lowest to the highest."""
    circle = np.linspace(0.0, 2 * math.pi, ARC_POINTS)
    rims = [
        _circle_path(rig, circle, np.full_like(circle, elevation), distance)
        for elevation in {rig.lowest, rig.highest}
        for distance in {rig.near, rig.far}
    ]
    rise = np.linspace(rig.lowest, rig.highest, ARC_POINTS // 4)
    arcs = [_circle_path(rig, np.full_like(rise, azimuth), rise, rig.far) for azimuth in (0.0, math.pi / 2)]
    return np.concatenate(rims + arcs)


def frustum(pose: np.ndarray, tangents: tuple[float, float], length: float) -> np.ndarray:
    """Lines (n, 2, 3) of a camera: its four edges, the picture, and a roof above what is up in it; `tangents` are half
    the picture's width and height at distance 1."""
    x, y = length * tangents[0], length * tangents[1]
    square = np.array([[-x, -y, -length], [x, -y, -length], [x, y, -length], [-x, y, -length]])
    apex, roof = np.zeros(3), np.array([0.0, 1.5 * y, -length])
    edges = [(apex, corner) for corner in square]
    picture = list(zip(square, np.roll(square, -1, axis=0), strict=True))
    above = [(square[2], roof), (square[3], roof)]
    return transform_points(pose, np.array(edges + picture + above))


def rig_frusta(rig: Rig, count: int) -> np.ndarray:
    """Lines (n, 2, 3) of `count` cameras on the rig."""
    tangents = (math.tan(rig.angle / 2),) * 2
    return np.concatenate([frustum(pose, tangents, FRUSTUM * rig.far) for pose in rig_poses(rig, count)])


def box_edges(box: Box) -> np.ndarray:
    """The twelve edges (12, 2, 3) of a box: between corners that differ in one place."""
    points = corners(box)
    return np.array([(points[i], points[i | bit]) for i in range(8) for bit in (1, 2, 4) if not i & bit])


@functools.lru_cache(maxsize=4)
def rig_lines(rig: Rig, count: int) -> np.ndarray:
    """Everything that is drawn of a rig, (n, 2, 3); kept, since views are drawn again and again."""
    return np.concatenate([rig_rings(rig), rig_frusta(rig, count), box_edges(rig.box)])


def _circle_path(rig: Rig, azimuths: np.ndarray, elevations: np.ndarray, distance: float) -> np.ndarray:
    center = np.array(rig.box.center)
    points = np.array([poses.orbit_position(a, e, distance, center) for a, e in zip(azimuths, elevations, strict=True)])
    points = transform_points(to_scene(rig.box), points)
    return np.stack([points[:-1], points[1:]], axis=1)
