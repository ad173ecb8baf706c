"""Several seeds of one prompt side by side, of which one is kept."""

from __future__ import annotations

import uuid

import bpy

from ..blender import identity, results, take_removal, takes
from ..core.errors import SceneError
from ..core.variation_counts import COUNT
from ..core.wire import config
from .camera_prompts import with_camera_prompts
from .flow import APP, Flow
from .job_report import Report, Stopwatch
from .start_job import run_new_job

GAP = 1.1
"""From one box to the next, in widths of the box."""
GROUP, SHIFT = "dreamwright_variations", "dreamwright_variation_shift"
"""Custom properties of a result: which of them belong together, and how far it stands from where the box is."""


def generate_variations(context: bpy.types.Context, wanted: config.JobConfig, count: int = COUNT) -> Flow[list[Report]]:
    """Make an object of each of several seeds, beside each other along the box's X axis; the seeds follow each other.

    Where it is stopped, those that are made stay.
    """
    wanted, group = config.check_runnable(with_camera_prompts(context.scene, wanted)), uuid.uuid4().hex[:12]
    reports: list[Report] = []
    with APP.busy("generating"):
        for number in range(count):
            shift = _shift(wanted, number)
            center = [at + by for at, by in zip(wanted.bounds.center, shift, strict=True)]
            one = config.with_changes(wanted, {"seed": wanted.seed + number, "bounds": {"center": center}})
            report = yield from run_new_job(identity.uid_of(context.scene), one, Stopwatch())
            made = bpy.data.objects[report.object, None]
            made[GROUP], made[SHIFT] = group, shift
            reports.append(report)
            if APP.stop_requested:
                break
    return reports


def keep_variation(context: bpy.types.Context) -> str:
    """Keep the chosen variation, in the place of the box; the others and their takes leave the scene. The answer is a
    sentence.

    Raises:
        SceneError: no variation is chosen, or one of them is being edited.
    """
    chosen = results.active_result(context)
    others = [obj for obj in variations_of(chosen) if obj != chosen]
    if chosen is None or GROUP not in chosen:
        raise SceneError("No variation is selected: select the one to keep.")
    results.check_not_edited(chosen, *others)
    shift = list(chosen[SHIFT])
    for obj in others:
        take = takes.take_of(obj)
        if take:
            take_removal.remove(context.scene, take)
    for axis in range(3):
        chosen.location[axis] -= shift[axis]
    del chosen[GROUP], chosen[SHIFT]
    return f"Kept '{chosen.name}'; {len(others)} other variation{'s' * (len(others) != 1)} left the scene."


def variations_of(result: bpy.types.Object | None) -> list[bpy.types.Object]:
    """Returns the objects of the scene that were made with a result as its variations, itself included."""
    group = result.get(GROUP) if result is not None else None
    return [obj for obj in bpy.context.scene.objects if group and obj.get(GROUP) == group]


def _shift(wanted: config.JobConfig, number: int) -> list[float]:
    """Meters along the box's own X axis."""
    along = number * GAP * wanted.bounds.size[0]
    return [along * row[0] for row in wanted.bounds.to_scene[:3]]
