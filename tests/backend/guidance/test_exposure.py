"""Photographs of one thing, each with an exposure and a white balance of its own."""

from __future__ import annotations

import math

import pytest
import torch

from backend.cameras.camera import Camera
from backend.config import JobConfig, with_changes
from backend.data.pictures import PosedPictures
from backend.evaluate.held_out import compare, fitted_gains
from backend.guidance.exposure import PictureExposures
from backend.guidance.photometric import Photometric
from backend.render.renderer import Rendering

TRUE = torch.tensor([[0.5, 1.0, 1.0], [1.0, 1.0, 2.0], [2.0, 1.0, 0.5]])
"""By what each photograph was multiplied: the mean of their logarithms is 0."""


def photographs() -> PosedPictures:
    """A gray of 0.2 everywhere, as each camera chose to see it."""
    camera = Camera.from_fov(torch.eye(4), 16, 16, 0.7)
    pixels = torch.cat([0.2 * TRUE, torch.ones(3, 1)], 1).repeat_interleave(256, 0)
    return PosedPictures(pixels, [camera] * 3)


def asked(**photometric) -> Photometric:
    config = with_changes(JobConfig(), {"photometric": {"rays_per_step": 64, "exposure": True, **photometric}})
    return Photometric(photographs(), config, torch.device("cpu"), torch.Generator().manual_seed(0))


def look(guidance: Photometric, steps: int) -> float:
    """The loss after so many steps of a field that is right, and does not move."""
    gray, loss = Rendering(torch.full((64, 3), 0.2), torch.ones(64), torch.ones(64), torch.ones(64, 1)), torch.zeros(())
    for step in range(steps):
        loss = guidance.loss(guidance.sample_views(step), gray, step).loss
        if loss.requires_grad:
            loss.backward()
    return float(loss.detach())


def test_the_gains_become_those_of_the_photographs():
    guidance = asked()
    assert look(guidance, 600) < 1e-5
    gains = guidance.exposures.gains(torch.arange(3)).detach()
    assert torch.allclose(gains, TRUE, rtol=0.02)
    assert look(asked(exposure=False), 1) > 0.005, "without them no field is right for all"


def test_their_mean_stays_one_whatever_pulls():
    exposures = PictureExposures(4, torch.device("cpu"))
    for _ in range(20):
        (exposures.gains(torch.arange(4)) - 9).square().sum().backward()
    assert exposures.gains(torch.arange(4)).log().mean(0).abs().max() < 1e-6


def test_a_run_goes_on_to_the_bit_from_what_was_kept():
    whole, half = asked(), asked()
    look(whole, 40)
    look(half, 20)
    kept = {name: value.clone() for name, value in half.state().items()}
    resumed = asked()
    resumed.restore(kept)
    resumed.generator.set_state(half.generator.get_state())
    look(resumed, 20)
    assert torch.equal(resumed.exposures.gains(torch.arange(3)), whole.exposures.gains(torch.arange(3)))


def test_a_checkpoint_of_before_there_were_gains_begins_with_none():
    guidance = asked()
    guidance.restore({})
    assert torch.equal(guidance.exposures.gains(torch.arange(3)), torch.ones(3, 3))
    assert asked(exposure=False).state() == {}


def test_held_out_pictures_are_compared_at_their_own_exposure():
    class Gray:
        def picture(self, camera, device):
            return Rendering(torch.full((16, 16, 3), 0.2), *[torch.ones(16, 16)] * 2, torch.ones(16, 16, 1))

    plain = compare(Gray(), photographs(), torch.device("cpu"))["psnr"]
    fitted = compare(Gray(), photographs(), torch.device("cpu"), fit_exposure=True)["psnr"]
    assert plain < 30 and fitted > 80
    gains = fitted_gains(torch.full((16, 16, 3), 0.2), photographs().picture(1))
    assert gains.tolist() == pytest.approx([1.0, 1.0, 2.0], rel=1e-5)
    assert all(math.isfinite(gain) for gain in fitted_gains(torch.zeros(16, 16, 3), photographs().picture(1)))
