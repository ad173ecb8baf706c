"""Light and paint on layers, then crops over backgrounds, in compiled loops: a picture takes a millisecond.

    shaded   c_k (ambient (1 + n_z) / 2 (1/3 + 2/3 [sky]) + sun max(0, n . l) [sun]) + gloss (n . h)^p
             with h half way between the light and the eye
    pasted   each pixel the mean of four places of the layer, moved by an affine map, over the background; then sRGB

Colors are linear and premultiplied until the last line of `pasted`.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, UInt8
from numba import njit
from numpy import ndarray

FLOOR, SKY = 254, 255  # as views.py has them; a constant of another file is no constant of a compiled loop
PARTS = 6
SUBSAMPLES = 2


@njit(cache=True)
def shaded(
    layers: UInt8[ndarray, "h w 5"],
    colors: Float[ndarray, "k 3"],
    floor: Float[ndarray, " 4"],
    sun: Float[ndarray, " 3"],
    eye: Float[ndarray, " 3"],
    lights: Float[ndarray, "2 3"],
    gloss: Float[ndarray, " 2"],
    shadows: bool,
    wave: Float[ndarray, " 4"],
) -> Float[ndarray, "h w 4"]:
    """Linear premultiplied color with alpha, of layers [part, normal x y z, lit].

    `lights` are ambient and sun, `gloss` strength and exponent, `floor` its color and opacity; `wave` is how much the
    first part's color varies in bands, across x and y, and their phase.
    """
    height, width = layers.shape[:2]
    out = np.zeros((height, width, 4), np.float32)
    half = sun + eye
    half /= np.sqrt((half * half).sum()) + 1e-9
    for y in range(height):
        for x in range(width):
            part = layers[y, x, 0]
            if part == SKY or (part == FLOOR and floor[3] == 0):
                continue
            normal = np.empty(3, np.float32)
            for axis in range(3):
                value = int(layers[y, x, 1 + axis])
                normal[axis] = (value - 256 if value > 127 else value) / 127.0
            lit = layers[y, x, 4]
            facing = normal[0] * sun[0] + normal[1] * sun[1] + normal[2] * sun[2]
            if facing < 0 or (shadows and lit & 1 == 0):
                facing = 0.0
            around = 0.35 + 0.65 * (1 + normal[2]) / 2
            if shadows and lit & 2 == 0:
                around *= 0.3333
            shine = 0.0
            if facing > 0 and gloss[0] > 0 and part != FLOOR:
                along = normal[0] * half[0] + normal[1] * half[1] + normal[2] * half[2]
                if along > 0:
                    shine = gloss[0] * along ** gloss[1]
            band = 1.0
            if part == 0 and wave[0] > 0:
                band = 1 - wave[0] * (0.5 + 0.5 * np.sin(wave[1] * x + wave[2] * y + wave[3]))
            alpha = floor[3] if part == FLOOR else 1.0
            for channel in range(3):
                own = floor[channel] if part == FLOOR else colors[min(part, PARTS - 1), channel] * band
                light = lights[0, channel] * around + lights[1, channel] * facing
                out[y, x, channel] = alpha * (own * light + shine * lights[1, channel])
            out[y, x, 3] = alpha
    return out


@njit(cache=True)
def pasted(
    source: Float[ndarray, "h w 4"],
    background: Float[ndarray, "s s 3"],
    affine: Float[ndarray, "2 3"],
    spread: float,
    exposure: Float[ndarray, " 3"],
) -> Float[ndarray, "3 s s"]:
    """The source over a background as an sRGB picture in [0, 1]; its edge goes on beyond it.

    `affine` leads from a place of the picture to one of the source, both in [-1, 1]; the four places of a pixel lie
    `spread` pixels apart, so that 1 and more blur a little.
    """
    size, height, width = background.shape[0], source.shape[0], source.shape[1]
    out = np.empty((3, size, size), np.float32)
    color = np.empty(4, np.float32)
    for y in range(size):
        for x in range(size):
            color[:] = 0
            for step_y in range(SUBSAMPLES):
                for step_x in range(SUBSAMPLES):
                    u = (x + 0.5 + spread * (step_x - 0.5)) / size * 2 - 1
                    v = (y + 0.5 + spread * (step_y - 0.5)) / size * 2 - 1
                    across = (affine[0, 0] * u + affine[0, 1] * v + affine[0, 2] + 1) / 2 * width
                    down = (affine[1, 0] * u + affine[1, 1] * v + affine[1, 2] + 1) / 2 * height
                    column, row = min(max(int(across), 0), width - 1), min(max(int(down), 0), height - 1)
                    for channel in range(4):
                        color[channel] += source[row, column, channel]
            for channel in range(3):
                mean = color[channel] / SUBSAMPLES**2
                behind = background[y, x, channel] * (1 - color[3] / SUBSAMPLES**2)
                linear = min(max((mean + behind) * exposure[channel], 0.0), 1.0)
                if linear <= 0.0031308:
                    out[channel, y, x] = 12.92 * linear
                else:
                    out[channel, y, x] = 1.055 * linear ** (1 / 2.4) - 0.055
    return out
