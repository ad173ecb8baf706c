"""What a result can be made from, as a person chooses it, and what that means for a job."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

import bpy

from ..core.wire import config, dataclass
from .reflection import config_choice, property_of, spec_of


@dataclass(frozen=True)
class MethodChoice:
    """One choice of the panel."""

    label: str
    meaning: str
    method: config.Method
    model_setting: str
    """Which setting of the panel names its model: each kind of model is remembered by itself."""
    kinds: tuple[str, ...]
    """Of models that fit, as the backend names them."""


METHODS = {
    "DIFFUSION": MethodChoice(
        "Text to 3D", "From a prompt, guided by a diffusion model (score distillation)",
        config.Method.TEXT, "model", ("diffusion", "shape"),
    ),
    "CLIP": MethodChoice(
        "Text to 3D (CLIP)", "From a prompt, guided by the similarity of images and text (CLIP); experimental",
        config.Method.TEXT, "clip_model", ("clip",),
    ),
    "PHOTOS": MethodChoice(
        "Photos to 3D", "From a folder of photos with camera poses",
        config.Method.RECONSTRUCT, "model", (),
    ),
    "PHOTOS_TEXT": MethodChoice(
        "Photos + Prompt", "From photos with camera poses, and a prompt for parts that they do not show",
        config.Method.BOTH, "model", ("diffusion", "clip"),
    ),
}  # fmt: skip


def method_choice(settings: Any) -> MethodChoice:
    return METHODS[settings.method]


def model_name(settings: Any) -> str:
    """The model that the panel names for its method."""
    return getattr(settings, method_choice(settings).model_setting)


def offers_instant(settings: Any) -> bool:
    """Tells whether the shape prior can answer: it reads words, starts from nothing, and no other model has a say in
    what it makes."""
    own = settings.model.strip() == config.JobConfig().model
    return settings.start_from == "NOTHING" and settings.method == "DIFFUSION" and (own or makes_shapes(settings))


def makes_shapes(settings: Any) -> bool:
    """Tells whether the chosen model makes a shape at once, as Shap-E does: it has no other quality."""
    return settings.method == "DIFFUSION" and config.model_family(settings.model.strip()) is config.ModelFamily.SHAPE


def makes_shapes_of_pictures(settings: Any) -> bool:
    """Tells whether the chosen model makes a shape of a picture: it needs no encoder of ours, and reads no words."""
    return settings.method == "DIFFUSION" and config.makes_shape_of_picture(settings.model.strip())


def panel_quality(settings: Any, trained: bool = False) -> str:
    """Returns the quality that the panel asks for, as the config names it.

    Where the shape prior cannot answer, or the run is one that must be `trained`, Instant counts as Normal.
    """
    if makes_shapes(settings):
        return config.Quality.INSTANT.value
    chosen = config_choice(settings.quality)
    is_instant = chosen == config.Quality.INSTANT.value
    return TRAINED if is_instant and (trained or not offers_instant(settings)) else chosen


def base_config(settings: Any) -> config.JobConfig:
    """Returns the config that the panel begins with: the chosen recipe, else the preset of method and quality."""
    method = method_choice(settings).method
    return _base_config(method, panel_quality(settings), recipe_for(settings, method), model_name(settings))


@functools.cache
def _base_config(method: config.Method, quality: str, recipe: str, model: str) -> config.JobConfig:
    """Each property of the advanced settings asks for it whenever it is drawn, and a model's folder is looked into."""
    return config.initial_config(method, quality, recipe, model)


def recipe_for(settings: Any, method: config.Method) -> str:
    """The published settings that were chosen, where they are for this method; else none."""
    if settings.recipe not in config.RECIPES:
        return ""
    pictures = config.RECIPES[settings.recipe][0].uses_photos
    return settings.recipe if (method.uses_photos if pictures else method.uses_text) else ""


def use_recipe(settings: Any, name: str) -> None:
    """Choose published settings, with the method and the model that they are for; an empty name leaves them."""
    settings.recipe = name
    if name:
        settings.method = _method_of_recipe(settings, *config.RECIPES[name])
        setattr(settings, method_choice(settings).model_setting, base_config(settings).model)


def _method_of_recipe(settings: Any, method: config.Method, changes: dict[str, Any]) -> str:
    if recipe_for(settings, method_choice(settings).method) and method.uses_photos:
        return settings.method
    return "PHOTOS" if method.uses_photos else "CLIP" if "dream_fields" in changes else "DIFFUSION"


def method_property() -> Any:
    items = [(name, choice.label, choice.meaning) for name, choice in METHODS.items()]
    return bpy.props.EnumProperty(
        name="Method", description="What the result is generated from", items=items, options=set()
    )


QUALITY_NUMBERS = {
    config.Quality.DRAFT: 0, config.Quality.NORMAL: 1, config.Quality.HIGH: 2, config.Quality.INSTANT: 3,
}  # fmt: skip
"""As .blend files hold them: what comes later takes the next number, wherever it stands in the menu."""


TRAINED = config.Quality.NORMAL.value
"""What Instant counts as where something has to be trained."""


def quality_property() -> Any:
    """Makes the property, with what each preset means, read from the preset; what answers at once is offered first."""
    return property_of(
        config.JobConfig, "quality", items=_quality_items(config.Quality), default=config.Quality.INSTANT.value
    )


def trained_quality_property() -> Any:
    """Makes the same choice without Instant, for what has to be trained; it keeps nothing of its own."""
    items = _quality_items(quality for quality in config.Quality if quality is not config.Quality.INSTANT)
    return bpy.props.EnumProperty(
        name="Quality",
        description=spec_of(config.JobConfig, "quality").metadata["meaning"],
        items=items,
        get=lambda settings: QUALITY_NUMBERS[config.Quality(panel_quality(settings, trained=True))],
        set=_set_trained_quality,
        options=set(),
    )


def _set_trained_quality(settings: Any, number: int) -> None:
    settings.quality = next(quality.name for quality, its in QUALITY_NUMBERS.items() if its == number)


def _quality_items(qualities: Iterable[config.Quality]) -> list[tuple[str, str, str, str, int]]:
    return [
        (quality.name, quality.value.capitalize(), _describe_quality(quality), "NONE", QUALITY_NUMBERS[quality])
        for quality in qualities
    ]


def _describe_quality(quality: config.Quality) -> str:
    words, photos = (config.preset_size(method, quality) for method in (config.Method.TEXT, config.Method.RECONSTRUCT))
    steps, voxels = words
    if not steps:
        return f"Text to 3D: the shape prior's answer, {voxels} voxels per side, in seconds; no photos"
    return f"Text to 3D: {_steps_and_voxels(*words)}; Photos to 3D: {_steps_and_voxels(*photos)}"


def _steps_and_voxels(steps: int, voxels: int) -> str:
    return f"{steps} steps, {voxels} voxels per side"
