"""Results without a backend: solids known in closed form, kept as a job's grid is."""

from __future__ import annotations

import bpy
import numpy as np

from addon import flows
from addon.blender import grid_mesh, paths, results
from addon.core.calls import GridData

LOW, HIGH = (-1.0, -1.0, -1.0), (1.0, 1.0, 1.0)
JOB = "a1"


def places(size, low=LOW, high=HIGH):
    """The positions of all cell centers (size, size, size, 3)."""
    axes = [lo + (np.arange(size) + 0.5) * (hi - lo) / size for lo, hi in zip(low, high, strict=True)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)


def inside_ball(at, center, radius):
    """10 on the sphere, rising by 100 per meter inward."""
    return 10 + 100 * (radius - np.linalg.norm(at - np.array(center), axis=-1))


def grid_of(density, low=LOW, high=HIGH, threshold=10.0, color=None):
    """A grid of this density; its colors say the place."""
    density = np.clip(density, 0, None).astype(np.float16)
    if color is None:
        color = np.rint(127.5 * (places(len(density)) + 1)).astype(np.uint8)
    return GridData(density, color, low, high, np.eye(4), threshold, {"edges": [0.0, 1.0], "counts": [1.0]}, 7)


def planets(size=40):
    """A ball with a cavity in which a small ball floats; a second ball beside it, and a crumb: five pieces."""
    at = places(size)
    shell = np.minimum(inside_ball(at, (-0.3, 0, 0), 0.6), -inside_ball(at, (-0.3, 0, 0), 0.36) + 20)
    others = [((-0.3, 0, 0), 0.16), ((0.65, 0, 0), 0.25), ((0.8, 0.8, 0.8), 0.07)]
    return grid_of(np.max([shell, *(inside_ball(at, *each) for each in others)], axis=0))


def small_ball(size=24):
    return grid_of(inside_ball(places(size), (0, 0, 0), 0.6))


def kept_result(grid, name="a ball", job=JOB, on_floor=False):
    """A result in the scene whose grid is kept, as a job leaves it."""
    flows.APP.cache_grid(job, grid, paths.cache_folder())
    surface = grid_mesh.surface_of(grid, grid.threshold, 5)
    location = (0.0, 0.0, 0.0)
    origin = results.Provenance("a ball", 3, job, grid.threshold, grid.step, "[]", "GPL", on_floor, location)
    mesh = grid_mesh.mesh_from(grid_mesh.relative_to(surface, np.array(location), on_floor), name)
    made = results.add_result(bpy.context.scene, mesh, origin, name)
    results.select_only(bpy.context, made)
    return made
