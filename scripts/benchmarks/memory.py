#!/usr/bin/env python3
"""The estimate of a job's memory beside what it takes: the peak of a child process, above what it has at its beginning.

    .envs/backend/bin/python -m scripts.benchmarks.memory                       every kind of field, a few sizes
    .envs/backend/bin/python -m scripts.benchmarks.memory dense_grid:256 nerf:1024

A case is KIND:SIZE, where SIZE is the cells a side of a dense grid and the rays of a step of a network. Each child
takes a few steps over drawn pictures, grows, saves, makes a picture and exports. Prints a JSON line a case; `ratio` is
the estimate over what was measured, and should lie between 0.8 and 1.5.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from backend.config import JobConfig, preset, with_changes
from backend.export.grid import export_grid
from backend.jobs.png import write_png
from backend.optimize.memory_estimate import PICTURE_SIZE, estimate_memory
from backend.optimize.trainer import Trainer
from backend.render.fused.warmup import run_all_kernels

CASES = (
    "dense_grid:64", "dense_grid:128", "dense_grid:256", "hash_grid:512", "hash_grid:2048", "nerf:256", "nerf:1024",
    "mip_nerf:256", "siren:512", "tri_plane:2048", "sdf:512",
)  # fmt: skip
PICTURES, SIDE = 8, 64


def main() -> int:
    options = parse()
    if options.child:
        print(json.dumps(measured(options.cases[0])), flush=True)
        return 0
    for case in options.cases or CASES:
        command = [sys.executable, "-m", "scripts.benchmarks.memory", "--child", case]
        print(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1], flush=True)
    return 0


def measured(case: str) -> dict[str, Any]:
    """Of this process: nothing may have been done in it before."""
    with tempfile.TemporaryDirectory() as folder:
        config = config_of(case, draw_pictures(Path(folder)))
        estimate = estimate_memory(config, torch.device("cpu"))
        run_all_kernels()
        base = resident("VmRSS:")
        peaks = {name: peak - base for name, peak in phases(config, Path(folder) / "job").items()}
    peak = max(peaks.values())
    megabytes = {name: round(count / 1e6, 1) for name, count in peaks.items()}
    told = {name: round(count / 1e6, 1) for name, count in estimate.by_name().items()}
    return {"case": case, "ratio": round(estimate.total / peak, 2), "measured": megabytes, "estimate": told}


def phases(config: JobConfig, folder: Path) -> dict[str, int]:
    """The peak of each part of a job."""
    found = {}
    trainer: Trainer | None = None

    def step() -> None:
        nonlocal trainer
        trainer = trainer or Trainer.build(config, folder)
        trainer.step()

    def steps() -> None:
        for _ in range(config.optimize.steps):
            step()

    def made() -> Trainer:
        assert trainer is not None
        return trainer

    work: dict[str, Callable[[], object]] = {
        "step": steps,
        "save": lambda: made().save(folder),
        "look": lambda: made().preview(PICTURE_SIZE),
        "export": lambda: export_grid(made().field, config.export.resolution),
    }
    for name, do in work.items():
        Path("/proc/self/clear_refs").write_text("5")  # the peak is what it is now
        do()
        found[name] = resident("VmHWM:")
    return found


def config_of(case: str, dataset: Path) -> JobConfig:
    kind, _, size = case.partition(":")
    grid = kind == "dense_grid"
    cells = int(size) if grid else 48
    return with_changes(
        preset("reconstruct", "normal"),
        {
            "dataset": str(dataset),
            "field": {
                "kind": kind, "resolution": cells, "start_resolution": cells // 2, "upsample_at": (0.5,),
                "density_init": "fog",
            },
            "photometric": {"rays_per_step": 4096 if grid else int(size)},
            "render": {"samples_per_ray": 64 if grid else 16, "occupancy_resolution": 48 if grid else 24},
            "export": {"resolution": cells},
            "optimize": {"steps": 4},
        },
    )  # fmt: skip


def draw_pictures(folder: Path) -> Path:
    """Noise, from a few sides."""
    random, frames = np.random.default_rng(0), []
    for number in range(PICTURES):
        write_png(folder / f"{number}.png", random.integers(0, 256, (SIDE, SIDE, 4), np.uint8))
        angle = 2 * np.pi * number / PICTURES
        turn = np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])
        pose = np.eye(4)
        pose[:3, :3], pose[:3, 3] = turn, turn @ [0, 0, 4]
        frames.append({"file_path": f"{number}.png", "transform_matrix": pose.tolist()})
    (folder / "transforms.json").write_text(json.dumps({"camera_angle_x": 0.8, "frames": frames}))
    return folder


def resident(name: str) -> int:
    """VmRSS: what this process holds now; VmHWM: the most since the peak was reset."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="KIND:SIZE")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
