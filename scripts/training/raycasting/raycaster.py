"""Rays against meshes: an instance of a thing, seen from cameras on an orbit, as small images without color.

For each part k and pixel, with the mean taken over supersamples,
    coverage_k = mean [the ray meets part k]        shade_k = mean [the ray meets part k] (0.72 + 0.28 max(0, n . l)),
so that for any colors c_k the premultiplied image is exactly  sum_k c_k shade_k  and its alpha  sum_k coverage_k.
Embree (Wald et al. 2014) finds what a ray meets; all parts lie in one scene, and a table tells whose face it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene
from jaxtyping import Float, UInt8
from numpy import ndarray
from torch import Tensor
from trimesh import Trimesh

from ..materials.surface_layers import LAYERS, surface_layers
from .orbit import Orbit, pixel_rays

AMBIENT, DIFFUSE = 0.72, 0.28
LIGHT = np.array([-0.45, -0.65, 0.80]) / np.linalg.norm([-0.45, -0.65, 0.80])  # up, front, left; fixed in the world
RESOLUTION, SUPERSAMPLES = 32, 4
REACH = 0.96  # see `fitted`; at the nearest distance of the orbit the picture's edge is 1.03 from the center


def fit_to_frame(meshes: Sequence[Trimesh], reach: float = REACH) -> list[Trimesh]:
    """The meshes moved and scaled together: the box around them is centered, and its size is what a picture can hold.

    That size is the mean of two radii: of the farthest vertex, and of the box's farthest corner. The first alone would
    make a ball 1.7 times as wide as a cube, the second would leave a ball small in its picture.
    """
    points = np.concatenate([mesh.vertices for mesh in meshes])
    low, high = points.min(0), points.max(0)
    center = (low + high) / 2
    farthest = np.linalg.norm(points - center, axis=1).max()
    scale = 2 * reach / (farthest + np.linalg.norm(high - center))
    return [mesh.copy().apply_translation(-center).apply_scale(scale) for mesh in meshes]


@dataclass(frozen=True)
class PartImages:
    """Eight bits are enough for coverage and shade."""

    coverage: UInt8[Tensor, "v k h w"]
    shade: UInt8[Tensor, "v k h w"]


class Raycaster:
    """A few meshes as one scene for rays."""

    def __init__(self, meshes: Sequence[Trimesh]) -> None:
        self.parts = len(meshes)
        self.scene = EmbreeScene()
        triangles = np.concatenate([mesh.triangles for mesh in meshes])
        self._mesh = TriangleMesh(self.scene, triangles.astype(np.float32))
        self.normals = np.concatenate([mesh.face_normals for mesh in meshes])
        self.light = AMBIENT + DIFFUSE * np.maximum(0, self.normals @ LIGHT)
        self.corner = triangles[:, 0]
        self.part_of_face = np.repeat(np.arange(self.parts), [len(mesh.faces) for mesh in meshes])

    def images(
        self,
        orbit: Orbit,
        resolution: int = RESOLUTION,
        supersamples: int = SUPERSAMPLES,
        lights: Float[Tensor, "v 3"] | None = None,
    ) -> PartImages:
        """Coverage and shade of each part, as in the module's docstring, one picture for each camera.

        With a light of its own for each camera, shade is  mean [the ray meets part k] max(0, n . l).
        """
        fixed = [self.light] * len(orbit.azimuth)
        lit = fixed if lights is None else np.maximum(0, lights.double().numpy() @ self.normals.T)
        views = [Orbit(*(value[i : i + 1] for value in vars(orbit).values())) for i in range(len(orbit.azimuth))]
        coverage, shade = zip(
            *(self._view(*view_and_light, resolution, supersamples) for view_and_light in zip(views, lit, strict=True)),
            strict=True,
        )
        return PartImages(*(torch.from_numpy(np.stack(images)) for images in (coverage, shade)))

    def layers(
        self, orbit: Orbit, main: Sequence[int], resolution: int = RESOLUTION, supersamples: int = SUPERSAMPLES
    ) -> UInt8[Tensor, "v l h w"]:
        """What surfaces.py says of the parts numbered in `main`, each layer's mean over a pixel's supersamples."""
        views = (Orbit(*(value[i : i + 1] for value in vars(orbit).values())) for i in range(len(orbit.azimuth)))
        return torch.from_numpy(np.stack([self._layers(view, main, resolution, supersamples) for view in views]))

    def _layers(self, orbit: Orbit, main: Sequence[int], resolution: int, supersamples: int) -> ndarray:
        origins, directions = pixel_rays(orbit, resolution * supersamples)
        face = self.faces_met(origins, directions)
        met = np.flatnonzero((face >= 0) & np.isin(self.part_of_face[face], main))
        face, start, along = face[met], origins[0, met].double().numpy(), directions[0, met].double().numpy()
        normals = self.normals[face]
        far = ((self.corner[face] - start) * normals).sum(-1) / (along * normals).sum(-1)
        values = surface_layers(start + far[:, None] * along, normals, self.light[face], LIGHT)
        pixel = _pixels(met, resolution, supersamples)
        sums = [np.bincount(pixel, value, resolution**2) for value in values]
        shape = (len(LAYERS), resolution, resolution)
        return (255 * np.stack(sums) / supersamples**2).round().astype(np.uint8).reshape(shape)

    def _view(self, orbit: Orbit, light: ndarray, resolution: int, supersamples: int) -> tuple[ndarray, ndarray]:
        face = self.faces_met(*pixel_rays(orbit, resolution * supersamples))
        met = np.flatnonzero(face >= 0)
        bin_index = self.part_of_face[face[met]] * resolution**2 + _pixels(met, resolution, supersamples)
        shape = (self.parts, resolution, resolution)
        sums = (np.bincount(bin_index, weights, np.prod(shape)) for weights in (None, light[face[met]]))
        coverage, shade = ((255 * image / supersamples**2).round().astype(np.uint8).reshape(shape) for image in sums)
        return coverage, shade

    def faces_met(self, origins: Float[Tensor, "b n 3"], directions: Float[Tensor, "b n 3"]) -> ndarray:
        """The face that each ray meets first, -1 for none."""
        flat = (rays.reshape(-1, 3).contiguous().float().numpy() for rays in (origins, directions))
        face: ndarray = self.scene.run(*flat)
        return face


def _pixels(rays: ndarray, resolution: int, supersamples: int) -> ndarray:
    """The pixel that each supersample lies in."""
    row, column = rays // (resolution * supersamples), rays % (resolution * supersamples)
    pixel: ndarray = row // supersamples * resolution + column // supersamples
    return pixel
