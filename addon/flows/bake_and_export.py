"""Results finished for use elsewhere: textures, files of other programs, a turntable, an asset.

Textures, files and assets are made by Blender's own operators, which hold Blender until they are done; so these are no
flows. Only the turntable waits, between its pictures.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import bpy

from ..blender import asset, export, image_files, low_poly, prompt_group, results, turntable, views
from ..core.bake_export_config import LOW_UV_COVERAGE, AssetConfig, TextureConfig, TurntableConfig
from ..core.errors import SceneError, StoppedError
from .flow import APP, Flow
from .show_result import show_in_views

export_subject = low_poly.export_subject


@dataclass(frozen=True)
class BakeResult:
    """What came of it."""

    object: bpy.types.Object
    warnings: list[str] = field(default_factory=list)


def bake_textures(context: bpy.types.Context, wanted: TextureConfig) -> BakeResult:
    """Put a light twin with baked textures beside the chosen result, which is hidden."""
    source = low_poly.high_poly_of(_require_subject(context))
    image_files.check_can_save(wanted.pack)
    textures = low_poly.bake_textures(source, wanted)
    try:
        image_files.save_images([image for image in (textures.color, textures.normal) if image], wanted.pack)
    except BaseException:
        low_poly.remove_textures(textures)
        raise
    made = low_poly.add_low_poly(source, textures)
    results.select_only(context, made)
    show_in_views(context.scene, made, views.TEXTURES)
    return BakeResult(made, _warnings(textures.used))


def export_name(context: bpy.types.Context) -> str:
    """Returns what a file of the chosen result is called, if nobody says otherwise."""
    subject = _require_subject(context)
    return (prompt_group.holder_of(subject) or subject).name


def export_result(context: bpy.types.Context, file: Path, overwrite: bool, alone: bool = False) -> list[Path]:
    """Write the chosen result into a file; gives all files that were written. What one prompt made goes together: with
    "a cat on a chair" the chair comes too, unless the cat is wanted `alone`."""
    subject = _require_subject(context)
    holder = None if alone else prompt_group.holder_of(subject)
    others = [each for each in prompt_group.visible_members(holder) if each != subject] if holder else []
    return export.export(file, subject, *others, overwrite=overwrite)


def add_turntable(context: bpy.types.Context, wanted: TurntableConfig) -> bpy.types.Scene:
    """The chosen result with a camera that goes around it, in a scene of its own."""
    return turntable.build_turntable(_require_subject(context), wanted)


def render_turntable(context: bpy.types.Context, wanted: TurntableConfig, file: Path, overwrite: bool) -> Flow[Path]:
    """Render the turntable of the chosen result, a picture at a time."""
    obj = _require_subject(context)
    with APP.busy("rendering the turntable"):
        had_one = turntable.scene_of(obj) is not None
        scene = turntable.build_turntable(obj, wanted).name
        try:
            yield from _render_steps(turntable.render(scene, file, overwrite))
        except BaseException:
            if not had_one:
                turntable.remove(scene)
            raise
        return file


def publish(context: bpy.types.Context, wanted: AssetConfig) -> bpy.types.Object:
    """Make an asset of the chosen result."""
    obj = _require_subject(context)
    asset.publish(obj, wanted)
    return obj


def _require_subject(context: bpy.types.Context) -> bpy.types.Object:
    obj = low_poly.export_subject(context)
    if obj is None:
        raise SceneError("No result of Dreamwright is selected: select the object to bake or export.")
    return obj


def _render_steps(steps: Iterable[tuple[int, int]]) -> Flow[None]:
    for done, count in steps:
        APP.session.post("activity", text=f"Rendering frame {done} of {count}", fraction=done / count)
        yield
        if APP.stop_requested:
            raise StoppedError("Stopped while the turntable was rendered: nothing was written.")
    APP.session.post("activity", text="", fraction=None)


def _warnings(used: float) -> list[str]:
    if used >= LOW_UV_COVERAGE:
        return []
    return [
        f"Only {used:.1%} of the textures is used, so they are coarse: the mesh has many islands. Keep the largest."
    ]
