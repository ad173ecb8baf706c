"""Settings as published of what pulls by words: Dream Fields, DreamFusion and its kin in threestudio, SJC.

`recipes.py` gives each under its name; `presets.py` takes from them where a model of that kind is chosen.
"""

from __future__ import annotations

import math
from typing import Any

from .setting import merged

DREAM_FIELDS_FOV = 2 * math.degrees(math.atan(0.5 * 800 / (1.2 * 1111.1)))
"""Focal 1.2 x (1111.1 / 800) of the picture's width (Dream Fields, appendix)."""


def dream_fields(steps: int, size: int, crop: int) -> dict[str, Any]:
    """Iterations, render and crop of LQ, MQ or HQ; radius 4, elevation 30 degrees, 192 samples a ray, 8 crops.

    The field is the published residual network of integrated Fourier features (backend/fields/mip_nerf.py), softplus of
    density in the cube of side 2, rate 1e-5 to 1e-4. (The paper's own ablation gives a grid of 128^3 37.0 % R-Precision
    against 59.8 %: `--field.kind dense_grid --field.density-init fog` is that, and quick on a processor.)

    What differs: cones follow mip-NeRF's exact moments where the published code has their thin limit; samples in cells
    known to be empty are skipped.
    """
    return {
        "model": "ViT-B-16/openai",
        "optimize": {
            "steps": steps, "learning_rate_end": 1.0, "warm_up": 1500, "adam_beta2": 0.999, "adam_epsilon": 1e-5,
        },
        "orbit": {
            "radius_low": 4.0, "radius_high": 4.0, "elevation_low_degrees": 30.0, "elevation_high_degrees": 30.0,
            "fov_degrees": DREAM_FIELDS_FOV, "views": 1,
        },
        "render": {"image_size": size, "samples_per_ray": 192},
        "field": {
            "kind": "mip_nerf", "density_init": "none", "density_scale": 2.0, "mip_nerf": {"learning_rate": 1e-4},
        },
        "dream_fields": {"render_size": size, "crops": 8, "crop_fraction": crop / size},
        "early_stopping": {"model": "ViT-B-32/openai", "every": 1000, "scored_views": 1},
    }  # fmt: skip


DREAMFUSION: dict[str, Any] = {
    "model": "DeepFloyd/IF-I-XL-v1.0",
    "prompt_options":{"view_dependent": True, "overhead_degrees": 60.0},
    "orbit": {
        "radius_low": 1.0, "radius_high": 1.5, "elevation_low_degrees": -10.0, "elevation_high_degrees": 90.0,
        "fov_degrees": 55.9, "fov_spread_degrees": 15.2, "views": 4,
    },
    "render": {"image_size": 64, "samples_per_ray": 512},
    "field": {"density_init": "blob", "resolution": 128, "start_resolution": 64, "upsample_at": (0.2,)},
    "score_distillation": {
        "guidance_scale": 100.0, "weighting": "dreamfusion", "timestep_schedule": "random", "timestep_low": 0.02,
        "render_size": 64,
        "shading_after": 1000 / 15_000, "shading_probability": 0.75, "textureless_probability": 0.5,
        "opacity_weight": 1e-3,
    },
    "regularizer": {"orientation": {"weight": 1e-2, "ramp": (0.0, 5000 / 15_000)}},
    "optimize": {"steps": 15_000, "learning_rate_end": 1.0},
}  # fmt: skip
"""DreamFusion (arXiv 2209.14988, section 3 and appendix A): 15 000 steps of 4 views (one on each of 4 chips) at 64^2,
guidance 100, t ~ U(0.02, 0.98), w = sigma^2, cameras at 1 to 1.5 from -10 to 90 degrees, shading in three quarters of
the steps after 1000 and half of these without texture, blob, orientation loss, opacity loss.

What differs: Imagen was never given out, so the model is DeepFloyd IF XL, as in threestudio (with guidance 20 there);
the field is a grid, where the paper has mip-NeRF 360's network and Shampoo, so its rates are the grid's; the focal
length is drawn as an angle, U(40.7, 71.1) degrees, where the paper draws U(0.7, 1.35) times the picture's width; behind
the object lies one drawn color, where the paper has a network of directions; 512 samples a ray are threestudio's.
The paper does not say over what its losses are summed. Here the gradient is a mean over the values of x, and against a
mean its 1e-2 and 1e-3 are within a factor of 8 and 12 of what threestudio weighs the same terms with (below).
"""

_OF_PIXELS, _OF_LATENTS = 3 * 64**2, 4 * 64**2
"""Values of a view that the first stage of DeepFloyd IF denoises, and Stable Diffusion at 512 pixels."""


