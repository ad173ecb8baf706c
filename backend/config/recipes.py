"""Settings as published, exactly where the field allows it: Dream Fields, DreamFusion, SJC, DietNeRF.

Dream Fields and DietNeRF have their published networks; elsewhere the field stays the dense grid of this project, and
its learning rates are its own. What differs from the paper is said beside the recipe.
"""

from __future__ import annotations

import math
from typing import Any

from ..errors import ConfigError
from .job import JobConfig, Method, with_changes
from .presets import preset
from .setting import merged

_DREAM_FIELDS_FOV = 2 * math.degrees(math.atan(0.5 * 800 / (1.2 * 1111.1)))
"""Focal 1.2 x (1111.1 / 800) of the picture's width (Dream Fields, appendix)."""


def _dream_fields(steps: int, size: int, crop: int) -> dict[str, Any]:
    """Iterations, render and crop of LQ, MQ or HQ; radius 4, elevation 30 degrees, 192 samples a ray, 8 crops.

    The field is the published residual network of integrated Fourier features (backend/fields/mip_nerf.py), softplus of
    density in the cube of side 2, rate 1e-5 to 1e-4. (The paper's own ablation gives a grid of 128^3 37.0 % R-Precision
    against 59.8 %: `--field.kind dense_grid --field.density-init fog` is that, and quick on a processor.)

    What differs: cones follow mip-NeRF's exact moments where the published code has their thin limit; samples in cells
    known to be empty are skipped.
    """
    return {
        "model": "ViT-B-16/openai",
        "optimize": {"steps": steps, "learning_rate_end": 1.0, "warm_up": 1500, "adam_epsilon": 1e-5},
        "orbit": {
            "radius_low": 4.0, "radius_high": 4.0, "elevation_low_degrees": 30.0, "elevation_high_degrees": 30.0,
            "fov_degrees": _DREAM_FIELDS_FOV, "views": 1,
        },
        "render": {"image_size": size, "samples_per_ray": 192},
        "field": {
            "kind": "mip_nerf", "density_init": "none", "density_scale": 2.0, "mip_nerf": {"learning_rate": 1e-4},
        },
        "dream_fields": {"render_size": size, "crops": 8, "crop_fraction": crop / size},
        "early_stopping": {"model": "ViT-B-32/openai", "every": 1000, "scored_views": 1},
    }  # fmt: skip


_FEW_VIEWS: dict[str, Any] = {
    "bounds": {"center": (0.0, 0.0, 0.0), "size": (3.0, 3.0, 3.0)},
    "photometric": {"rays_per_step": 1024, "downscale": 2, "pictures": 8},
    "optimize": {"steps": 200_000, "learning_rate_begin": 1.0, "warm_up": 1, "learning_rate_end": 0.1 ** (200 / 500)},
    "field": {
        "kind": "nerf", "density_init": "none", "view_dependent_color": True, "density_scale": 3.0,
        "nerf": {"frequencies": 9},
        "start_resolution": 96, "upsample_at": (),
    },
    "render": {"samples_per_ray": 64, "fine_samples_per_ray": 128, "occupancy_threshold": 0.0},
}  # fmt: skip
"""DietNeRF's common settings (published configs, 8 views of NeRF-synthetic read at 400^2, whose objects lie in +-1.5):
1024 rays a step, 64 + 128 samples, rate 5e-4 falling tenfold in 500 K steps. NeRF's network, 8 layers of 256, with view
direction; its code has waves of 2^0 to 2^9 radians a meter, ours of 2^k pi / 1.5: nine octaves end within 5 % of there.

What differs: density is a softplus, not a ReLU; coarse and fine samples ask one network, not one each; pixels are drawn
from all pictures at once, not from one a step; the first 500 steps are not cropped to the middle. On a processor a step
takes minutes; `--field.kind dense_grid --field.density-init empty --no-view-dependent-color` is the quick stand-in.
"""

_CONSISTENCY: dict[str, Any] = {
    "weight": 0.1, "model": "ViT-B-32/openai", "every": 10, "render_size": 168,
    "min_elevation_degrees": 0.0, "max_elevation_degrees": 90.0, "min_radius": 3.5 / 1.5, "max_radius": 4.5 / 1.5,
}  # fmt: skip
"""0.1 every 10 steps, renders of 168^2, theta U(-180, 180), phi U(-90, 0), radius U(3.5, 4.5): half-widths are 1.5."""

_SIMPLIFIED: dict[str, Any] = {
    "field": {
        "nerf": {"frequencies": 5, "learning_rate": 5e-5},
        "resolution": 32,
        "start_resolution": 32,
        "upsample_at": (),
    },
    "optimize": {"learning_rate_density": 0.01, "learning_rate_color": 0.01},
    "render": {"samples_per_ray": 128, "fine_samples_per_ray": 0},
}
"""DietNeRF's "simplified NeRF": waves up to 2^5 instead of 2^9, no fine samples (128), a tenth of the learning rate.

For a dense grid the same is 32 cells a side, because half a wave of frequency 2^5 is pi / 32 long, as is a cell of 32
over a box of 3.
"""


