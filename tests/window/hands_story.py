"""Hands on the shape, with mouse and keys: a start from a mesh, a part made anew, the row of a model to download.

Every click is counted. What is pressed lies where it stands in a window of 1600 x 1000 pixels with the sidebar's usual
width. Only the number of steps is set by the story, since a whole run takes minutes.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator

import bpy
from story_runner import app, begin, install, open_tab, picture, picture_of_tab, results, seen, snapshot, until

STEPS = 12
MIDDLE = (1180, 500)
START, MESHES, PROMPT, GENERATE = (1200, 243), (1200, 318), (1100, 149), (1160, 464)
REGIONS, ADD_BOX, PART = (1130, 812), (1140, 736), (1140, 825)
PART_PROMPT, REDO = (1140, 822), (1140, 842)
ALLOW_ONLINE = DOWNLOAD = (1160, 331)
"""The one stands where the other will."""
clicks = 0


def story() -> Iterator[float | None]:
    install()
    yield 0.5
    yield from open_tab()
    yield 1.0
    bpy.context.scene.dreamwright.overrides = f'{{"optimize": {{"steps": {STEPS}}}}}'
    yield from started_from_the_cube()
    yield from made_anew()
    yield from a_model_that_is_not_here()


def started_from_the_cube() -> Iterator[float]:
    """Blender's own cube is there, and selected."""
    before = clicks
    yield from click(*START)
    picture("01-start-menu")
    yield from click(*MESHES)
    yield from click(*PROMPT)
    yield from type_in("a red mushroom")
    picture("02-start")
    yield from pressed("start", GENERATE, before)


def made_anew() -> Iterator[float]:
    """A box is added as a part, and what it becomes is written."""
    bpy.context.scene.dreamwright.quality = "INSTANT"
    before = clicks
    move(*MIDDLE)
    yield from scroll(30)
    picture_of_tab("04-tab-before-regions")
    yield from click(*REGIONS)
    move(*MIDDLE)
    yield from scroll(30)
    picture_of_tab("05-regions")
    yield from click(*ADD_BOX)
    picture("06-add-box-menu")
    yield from click(*PART)
    picture("07-part-added")
    yield from click(*PART_PROMPT)
    yield from type_in("a red hat")
    picture_of_tab("08-part-prompt")
    yield from pressed("redo", REDO, before)


def a_model_that_is_not_here() -> Iterator[float]:
    """Its row: going online is asked for first, then the download, in a dialog that is left by Esc."""
    settings = bpy.context.scene.dreamwright
    settings.start_from, settings.quality = "NOTHING", "DRAFT"
    bpy.ops.dreamwright.choose_model(model="stable-diffusion-2.1")
    move(*MIDDLE)
    yield from scroll(40, "4")
    picture_of_tab("10-model-row")
    yield from click(*ALLOW_ONLINE)
    seen["online"] = bpy.app.online_access
    picture_of_tab("11-model-row-online")
    yield from click(*DOWNLOAD)
    picture("12-download-dialog")
    subprocess.run(["xdotool", "key", "Escape"], check=True)
    yield 1.0
    seen["fetches"] = len(snapshot().fetches)


def pressed(name: str, button: tuple[int, int], before: int) -> Iterator[float]:
    """A button that makes something, watched to its end."""
    began = time.monotonic()
    yield from click(*button)
    yield from until(lambda: app().current_task or snapshot().error)
    yield from until(lambda: not app().current_task)
    yield 1.5
    seen[name] = {
        "clicks": clicks - before, "seconds": round(time.monotonic() - began, 1), "results": results(),
        "error": snapshot().error, "prompt": bpy.context.scene.dreamwright.prompt,
    }  # fmt: skip
    picture(f"{name}-done")


def type_in(words: str) -> Iterator[float]:
    subprocess.run(["xdotool", "key", "ctrl+a"], check=True)
    yield 0.3
    subprocess.run(["xdotool", "type", "--delay", "40", words], check=True)
    yield 0.5
    subprocess.run(["xdotool", "key", "Return"], check=True)
    yield 1.5


def click(x: int, y: int) -> Iterator[float]:
    global clicks
    clicks += 1
    move(x, y)
    yield 1.0
    subprocess.run(["xdotool", "click", "1"], check=True)
    yield 2.0


def move(x: int, y: int) -> None:
    subprocess.run(["xdotool", "mousemove", str(x), str(y)], check=True)


def scroll(count: int, button: str = "5") -> Iterator[float]:
    for _ in range(count):
        subprocess.run(["xdotool", "click", button], check=True)
        yield 0.15
    yield 1.5


begin(story())