def _threestudio(values: int, highest: float) -> dict[str, Any]:
    """Returns what its two DreamFusions have in common. It adds the gradient up over a view's `values`, where ours is
    their mean, so that its 1 for opacity and its 10 to 1000 (at step 5000) for orientation are divided by as many."""
    return {
        "prompt_options": {"view_dependent": True, "overhead_degrees": 60.0},
        "orbit": {
            "radius_low": 1.5, "radius_high": 2.0, "elevation_low_degrees": -10.0, "elevation_high_degrees": highest,
            "fov_degrees": 55.0, "fov_spread_degrees": 15.0, "views": 1,
        },
        "render": {"image_size": 64, "samples_per_ray": 512},
        "field": {
            "kind": "hash_grid", "density_init": "blob",
            "hash_grid": {"log2_table": 19, "finest": 4096, "learning_rate": 0.01},
        },
        "score_distillation": {
            "weighting": "dreamfusion", "timestep_schedule": "random", "timestep_low": 0.02, "render_size": 64,
            "space": "auto", "shading_after": 0.2, "shading_probability": 0.75, "textureless_probability": 0.5,
            "opacity_weight": 1 / values,
        },
        "regularizer": {"orientation": {"weight": 1000 / values, "ramp": (0.0, 0.5)}},
        "optimize": {"steps": 10_000, "learning_rate_begin": 1.0, "warm_up": 1, "learning_rate_end": 1.0},
    }  # fmt: skip


DREAMFUSION_SD: dict[str, Any] = merged(
    _threestudio(_OF_LATENTS, 45.0),
    {"model": "stable-diffusion-2.1-base", "score_distillation": {"guidance_scale": 100.0}},
)
"""threestudio's `dreamfusion-sd`: each render of 64^2 is enlarged to 512^2, encoded, and asked under guidance 100, t ~
U(0.02, 0.98), w = sigma^2, words of the view, one view a step, 10 000 steps, Adam 0.01 with betas 0.9 and 0.99, cameras
at 1.5 to 2 from -10 to 45 degrees with 40 to 70 degrees of view, light after 2000 steps.

What differs: guidance there counts from the words, n(words) + 100 (n(words) - n(nothing)), which is 101 here; its hash
grid begins with half of its levels (the rest come from step 2000 on), and starts from Magic3D's blob, ours from
DreamFusion's; the encoding is the mean, not a draw; orientation rises from 0, not from a hundredth of its weight, and
is a mean over all rays, not over those that meet something; behind the object lies one drawn color, where it has a
network of directions. Its box reaches to 2, with the cameras inside of it; ours is the one of half-width 1 around the
blob.
"""

DREAMFUSION_IF: dict[str, Any] = merged(
    _threestudio(_OF_PIXELS, 90.0),
    {"model": "deepfloyd-if-xl", "score_distillation": {"guidance_scale": 20.0}},
)
"""threestudio's `dreamfusion-if`: the same on DeepFloyd IF's own 64^2 pixels, guidance 20, cameras up to 90 degrees."""

SJC: dict[str, Any] = {
    "model": "stable-diffusion-v1-5/stable-diffusion-v1-5",
    "prompt_options":{"view_dependent": True, "overhead_degrees": 41.8},
    "orbit": {
        "radius_low": 1.5, "radius_high": 1.5, "elevation_low_degrees": -6.4, "elevation_high_degrees": 90.0,
        "fov_degrees": 55.0, "fov_spread_degrees": 15.0, "views": 1,
    },
    "render": {"image_size": 64, "samples_per_ray": 128, "occupancy_threshold": 0.0},
    "field": {"density_init": "even", "resolution": 100, "start_resolution": 100, "upsample_at": ()},
    "score_distillation": {
        "method": "sjc", "weighting": "uniform", "guidance_scale": 100.0, "timestep_schedule": "random",
        "timestep_low": 0.02, "space": "latents_first", "latents_until": 1.0, "noise_samples": 1,
        "emptiness_weight": 1e4 / _OF_LATENTS, "emptiness_after": 0.5, "emptiness_multiplier": 20.0,
    },
    "optimize": {
        "steps": 10_000, "learning_rate_density": 0.05, "learning_rate_color": 0.05, "learning_rate_begin": 1.0,
        "warm_up": 1, "learning_rate_end": 1.0,
    },
}  # fmt: skip
"""Score Jacobian Chaining (arXiv 2212.00774) with the numbers of its published code: grid of 100^3 with four channels,
one 64^2 latent render a step, guidance 100, rate 0.05, 10 000 steps, one noise a step, emptiness 1e4 log(1 + 10 w) (by
the 4 x 64^2 values that its gradient is summed over) and 20 times that in the second half, cameras at 1.5 with 40 to 70
degrees, "overhead" above polar angle 48.2 degrees.

What differs: Adam instead of Adamax; levels U(0.02, 0.98) instead of 0.01 to 0.97; elevations uniform in angle instead
of in area; behind the object the latents of a drawn color instead of a learned texture of 4 x 4; words of the view
stand behind the prompt instead of before it; colors are the affine map of the latents instead of decoded renders. The
density begins as there, softplus(-1) for each half-width everywhere; the latents begin at 0, where there they are drawn
from N(0, 1), and its one learned factor on all densities is left out.
"""
