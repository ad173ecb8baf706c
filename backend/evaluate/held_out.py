"""Pictures that the optimization never saw, rendered and compared: what a reconstruction is worth."""

from __future__ import annotations

from statistics import fmean

import torch
from jaxtyping import Float
from torch import Tensor

from backend.cameras.camera import Camera
from backend.color import srgb_encoded
from backend.data.pictures import PosedPictures
from backend.render.renderer import Renderer

from .gmsd import gmsd
from .psnr import psnr
from .ssim import ssim


def compare(renderer: Renderer, pictures: PosedPictures, device: torch.device) -> dict[str, float]:
    """Mean PSNR and SSIM of sRGB pictures over white, as NeRF's tables have them, and their mean GMSD."""
    pairs = [
        (_over_white(renderer, camera, device), _truth(pixels))
        for camera, pixels in zip(pictures.cameras, pictures.pixels, strict=True)
    ]
    return {
        "psnr": fmean(psnr(rendered, truth) for rendered, truth in pairs),
        "ssim": fmean(ssim(rendered, truth) for rendered, truth in pairs),
        "gmsd": fmean(gmsd(rendered, truth) for rendered, truth in pairs),
    }


def _over_white(renderer: Renderer, camera: Camera, device: torch.device) -> Float[Tensor, "h w 3"]:
    rendering = renderer.picture(camera, device)
    return srgb_encoded(rendering.over(torch.ones_like(rendering.color))).clamp(0, 1).cpu()


def _truth(pixels: Float[Tensor, "h w 4"]) -> Float[Tensor, "h w 3"]:
    color, alpha = pixels[..., :3], pixels[..., 3:]
    return srgb_encoded(color * alpha + 1 - alpha)
