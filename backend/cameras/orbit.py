"""Cameras on a sphere around a target.

Azimuth 0 stands at -Y and looks along +Y (Blender's front view) and grows towards +X; elevation is the angle above the
ground:  position = target + r (sin az cos el, -cos az cos el, sin el).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float
from torch import Tensor

from backend.config import JobConfig, OrbitConfig

from .camera import Camera, Rays, concatenate
from .part_frame import part_cube

_POLE_EPSILON = (
    1e-6  # within this of straight up or down, the world's up no longer tells which way the camera's up points
)


@dataclass(frozen=True)
class OrbitView:
    """A camera on the sphere together with the angles and distance that a guidance may be conditioned on.

    Args:
        camera: pose in meters of the world, lens and pixels.
        azimuth: radians; 0 stands at -Y and looks along +Y, and it grows towards +X.
        elevation: radians above the ground.
        radius: distance from the target, in half-widths of the frame's cube.
    """

    camera: Camera
    azimuth: float
    elevation: float
    radius: float


@dataclass(frozen=True)
class Frame:
    """A cube in the world, in whose half-widths an orbit's radii are told; angles are those of the world."""

    center: tuple[float, float, float] = (0.0, 0.0, 0.0)
    half_width: float = 1.0


UNIT_FRAME = Frame()


def frame_of(config: JobConfig) -> Frame:
    """The unit cube for words alone; with pictures the longest side of the user's box; around a part that is made
    anew, where cameras look at that."""
    part = part_cube(config)
    if part:
        return Frame(*part)
    if not config.uses_photos:
        return Frame()
    return Frame(config.bounds.center, max(config.bounds.size) / 2)


def to_frame(view: OrbitView, frame: Frame) -> OrbitView:
    """The same view, of the frame's cube instead of the unit cube."""
    pose = view.camera.pose.clone()
    pose[:3, 3] = pose[:3, 3] * frame.half_width + torch.tensor(frame.center).to(pose)
    return replace(view, camera=replace(view.camera, pose=pose))


def views_rays(views: Sequence[OrbitView], device: torch.device | str) -> Rays:
    """All rays of whole views, flat, one view after another, row by row."""
    return concatenate([view.camera.rays().flat() for view in views]).to(device)


def orbit_position(azimuth: float, elevation: float, radius: float) -> Float[Tensor, " 3"]:
    """The point at the given angles (radians) and distance from the origin."""
    horizontal = radius * math.cos(elevation)
    return torch.tensor([horizontal * math.sin(azimuth), -horizontal * math.cos(azimuth), radius * math.sin(elevation)])


def look_at(position: Float[Tensor, " 3"], target: Float[Tensor, " 3"]) -> Float[Tensor, "4 4"]:
    """The camera-to-world pose at `position` that looks at `target` with the world's Z upwards in the picture.

    Raises:
        ValueError: position and target are the same point.
    """
    back = position - target
    if not float(back.norm()) > 0.0:
        raise ValueError("A camera cannot look at the point where it stands.")
    back = back / back.norm()
    up = torch.tensor([0.0, 0.0, 1.0]).to(back)
    if float(torch.linalg.cross(up, back).norm()) < _POLE_EPSILON:
        up = torch.tensor([0.0, 1.0, 0.0]).to(back)
    right = torch.nn.functional.normalize(torch.linalg.cross(up, back), dim=0)
    pose = torch.eye(4).to(back)
    pose[:3, 0], pose[:3, 1], pose[:3, 2], pose[:3, 3] = right, torch.linalg.cross(back, right), back, position
    return pose


def orbit_view(azimuth: float, elevation: float, radius: float, fov_y: float, size: int) -> OrbitView:
    """A square view of the origin from the given angles (radians)."""
    pose = look_at(orbit_position(azimuth, elevation, radius), torch.zeros(3))
    return OrbitView(Camera.from_fov(pose, size, size, fov_y), azimuth, elevation, radius)


def sample_orbit(
    config: OrbitConfig, size: int, count: int, generator: torch.Generator, frame: Frame = UNIT_FRAME
) -> list[OrbitView]:
    """`count` random views: azimuths stratified over the circle, elevation uniform in angle, as in Dream Fields.

    Stratified azimuths (one in each of `count` sectors, the whole ring turned at random) keep every side in each step.
    """
    turn = torch.rand((), generator=generator)
    jitter, height, distance = torch.rand(3, count, generator=generator)
    azimuths = 2 * math.pi * ((torch.arange(count) + jitter) / count + turn) % (2 * math.pi)
    low, high = math.radians(config.elevation_low_degrees), math.radians(config.elevation_high_degrees)
    elevations = low + (high - low) * height
    radii = config.radius_low + (config.radius_high - config.radius_low) * distance
    angles = zip(azimuths.tolist(), elevations.tolist(), radii.tolist(), _fovs(config, count, generator), strict=True)
    return [to_frame(orbit_view(*angle, size), frame) for angle in angles]


def _fovs(config: OrbitConfig, count: int, generator: torch.Generator) -> list[float]:
    """Uniform in angle, in radians; where there is no spread, no random number is spent."""
    if config.fov_spread_degrees == 0:
        return [math.radians(config.fov_degrees)] * count
    drawn = config.fov_degrees + config.fov_spread_degrees * (2 * torch.rand(count, generator=generator) - 1)
    return drawn.clamp(1.0, 170.0).deg2rad().tolist()
