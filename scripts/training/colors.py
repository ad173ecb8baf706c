"""Names to colors, and the sRGB curve. Colors are linear wherever they are multiplied or added."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

NAMED = {  # sRGB, as a person would pick them
    "red": (0.86, 0.10, 0.10),
    "green": (0.12, 0.65, 0.17),
    "blue": (0.10, 0.22, 0.86),
    "yellow": (0.96, 0.86, 0.10),
    "orange": (0.96, 0.50, 0.06),
    "purple": (0.50, 0.14, 0.72),
    "pink": (0.97, 0.56, 0.74),
    "white": (0.94, 0.94, 0.94),
    "black": (0.09, 0.09, 0.09),
    "grey": (0.52, 0.52, 0.52),
    "brown": (0.42, 0.24, 0.11),
    "cyan": (0.10, 0.80, 0.86),
}
OTHER = {  # of parts; never named
    "cream": (0.95, 0.88, 0.72),
    "roof": (0.62, 0.20, 0.14),
    "glass": (0.45, 0.75, 0.92),
    "skin": (0.94, 0.74, 0.60),
    "leaf": (0.20, 0.50, 0.14),
    "gold": (0.90, 0.70, 0.20),
    "silver": (0.74, 0.76, 0.80),
    "wood": (0.66, 0.44, 0.24),
}
SYNONYMS = {"grey": ("grey", "gray"), "purple": ("purple", "violet")}
JITTER = 0.03


def srgb_encode(linear: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
    """IEC 61966-2-1, linear to display values, in [0, 1]."""
    return torch.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear.clamp_min(0.0031308) ** (1 / 2.4) - 0.055)


def srgb_decode(encoded: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
    """IEC 61966-2-1, display to linear values, in [0, 1]."""
    return torch.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


_LINEAR = {name: srgb_decode(torch.tensor(color)) for name, color in (NAMED | OTHER).items()}


def linear_color(name: str) -> Float[Tensor, " 3"]:
    """A named color, linear."""
    return _LINEAR[name]


def jitter_colors(colors: Float[Tensor, "... 3"], generator: torch.Generator) -> Float[Tensor, "... 3"]:
    """The same colors a little off: one step of value and a smaller one of hue, in display values."""
    value = torch.randn(colors.shape[:-1] + (1,), generator=generator)
    hue = torch.randn(colors.shape, generator=generator)
    return srgb_decode((srgb_encode(colors) + JITTER * (value + 0.5 * hue)).clamp(0.03, 1.0))
