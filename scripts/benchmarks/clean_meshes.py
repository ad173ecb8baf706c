"""A hundred prompts at quality instant, meshed as they arrive in the scene, held against independent checkers.

    .envs/backend/bin/python -m scripts.benchmarks.clean_meshes                  a line for each fault, and one of all
    .envs/backend/bin/python -m scripts.benchmarks.clean_meshes --faces quads    the even grid instead
    .envs/backend/bin/python -m scripts.benchmarks.clean_meshes --record docs/results/clean_meshes.jsonl

trimesh says what is open, how faces wind and what is inside out, manifold3d whether it is a manifold body, and
pymeshlab, where it is installed (it is no requirement: 100 MB), which faces cross others; without it that is null.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
import trimesh
from numpy import ndarray

from addon.core.calls import GridData, save_grid
from backend.config import Method, preset, with_changes
from backend.export.grid import export_grid
from backend.fields.build import build_field
from backend.fields.field import Bounds
from backend.scenes.start import start_from_words

from ..lib.environments import ROOT, fitting_blender
from .scoring.prompts import read_prompts

PROMPTS = Path(__file__).parent / "prompts" / "instant_100.txt"
FAULTS = ("open", "non_manifold", "inverted", "crossing")


def main() -> int:
    options = parse()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        grids, meshes = Path(folder, "grids"), Path(folder, "meshes")
        for number, prompt in enumerate(list(read_prompts(options.prompts))[: options.count]):
            save_grid(grid_of(prompt), grids / f"{number:03d} {prompt.replace('/', ' ')}.npz")
        mesh(grids, meshes, options.faces)
        found = [checked(path) for path in sorted(meshes.glob("*.npz"))]
    for each in found:
        if any(each[fault] for fault in FAULTS):
            print(json.dumps(each), flush=True)
    line = summary(found) | {"faces": options.faces}
    print(json.dumps(line), flush=True)
    if options.record:
        with options.record.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
    return 0


def grid_of(prompt: str) -> GridData:
    """What a job of quality instant hands over."""
    config = with_changes(preset("text", "instant"), {"prompt": prompt})
    center, size = np.array(config.bounds.center), np.array(config.bounds.size)
    bounds = Bounds(tuple((center - size / 2).tolist()), tuple((center + size / 2).tolist()))
    field = build_field(config.field, bounds, Method.TEXT)
    start_from_words(field, config)
    grid = export_grid(field, config.export.resolution)
    none = {"edges": [0.0, 1.0], "counts": [0.0]}
    return GridData(
        grid.density, grid.color, grid.bounds_low, grid.bounds_high, np.array(grid.transform), grid.threshold, none, 0
    )  # fmt: skip


def mesh(grids: Path, meshes: Path, faces: str) -> None:
    command = [str(fitting_blender().interpreter), "-m", "scripts.in_blender.mesh_grids", str(grids), str(meshes)]
    subprocess.run([*command, "--faces", faces], cwd=ROOT, check=True)


def checked(path: Path) -> dict[str, Any]:
    kept = np.load(path)
    cut, put = kept["seconds"].tolist()
    return {"prompt": path.stem[4:], **faults(kept["points"], kept["faces"]), "thread_s": cut, "main_s": put}


def faults(points: ndarray, faces: ndarray) -> dict[str, Any]:
    """Counts edges that are open or that more than two faces share, pieces that look inward, and crossing faces."""
    triangles = faces if faces.shape[1] == 3 else np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])
    body = trimesh.Trimesh(points, triangles, process=False)
    _, shared = np.unique(np.sort(body.edges, axis=1), axis=0, return_counts=True)
    pieces = trimesh.graph.connected_components(body.face_adjacency, nodes=np.arange(len(triangles)))
    return {
        "triangles": len(triangles),
        "open": int((shared == 1).sum()),
        "non_manifold": int((shared > 2).sum())
        + int(not body.is_winding_consistent or not is_manifold(points, triangles)),
        "inverted": sum(signed_volume(body.triangles[piece]) < 0 for piece in pieces),
        "crossing": crossing(points, triangles),
        "pieces": len(pieces),
    }


def is_manifold(points: ndarray, triangles: ndarray) -> bool:
    import manifold3d

    body = manifold3d.Mesh(np.asarray(points, np.float32), np.asarray(triangles, np.uint32))
    return bool(manifold3d.Manifold(body).status() == manifold3d.Error.NoError)


def signed_volume(corners: ndarray) -> float:
    a, b, c = np.moveaxis(corners, 1, 0)
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


def crossing(points: ndarray, triangles: ndarray) -> int | None:
    """Counts faces that pass through others; None where pymeshlab is not installed."""
    try:
        import pymeshlab
    except ImportError:
        return None
    meshes = pymeshlab.MeshSet()
    meshes.add_mesh(pymeshlab.Mesh(points.astype(float), triangles))
    meshes.compute_selection_by_self_intersections_per_face()
    return int(meshes.current_mesh().selected_face_number())


def summary(found: list[dict[str, Any]]) -> dict[str, Any]:
    """How many meshes have each fault, and medians."""
    counts = {fault: _count(each[fault] for each in found) for fault in FAULTS}
    medians = {of: statistics.median(each[of] for each in found) for of in ("triangles", "thread_s", "main_s")}
    most = max(each["triangles"] for each in found)
    several = sum(each["pieces"] > 1 for each in found)
    return {"row": "clean-meshes", "meshes": len(found), **counts, "several_pieces": several, "most": most, **medians}


def _count(values: Iterator[int | None]) -> int | None:
    known = list(values)
    return None if None in known else sum(bool(each) for each in known)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=Path, default=PROMPTS)
    parser.add_argument("--count", type=int, default=None, help="of the prompts, the first so many")
    parser.add_argument("--faces", default="adaptive", choices=("adaptive", "quads", "triangles"))
    parser.add_argument("--record", type=Path, help="a file of lines that the figures are added to")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
