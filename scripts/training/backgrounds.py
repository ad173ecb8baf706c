"""What may lie behind and over an object, so that the guide judges the object alone.

The four kinds of background are those that Dream Fields (Jain et al. 2022, section 3.2) trains against: plain, Gaussian
noise, checkerboard, random Fourier texture. All linear, in [0, 1].
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from .colors import srgb_decode

Pictures = Float[Tensor, "b c h w"]


def backgrounds(count: int, size: int) -> Float[Tensor, "b 3 h w"]:
    """One of the four kinds for each picture."""
    kinds = torch.stack([kind(count, size) for kind in (plain, noise, checkerboard, fourier)])
    return srgb_decode(kinds[torch.randint(0, 4, (count,)), torch.arange(count)])


def plain(count: int, size: int) -> Pictures:
    """One color; gray half of the time, since that is what renders stand on."""
    color = torch.rand(count, 3, 1, 1)
    gray = color.mean(1, keepdim=True).expand_as(color)
    return torch.where(torch.rand(count, 1, 1, 1) < 0.5, gray, color).expand(count, 3, size, size)


def noise(count: int, size: int) -> Pictures:
    return (torch.rand(count, 3, 1, 1) + 0.2 * torch.randn(count, 3, size, size)).clamp(0, 1)


def checkerboard(count: int, size: int) -> Pictures:
    """Two colors in squares of 2 to 8 pixels."""
    side = torch.randint(2, 9, (count, 1))
    cells = torch.arange(size) // side
    odd = ((cells[:, :, None] + cells[:, None, :]) % 2).float()[:, None]
    return torch.lerp(torch.rand(count, 3, 1, 1), torch.rand(count, 3, 1, 1), odd)


def fourier(count: int, size: int) -> Pictures:
    """A sum of a few low sine waves in each channel."""
    places = torch.stack(torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")) / size
    frequency = 3 * torch.randn(count, 3, 4, 2)
    phase = torch.rand(count, 3, 4, 1, 1)
    waves = (torch.einsum("bcfd,dhw->bcfhw", frequency, places) + phase) * 2 * torch.pi
    return (0.5 + 0.3 * waves.sin().sum(2)).clamp(0, 1)


def random_shift(
    pictures: Pictures, shift: float = 0.15, zoom: tuple[float, float] = (0.85, 1.3), turn: float = 0.0
) -> Pictures:
    """Random crops: shifted, scaled, turned by at most `turn` radians; what enters from outside is empty."""
    scale = 1 / torch.empty(len(pictures)).uniform_(*zoom)
    offset = torch.empty(len(pictures), 2).uniform_(-shift, shift)
    angle = torch.empty(len(pictures)).uniform_(-turn, turn) if turn else torch.zeros(len(pictures))
    cos, sin = scale * angle.cos(), scale * angle.sin()
    rows = [torch.stack([cos, -sin, offset[:, 0]], -1), torch.stack([sin, cos, offset[:, 1]], -1)]
    grid = F.affine_grid(torch.stack(rows, 1), list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, grid, align_corners=False)


def blur(pictures: Pictures, sigma: Float[Tensor, " b"], reach: int = 4) -> Pictures:
    """A Gaussian blur of each picture's own width in pixels (0: none)."""
    offsets = torch.arange(-reach, reach + 1)
    kernel = torch.exp(-0.5 * (offsets / sigma.clamp_min(0.05)[:, None]).square())
    kernel = (kernel / kernel.sum(1, keepdim=True)).repeat_interleave(pictures.shape[1], 0)[:, None]
    flat = pictures.flatten(0, 1)[None]
    across = F.conv2d(flat, kernel[:, :, None, :], padding=(0, reach), groups=len(kernel))
    return F.conv2d(across, kernel[:, :, :, None], padding=(reach, 0), groups=len(kernel)).view_as(pictures)


def add_fog(pictures: Pictures) -> Pictures:
    """What a field looks like before it has become an object: smeared, thin, or both. Premultiplied pictures in."""
    thin = torch.empty(len(pictures), 1, 1, 1).uniform_(0.15, 0.6)
    return blur(pictures, torch.empty(len(pictures)).uniform_(1.0, 4.0)) * thin
