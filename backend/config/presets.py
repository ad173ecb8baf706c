"""Good settings by method, quality and kind of model: ours for the embedded models and two cores, published ones for
models that others trained."""

from __future__ import annotations

import enum
from typing import Any

from ..errors import ConfigError
from .fields import FieldConfig
from .job import JobConfig, Method, Quality, to_json, with_changes
from .model_family import ModelFamily, model_family
from .optimize import OptimizeConfig
from .published import DREAMFUSION_IF, DREAMFUSION_SD, dream_fields
from .setting import merged

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
    "bounds": {"center": (0.0, 0.0, 0.0), "size": (3.0, 3.0, 3.0), "automatic": True},
}
_RECONSTRUCT_PRESETS: dict[Quality, dict[str, dict[str, Any]]] = {
    Quality.INSTANT: _INSTANT,
    Quality.DRAFT: {"optimize": {"steps": 400}, "field": {"resolution": 96}},
    Quality.NORMAL: {"optimize": {"steps": 800}, "render": {"samples_per_ray": 96}},
    Quality.HIGH: {"optimize": {"steps": 4000}, "render": {"samples_per_ray": 128}, "export": {"resolution": 192}},
}

_BOTH_PRESETS: dict[Quality, dict[str, dict[str, Any]]] = {
    Quality.INSTANT: _INSTANT,
    Quality.DRAFT: {"optimize": {"steps": 300}},
    Quality.NORMAL: {"optimize": {"steps": 600}, "render": {"samples_per_ray": 64}},
    Quality.HIGH: {"optimize": {"steps": 2000}},
}
_BOTH_COMMON: dict[str, dict[str, Any]] = {
    # Held-out PSNR and SSIM of a mushroom with 3 photographs from the front (scripts/benchmarks/compare_both.py, one
    # seed): without words 25.0 dB, 0.933; with words at weight 0.1 22.0, 0.895; 0.04 23.0, 0.912; 0.015 24.5, 0.936;
    # 0.005 25.8, 0.950; 0.0015 26.3, 0.953; 0.0005 25.8, 0.944. A snowman: 31.1, 0.926 without, 35.3, 0.966 at 0.0015.
    "score_distillation": {"weight": 0.0015},
    "dream_fields": {"weight": 0.1},
}
_STEPS = {Quality.INSTANT: 0, Quality.DRAFT: 2000, Quality.NORMAL: 5000, Quality.HIGH: 10_000}
"""Of a model that others trained: as published at the most."""
_LATTICE: dict[Quality, dict[str, Any]] = {
    Quality.DRAFT: {"resolution": 64, "start_resolution": 48, "upsample_at": (0.5,)},
    Quality.NORMAL: {"resolution": 96, "start_resolution": 48, "upsample_at": (0.3,)},
    Quality.HIGH: {"resolution": 128, "start_resolution": 64, "upsample_at": (0.2,)},
}
_SAMPLES = {Quality.DRAFT: 96, Quality.NORMAL: 128, Quality.HIGH: 192}
_DREAMS = {Quality.DRAFT: (88, 80), Quality.NORMAL: (88, 80), Quality.HIGH: (168, 154)}
"""Render and crop of Dream Fields' LQ and MQ."""


def _distilled(published: dict[str, Any], quality: Quality) -> dict[str, Any]:
    """Returns published settings of what asks the model; what is asked for stays our grid, whose rate is that of SJC's
    grid under the same kind of model."""
    asks = {name: published[name] for name in ("prompt_options", "orbit", "score_distillation", "regularizer")}
    return asks | {
        "field": _LATTICE[quality],
        "render": {"samples_per_ray": _SAMPLES[quality]},
        "optimize": {
            "steps": _STEPS[quality], "gradient_smoothing": 2, "learning_rate_density": 0.05,
            "learning_rate_color": 0.05, "learning_rate_end": 1.0,
        },
        "export": {"resolution": 192 if quality is Quality.HIGH else 128},
    }  # fmt: skip


def _dreamed(quality: Quality) -> dict[str, Any]:
    """Dream Fields, its field included; no second model looks on, since nobody asked for one."""
    published = dream_fields(_STEPS[quality], *_DREAMS[quality])
    return {name: value for name, value in published.items() if name not in ("model", "early_stopping")}


def _text_settings(family: ModelFamily, quality: Quality) -> dict[str, Any]:
    """Returns what a job from words alone begins with. Without a step no model is asked, so none decides anything; one
    that makes shapes at once has no other quality."""
    if quality is Quality.INSTANT or family is ModelFamily.SHAPE:
        return _INSTANT
    if family is ModelFamily.EMBEDDED:
        return _TEXT_PRESETS[quality]
    if family is ModelFamily.IMAGE_TEXT:
        return _dreamed(quality)
    return _distilled(DREAMFUSION_SD if family is ModelFamily.LATENT else DREAMFUSION_IF, quality)


def _words_beside_photos(family: ModelFamily) -> dict[str, Any]:
    """Says how a model is asked where photographs pull as well: field, box and loop stay the photographs'."""
    if family not in (ModelFamily.LATENT, ModelFamily.PIXEL):
        return {}
    published = DREAMFUSION_SD if family is ModelFamily.LATENT else DREAMFUSION_IF
    asked = ("weighting", "timestep_schedule", "timestep_low", "render_size", "guidance_scale")
    pull = {name: published["score_distillation"][name] for name in asked}
    return {"prompt_options": published["prompt_options"], "score_distillation": pull}


