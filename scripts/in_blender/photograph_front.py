"""Photographs a thing that the embedded model has a word for: a few views from the front, held-out ones all around.

    python photograph_front.py snowman FOLDER TRAIN HELD_OUT PIXELS

Writes a dataset folder; the box of the thing is a JSON line on standard output.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix

from addon import registration
from addon.blender import bounds, capture
from addon.core import poses
from addon.core.capture_config import CaptureConfig

from .stage import matte_material, sky

LENS, ARC = math.radians(40), math.radians(100)
TRAIN_ELEVATION, HELD_OUT_ELEVATIONS = math.radians(15), (math.radians(10), math.radians(35))
SAMPLES = 32
Place = tuple[float, float]  # azimuth, elevation


def main() -> None:
    thing, folder, train, held_out, pixels = sys.argv[1:]
    bpy.ops.wm.read_factory_settings(use_empty=True)
    registration.register()
    scene = bpy.context.scene
    assert scene is not None  # a factory file has one
    sky(scene, (0.8, 0.8, 0.8))
    SUBJECTS[thing]()
    bpy.context.view_layer.update()
    box = bounds.scene_box(bpy.context)
    places = [*front(int(train)), *around(int(held_out))]
    distance = poses.distance_to_fit(np.asarray(box.size) / 2, LENS)
    cameras = [camera(i, place, box.center, distance) for i, place in enumerate(places)]
    for _ in capture.capture(
        bpy.context, Path(folder), CaptureConfig(image_size=int(pixels), samples=SAMPLES), box, cameras
    ):
        pass
    split(Path(folder), int(train))
    print(
        "\n" + json.dumps({"center": [float(x) for x in box.center], "size": [float(x) for x in box.size]}), flush=True
    )


def front(count: int) -> Iterator[Place]:
    """Evenly within the arc, its middle in front."""
    yield from ((ARC * (i / (count - 1) - 0.5) if count > 1 else 0.0, TRAIN_ELEVATION) for i in range(count))


def around(count: int) -> Iterator[Place]:
    turns = (2 * math.pi * (i + 0.5) / count for i in range(count))
    yield from ((turn, HELD_OUT_ELEVATIONS[i % 2]) for i, turn in enumerate(turns))


def camera(number: int, place: Place, center: np.ndarray, distance: float) -> bpy.types.Object:
    thing = bpy.data.objects.new(f"View {number:03d}", bpy.data.cameras.new(f"View {number:03d}"))
    thing.data.angle = LENS
    thing.matrix_world = Matrix(poses.look_at(poses.orbit_position(*place, distance, center), center).tolist())
    bpy.context.scene.collection.objects.link(thing)
    bpy.context.view_layer.update()
    return thing


def split(folder: Path, train: int) -> None:
    """The first pictures are for training, whatever the capture held out."""
    paths = [folder / f"transforms_{name}.json" for name in ("train", "test")]
    whole = [json.loads(path.read_text()) for path in paths]
    frames = sorted((frame for part in whole for frame in part["frames"]), key=lambda frame: frame["file_path"])
    for path, part, chosen in zip(paths, whole, (frames[:train], frames[train:]), strict=True):
        path.write_text(json.dumps(part | {"frames": chosen}, indent=1))


def snowman() -> None:
    """Three white balls, an orange nose, black eyes and buttons."""
    white, orange, black = (0.85, 0.85, 0.85), (0.9, 0.28, 0.02), (0.01, 0.01, 0.01)
    for radius, height in ((0.40, -0.42), (0.30, 0.12), (0.23, 0.54)):
        ball(radius, (0, 0, height), white)
    upright = (math.pi / 2, 0.0, 0.0)
    bpy.ops.mesh.primitive_cone_add(radius1=0.07, depth=0.28, location=(0.0, -0.33, 0.54), rotation=upright)
    colored(orange)
    for place in ((0.09, -0.19, 0.62), (-0.09, -0.19, 0.62), (0, -0.29, 0.2), (0, -0.29, 0.04)):
        ball(0.05, place, black)


def mushroom() -> None:
    """A red cap on a cream stem."""
    ball(0.66, (0, 0, 0.15), (0.7, 0.02, 0.02))
    bpy.context.object.scale = (1, 1, 0.75)
    bpy.ops.mesh.primitive_cylinder_add(radius=0.25, depth=0.8, location=(0, 0, -0.3), vertices=64)
    colored((0.88, 0.74, 0.46))


def torus() -> None:
    """A blue ring that lies flat."""
    bpy.ops.mesh.primitive_torus_add(major_radius=0.56, minor_radius=0.23, major_segments=64, minor_segments=24)
    bpy.ops.object.shade_smooth()
    colored((0.02, 0.05, 0.6))


def ball(radius: float, place: tuple[float, float, float], color: tuple[float, float, float]) -> None:
    bpy.ops.mesh.primitive_uv_sphere_add(radius=radius, location=place, segments=48, ring_count=24)
    bpy.ops.object.shade_smooth()
    colored(color)


def colored(color: tuple[float, float, float]) -> None:
    thing = bpy.context.object
    thing.data.materials.append(matte_material(thing.name, color))


SUBJECTS = {"snowman": snowman, "mushroom": mushroom, "torus": torus}

if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # Blender 4.5 may hang at the interpreter's own end
