"""Regions on the command line: boxes as numbers, or the file of a mesh."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from backend.config import FROZEN, KEEP_IN, KEEP_OUT, BoundsConfig, RegionConfig, cells_text
from backend.errors import ConfigError, DatasetError

OPTIONS = {
    KEEP_OUT: "nothing may grow here",
    KEEP_IN: "something must be here",
    FROZEN: "all stays as the run finds it here",
}
METAVAR = ("X", "Y Z SX SY SZ")
_WANTED = "center and size of a box (6 numbers, in meters), with its rotation 9 (degrees), or one file of a mesh"
_CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])


def add_region_options(parser: argparse.ArgumentParser) -> None:
    """An option for each kind, which may be given several times."""
    for kind, meaning in OPTIONS.items():
        about = f"{meaning}: {_WANTED} (.ply, .obj, .npz); repeat it for several"
        add_region_option(parser, f"--{kind.replace('_', '-')}", kind, about)


def add_region_option(parser: argparse.ArgumentParser, option: str, name: str, about: str, **more: Any) -> None:
    """One of them."""
    parser.add_argument(option, dest=name, nargs="+", action="append", default=[], metavar=METAVAR, help=about, **more)


def given_regions(arguments: argparse.Namespace, bounds: BoundsConfig) -> list[dict[str, Any]]:
    """Returns the regions that were given, as a config holds them; meshes as the cells that they fill of the job's box.

    Raises:
        ConfigError: one is neither a box nor a mesh, or lies outside of the box.
    """
    return [
        region_of(f"--{kind.replace('_', '-')}", kind, values, bounds)
        for kind in OPTIONS
        for values in getattr(arguments, kind, [])
    ]


def region_of(option: str, kind: str, values: Sequence[str], bounds: BoundsConfig) -> dict[str, Any]:
    """Returns one region as a config holds it.

    Raises:
        ConfigError: as `given_regions`.
    """
    if len(values) == 1:
        return asdict(_of_mesh(option, kind, Path(values[0]).expanduser(), bounds))
    numbers = _numbers(values)
    if len(numbers) not in (6, 9):
        raise ConfigError(f"{option} takes {_WANTED}, not {' '.join(values)[:80]!r}: write a prompt before it.")
    turned = {"rotation_degrees": numbers[6:]} if numbers[6:] else {}
    return {"kind": kind, "center": numbers[:3], "size": numbers[3:6], **turned}


def _numbers(values: Sequence[str]) -> list[float]:
    try:
        found = [float(value) for value in values]
    except ValueError:
        return []
    return found if all(map(math.isfinite, found)) else []


def _of_mesh(option: str, kind: str, file: Path, bounds: BoundsConfig) -> RegionConfig:
    from backend.solids.cells import cells_of_mesh
    from backend.solids.files import read_mesh

    try:
        mesh = read_mesh(file)
    except DatasetError as cause:
        sentence = cause.sentence.replace("The mesh to start from", f"The mesh of {option}", 1)
        raise ConfigError(sentence) from cause
    found = cells_of_mesh(mesh.points, mesh.triangles, *_corners(bounds))
    if found is None:
        raise ConfigError(f"The mesh of {option} lies outside of the box: move it into the box, or the box around it.")
    return RegionConfig(kind, found.center, found.size, cells=cells_text(*found.packed))


def _corners(bounds: BoundsConfig) -> tuple[np.ndarray, np.ndarray]:
    """The lowest and the highest corner of the box around a job's box; everywhere where that is still to be found."""
    if bounds.automatic:
        return np.full(3, -np.inf), np.full(3, np.inf)
    matrix = np.array(bounds.to_scene)
    corners = (_CORNERS * bounds.size) @ matrix[:3, :3].T + bounds.center
    return corners.min(axis=0), corners.max(axis=0)
