"""Shape keys of a dense mesh carried over to a light one of the same shape."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree


def transfer(dense: bpy.types.Object, dense_shape: bpy.types.Mesh, light: bpy.types.Object) -> None:
    """Give `light` the relative shape keys of `dense`, each with its value, so that both move alike.

    Args:
        dense_shape: the dense mesh as its keys and modifiers make it now, which `light` was made of. Where a modifier
            gave it other points than the keys have, there is nothing to go by, and no key is carried over.
    """
    keys = dense.data.shape_keys
    if keys is None or not keys.use_relative or len(dense_shape.vertices) != len(dense.data.vertices):
        return
    corners, weights = _nearest(dense_shape, light.data)
    offsets = {key: _offset(key)[corners] for key in keys.key_blocks[1:]}
    moved = {key: np.einsum("nc,ncx->nx", weights, each) for key, each in offsets.items()}
    mixed = sum((key.value * each for key, each in moved.items() if not key.mute), np.zeros((len(corners), 3)))
    basis = _points(light.data.vertices) - mixed
    _set_points(light.shape_key_add(name=keys.key_blocks[0].name, from_mix=False), basis)
    light.data.vertices.foreach_set("co", basis.astype(np.float32).ravel())
    for key, each in moved.items():
        made = light.shape_key_add(name=key.name, from_mix=False)
        _set_points(made, basis + each)
        made.slider_min, made.slider_max, made.value, made.mute = key.slider_min, key.slider_max, key.value, key.mute
    _share_action(keys, light.data.shape_keys)


def _nearest(dense: bpy.types.Mesh, light: bpy.types.Mesh) -> tuple[np.ndarray, np.ndarray]:
    """Finds for each point of `light` the corners (n, 3) of the nearest triangle of `dense`, and their weights."""
    dense.calc_loop_triangles()
    triangles = np.array([triangle.vertices[:] for triangle in dense.loop_triangles])
    points = _points(dense.vertices)
    tree = BVHTree.FromPolygons(points.tolist(), triangles.tolist())
    found = [tree.find_nearest(Vector(point)) for point in _points(light.vertices)]
    corners = triangles[[index for _, _, index, _ in found]]
    return corners, _barycentric(points[corners], np.array([place for place, *_ in found]))


def _barycentric(triangles: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The weights (n, 3) with which the corners (n, 3, 3) of triangles give points in them (Ericson 2004, 3.4)."""
    a, b, c = np.moveaxis(triangles, 1, 0)
    along, across, to = b - a, c - a, at - a
    d00, d01, d11 = (np.einsum("nx,nx->n", *each) for each in ((along, along), (along, across), (across, across)))
    d20, d21 = np.einsum("nx,nx->n", to, along), np.einsum("nx,nx->n", to, across)
    area = np.maximum(d00 * d11 - d01 * d01, 1e-30)
    v, w = (d11 * d20 - d01 * d21) / area, (d00 * d21 - d01 * d20) / area
    return np.clip(np.stack([1 - v - w, v, w], axis=1), 0.0, 1.0)


def _offset(key: bpy.types.ShapeKey) -> np.ndarray:
    return _points(key.data) - _points(key.relative_key.data)


def _points(holder: Any) -> np.ndarray:
    points = np.empty(len(holder) * 3, np.float32)
    holder.foreach_get("co", points)
    return points.reshape(-1, 3).astype(np.float64)


def _set_points(key: bpy.types.ShapeKey, points: np.ndarray) -> None:
    key.data.foreach_set("co", points.astype(np.float32).ravel())


def _share_action(source: bpy.types.Key, target: bpy.types.Key) -> None:
    """Returns what animates the values of one animates those of the other."""
    given = source.animation_data
    if given is not None and given.action is not None:
        taken = target.animation_data_create()
        taken.action = given.action
        if given.action_slot is not None:
            taken.action_slot = given.action_slot
