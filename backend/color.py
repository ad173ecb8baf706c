"""Linear light inside, sRGB (IEC 61966-2-1) in pictures on disk and in front of guides."""

from __future__ import annotations

import torch
from jaxtyping import Float, UInt8
from torch import Tensor


def srgb_encoded(linear: Float[Tensor, "*n"]) -> Float[Tensor, "*n"]:
    """1.055 v^(1/2.4) - 0.055, and 12.92 v near black; negative values become 0."""
    linear = linear.clamp_min(0)
    bright = 1.055 * linear.clamp_min(0.0031308) ** (1 / 2.4) - 0.055  # clamped: the root has no slope at 0
    return torch.where(linear <= 0.0031308, 12.92 * linear, bright)


def srgb_bytes(linear: Float[Tensor, "*n"]) -> UInt8[Tensor, "*n"]:
    """`srgb_encoded` in the 256 steps of a picture, with as few passes over memory as there can be."""
    linear = linear.clamp(0, 1)
    bright = linear.clamp_min(0.0031308).pow_(1 / 2.4).mul_(1.055).sub_(0.055)
    return torch.where(linear <= 0.0031308, linear.mul(12.92), bright).mul_(255).round_().byte()


def srgb_decoded(encoded: Float[Tensor, "*n"]) -> Float[Tensor, "*n"]:
    """The inverse."""
    return torch.where(encoded <= 0.04045, encoded / 12.92, ((encoded.clamp_min(0.04045) + 0.055) / 1.055) ** 2.4)
