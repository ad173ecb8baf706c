"""Seconds of what the add-on does by itself, inside Blender: one JSON line on standard output.

python measure.py mesh RESOLUTION        a density and a color grid become a mesh
python measure.py round-trip CACHE       a call goes to the backend and its answer comes back
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from addon.blender import grid_mesh
from addon.core import calls, connection

REPEATS = 3
CALLS = 300


def main() -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    what, argument = sys.argv[1:]
    result = mesh(int(argument)) if what == "mesh" else round_trip(Path(argument))
    print("\n" + json.dumps(result), flush=True)


def mesh(resolution: int) -> dict[str, Any]:
    grid = bumpy_ball(resolution)
    meshes: list[bpy.types.Mesh] = []

    def make() -> None:
        meshes.append(grid_mesh.mesh_from(grid_mesh.surface_of(grid, grid.threshold, smooth=2), "measured"))

    return {"seconds": [seconds_of(make) for _ in range(REPEATS)], "faces": len(meshes[0].polygons)}


def bumpy_ball(resolution: int) -> calls.GridData:
    """A surface as rough as a result has; density rises inward."""
    axis = (np.arange(resolution) + 0.5) / resolution * 2 - 1
    x, y, z = np.meshgrid(axis, axis, axis, indexing="ij")
    bumps = 0.04 * np.sin(14 * x) * np.sin(14 * y) * np.sin(14 * z)
    density = np.clip(60 * (0.75 + bumps - np.sqrt(x * x + y * y + z * z)), 0, 60).astype(np.float16)
    color = np.rint(127 * (np.stack([x, y, z], axis=-1) + 1)).astype(np.uint8)
    ends = (-1.0, -1.0, -1.0), (1.0, 1.0, 1.0)
    return calls.GridData(density, color, *ends, np.eye(4), 5.0, {"edges": [], "counts": []}, 0)


def round_trip(cache: Path) -> dict[str, Any]:
    python = Path(os.environ["DREAMWRIGHT_BACKEND_PYTHON"])
    backend = connection.start_and_connect(python, cache, "cpu", "benchmark", lambda event: None)
    try:
        return {"seconds": [seconds_of(lambda: calls.fetch_status(backend.client)) for _ in range(CALLS)]}
    finally:
        backend.close()


def seconds_of(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
    os._exit(0)  # Blender 4.5 may hang at the interpreter's own end
