"""Pictures that the optimization never saw, rendered and compared: what a reconstruction is worth."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean

import torch
from jaxtyping import Float
from torch import Tensor

from backend.color import srgb_encoded
from backend.data.pictures import PosedPictures
from backend.render.renderer import Renderer, Rendering

from .gmsd import gmsd
from .psnr import psnr
from .ssim import ssim


def compare(
    renderer: Renderer, pictures: PosedPictures, device: torch.device, *, fit_exposure: bool = False
) -> dict[str, float]:
    """Mean PSNR, SSIM and GMSD of sRGB pictures over white, laid over it in linear light as Blender does; and the PSNR
    of NeRF's tables, which lie over white in sRGB (`psnr_srgb`): at a soft edge the two are other pictures.

    With `fit_exposure` what is rendered has the exposure and white balance of each picture, by least squares: which the
    field cannot know where pictures differ in them.
    """
    pairs, tables = [], []
    for number, camera in enumerate(pictures.cameras):
        pixels = pictures.picture(number)
        rendering = renderer.picture(camera, device)
        if fit_exposure:
            rendering = replace(rendering, color=rendering.color * fitted_gains(rendering.color, pixels))
        pairs.append((rendered_over_white(rendering), truth_over_white(pixels)))
        tables.append(psnr(_over_white_in_srgb(rendering), _truth_in_srgb(pixels)))
    return {
        "psnr_srgb": fmean(tables),
        "psnr": fmean(psnr(rendered, truth) for rendered, truth in pairs),
        "ssim": fmean(ssim(rendered, truth) for rendered, truth in pairs),
        "gmsd": fmean(gmsd(rendered, truth) for rendered, truth in pairs),
    }


def fitted_gains(color: Float[Tensor, "h w 3"], pixels: Float[Tensor, "h w 4"]) -> Float[Tensor, "3"]:
    """Returns the gain g for each channel that makes | g color - alpha photographed |^2 least, in linear light."""
    wanted = (pixels[..., :3] * pixels[..., 3:]).to(color)
    return (color * wanted).sum((0, 1)) / color.square().sum((0, 1)).clamp_min(torch.finfo(color.dtype).tiny)


def rendered_over_white(rendering: Rendering) -> Float[Tensor, "h w 3"]:
    """Returns sRGB over white, laid over it in linear light."""
    return srgb_encoded(rendering.over(torch.ones_like(rendering.color))).clamp(0, 1).cpu()


def truth_over_white(pixels: Float[Tensor, "h w 4"]) -> Float[Tensor, "h w 3"]:
    """Returns sRGB over white, laid over it in linear light."""
    color, alpha = pixels[..., :3], pixels[..., 3:]
    return srgb_encoded(color * alpha + 1 - alpha)


def _over_white_in_srgb(rendering: Rendering) -> Float[Tensor, "h w 3"]:
    opacity = rendering.opacity[..., None].clamp(0, 1)
    straight = rendering.color / opacity.clamp_min(torch.finfo(opacity.dtype).eps)
    return (srgb_encoded(straight.clamp(0, 1)) * opacity + 1 - opacity).cpu()


def _truth_in_srgb(pixels: Float[Tensor, "h w 4"]) -> Float[Tensor, "h w 3"]:
    alpha = pixels[..., 3:]
    return srgb_encoded(pixels[..., :3]) * alpha + 1 - alpha
