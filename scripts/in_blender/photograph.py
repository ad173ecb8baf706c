"""Photographs the sample scene from all around, as a dataset folder; its box is a JSON line on standard output.

    python photograph.py FOLDER VIEWS PIXELS SAMPLES HOLD_OUT_EVERY [SUBJECT...]

SUBJECT: the beginnings of the names of the objects that are shown, as Torus; all where none is named.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import bpy

from addon.blender import bounds, capture
from addon.core.capture_config import CaptureConfig

from . import sample_scene


def main() -> None:
    folder, views, pixels, samples, hold_out_every, *subjects = sys.argv[1:]
    bpy.ops.wm.read_factory_settings(use_empty=True)
    for thing in sample_scene.build():
        thing.hide_render = bool(subjects) and not thing.name.startswith(tuple(subjects))
    bpy.context.view_layer.update()
    box = bounds.scene_box(bpy.context)
    settings = CaptureConfig(int(views), int(pixels), int(samples), int(hold_out_every))
    for _ in capture.capture(bpy.context, Path(folder), settings, box):
        pass
    corners = {"center": [float(x) for x in box.center], "size": [float(x) for x in box.size]}
    print("\n" + json.dumps(corners), flush=True)


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # Blender 4.5 may hang at the interpreter's own end
