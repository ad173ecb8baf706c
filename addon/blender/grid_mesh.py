"""A density grid and a color grid become a closed, colored, outward-facing mesh.

Voxel values are samples at cell CENTERS: index i of n cells lies at low + (i + 0.5) * (high - low) / n. OpenVDB
(bundled with Blender) meshes in index space, so its integer coordinates are these centers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import bpy
import numpy as np

from ..core.calls import GridData
from ..core.errors import EmptyMeshError
from .mesh_edits import FACE_SETS, PARTS, note_as_made
from .part_volume import PartVolume, colors_of_nearest_part, part_volume

COLOR_ATTRIBUTE = "Color"
ORIGIN = "dreamwright_origin"
"""Custom property of a mesh: where its origin lies in the field's scene coordinates, so that the field can be found."""

HALF_MAX = float(np.finfo(np.float16).max)
_TAUBIN_SHRINK, _TAUBIN_GROW = 0.5, -0.53
"""Weights of one Taubin pass: a smoothing step and a slightly larger step back, so that the volume stays."""
MAX_PASSES_IN_CELL = 5
"""Whoever asks for more smoothing wants shapes that melt: then a tenth of a voxel beyond the cell for each pass."""
_CELL_MARGIN = 0.02
HARD_EDGE = math.radians(40)
"""The angle between two faces of an adaptive mesh from which the edge between them is shown as one."""


@dataclass(frozen=True)
class Surface:
    """A closed surface: `points` (n, 3), `faces` int32 (m, 4) or (m, 3), `colors` float32 (n, 3), sRGB.

    The points are in double precision until they count from the mesh's own origin: far from the scene's, single
    precision would make stairs of them.
    """

    points: np.ndarray
    faces: np.ndarray
    colors: np.ndarray
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Where `points` count from, in the scene's meters."""
    voxel: float = 0.0
    """The shortest side of a voxel of the lattice that it was cut from, in the scene's meters."""
    parts: PartVolume | None = None
    """Which part is where in the scene, where that is known."""
    face_parts: np.ndarray | None = None
    """The part of each face (m,), once its points are no longer where the parts are told."""
    is_adaptive: bool = False
    """Whether its faces follow the shape: then edges between them may be hard."""


def surface_of(grid: GridData, threshold: float, smooth: int = 0) -> Surface:
    """The surface where the density crosses `threshold`, in the scene's meters.

    Raises:
        EmptyMeshError: the density crosses the threshold nowhere.
    """
    points, faces = quads_of(grid.density, threshold)
    return with_colors(smoothed_in_cells(points, faces, smooth), faces, grid.density.shape, grid)


def with_colors(points: np.ndarray, faces: np.ndarray, lattice: tuple[int, ...], grid: GridData) -> Surface:
    """The surface with `points` in the index space of a `lattice` over the box of `grid`, which has the colors."""
    at = (points + 0.5) * (np.array(grid.color.shape[:3]) / np.array(lattice)) - 0.5
    known = grid.parts is not None
    colors = ((colors_of_nearest_part(grid, at) if known else _trilinear(grid.color, at)) / 255.0).astype(np.float32)
    side = _voxel_side(lattice, grid)
    return Surface(_to_scene(at, grid), faces, colors, voxel=side, parts=part_volume(grid))


def _voxel_side(lattice: tuple[int, ...], grid: GridData) -> float:
    """The shortest side of a voxel; its edges are columns of the transform, by their lengths along the axes."""
    sides = (np.asarray(grid.bounds_high) - np.asarray(grid.bounds_low)) / np.array(lattice)
    return float((np.linalg.norm(np.asarray(grid.transform, np.float64)[:3, :3], axis=0) * sides).min())


def resampled(density: np.ndarray, resolution: int) -> np.ndarray:
    """The density with `resolution` cells along its longest axis, by trilinear interpolation."""
    scale = resolution / max(density.shape)
    shape = [max(2, round(n * scale)) for n in density.shape]
    return density if scale == 1.0 else _resized(density, shape)


def relative_to(surface: Surface, location: np.ndarray, on_floor: bool) -> Surface:
    """The surface in coordinates whose origin lies at `place`; a seated one is also set down on it."""
    offset = np.array(location, np.float64)
    if on_floor:
        offset[2] = surface.points[:, 2].min()
    origin = tuple((np.array(surface.origin) + offset).tolist())
    return replace(surface, points=(surface.points - offset).astype(np.float32), origin=origin)


def transformed(surface: Surface, matrix: np.ndarray) -> Surface:
    """The surface with its points moved by a 4x4, as a mesh has them; faces keep facing outward."""
    if np.array_equal(matrix, np.eye(4)):
        return surface
    points = _transform_points(surface.points.astype(np.float64), matrix).astype(np.float32)
    mirrored = np.linalg.det(np.asarray(matrix)[:3, :3]) < 0
    faces = surface.faces[:, ::-1] if mirrored else surface.faces
    return replace(surface, points=points, faces=faces, face_parts=parts_of_faces(surface))


