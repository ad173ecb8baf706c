"""How a real lens bends what a pinhole would draw, and the way back from a pixel to its ray.

OpenCV's model ("Camera Calibration and 3D Reconstruction", and the module fisheye). With x, y to the right and down at
depth 1, and r2 = x^2 + y^2, a perspective lens draws the point at

    x' = x R + 2 p1 x y + p2 (r2 + 2 x^2)           R = (1 + k1 r2 + k2 r2^2 + k3 r2^3 + e r2^4) / (1 + k4 r2 + k5 r2^2
    y' = y R + p1 (r2 + 2 y^2) + 2 p2 x y                + k6 r2^3)

(e is nerfstudio's fourth radial term, which OpenCV lacks), and a fisheye, for a ray at the angle t off its axis, at

    (x', y') = t (1 + k1 t^2 + k2 t^4 + k3 t^6 + k4 t^8) (x, y) / sqrt(r2)

The way back has no closed form. Newton's method with the exact slope, begun at the drawn point, comes from the side on
which it does not overshoot, for barrel and pincushion alike; where a formula folds over it has no way back, and
`inverse_share` tells how much of a picture has one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

STEPS = 8
"""Of Newton's method: the error squares with each, from 0.3 at most to below single precision."""
TOLERANCE = 1e-4
"""In parts of the focal length: a tenth of a pixel for a picture of a thousand."""
WIDEST = math.pi - 1e-3
"""Half of the widest view of a fisheye."""
_GRID = 33
COUNT = 9
"""Numbers of a row: four of the numerator (or of the fisheye), three of the denominator, p1 and p2."""


@dataclass(frozen=True)
class Distortion:
    """The numbers of one lens: `radial` multiplies r2, r2^2, ... (or the fisheye's t^2, t^4, ...)."""

    radial: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    denominator: tuple[float, float, float] = (0.0, 0.0, 0.0)
    tangential: tuple[float, float] = (0.0, 0.0)
    fisheye: bool = False

    @property
    def row(self) -> tuple[float, ...]:
        """All numbers in the order of `COUNT`."""
        return (*self.radial, *self.denominator, *self.tangential)

    @property
    def none(self) -> bool:
        """Tells whether this is a pinhole."""
        return not self.fisheye and not any(self.row)


NO_DISTORTION = Distortion()


def perspective_drawn(
    points: Float[Tensor, "n 2"], rows: Float[Tensor, "#n 9"]
) -> tuple[Float[Tensor, "n 2"], Float[Tensor, "n 2 2"]]:
    """Returns where points at depth 1 are drawn, and how that changes with them (the Jacobian)."""
    k1, k2, k3, e, k4, k5, k6, p1, p2 = rows.unbind(-1)
    x, y = points.unbind(-1)
    r2 = x * x + y * y
    upper = 1 + r2 * (k1 + r2 * (k2 + r2 * (k3 + r2 * e)))
    lower = 1 + r2 * (k4 + r2 * (k5 + r2 * k6))
    upper_slope = k1 + r2 * (2 * k2 + r2 * (3 * k3 + r2 * 4 * e))
    lower_slope = k4 + r2 * (2 * k5 + r2 * 3 * k6)
    radial = upper / lower
    slope = (upper_slope - radial * lower_slope) / lower  # of R over r2
    drawn = torch.stack(
        [x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x), y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y], -1
    )
    across = 2 * x * y * slope + 2 * p1 * x + 2 * p2 * y
    xx = radial + 2 * x * x * slope + 2 * p1 * y + 6 * p2 * x
    yy = radial + 2 * y * y * slope + 6 * p1 * y + 2 * p2 * x
    return drawn, torch.stack([torch.stack([xx, across], -1), torch.stack([across, yy], -1)], -2)


