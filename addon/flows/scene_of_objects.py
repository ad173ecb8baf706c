"""A prompt with several things: a job for each, and their objects under one empty."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import bpy

from ..blender import results, take_visibility
from ..core.wire import config, prompt_scenes
from .job_report import Report
from .result_object import box_bottom


def names_several(wanted: config.JobConfig) -> bool:
    """Tells whether the shape prior alone makes what is wanted, and its prompt names several things. A model that goes
    on from there, or that understands sentences, gets the words whole.

    Raises:
        ConfigError: there are too many, or how they stand to each other is unknown.
    """
    own = config.prior_of(wanted) == config.EMBEDDED_PRIOR
    by_prior = own and wanted.method == config.Method.TEXT and wanted.field.density_init == "prior"
    return by_prior and wanted.optimize.steps == 0 and prompt_scenes.read_scene(wanted.prompt) is not None


def config_of(wanted: config.JobConfig, each: dict[str, Any]) -> config.JobConfig:
    """The job of one thing, by what `scenes.arrange` says of it."""
    box = {"center": tuple(each["center"]), "size": tuple(each["size"])}
    return config.with_changes(wanted, {"prompt": each["prompt"], "seed": each["seed"], "bounds": box})


def gather(scene: bpy.types.Scene, wanted: config.JobConfig, names: Sequence[str]) -> bpy.types.Object | None:
    """Put the objects under an empty where their box stands, without moving them, all of them seen; None where there
    are none."""
    objects = [bpy.data.objects[name] for name in names if name in bpy.data.objects]
    if not objects:
        return None
    empty = bpy.data.objects.new(wanted.prompt[: results.NAME_LIMIT], None)
    empty.empty_display_type, empty.empty_display_size = "PLAIN_AXES", min(wanted.bounds.size) / 4
    empty.location, empty[take_visibility.SCENE] = box_bottom(wanted.bounds), wanted.prompt
    results.collection_of(scene).objects.link(empty)
    for obj in objects:
        obj.parent = empty
        obj.matrix_parent_inverse = empty.matrix_basis.inverted()
        take_visibility.show_object(scene, obj)  # one that the next hid as it came, before they belonged together
    return empty


def report_of_all(
    scene: bpy.types.Scene, wanted: config.JobConfig, reports: Sequence[Report], notes: Sequence[str]
) -> Report:
    """One report: sums and seconds of all, and the first of the objects."""
    seconds = {stage: round(sum(each.seconds.get(stage, 0) for each in reports), 3) for stage in reports[0].seconds}
    said = [*notes, *(sentence for each in reports for sentence in each.warnings)]
    report = replace(
        reports[0],
        prompt=wanted.prompt,
        seconds=seconds,
        vertices=sum(each.vertices for each in reports),
        faces=sum(each.faces for each in reports),
        warnings=list(dict.fromkeys(said)),
    )
    scene[results.REPORT] = json.dumps(asdict(report))
    return report
