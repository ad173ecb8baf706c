"""Settings of Dream Fields and DietNeRF as published: what `test_config.py` does not say already."""

from __future__ import annotations

import math

import pytest
import torch

from backend.cameras.orbit import frame_of
from backend.config import Method, recipe, with_changes
from backend.fields.build import build_field
from backend.fields.field import UNIT_CUBE


@pytest.mark.parametrize("name", ["dietnerf", "dietnerf-fine-tuned", "simplified-nerf", "dietnerf-simplified"])
def test_few_views_as_published(name: str):
    """8 views of half the size, 1024 rays, an objects' box of +-1.5 (published configs)."""
    config = recipe(name)
    assert config.method == Method.RECONSTRUCT.value
    assert (config.photometric.pictures, config.photometric.downscale, config.photometric.rays_per_step) == (8, 2, 1024)
    assert frame_of(config).half_width == 1.5 and config.render.occupancy_threshold == 0


@pytest.mark.parametrize("name", ["dietnerf", "dietnerf-fine-tuned", "dietnerf-simplified"])
def test_consistency_as_published(name: str):
    """0.1 every 10 steps, 168^2, theta all around, phi -90 to 0 (from the zenith to the horizon), radius 3.5 to 4.5."""
    unseen, half_width = recipe(name).consistency, frame_of(recipe(name)).half_width
    assert (unseen.weight, unseen.every, unseen.render_size) == (0.1, 10, 168)
    assert unseen.model == "ViT-B-32/openai"
    assert (unseen.min_elevation_degrees, unseen.max_elevation_degrees) == (0.0, 90.0)
    assert unseen.min_radius * half_width == pytest.approx(3.5) and unseen.max_radius * half_width == pytest.approx(4.5)


def test_the_learning_rate_falls_tenfold_in_500_thousand_steps():
    for name, steps in (("dietnerf", 200_000), ("dietnerf-fine-tuned", 400_000)):
        optimize = recipe(name).optimize
        assert optimize.steps == steps
        assert optimize.learning_rate_end ** (500_000 / steps) == pytest.approx(0.1)


def test_fine_tuning_is_the_second_half():
    assert recipe("dietnerf").consistency.until == 1.0
    tuned = recipe("dietnerf-fine-tuned")
    assert tuned.consistency.until * tuned.optimize.steps == 200_000


def test_simplified_is_a_tenth_of_the_rate_no_hierarchy_and_the_coarser_encoding():
    """Half a wave of the highest frequency, 2^5, is one cell: pi / 2^5 = 3 / 30.6."""
    plain, simplified = recipe("dietnerf"), recipe("simplified-nerf")
    assert simplified.optimize.learning_rate_density == pytest.approx(plain.optimize.learning_rate_density / 10)
    assert (plain.field.nerf.learning_rate, simplified.field.nerf.learning_rate) == (5e-4, 5e-5)
    for config, octave in ((plain, 9), (simplified, 5)):
        assert config.field.kind == "nerf" and config.field.view_dependent_color and config.field.nerf.layers == 8
        shortest = 2 ** (config.field.nerf.frequencies - 1) * math.pi / 1.5  # radians a meter in a box of +-1.5
        assert shortest == pytest.approx(2**octave, rel=0.05)
    assert (plain.render.samples_per_ray, plain.render.fine_samples_per_ray) == (64, 128)
    assert (simplified.render.samples_per_ray, simplified.render.fine_samples_per_ray) == (128, 0)
    cell = 3.0 / simplified.field.resolution
    assert cell == pytest.approx(math.pi / 2**5, rel=0.05) and simplified.field.start_resolution == 32
    assert simplified.consistency.weight == 0


