"""The work is done by a backend that runs already: on the machine with the large card, at the other end of a tunnel.

There, in the folder of the extension or of the source, with the backend's Python:

    python -m backend serve --stay --port 9000 --token-file token

Here:

    ssh -N -L 9000:127.0.0.1:9000 that-machine &
    DREAMWRIGHT_REMOTE_TOKEN=... blender --background --python remote_backend.py -- 127.0.0.1:9000 "a red cube" cube.glb
"""

import argparse
import os
import sys

import bpy
from bl_ext.user_default.dreamwright import api

parser = argparse.ArgumentParser(prog="remote_backend.py", description=__doc__)
parser.add_argument("address", help="host:port; of a tunnel its near end")
parser.add_argument("prompt")
parser.add_argument("glb")
parser.add_argument("--quality", default="normal", choices=("draft", "normal", "high"))
parser.add_argument("--steps", type=int, default=0, help="0 takes the quality's own")
parser.add_argument("--resolution", type=int, default=0, help="0 takes the quality's own")
options = parser.parse_args(sys.argv[sys.argv.index("--") + 1 :])

try:
    device = api.connect(options.address, os.environ.get("DREAMWRIGHT_REMOTE_TOKEN", ""))
    print(f"connected; it computes on {device}")
    made = api.generate(options.prompt, quality=options.quality, steps=options.steps, resolution=options.resolution)
except api.DreamwrightError as error:
    sys.exit(str(error))
finally:
    api.disconnect()  # it goes on, for the next that asks

for thing in bpy.context.scene.objects:
    thing.select_set(thing == made)
bpy.ops.export_scene.gltf(filepath=options.glb, export_format="GLB", use_selection=True)
print(f"{options.glb}: {len(made.data.polygons)} faces")
