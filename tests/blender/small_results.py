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
    """The positions of all cell centres (size, size, size, 3)."""
    axes = [lo + (np.arange(size) + 0.5) * (hi - lo) / size for lo, hi in zip(low, high, strict=True)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)


def inside_ball(at, centre, radius):
    """10 on the sphere, rising by 100 per metre inward."""
    return 10 + 100 * (radius - np.linalg.norm(at - np.array(centre), axis=-1))


def grid_of(density, low=LOW, high=HIGH, threshold=10.0, colour=None):
    """A grid of this density; its colours say the place."""
    density = np.clip(density, 0, None).astype(np.float16)
    if colour is None:
        colour = np.rint(127.5 * (places(len(density)) + 1)).astype(np.uint8)
    return GridData(density, colour, low, high, np.eye(4), threshold, {"edges": [0.0, 1.0], "counts": [1.0]}, 7)


def planets(size=40):
    """A ball with a cavity in which a small ball floats; a second ball beside it, and a crumb: five pieces."""
    at = places(size)
    shell = np.minimum(inside_ball(at, (-0.3, 0, 0), 0.6), -inside_ball(at, (-0.3, 0, 0), 0.36) + 20)
    others = [((-0.3, 0, 0), 0.16), ((0.65, 0, 0), 0.25), ((0.8, 0.8, 0.8), 0.07)]
    return grid_of(np.max([shell, *(inside_ball(at, *each) for each in others)], axis=0))


def small_ball(size=24):
    return grid_of(inside_ball(places(size), (0, 0, 0), 0.6))


def kept_result(grid, name="a ball", job=JOB, seated=False):
    """A result in the scene whose grid is kept, as a job leaves it."""
    flows.STUDIO.keep_grid(job, grid, paths.cache_folder())
    surface = grid_mesh.surface_of(grid, grid.threshold, 5)
    place = (0.0, 0.0, 0.0)
    origin = results.Origin("a ball", 3, job, grid.threshold, grid.step, "[]", "GPL", seated, place)
    mesh = grid_mesh.mesh_from(grid_mesh.about(surface, np.array(place), seated), name)
    made = results.add_result(bpy.context.scene, mesh, origin, name)
    results.select_only(bpy.context, made)
    return made