def preset(method: Method | str, quality: Quality | str, model: str = "") -> JobConfig:
    """The settings of a quality for a method and the kind that `model` is of (empty: the embedded one); prompt, dataset
    and bounds are still the caller's to give.

    Raises:
        ConfigError: no such method or quality.
    """
    how: Method = _member(Method, method, "method")
    good: Quality = _member(Quality, quality, "quality")
    config = JobConfig(method=how.value, quality=good.value)
    changes = _settings(how, good, model_family(model) if model and how.uses_text else ModelFamily.EMBEDDED)
    return with_changes(config, changes | ({"model": model} if model and how.uses_text else {}))


def preset_size(method: Method, quality: Quality) -> tuple[int, int]:
    """Steps and voxels per side of `preset`, under the embedded model; a menu says them, without a whole config."""
    changes = _settings(method, quality, ModelFamily.EMBEDDED)
    steps = changes.get("optimize", {}).get("steps", OptimizeConfig.steps)
    return steps, changes.get("field", {}).get("resolution", FieldConfig.resolution)


def _settings(method: Method, quality: Quality, family: ModelFamily) -> dict[str, Any]:
    """Returns what differs in a preset from a config that says nothing."""
    if method is Method.TEXT:
        return _text_settings(family, quality)
    changes = _photo_settings(method, quality)
    return merged(changes, _words_beside_photos(family)) if method.uses_text else changes


def _photo_settings(method: Method, quality: Quality) -> dict[str, Any]:
    changes = merged(_RECONSTRUCT_COMMON, _RECONSTRUCT_PRESETS[quality])
    if method is Method.BOTH:
        return merged(merged(changes, _BOTH_COMMON), _BOTH_PRESETS[quality])
    return changes


_LATE_AND_GENTLE: dict[str, Any] = {
    "score_distillation": {"timestep_start": 0.4, "timestep_end": 0.1},
    "optimize": {"learning_rate_density": 0.02, "learning_rate_color": 0.01},
}
"""From the noise levels of a run that starts in fog the model draws its own shape over the prior's, and something else
for words that it was never taught: see "Going on from the prior" in docs/experiments.md."""
_PRIOR_START: dict[Quality, dict[str, Any]] = {
    Quality.DRAFT: merged(_LATE_AND_GENTLE, {"optimize": {"steps": 100}, "field": {"resolution": 96}}),
    Quality.NORMAL: merged(_LATE_AND_GENTLE, {"optimize": {"steps": 250}, "field": {"resolution": 96}}),
    Quality.HIGH: merged(_LATE_AND_GENTLE, {"optimize": {"steps": 750}}),
}
"""What differs under the embedded model where a job starts from the shape prior."""
_FROM_A_MESH: dict[str, Any] = {
    "score_distillation": {"timestep_start": 0.6, "timestep_end": 0.1},
    "optimize": {"learning_rate_density": 0.05, "learning_rate_color": 0.05},
}
"""The same where it starts from a mesh, which is a person's rough draft: a gray chair of six blocks and "a red chair"
came out pale, with the blocks' own edges, as gentle as from the prior, and so red, with a soft seat (overlap of the
solids 0.95 both times)."""


def prior_start_settings(config: JobConfig) -> dict[str, Any]:
    """Returns how a job begins from the shape prior, as changes: its lattice is as fine as it will be, and what its
    quality's preset says otherwise is replaced where nobody has changed it by hand."""
    changes = gentle_settings(config)
    return merged(changes, {"field": {"density_init": "prior", **_whole_lattice(config, changes)}})


def mesh_start_settings(config: JobConfig) -> dict[str, Any]:
    """Returns how a job begins from a mesh, as changes: nearly as from the shape prior, for words must not draw their
    own shape over that one either."""
    changes = gentle_settings(config, _FROM_A_MESH) if config.uses_text and not config.uses_photos else {}
    return merged(changes, {"field": _whole_lattice(config, changes)})


def gentle_settings(config: JobConfig, pull: dict[str, Any] | None = None) -> dict[str, Any]:
    """Returns what differs under the embedded model where there is a shape already, as changes to what is as the
    quality's preset says; `pull` is another gentleness than that of the shape prior's."""
    given, usual = to_json(config), to_json(preset(Method.TEXT, config.quality, config.model))
    embedded = model_family(config.model) is ModelFamily.EMBEDDED
    wanted = _PRIOR_START.get(Quality(config.quality), {}) if embedded else {}
    wanted = merged(wanted, pull or {}) if wanted else {}
    return {
        group: {name: value for name, value in values.items() if given[group][name] == usual[group][name]}
        for group, values in wanted.items()
    }


def _whole_lattice(config: JobConfig, changes: dict[str, Any]) -> dict[str, Any]:
    cells = changes.get("field", {}).get("resolution", config.field.resolution)
    return {"resolution": cells, "start_resolution": cells, "upsample_at": ()}


def _member(kind: type[enum.StrEnum], value: Any, name: str) -> Any:
    try:
        return kind(value)
    except ValueError as cause:
        known = ", ".join(member.value for member in kind)
        raise ConfigError(f"There is no {name} '{value}': choose one of {known}.") from cause
