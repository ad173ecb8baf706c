"""The takes of a .blend get another resolution or threshold, out of the grids that were kept; no backend is needed.

blender --background takes.blend --python remesh_takes.py -- coarse.blend --resolution 48
"""

import argparse
import sys

import bpy
from bl_ext.user_default.dreamwright import api

parser = argparse.ArgumentParser(prog="remesh_takes.py", description=__doc__)
parser.add_argument("blend", help="where the changed file is saved")
parser.add_argument("--threshold", type=float, default=0.0, help="0 takes the one found for each")
parser.add_argument("--resolution", type=int, default=0, help="0 takes each one's own")
options = parser.parse_args(sys.argv[sys.argv.index("--") + 1 :])

takes = api.takes()
if not takes:
    sys.exit("There is no take in this file: open one in which Dreamwright made something.")
for take in takes:
    before = len(take.object.data.polygons)
    try:
        made = api.remesh(take, threshold=options.threshold, resolution=options.resolution)
    except api.DreamwrightError as error:
        sys.exit(f"{take.name}: {error}")
    print(f"{take.name}: {before} faces, now {len(made.data.polygons)}")
bpy.ops.wm.save_as_mainfile(filepath=options.blend, copy=True)
