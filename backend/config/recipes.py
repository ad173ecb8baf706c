"""Settings as published, exactly where the field allows it: Dream Fields, DreamFusion, SJC, DietNeRF.

The field stays the dense grid of this project: learning rates are its own, except where a recipe says otherwise. What
else differs from the paper is said beside the recipe.
"""

from __future__ import annotations

import math
from typing import Any

from ..errors import ConfigError
from .job import JobConfig, Method, with_changes

_DREAM_FIELDS_FOV = 2 * math.degrees(math.atan(0.5 * 800 / (1.2 * 1111.1)))
"""Focal 1.2 x (1111.1 / 800) of the picture's width (Dream Fields, appendix)."""


def _dream_fields(steps: int, size: int, crop: int) -> dict[str, Any]:
    """Iterations, render and crop of LQ, MQ or HQ; radius 4, elevation 30 degrees, 192 samples a ray, 8 crops."""
    return {
        "model": "ViT-B-16/openai",
        "optimise": {"steps": steps, "learning_rate_end": 1.0, "warm_up": 1500, "adam_epsilon": 1e-5},
        "orbit": {
            "radius_low": 4.0, "radius_high": 4.0, "elevation_low_degrees": 30.0, "elevation_high_degrees": 30.0,
            "fov_degrees": _DREAM_FIELDS_FOV, "views": 1,
        },
        "render": {"image_size": size, "samples_per_ray": 192},
        "dream_fields": {"render_size": size, "crops": 8, "crop_fraction": crop / size},
        "judge": {"model": "ViT-B-32/openai", "every": 250},
    }  # fmt: skip


RECIPES: dict[str, tuple[Method, dict[str, Any]]] = {
    "dream-fields-lq": (Method.TEXT, _dream_fields(10_000, 88, 80)),
    "dream-fields-mq": (Method.TEXT, _dream_fields(10_000, 168, 154)),
    "dream-fields-hq": (Method.TEXT, _dream_fields(20_000, 252, 224)),
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
