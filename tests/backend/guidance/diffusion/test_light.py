"""Lights: how often, and where."""

from __future__ import annotations

import math

import pytest
import torch

from backend.cameras.orbit import Frame, orbit_view, to_frame
from backend.config import ScoreDistillationConfig
from backend.guidance.diffusion.light import sample_light, sample_shading

VIEW = orbit_view(0.3, 0.4, 3.0, 0.7, 2)


def test_a_quarter_shows_albedo_and_half_of_the_rest_form_alone(generator):
    """DreamFusion's shares; 4000 draws, within four deviations."""
    drawn = [sample_shading(ScoreDistillationConfig(), [VIEW], Frame(), generator) for _ in range(4000)]
    albedo = sum(shading is None for shading in drawn) / 4000
    textureless = sum(shading is not None and shading.textureless for shading in drawn) / 4000
    assert albedo == pytest.approx(0.25, abs=4 * math.sqrt(0.25 * 0.75 / 4000))
    assert textureless == pytest.approx(0.375, abs=4 * math.sqrt(0.375 * 0.625 / 4000))


def test_probabilities_of_none_and_all(generator):
    never = ScoreDistillationConfig(shading_probability=0.0)
    always = ScoreDistillationConfig(shading_probability=1.0, textureless_probability=0.0)
    assert all(sample_shading(never, [VIEW], Frame(), generator) is None for _ in range(50))
    shadings = [sample_shading(always, [VIEW], Frame(), generator) for _ in range(50)]
    assert all(shading is not None and not shading.textureless for shading in shadings)


def test_lights_lie_as_far_from_the_middle_as_published_and_on_the_camera_s_side(generator):
    """At 0.8 to 1.5 where cameras stand at 1.25, so at 1.92 to 3.6 for a camera at 3."""
    lights = torch.stack([sample_light(VIEW, Frame(), generator) for _ in range(2000)])
    distances = lights.norm(dim=1)
    assert float(distances.min()) == pytest.approx(0.8 * 3 / 1.25, abs=0.02)
    assert float(distances.max()) == pytest.approx(1.5 * 3 / 1.25, abs=0.02)
    towards = VIEW.camera.pose[:3, 3] / 3
    cosines = (lights / distances[:, None]) @ towards
    assert float(cosines.mean()) > 0.5 and float(cosines.min()) < 0.2, "near the camera, but not always"
    mean = lights.mean(0) / lights.mean(0).norm()
    assert float(mean @ towards) > 0.99


def test_in_another_frame_lights_move_and_grow_with_it():
    frame = Frame((10.0, -5.0, 2.0), 4.0)
    here = sample_light(VIEW, Frame(), torch.Generator().manual_seed(1))
    there = sample_light(to_frame(VIEW, frame), frame, torch.Generator().manual_seed(1))
    torch.testing.assert_close(there, torch.tensor(frame.center) + 4.0 * here)


def test_each_view_has_its_light_for_all_of_its_rays(generator):
    always = ScoreDistillationConfig(shading_probability=1.0)
    shading = sample_shading(always, [VIEW, VIEW, VIEW], Frame(), generator)
    assert shading.light.shape == (3 * 4, 3)
    views = shading.light.view(3, 4, 3)
    assert torch.equal(views[:, 0], views[:, 3]) and len(views[:, 0].unique(dim=0)) == 3
