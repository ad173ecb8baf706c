"""The box moved, turned and scaled by its handles, and the rigs drawn, in a real Blender with a mouse.

Runs inside Blender with the checkout itself as the add-on (see story_runner.py); what it saw goes to FOLDER/seen.json,
with a picture of the screen at each stage. The test beside it reads these.
"""

from __future__ import annotations

import math
import subprocess
import time
from collections.abc import Callable, Iterator

import bpy
import numpy as np
from bpy_extras.view3d_utils import location_3d_to_region_2d
from mathutils import Vector
from story_runner import begin, main_window, picture, region_of, seen, until, view

from addon import flows, registration
from addon.ui import gizmos

RING_PIXELS = 75
"""Radius of a ring on the screen: Blender's preference for the size of gizmos."""

pushed: list[list[list[float]]] = []
"""Where the box was at each undo step that the handles made."""
remember = gizmos.push_undo


def noted() -> None:
    remember()
    pushed.append(matrix())


gizmos.push_undo = noted


def story() -> Iterator[float]:
    registration.register()
    for obj in list(bpy.data.objects):
        bpy.data.objects.remove(obj)
    with main_window():
        bpy.ops.dreamwright.add_box("EXEC_DEFAULT", True)
        box().rotation_euler, box().scale = (0.2, 0.3, 0.5), (1.0, 1.5, 1.0)
        bpy.ops.ed.undo_push(message="turned")
    yield 1.0
    yield from dragged("face", lambda: on_screen(box().matrix_world @ Vector((1.0, 0.0, 0.0))), (60, 30))
    yield from dragged("dot", lambda: on_screen(box().matrix_world.translation), (60, 0))
    yield from dragged("ring", lambda: on_ring(60.0), lambda: difference(on_ring(60.0), on_ring(100.0)))
    yield from rigs()
    registration.unregister()
    yield 0.5
    seen["left"] = [name for name in dir(bpy.types) if "dreamwright" in name.lower()]
    seen["timer_left"] = bpy.app.timers.is_registered(gizmos.push_undo) or bpy.app.timers.is_registered(
        registration.live_updates.PUMP.timer
    )


def dragged(name: str, start: Callable, way) -> Iterator[float]:
    """Drag a handle; then undo, which must bring the box back in one step, and redo."""
    stages = {"before": matrix()}
    (x, y), steps = start(), 6
    dx, dy = (math.trunc(part / steps) for part in (way() if callable(way) else way))
    mouse("mousemove", x, y)
    yield 0.5
    mouse("mousemove_relative", "--", 1, 1)
    yield 1.0
    picture(f"{name}-1-hover")
    mouse("mousedown", 1)
    for _ in range(steps):
        yield 0.2
        mouse("mousemove_relative", "--", dx, dy)
    yield 0.5
    picture(f"{name}-2-dragged")
    mouse("mouseup", 1)
    yield from until(lambda: matrix() != stages["before"] and pushed[-1:] == [matrix()])
    stages["after"] = matrix()
    yield from stepped(bpy.ops.ed.undo, stages, "undone")
    yield from stepped(bpy.ops.ed.redo, stages, "redone")
    seen[name] = stages


def stepped(step: Callable, stages: dict, name: str) -> Iterator[float]:
    with main_window():
        step()
    yield 0.5
    stages[name] = matrix()


def rigs() -> Iterator[float]:
    """Both rigs on, then off: what of their colors the screen has, and the seconds that one drawing takes."""
    place = bpy.context.scene.dreamwright.scene_setup
    for name in ("orbit", "sphere"):
        setattr(place, f"show_{name}", True)
        yield from drawn_again()
        picture(f"rig-{name}")
        setattr(place, f"show_{name}", False)
    yield from drawn_again()
    picture("rig-none")
    place.show_orbit = place.show_sphere = True
    began = time.thread_time()
    for _ in range(100):
        flows.rig_lines(bpy.context)
    seen["lines_seconds"] = (time.thread_time() - began) / 100


def drawn_again() -> Iterator[float]:
    region_of(view()).tag_redraw()
    yield 2.0


def on_ring(degrees: float) -> tuple[int, int]:
    """A point of the ring about the box's own Z, on the side towards us, as Blender lays it out on the screen."""
    look = view().spaces.active.region_3d
    center, axis = box().matrix_world.translation.copy(), box().matrix_world.to_3x3().col[2].normalized()
    right, toward = look.view_rotation @ Vector((1, 0, 0)), look.view_rotation @ Vector((0, 0, 1))
    across = Vector(difference(on_screen(center), on_screen(center + right))).length
    side = axis.cross(toward).normalized()
    front = side.cross(axis) if side.cross(axis).dot(toward) > 0 else axis.cross(side)
    angle = math.radians(degrees)
    return on_screen(center + RING_PIXELS / across * (side * math.cos(angle) + front * math.sin(angle)))


def on_screen(point: Vector) -> tuple[int, int]:
    area, region = view(), region_of(view())
    place = location_3d_to_region_2d(region, area.spaces.active.region_3d, point)
    window = bpy.context.window_manager.windows[0]
    return int(region.x + place.x), int(window.height - region.y - place.y)


def difference(first: tuple[int, int], second: tuple[int, int]) -> tuple[int, int]:
    return second[0] - first[0], second[1] - first[1]


def box() -> bpy.types.Object:
    return bpy.data.objects["Dreamwright Box"]


def matrix() -> list[list[float]]:
    return np.round(np.array(box().matrix_world), 4).tolist()


def mouse(*arguments: object) -> None:
    subprocess.run(["xdotool", *map(str, arguments)], check=True)


begin(story())
