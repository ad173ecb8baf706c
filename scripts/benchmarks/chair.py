"""The chair of NeRF-synthetic at 200 px after so many seconds of one core: PSNR over white, as the papers have it.

    .envs/backend/bin/python -m scripts.benchmarks.chair ../shared/data/chair-200     # 10 and 60 s: 3 minutes
    .envs/backend/bin/python -m scripts.benchmarks.chair SCENE --at 10 60 300 --ways harmonics --views 50

Any scene in NeRF-synthetic's layout will do. Time is the processor's, of the steps alone. The ways take turns, seed by
seed, and the schedule of each ends at the last of the times. Prints a JSON line a row, medians with the spread.

same        colors that are the same from all sides, total variation, every voxel in every step
harmonics   colors that change with the side (degree 1), and Adam for what was touched
degree-2    the same with harmonics of degree 2
fine        the same as harmonics with 192 cells a side
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import torch

from backend.config import JobConfig, merged, preset, with_changes
from backend.data.pictures import PosedPictures
from backend.evaluate import held_out
from backend.jobs.photographs import prepare_photographs
from backend.optimize.trainer import Trainer

from .steps import machine

TURNING: dict[str, Any] = {
    "field": {"view_dependent_color": True},
    "optimize": {"masked_adam": True},
    "regularizer": {"total_variation_density": {"weight": 0.0}, "total_variation_color": {"weight": 0.0}},
    "render": {"occupancy_resolution": 64, "occupancy_warmup": 50},
}
FINE = {"render": {"samples_per_ray": 192, "occupancy_resolution": 96}, "field": {"resolution": 192}}
WAYS: dict[str, dict[str, Any]] = {
    "same": {"render": TURNING["render"]},
    "harmonics": TURNING,
    "degree-2": merged(TURNING, {"field": {"harmonics_degree": 2}}),
    "fine": merged(TURNING, FINE),
}
STEPS_A_SECOND = {"same": 17, "harmonics": 15, "degree-2": 11, "fine": 9}
"""About as many, for a schedule that goes by steps."""


def main() -> int:
    options = parse(sys.argv[1:])
    torch.set_num_threads(1)
    found: dict[str, list[list[float]]] = {way: [] for way in options.ways}
    for seed in range(options.seeds):
        for way in options.ways:
            found[way].append(curve(way, seed, options))
            print(f"{way} seed {seed}: {found[way][-1]}", file=sys.stderr, flush=True)
    for way, curves in found.items():
        print(json.dumps(row(way, curves, options)), flush=True)
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scene", type=Path, help="folder with transforms_train.json and transforms_test.json")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=["same", "harmonics"])
    parser.add_argument("--at", nargs="+", type=float, default=[10.0, 60.0], help="seconds after which it is measured")
    parser.add_argument("--views", type=int, default=10, help="held-out pictures, evenly among all (10)")
    parser.add_argument("--pictures", type=int, default=0, help="how many are learned from; 0 means all")
    parser.add_argument("--seeds", type=int, default=1)
    return parser.parse_args(arguments)


def curve(way: str, seed: int, options: argparse.Namespace) -> list[float]:
    """PSNR (dB) at each of the times."""
    config = prepared(way, seed, options)
    Trainer.build(config).step()  # what is compiled once is not counted
    job, spent, found = Trainer.build(config), 0.0, []
    pictures = job.dataset.held_out if job.dataset else None
    assert pictures is not None
    pictures = some(pictures, options.views)
    for until in options.at:
        while spent < until and not job.ended:
            began = time.process_time()
            job.step()
            spent += time.process_time() - began
        found.append(round(held_out.compare(job.renderer, pictures, job.device)["psnr_srgb"], 2))
    return found


def prepared(way: str, seed: int, options: argparse.Namespace) -> JobConfig:
    common = {
        "dataset": str(options.scene.resolve()), "device": "cpu", "seed": seed,
        "optimize": {"steps": round(STEPS_A_SECOND[way] * max(options.at))},
        "photometric": {"pictures": options.pictures}, "render": {"samples_per_ray": 128},
    }  # fmt: skip
    config = with_changes(with_changes(preset("reconstruct", "normal"), common), WAYS[way])
    return prepare_photographs(config, options.scene, lambda line: None, lambda: None)[0]


def some(pictures: PosedPictures, count: int) -> PosedPictures:
    return pictures.subset(list(range(0, len(pictures), max(1, len(pictures) // count))))


def row(way: str, curves: list[list[float]], options: argparse.Namespace) -> dict[str, Any]:
    columns = dict(zip(options.at, zip(*curves, strict=True), strict=True))
    medians = {f"{at:g}": statistics.median(values) for at, values in columns.items()}
    spread = {f"{at:g}": [min(values), max(values)] for at, values in columns.items()}
    facts = {name: getattr(options, name) for name in ("views", "pictures", "seeds")}
    return {"row": f"chair-{way}", "psnr_db_at_s": medians, "lowest_highest": spread, **facts, "machine": machine()}


if __name__ == "__main__":
    sys.exit(main())
