"""`python -m backend recipes`: the settings as published, and what a model is asked with at each quality."""

from __future__ import annotations

import argparse
import sys

from backend.config import RECIPES, JobConfig, Method, Quality, preset, recipe, settings_sentence, with_changes

from .exit_codes import DONE


def list_recipes(arguments: argparse.Namespace) -> int:
    lines = _of_model(arguments.model) if arguments.model else _recipes()
    sys.stdout.write("\n".join(lines) + "\n")
    return DONE


def _recipes() -> list[str]:
    return [f"{name}: {_described(recipe(name), method)}" for name, (method, _) in RECIPES.items()]


def _of_model(model: str) -> list[str]:
    return [f"{quality.value}: {_described(preset(Method.TEXT, quality, model), Method.TEXT)}" for quality in Quality]


def _described(config: JobConfig, method: Method) -> str:
    if not method.uses_text:
        return f"for photos, {config.optimize.steps} steps, {config.photometric.rays_per_step} rays a step"
    if not config.optimize.steps:
        return "the shape prior's answer, no model is asked"
    named = with_changes(config, {"prompt": "anything"})
    return " ".join(settings_sentence(named)) or _embedded(config)


def _embedded(config: JobConfig) -> str:
    settings = config.score_distillation
    return (
        f"{config.model} comes with this copy: guidance scale {settings.guidance_scale:g}, {config.optimize.steps} "
        f"steps, weighting {settings.weighting}, {config.orbit.views} views a step"
    )
