"""What a person asked for, as a config: the panel's settings, and what a script gave to the operator instead."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from ..blender import paths
from ..core import overrides
from ..core.capture_config import CaptureConfig
from ..core.errors import DiskError
from ..core.lazy_import import lazy_imports
from ..core.wire import ConfigError, config
from .methods import base_config, model_name, panel_quality, recipe_for
from .reflection import config_choice

if TYPE_CHECKING:
    from ..blender import bounds
    from ..core import box, consent
else:
    bounds, box, consent = lazy_imports(__package__, "..blender.bounds", "..core.box", "..core.consent")


def given_or_panel(operator: Any, settings: Any, name: str) -> Any:
    """A property of the operator when it was given, else the panel's."""
    source = operator if operator.properties.is_property_set(name) else settings
    return getattr(source, name)


def panel_config(settings: Any, device: str) -> config.JobConfig:
    """Returns what the panel asks for with its main button, whole; where the cameras' own words are found is the
    flow's."""
    wanted = config.with_changes(base_config(settings), {"seed": settings.seed, "device": device})
    if wanted.uses_text:
        wanted = config.with_changes(wanted, _prompt_settings(settings))
    if wanted.uses_photos:
        dataset = {"dataset": str(dataset_folder(settings.dataset) or "")}
        wanted = config.with_changes(wanted, dataset | _box_empty_bounds(settings))
    else:
        wanted = config.with_changes(wanted, {"bounds": _bounds(settings)})
    return with_consent(config.with_changes(wanted, _changed_settings(settings)), settings, {})


def effective_config(settings: Any) -> config.JobConfig:
    """Returns what decides how long the main button's run takes: the preset with what a person changed of it."""
    return _effective(base_config(settings), settings.overrides, model_name(settings))


@functools.lru_cache(maxsize=8)
def _effective(base: config.JobConfig, changed: str, model: str) -> config.JobConfig:
    """The panel asks for it at each redraw."""
    named = {"model": model} if base.uses_text else {}
    return config.with_changes(base, overrides.to_nested(overrides.parse(changed)) | named)


def dataset_folder(text: str) -> Path | None:
    """The folder of photos that a person named, `//` beside the .blend; None where none is named.

    Raises:
        DiskError: it is beside a .blend that was never saved.
        ShareError: it is on another machine, which would hear of it.
    """
    folder = paths.absolute(text)
    if text and folder is None:
        raise DiskError(f"The folder '{text}' is next to the .blend file, which was never saved: save it first.")
    if folder is not None:
        config.refuse_share(folder)  # before anything looks whether it is there
    return folder


def text_config(operator: Any, settings: Any, device: str) -> config.JobConfig:
    """Returns what Generate asks for."""
    more = more_settings(operator.settings)
    base = _base_config(operator, settings, config.Method.TEXT, more)
    given = [name for name in ("center", "size", "rotation_degrees") if operator.properties.is_property_set(name)]
    where = box.to_config_values(
        bounds.box_for_new_result(settings.id_data, {name: getattr(operator, name) for name in given})
    )
    common = {name: given_or_panel(operator, settings, name) for name in ("prompt", "seed")} | _model(
        operator, settings, more
    )
    common |= {"bounds": where, "prompt_options": {"negative": given_or_panel(operator, settings, "negative")}}
    wanted = config.with_changes(base, common | _overrides(operator, base, device))
    return with_consent(config.with_changes(wanted, more), settings, more)


def picture_config(settings: Any, device: str) -> config.JobConfig:
    """Returns what Image to 3D asks for; the picture says what and in which color, and the panel's prompt nothing."""
    wanted = config.with_changes(base_config(settings), {"seed": settings.seed, "device": device})
    wanted = config.with_changes(wanted, {"bounds": _bounds(settings), "prompt": "", "model": model_name(settings)})
    return with_consent(config.with_changes(wanted, _changed_settings(settings)), settings, {})


def reconstruct_config(operator: Any, settings: Any, device: str) -> config.JobConfig:
    """Returns what Reconstruct asks for; where the scene lies is found when it is captured."""
    more = more_settings(operator.settings)
    words = _prompt_beside_pictures(operator, settings, more)
    base = _base_config(operator, settings, config.Method.BOTH if words else config.Method.RECONSTRUCT, more)
    seed = {"seed": given_or_panel(operator, settings, "seed")}
    wanted = config.with_changes(base, seed | words | _box_empty_bounds(settings) | _overrides(operator, base, device))
    return with_consent(config.with_changes(wanted, more), settings, more)


def refine_config(operator: Any, settings: Any, device: str, method: config.Method) -> config.JobConfig:
    """Returns what a run asks for that goes on from a take; box and pictures are the take's."""
    more = more_settings(operator.settings)
    base = _base_config(operator, settings, method, more)
    common: dict[str, Any] = {"seed": given_or_panel(operator, settings, "seed")}
    if method.uses_text:
        words = {"negative": given_or_panel(operator, settings, "negative")}
        common |= {
            "prompt": given_or_panel(operator, settings, "prompt"),
            "prompt_options": words,
            **_model(operator, settings, more),
        }
    wanted = config.with_changes(config.with_changes(base, common | _overrides(operator, base, device)), more)
    return with_consent(wanted, settings, more)


def redo_config(operator: Any, settings: Any, device: str, method: config.Method, prompt: str) -> config.JobConfig:
    """Returns what a run asks for that makes a part of a take anew by words of its own; it may be the shape prior's
    answer, which nothing is trained for."""
    wanted = refine_config(operator, settings, device, method)
    asked = {"prompt": prompt, "prompt_options": {"camera_prompts": []}} if method.uses_text else {}
    if operator.steps or not _asks_for_instant(operator, settings):
        return config.with_changes(wanted, asked)
    return config.with_changes(wanted, asked | {"quality": "instant", "optimize": {"steps": 0}})


