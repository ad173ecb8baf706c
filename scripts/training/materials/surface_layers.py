"""What a surface may be made of or painted with, as layers that are fixed to the thing and not to the eye.

A radiance field has one color at a place, whoever looks: so a highlight lies where the normal points to the light, and
what metal mirrors depends on its normal alone. Each layer is in [0, 1].

    stripes, spots, checks, grain   where the second color is, times the light there
    highlight                       exp(12 (n . l - 1)), and half as much about a second, lower light
    sky                             what a mirror of that normal shows of a bright sky over a dark horizon
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256

import numpy as np
from jaxtyping import Float
from numpy import ndarray

LAYERS = ("stripes", "spots", "checks", "grain", "highlight", "sky")
STRIPE, CHECK, SPOT, RING = 0.6, 0.9, 0.62, 0.17  # periods, in units of the scene; a thing is about 1.6 wide
SPOT_RADIUS = 0.2  # four pixels and more for each stripe, check and spot: finer ones came as blotches
SHARPNESS = 12.0
SECOND_LIGHT = np.array([0.75, -0.6, 0.3]) / np.linalg.norm([0.75, -0.6, 0.3])
SKY = ((-1.0, 0.3), (-0.4, 0.65), (-0.1, 0.1), (0.2, 0.3), (0.5, 1.0), (0.8, 0.6), (1.0, 1.0))  # n_z and brightness


def surface_layers(
    points: Float[ndarray, "n 3"],
    normals: Float[ndarray, "n 3"],
    light: Float[ndarray, " n"],
    towards: Float[ndarray, " 3"],
) -> Float[ndarray, "6 n"]:
    """The layers in the order of LAYERS; `light` is the shade there, `towards` the direction to the light."""
    masks = (stripes(points), spots(points, normals), checks(points), grain(points))
    return np.stack([*(mask * light for mask in masks), highlight(normals, towards), sky(normals)])


def stripes(points: ndarray) -> ndarray:
    """Rings round the Z axis, as wide as the gaps between them."""
    return (np.mod(points[:, 2] / STRIPE, 1) < 0.5).astype(float)


def checks(points: ndarray) -> ndarray:
    """Cubes of two kinds in turn; moved off the origin, so that no face of a centered box lies between two."""
    mask: ndarray = (np.floor(points / (CHECK / 2) + 0.37).sum(-1) % 2).astype(float)
    return mask


def spots(points: ndarray, normals: ndarray) -> ndarray:
    """Discs at the crossings of a lattice in the plane that the normal is most nearly square to."""
    away = np.argmax(np.abs(normals), axis=-1)
    flat = np.stack([np.where(away == 0, points[:, 1], points[:, 0]), np.where(away == 2, points[:, 1], points[:, 2])])
    off = np.mod(flat / SPOT + 0.5, 1) - 0.5
    mask: ndarray = (np.hypot(*off) * SPOT < SPOT_RADIUS).astype(float)
    return mask


def grain(points: ndarray) -> ndarray:
    """Year rings round a trunk along X that is bent a little: 1 at the dark edge of each ring."""
    radius = np.hypot(points[:, 1] + 0.9, points[:, 2] + 0.35) + 0.06 * np.sin(2.3 * points[:, 0])
    return np.mod(radius / RING, 1) ** 2


def highlight(normals: ndarray, towards: ndarray) -> ndarray:
    lobes = (np.exp(SHARPNESS * (normals @ light - 1)) for light in (towards, SECOND_LIGHT))
    first, second = lobes
    spot: ndarray = np.minimum(first + 0.5 * second, 1)
    return spot


def sky(normals: ndarray) -> ndarray:
    heights, brightness = zip(*SKY, strict=True)
    mirrored: ndarray = np.interp(normals[:, 2], heights, brightness)
    return mirrored


@cache
def surface_fingerprint() -> str:
    """Changes when any layer does."""
    drawn = np.random.default_rng(0).normal(size=(2, 500, 3))
    normals = drawn[1] / np.linalg.norm(drawn[1], axis=-1, keepdims=True)
    return sha256(surface_layers(drawn[0], normals, np.ones(500), normals[0]).round(3).tobytes()).hexdigest()[:8]
