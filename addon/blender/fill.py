"""Texels between the islands of a texture take the colours of their neighbourhood, so that no seam shows from afar.

Push-pull (Gortler, Grzeszczuk, Szeliski and Cohen 1996, "The Lumigraph", section 3.5): averages over known texels are
pushed down to ever coarser pictures, and what is unknown is pulled up out of the next coarser one.
"""

from __future__ import annotations

import numpy as np


def filled(colours: np.ndarray, known: np.ndarray) -> np.ndarray:
    """`colours` (h, w, c) where `known` (h, w), and elsewhere a smooth continuation; all as it is where nothing is."""
    if known.all() or min(known.shape) == 0 or not known.any():
        return colours
    coarse, coarse_known = _halved(colours, known)
    finer = _doubled(filled(coarse, coarse_known), known.shape)
    return np.where(known[..., None], colours, finer).astype(colours.dtype)


def _halved(colours: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means over the known ones of each 2 x 2 texels; an odd edge stands alone."""
    weight = _even(known[..., None].astype(np.float32))
    total = _sum_of_four(_even(np.where(known[..., None], colours, 0.0)) * weight)
    count = _sum_of_four(weight)
    return (total / np.maximum(count, 1.0)).astype(colours.dtype), count[..., 0] > 0


def _even(values: np.ndarray) -> np.ndarray:
    return np.pad(values, ((0, values.shape[0] % 2), (0, values.shape[1] % 2), (0, 0)))


def _sum_of_four(values: np.ndarray) -> np.ndarray:
    rows = values[0::2] + values[1::2]
    return rows[:, 0::2] + rows[:, 1::2]


def _doubled(values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    return values.repeat(2, axis=0).repeat(2, axis=1)[: shape[0], : shape[1]]