_DREAMFUSION: dict[str, Any] = {
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
the object lies one drawn color, where the paper has a network of directions; 512 samples a ray are threestudio's. The
paper does not say over what its losses are summed: 1e-2 and 1e-3 weigh against a gradient that may be scaled otherwise.
"""

_SJC: dict[str, Any] = {
    "model": "stable-diffusion-v1-5/stable-diffusion-v1-5",
    "prompt_options":{"view_dependent": True, "overhead_degrees": 41.8},
    "orbit": {
        "radius_low": 1.5, "radius_high": 1.5, "elevation_low_degrees": -6.4, "elevation_high_degrees": 90.0,
        "fov_degrees": 55.0, "fov_spread_degrees": 15.0, "views": 1,
    },
    "render": {"image_size": 64, "samples_per_ray": 128, "occupancy_threshold": 0.0},
    "field": {"density_init": "blob", "resolution": 100, "start_resolution": 100, "upsample_at": ()},
    "score_distillation": {
        "method": "sjc", "weighting": "uniform", "guidance_scale": 100.0, "timestep_schedule": "random",
        "timestep_low": 0.02, "space": "latents_first", "latents_until": 1.0, "noise_samples": 1,
        "emptiness_weight": 1e4, "emptiness_after": 0.5, "emptiness_multiplier": 20.0,
    },
    "optimize": {
        "steps": 10_000, "learning_rate_density": 0.05, "learning_rate_color": 0.05, "learning_rate_begin": 1.0,
        "warm_up": 1, "learning_rate_end": 1.0,
    },
}  # fmt: skip
"""Score Jacobian Chaining (arXiv 2212.00774) with the numbers of its published code: grid of 100^3 with four channels,
one 64^2 latent render a step, guidance 100, rate 0.05, 10 000 steps, one noise a step, emptiness 1e4 log(1 + 10 w) and
20 times that in the second half, cameras at 1.5 with 40 to 70 degrees, "overhead" above polar angle 48.2 degrees.

What differs: Adam instead of Adamax; levels U(0.02, 0.98) instead of 0.01 to 0.97; elevations uniform in angle instead
of in area; behind the object the latents of a drawn color instead of a learned texture of 4 x 4; words of the view
stand behind the prompt instead of before it; colors are the affine map of the latents instead of decoded renders.
"""


RECIPES: dict[str, tuple[Method, dict[str, Any]]] = {
    "dream-fields-lq": (Method.TEXT, _dream_fields(10_000, 88, 80)),
    "dream-fields-mq": (Method.TEXT, _dream_fields(10_000, 168, 154)),
    "dream-fields-hq": (Method.TEXT, _dream_fields(20_000, 252, 224)),
    "dreamfusion": (Method.TEXT, _DREAMFUSION),
    "sjc": (Method.TEXT, _SJC),
    "dietnerf": (Method.RECONSTRUCT, {**_FEW_VIEWS, "consistency": _CONSISTENCY}),
    "dietnerf-fine-tuned": (  # 200 K steps with consistency, as many without
        Method.RECONSTRUCT,
        merged(
            _FEW_VIEWS,
            {
                "consistency": {**_CONSISTENCY, "until": 0.5},
                "optimize": {"steps": 400_000, "learning_rate_end": 0.1 ** (400 / 500)},
            },
        ),
    ),
    "simplified-nerf": (Method.RECONSTRUCT, merged(_FEW_VIEWS, _SIMPLIFIED)),
    "dietnerf-simplified": (Method.RECONSTRUCT, merged(_FEW_VIEWS, {**_SIMPLIFIED, "consistency": _CONSISTENCY})),
}


def initial_config(method: Method, quality: str, name: str = "") -> JobConfig:
    """Returns where a job begins: the recipe of this name, or the preset of a quality where none is named.

    Raises:
        ConfigError: there is no such recipe or quality, or the recipe is for another method.
    """
    if not name:
        return preset(method, quality)
    base = recipe(name)
    if base.uses_photos and method is Method.TEXT:
        raise ConfigError(f"The recipe '{name}' is for pictures: use it with reconstruct.")
    if base.method == Method.TEXT and method is Method.RECONSTRUCT:
        raise ConfigError(f"The recipe '{name}' is for words: use it with generate, or give a prompt.")
    return with_changes(base, {"method": method.value})


def recipe(name: str) -> JobConfig:
    """The settings of a published recipe; prompt, dataset and bounds are still the caller's to give.

    Raises:
        ConfigError: no such recipe.
    """
    if name not in RECIPES:
        raise ConfigError(f"There is no recipe '{name}': choose one of {', '.join(sorted(RECIPES))}.")
    method, changes = RECIPES[name]
    return with_changes(JobConfig(method=method.value, recipe=name), changes)
