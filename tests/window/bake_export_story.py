"""A result finished in a real Blender with a window: baked, exported by the file browser, turned, published, undone.

Runs inside Blender with the checkout itself as the add-on (see story_runner.py); what it saw goes to FOLDER/seen.json,
with a picture of the screen at each stage. The test beside it reads these.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import bpy
from small_results import kept_result, small_ball
from story_runner import FOLDER, area_of, begin, main_window, open_tab, picture, seen, until

from addon import flows, registration

TURN = {"frames": 3, "size": 64, "samples": 2, "denoise": False}

bpy.context.preferences.view.filebrowser_display_type = "SCREEN"  # an area of the main window: no second window to find


def story() -> Iterator[float]:
    registration.register()
    for obj in list(bpy.data.objects):
        bpy.data.objects.remove(obj)
    with main_window():
        kept_result(small_ball(), "a cup")
        bpy.ops.ed.undo_push(message="made")
    yield from open_tab()
    yield from baked()
    yield from exported()
    yield from turned()
    yield from published()


def baked() -> Iterator[float]:
    before = data()
    with main_window():
        began = time.monotonic()
        bpy.ops.dreamwright.bake_textures("INVOKE_DEFAULT", True, faces=500, size=256)
        seen["bake_seconds"] = round(time.monotonic() - began, 2)
    yield 1.0
    picture("finish_baked")
    after = data()
    with main_window():
        bpy.ops.ed.undo()
        seen["bake_undone"] = data() == before
        bpy.ops.ed.redo()
    seen["bake_redone"], seen["bake"] = data() == after, after
    yield 0.5


def exported() -> Iterator[float]:
    for stage in ("first", "again"):  # the second time the name is taken, and the browser shows it in red
        with main_window():
            bpy.ops.dreamwright.export("INVOKE_DEFAULT", filepath=str(FOLDER / "cup.glb"), format="GLB")
        yield from until(browser)
        yield 1.0
        picture(f"finish_export_{stage}")
        seen[f"export_{stage}_name"] = browser().spaces.active.params.filename
        confirm()
        yield from until(lambda: not browser())
        yield 0.5
        seen[f"export_{stage}"] = (FOLDER / "cup.glb").stat().st_mtime_ns
    seen["scene_after_export"] = bpy.context.window_manager.windows[0].scene.name


def turned() -> Iterator[float]:
    with main_window():
        bpy.ops.dreamwright.render_turntable("INVOKE_DEFAULT", filepath=str(FOLDER / "turn.mp4"), **TURN)
    yield from until(browser)
    yield 1.0
    confirm()
    yield from until(lambda: flows.APP.current_task)
    yield from until(lambda: not flows.APP.current_task)
    yield 0.5
    picture("finish_turned")
    seen["turned"], seen["said"] = (FOLDER / "turn.mp4").exists(), flows.APP.session.snapshot.error


def published() -> Iterator[float]:
    bpy.ops.wm.save_as_mainfile(filepath=str(FOLDER / "cups.blend"))
    with main_window():
        bpy.ops.dreamwright.publish("INVOKE_DEFAULT", True, catalog="Cups")
        obj = flows.export_subject(bpy.context)
        seen["asset"] = {"author": obj.asset_data.author, "tags": list(obj.asset_data.tags.keys())}
        yield 0.5
    with main_window():
        bpy.ops.ed.undo()
        seen["publish_undone"] = flows.export_subject(bpy.context).asset_data is None


def data() -> dict[str, list[str]]:
    kinds = ("scenes", "objects", "meshes", "materials", "images")
    return {kind: sorted(each.name for each in getattr(bpy.data, kind)) for kind in kinds}


def browser() -> bpy.types.Area | None:
    return area_of("FILE_BROWSER")


def confirm() -> None:
    """As if the browser's button were pressed."""
    with main_window(browser()):
        bpy.ops.file.execute()


begin(story())
