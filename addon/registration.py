"""Everything that Blender is told of, in one ordered list; undone in reverse, also when the middle of it fails."""

from __future__ import annotations

import atexit
import contextlib
from typing import TYPE_CHECKING

import bpy

from . import flows
from .blender import old_files, preview_objects, scene_changes, take_order
from .blender.rig_overlay import RigOverlay
from .core.lazy_import import lazy_import
from .ui import (
    doors,
    engine_panels,
    field_engine,
    gizmos,
    menus,
    operators_backend,
    operators_bake_export,
    operators_generate,
    operators_models,
    operators_parts,
    operators_photos,
    operators_picture,
    operators_prompt,
    operators_regions,
    operators_remesh,
    operators_scene_setup,
    operators_steer,
    operators_storage,
    operators_takes,
    operators_variations,
    operators_volume,
    panels,
    preferences,
    presets,
    properties,
    remesh_settings,
    shortcut,
)
from .ui.properties import camera_prompt_property, settings_property
from .ui.remesh_settings import remesh_property
from .ui.scene_setup_settings import camera_role_property
from .ui.takes_list import visible_property

if TYPE_CHECKING:
    from .ui import live_updates
else:
    live_updates = lazy_import(".ui.live_updates", __package__)

LOOK_SECONDS = 0.1
"""How often it is asked whether anything has been asked of us, which costs nothing."""

CLASSES = (
    *properties.CLASSES,
    *preferences.CLASSES,
    *remesh_settings.CLASSES,
    *operators_generate.CLASSES,
    *operators_remesh.CLASSES,
    *operators_parts.CLASSES,
    *operators_regions.CLASSES,
    *operators_photos.CLASSES,
    *operators_picture.CLASSES,
    *operators_variations.CLASSES,
    *operators_volume.CLASSES,
    *operators_steer.CLASSES,
    *operators_takes.CLASSES,
    *operators_backend.CLASSES,
    *operators_storage.CLASSES,
    *operators_bake_export.CLASSES,
    *operators_prompt.CLASSES,
    *operators_models.CLASSES,
    *presets.CLASSES,
    *menus.CLASSES,
    *operators_scene_setup.CLASSES,
    *gizmos.CLASSES,
    *panels.CLASSES,
    *doors.CLASSES,
    *field_engine.CLASSES,
    *engine_panels.CLASSES,
)

_unregister_stack = contextlib.ExitStack()
_rig_overlay = RigOverlay(gizmos.drawn_lines)


def register() -> None:
    """Tell Blender of us; when a part fails, those before it are taken back and the failure goes on."""
    with contextlib.ExitStack() as done:
        for cls in CLASSES:
            bpy.utils.register_class(cls)
            done.callback(bpy.utils.unregister_class, cls)
        bpy.types.Scene.dreamwright = settings_property()
        done.callback(delattr, bpy.types.Scene, "dreamwright")
        bpy.types.Camera.dreamwright_prompt = camera_prompt_property()
        done.callback(delattr, bpy.types.Camera, "dreamwright_prompt")
        bpy.types.Camera.dreamwright_role = camera_role_property()
        done.callback(delattr, bpy.types.Camera, "dreamwright_role")
        done.callback(gizmos.cancel_undo_push)
        _rig_overlay.start()
        done.callback(_rig_overlay.stop)
        doors.start()
        done.callback(doors.stop)
        shortcut.start()
        done.callback(shortcut.stop)
        engine_panels.add_engine_to_panels()
        done.callback(engine_panels.remove_engine_from_panels)
        bpy.types.VIEW3D_MT_select_edit_mesh.append(operators_parts.draw_in_select_menu)
        done.callback(bpy.types.VIEW3D_MT_select_edit_mesh.remove, operators_parts.draw_in_select_menu)
        scene_changes.start()
        done.callback(scene_changes.stop)
        preview_objects.start()
        done.callback(preview_objects.stop)
        bpy.types.Object.dreamwright_remesh = remesh_property()
        done.callback(delattr, bpy.types.Object, "dreamwright_remesh")
        bpy.types.Object.dreamwright_visible = visible_property()
        done.callback(delattr, bpy.types.Object, "dreamwright_visible")
        remesh_settings.start()
        done.callback(remesh_settings.stop)
        take_order.start()
        done.callback(take_order.stop)
        old_files.start()
        done.callback(old_files.stop)
        _show_jobs_when_there_are()
        done.callback(_show_no_jobs)
        atexit.register(_shut_down)
        done.callback(atexit.unregister, _shut_down)
        done.callback(_shut_down)
        _unregister_stack.push(done.pop_all().__exit__)


def unregister() -> None:
    """Take everything back, and end the backend."""
    _unregister_stack.close()


def _show_jobs_when_there_are() -> None:
    """Shows them in a window; in background mode timers never fire."""
    if not bpy.app.background:
        bpy.app.timers.register(_show_jobs, first_interval=0.0, persistent=True)


def _show_jobs() -> float | None:
    if not flows.loaded("flow"):
        return LOOK_SECONDS
    live_updates.start()
    return None


def _show_no_jobs() -> None:
    if bpy.app.timers.is_registered(_show_jobs):
        bpy.app.timers.unregister(_show_jobs)
    if flows.loaded("flow"):
        live_updates.stop()


def _shut_down() -> None:
    if flows.loaded("flow"):
        flows.shut_down()
