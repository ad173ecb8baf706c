"""Rendered pictures become a film: Blender's own sequencer and encoder, on a bench."""

from __future__ import annotations

from pathlib import Path

import bpy

from ..core.errors import SceneError
from .scratch_scene import scratch_scene
from .still_image import plain_name


def encode_video(pictures: list[Path], like: bpy.types.Scene, file: Path) -> Path:
    """Write an H.264 film of the pictures, with the size and the rate of the scene that they are of.

    Raises:
        SceneError: this Blender has no encoder, or encoding failed.
    """
    if not bpy.app.build_options.codec_ffmpeg:
        raise SceneError("This Blender was built without video codecs: choose Images (.png).")
    with scratch_scene() as scratch:
        _add_strips(scratch.scene, pictures)
        _set_up(scratch.scene, like)
        try:
            with plain_name(scratch.scene, file):
                bpy.ops.render.render(animation=True, scene=scratch.scene.name)
        except (RuntimeError, OSError) as cause:
            raise SceneError(f"The video could not be encoded: {str(cause).strip()}") from cause
    if not file.stat().st_size:
        raise SceneError("The video could not be encoded: choose Images (.png).")
    return file


def _add_strips(scene: bpy.types.Scene, pictures: list[Path]) -> None:
    strips = scene.sequence_editor_create().strips
    strip = strips.new_image("pictures", str(pictures[0]), 1, 1)
    for picture in pictures[1:]:
        strip.elements.append(picture.name)


def _set_up(scene: bpy.types.Scene, like: bpy.types.Scene) -> None:
    render, ffmpeg = scene.render, scene.render.ffmpeg
    scene.frame_start, scene.frame_end = 1, like.frame_end
    render.fps, render.fps_base, render.resolution_percentage = like.render.fps, like.render.fps_base, 100
    render.resolution_x = like.render.resolution_x // 2 * 2  # H.264 takes even sizes only
    render.resolution_y = like.render.resolution_y // 2 * 2
    scene.view_settings.view_transform, scene.view_settings.look = "Standard", "None"
    if hasattr(render.image_settings, "media_type"):  # from Blender 5.0 on
        render.image_settings.media_type = "VIDEO"
    render.image_settings.file_format, render.image_settings.color_mode = "FFMPEG", "RGB"
    ffmpeg.format, ffmpeg.codec, ffmpeg.constant_rate_factor = "MPEG4", "H264", "HIGH"
    ffmpeg.audio_codec = "NONE"
    render.use_file_extension, render.use_sequencer = False, True