def _asks_for_instant(operator: Any, settings: Any) -> bool:
    given = operator.properties.is_property_set("quality")
    return (config_choice(operator.quality) if given else panel_quality(settings, False)) == config.Quality.INSTANT


def _base_config(operator: Any, settings: Any, method: config.Method, more: dict[str, Any]) -> config.JobConfig:
    """A recipe where a script names one, else where the panel does, else the preset; with what the panel changed."""
    given = operator.properties.is_property_set("quality")
    recipe = more.get("recipe", "" if given else recipe_for(settings, method))
    quality = config_choice(operator.quality) if given else panel_quality(settings, _must_be_trained(operator, method))
    named = operator.model if operator.properties.is_property_set("model") else model_name(settings)
    base = config.initial_config(method, quality, recipe, more.get("model", named))
    return config.with_changes(base, _changed_settings(settings))


def _must_be_trained(operator: Any, method: config.Method) -> bool:
    """Tells whether the shape prior's answer cannot be meant: photos, going on from a take, steps or a model named."""
    goes_on = hasattr(operator, "take")
    names_model = operator.properties.is_property_set("model") and operator.model != config.JobConfig().model
    starts = not goes_on and given_or_panel(operator, bpy.context.scene.dreamwright, "start_from") != "NOTHING"
    return method.uses_photos or goes_on or starts or bool(operator.steps) or names_model


def _model(operator: Any, settings: Any, more: dict[str, Any]) -> dict[str, str]:
    """The model that is asked for; a recipe brings its own, unless the script names another."""
    recipe = bool(more.get("recipe")) and not operator.properties.is_property_set("model")
    given = operator.properties.is_property_set("model")
    return {} if recipe else {"model": operator.model if given else model_name(settings)}


def _prompt_beside_pictures(operator: Any, settings: Any, more: dict[str, Any]) -> dict[str, Any]:
    """Prompt and model of a reconstruction that words pull on as well; empty when none do."""
    if operator.properties.is_property_set("prompt"):
        prompt, wanted = operator.prompt, bool(operator.prompt.strip())
    else:
        prompt, wanted = settings.prompt, settings.use_prompt
    if not wanted:
        return {}
    words = {"negative": settings.negative}
    return {"prompt": prompt, "prompt_options": words, **_model(operator, settings, more)}


def _prompt_settings(settings: Any) -> dict[str, Any]:
    words = {"negative": settings.negative}
    return {"prompt": settings.prompt, "prompt_options": words, "model": model_name(settings)}


def _bounds(settings: Any) -> dict[str, list[float]]:
    return box.to_config_values(bounds.box_for_new_result(settings.id_data))


def _box_empty_bounds(settings: Any) -> dict[str, Any]:
    """The box for pictures that are there already: the Empty that a person chose, or as the preset has it."""
    return {"bounds": _bounds(settings)} if bounds.box_empty(settings.id_data) else {}


def _changed_settings(settings: Any) -> dict[str, Any]:
    """The advanced settings that a person changed."""
    return overrides.to_nested(overrides.parse(settings.overrides))


def with_consent(wanted: config.JobConfig, settings: Any, more: dict[str, Any]) -> config.JobConfig:
    """Put last, whatever was said before: fetched is only the model that the person allowed, or what a script asks for
    in so many words (`more`), and nothing while Blender's own "Allow Online Access" is off."""
    given = more.get("allow_download") is True
    others = {wanted.prior.model} - {"", config.EMBEDDED_PRIOR, wanted.model}
    agreed = others <= consent.allowed(paths.consent_file())
    yes = given or (agreed and wanted.model == model_name(settings) and settings.allow_download)
    return config.with_changes(wanted, {"allow_download": yes and bpy.app.online_access})


def limited_to_blender(more: dict[str, Any]) -> dict[str, Any]:
    """Returns what a script gave, with a download only where Blender may go online."""
    wants = more.get("allow_download") is True
    return more | {"allow_download": wants and bpy.app.online_access} if "allow_download" in more else more


def more_settings(text: str) -> dict[str, Any]:
    """The settings that a script gave as JSON, by the names of the backend's config.

    Raises:
        ConfigError: it is no JSON object.
    """
    try:
        more = json.loads(text or "{}")
    except (ValueError, RecursionError) as cause:
        raise ConfigError(f"The settings {text[:60]!r} are not JSON ({cause}): write them as a JSON object.") from cause
    if not isinstance(more, dict):
        raise ConfigError(f'The settings {text[:60]!r} are no JSON object: write {{"group": {{"name": value}}}}.')
    return more


def capture_config(operator: Any, settings: Any) -> CaptureConfig:
    names = ("hold_out_every", "fov_degrees", "elevation_low_degrees", "elevation_high_degrees")
    return CaptureConfig(
        views=given_or_panel(operator, settings, "views"),
        image_size=given_or_panel(operator, settings, "image_size"),
        samples=operator.samples,
        **{name: getattr(settings.scene_setup, name) for name in names},
    )


def _overrides(operator: Any, base: config.JobConfig, device: str) -> dict[str, Any]:
    """Steps, resolution and device that a script gave; 0 leaves the preset's."""
    given = operator.properties.is_property_set("device")
    changes: dict[str, Any] = {"device": config_choice(operator.device) if given else device}
    if operator.steps:
        changes["optimize"] = {"steps": operator.steps}
    if operator.resolution:
        start = min(base.field.start_resolution, operator.resolution)
        changes["field"] = {"resolution": operator.resolution, "start_resolution": start}
        changes["export"] = {"resolution": operator.resolution}
    return changes
