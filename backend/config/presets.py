"""Good settings by method and quality: ours, for the embedded models and two cores."""

from __future__ import annotations

import enum
from typing import Any

from ..errors import ConfigError
from .job import JobConfig, Method, Quality, with_changes

_INSTANT: dict[str, dict[str, Any]] = {
    "optimize": {"steps": 0},
    "field": {"resolution": 128, "start_resolution": 128, "upsample_at": (), "density_init": "prior"},
}
"""What the shape prior makes of the words is the result. A preset for photos has the same, and a job is told no."""
_TEXT_PRESETS: dict[Quality, dict[str, dict[str, Any]]] = {
    Quality.INSTANT: _INSTANT,
    Quality.DRAFT: {
        "optimize": {"steps": 200, "gradient_smoothing": 2},
        "field": {"resolution": 64, "start_resolution": 48, "upsample_at": (0.5,)},
        "render": {"samples_per_ray": 48},
        "export": {"resolution": 96},
    },
    # A snowman and a car, one seed each, had surfaces like gravel with 96 cells a side and no smoothing. With 64 cells
    # and two passes they are smooth, in the same time and at the same overlap with the nearest true silhouette (0.92
    # and 0.94). A guidance scale of 2 gives the car its wheels and the snowman its arms, which the mean of all cars and
    # snowmen lacks (overlap 0.937 and 0.942); 4 and 7 overshoot (snowman 0.915 and 0.904).
    Quality.NORMAL: {
        "optimize": {"steps": 500, "gradient_smoothing": 2},
        "field": {"resolution": 64, "start_resolution": 32, "upsample_at": (0.3,)},
        "score_distillation": {"guidance_scale": 2.0},
    },
    Quality.HIGH: {
        "optimize": {"steps": 1500, "gradient_smoothing": 4},
        "field": {"resolution": 128, "upsample_at": (0.25, 0.5)},
        "render": {"samples_per_ray": 96},
        "orbit": {"views": 8},
        "export": {"resolution": 192},
        "score_distillation": {"guidance_scale": 2.0},
    },
}
_RECONSTRUCT_COMMON: dict[str, dict[str, Any]] = {
    "field": {"resolution": 128, "start_resolution": 32, "upsample_at": (0.1, 0.3, 0.5)},
    "optimize": {"learning_rate_density": 0.2, "learning_rate_color": 0.1},
    # The photometric slope at a voxel is about 1e-6, and total variation is a sum: held-out PSNR of a small scene after
    # 400 steps was 22.4 dB at weight 1e-6, 28.1 at 1e-7, 31.9 at 1e-8, 32.8 at 1e-9 and 32.9 without.
    "regularizer": {"total_variation_density": {"weight": 1e-9}, "total_variation_color": {"weight": 1e-9}},
    "render": {"occupancy_resolution": 48, "occupancy_warmup": 100},
    "bounds": {"center": (0.0, 0.0, 0.0), "size": (3.0, 3.0, 3.0)},
}
_RECONSTRUCT_PRESETS: dict[Quality, dict[str, dict[str, Any]]] = {
    Quality.INSTANT: _INSTANT,
    Quality.DRAFT: {"optimize": {"steps": 400}, "field": {"resolution": 96}},
    Quality.NORMAL: {"optimize": {"steps": 600}},
    Quality.HIGH: {"optimize": {"steps": 4000}, "render": {"samples_per_ray": 128}, "export": {"resolution": 192}},
}

_BOTH_PRESETS: dict[Quality, dict[str, dict[str, Any]]] = {
    Quality.INSTANT: _INSTANT,
    Quality.DRAFT: {"optimize": {"steps": 300}},
    Quality.NORMAL: {"optimize": {"steps": 600}},
    Quality.HIGH: {"optimize": {"steps": 2000}},
}
_BOTH_COMMON: dict[str, dict[str, Any]] = {
    # A view's gradient under score distillation is a sum over its pixels, the photographs' a mean over thousands: at
    # weight 1 words drown the photographs. Held-out PSNR of a mushroom with 3 photographs from the front
    # (scripts/benchmarks/compare_both.py): without words 24.2 dB; with words at weight 3e-3 17.4, 1e-3 17.8, 1e-4
    # 20.1, 2e-5 25.9, 8e-6 28.4, 3e-6 27.9.
    "score_distillation": {"weight": 1e-5},
    "dream_fields": {"weight": 0.1},
}
_CHANGES = {
    Method.TEXT: (_TEXT_PRESETS,),
    Method.RECONSTRUCT: (dict.fromkeys(Quality, _RECONSTRUCT_COMMON), _RECONSTRUCT_PRESETS),
    Method.BOTH: (
        dict.fromkeys(Quality, _RECONSTRUCT_COMMON),
        _RECONSTRUCT_PRESETS,
        dict.fromkeys(Quality, _BOTH_COMMON),
        _BOTH_PRESETS,
    ),
}


def preset(method: Method | str, quality: Quality | str) -> JobConfig:
    """The settings of a quality for a method; prompt, dataset and bounds are still the caller's to give.

    Raises:
        ConfigError: no such method or quality.
    """
    how: Method = _member(Method, method, "method")
    good: Quality = _member(Quality, quality, "quality")
    config = JobConfig(method=how.value, quality=good.value)
    for changes in _CHANGES[how]:
        config = with_changes(config, changes[good])
    return config


def _member(kind: type[enum.StrEnum], value: Any, name: str) -> Any:
    try:
        return kind(value)
    except ValueError as cause:
        known = ", ".join(member.value for member in kind)
        raise ConfigError(f"There is no {name} '{value}': choose one of {known}.") from cause
