"""How a story is told in a Blender with a window: a generator that a timer takes further, so Blender draws in between.

    blender --python STORY.py -- ZIP FOLDER

What it saw goes to FOLDER/seen.json, with pictures of the screen beside it. The tests read these.
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
PATIENCE_SECONDS = 400

seen: dict[str, object] = {"blender": bpy.app.version_string}
ticks: list[float] = []


def begin(story: Iterator[float | None]) -> None:
    """Tell it once Blender has opened its window."""
    os.makedirs(FOLDER, exist_ok=True)
    bpy.context.preferences.view.show_splash = False
    bpy.app.timers.register(lambda: _take_further(story), first_interval=1.0)


def install() -> None:
    bpy.ops.extensions.package_install_files(repo="user_default", filepath=str(ZIP), enable_on_install=True)


def open_tab() -> Iterator[float]:
    area = view()
    area.spaces.active.show_region_ui = True
    yield 0.5
    region = next(region for region in area.regions if region.type == "UI")
    region.active_panel_category = "Dreamwright"
    region.tag_redraw()
    yield 0.5
    seen["tab"] = region.active_panel_category


def view() -> bpy.types.Area:
    window = bpy.context.window_manager.windows[0]
    return next(area for area in window.screen.areas if area.type == "VIEW_3D")


def main_window():
    area = view()
    region = next(region for region in area.regions if region.type == "WINDOW")
    return bpy.context.temp_override(window=bpy.context.window_manager.windows[0], area=area, region=region)


def results() -> list[str]:
    return sorted(o.name for o in bpy.data.objects if "dreamwright_job" in o)


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


def press_escape() -> None:
    subprocess.run(["xdotool", "mousemove", "500", "500", "key", "Escape"], check=True)


def picture(name: str) -> None:
    """The whole screen."""
    subprocess.run(["import", "-window", "root", str(FOLDER / f"{name}.png")], check=True)


def picture_of_tab(name: str) -> None:
    """Only the sidebar."""
    region = next(region for region in view().regions if region.type == "UI")
    height = bpy.context.window_manager.windows[0].height
    place = f"{region.width}x{region.height}+{region.x}+{height - region.y - region.height}"
    subprocess.run(["import", "-window", "root", "-crop", place, "+repage", str(FOLDER / f"{name}.png")], check=True)


def finish(failure: str = "") -> None:
    seen["failure"] = failure
    gaps = sorted(b - a for a, b in zip(ticks, ticks[1:], strict=False))
    seen["longest_tick_seconds"] = gaps[-1] if gaps else None
    (FOLDER / "seen.json").write_text(json.dumps(seen, indent=2, default=str))
    bpy.ops.wm.quit_blender()


def _take_further(told: Iterator[float | None]) -> float | None:
    ticks.append(time.monotonic())
    try:
        return next(told) or TICK_SECONDS
    except StopIteration:
        finish()
    except Exception:
        finish(traceback.format_exc())
    return None
