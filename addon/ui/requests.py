"""What a person asked for, as a config: the panel's settings, and what a script gave to the operator instead."""

from __future__ import annotations

from typing import Any

from ..core.capture_config import CaptureConfig
from ..core.wire import config
from .properties import chosen


def asked(operator: Any, settings: Any, name: str) -> Any:
    """A property of the operator when it was given, else the panel's."""
    source = operator if operator.properties.is_property_set(name) else settings
    return getattr(source, name)


def text_config(operator: Any, settings: Any, device: str) -> config.JobConfig:
    """What Generate asks for."""
    base = config.preset(config.Method.TEXT, chosen(asked(operator, settings, "quality")))
    bounds = {name: list(asked(operator, settings, name)) for name in ("centre", "size")}
    common = {name: asked(operator, settings, name) for name in ("prompt", "seed", "model")}
    return config.with_changes(base, common | {"bounds": bounds} | _overrides(operator, base, device))


def reconstruct_config(operator: Any, settings: Any, device: str) -> config.JobConfig:
    """What Reconstruct asks for; where the scene lies is found when it is captured."""
    base = config.preset(config.Method.RECONSTRUCT, chosen(asked(operator, settings, "quality")))
    return config.with_changes(base, {"seed": asked(operator, settings, "seed")} | _overrides(operator, base, device))


def capture_config(operator: Any, settings: Any) -> CaptureConfig:
    return CaptureConfig(
        views=asked(operator, settings, "views"),
        image_size=asked(operator, settings, "image_size"),
        samples=operator.samples,
    )


def _overrides(operator: Any, base: config.JobConfig, device: str) -> dict[str, Any]:
    """Steps, resolution and device that a script gave; 0 leaves the preset's."""
    given = operator.properties.is_property_set("device")
    changes: dict[str, Any] = {"device": chosen(operator.device) if given else device}
    if operator.steps:
        changes["optimise"] = {"steps": operator.steps}
    if operator.resolution:
        start = min(base.field.start_resolution, operator.resolution)
        changes["field"] = {"resolution": operator.resolution, "start_resolution": start}
        changes["export"] = {"resolution": operator.resolution}
    return changes
