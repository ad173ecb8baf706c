"""Where a surface of triangles passes through itself, by Blender's own tree of boxes."""

from __future__ import annotations

import numpy as np
from mathutils.bvhtree import BVHTree


def tree_of(points: np.ndarray, triangles: np.ndarray) -> BVHTree:
    return BVHTree.FromPolygons(points.tolist(), triangles.tolist(), all_triangles=True)


def crossing_faces(tree: BVHTree) -> np.ndarray:
    """The numbers of triangles that cross another one which shares no edge with them."""
    return np.unique(np.array(tree.overlap(tree), np.int64).reshape(-1))


def distances(tree: BVHTree, points: np.ndarray) -> np.ndarray:
    """Measures how far each point lies from the surface of the tree."""
    return np.array([tree.find_nearest(each)[3] for each in points.tolist()], np.float64)


def nearest_faces(tree: BVHTree, points: np.ndarray) -> np.ndarray:
    """The number of the triangle that is nearest to each point."""
    return np.array([tree.find_nearest(each)[2] for each in points.tolist()], np.int64)
