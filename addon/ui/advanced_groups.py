"""Every setting of backend/config as a Blender property: scene.dreamwright.advanced.optimize.steps, and so on.

One PropertyGroup for each group of settings, made by reflection, so nothing is typed twice. A property shows what the
preset says; only what a person changes is kept (as text, in `scene.dreamwright.overrides`).
"""

from __future__ import annotations

import dataclasses
import functools
import logging
from typing import Any

import bpy

from .. import flows
from ..core import overrides
from ..core.wire import DreamwrightError, config
from . import reflection
from .methods import base_config

SHOWN_ELSEWHERE = ("bounds", "prompt_options.negative", "start.edits")
"""What the tab has a place of its own for."""
SMALLEST_SHOWN = 1e-4
"""Blender's number fields show six decimals: what may be smaller, or has a range of many decades, is typed as text."""
MANY_DECADES = 1e6

log = logging.getLogger(__name__)


def groups_of(kind: type, path: str = "") -> list[dataclasses.Field[Any]]:
    """The groups of settings inside the group at `path` (which ends in a dot)."""
    return [spec for spec in _fields(kind, path) if "meaning" not in spec.metadata]


def settings_of(kind: type, path: str) -> list[dataclasses.Field[Any]]:
    """The settings of the group at `path` that are values or a few numbers; lists of groups are for scripts.

    Those of a job itself (prompt, seed ...) are not among them: they stand in the panel. Nor is what names a model or
    a file: what is kept of these settings comes out of a .blend.
    """
    values = [spec for spec in _fields(kind, path) if "meaning" in spec.metadata]
    return [spec for spec in values if overrides.is_advanced(path + spec.name, spec)]


def group_class(spec: dataclasses.Field[Any]) -> type:
    """The class of a group inside a group."""
    return spec.default_factory


def _fields(kind: type, path: str) -> list[dataclasses.Field[Any]]:
    return [spec for spec in dataclasses.fields(kind) if path + spec.name not in SHOWN_ELSEWHERE]


def typed_as_text(spec: dataclasses.Field[Any]) -> bool:
    """Tells whether it is a list of any length, or a number that Blender's fields would show as 0."""
    if isinstance(spec.default, tuple):
        return "..." in str(spec.type)
    if not isinstance(spec.default, float):
        return False
    low, high = spec.metadata["low"] or 0.0, spec.metadata["high"] or 0.0
    return 0 < spec.default < SMALLEST_SHOWN or (low == 0 and high >= MANY_DECADES)


def effective_value(settings: Any, path: str) -> Any:
    """The setting as the next job would have it: what a person changed, else the preset's."""
    changed = overrides.parse(settings.overrides)
    return changed[path] if path in changed else overrides.value_at(base_config(settings), path)


def set_override(settings: Any, path: str, value: Any) -> None:
    """Keep what a person changed; what cannot be is said in the panel, and changes nothing."""
    try:
        settings.overrides = overrides.with_value(settings.overrides, base_config(settings), path, value)
    except DreamwrightError as error:
        log.info("%s", error.sentence)
        flows.APP.session.post("error", sentence=error.sentence)


def _property(kind: type, path: str, spec: dataclasses.Field[Any], about: str) -> Any:
    to_blender, from_blender = _translation(spec)
    words = ". ".join(each for each in (about, reflection.tooltip(spec.metadata)) if each)

    def get(group: Any) -> Any:
        return to_blender(effective_value(group.id_data.dreamwright, path))

    def set(group: Any, value: Any) -> None:
        set_override(group.id_data.dreamwright, path, from_blender(value))

    if typed_as_text(spec):
        return reflection.text_property(kind, spec.name, description=words, get=get, set=set)
    return reflection.property_of(kind, spec.name, description=words, get=get, set=set)


def _translation(spec: dataclasses.Field[Any]) -> tuple[Any, Any]:
    """Returns how a value of the config becomes what Blender's property holds, and back."""
    choices = spec.metadata["choices"]
    if choices:
        return choices.index, choices.__getitem__
    if typed_as_text(spec):
        return _as_text, functools.partial(_from_text, several=isinstance(spec.default, tuple))
    return (tuple if isinstance(spec.default, tuple) else _identity), functools.partial(_clamped_value, spec)


def _clamped_value(spec: dataclasses.Field[Any], value: Any) -> Any:
    """Inside the bounds: Blender leaves that to us where a property has a setter."""
    if isinstance(spec.default, tuple):
        return [_clamped(spec, each) for each in value]
    return value if isinstance(value, str | bool) else _clamped(spec, value)


def _clamped(spec: dataclasses.Field[Any], value: Any) -> Any:
    low, high = spec.metadata["low"], spec.metadata["high"]
    value = value if low is None else max(value, type(value)(low))
    return value if high is None else min(value, type(value)(high))


def _as_text(value: Any) -> str:
    return ", ".join(f"{each:g}" for each in value) if isinstance(value, list | tuple) else f"{value:g}"


def _from_text(text: str, several: bool) -> Any:
    """Numbers out of text; what is none is left as it is, and refused by the config with a sentence."""
    try:
        numbers = [float(each) for each in text.replace(",", " ").split()]
    except ValueError:
        return text
    return numbers if several else (numbers[0] if len(numbers) == 1 else text)


def _identity(value: Any) -> Any:
    return value


def _group(kind: type, path: str, about: str = "") -> list[type]:
    """The PropertyGroup of a group of settings, behind those inside it; `about` is what they have in common."""
    inside = {
        spec.name: _group(group_class(spec), f"{path}{spec.name}.", spec.metadata.get("about", ""))
        for spec in groups_of(kind, path)
    }
    annotations = {spec.name: _property(kind, path + spec.name, spec, about) for spec in settings_of(kind, path)}
    annotations |= {name: _pointer(name, classes[-1]) for name, classes in inside.items()}
    name = "DREAMWRIGHT_PG_advanced" + "".join(f"_{part}" for part in path.split(".") if part)
    body = {"__annotations__": annotations, "__doc__": kind.__doc__, "__module__": __name__}
    made = type(name, (bpy.types.PropertyGroup,), body)
    return [each for classes in inside.values() for each in classes] + [made]


def _pointer(name: str, group: type) -> Any:
    label = reflection.label(name)
    return bpy.props.PointerProperty(type=group, name=label, description=f"{label} settings")


CLASSES = tuple(_group(config.JobConfig, ""))
"""Inner groups first, as Blender wants them registered; the last is the whole."""