def is_flat(mesh: bpy.types.Mesh) -> bool:
    """Tells whether a person shaded all of its faces flat."""
    smooth = np.empty(len(mesh.polygons), bool)
    mesh.polygons.foreach_get("use_smooth", smooth)
    return bool(len(smooth)) and not smooth.any()


def bottom_center(surface: Surface) -> np.ndarray:
    """The center of the bottom of the box around the surface."""
    low, high = surface.points.min(axis=0), surface.points.max(axis=0)
    return np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]], np.float64)


def mesh_from(surface: Surface, name: str) -> bpy.types.Mesh:
    """A new Blender mesh with the colors in the point attribute "Color"."""
    mesh = bpy.data.meshes.new(name)
    try:
        _fill_mesh(mesh, surface)
    except BaseException:
        bpy.data.meshes.remove(mesh)
        raise
    return mesh


def quads_of(density: np.ndarray, threshold: float) -> tuple[np.ndarray, np.ndarray]:
    """Points in index space, and quads that face outward.

    Raises:
        EmptyMeshError: the density crosses the threshold nowhere.
    """
    part, first = _solid_part(density, threshold)
    padded = np.pad(np.nan_to_num(np.asarray(part, np.float32)), 1)  # so that a surface that reaches the box is closed
    volume = openvdb().FloatGrid(0.0)
    volume.copyFromArray(np.ascontiguousarray(padded))
    points, quads = volume.convertToQuads(isovalue=threshold)
    if not len(quads):
        raise EmptyMeshError(_empty_message(density, threshold))
    inside = np.clip(points + (first - 1.0), -0.5, np.array(density.shape) - 0.5)  # never half a voxel beyond the box
    return inside.astype(np.float32), quads[:, ::-1].astype(np.int32)  # turned: OpenVDB expects values that fall inward


def _solid_part(density: np.ndarray, threshold: float) -> tuple[np.ndarray, np.ndarray]:
    """Returns what surrounds all that is dense enough, by a cell, and the index where it begins: most of a grid is
    empty.

    Raises:
        EmptyMeshError: nothing is dense enough.
    """
    half = np.float16(min(threshold, HALF_MAX))  # as densities travel: nothing may be lost to rounding
    solid = density >= np.nextafter(half, np.float16(0))  # false for NaN
    spans = [np.flatnonzero(solid.any(axis=tuple({0, 1, 2} - {axis}))) for axis in range(3)]
    if not len(spans[0]):
        raise EmptyMeshError(_empty_message(density, threshold))
    first = np.array([max(span[0] - 1, 0) for span in spans])
    return density[tuple(slice(low, span[-1] + 2) for low, span in zip(first, spans, strict=True))], first


def _empty_message(density: np.ndarray, threshold: float) -> str:
    highest = float(np.nanmax(density))
    if highest <= 0.0:
        return "The field is empty, so there is nothing to mesh: run longer, or change the prompt."
    return f"Nothing is as dense as {threshold:g}: the highest density is {highest:.3g}, so choose a lower threshold."


def openvdb() -> Any:
    """Blender's own OpenVDB; in the bpy module its folder has to be put on the path first."""
    bpy.utils.expose_bundled_modules()
    import openvdb

    return openvdb


def smoothed(points: np.ndarray, faces: np.ndarray, passes: int) -> np.ndarray:
    """Voxel stairs go, the volume stays (Taubin 1995, "A signal processing approach to fair surface design")."""
    if passes <= 0:
        return points
    corners = faces.shape[1]
    edges = np.concatenate([faces[:, [i, (i + 1) % corners]] for i in range(corners)])
    counts = np.bincount(edges[:, 0], minlength=len(points))[:, None]
    for weight in (_TAUBIN_SHRINK, _TAUBIN_GROW) * passes:
        points = points + weight * (_neighbor_sums(points, edges) / counts - points)
    return points.astype(np.float32)


def smoothed_in_cells(points: np.ndarray, faces: np.ndarray, passes: int) -> np.ndarray:
    """The smoothed points, each in the cell of the lattice that it came from: so sheets that lie close do not cross."""
    return within_cells(smoothed(points, faces, passes), points, max(0, passes - MAX_PASSES_IN_CELL) / 10)


def within_cells(moved: np.ndarray, points: np.ndarray, beyond: float = 0.0) -> np.ndarray:
    """The `moved` points, none more than `beyond` voxels outside the cell of the lattice that `points` lie in."""
    low, inside = np.floor(points), _CELL_MARGIN - beyond
    return np.clip(moved, low + inside, low + 1 - inside).astype(np.float32)


def _neighbor_sums(points: np.ndarray, edges: np.ndarray) -> np.ndarray:
    # On a closed surface every edge is walked once in each direction, so the first ends alone reach all neighbors.
    sums = [np.bincount(edges[:, 0], points[edges[:, 1], axis], len(points)) for axis in range(3)]
    return np.stack(sums, axis=1)


