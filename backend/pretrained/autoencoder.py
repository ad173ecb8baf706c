"""The autoencoder of a latent model: pictures in [-1, 1] to scaled latents and back.

    latent = (mean of q(latent | picture) - shift) scaling_factor          (Rombach et al. 2022, appendix G)

The mean, not a draw: the noise of the draw is far below that of any timestep, and would be passed on to the field.
"""

from __future__ import annotations

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from .offload import memory_guard, on_device

Pictures = Float[Tensor, "b 3 h w"]
Latents = Float[Tensor, "b c k l"]


class Autoencoder:
    """A frozen AutoencoderKL."""

    def __init__(self, vae: Any, name: str, device: torch.device, precision: torch.dtype, *, stays: bool) -> None:
        """Wraps a VAE. Where it does not stay on the device, its activations do not, either: they are computed again
        for the gradient, so that they and the network's are never there together."""
        if precision == torch.float16 and vae.config.force_upcast:  # XL's overflows in half precision
            precision = torch.float32
        self.vae = vae.eval().requires_grad_(False).to(device if stays else "cpu", precision)
        self.name, self.device, self.precision, self.stays = name, device, precision, stays
        self.scale, self.shift = vae.config.scaling_factor, vae.config.shift_factor or 0.0
        self.pixels = 2 ** (len(vae.config.block_out_channels) - 1)
        """side of the square of pixels that one latent stands for"""

    @property
    def channels(self) -> int:
        return self.vae.config.latent_channels

    def encode(self, pictures: Pictures) -> Latents:
        """Differentiable."""
        with memory_guard(self.name):
            return self._encoded(pictures) if self.stays else _Recomputed.apply(pictures, self)

    @torch.no_grad()
    def decode(self, latents: Latents) -> Pictures:
        with memory_guard(self.name), on_device(self.vae, self.device, stays=self.stays):
            return self.vae.decode((latents / self.scale + self.shift).to(self.precision)).sample.float()

    def _encoded(self, pictures: Pictures) -> Latents:
        mean = self.vae.encode(pictures.to(self.precision)).latent_dist.mean
        return (mean.float() - self.shift) * self.scale


class _Recomputed(torch.autograd.Function):
    """Encoding whose activations are not kept, and made for one view at a time: at 512 x 512 they are 1.6 GB a view in
    half precision. The autoencoder is on the device only inside each of the two."""

    @staticmethod
    def forward(ctx: Any, pictures: Pictures, coder: Autoencoder) -> Latents:
        ctx.save_for_backward(pictures)
        ctx.coder = coder
        with on_device(coder.vae, coder.device, stays=False):
            return torch.cat([coder._encoded(one) for one in pictures.split(1)])

    @staticmethod
    def backward(ctx: Any, gradient: Latents) -> tuple[Pictures, None]:
        coder = ctx.coder
        views = zip(ctx.saved_tensors[0].split(1), gradient.split(1), strict=True)
        with memory_guard(coder.name), on_device(coder.vae, coder.device, stays=False):
            return torch.cat([_slope(coder, picture, given) for picture, given in views]), None


@torch.enable_grad()
def _slope(coder: Autoencoder, picture: Pictures, gradient: Latents) -> Pictures:
    detached = picture.detach().requires_grad_()
    return torch.autograd.grad(coder._encoded(detached), detached, gradient)[0]
