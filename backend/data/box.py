"""The box that a scene fills, found from where its cameras stand and look, its sparse points and its masks.

Where they look: the point nearest to all the cameras' axes, o_i + t f_i, by least squares

    p = argmin sum_i w_i |(I - f_i f_i^T)(p - o_i)|^2,    w_i = 1 / (distance of p from axis i), against strays

Up: cameras that people hold have level edges, so up is what is most nearly perpendicular to all their right-hand axes.
An object is what most pictures show at p; anything else (cameras inside a room, or side by side) is a scene, and its
box holds what the points say. Where pictures have alpha, the box is that of their visual hull (Laurentini 1994).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64

from backend.cameras.camera import Camera

from .posed_list import Points

Vector = Float64[np.ndarray, " 3"]
OBJECT, SCENE = "object", "scene"
PARALLEL = 0.003
"""Least eigenvalue of the axes' spread below which they meet nowhere: all within three degrees."""
SEEN_SHARE = 0.8
"""Share of the pictures that must show the point where they look, for an object."""
LEVEL = 0.05
SNAP = math.cos(math.radians(4))
"""Within four degrees of an axis of the world, that axis is up."""
MARGIN = 1.08
OBJECT_REACH, NEAREST = 1.25, 0.8
"""Half-width of an object's box where nothing tells the object from what it stands on: of how far the pictures reach at
its distance, and at most of how far the nearest camera is. What lies beyond the box is drawn onto its walls: with 0.9
of the shorter side the loss of 16 photographs of a banana was 0.035, with a box half as large again 0.008."""
ENOUGH, GROWN = 200, 0.25
"""Points from which a height is told, and of that height what is added below and above."""
INNER, OUTER = 2.0, 98.0
"""Percentiles of the points between which a scene lies; a few are always strays."""
HULL_CELLS, HULL_SHARE = 40, 0.9
"""Cells a side of the hull, and of the pictures that show a cell how many must show it opaque."""
MISS_PIXELS = 12


@dataclass(frozen=True)
class FoundBox:
    """A box: `turn` has its axes as columns, the third is up."""

    center: Vector
    size: Vector
    turn: Float64[np.ndarray, "3 3"]
    kind: str

    @property
    def degrees(self) -> tuple[float, float, float]:
        """Returns Blender's XYZ Euler angles: turn = Rz Ry Rx."""
        t = self.turn
        angles = (
            math.atan2(t[2, 1], t[2, 2]), math.asin(max(-1.0, min(1.0, -t[2, 0]))), math.atan2(t[1, 0], t[0, 0]),
        )  # fmt: skip
        x, y, z = (round(math.degrees(angle), 6) + 0.0 for angle in angles)
        return x, y, z


@dataclass(frozen=True)
class Silhouette:
    """Where a small copy of a picture is opaque."""

    camera: Camera
    opaque: Bool[np.ndarray, "h w"]


def find_box(
    cameras: Sequence[Camera],
    points: Points,
    silhouettes: Sequence[Silhouette] = (),
    cube: tuple[tuple[float, float, float], float] | None = None,
) -> FoundBox | None:
    """Finds the box of a scene; None where all cameras stand at one place, so that nothing has a size."""
    poses = np.stack([camera.pose.double().numpy() for camera in cameras])
    turn = upright(guess_up(poses))
    focus = focus_of(poses)
    if focus is not None and visible_share(cameras, poses, focus) >= SEEN_SHARE:
        half = _reach(cameras, poses, focus)
        if not half:
            return None
        if silhouettes:
            return _hull_box(silhouettes, focus, 2 * half, turn)
        return _within(cube, _ground_box(focus, half, points, turn))
    box = _scene_box(poses, points, turn)
    return box if box is None else _within(cube, box)


def guess_up(poses: Float64[np.ndarray, "n 4 4"]) -> Vector:
    """Returns the direction that is up: perpendicular to the cameras' right-hand axes where they spread, else the mean
    of what is up in the pictures."""
    rights, ups = _unit(poses[:, :3, 0]), _unit(poses[:, :3, 1])
    mean = ups.mean(0)
    spread, axes = np.linalg.eigh(rights.T @ rights / len(poses))
    level = axes[:, 0]
    if spread[1] - spread[0] > LEVEL and abs(level @ mean) > 0.5 * np.linalg.norm(mean):
        up = level * np.sign(level @ mean)
    else:
        up = mean / np.linalg.norm(mean) if np.linalg.norm(mean) > 0.1 else np.array([0.0, 0.0, 1.0])
    nearest = np.zeros(3)
    nearest[np.abs(up).argmax()] = np.sign(up[np.abs(up).argmax()])
    snapped: Vector = nearest if up @ nearest > SNAP else up
    return snapped