def perspective_points(drawn: Float[Tensor, "n 2"], rows: Float[Tensor, "#n 9"]) -> Float[Tensor, "n 2"]:
    """The points at depth 1 that are drawn there: the inverse of `perspective_drawn`."""
    points = drawn.clone()
    for _ in range(STEPS):
        now, jacobian = perspective_drawn(points, rows)
        error = now - drawn
        (a, b), d = jacobian[:, 0].unbind(-1), jacobian[:, 1, 1]
        determinant = a * d - b * b
        step = torch.stack([d * error[:, 0] - b * error[:, 1], a * error[:, 1] - b * error[:, 0]], -1)
        points = points - torch.nan_to_num(step / determinant[:, None], 0.0, 0.0, 0.0)
    return points


def fisheye_drawn(angles: Float[Tensor, " n"], rows: Float[Tensor, "#n 9"]) -> tuple[Tensor, Tensor]:
    """Returns how far from the center rays at these angles are drawn, and how that changes with the angle."""
    k1, k2, k3, k4 = rows[..., :4].unbind(-1)
    t2 = angles * angles
    drawn = angles * (1 + t2 * (k1 + t2 * (k2 + t2 * (k3 + t2 * k4))))
    return drawn, 1 + t2 * (3 * k1 + t2 * (5 * k2 + t2 * (7 * k3 + t2 * 9 * k4)))


def fisheye_angles(drawn: Float[Tensor, " n"], rows: Float[Tensor, "#n 9"]) -> Float[Tensor, " n"]:
    """The angles of the rays that are drawn so far from the center: the inverse of `fisheye_drawn`."""
    angles = drawn.clamp(max=WIDEST)
    for _ in range(STEPS):
        now, slope = fisheye_drawn(angles, rows)
        angles = (angles - torch.nan_to_num((now - drawn) / slope, 0.0, 0.0, 0.0)).clamp(0.0, WIDEST)
    return angles


def local_rays(
    drawn: Float[Tensor, "n 2"], rows: Float[Tensor, "n 9"], fisheye: Bool[Tensor, " n"]
) -> Float[Tensor, "n 3"]:
    """Directions in the camera (x right, y up, looking along -z) of what is drawn at (x', y'), y' downwards.

    A perspective lens's have depth 1, a fisheye's have length 1.
    """
    rays = torch.empty(len(drawn), 3, dtype=drawn.dtype)
    flat, round_ = ~fisheye, fisheye
    points = perspective_points(drawn[flat], rows[flat])
    rays[flat] = torch.stack([points[:, 0], -points[:, 1], -torch.ones(len(points), dtype=drawn.dtype)], -1)
    if bool(round_.any()):
        far = drawn[round_].norm(dim=-1)
        angles = fisheye_angles(far, rows[round_])
        along = drawn[round_] / far.clamp_min(torch.finfo(drawn.dtype).tiny)[:, None] * angles.sin()[:, None]
        rays[round_] = torch.stack([along[:, 0], -along[:, 1], -angles.cos()], -1)
    return rays


def inverse_share(lens: Distortion, low: tuple[float, float], high: tuple[float, float]) -> float:
    """The share of a picture, which reaches from `low` to `high` at depth 1, whose pixels have a ray of their own."""
    x, y = (torch.linspace(a, b, _GRID, dtype=torch.float64) for a, b in zip(low, high, strict=True))
    drawn = torch.cartesian_prod(x, y)
    rows = torch.tensor([lens.row], dtype=torch.float64)
    if lens.fisheye:
        far = drawn.norm(dim=-1)
        there, slope = fisheye_drawn(fisheye_angles(far, rows), rows)
        good = ((there - far).abs() < TOLERANCE) & (slope > 0)
    else:
        there, jacobian = perspective_drawn(perspective_points(drawn, rows), rows)
        upright = (torch.linalg.det(jacobian) > 0) & (jacobian[:, 0, 0] + jacobian[:, 1, 1] > 0)
        good = ((there - drawn).abs().amax(-1) < TOLERANCE) & upright
    return float(good.double().mean())
