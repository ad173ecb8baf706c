"""What rays meet: an instance of a thing from random cameras, as layers that any light and paint make pictures of.

For each pixel, of one ray through its middle:

    part     the number of the part that is met, FLOOR or SKY where there is none
    normal   of the surface, times 127
    lit      bit 0: the sun of this view reaches it; bit 1: a ray of the sky, drawn about the normal, does

The sun is a disc and the sky's ray is random, so the means of a few pixels are soft shadows and dark corners. Cameras
are at the height of eyes rather than anywhere, and rather before a thing than behind it: as people take pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import radians

import numpy as np
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene
from jaxtyping import Float, Int8, UInt8
from numpy import ndarray
from trimesh import Trimesh

SIZE = 80
FLOOR, SKY = 254, 255
ELEVATION, DISTANCE = (radians(-12), radians(55)), (2.3, 6.0)
FRONT_SHARE, FRONT = 0.6, radians(50)
FIELD = 1.04  # half-width of the picture, at the distance of the object's middle
SUN = 0.12  # radius of the sun's disc, at distance 1
OFF = 1e-3  # so far from a surface the rays to the sun begin


@dataclass(frozen=True)
class Layers:
    """Of v views; `sun` points to it and `eye` to the camera, in the frame of the thing."""

    part: UInt8[ndarray, "v h w"]
    normal: Int8[ndarray, "v h w 3"]
    lit: UInt8[ndarray, "v h w"]
    sun: Float[ndarray, "v 3"]
    eye: Float[ndarray, "v 3"]


class Scene:
    """A few meshes for rays, and the floor below them."""

    def __init__(self, meshes: Sequence[Trimesh]) -> None:
        triangles = np.concatenate([mesh.triangles for mesh in meshes])
        self._scene = EmbreeScene()
        self._mesh = TriangleMesh(self._scene, triangles.astype(np.float32))
        self.normals = np.concatenate([mesh.face_normals for mesh in meshes])
        self.part = np.repeat(np.arange(len(meshes)), [len(mesh.faces) for mesh in meshes]).astype(np.uint8)
        self.floor = float(triangles[..., 2].min())

    def view(self, draw: np.random.Generator) -> tuple[ndarray, ...]:
        """The layers of one picture, in the order of Layers."""
        origin, directions, eye = camera(draw)
        origins = np.broadcast_to(origin, directions.shape).astype(np.float32).copy()
        met = self._scene.run(origins, directions.astype(np.float32), output=True)
        face, far = met["primID"], met["tfar"].astype(np.float64)
        hit = face >= 0
        down = np.where(
            directions[:, 2] < -1e-4, (self.floor - origin[2]) / np.minimum(directions[:, 2], -1e-4), np.inf
        )
        floor = ~hit & (down > 0) & (down < 40)
        part = np.where(hit, self.part[face], np.where(floor, FLOOR, SKY)).astype(np.uint8)
        normal = np.where(hit[:, None], self.normals[face], [0.0, 0.0, 1.0])
        normal[(normal * directions).sum(-1) > 0] *= -1
        points = origin + np.where(hit, far, np.where(floor, down, 0))[:, None] * directions + OFF * normal
        sun = sun_direction(draw, eye)
        towards = np.stack([sun + SUN * draw.normal(size=points.shape), _about(normal, draw)])
        reached = [self._free(points, way, hit | floor) for way in towards]
        lit = (reached[0] | (reached[1] << 1)).astype(np.uint8)
        shape = (SIZE, SIZE)
        return (
            part.reshape(shape),
            np.round(127 * normal).astype(np.int8).reshape(*shape, 3),
            lit.reshape(shape),
            sun,
            eye,
        )

    def _free(self, points: ndarray, way: ndarray, asked: ndarray) -> ndarray:
        """1 where nothing stands in the way."""
        free = np.ones(len(points), np.uint8)
        if asked.any():
            met = self._scene.run(points[asked].astype(np.float32), way[asked].astype(np.float32), query="OCCLUDED")
            free[asked] = met < 0
        return free


def camera(draw: np.random.Generator) -> tuple[Float[ndarray, " 3"], Float[ndarray, "n 3"], Float[ndarray, " 3"]]:
    """Where it stands, the rays of its pixels with rows from the top, and the unit direction to it."""
    front = draw.normal() * FRONT
    azimuth = front if draw.uniform() < FRONT_SHARE else draw.uniform(0, 2 * np.pi)
    elevation, distance = draw.uniform(*ELEVATION), draw.uniform(*DISTANCE)
    flat = np.cos(elevation)
    eye = np.array([np.sin(azimuth) * flat, -np.cos(azimuth) * flat, np.sin(elevation)])
    right = np.array([np.cos(azimuth), np.sin(azimuth), 0.0])
    up = np.cross(eye, right)
    across = ((np.arange(SIZE) + 0.5) / SIZE * 2 - 1) * FIELD / np.sqrt(distance**2 - 1)
    down, side = np.meshgrid(-across, across, indexing="ij")
    rays = (side[..., None] * right + down[..., None] * up - eye).reshape(-1, 3)
    return distance * eye, rays / np.linalg.norm(rays, axis=-1, keepdims=True), eye


def sun_direction(draw: np.random.Generator, eye: Float[ndarray, " 3"]) -> Float[ndarray, " 3"]:
    """Anywhere above, rather on the camera's side."""
    towards = 0.5 * eye + [0, 0, 0.7] + 0.8 * draw.normal(size=3)
    towards[2] = abs(towards[2]) + 0.1
    unit: ndarray = towards / np.linalg.norm(towards)
    return unit


def _about(normal: ndarray, draw: np.random.Generator) -> ndarray:
    """Directions above the surface, more of them the nearer they are to the normal (Lambert)."""
    ball = draw.normal(size=normal.shape)
    towards: ndarray = normal * 1.01 + ball / np.linalg.norm(ball, axis=-1, keepdims=True)
    return towards


def render_layers(meshes: Sequence[Trimesh], views: int, draw: np.random.Generator) -> Layers:
    """So many views of meshes that lie in the frame which all things share (`raycaster.fit_to_frame`)."""
    scene = Scene(meshes)
    return Layers(*(np.stack(layer) for layer in zip(*(scene.view(draw) for _ in range(views)), strict=True)))
