"""A job watched in a real Blender: how soon it is seen in the viewport, and how long it ever holds the main thread up.

Times are those of our own
code on the main thread, function by function (a software OpenGL draws slowly, whoever asks for it), and the longest gap
between two ticks of a timer, with and without a job. The test beside it reads FOLDER/seen.json.
"""

from __future__ import annotations

import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from functools import partial

import bpy
import story_runner
from story_runner import FOLDER, addon, app, install, main_window, open_tab, results, seen, snapshot, view

TICK_SECONDS = 0.01
STEPS, ENOUGH = 2000, 30

until = partial(story_runner.until, every=TICK_SECONDS)
spent: dict[str, list[float]] = defaultdict(list)
ticks: dict[str, list[float]] = defaultdict(list)
stage = "idle"


def story() -> Iterator[float | None]:
    """Yields while Blender shall go on; a number is how many seconds to wait."""
    global stage
    install()
    yield from open_tab()
    with main_window():
        bpy.ops.dreamwright.start_backend("EXEC_DEFAULT", True)
    yield from until(lambda: app().connection is not None and not app().current_task)
    clocked()
    bpy.data.objects["Cube"].hide_set(True)
    yield from first_run()  # compiles, loads the models: what "warm" means
    stage = "idle with backend"
    yield from waited(2.0)
    stage = "running"
    yield from watched()
    stage = "live mesh"
    yield from with_live_mesh()
    stage = "after"
    yield from rendered_viewport()
    yield from f12()


def first_run() -> Iterator[float]:
    generate("a red cube", 3)
    yield from until(lambda: not app().current_task)
    undo()
    yield 0.2


def watched() -> Iterator[float]:
    """From the press on Generate to the first picture over the view."""
    began = time.monotonic()
    generate("a red cube", STEPS)
    yield from until(lambda: snapshot().state == "running" or snapshot().error)
    seen["running_seconds"] = time.monotonic() - began
    yield from until(lambda: snapshot().step > 0 or snapshot().error)
    seen["first_step_seconds"] = time.monotonic() - began
    yield from until(lambda: pictures() or snapshot().error)
    seen["first_answer_seconds"] = pictures()[0].ended - began
    yield from until(lambda: drawn_over() or snapshot().error)
    seen["first_picture_seconds"], seen["first_picture_step"] = time.monotonic() - began, snapshot().step
    yield from until(lambda: snapshot().step > ENOUGH or snapshot().error)
    picture("watched-1-running")
    turn_view()
    yield from waited(1.0)
    picture("watched-2-turned")
    bpy.context.scene.dreamwright.prompt = "a blue cube"
    with main_window():
        bpy.ops.dreamwright.edit_prompt("EXEC_DEFAULT")
    yield from until(lambda: snapshot().objective_since > 0 or snapshot().error or not app().current_task)
    seen["edit"] = {"prompt": snapshot().prompt, "objective_since": snapshot().objective_since}
    yield from a_weight()
    with main_window():
        bpy.ops.dreamwright.pause("EXEC_DEFAULT")
    yield from until(lambda: snapshot().state == "paused" or not app().current_task)
    yield 0.3
    picture("watched-3-held")
    with main_window():
        bpy.ops.wm.call_panel(name="DREAMWRIGHT_PT_curves", keep_open=True)
    yield 0.5
    picture("watched-10-curves")
    subprocess.run(["xdotool", "mousemove", "300", "900"], check=True)
    yield 0.5
    seen["held"] = snapshot().state
    with main_window():
        bpy.ops.dreamwright.resume("EXEC_DEFAULT")
    yield from until(lambda: snapshot().state == "running" or snapshot().error)
    yield from stopped()
    yield 0.5
    picture("watched-4-result")
    seen["error"], seen["results"] = snapshot().error, results()
    undo()
    yield 0.3


def stopped() -> Iterator[float]:
    with main_window():
        bpy.ops.dreamwright.stop("EXEC_DEFAULT")
    yield from until(lambda: not app().current_task)


def a_weight() -> Iterator[float]:
    """Through the dialog that the popover opens, confirmed by the keyboard."""
    name = next(iter(snapshot().weights))
    with main_window():
        bpy.context.window.cursor_warp(600, 500)
        bpy.ops.dreamwright.edit_weight("INVOKE_DEFAULT", weight=name, value=0.5)
    yield 0.5
    picture("watched-9-weight")
    subprocess.run(["xdotool", "key", "Return"], check=True)
    yield from until(lambda: snapshot().weights.get(name) == 0.5 or snapshot().error or not app().current_task)
    seen["weight"] = {
        "name": name,
        "value": snapshot().weights.get(name),
        "objective_since": snapshot().objective_since,
    }


def with_live_mesh() -> Iterator[float]:
    display = bpy.context.scene.dreamwright.display
    display.live_mesh, display.live_preview, display.live_mesh_every = True, False, 5
    generate("a red cube", STEPS)
    yield from until(lambda: previews() or snapshot().error)
    yield from until(lambda: snapshot().step > ENOUGH or snapshot().error)
    picture("watched-5-live-mesh")
    seen["previews"] = previews()
    yield from stopped()
    yield 0.3
    seen["previews_after"] = previews()
    undo()
    yield 0.3
    seen["previews_after_undo"] = previews()
    bpy.ops.ed.redo()


