"""Pictures made smaller without aliasing, by the same numbers on every device."""

from __future__ import annotations

import functools

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor


def resize_pictures(pictures: Float[Tensor, "n c h w"], size: int) -> Float[Tensor, "n c size size"]:
    """Resize bilinearly; where it shrinks, each new pixel is a triangle over all the old ones that it covers.

    torch has the kernel (`_upsample_bilinear2d_aa`) for the processor and CUDA, and on Apple's MPS the forward half of
    it alone: there the same sums are two products with small matrices.
    """
    if lacks_antialias(pictures.device):
        rows, columns = (shares(old, size).to(pictures) for old in pictures.shape[-2:])
        return rows @ pictures @ columns.T
    return F.interpolate(pictures, (size, size), mode="bilinear", antialias=True)


def lacks_antialias(device: torch.device) -> bool:
    """Tell whether a gradient through torch's own kernel would fail there."""
    return device.type == "mps"


@functools.lru_cache(maxsize=64)
def shares(old: int, new: int) -> Float[Tensor, "new old"]:
    """Return what old pixels give to new ones, rows of sum 1: max(0, 1 - |j + 1/2 - center| / width), normalized.

    center = (i + 1/2) old / new; width = max(1, old / new), so that a larger picture is plain linear interpolation.
    """
    scale = old / new
    centers = (torch.arange(new, dtype=torch.float64) + 0.5) * scale
    distances = (torch.arange(old, dtype=torch.float64) + 0.5 - centers[:, None]).abs()
    weights = (1 - distances / max(1.0, scale)).clamp_min(0)
    return (weights / weights.sum(1, keepdim=True)).float()
