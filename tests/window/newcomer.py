"""What a newcomer does in a real Blender: install the zip, open the tab, generate, stop one, undo.

Runs inside Blender (`blender --python newcomer.py -- ZIP FOLDER`), where timers and modal operators live. It is one
generator that a timer takes further, so Blender draws in between; what it saw goes to FOLDER/seen.json, with a picture
of the whole screen at each stage. The test beside it reads these.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import bpy

ZIP, FOLDER = (Path(argument) for argument in sys.argv[sys.argv.index("--") + 1 :][:2])
MODULE = "bl_ext.user_default.dreamwright"
TICK_SECONDS = 0.05
PATIENCE_SECONDS = 240

seen: dict[str, object] = {"blender": bpy.app.version_string}
ticks: list[float] = []

bpy.context.preferences.view.show_splash = False


def story() -> Iterator[float | None]:
    """Yields while Blender shall go on; a number is how many seconds to wait."""
    bpy.ops.extensions.package_install_files(repo="user_default", filepath=str(ZIP), enable_on_install=True)
    yield from open_tab()
    picture("1-tab")
    yield from generate("a red cube", steps=40)
    picture("3-result")
    seen["object"] = describe_result()
    yield from undone()
    yield from stopped_by_escape()
    bpy.ops.preferences.addon_disable(module=MODULE)
    seen["classes_left"] = [name for name in dir(bpy.types) if name.startswith("DREAMWRIGHT_")]


def open_tab() -> Iterator[float]:
    window = bpy.context.window_manager.windows[0]
    area = next(area for area in window.screen.areas if area.type == "VIEW_3D")
    area.spaces.active.show_region_ui = True
    yield 0.5
    region = next(region for region in area.regions if region.type == "UI")
    region.active_panel_category = "Dreamwright"
    region.tag_redraw()
    yield 0.5
    seen["tab"] = region.active_panel_category


def generate(prompt: str, steps: int) -> Iterator[float]:
    bpy.context.scene.dreamwright.prompt = prompt
    seen["undo_steps_before"] = results()
    with main_window():
        wanted = {"prompt": prompt, "steps": steps, "quality": "DRAFT"}
        seen["started"] = list(bpy.ops.dreamwright.generate("EXEC_DEFAULT", True, **wanted))
    yield from until(lambda: snapshot().step > steps // 4 or snapshot().error)
    picture("2-running")
    seen["progress"] = {"step": snapshot().step, "steps": snapshot().steps, "error": snapshot().error}
    yield from until(lambda: not studio().doing)
    seen["error"] = snapshot().error
    yield 0.3


def undone() -> Iterator[float]:
    """Generate was one undo step: one undo takes the object away, one redo brings it back."""
    with main_window():
        bpy.ops.ed.undo()
    yield 0.3
    seen["after_undo"] = results()
    with main_window():
        bpy.ops.ed.redo()
    yield 0.3
    seen["after_redo"] = results()


def stopped_by_escape() -> Iterator[float]:
    before = results()
    with main_window():
        bpy.ops.dreamwright.generate("EXEC_DEFAULT", True, prompt="a green sphere", steps=100_000, quality="DRAFT")
    yield from until(lambda: snapshot().step > 3 or snapshot().error)
    subprocess.run(["xdotool", "mousemove", "500", "500", "key", "Escape"], check=True)
    yield from until(lambda: not studio().doing)
    yield 0.3
    picture("4-stopped")
    seen["after_escape"] = {"new": sorted(set(results()) - set(before)), "state": snapshot().state}


def describe_result() -> dict[str, object]:
    made = [o for o in bpy.data.objects if "dreamwright_job" in o]
    if not made:
        return {}
    result = made[0]
    return {
        "name": result.name,
        "faces": len(result.data.polygons),
        "colours": [attribute.name for attribute in result.data.color_attributes],
        "collection": [collection.name for collection in result.users_collection],
        "height": result.dimensions.z,
    }


def results() -> list[str]:
    return sorted(o.name for o in bpy.data.objects if "dreamwright_job" in o)


def main_window():
    window = bpy.context.window_manager.windows[0]
    area = next(area for area in window.screen.areas if area.type == "VIEW_3D")
    region = next(region for region in area.regions if region.type == "WINDOW")
    return bpy.context.temp_override(window=window, area=area, region=region)


def studio():
    return sys.modules[MODULE + ".addon.flows"].STUDIO


def snapshot():
    return studio().session.snapshot


def until(true) -> Iterator[float]:
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise TimeoutError(f"not seen in {PATIENCE_SECONDS} s; {snapshot()}"[:2000])
        yield TICK_SECONDS


def picture(name: str) -> None:
    subprocess.run(["import", "-window", "root", str(FOLDER / f"{name}.png")], check=True)


def finish(failure: str = "") -> None:
    seen["failure"] = failure
    gaps = sorted(b - a for a, b in zip(ticks, ticks[1:], strict=False))
    seen["longest_tick_seconds"] = gaps[-1] if gaps else None
    (FOLDER / "seen.json").write_text(json.dumps(seen, indent=2, default=str))
    bpy.ops.wm.quit_blender()


def take_further(told: Iterator[float | None]) -> float | None:
    ticks.append(time.monotonic())
    try:
        return next(told) or TICK_SECONDS
    except StopIteration:
        finish()
    except Exception:
        finish(traceback.format_exc())
    return None


os.makedirs(FOLDER, exist_ok=True)
telling = story()
bpy.app.timers.register(lambda: take_further(telling), first_interval=1.0)