def upright(up: Vector) -> Float64[np.ndarray, "3 3"]:
    """Returns the shortest rotation that brings Z to `up` (Rodrigues)."""
    axis, cosine = np.cross([0.0, 0.0, 1.0], up), float(up[2])
    if cosine < -1 + 1e-9:
        return np.diag([1.0, -1.0, -1.0])
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    turn: Float64[np.ndarray, "3 3"] = np.eye(3) + cross + cross @ cross / (1 + cosine)
    return turn


def focus_of(poses: Float64[np.ndarray, "n 4 4"]) -> Vector | None:
    """Returns the point nearest to all the cameras' axes; None where these are parallel."""
    origins, along = poses[:, :3, 3], -_unit(poses[:, :3, 2])
    across = np.eye(3) - along[:, :, None] * along[:, None, :]
    if np.linalg.eigvalsh(across.mean(0))[0] < PARALLEL:
        return None
    weights, focus = np.ones(len(poses)), np.zeros(3)
    for _ in range(10):
        matrix = (weights[:, None, None] * across).sum(0)
        focus = np.linalg.solve(matrix, (weights[:, None, None] * across @ origins[:, :, None]).sum(0)[:, 0])
        apart = np.linalg.norm((across @ (focus - origins)[:, :, None])[:, :, 0], axis=1)
        weights = 1 / (apart + 1e-3 * np.linalg.norm(focus - origins, axis=1) + 1e-12)
    return focus


def visible_share(cameras: Sequence[Camera], poses: Float64[np.ndarray, "n 4 4"], point: Vector) -> float:
    """Returns the share of the pictures that show a point."""
    shown = [_shows(camera, pose, point) for camera, pose in zip(cameras, poses, strict=True)]
    return sum(shown) / len(shown)


def hit_share(cameras: Sequence[Camera], box: FoundBox) -> float:
    """Returns the share of the pictures' rays that meet the box."""
    hits, count = 0, 0
    for camera in cameras:
        rays = camera.resized(MISS_PIXELS, MISS_PIXELS).rays().flat()
        origins = (rays.origins.double().numpy() - box.center) @ box.turn
        directions = rays.directions.double().numpy() @ box.turn
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = np.stack([(side * box.size / 2 - origins) / directions for side in (-1, 1)])
        enters, leaves = np.nan_to_num(ends.min(0), nan=-np.inf), np.nan_to_num(ends.max(0), nan=np.inf)
        near, far = enters.max(-1), leaves.min(-1)
        hits += int(((far > near) & (far > 0)).sum())
        count += len(near)
    return hits / count


def _unit(vectors: Float64[np.ndarray, "n 3"]) -> Float64[np.ndarray, "n 3"]:
    unit: Float64[np.ndarray, "n 3"] = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit


def _shows(camera: Camera, pose: Float64[np.ndarray, "4 4"], point: Vector) -> bool:
    x, y, z = np.linalg.inv(pose[:3, :3]) @ (point - pose[:3, 3])
    if z >= 0:
        return False
    column = camera.focal[0] * x / -z + camera.center[0]
    row = camera.focal[1] * -y / -z + camera.center[1]
    return bool(0 <= column <= camera.width and 0 <= row <= camera.height)


def _reach(cameras: Sequence[Camera], poses: Float64[np.ndarray, "n 4 4"], focus: Vector) -> float:
    """Returns how far from the point most pictures reach to their farther edge, and never as far as the cameras."""
    away = np.linalg.norm(poses[:, :3, 3] - focus, axis=1)
    tangents = np.array([max(c.width / c.focal[0], c.height / c.focal[1]) / 2 for c in cameras])
    return float(min(OBJECT_REACH * np.median(away * tangents), NEAREST * np.percentile(away, 5)))


