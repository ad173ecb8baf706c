"""White things in real light: how bright each pixel of a view is, by Cycles, with soft shadows and light thrown back.

    python light_views.py FOLDER

For every FOLDER/<name>.npz (triangles, origins, axes, field_of_view, towards, resolution) writes FOLDER/<name>.npy:
brightness (views, rows, columns), 1 where white is lit in full. Run by
scripts/training/raycasting/cycles_views.py in an environment that has the bpy module.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix, Vector

SAMPLES = 24
SKY, SUN = 0.5, 0.5
"""Of white: in the open without the sun, and what the sun adds to a face turned to it."""
SUN_SIZE = 0.35  # radians: shadows of these small pictures are soft
ALBEDO = 0.9


def main(folder: Path) -> None:
    for given in sorted(folder.glob("*.npz")):
        with np.load(given) as request:
            brightness = rendered(dict(request), folder / "view.exr")
        partial = given.with_suffix(".partial.npy")
        np.save(partial, brightness)
        partial.rename(given.with_suffix(".npy"))
        print(given.stem, flush=True)


def rendered(request: dict[str, Any], picture: Path) -> np.ndarray:
    scene = build_scene(
        request["triangles"], request["towards"], int(request["resolution"]), float(request["field_of_view"])
    )
    return np.stack(
        [render_view(scene, *camera, picture) for camera in zip(request["origins"], request["axes"], strict=True)]
    )


def build_scene(triangles: np.ndarray, towards: np.ndarray, resolution: int, field_of_view: float) -> bpy.types.Scene:
    """A new scene: one white mesh, a sun, an even sky."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    mesh = bpy.data.meshes.new("thing")
    mesh.from_pydata(triangles.reshape(-1, 3).tolist(), [], np.arange(len(triangles) * 3).reshape(-1, 3).tolist())
    mesh.materials.append(white())
    scene.collection.objects.link(bpy.data.objects.new("thing", mesh))
    sun = bpy.data.lights.new("sun", "SUN")
    sun.energy, sun.angle = np.pi * SUN / ALBEDO, SUN_SIZE
    lamp = bpy.data.objects.new("sun", sun)
    lamp.rotation_euler = Vector(towards.tolist()).to_track_quat("Z", "Y").to_euler()
    scene.collection.objects.link(lamp)
    camera = bpy.data.cameras.new("camera")
    camera.angle = field_of_view
    scene.camera = bpy.data.objects.new("camera", camera)
    scene.collection.objects.link(scene.camera)
    configure_render(scene, resolution)
    return scene


def white() -> bpy.types.Material:
    material = bpy.data.materials.new("white")
    material.use_nodes = True
    nodes = material.node_tree.nodes
    nodes.clear()
    diffuse, out = nodes.new("ShaderNodeBsdfDiffuse"), nodes.new("ShaderNodeOutputMaterial")
    diffuse.inputs["Color"].default_value = (ALBEDO, ALBEDO, ALBEDO, 1)
    material.node_tree.links.new(diffuse.outputs[0], out.inputs[0])
    return material


def configure_render(scene: bpy.types.Scene, resolution: int) -> None:
    world = bpy.data.worlds.new("sky")
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs["Color"].default_value = (SKY / ALBEDO,) * 3 + (1,)
    scene.world = world
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.max_bounces, scene.cycles.use_denoising = SAMPLES, 3, False
    scene.render.film_transparent, scene.render.use_persistent_data = True, True
    scene.render.threads_mode, scene.render.threads = "FIXED", 1
    scene.render.resolution_x = scene.render.resolution_y = resolution
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = "OPEN_EXR"
    scene.render.image_settings.color_mode, scene.render.image_settings.color_depth = "RGBA", "32"
    scene.view_settings.view_transform = "Raw"


def render_view(scene: bpy.types.Scene, origin: np.ndarray, axes: np.ndarray, picture: Path) -> np.ndarray:
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = axes.T, origin
    scene.camera.matrix_world = Matrix(pose.tolist())
    scene.render.filepath = str(picture)
    bpy.ops.render.render(write_still=True)
    image = bpy.data.images.load(str(picture))
    pixels = np.empty((image.size[1], image.size[0], 4), np.float32)
    image.pixels.foreach_get(pixels.ravel())
    bpy.data.images.remove(image)
    upright = pixels[::-1]
    return upright[..., :3].mean(-1) / np.maximum(upright[..., 3], 1e-3)


if __name__ == "__main__":
    main(Path(sys.argv[-1]))
