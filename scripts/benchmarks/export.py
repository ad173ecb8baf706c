#!/usr/bin/env python3
"""Seconds of a grid's export in two ways, in turn in one process: asked at points, and a slab of the lattice at a time.

    .envs/backend/bin/python -m scripts.benchmarks.export                    256^3 cells of a grid of 128^3, one thread
    .envs/backend/bin/python -m scripts.benchmarks.export --threads 2

Time is the processor's, summed over threads; wall time stands beside it. Prints a JSON line a way: `sampled` is density
and color at all cells, `whole` the threshold and the histogram as well.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from typing import Any

import torch

from backend.export.grid import export_grid, sample_field
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import DensityField

from .steps import ball, machine

MEASURED = ("sampled_cpu_s", "sampled_wall_s", "whole_cpu_s", "whole_wall_s")


class Points(torch.nn.Module):
    """A field that does not say that it lies on a lattice."""

    def __init__(self, grid: DenseGrid) -> None:
        super().__init__()
        self.grid, self.bounds = grid, grid.bounds
        self.density_and_color = grid.density_and_color


def main() -> int:
    options = parse()
    torch.set_num_threads(options.threads)
    grid = ball(DenseGrid, options.grid)
    ways: dict[str, Any] = {"points": Points(grid), "slabs": grid}
    found: dict[str, list[tuple[float, ...]]] = {name: [] for name in ways}
    for _ in range(options.rounds):
        for name, field in ways.items():
            found[name].append(timed(field, options.resolution))
    for name, rounds in found.items():
        medians = (round(statistics.median(each), 2) for each in zip(*rounds, strict=True))
        seconds = dict(zip(MEASURED, medians, strict=True))
        print(json.dumps({"row": f"export-{name}", **seconds, **vars(options), "machine": machine()}), flush=True)
    return 0


def timed(field: DensityField, resolution: int) -> tuple[float, ...]:
    seconds: list[float] = []
    for work in (lambda: sample_field(field, (resolution,) * 3), lambda: export_grid(field, resolution)):
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        seconds += [time.process_time() - cpu, time.perf_counter() - wall]
    return tuple(seconds)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resolution", type=int, default=256, help="cells across that are exported")
    parser.add_argument("--grid", type=int, default=128, help="voxels across")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
