"""PSNR by hand, SSIM against scikit-image."""

from __future__ import annotations

import math

import pytest
import torch
from skimage.metrics import structural_similarity

from backend.evaluate.psnr import psnr
from backend.evaluate.ssim import ssim


def test_psnr_of_a_constant_error_by_hand():
    assert psnr(torch.zeros(4, 4, 3), torch.full((4, 4, 3), 0.1)) == pytest.approx(20.0, abs=1e-4)
    assert psnr(torch.ones(2), torch.ones(2)) == math.inf


@pytest.mark.parametrize("noise", [0.0, 0.05, 0.4])
def test_ssim_equals_scikit_image(noise: float, generator):
    truth = torch.nn.functional.interpolate(torch.rand(1, 3, 6, 6, generator=generator), (40, 33), mode="bicubic")
    truth = truth[0].permute(1, 2, 0).clamp(0, 1)
    picture = (truth + noise * torch.randn(truth.shape, generator=generator)).clamp(0, 1)
    expected = structural_similarity(
        picture.double().numpy(),
        truth.double().numpy(),
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=1.0,
        channel_axis=-1,
    )
    assert ssim(picture, truth) == pytest.approx(expected, abs=1e-6)


def test_ssim_of_a_tiny_picture_has_a_sentence():
    with pytest.raises(ValueError, match="larger than 10 pixels"):
        ssim(torch.zeros(8, 20, 3), torch.zeros(8, 20, 3))
