"""The photometric guidance on a picture whose right answer is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from backend.config import JobConfig, with_changes
from backend.data.dataset import read_dataset
from backend.guidance.guidance import RayRequest
from backend.guidance.photometric import DrawnPixels, Photometric
from backend.render.renderer import Rendering

CONFIG = with_changes(JobConfig(), {"photometric": {"rays_per_step": 512}})


@pytest.fixture
def guidance(scene_folder: Path, generator) -> Photometric:
    return Photometric(read_dataset(scene_folder).train, CONFIG, torch.device("cpu"), generator)


def drawn(rgba: torch.Tensor) -> DrawnPixels:
    return DrawnPixels(rgba, torch.zeros(len(rgba), dtype=torch.long))


def rendering(color: torch.Tensor, opacity: torch.Tensor) -> Rendering:
    return Rendering(color * opacity[:, None], opacity, opacity, opacity[:, None])


def test_the_right_picture_has_no_loss(guidance):
    request = guidance.sample_views(0)
    guidance_loss = guidance.loss(request, rendering(request.context.rgba[:, :3], request.context.rgba[:, 3]), 0)
    assert float(guidance_loss.loss) == pytest.approx(0.0, abs=1e-9)
    assert request.rays.origins.shape == (512, 3)


def test_transparency_cannot_be_faked_with_color(guidance):
    """An opaque black where nothing is has a loss, because the background behind it is unknown."""
    nothing = RayRequest(guidance.sample_views(0).rays, drawn(torch.tensor([[0.0, 0, 0, 0]] * 512)))
    opaque = guidance.loss(nothing, rendering(torch.zeros(512, 3), torch.ones(512)), 0)
    clear = guidance.loss(nothing, rendering(torch.ones(512, 3), torch.zeros(512)), 0)
    assert float(opaque.loss) > 0.2 and float(clear.loss) == 0


def test_the_loss_is_the_mean_squared_srgb_difference(guidance):
    white = RayRequest(guidance.sample_views(0).rays, drawn(torch.ones(512, 4)))
    gray = rendering(torch.full((512, 3), 0.214041), torch.ones(512))
    guidance_loss = guidance.loss(white, gray, 0)
    assert float(guidance_loss.loss) == pytest.approx(0.25, abs=1e-4)
    guidance.edit(with_changes(CONFIG, {"photometric": {"weight": 3.0}}))
    assert float(guidance.loss(white, gray, 0).loss) == pytest.approx(0.75, abs=1e-3)


def test_the_coarse_colors_have_an_error_of_their_own(guidance):
    """NeRF's eq. 6: both squared differences, here 1/4 and 1; before the same background."""
    white = RayRequest(guidance.sample_views(0).rays, drawn(torch.ones(512, 4)))
    gray, black = (rendering(torch.full((512, 3), value), torch.ones(512)) for value in (0.214041, 0.0))
    guidance_loss = guidance.loss(white, replace(gray, coarse=black), 0)
    assert float(guidance_loss.loss) == pytest.approx(1.25, abs=1e-4)
    assert guidance_loss.terms == {
        "photometric": pytest.approx(0.25, abs=1e-4),
        "photometric_coarse": pytest.approx(1.0),
    }
    guidance.edit(with_changes(CONFIG, {"render": {"coarse_weight": 0.5}}))
    assert float(guidance.loss(white, replace(gray, coarse=black), 0).loss) == pytest.approx(0.75, abs=1e-4)
    guidance.edit(with_changes(CONFIG, {"render": {"coarse_weight": 0.0}}))
    assert guidance.loss(white, replace(gray, coarse=black), 0).terms.keys() == {"photometric"}
