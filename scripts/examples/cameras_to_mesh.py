"""The scene of a .blend, seen from its own cameras, becomes one mesh.

blender --background statue.blend --python cameras_to_mesh.py -- statue.glb --quality draft
"""

import argparse
import sys

import bpy
from bl_ext.user_default.dreamwright import api

parser = argparse.ArgumentParser(prog="cameras_to_mesh.py", description=__doc__)
parser.add_argument("glb")
parser.add_argument("--quality", default="normal", choices=("draft", "normal", "high"))
parser.add_argument("--size", type=int, default=256, help="pixels of each picture, as wide as high")
parser.add_argument("--samples", type=int, default=32, help="Cycles samples of each picture")
parser.add_argument("--steps", type=int, default=0, help="0 takes the quality's own")
parser.add_argument("--resolution", type=int, default=0, help="0 takes the quality's own")
options = parser.parse_args(sys.argv[sys.argv.index("--") + 1 :])

try:
    made = api.reconstruct(
        [thing for thing in bpy.context.scene.objects if thing.type == "CAMERA"],
        quality=options.quality,
        image_size=options.size,
        samples=options.samples,
        steps=options.steps,
        resolution=options.resolution,
        on_progress=lambda now: print(now.activity or f"step {now.step} of {now.steps}", end="\r"),
    )
except api.DreamwrightError as error:
    sys.exit(str(error))

for thing in bpy.context.scene.objects:
    thing.select_set(thing == made)
bpy.ops.export_scene.gltf(filepath=options.glb, export_format="GLB", use_selection=True)
print(f"{options.glb}: {len(made.data.polygons)} faces")