def _trilinear(values: np.ndarray, points: np.ndarray) -> np.ndarray:
    """`values` (x, y, z, ...) at `points` (n, 3) in index space; outside the outermost centers the nearest holds."""
    limit = np.array(values.shape[:3]) - 1
    at = np.clip(points, 0, limit)
    low = np.minimum(at.astype(np.int64), np.maximum(limit - 1, 0))
    fraction = (at - low).astype(np.float32)
    total = 0.0
    for corner in np.ndindex(2, 2, 2):
        weight = np.prod(np.where(corner, fraction, 1 - fraction), axis=1)
        index = np.minimum(low + corner, limit)
        sample = values[index[:, 0], index[:, 1], index[:, 2]].astype(np.float32)
        total = total + sample * weight.reshape(-1, *[1] * (sample.ndim - 1))
    return total


def _resized(values: np.ndarray, shape: list[int]) -> np.ndarray:
    """`values` (x, y, z, ...) with `shape` cells over the same box, one axis after the other (separable)."""
    result = np.asarray(values, np.float32)
    for axis, count in enumerate(shape):
        result = _resized_along(result, axis, count)
    return result


def _resized_along(values: np.ndarray, axis: int, count: int) -> np.ndarray:
    size = values.shape[axis]
    at = np.clip((np.arange(count) + 0.5) * size / count - 0.5, 0, size - 1)
    low = np.minimum(at.astype(np.int64), max(size - 2, 0))
    fraction = (at - low).astype(np.float32).reshape([-1 if i == axis else 1 for i in range(values.ndim)])
    first, second = np.take(values, low, axis), np.take(values, np.minimum(low + 1, size - 1), axis)
    return first + (second - first) * fraction


def _to_scene(points: np.ndarray, grid: GridData) -> np.ndarray:
    low, high = np.asarray(grid.bounds_low, np.float64), np.asarray(grid.bounds_high, np.float64)
    world = low + (points + 0.5) * (high - low) / np.array(grid.density.shape)
    return _transform_points(world, grid.transform)


def _transform_points(points: np.ndarray, transform: np.ndarray) -> np.ndarray:
    matrix = np.asarray(transform, np.float64)
    return points @ matrix[:3, :3].T + matrix[:3, 3]


def bare_mesh(points: np.ndarray, faces: np.ndarray, name: str) -> bpy.types.Mesh:
    """A new Blender mesh of points (n, 3) and faces (m, 3 or 4), and nothing else."""
    mesh = bpy.data.meshes.new(name)
    try:
        _fill_geometry(mesh, points, faces)
    except BaseException:
        bpy.data.meshes.remove(mesh)
        raise
    return mesh


def _fill_geometry(mesh: bpy.types.Mesh, points: np.ndarray, faces: np.ndarray) -> None:
    mesh.vertices.add(len(points))
    mesh.loops.add(faces.size)
    mesh.polygons.add(len(faces))
    mesh.vertices.foreach_set("co", np.ascontiguousarray(points, np.float32).ravel())
    mesh.loops.foreach_set("vertex_index", np.ascontiguousarray(faces).ravel())
    mesh.polygons.foreach_set("loop_start", np.arange(0, faces.size, faces.shape[1], dtype=np.int32))
    mesh.update(calc_edges=True)


def _fill_mesh(mesh: bpy.types.Mesh, surface: Surface) -> None:
    _fill_geometry(mesh, surface.points, surface.faces)
    _set_colors(mesh, surface.colors)
    mesh[ORIGIN] = surface.origin
    mesh.shade_smooth()
    if surface.is_adaptive:
        mesh.set_sharp_from_angle(angle=HARD_EDGE)
    _set_face_sets(mesh, surface)
    note_as_made(mesh)


def parts_of_faces(surface: Surface) -> np.ndarray | None:
    """Returns the number of the part of each face (m,); None where no parts are known."""
    if surface.face_parts is not None or surface.parts is None:
        return surface.face_parts
    return surface.parts.at(surface.points[surface.faces].mean(axis=1) + np.array(surface.origin))


def _set_face_sets(mesh: bpy.types.Mesh, surface: Surface) -> None:
    """A face set for each part that there is, in the order of the mesh's list of names."""
    numbers = parts_of_faces(surface)
    if surface.parts is None or numbers is None:
        return
    present = np.unique(numbers)
    mesh[PARTS] = [surface.parts.names[number] for number in present]
    found = mesh.attributes.new(FACE_SETS, "INT", "FACE")
    found.data.foreach_set("value", np.searchsorted(present, numbers).astype(np.int32) + 1)


def _set_colors(mesh: bpy.types.Mesh, colors: np.ndarray) -> None:
    attribute = mesh.color_attributes.new(COLOR_ATTRIBUTE, "BYTE_COLOR", "POINT")
    encoded = np.concatenate([colors, np.ones((len(colors), 1), np.float32)], axis=1)
    attribute.data.foreach_set("color_srgb", encoded.ravel())
    mesh.color_attributes.active_color = attribute
    mesh.color_attributes.render_color_index = 0
