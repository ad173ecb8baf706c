"""Grids meshed as they arrive in the scene, inside Blender: points, faces and seconds of each as an .npz file.

python -m scripts.in_blender.mesh_grids FOLDER_OF_GRIDS FOLDER_OF_MESHES [--faces quads]
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import bpy
import numpy as np

from addon.blender import remeshing
from addon.core import calls
from addon.core.remesh_config import RemeshConfig


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("grids", type=Path)
    parser.add_argument("meshes", type=Path)
    parser.add_argument("--faces", default=RemeshConfig().faces)
    wanted = parser.parse_args()
    bpy.ops.wm.read_factory_settings(use_empty=True)
    wanted.meshes.mkdir(parents=True, exist_ok=True)
    for path in sorted(wanted.grids.glob("*.npz")):
        grid, config = calls.load_grid(path), RemeshConfig(faces=wanted.faces)
        began = time.process_time()
        dense = remeshing.extract_surface(grid, config)
        cut = time.process_time()
        surface = remeshing.finished(dense, config)
        seconds = (cut - began, time.process_time() - cut)
        np.savez(wanted.meshes / path.name, points=surface.points, faces=surface.faces, seconds=seconds)


if __name__ == "__main__":
    main()
    os._exit(0)  # Blender 4.5 may hang at the interpreter's own end
