"""Everything that Blender is told of, in one ordered list; undone in reverse, also when the middle of it fails."""

from __future__ import annotations

import atexit
import contextlib

import bpy

from . import flows
from .blender import old_files, take_order
from .blender.gpu_image import stop_waiting
from .blender.live_mesh import LiveMesh
from .blender.overlay import Overlay
from .blender.pump import Pump
from .blender.rig_overlay import RigOverlay
from .ui import (
    doors,
    engine_panels,
    field_engine,
    gizmos,
    menus,
    operators_backend,
    operators_bake_export,
    operators_generate,
    operators_parts,
    operators_picture,
    operators_prompt,
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

CLASSES = (
    *properties.CLASSES,
    *preferences.CLASSES,
    *remesh_settings.CLASSES,
    *operators_generate.CLASSES,
    *operators_remesh.CLASSES,
    *operators_parts.CLASSES,
    *operators_picture.CLASSES,
    *operators_variations.CLASSES,
    *operators_volume.CLASSES,
    *operators_steer.CLASSES,
    *operators_takes.CLASSES,
    *operators_backend.CLASSES,
    *operators_storage.CLASSES,
    *operators_bake_export.CLASSES,
    *operators_prompt.CLASSES,
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
_overlay, _live_mesh = Overlay(flows.live_field), LiveMesh(flows.live_surface)
_rig_overlay = RigOverlay(flows.rig_lines, flows.clear_subject_cache)
_pump = Pump(flows.APP.session, _live_mesh.tick, _overlay.tick)


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
        _overlay.start()
        done.callback(_overlay.stop)
        _live_mesh.start()
        done.callback(_live_mesh.stop)
        done.callback(stop_waiting)
        bpy.types.Object.dreamwright_remesh = remesh_property()
        done.callback(delattr, bpy.types.Object, "dreamwright_remesh")
        bpy.types.Object.dreamwright_visible = visible_property()
        done.callback(delattr, bpy.types.Object, "dreamwright_visible")
        flows.LIVE_REMESH.start()
        done.callback(flows.LIVE_REMESH.stop)
        take_order.start()
        done.callback(take_order.stop)
        old_files.start()
        done.callback(old_files.stop)
        _pump.start()
        done.callback(_pump.stop)
        atexit.register(flows.shut_down)
        done.callback(atexit.unregister, flows.shut_down)
        done.callback(flows.shut_down)
        _unregister_stack.push(done.pop_all().__exit__)


def unregister() -> None:
    """Take everything back, and end the backend."""
    _unregister_stack.close()
