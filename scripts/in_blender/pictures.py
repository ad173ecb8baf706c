"""What is written beside the .blend: a picture, the frames of a turn, and the object as glTF."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import bpy

from addon.blender import export

from .stage import Stage


@dataclass(frozen=True)
class Shot:
    width: int
    height: int
    samples: int


PREVIEW = Shot(480, 480, 16)
COMPARISON = Shot(640, 320, 16)
TURNTABLE = Shot(160, 160, 6)
FRAMES = 14
BOUNCES = 3  # of light: a matt object on a matt ground needs no more


def prepare(shot: Shot) -> None:
    """Cycles, so that the picture is the same on a machine without a GPU."""
    scene, render = bpy.context.scene, bpy.context.scene.render
    render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.use_denoising = shot.samples, True
    scene.cycles.max_bounces = BOUNCES
    scene.view_settings.view_transform = "Standard"  # the colors that were asked for, not a film's
    render.resolution_x, render.resolution_y, render.resolution_percentage = shot.width, shot.height, 100
    render.film_transparent = False
    render.use_persistent_data = True
    if hasattr(render.image_settings, "media_type"):  # from Blender 5.0 on
        render.image_settings.media_type = "IMAGE"
    render.image_settings.file_format, render.image_settings.color_mode = "PNG", "RGB"


def take(file: Path) -> None:
    bpy.context.scene.render.filepath = str(file)
    bpy.ops.render.render(write_still=True)


def turntable(stage: Stage, folder: Path) -> Iterator[tuple[int, int]]:
    """Renders the frames into `folder`, one at each step, and says how many are done of how many."""
    prepare(TURNTABLE)
    for frame in range(FRAMES):
        stage.look_from(math.tau * frame / FRAMES)
        take(folder / f"{frame:03d}.png")
        yield frame + 1, FRAMES


def export_glb(made: list[bpy.types.Object], file: Path) -> None:
    """Writes only what was made, with its colors and a UV map."""
    for thing in bpy.context.selected_objects:
        thing.select_set(False)
    with contextlib.ExitStack() as unwrapped:
        for obj in made:
            unwrapped.enter_context(export.with_uv_map(obj, export.FORMATS[".glb"]))
            obj.select_set(True)
        bpy.ops.export_scene.gltf(filepath=str(file), export_format="GLB", use_selection=True)
