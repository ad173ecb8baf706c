"""What stands behind the object while a guide looks: a background that changes cannot be explained by the object.

Dream Fields (arXiv 2112.01455, section 3.3) draws one of three for each picture and blurs it: Gaussian noise, a
checkerboard, and a random Fourier texture. All return linear colours in [0, 1], shape (n, 3, size, size).
"""

from __future__ import annotations

from math import pi

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

Pictures = Float[Tensor, "n 3 h w"]

CHECKERBOARD_SQUARES = 8
FOURIER_WAVES = 8
BLUR_SIGMA_MAX, BLUR_KERNEL = 10.0, 15


def solid(count: int, size: int, colour: Float[Tensor, "n 3"]) -> Pictures:
    """One colour a picture."""
    return colour[:, :, None, None].expand(count, 3, size, size)


def noise(count: int, size: int, generator: torch.Generator) -> Pictures:
    """Every pixel drawn alone: N(1/2, 0.2), clipped."""
    drawn = torch.randn(count, 3, size, size, generator=generator, device=generator.device)
    return (0.5 + 0.2 * drawn).clamp(0, 1)


def checkerboard(count: int, size: int, generator: torch.Generator) -> Pictures:
    """Two random colours on a board of 8 x 8 squares."""
    square = torch.arange(size, device=generator.device) * CHECKERBOARD_SQUARES // size
    odd = ((square[:, None] + square) % 2).bool()
    first, second = torch.rand(2, count, 3, 1, 1, generator=generator, device=generator.device)
    return torch.where(odd, first, second)


def fourier(count: int, size: int, generator: torch.Generator) -> Pictures:
    """A sum of waves of random direction, length and phase, brought to [0, 1] in each channel."""
    device = generator.device
    across = torch.linspace(-1, 1, size, device=device)
    frequency = 2 * torch.randn(count, 3, FOURIER_WAVES, 2, generator=generator, device=device)
    phase = 2 * pi * torch.rand(count, 3, FOURIER_WAVES, 1, 1, generator=generator, device=device)
    x, y = (frequency[..., axis, None, None] * pi for axis in (0, 1))
    waves = (x * across + y * across[:, None] + phase).cos().sum(2)
    low, high = waves.amin((2, 3), keepdim=True), waves.amax((2, 3), keepdim=True)
    return (waves - low) / (high - low)


def blurred(pictures: Pictures, generator: torch.Generator) -> Pictures:
    """A Gaussian blur of random width, sigma ~ U[0, 10], one for all the pictures."""
    sigma = BLUR_SIGMA_MAX * torch.rand((), generator=generator, device=generator.device).clamp_min(1e-3)
    half = min(BLUR_KERNEL // 2, pictures.shape[-1] - 1)
    at = torch.arange(-half, half + 1, device=pictures.device)
    kernel = torch.softmax(-0.5 * (at / sigma).square(), 0).expand(3, 1, 1, -1)
    padded = F.pad(pictures, (half,) * 4, mode="reflect")
    return F.conv2d(F.conv2d(padded, kernel, groups=3), kernel.transpose(2, 3), groups=3)


def random_backgrounds(count: int, size: int, generator: torch.Generator) -> Pictures:
    """For each picture noise, checkerboard or Fourier texture, a third each, then blurred."""
    kinds = torch.stack([make(count, size, generator) for make in (noise, checkerboard, fourier)])
    chosen = torch.randint(3, (count,), generator=generator, device=generator.device)
    return blurred(kinds[chosen, torch.arange(count, device=chosen.device)], generator)
