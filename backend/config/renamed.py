"""Old names of settings in stored jobs, takes and scenes: dotted paths, values and edit weights, old -> new.

`from_json` reads them for what they are today; nothing writes them any more. A group that was renamed carries all that
lies below it. A name that is there under its new spelling too keeps that one.
"""

from __future__ import annotations

from typing import Any

PATHS: dict[str, str] = {
    "optimise": "optimize",
    "regulariser": "regularizer",
    "judge": "early_stopping",
    "watch": "collapse",
    "words": "prompt_options",
    "bounds.centre": "bounds.center",
    "field.start": "field.density_init",
    "field.grow_at": "field.upsample_at",
    "field.view_dependent_colour": "field.view_dependent_color",
    "render.least_light": "render.early_stop_transmittance",
    "prompt_options.more": "prompt_options.extra_prompts",
    "prompt_options.images": "prompt_options.image_prompts",
    "prompt_options.cameras": "prompt_options.camera_prompts",
    "optimize.learning_rate_colour": "optimize.learning_rate_color",
    "optimize.touched_only": "optimize.masked_adam",
    "early_stopping.sides": "early_stopping.scored_views",
    "collapse.in_a_row": "collapse.consecutive_steps",
    "collapse.new_seeds": "collapse.max_restarts",
    "regularizer.total_variation_colour": "regularizer.total_variation_color",
    "score_distillation.behind": "score_distillation.background",
    "score_distillation.times": "score_distillation.timestep_schedule",
    "score_distillation.time_start": "score_distillation.timestep_start",
    "score_distillation.time_end": "score_distillation.timestep_end",
    "score_distillation.time_spread": "score_distillation.timestep_spread",
    "score_distillation.time_low": "score_distillation.timestep_low",
    "score_distillation.averages": "score_distillation.noise_samples",
    "score_distillation.emptiness_factor": "score_distillation.emptiness_multiplier",
    "consistency.lowest_degrees": "consistency.min_elevation_degrees",
    "consistency.highest_degrees": "consistency.max_elevation_degrees",
    "consistency.nearest": "consistency.min_radius",
    "consistency.farthest": "consistency.max_radius",
}
"""In this order: a group's new name holds for the paths behind it."""
MODELS = {"embedded-guide": "embedded-clip"}
VALUES: dict[str, dict[str, str]] = {
    "model": MODELS,
    "score_distillation.model": MODELS,
    "dream_fields.model": MODELS,
    "consistency.model": MODELS,
    "early_stopping.model": MODELS,
    "field.density_init": {"bare": "none"},
    "score_distillation.background": {"grey": "gray"},
    "score_distillation.weighting": {"clean": "x0", "signal": "fantasia3d"},
}
WEIGHTS = {
    "total_variation_colour": "total_variation_color",
    "regulariser.transmittance": "regularizer.transmittance",
}
"""Names in an edit."""


def renamed(data: Any) -> Any:
    """A copy of a config's JSON with today's names and values; what is no group is left for the reader to refuse."""
    if not isinstance(data, dict):
        return data
    new = _copied(data)
    for old, today in PATHS.items():
        _move(new, old.split("."), today.split("."))
    for path, values in VALUES.items():
        _revalue(new, path.split("."), values)
    return new


def renamed_path(path: str) -> str:
    """Today's dotted path of a setting, or of a group."""
    for old, today in PATHS.items():
        if path == old or path.startswith(old + "."):
            path = today + path.removeprefix(old)
    return path


def _copied(data: Any) -> Any:
    return {name: _copied(value) for name, value in data.items()} if isinstance(data, dict) else data


def _group(data: dict[str, Any], path: list[str]) -> dict[str, Any] | None:
    for name in path:
        data = data.get(name)  # type: ignore[assignment]
        if not isinstance(data, dict):
            return None
    return data


def _move(data: dict[str, Any], old: list[str], new: list[str]) -> None:
    group = _group(data, old[:-1])
    if group is None or old[-1] not in group:
        return
    value = group.pop(old[-1])
    today = group.setdefault(new[-1], value)
    if today is not value and isinstance(today, dict) and isinstance(value, dict):
        group[new[-1]] = {**value, **today}


def _revalue(data: dict[str, Any], path: list[str], values: dict[str, str]) -> None:
    group = _group(data, path[:-1])
    value = None if group is None else group.get(path[-1])
    if group is not None and isinstance(value, str) and value in values:
        group[path[-1]] = values[value]