def _ground_box(focus: Vector, half: float, points: Points, turn: Float64[np.ndarray, "3 3"]) -> FoundBox:
    """Returns the box about what is looked at; in its height no larger than the points there say."""
    local = (points - focus) @ turn
    near = local[(np.abs(local) < half).all(-1)]
    if len(near) < ENOUGH:
        return FoundBox(focus, np.full(3, 2 * half), turn, OBJECT)
    bottom, top = np.percentile(near[:, 2], INNER), np.percentile(near[:, 2], OUTER)
    grown = GROWN * (top - bottom)
    low, high = max(-half, bottom - grown), min(half, top + grown)
    size = np.array([2 * half, 2 * half, max(high - low, 0.2 * half)])
    return FoundBox(focus + turn @ np.array([0, 0, (low + high) / 2]), size, turn, OBJECT)


def _scene_box(
    poses: Float64[np.ndarray, "n 4 4"], points: Points, turn: Float64[np.ndarray, "3 3"]
) -> FoundBox | None:
    """Returns the box of most points; without points, three times what the cameras span, None where that is nothing."""
    stand = poses[:, :3, 3] @ turn
    low, high = stand.min(0), stand.max(0)
    if len(points) >= 8:
        seen = points @ turn
        low, high = np.percentile(seen, INNER, axis=0), np.percentile(seen, OUTER, axis=0)
        grown = (MARGIN - 1) / 2 * (high - low).max()
    else:
        grown = float((high - low).max())
    size = high - low + 2 * grown
    if not size.max() > 0:
        return None
    return FoundBox(turn @ ((low + high) / 2), np.maximum(size, 0.2 * size.max()), turn, SCENE)


def _within(cube: tuple[tuple[float, float, float], float] | None, box: FoundBox) -> FoundBox:
    """Returns the box, or the cube that the file names where the box is larger than it."""
    if cube is None or float(box.size.max()) <= cube[1]:
        return box
    return FoundBox(np.array(cube[0]), np.full(3, cube[1]), np.eye(3), box.kind)


def _hull_box(
    silhouettes: Sequence[Silhouette], focus: Vector, side: float, turn: Float64[np.ndarray, "3 3"]
) -> FoundBox:
    """Returns the box of what all pictures show opaque: cells are dropped that are not, and those that stay are looked
    at once more, finer."""
    center, size = focus, np.full(3, side)
    for _ in range(3):
        cells = _cells(center, size, turn)
        there = _opaque_share(silhouettes, cells) >= HULL_SHARE
        if not there.any():
            return FoundBox(center, size, turn, OBJECT)
        local = (cells[there] - center) @ turn
        step = size / HULL_CELLS
        low, high = local.min(0) - 1.5 * step, local.max(0) + 1.5 * step
        center, size = center + turn @ ((low + high) / 2), np.minimum(high - low, size)
    return FoundBox(center, np.maximum(MARGIN * size, 0.05 * size.max()), turn, OBJECT)


def _cells(center: Vector, size: Vector, turn: Float64[np.ndarray, "3 3"]) -> Float64[np.ndarray, "n 3"]:
    ticks = (np.arange(HULL_CELLS) + 0.5) / HULL_CELLS - 0.5
    grid = np.stack(np.meshgrid(ticks, ticks, ticks, indexing="ij"), -1).reshape(-1, 3)
    cells: Float64[np.ndarray, "n 3"] = center + (grid * size) @ turn.T
    return cells


def _opaque_share(silhouettes: Sequence[Silhouette], cells: Float64[np.ndarray, "n 3"]) -> Float64[np.ndarray, " n"]:
    """Returns, of the pictures that show each cell, the share that shows it opaque; 0 where fewer than half show it."""
    shown, opaque = np.zeros(len(cells)), np.zeros(len(cells))
    for each in silhouettes:
        camera, pose = each.camera, each.camera.pose.double().numpy()
        x, y, z = ((cells - pose[:3, 3]) @ np.linalg.inv(pose[:3, :3]).T).T
        with np.errstate(divide="ignore", invalid="ignore"):
            columns = np.floor(camera.focal[0] * x / -z + camera.center[0])
            rows = np.floor(camera.focal[1] * y / z + camera.center[1])
        inside = (z < 0) & (columns >= 0) & (columns < camera.width) & (rows >= 0) & (rows < camera.height)
        shown += inside
        place = rows[inside].astype(int), columns[inside].astype(int)
        opaque[inside] += each.opaque[place]
    return np.where(shown >= len(silhouettes) / 2, opaque / np.maximum(shown, 1), 0.0)
