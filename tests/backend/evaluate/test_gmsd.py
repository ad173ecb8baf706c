"""GMSD against its definition in numpy and scipy, and what it does and does not see."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from painted_cube import Fog
from scipy.signal import convolve2d

from backend.cameras.orbit import orbit_view
from backend.data.pictures import PosedPictures
from backend.evaluate import held_out
from backend.evaluate.gmsd import gmsd
from backend.render.renderer import Renderer, Rendering


def by_definition(one: np.ndarray, other: np.ndarray) -> float:
    """Equations 4 to 6, on pictures averaged over 2 x 2 and halved."""
    similarities = []
    magnitudes = []
    for picture in (one, other):
        gray = picture @ np.array([0.299, 0.587, 0.114])
        mean = convolve2d(gray, np.full((2, 2), 0.25), mode="valid")[::2, ::2]
        h = np.array([[1, 0, -1], [1, 0, -1], [1, 0, -1]]) / 3
        magnitudes.append(np.hypot(convolve2d(mean, h, mode="valid"), convolve2d(mean, h.T, mode="valid")))
    for r, d in zip(*(m.ravel() for m in magnitudes), strict=True):
        similarities.append((2 * r * d + 170 / 255**2) / (r**2 + d**2 + 170 / 255**2))
    return float(np.std(similarities))


@pytest.mark.parametrize("shape", [(24, 24), (17, 30), (6, 6), (7, 9)])
@pytest.mark.parametrize("noise", [0.02, 0.3])
def test_it_is_the_definition_s(shape, noise: float, generator):
    truth = torch.rand(*shape, 3, generator=generator, dtype=torch.float64)
    picture = (truth + noise * torch.randn(truth.shape, generator=generator, dtype=torch.float64)).clamp(0, 1)
    expected = by_definition(picture.numpy(), truth.numpy())
    assert gmsd(picture, truth) == pytest.approx(expected, abs=1e-12)
    assert gmsd(truth, picture) == pytest.approx(expected, abs=1e-12)


def test_equal_pictures_and_pictures_of_another_brightness_are_no_distance_apart(generator):
    truth = 0.5 * torch.rand(20, 20, 3, generator=generator, dtype=torch.float64)
    assert gmsd(truth, truth) == 0.0
    assert gmsd(truth + 0.3, truth) == pytest.approx(0.0, abs=1e-9)


def test_more_blur_is_farther(generator):
    truth = torch.nn.functional.interpolate(torch.rand(1, 3, 12, 12, generator=generator), (48, 48))

    def blurred(width: int) -> torch.Tensor:
        return torch.nn.functional.avg_pool2d(truth, width, 1, width // 2, count_include_pad=False)[0].permute(1, 2, 0)

    distances = [gmsd(blurred(width), truth[0].permute(1, 2, 0)) for width in (1, 3, 5, 9)]
    assert distances == sorted(distances) and distances[0] == 0.0 and distances[-1] > 0.1


def test_a_tiny_picture_has_a_sentence():
    with pytest.raises(ValueError, match="at least 6 pixels"):
        gmsd(torch.zeros(5, 20, 3), torch.zeros(5, 20, 3))


def test_a_reconstruction_is_compared_by_all_three(generator):
    """An empty field is white; the truths are noise, and half clear."""
    pixels = torch.rand(2, 16, 16, 4, generator=generator)
    cameras = [orbit_view(turn, 0.3, 3.0, 0.7, 16).camera for turn in (0.0, 2.0)]
    found = held_out.compare(Renderer(Fog(0.0), 4), PosedPictures.of_one_size(pixels, cameras), torch.device("cpu"))
    linear = (pixels[..., :3] * pixels[..., 3:] + 1 - pixels[..., 3:]).double().numpy()
    truth = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    white = np.ones((16, 16, 3))
    assert found["gmsd"] == pytest.approx(np.mean([by_definition(white, picture) for picture in truth]), abs=1e-5)
    assert found["psnr"] == pytest.approx(np.mean([-10 * np.log10(((p - 1) ** 2).mean()) for p in truth]), abs=1e-3)
    assert set(found) == {"psnr", "psnr_srgb", "ssim", "gmsd"}


def test_the_psnr_of_tables_is_of_pictures_laid_over_white_in_srgb(generator):
    """A fog of one color, half clear, against a truth of the same color and opacity: equal only in the same light."""

    class Half:
        def picture(self, camera, device):
            opacity = torch.full((16, 16), 0.5)
            return Rendering(torch.full((16, 16, 3), 0.2) * 0.5, opacity, opacity, opacity[..., None])

    pixels = torch.cat([torch.full((1, 16, 16, 3), 0.2), torch.full((1, 16, 16, 1), 0.25)], dim=-1)
    found = held_out.compare(
        Half(), PosedPictures.of_one_size(pixels, [orbit_view(0.0, 0.3, 3.0, 0.7, 16).camera]), torch.device("cpu")
    )
    color = 1.055 * 0.2 ** (1 / 2.4) - 0.055
    assert found["psnr_srgb"] == pytest.approx(-20 * np.log10(0.25 * (1 - color)), abs=1e-3)
    encoded = [1.055 * (0.2 * a + 1 - a) ** (1 / 2.4) - 0.055 for a in (0.5, 0.25)]
    assert found["psnr"] == pytest.approx(-20 * np.log10(encoded[1] - encoded[0]), abs=1e-3)
