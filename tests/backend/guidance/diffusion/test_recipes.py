"""The recipes of DreamFusion and SJC hold the published numbers."""

from __future__ import annotations

import math

import pytest

from backend.config import recipe
from backend.pretrained import resolve


def test_dreamfusion():
    config = recipe("dreamfusion")
    settings, orbit = config.score_distillation, config.orbit
    assert config.optimize.steps == 15_000 and config.render.image_size == settings.render_size == 64
    assert (settings.method, settings.weighting, settings.guidance_scale) == ("sds", "dreamfusion", 100)
    assert (settings.timestep_schedule, settings.timestep_low) == ("random", 0.02)
    assert (orbit.radius_low, orbit.radius_high) == (1.0, 1.5)
    assert (orbit.elevation_low_degrees, orbit.elevation_high_degrees) == (-10, 90)
    assert config.prompt_options.view_dependent and config.prompt_options.overhead_degrees == 60
    assert settings.shading_after * config.optimize.steps == pytest.approx(1000)
    assert (settings.shading_probability, settings.textureless_probability) == (0.75, 0.5)
    assert config.field.density_init == "blob" and config.regularizer.orientation.weight == 1e-2


def test_dreamfusion_s_focal_lengths_are_those_angles():
    """0.7 and 1.35 times the width of the picture."""
    orbit = recipe("dreamfusion").orbit
    widest, narrowest = (2 * math.degrees(math.atan(0.5 / focal)) for focal in (0.7, 1.35))
    assert orbit.fov_degrees + orbit.fov_spread_degrees == pytest.approx(widest, abs=0.1)
    assert orbit.fov_degrees - orbit.fov_spread_degrees == pytest.approx(narrowest, abs=0.1)


def test_sjc():
    config = recipe("sjc")
    settings, field = config.score_distillation, config.field
    assert (field.resolution, field.start_resolution, field.upsample_at) == (100, 100, ())
    assert config.optimize.steps == 10_000
    assert config.optimize.learning_rate_density == config.optimize.learning_rate_color == 0.05
    assert (settings.method, settings.weighting, settings.guidance_scale) == ("sjc", "uniform", 100)
    assert (settings.space, settings.latents_until) == ("latents_first", 1.0)
    assert settings.emptiness_weight * 4 * 64**2 == 1e4  # its gradient is a sum, ours a mean
    assert (settings.emptiness_after, settings.emptiness_multiplier) == (0.5, 20)
    assert (config.orbit.radius_low, config.orbit.views) == (1.5, 1)


def test_sjc_s_angles_are_those_of_its_code():
    """It draws v ~ U(0, 100) degrees and looks from the polar angle arccos(1 - 2 v / 180); overhead is v < 30."""
    config = recipe("sjc")
    lowest, overhead = (90 - math.degrees(math.acos(1 - 2 * v / 180)) for v in (100, 30))
    assert config.orbit.elevation_low_degrees == pytest.approx(lowest, abs=0.1)
    assert config.prompt_options.overhead_degrees == pytest.approx(overhead, abs=0.1)


@pytest.mark.parametrize("name", ["dreamfusion", "sjc"])
def test_their_models_are_known(name: str):
    choice = resolve(recipe(name).model)
    assert choice.kind == "diffusion" and choice.license != "unknown"