def rendered_viewport() -> Iterator[float]:
    """The engine in a viewport."""
    bpy.context.scene.render.engine = "DREAMWRIGHT_FIELD"
    view().spaces.active.shading.type = "RENDERED"
    yield from waited(4.0)
    picture("watched-6-viewport")
    view().spaces.active.region_3d.view_perspective = "CAMERA"
    yield from waited(3.0)
    picture("watched-7-through-camera")
    view().spaces.active.shading.type = "SOLID"
    yield 0.3


def f12() -> Iterator[float]:
    """The picture is made in a thread of Blender's, while the window lives on."""
    done: list[str] = []
    for name in ("render_complete", "render_cancel"):
        getattr(bpy.app.handlers, name).append(lambda *_, name=name: done.append(name))
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y = 480, 270
    scene.render.filepath = str(FOLDER / "f12.png")
    with main_window():
        bpy.ops.render.render("INVOKE_DEFAULT", write_still=True)
    yield from until(lambda: done)
    yield 1.0
    picture("watched-8-f12")
    seen["f12"] = done


def clocked() -> None:
    """Our functions that Blender calls on the main thread, each with a clock."""
    registration = addon("registration")
    pump, overlay = registration.live_updates.PUMP, registration.live_updates.OVERLAY
    for part in (overlay, pump):  # they hand their methods over when they start
        part.stop()
    pump.timer = timed(pump.timer, "pump")
    pump._also = tuple(timed(each, each.__qualname__) for each in pump._also)
    for owner, name in [
        (addon("blender.overlay").Overlay, "_draw"),
        (addon("ui.flow_operator").FlowOperator, "modal"),
        (addon("ui.panels.main").DREAMWRIGHT_PT_main, "draw"),
        (addon("blender.grid_mesh"), "mesh_from"),
        (addon("blender.live_mesh"), "mesh_from"),
    ]:
        label = f"{getattr(owner, '__name__', '')}.{name}".split(".addon.")[-1]
        setattr(owner, name, timed(getattr(owner, name), label))
    for part in (overlay, pump):
        part.start()


def timed(function, name):
    """Blender counts the arguments that the code of a callback takes, so the clock takes as many."""

    def run(*values):
        began, worked = time.perf_counter(), time.thread_time()
        try:
            return function(*values)
        finally:
            spent[f"{stage}: {name}"].append(time.perf_counter() - began)
            spent[f"{stage}: {name}, processor"].append(time.thread_time() - worked)

    counts = {0: lambda: run(), 1: lambda a: run(a), 2: lambda a, b: run(a, b), 3: lambda a, b, c: run(a, b, c)}
    return counts[function.__code__.co_argcount - (getattr(function, "__self__", None) is not None)]


def generate(prompt: str, steps: int) -> None:
    bpy.context.scene.dreamwright.prompt = prompt
    with main_window():
        bpy.ops.dreamwright.generate("EXEC_DEFAULT", True, prompt=prompt, steps=steps, quality="DRAFT")


def undo() -> None:
    with main_window():
        bpy.ops.ed.undo()


def turn_view() -> None:
    from mathutils import Quaternion

    view().spaces.active.region_3d.view_rotation = Quaternion((0.75, 0.45, 0.25, 0.4)).normalized()


def drawn_over() -> bool:
    return any(eye._texture is not None for eye in addon("registration").live_updates.OVERLAY._view_states.values())


def pictures() -> list:
    """Answers of the views' lookers: a picture is there, and is drawn with the next redraw."""
    latest = [eye._worker.latest for eye in addon("registration").live_updates.OVERLAY._view_states.values()]
    return [answer for answer in latest if answer and answer.value is not None]


def previews() -> list[str]:
    return [obj.name for obj in bpy.data.objects if "dreamwright_live" in obj]


def waited(seconds: float) -> Iterator[float]:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        yield TICK_SECONDS


def picture(name: str) -> None:
    """Takes a while on the main thread, which is not ours: the next gap is left out."""
    story_runner.picture(name)
    ticks[stage].append(float("nan"))


def note_costs() -> None:
    seen["longest_ms"] = {name: round(1e3 * max(times), 2) for name, times in sorted(spent.items())}
    seen["median_ms"] = {name: round(1e3 * sorted(times)[len(times) // 2], 2) for name, times in sorted(spent.items())}
    seen["calls"] = {name: len(times) for name, times in sorted(spent.items())}
    seen["gaps_ms"] = {name: gaps(times) for name, times in ticks.items()}


def gaps(times: list[float]) -> dict[str, float]:
    between = sorted(1e3 * (b - a) for a, b in zip(times, times[1:], strict=False) if b - a == b - a)
    return (
        {"median": between[len(between) // 2], "p99": between[int(len(between) * 0.99)], "longest": between[-1]}
        if between
        else {}
    )


story_runner.begin(story(), story_runner.Watch(TICK_SECONDS, lambda: ticks[stage].append(time.monotonic()), note_costs))
