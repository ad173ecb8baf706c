"""Everything that Blender is told of, in one ordered list; undone in reverse, also when the middle of it fails."""

from __future__ import annotations

import atexit
import contextlib

import bpy

from . import flows
from .blender.gpu_picture import stop_waiting
from .blender.live_mesh import LiveMesh
from .blender.orbit_rig import RigOverlay
from .blender.overlay import Overlay
from .blender.pump import Pump
from .ui import (
    engine_panels,
    field_engine,
    gizmos,
    menus,
    operators_backend,
    operators_finish,
    operators_look,
    operators_make,
    operators_place,
    operators_prompt,
    operators_shape,
    operators_steer,
    operators_takes,
    operators_volume,
    panels,
    preferences,
    presets,
    properties,
    shape_settings,
)
from .ui.place_settings import camera_role_property
from .ui.properties import DreamwrightSettings, camera_words_property
from .ui.shape_settings import shape_property

CLASSES = (
    *properties.CLASSES,
    *preferences.CLASSES,
    *shape_settings.CLASSES,
    *operators_make.CLASSES,
    *operators_shape.CLASSES,
    *operators_volume.CLASSES,
    *operators_steer.CLASSES,
    *operators_look.CLASSES,
    *operators_takes.CLASSES,
    *operators_backend.CLASSES,
    *operators_finish.CLASSES,
    *operators_prompt.CLASSES,
    *presets.CLASSES,
    *menus.CLASSES,
    *operators_place.CLASSES,
    *gizmos.CLASSES,
    *panels.CLASSES,
    *field_engine.CLASSES,
    *engine_panels.CLASSES,
)

_undo = contextlib.ExitStack()
_overlay, _live_mesh = Overlay(flows.live), LiveMesh(flows.coming)
_rig = RigOverlay(flows.rig_lines, flows.look_again)
_pump = Pump(flows.STUDIO.session, _live_mesh.tick, _overlay.tick)


def register() -> None:
    """Tell Blender of us; when a part fails, those before it are taken back and the failure goes on."""
    with contextlib.ExitStack() as done:
        for cls in CLASSES:
            bpy.utils.register_class(cls)
            done.callback(bpy.utils.unregister_class, cls)
        bpy.types.Scene.dreamwright = bpy.props.PointerProperty(type=DreamwrightSettings)
        done.callback(delattr, bpy.types.Scene, "dreamwright")
        bpy.types.Camera.dreamwright_words = camera_words_property()
        done.callback(delattr, bpy.types.Camera, "dreamwright_words")
        bpy.types.Camera.dreamwright_role = camera_role_property()
        done.callback(delattr, bpy.types.Camera, "dreamwright_role")
        done.callback(gizmos.forget)
        _rig.start()
        done.callback(_rig.stop)
        engine_panels.share_panels()
        done.callback(engine_panels.take_panels_back)
        _overlay.start()
        done.callback(_overlay.stop)
        _live_mesh.start()
        done.callback(_live_mesh.stop)
        done.callback(stop_waiting)
        bpy.types.Object.dreamwright_shape = shape_property()
        done.callback(delattr, bpy.types.Object, "dreamwright_shape")
        flows.LIVE.start()
        done.callback(flows.LIVE.stop)
        _pump.start()
        done.callback(_pump.stop)
        atexit.register(flows.leave)
        done.callback(atexit.unregister, flows.leave)
        done.callback(flows.leave)
        _undo.push(done.pop_all().__exit__)


def unregister() -> None:
    """Take everything back, and end the backend."""
    _undo.close()