@pytest.mark.parametrize("name", ["dream-fields-lq", "dream-fields-mq", "dream-fields-hq"])
def test_what_is_not_in_the_name_of_a_dream_field_is_as_published(name: str):
    config = recipe(name)
    settings, judge, optimize = config.dream_fields, config.early_stopping, config.optimize
    assert settings.sparsity == "clipped_additive" and settings.backgrounds == "mixed"
    assert (settings.transmittance_weight, settings.transmittance_ramp) == (0.5, 500)
    assert (settings.blur_low, settings.blur_high) == (0.0, 10.0)
    assert settings.track_origin and settings.origin_decay == 0.999
    assert (config.model, judge.model, judge.scored_views, judge.every) == (
        "ViT-B-16/openai",
        "ViT-B-32/openai",
        1,
        1000,
    )
    assert (optimize.learning_rate_begin, optimize.warm_up, optimize.learning_rate_end) == (0.1, 1500, 1.0)
    assert optimize.adam_epsilon == 1e-5 and config.orbit.views == 1
    assert config.orbit.elevation_low_degrees == config.orbit.elevation_high_degrees == 30.0


def test_published_settings_can_be_run_with_a_model_of_one_s_own():
    config = with_changes(recipe("dietnerf"), {"consistency": {"model": "embedded-clip"}, "dataset": "d"})
    assert config.consistency.weight == 0.1 and config.recipe == "dietnerf"


@pytest.mark.parametrize(("name", "scale", "highest", "values"), [
    ("dreamfusion-sd", 100, 45, 4 * 64**2), ("dreamfusion-if", 20, 90, 3 * 64**2),
])  # fmt: skip
def test_threestudio_s_dream_fusions(name: str, scale: float, highest: float, values: int):
    """Its configs: its losses are weighed against a sum over a view's values, ours against their mean."""
    config = recipe(name)
    settings, orbit, optimize = config.score_distillation, config.orbit, config.optimize
    assert (settings.guidance_scale, settings.weighting, settings.render_size) == (scale, "dreamfusion", 64)
    assert (settings.timestep_schedule, settings.timestep_low) == ("random", 0.02)
    assert settings.opacity_weight * values == pytest.approx(1)
    assert config.regularizer.orientation.weight * values == pytest.approx(1000)
    assert config.regularizer.orientation.ramp[1] * optimize.steps == 5000
    assert settings.shading_after * optimize.steps == 2000
    assert (orbit.radius_low, orbit.radius_high, orbit.views) == (1.5, 2.0, 1)
    assert (orbit.elevation_low_degrees, orbit.elevation_high_degrees) == (-10, highest)
    assert (orbit.fov_degrees - orbit.fov_spread_degrees, orbit.fov_degrees + orbit.fov_spread_degrees) == (40, 70)
    assert optimize.steps == 10_000 and config.render.samples_per_ray == 512 and config.prompt_options.view_dependent
    assert (config.field.kind, config.field.hash_grid.learning_rate, config.field.hash_grid.log2_table) == (
        "hash_grid",
        0.01,
        19,
    )


@pytest.mark.parametrize("name", ["dream-fields-lq", "dream-fields-hq", "dietnerf", "simplified-nerf"])
def test_adam_s_second_moment_is_the_published_one(name: str):
    """0.999 in NeRF (section 5.3), Dream Fields (optax's default) and DietNeRF (torch's); threestudio's is 0.99."""
    assert recipe(name).optimize.adam_beta2 == 0.999
    assert recipe("dreamfusion-sd").optimize.adam_beta2 == 0.99


def test_dietnerf_compares_as_its_code_does():
    unseen = recipe("dietnerf").consistency
    assert (unseen.layer, unseen.coarse_weight, unseen.background) == ("token", 0.1, "white")


def test_sjc_s_field_starts_even():
    """softplus(-1) for each half-width of its box of side 2 (voxnerf, density_shift)."""
    config = recipe("sjc")
    assert config.field.density_init == "even"
    field = build_field(with_changes(config, {"field": {"start_resolution": 8}}).field, UNIT_CUBE, Method.TEXT, 4)
    places = torch.tensor([[0.0, 0.0, 0.0], [0.5, -0.3, 0.2]])
    torch.testing.assert_close(field.density(places), torch.full((2,), math.log1p(math.exp(-1.0))), rtol=1e-3, atol=0)
