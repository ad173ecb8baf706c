"""A file that an older add-on wrote gets the property names of now, when it is opened, appended from or linked."""

from __future__ import annotations

import json
from typing import Any

import bpy
from bpy.app.handlers import persistent

from ..core import renamed_properties as old


def rename_stored_properties() -> None:
    """Renames them in every scene, object, mesh and camera of the open file; what has the names of now already is left
    alone."""
    for scene in bpy.data.scenes:
        for store in _stores(scene):
            _rename(store, old.SCENE)
            _rename_settings(store.get("dreamwright"))
    for obj in bpy.data.objects:
        for store in _stores(obj):
            _rename(store, old.OBJECT)
            _rename(store.get("dreamwright_remesh"), old.REMESH)
        _rename_models(obj)
    for mesh in bpy.data.meshes:
        _rename(mesh, old.OBJECT)
    for camera in bpy.data.cameras:
        for store in _stores(camera):
            _rename(store, old.CAMERA)


@persistent
def on_file_changed(*_: Any) -> None:
    rename_stored_properties()


def handlers() -> list[Any]:
    """The moments at which old names may come in."""
    return [bpy.app.handlers.load_post, bpy.app.handlers.blend_import_post]


def start() -> None:
    """Renames from now on, and in the open file: a moment later where Blender, as it enables us, hides its data."""
    for each in handlers():
        each.append(on_file_changed)
    if hasattr(bpy.data, "scenes"):
        rename_stored_properties()
    elif not bpy.app.background:
        bpy.app.timers.register(rename_stored_properties, first_interval=0.0)


def stop() -> None:
    for each in handlers():
        if on_file_changed in each:
            each.remove(on_file_changed)
    if bpy.app.timers.is_registered(rename_stored_properties):
        bpy.app.timers.unregister(rename_stored_properties)


def _stores(block: Any) -> list[Any]:
    """Custom properties, and from Blender 5.0 on those of registered properties, which lie apart."""
    apart = block.bl_system_properties_get() if hasattr(block, "bl_system_properties_get") else None
    return [block] if apart is None else [block, apart]


def _rename_settings(group: Any) -> None:
    if group is None or not hasattr(group, "keys"):
        return
    _rename(group, old.SETTINGS)
    for name, names in old.GROUPS.items():
        _rename(group.get(name), names)


def _rename(group: Any, names: dict[str, str]) -> None:
    if group is None or not hasattr(group, "keys"):
        return
    for before, now in names.items():
        if before in group:
            if now not in group:
                value = group[before]
                group[now] = value.to_dict() if hasattr(value, "to_dict") else value
            del group[before]


def _rename_models(obj: bpy.types.Object) -> None:
    """The models that made a result are JSON."""
    text = obj.get("dreamwright_models")
    if isinstance(text, str) and "licence" in text:
        try:
            obj["dreamwright_models"] = json.dumps(old.current_models(json.loads(text)))
        except ValueError:
            return
