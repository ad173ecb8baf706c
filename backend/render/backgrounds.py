"""What stands behind the object while a guide looks: a background that changes cannot be explained by the object.

Dream Fields (arXiv 2112.01455, section 4.5) draws one of three for each picture and blurs it by a random width:
Gaussian noise, a checkerboard, and the random Fourier texture of Mordvintsev et al. (Differentiable image
parameterizations, Distill 2018). They are drawn as a screen shows them and handed out as linear colors in [0, 1].

The published numbers (blur of 0 to 10 px in a kernel of 15, contrast of the texture) are those of a picture of 224 px.
For another size blur and texture are scaled along; noise stays one draw a pixel, so a small eye sees it coarser.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from backend.color import srgb_decoded

Pictures = Float[Tensor, "n 3 h w"]

PUBLISHED_SIZE = 224
CHECKERBOARD_SQUARES = 8
NOISE_SPREAD = 0.29
"""As wide as U[0, 1], which the published code draws where the paper says Gaussian noise."""
TEXTURE_DECAY, TEXTURE_SPREAD = 1.5, 0.2
BLUR_KERNEL = 15
COLOR_ROOT = ((0.26, 0.09, 0.02), (0.27, 0.00, -0.05), (0.27, -0.09, 0.03))
"""Root of the covariance of colors in photographs (Olah et al., Feature Visualization, Distill 2017)."""


def noise(count: int, size: int, generator: torch.Generator) -> Pictures:
    """Every pixel drawn alone: N(1/2, NOISE_SPREAD), clipped."""
    drawn = torch.randn(count, 3, size, size, generator=generator, device=generator.device)
    return (0.5 + NOISE_SPREAD * drawn).clamp(0, 1)


def checkerboard(count: int, size: int, generator: torch.Generator) -> Pictures:
    """Two random colors on a board of 8 x 8 squares."""
    square = torch.arange(size, device=generator.device) * CHECKERBOARD_SQUARES // size
    odd = ((square[:, None] + square) % 2).bool()
    first, second = torch.rand(2, count, 3, 1, 1, generator=generator, device=generator.device)
    return torch.where(odd, first, second)


def fourier(count: int, size: int, generator: torch.Generator) -> Pictures:
    """Noise with the spectrum and the colors of photographs: sigmoid(C texture)."""
    root = torch.tensor(COLOR_ROOT, device=generator.device)
    root = root / root.norm(dim=0).max()
    return torch.einsum("rc,nchw->nrhw", root, texture(count, size, generator)).sigmoid()


def texture(count: int, size: int, generator: torch.Generator) -> Pictures:
    """Gaussian noise whose amplitude falls as 1 / f^1.5, f in waves a pixel; waves longer than the picture are alike.

    The inverse transform of  spread (a + ib) size / max(f, 1 / size)^1.5 / 4,  a and b ~ N(0, 1). Its contrast grows as
    the root of the size, which is taken out, so that a picture of any size has the contrast of one of 224 px.
    """
    device = generator.device
    rows, columns = torch.fft.fftfreq(size, device=device), torch.fft.rfftfreq(size, device=device)
    waves = (rows[:, None].square() + columns.square()).sqrt().clamp_min(1 / size)
    drawn = torch.randn(2, count, 3, *waves.shape, generator=generator, device=device)
    spectrum = TEXTURE_SPREAD / 4 * torch.complex(*drawn) * size / waves**TEXTURE_DECAY
    waved: Pictures = torch.fft.irfft2(spectrum, s=(size, size)) * (PUBLISHED_SIZE / size) ** 0.5
    return waved


def blurred(pictures: Pictures, sigmas: Float[Tensor, " n"], half: int) -> Pictures:
    """A Gaussian blur of each picture's own width in pixels, cut at `half` pixels; the border is mirrored."""
    half = min(half, pictures.shape[-1] - 1)
    at = torch.arange(-half, half + 1, device=pictures.device)
    kernels = torch.softmax(-0.5 * (at / sigmas.clamp_min(1e-3)[:, None]).square(), 1).repeat_interleave(3, 0)
    padded = F.pad(pictures, (half,) * 4, mode="reflect").flatten(0, 1)[None]
    across = F.conv2d(padded, kernels[:, None, None], groups=len(kernels))
    return F.conv2d(across, kernels[:, None, :, None], groups=len(kernels)).view_as(pictures)


KINDS = {"noise": noise, "checkerboard": checkerboard, "fourier": fourier}
PLAIN = {"black": 0.0, "white": 1.0}


def random_backgrounds(
    count: int,
    size: int,
    generator: torch.Generator,
    kind: str = "mixed",
    blur: tuple[float, float] = (0.0, 10.0),
) -> Pictures:
    """Linear pictures: one of the three for each, a third each, or all of one kind; each with a blur of its own.

    `blur` is the range of sigma in pixels of a picture of 224 px. Black and white are plain.
    """
    if kind in PLAIN:
        return torch.full((count, 3, size, size), PLAIN[kind], device=generator.device)
    scale = size / PUBLISHED_SIZE
    sigmas = blur[0] + (blur[1] - blur[0]) * torch.rand(count, generator=generator, device=generator.device)
    half = max(1, round(BLUR_KERNEL // 2 * scale))
    return srgb_decoded(blurred(_drawn(count, size, generator, kind), scale * sigmas, half))


def _drawn(count: int, size: int, generator: torch.Generator, kind: str) -> Pictures:
    if kind != "mixed":
        return KINDS[kind](count, size, generator)
    kinds = torch.stack([make(count, size, generator) for make in KINDS.values()])
    chosen = torch.randint(len(KINDS), (count,), generator=generator, device=generator.device)
    return kinds[chosen, torch.arange(count, device=chosen.device)]
