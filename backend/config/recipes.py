"""Settings as published, exactly where the field allows it: Dream Fields, DreamFusion, SJC, DietNeRF.

The field stays the dense grid of this project: learning rates are its own, except where a recipe says otherwise. What
else differs from the paper is said beside the recipe.
"""

from __future__ import annotations

import math
from typing import Any

from ..errors import ConfigError
from .job import JobConfig, Method, with_changes
from .setting import merged

_DREAM_FIELDS_FOV = 2 * math.degrees(math.atan(0.5 * 800 / (1.2 * 1111.1)))
"""Focal 1.2 x (1111.1 / 800) of the picture's width (Dream Fields, appendix)."""


def _dream_fields(steps: int, size: int, crop: int) -> dict[str, Any]:
    """Iterations, render and crop of LQ, MQ or HQ; radius 4, elevation 30 degrees, 192 samples a ray, 8 crops.

    What differs: the field is a grid, where the paper has a residual network of 280 K parameters with integrated
    Fourier features (its own ablation gives a grid of 128^3 37.0 % R-Precision against 59.8 %); the rate rises by the
    published ratio, 1e-5 to 1e-4, but of the grid's rate; samples in cells known to be empty are skipped.
    """
    return {
        "model": "ViT-B-16/openai",
        "optimise": {"steps": steps, "learning_rate_end": 1.0, "warm_up": 1500, "adam_epsilon": 1e-5},
        "orbit": {
            "radius_low": 4.0, "radius_high": 4.0, "elevation_low_degrees": 30.0, "elevation_high_degrees": 30.0,
            "fov_degrees": _DREAM_FIELDS_FOV, "views": 1,
        },
        "render": {"image_size": size, "samples_per_ray": 192},
        "dream_fields": {"render_size": size, "crops": 8, "crop_fraction": crop / size},
        "judge": {"model": "ViT-B-32/openai", "every": 1000, "sides": 1},
    }  # fmt: skip


_FEW_VIEWS: dict[str, Any] = {
    "bounds": {"centre": (0.0, 0.0, 0.0), "size": (3.0, 3.0, 3.0)},
    "photometric": {"rays_per_step": 1024, "downscale": 2, "pictures": 8},
    "optimise": {"steps": 200_000, "learning_rate_begin": 1.0, "warm_up": 1, "learning_rate_end": 0.1 ** (200 / 500)},
    "field": {"start_resolution": 96, "grow_at": ()},
    "render": {"samples_per_ray": 192, "occupancy_threshold": 0.0},
}
"""DietNeRF's common settings (published configs, 8 views of NeRF-synthetic read at 400^2, whose objects lie in +-1.5):
1024 rays a step, 64 + 128 samples, rate falling tenfold in 500 K steps.

What differs: the field is a grid without view dependence or hierarchy (192 samples are stratified, 64 + 128 there);
pixels are drawn from all pictures at once, not from one a step; the first 500 steps are not cropped to the middle.
"""

_CONSISTENCY: dict[str, Any] = {
    "weight": 0.1, "model": "ViT-B-32/openai", "every": 10, "render_size": 168,
    "lowest_degrees": 0.0, "highest_degrees": 90.0, "nearest": 3.5 / 1.5, "farthest": 4.5 / 1.5,
}  # fmt: skip
"""0.1 every 10 steps, renders of 168^2, theta U(-180, 180), phi U(-90, 0), radius U(3.5, 4.5): half-widths are 1.5."""

_SIMPLIFIED: dict[str, Any] = {
    "field": {"resolution": 32, "start_resolution": 32, "grow_at": ()},
    "optimise": {"learning_rate_density": 0.01, "learning_rate_colour": 0.01},
    "render": {"samples_per_ray": 128},
}
"""What DietNeRF's "simplified NeRF" is for a grid. There: positions are encoded up to frequency 2^5 instead of 2^9, no
fine network (128 samples), a tenth of the learning rate. Half a wave of frequency 2^5 is pi / 32 long, as is a cell of
32 over a box of 3: so 32 cells a side, 128 samples, a tenth of the rate.
"""


RECIPES: dict[str, tuple[Method, dict[str, Any]]] = {
    "dream-fields-lq": (Method.TEXT, _dream_fields(10_000, 88, 80)),
    "dream-fields-mq": (Method.TEXT, _dream_fields(10_000, 168, 154)),
    "dream-fields-hq": (Method.TEXT, _dream_fields(20_000, 252, 224)),
    "dietnerf": (Method.RECONSTRUCT, {**_FEW_VIEWS, "consistency": _CONSISTENCY}),
    "dietnerf-fine-tuned": (  # 200 K steps with consistency, as many without
        Method.RECONSTRUCT,
        merged(
            _FEW_VIEWS,
            {
                "consistency": {**_CONSISTENCY, "until": 0.5},
                "optimise": {"steps": 400_000, "learning_rate_end": 0.1 ** (400 / 500)},
            },
        ),
    ),
    "simplified-nerf": (Method.RECONSTRUCT, merged(_FEW_VIEWS, _SIMPLIFIED)),
    "dietnerf-simplified": (Method.RECONSTRUCT, merged(_FEW_VIEWS, {**_SIMPLIFIED, "consistency": _CONSISTENCY})),
}


def recipe(name: str) -> JobConfig:
    """The settings of a published recipe; prompt, dataset and bounds are still the caller's to give.

    Raises:
        ConfigError: no such recipe.
    """
    if name not in RECIPES:
        raise ConfigError(f"There is no recipe '{name}': choose one of {', '.join(sorted(RECIPES))}.")
    method, changes = RECIPES[name]
    return with_changes(JobConfig(method=method.value, recipe=name), changes)
