"""How good a scene is after so many seconds: held-out PSNR against time, in several ways, medians over seeds.

    .envs/backend/bin/python -m scripts.benchmarks.reconstruction                         100 px, 30 views, one thread
    .envs/backend/bin/python -m scripts.benchmarks.reconstruction --device cuda --pixels 800 --views 100 --at 5 20 60

On a processor time is the processor's, summed over threads, so that other programs do not count; on a card it is the
clock's, with the card waited for. Looking at the held-out views is not counted, nor is what is compiled once a machine.
The ways take turns, seed by seed. Every fifth view is held out. Prints a JSON line a row, and draws a plot.

fused          a dense grid of 128 cells a side through the compiled loops, growing from 32 (on a card: as plain)
plain          the same through torch's tensors
hash           a hash grid (Instant-NGP) through torch's tensors
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from backend.config import preset, with_changes
from backend.fields.dense_grid import DenseGrid
from backend.optimize.trainer import Trainer

from ..lib.environments import ROOT
from .compare_fields import SIZES
from .photographed_scene import CaptureSpec, photograph_scene
from .steps import machine

HOLD_OUT_EVERY = 5
STEPS_IN_15_S = {"cpu": {"fused": 350, "plain": 130, "hash": 200}, "cuda": {"fused": 2500, "plain": 2500, "hash": 1500}}
"""About as many, for schedules that go by steps: when the grid grows, when empty space is known."""
WAYS: dict[str, dict[str, Any]] = {
    "fused": {"optimize": {"masked_adam": True}},
    "plain": {},
    "hash": {
        "field": {"kind": "hash_grid", **SIZES["hash_grid"]},
        "photometric": {"rays_per_step": 1024},
        "render": {"occupancy_warmup": 40, "samples_per_ray": 48},
    },
}


class Plain(DenseGrid):
    """A dense grid that the fused way does not take for one."""


def main() -> int:
    options = parse()
    torch.set_num_threads(options.threads)
    name = f"scene-{options.views}-{options.pixels}"
    shoot = CaptureSpec(views=options.views, pixels=options.pixels, hold_out_every=HOLD_OUT_EVERY)
    dataset, box = photograph_scene(options.out / name, shoot)
    found: dict[str, list[list[float]]] = {way: [] for way in options.ways}
    for seed in range(options.seeds):
        for way in options.ways:
            found[way].append(curve(start_job(way, seed, dataset, box, options), options))
            print(f"{way} seed {seed}: {found[way][-1]}", file=sys.stderr, flush=True)
    rows = [row(way, curves, options) for way, curves in found.items()]
    for each in rows:
        print(json.dumps(each), flush=True)
    draw_plot(rows, options.out / f"{name}.png")
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--at", nargs="+", type=float, default=[5.0, 10.0, 15.0], help="seconds at which it is judged")
    parser.add_argument("--pixels", type=int, default=100)
    parser.add_argument("--views", type=int, default=30)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "benchmark-reconstruction")
    return parser.parse_args()


def start_job(way: str, seed: int, dataset: Path, box: dict[str, Any], options: argparse.Namespace) -> Trainer:
    """A job after one step, and that step undone: whatever happens once has happened."""
    horizon = round(STEPS_IN_15_S[options.device][way] * max(options.at) / 15)
    common = {
        "dataset": str(dataset), "bounds": box, "seed": seed, "device": options.device,
        "field": {"resolution": 128, "start_resolution": 32, "upsample_at": [0.15, 0.4]},
        "render": {"samples_per_ray": 64, "occupancy_resolution": 48, "occupancy_warmup": round(horizon * 0.15)},
        "optimize": {"steps": horizon, "learning_rate_end": 1.0},
        "photometric": {"rays_per_step": 4096},
    }  # fmt: skip

    def built() -> Trainer:
        return Trainer.build(with_changes(with_changes(preset("reconstruct", "normal"), common), WAYS[way]))

    built().step()
    job = built()
    if way == "plain":
        job.field.__class__ = Plain
    return job


def curve(job: Trainer, options: argparse.Namespace) -> list[float]:
    """Held-out PSNR (dB) at each of the times."""
    clock, spent, found = clock_of(options.device), 0.0, []
    rates = [group["full_rate"] for group in job.optimizer.param_groups]
    for until in options.at:
        while spent < until:
            for group, rate in zip(job.optimizer.param_groups, rates, strict=True):
                group["full_rate"] = rate * 0.1 ** (spent / max(options.at))
            began = clock()
            job.step()
            spent += clock() - began
        found.append(round(job.evaluate()["psnr"], 2))
    print(f"{job.step_index} steps", file=sys.stderr)
    return found


def clock_of(device: str) -> Callable[[], float]:
    if device == "cpu":
        return time.process_time

    def waited() -> float:
        torch.cuda.synchronize()
        return time.perf_counter()

    return waited


def row(way: str, curves: list[list[float]], options: argparse.Namespace) -> dict[str, Any]:
    columns = list(zip(*curves, strict=True))
    medians = {f"{at:g}": statistics.median(values) for at, values in zip(options.at, columns, strict=True)}
    spread = {f"{at:g}": [min(values), max(values)] for at, values in zip(options.at, columns, strict=True)}
    facts = {name: getattr(options, name) for name in ("device", "threads", "pixels", "views", "seeds")}
    return {"row": f"reconstruction-{way}", "psnr_db_at_s": medians, "lowest_highest": spread, **facts,
            "machine": machine()}  # fmt: skip


def draw_plot(rows: list[dict[str, Any]], path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.2), layout="constrained")
    axes = figure.subplots()
    for each in rows:
        seconds = [float(at) for at in each["psnr_db_at_s"]]
        low, high = zip(*each["lowest_highest"].values(), strict=True)
        axes.plot(seconds, each["psnr_db_at_s"].values(), marker="o", label=each["row"].removeprefix("reconstruction-"))
        axes.fill_between(seconds, low, high, alpha=0.2)
    axes.set(xlabel="seconds", ylabel="held-out PSNR, dB")
    axes.legend()
    figure.savefig(path)


if __name__ == "__main__":
    sys.exit(main())
