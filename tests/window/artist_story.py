"""An afternoon with it, in a real Blender: set up, a prompt, watched, held, changed, stopped, shaped, finished, undone.

Takes a picture at each step, and one of every panel; the pictures of docs/manual.md are these.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator

import bpy
from story_runner import (
    FOLDER,
    MODULE,
    app,
    begin,
    install,
    main_window,
    open_tab,
    picture,
    picture_of_tab,
    results,
    seen,
    snapshot,
    until,
    view,
)

PYTHON = "DREAMWRIGHT_BACKEND_PYTHON"
STEPS = 240
MAIN = "DREAMWRIGHT_PT_main"
open_panels: set[str] = set()
"""By their class names; the main one and these are drawn, and open."""


def story() -> Iterator[float | None]:
    python = os.environ.pop(PYTHON)
    install()
    fold_out_what_is_asked()
    bpy.context.preferences.view.ui_scale = 1.0
    yield from open_tab()
    picture("01-first-minute")
    os.environ[PYTHON] = python
    for obj in [obj for obj in bpy.data.objects if obj.name == "Cube"]:
        bpy.data.objects.remove(obj)
    yield from asked()
    yield from watched()
    yield from held_and_changed()
    yield from stopped()
    yield from shaped()
    yield from finished()
    yield from undone()
    yield from panels()
    bpy.ops.preferences.addon_disable(module=MODULE)
    seen["classes_left"] = [name for name in dir(bpy.types) if name.startswith("DREAMWRIGHT_")]


def asked() -> Iterator[float]:
    settings = bpy.context.scene.dreamwright
    settings.prompt, settings.quality, settings.seed = "a red mushroom", "DRAFT", 4
    settings.overrides = f'{{"optimize": {{"steps": {STEPS}}}}}'
    yield 1.0
    picture("02-prompt")


def watched() -> Iterator[float]:
    began = time.monotonic()
    with main_window():
        seen["started"] = list(bpy.ops.dreamwright.generate_from_panel("EXEC_DEFAULT", True))
    yield from until(lambda: snapshot().step >= STEPS // 4 or snapshot().error)
    yield 1.0
    seen["progress"] = {"step": snapshot().step, "steps": snapshot().steps, "error": snapshot().error}
    seen["seconds_to_quarter"] = round(time.monotonic() - began, 1)
    picture("03-running")
    picture_of_tab("03-running-tab")


def held_and_changed() -> Iterator[float]:
    with main_window():
        bpy.ops.dreamwright.pause()
    yield from until(lambda: snapshot().state == "paused" or snapshot().error)
    yield 0.5
    picture_of_tab("04-paused-tab")
    with main_window():
        bpy.ops.dreamwright.resume()
    yield from until(lambda: snapshot().state == "running" or snapshot().error)
    bpy.context.scene.dreamwright.prompt = "a blue mushroom"
    with main_window():
        bpy.ops.dreamwright.edit_prompt(prompt="a blue mushroom")
    held_at = snapshot().step
    yield from until(lambda: snapshot().step >= min(held_at + STEPS // 4, STEPS - 5) or snapshot().error)
    seen["edited"] = {"step": held_at, "error": snapshot().error}
    picture("05-edited")


def stopped() -> Iterator[float]:
    bpy.ops.dreamwright.stop()
    yield from until(lambda: not app().current_task)
    yield 1.0
    seen["stopped"] = {"state": snapshot().state, "results": results(), "error": snapshot().error}
    with main_window():
        bpy.ops.view3d.view_selected()
    yield 1.0
    picture("06-result")


def shaped() -> Iterator[float]:
    """The slider of the panel, which meshes again by itself."""
    result = bpy.context.view_layer.objects.active
    open_panels.add("DREAMWRIGHT_PT_remesh")
    faces, before = len(result.data.polygons), result.dimensions.copy()
    began = time.monotonic()
    result.dreamwright_remesh.thickness = -2.0
    yield from until(lambda: len(result.data.polygons) != faces or time.monotonic() - began > 60)
    seen["shaped"] = {"faces": [faces, len(result.data.polygons)], "seconds": round(time.monotonic() - began, 2),
                      "smaller": result.dimensions.length < before.length}  # fmt: skip
    yield 0.7
    picture("07-shaped")
    result.dreamwright_remesh.thickness = 0.0
    yield from until(lambda: len(result.data.polygons) == faces)
    yield 0.5


def finished() -> Iterator[float]:
    open_panels.clear()
    open_panels.add("DREAMWRIGHT_PT_bake_export")
    with main_window():
        bpy.ops.ed.undo_push(message="before baking")
        seen["baked"] = list(bpy.ops.dreamwright.bake_textures("EXEC_DEFAULT", True, faces=3000, size=256))
    view().spaces.active.shading.color_type = "TEXTURE"
    yield 1.0
    seen["textures"] = sorted(image.name for image in bpy.data.images if image.size[0] == 256)
    picture("08-baked")
    with main_window():
        bpy.ops.dreamwright.export(filepath=str(FOLDER / "mushroom.glb"), overwrite=True)
    seen["glb_bytes"] = (FOLDER / "mushroom.glb").stat().st_size
    yield 0.3


def undone() -> Iterator[float]:
    seen["before_undo"] = [results(), len(bpy.data.objects)]
    with main_window():
        bpy.ops.ed.undo()
    view().spaces.active.shading.color_type = "VERTEX"
    yield 0.5
    seen["after_undo"] = [results(), len(bpy.data.objects)]
    picture("09-undone")


def panels() -> Iterator[float]:
    """Each panel, alone below the main one."""
    with main_window():
        bpy.ops.dreamwright.add_box()
    for name in sorted(our_panels()):
        open_panels.clear()
        open_panels.add(name)
        open_panels.add(getattr(our_panels()[name], "bl_parent_id", name))
        yield from drawn()
        picture_of_tab(f"panel-{name.removeprefix('DREAMWRIGHT_PT_')}")
    open_panels.update(our_panels())
    yield from drawn()
    picture("10-everything")


def drawn() -> Iterator[float]:
    """Until panels that come into camera_view stand still."""
    for _ in range(3):
        with main_window():
            bpy.ops.wm.redraw_timer(type="DRAW_WIN_SWAP", iterations=1)
        yield 0.4


def our_panels() -> dict[str, type]:
    found = {name: getattr(bpy.types, name) for name in dir(bpy.types) if name.startswith("DREAMWRIGHT_PT_")}
    return {name: cls for name, cls in found.items()
            if getattr(cls, "bl_region_type", "") == "UI" and name != MAIN
            and "INSTANCED" not in getattr(cls, "bl_options", ())}  # fmt: skip


def fold_out_what_is_asked() -> None:
    """Panels cannot be opened by a script: they are registered again, open, and shown while they stand in the set."""
    registered = sys.modules[MODULE + ".addon.registration"].CLASSES
    ours = [cls for cls in registered if cls.__name__ in our_panels()]
    for cls in reversed(ours):
        bpy.utils.unregister_class(cls)
    for cls in ours:
        cls.bl_options = set()
        cls.poll = classmethod(_shown_when_asked(getattr(cls, "poll", None)))
        bpy.utils.register_class(cls)


def _shown_when_asked(wanted):
    def poll(cls, context):
        return cls.__name__ in open_panels and (wanted is None or wanted(context))

    return poll


begin(story())
