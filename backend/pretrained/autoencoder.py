"""The autoencoder of a latent model: pictures in [-1, 1] to scaled latents and back.

    latent = (mean of q(latent | picture) - shift) scaling_factor          (Rombach et al. 2022, appendix G)

The mean, not a draw: the noise of the draw is far below that of any timestep, and would be passed on to the field.

What an encoder keeps for its slope is what fills a graphics card: counted, 3.2 GB for one view of 512 x 512 in single
precision, 12.7 GB for one of 1024 x 1024. So nothing is kept by default: one view at a time is encoded, and encoded
again for its slope, a block of the network at a time (0.6 GB in half precision, and 4.8 GB in single for 1024 x 1024).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from .offload import memory_guard, on_device

Pictures = Float[Tensor, "b 3 h w"]
Latents = Float[Tensor, "b c k l"]
Log = Callable[[str], None]
HALVES = (torch.float16, torch.bfloat16)


def ignore(line: str) -> None:
    pass


class Autoencoder:
    """A frozen AutoencoderKL."""

    def __init__(
        self, vae: Any, name: str, device: torch.device, precision: torch.dtype, *,
        stays: bool, keep: bool = False, overflows: bool = False, log: Log = ignore,
    ) -> None:  # fmt: skip
        """Wraps a VAE. Where it does not stay on the device, it is there only while it works. With `keep` all views are
        encoded at once and their activations are kept; one that `overflows` in half precision (XL's) keeps single."""
        if precision == torch.float16 and overflows:
            precision = torch.float32
        self.vae = vae.eval().requires_grad_(False).to(device if stays else "cpu", precision)
        self.name, self.device, self.precision, self.stays, self.log = name, device, precision, stays, log
        self.scale, self.shift = vae.config.scaling_factor, vae.config.shift_factor or 0.0
        self.pixels = 2 ** (len(vae.config.block_out_channels) - 1)
        """side of the square of pixels that one latent stands for"""
        self.keep = keep and stays
        if not self.keep:
            recompute_blocks(self.vae)

    @property
    def channels(self) -> int:
        return int(self.vae.config.latent_channels)

    def encode(self, pictures: Pictures) -> Latents:
        """Differentiable."""
        with memory_guard(self.name):
            if self.keep:
                return self._encoded(pictures)
            latents: Latents = _Recomputed.apply(pictures, self)  # type: ignore[no-untyped-call]  # torch's
            return latents

    @torch.no_grad()
    def decode(self, latents: Latents) -> Pictures:
        def decoded() -> Pictures:
            pictures: Pictures = self.vae.decode((latents / self.scale + self.shift).to(self.precision)).sample
            return pictures.float()

        with memory_guard(self.name), on_device(self.vae, self.device, stays=self.stays):
            return self._finite(decoded, latents)

    def _encoded(self, pictures: Pictures) -> Latents:
        def encoded() -> Latents:
            mean: Latents = self.vae.encode(pictures.to(self.precision)).latent_dist.mean
            scaled: Latents = (mean.float() - self.shift) * self.scale
            return scaled

        return self._finite(encoded, pictures)

    def _slope(self, picture: Pictures, gradient: Latents) -> Pictures:
        """Returns the slope of <gradient, encoded picture>."""

        @torch.enable_grad()
        def slope() -> Pictures:
            detached = picture.detach().requires_grad_()
            return torch.autograd.grad(self._encoded(detached), detached, gradient)[0]

        return self._finite(slope, picture, gradient)

    def _finite(self, compute: Callable[[], Tensor], *given: Tensor) -> Tensor:
        """Computes; in single precision from now on, where half gave numbers that are none from numbers that
        were some."""
        found = compute()
        if self.precision not in HALVES or _is_finite(found) or not all(map(_is_finite, given)):
            return found
        self.precision = torch.float32
        self.vae.to(torch.float32)
        self.log(f"The autoencoder of {self.name} overflowed in half precision: it computes in single from now on.")
        return compute()


class _Recomputed(torch.autograd.Function):
    """Encoding whose activations are not kept, and made for one view at a time. The autoencoder is on the device only
    inside each of the two, unless it stays there."""

    @staticmethod
    def forward(ctx: Any, pictures: Pictures, coder: Autoencoder) -> Latents:
        ctx.save_for_backward(pictures)
        ctx.coder = coder
        with on_device(coder.vae, coder.device, stays=coder.stays):
            return torch.cat([coder._encoded(one) for one in pictures.split(1)])

    @staticmethod
    def backward(ctx: Any, gradient: Latents) -> tuple[Pictures, None]:
        coder = ctx.coder
        views = zip(ctx.saved_tensors[0].split(1), gradient.split(1), strict=True)
        with memory_guard(coder.name), on_device(coder.vae, coder.device, stays=coder.stays):
            return torch.cat([coder._slope(picture, given) for picture, given in views]), None


def recompute_blocks(vae: Any) -> None:
    """Has each residual block of the encoder computed again for its slope, instead of kept: beyond one block's
    activations only the blocks' inputs remain. An encoder of another build is left as it is."""
    for block in getattr(getattr(vae, "encoder", None), "down_blocks", ()):
        for part in getattr(block, "resnets", ()):
            if not isinstance(part.forward, functools.partial):
                part.forward = functools.partial(checkpoint, part.forward, use_reentrant=False)


def _is_finite(values: Tensor) -> bool:
    """One sum: a single NaN or infinity makes it so."""
    return bool(values.detach().float().sum().isfinite())
