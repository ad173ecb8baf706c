"""What a newcomer does in a real Blender: install the zip, open the tab, generate, stop one, undo."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
from story_runner import (
    MODULE,
    app,
    begin,
    install,
    main_window,
    open_tab,
    picture,
    press_keys,
    results,
    seen,
    snapshot,
    until,
)


def story() -> Iterator[float | None]:
    """Yields while Blender shall go on; a number is how many seconds to wait."""
    install()
    yield from open_tab()
    picture("1-tab")
    yield from generate("a red cube", steps=40)
    picture("3-result")
    seen["object"] = describe_result()
    yield from undone()
    yield from escape_while_it_runs()
    bpy.ops.preferences.addon_disable(module=MODULE)
    seen["classes_left"] = [name for name in dir(bpy.types) if name.startswith("DREAMWRIGHT_")]


def generate(prompt: str, steps: int) -> Iterator[float]:
    bpy.context.scene.dreamwright.prompt = prompt
    seen["undo_steps_before"] = results()
    with main_window():
        wanted = {"prompt": prompt, "steps": steps, "quality": "DRAFT"}
        seen["started"] = list(bpy.ops.dreamwright.generate("EXEC_DEFAULT", True, **wanted))
    yield from until(lambda: snapshot().step > steps // 4 or snapshot().error)
    picture("2-running")
    seen["progress"] = {"step": snapshot().step, "steps": snapshot().steps, "error": snapshot().error}
    yield from until(lambda: not app().current_task)
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


def escape_while_it_runs() -> Iterator[float]:
    before = results()
    with main_window():
        bpy.ops.dreamwright.generate("EXEC_DEFAULT", True, prompt="a green sphere", steps=100_000, quality="DRAFT")
    yield from until(lambda: snapshot().step > 3 or snapshot().error)
    seen["escapes"] = {}
    for name, keys in ESCAPES.items():
        modal = []
        for key in keys:
            press_keys(key)
            yield 1.5
            modal.append([each.bl_idname for each in bpy.context.window_manager.windows[0].modal_operators])
            picture(f"4-{name}-{key}")
        state = {"state": snapshot().state, "task": app().current_task, "stop": app().stop_requested}
        seen["escapes"][name] = state | {"modal": modal}
    yield from stopped_in_mid_move()
    picture("5-stopped")
    seen["after_stop"] = {"new": sorted(set(results()) - set(before)), "state": snapshot().state}


def stopped_in_mid_move() -> Iterator[float]:
    """The result of a run that ends while the cube is being moved comes when the move has ended."""
    cube = bpy.data.objects["Cube"]
    before = results()
    with main_window():
        bpy.ops.object.select_all(action="DESELECT")
        cube.select_set(True)
        bpy.context.view_layer.objects.active = cube
    press_keys("g")
    yield 1.0
    bpy.ops.dreamwright.stop()
    yield from until(lambda: snapshot().activity.startswith("The result comes") or not app().current_task)
    yield 1.0
    picture("5-moving")
    seen["in_mid_move"] = chosen() | {"new": sorted(set(results()) - set(before)), "activity": snapshot().activity}
    press_keys("Return")
    yield from until(lambda: not app().current_task)
    yield 0.3
    seen["after_move"] = chosen()


def chosen() -> dict[str, object]:
    active = bpy.context.view_layer.objects.active
    windows = bpy.context.window_manager.windows
    return {
        "active": active.name if active else "",
        "selected": [obj.name for obj in bpy.context.view_layer.objects if obj.select_get()],
        "modal": [each.bl_idname for each in windows[0].modal_operators if each.bl_idname.startswith("TRANSFORM_OT")],
    }


ESCAPES = {"nothing": ["Escape"], "menu": ["shift+a", "Escape"], "move": ["g", "Escape"], "scale": ["s", "Escape"]}
"""What a person cancels while a job runs; Blender keeps the press of the key then, and only its release reaches us."""


def describe_result() -> dict[str, object]:
    made = [o for o in bpy.data.objects if "dreamwright_job" in o]
    if not made:
        return {}
    result, areas = made[0], bpy.context.window_manager.windows[0].screen.areas
    return {
        "name": result.name,
        "faces": len(result.data.polygons),
        "colors": [attribute.name for attribute in result.data.color_attributes],
        "collection": [collection.name for collection in result.users_collection],
        "height": result.dimensions.z,
        "location": [round(value, 4) for value in result.location],
        "color_types": [area.spaces.active.shading.color_type for area in areas if area.type == "VIEW_3D"],
        "cube_hidden": bpy.data.objects["Cube"].hide_viewport,
    }


begin(story())
