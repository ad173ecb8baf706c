"""Texels between the islands of a texture take the colors of their neighborhood, so that no seam shows from afar.

Push-pull (Gortler, Grzeszczuk, Szeliski and Cohen 1996, "The Lumigraph", section 3.5): averages over known texels are
pushed down to ever coarser pictures, and what is unknown is pulled up out of the next coarser one.
"""

from __future__ import annotations

import numpy as np


def bleed(colors: np.ndarray, known: np.ndarray) -> np.ndarray:
    """`colors` (h, w, c) where `known` (h, w), and elsewhere a smooth continuation; all as it is where nothing is."""
    if known.all() or min(known.shape) == 0 or not known.any():
        return colors
    coarse, coarse_known = _halved(colors, known)
    finer = _doubled(bleed(coarse, coarse_known), known.shape)
    return np.where(known[..., None], colors, finer).astype(colors.dtype)


def _halved(colors: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means over the known ones of each 2 x 2 texels; an odd edge stands alone."""
    weight = _even(known[..., None].astype(np.float32))
    total = _sum_of_four(_even(np.where(known[..., None], colors, 0.0)) * weight)
    count = _sum_of_four(weight)
    return (total / np.maximum(count, 1.0)).astype(colors.dtype), count[..., 0] > 0


def _even(values: np.ndarray) -> np.ndarray:
    return np.pad(values, ((0, values.shape[0] % 2), (0, values.shape[1] % 2), (0, 0)))


def _sum_of_four(values: np.ndarray) -> np.ndarray:
    rows = values[0::2] + values[1::2]
    return rows[:, 0::2] + rows[:, 1::2]


def _doubled(values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    return values.repeat(2, axis=0).repeat(2, axis=1)[: shape[0], : shape[1]]
