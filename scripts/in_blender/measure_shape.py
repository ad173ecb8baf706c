"""Milliseconds of each slider of Shape It, inside Blender: one JSON line on standard output.

    python measure_shape.py RESOLUTION [GRID.npz] [--table]

`cut` is what a thread does, `put` what the main thread does when the mesh comes in, `whole` both, `processor` how much
of it was work and not waiting, and `stall` the longest that the main thread waited for Python meanwhile. Medians, with
the lowest and the highest.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import threading
import time
from pathlib import Path
from typing import Any

import bpy

from addon.blender import grid_mesh, remeshing, results
from addon.core import calls
from addon.core.remesh_config import RemeshConfig

from .measure import bumpy_ball

REPEATS = 7
TICK_SECONDS = 0.001
MOVES: dict[str, dict[str, Any]] = {
    "threshold": {},
    "resolution-up": {"resolution": 1.5},
    "resolution-down": {"resolution": 0.75},
    "smooth-20": {"smooth": 20},
    "all-pieces": {"islands": "all", "fill_holes": False},
    "thicken-1": {"thicken": 1},
    "thicken-2": {"thicken": 2},
    "budget-quads": {"faces": "quads", "max_faces": 5000},
    "triangles": {"faces": "triangles"},
    "budget-triangles": {"faces": "triangles", "max_faces": 5000},
    "quads": {"faces": "quads"},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("resolution", type=int)
    parser.add_argument("grid", nargs="?", type=Path)
    parser.add_argument("--table", action="store_true")
    wanted = parser.parse_args()
    bpy.ops.wm.read_factory_settings(use_empty=True)
    grid = calls.load_grid(wanted.grid) if wanted.grid else bumpy_ball(wanted.resolution)
    result = _result(grid)
    rows = {name: _measured(result, grid, _config(change, grid)) for name, change in MOVES.items()}
    if wanted.table:
        _print_table(rows)
    print("\n" + json.dumps(rows))
    sys.stdout.flush()


def _config(change: dict[str, Any], grid: calls.GridData) -> RemeshConfig:
    if "resolution" in change:
        change = {"resolution": round(change["resolution"] * max(grid.density.shape))}
    return RemeshConfig(**change)


def _result(grid: calls.GridData) -> bpy.types.Object:
    mesh = grid_mesh.mesh_from(grid_mesh.surface_of(grid, grid.threshold), "measured")
    origin = results.Provenance("measured", 0, "measured", grid.threshold, 0, "[]", "", False, (0.0, 0.0, 0.0))
    return results.add_result(bpy.data.scenes[0], mesh, origin, "measured")


def _measured(result: bpy.types.Object, grid: calls.GridData, wanted: RemeshConfig) -> dict[str, Any]:
    runs = [_move(result, grid, wanted) for _ in range(REPEATS)]
    spread = {name: [1000 * run[name] for run in runs] for name in runs[0]}
    statistic = (statistics.median, min, max)
    figures: dict[str, Any] = {name: [round(f(each), 1) for f in statistic] for name, each in spread.items()}
    return figures | {"faces": len(result.data.polygons)}


def _move(result: bpy.types.Object, grid: calls.GridData, wanted: RemeshConfig) -> dict[str, float]:
    """One move of a slider, as flows.live_shape makes it."""
    done: list[grid_mesh.Surface] = []
    began, processor = time.perf_counter(), time.process_time()
    thread = threading.Thread(target=lambda: done.append(remeshing.extract_surface(grid, wanted)))
    thread.start()
    stall = _record_run(thread)
    cut = time.perf_counter() - began
    began, (surface,) = time.perf_counter(), done
    results.replace_mesh(result, grid_mesh.mesh_from(remeshing.finished(surface, wanted), result.name))
    put = time.perf_counter() - began
    processor = time.process_time() - processor
    return {"cut": cut, "put": put, "whole": cut + put, "processor": processor, "stall": stall}


def _record_run(thread: threading.Thread) -> float:
    """The longest time between two turns of the main thread, which wants one every millisecond."""
    longest, last = 0.0, time.perf_counter()
    while thread.is_alive():
        time.sleep(TICK_SECONDS)
        now = time.perf_counter()
        longest, last = max(longest, now - last - TICK_SECONDS), now
    return longest


def _print_table(rows: dict[str, dict[str, Any]]) -> None:
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    system, cores = f"{platform.system()} {platform.machine()}", os.cpu_count()
    print(f"{system}, {cores} cores, {load}, Blender {bpy.app.version_string}")
    print(f"milliseconds: median (lowest to highest) of {REPEATS}")
    for name, row in rows.items():
        figures = [f"{key} {row[key][0]:.0f} ({row[key][1]:.0f} to {row[key][2]:.0f})" for key in row if key != "faces"]
        print(f"{name:18}{row['faces']:>7} faces  " + ", ".join(figures))


if __name__ == "__main__":
    main()
    os._exit(0)  # Blender 4.5 may hang at the interpreter's own end
