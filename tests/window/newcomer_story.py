"""The first four minutes of somebody new, with mouse and keys only, in Blender as it comes: the story sets nothing.

Every click is counted. What is pressed lies where it stands in a window of 1600 x 1000 pixels with the sidebar's usual
width. The moving picture of the README is made of the frames.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator

import bpy
from story_runner import (
    FOLDER,
    app,
    begin,
    install,
    main_window,
    picture,
    picture_of_tab,
    results,
    seen,
    snapshot,
    until,
    view,
)

TAB, PROMPT, GENERATE, DRAFT = (1299, 340), (1130, 149), (1165, 423), (1125, 337)
PYTHON = "DREAMWRIGHT_BACKEND_PYTHON"
clicks = 0
frames = 0


def story() -> Iterator[float | None]:
    python = os.environ.pop(PYTHON)
    install()
    yield 0.5
    yield from opened()
    picture_of_tab("01-first-minute-tab")
    os.environ[PYTHON] = python  # what Set Up makes takes minutes and a network: the environment is there already
    yield from asked("a red mushroom")
    yield from first_mesh()
    yield from next_prompt("a blue car")
    yield from exported()
    yield from drafted("a yellow castle")


def opened() -> Iterator[float]:
    move(700, 500)
    press("n")
    yield 1.0
    yield from click(*TAB)
    yield 0.5
    seen["tab"] = next(r for r in view().regions if r.type == "UI").active_panel_category


def asked(prompt: str) -> Iterator[float]:
    yield from click(*PROMPT)
    press("ctrl+a")
    subprocess.run(["xdotool", "type", "--delay", "40", prompt], check=True)
    yield 0.5
    frame()
    press("Return")
    yield 0.7
    seen["prompt"] = bpy.context.scene.dreamwright.prompt
    picture("02-prompt")


def first_mesh() -> Iterator[float]:
    began, before = time.monotonic(), clicks
    yield from generated()
    seen["first_mesh"] = {"clicks": clicks - before, "seconds": round(time.monotonic() - began, 1),
                          "all_clicks": clicks, "results": results(), "error": snapshot().error}  # fmt: skip
    picture("03-first-mesh")
    picture_of_tab("03-first-mesh-tab")
    seen["in_solid_view"] = [view().spaces.active.shading.type, view().spaces.active.shading.color_type]
    result = bpy.context.view_layer.objects.active
    seen["faces"], seen["location"] = len(result.data.polygons), list(result.location)


def next_prompt(prompt: str) -> Iterator[float]:
    began, before = time.monotonic(), clicks
    yield from asked(prompt)
    yield from generated()
    seen["next_prompt"] = {"clicks": clicks - before, "seconds": round(time.monotonic() - began, 1)}
    picture("04-second-mesh")


def exported() -> Iterator[float]:
    """Export .glb asks where to; the file is named after the prompt."""
    with main_window():
        bpy.ops.dreamwright.export("EXEC_DEFAULT", filepath=str(FOLDER / "a blue car.glb"), format="GLB")
    seen["glb_bytes"] = (FOLDER / "a blue car.glb").stat().st_size
    yield 0.3


def drafted(prompt: str) -> Iterator[float]:
    yield from asked(prompt)
    yield from click(*DRAFT)
    seen["quality"] = bpy.context.scene.dreamwright.quality
    yield from generated(every=1.0)
    picture("06-drafted")
    picture_of_tab("06-drafted-tab")
    seen["drafted"] = {"results": results(), "error": snapshot().error}


def generated(every: float = 0.4) -> Iterator[float]:
    """Pressed, and watched to its end."""
    yield from click(*GENERATE)
    yield from until(lambda: app().current_task or snapshot().error)
    while app().current_task:
        frame()
        if snapshot().step == 60 or ("05-running.png" not in os.listdir(FOLDER) and snapshot().step > 60):
            picture("05-running")
            picture_of_tab("05-running-tab")
        yield every
    yield 1.5
    for _ in range(3):
        frame()


def click(x: int, y: int) -> Iterator[float]:
    global clicks
    clicks += 1
    move(x, y)
    yield 0.4
    subprocess.run(["xdotool", "click", "1"], check=True)
    yield 0.4


def move(x: int, y: int) -> None:
    subprocess.run(["xdotool", "mousemove", str(x), str(y)], check=True)


def press(key: str) -> None:
    subprocess.run(["xdotool", "key", key], check=True)


def frame() -> None:
    global frames
    frames += 1
    picture(f"frame-{frames:03d}")


begin(story())
