"""Results finished for use elsewhere: textures, files of other programs, a turntable, an asset.

Textures, files and assets are made by Blender's own operators, which hold Blender until they are done; so these are no
flows. Only the turntable waits, between its pictures.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import bpy

from ..blender import asset, export, finished, pictures, results, turntable
from ..core.errors import SceneError, StoppedError
from ..core.finish_config import TOO_FEW, AssetConfig, TextureConfig, TurntableConfig
from .flow import STUDIO, Flow

FORMATS = export.FORMATS
finish_subject = finished.subject


@dataclass(frozen=True)
class Textured:
    """What came of it."""

    object: bpy.types.Object
    warnings: list[str] = field(default_factory=list)


def give_textures(context: bpy.types.Context, wanted: TextureConfig) -> Textured:
    """Put a light twin with baked textures beside the chosen result, which is hidden."""
    source = finished.dense_of(_subject(context))
    pictures.check_can_keep(wanted.pack)
    textures = finished.textures_of(source, wanted)
    try:
        pictures.keep([image for image in (textures.colour, textures.normal) if image], wanted.pack)
    except BaseException:
        finished.throw_away(textures)
        raise
    twin = finished.add_twin(source, textures)
    results.select_only(context, twin)
    return Textured(twin, _warnings(textures.used))


def export_result(context: bpy.types.Context, file: Path, overwrite: bool) -> list[Path]:
    """Write the chosen result into a file; gives all files that were written."""
    return export.export(_subject(context), file, overwrite)


def add_turntable(context: bpy.types.Context, wanted: TurntableConfig) -> bpy.types.Scene:
    """The chosen result with a camera that goes around it, in a scene of its own."""
    return turntable.build(_subject(context), wanted)


def render_turntable(context: bpy.types.Context, wanted: TurntableConfig, file: Path, overwrite: bool) -> Flow[Path]:
    """Render the turntable of the chosen result, a picture at a time."""
    thing = _subject(context)
    with STUDIO.occupied("rendering the turntable"):
        had_one = turntable.scene_of(thing) is not None
        scene = turntable.build(thing, wanted).name
        try:
            yield from _rendered(turntable.render(scene, file, overwrite))
        except BaseException:
            if not had_one:
                turntable.remove(scene)
            raise
        return file


def publish(context: bpy.types.Context, wanted: AssetConfig) -> bpy.types.Object:
    """Make an asset of the chosen result."""
    thing = _subject(context)
    asset.publish(thing, wanted)
    return thing


def _subject(context: bpy.types.Context) -> bpy.types.Object:
    thing = finished.subject(context)
    if thing is None:
        raise SceneError("No result of Dreamwright is selected: select the object to finish.")
    return thing


def _rendered(steps) -> Flow[None]:
    for done, count in steps:
        STUDIO.session.post("activity", text=f"Rendering picture {done} of {count}", fraction=done / count)
        yield
        if STUDIO.stop_wanted:
            raise StoppedError("Stopped while the turntable was rendered: nothing was written.")
    STUDIO.session.post("activity", text="", fraction=None)


def _warnings(used: float) -> list[str]:
    if used >= TOO_FEW:
        return []
    return [
        f"Only {used:.1%} of the textures is used, so they are coarse: the mesh is in many pieces. Keep its largest."
    ]
