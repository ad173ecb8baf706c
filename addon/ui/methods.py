"""What a result can be made from, as a person chooses it, and what that means for a job."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import bpy

from ..core.wire import config
from .reflection import chosen, property_of


@dataclass(frozen=True)
class Way:
    """One choice of the panel."""

    label: str
    meaning: str
    method: config.Method
    model_setting: str
    """Which setting of the panel names its model: each kind of model is remembered by itself."""
    kinds: tuple[str, ...]
    """Of models that fit, as the backend names them."""


WAYS = {
    "DIFFUSION": Way(
        "Diffusion", "Words: a diffusion model pulls every view towards what it would draw for the prompt",
        config.Method.TEXT, "model", ("diffusion",),
    ),
    "CLIP": Way(
        "CLIP", "Words: a model that compares pictures with sentences says how well each view fits the prompt",
        config.Method.TEXT, "clip_model", ("guide",),
    ),
    "PHOTOS": Way(
        "Photos", "A folder of photos with known cameras becomes the object that they show",
        config.Method.RECONSTRUCT, "model", (),
    ),
    "PHOTOS_TEXT": Way(
        "Photos + Text", "Photos, and the prompt where the photos leave open what is there",
        config.Method.BOTH, "model", ("diffusion", "guide"),
    ),
}  # fmt: skip


def way_of(settings: Any) -> Way:
    return WAYS[settings.method]


def model_of(settings: Any) -> str:
    """The model that the panel names for its method."""
    return getattr(settings, way_of(settings).model_setting)


def base_of(settings: Any) -> config.JobConfig:
    """Where the panel's request begins: the preset of its method and quality."""
    return _preset(way_of(settings).method, chosen(settings.quality))


@functools.cache
def _preset(method: config.Method, quality: str) -> config.JobConfig:
    """Each property of the advanced settings asks for it whenever it is drawn."""
    return config.preset(method, quality)


def method_property() -> Any:
    items = [(name, way.label, way.meaning) for name, way in WAYS.items()]
    return bpy.props.EnumProperty(name="Method", description="What the result is made from", items=items, options=set())


def quality_property() -> Any:
    """With what each preset means, read from the preset."""
    items = [(quality.name, quality.value.capitalize(), _in_numbers(quality)) for quality in config.Quality]
    return property_of(config.JobConfig, "quality", items=items)


def _in_numbers(quality: config.Quality) -> str:
    words, photos = (config.preset(method, quality) for method in (config.Method.TEXT, config.Method.RECONSTRUCT))
    return f"{_steps_and_voxels(words)} from words; {_steps_and_voxels(photos)} from photos"


def _steps_and_voxels(wanted: config.JobConfig) -> str:
    return f"{wanted.optimise.steps} steps with {wanted.field.resolution} voxels a side"
