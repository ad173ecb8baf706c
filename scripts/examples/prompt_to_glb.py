"""One prompt becomes a .glb.

blender --background --python prompt_to_glb.py -- "a red cube" cube.glb --quality draft
"""

import argparse
import sys

import bpy
from bl_ext.user_default.dreamwright import api

parser = argparse.ArgumentParser(prog="prompt_to_glb.py", description=__doc__)
parser.add_argument("prompt")
parser.add_argument("glb")
parser.add_argument("--quality", default="normal", choices=("draft", "normal", "high"))
parser.add_argument("--steps", type=int, default=0, help="0 takes the quality's own")
parser.add_argument("--resolution", type=int, default=0, help="0 takes the quality's own")
options = parser.parse_args(sys.argv[sys.argv.index("--") + 1 :])

try:
    made = api.generate(
        options.prompt,
        quality=options.quality,
        steps=options.steps,
        resolution=options.resolution,
        on_progress=lambda now: print(f"step {now.step} of {now.steps}", end="\r"),
    )
except api.DreamwrightError as error:
    sys.exit(str(error))

for thing in bpy.context.scene.objects:
    thing.select_set(thing == made)
bpy.ops.export_scene.gltf(filepath=options.glb, export_format="GLB", use_selection=True)
print(f"{options.glb}: {len(made.data.polygons)} faces")
