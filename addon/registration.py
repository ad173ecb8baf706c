"""Everything that Blender is told of, in one ordered list; undone in reverse, also when the middle of it fails."""

from __future__ import annotations

import atexit
import contextlib

import bpy

from . import flows
from .blender.pump import Pump
from .ui import operators_backend, operators_make, operators_steer, panels, preferences, properties
from .ui.properties import DreamwrightSettings, camera_words_property

CLASSES = (
    *properties.CLASSES,
    *preferences.CLASSES,
    *operators_make.CLASSES,
    *operators_steer.CLASSES,
    *operators_backend.CLASSES,
    *panels.CLASSES,
)

_undo = contextlib.ExitStack()
_pump = Pump(flows.STUDIO.session)


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
        _pump.start()
        done.callback(_pump.stop)
        atexit.register(flows.leave)
        done.callback(atexit.unregister, flows.leave)
        done.callback(flows.leave)
        _undo.push(done.pop_all().__exit__)


def unregister() -> None:
    """Take everything back, and end the backend."""
    _undo.close()
