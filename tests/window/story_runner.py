"""How a story is told in a Blender with a window: a generator that a timer takes further, so Blender draws in between.

    blender --python-use-system-env --python STORY.py -- ZIP FOLDER     one that installs the add-on from its zip
    blender --python-use-system-env --python STORY.py -- FOLDER         one that takes the checkout itself

PYTHONPATH has this folder, and for the second kind the checkout: `story_results` sets it. What it saw goes to
FOLDER/seen.json, with pictures of the screen beside it. The tests read these.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import bpy

*GIVEN, FOLDER = (Path(argument) for argument in sys.argv[sys.argv.index("--") + 1 :])
MODULE = "bl_ext.user_default.dreamwright"
TICK_SECONDS = 0.05
PATIENCE_SECONDS = 400

seen: dict[str, object] = {"blender": bpy.app.version_string}
ticks: list[float] = []


@dataclass(frozen=True)
class Watch:
    """What else happens while a story is told."""

    tick_seconds: float = TICK_SECONDS
    each_tick: Callable[[], object] = lambda: None
    at_end: Callable[[], object] = lambda: None


def begin(story: Iterator[float | None], watch: Watch | None = None) -> None:
    """Tell it once Blender has opened its window."""
    os.makedirs(FOLDER, exist_ok=True)
    bpy.context.preferences.view.show_splash = False
    bpy.app.timers.register(lambda: _take_further(story, watch or Watch()), first_interval=1.0)


def install() -> None:
    bpy.ops.extensions.package_install_files(repo="user_default", filepath=str(GIVEN[0]), enable_on_install=True)


def open_tab() -> Iterator[float]:
    area = view()
    area.spaces.active.show_region_ui = True
    yield 0.5
    region = next(region for region in area.regions if region.type == "UI")
    region.active_panel_category = "Dreamwright"
    region.tag_redraw()
    yield 0.5
    seen["tab"] = region.active_panel_category


def area_of(kind: str) -> bpy.types.Area | None:
    areas = bpy.context.window_manager.windows[0].screen.areas
    return next((area for area in areas if area.type == kind), None)


def view() -> bpy.types.Area:
    return area_of("VIEW_3D")


def region_of(area: bpy.types.Area) -> bpy.types.Region:
    return next(region for region in area.regions if region.type == "WINDOW")


def main_window(area: bpy.types.Area | None = None):
    """As if the mouse were over the 3D view, or over that area."""
    area = area or view()
    window = bpy.context.window_manager.windows[0]
    return bpy.context.temp_override(window=window, area=area, region=region_of(area))


def results() -> list[str]:
    return sorted(o.name for o in bpy.data.objects if "dreamwright_job" in o)


def addon(name: str):
    """A module of the add-on that runs here, installed or the checkout's."""
    return next(module for key, module in sys.modules.items() if f".{key}".endswith(f".addon.{name}"))


def app():
    return addon("flows").APP


def snapshot():
    return app().session.snapshot


def until(true: Callable[[], object], every: float = TICK_SECONDS) -> Iterator[float]:
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise TimeoutError(f"not seen in {PATIENCE_SECONDS} s; {snapshot()}"[:2000])
        yield every


def press_keys(*keys: str) -> None:
    """With the mouse over the 3D view."""
    subprocess.run(["xdotool", "mousemove", "500", "500", "key", *keys], check=True)


def picture(name: str) -> None:
    """The whole screen."""
    subprocess.run(["import", "-window", "root", str(FOLDER / f"{name}.png")], check=True)


def picture_of_tab(name: str) -> None:
    """Only the sidebar."""
    region = next(region for region in view().regions if region.type == "UI")
    height = bpy.context.window_manager.windows[0].height
    place = f"{region.width}x{region.height}+{region.x}+{height - region.y - region.height}"
    subprocess.run(["import", "-window", "root", "-crop", place, "+repage", str(FOLDER / f"{name}.png")], check=True)


def finish(watch: Watch, failure: str = "") -> None:
    seen["failure"] = failure
    watch.at_end()
    gaps = sorted(b - a for a, b in zip(ticks, ticks[1:], strict=False))
    seen["longest_tick_seconds"] = gaps[-1] if gaps else None
    (FOLDER / "seen.json").write_text(json.dumps(seen, indent=2, default=str))
    bpy.ops.wm.quit_blender()


def _take_further(told: Iterator[float | None], watch: Watch) -> float | None:
    ticks.append(time.monotonic())
    watch.each_tick()
    try:
        return next(told) or watch.tick_seconds
    except StopIteration:
        finish(watch)
    except Exception:
        finish(watch, traceback.format_exc())
    return None
