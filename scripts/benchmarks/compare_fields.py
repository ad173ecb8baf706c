"""One scene from photographs by every kind of field, each for the same time of one core: held-out PSNR and SSIM.

    .envs/backend/bin/python -m scripts.benchmarks.compare_fields                    60 s a field: 8 minutes of one core
    .envs/backend/bin/python -m scripts.benchmarks.compare_fields --kinds hash_grid dense_grid --seconds 300

Networks are taken at a size that a processor can learn with (SIZES); the numbers of the papers are the settings' own
defaults. The learning rate falls with the time that has passed, so that each run ends where it should. The scene is
that of compare_reconstruction.py: 48 views around it, every third one held out. Writes figures.json and sheet.png.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import torch

from backend.config import preset, with_changes
from backend.config.fields import FIELD_KINDS
from backend.optimize.trainer import Trainer

from ..lib.environments import ROOT
from .contact_sheet import Row, contact_sheet
from .photographed_scene import CaptureSpec, held_out_photographs, photograph_scene, render_held_out

SHOWN = (1, 6, 11)
STEPS = 1_000_000
"""More than any run gets to: time ends it."""
SIZES: dict[str, dict[str, Any]] = {
    "dense_grid": {"resolution": 64, "start_resolution": 64, "upsample_at": []},
    "hash_grid": {"hash_grid": {"levels": 8, "log2_table": 14, "coarsest": 8, "finest": 128, "width": 32}},
    "nerf": {"nerf": {"layers": 4, "width": 64, "skip": 2, "frequencies": 6, "learning_rate": 3e-3}},
    "mip_nerf": {"mip_nerf": {
        "degree": 6, "features": 48, "blocks": 2, "width": 48, "inner_width": 64, "learning_rate": 3e-3,
    }},
    "siren": {"siren": {"layers": 3, "width": 64, "frequency": 12.0, "learning_rate": 1e-3}},
    "tri_plane": {"tri_plane": {"plane_resolution": 64, "plane_features": 8, "width": 32, "learning_rate": 0.02}},
    "sdf": {"sdf": {"encoding": "tri_plane", "layers": 1, "width": 32, "learning_rate": 3e-3, "eikonal_weight": 0.01},
            "tri_plane": {"plane_resolution": 64, "plane_features": 8}},
}  # fmt: skip


def main() -> int:
    options = parse(sys.argv[1:])
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    dataset, box = photograph_scene(options.out / f"scene-{options.subject or 'all'}", CaptureSpec(options.subject))
    figures: list[Any] = []
    rows: list[Any] = []
    for kind in options.kinds:
        figure, job = reconstruct(kind, dataset, box, options)
        figures.append(figure)
        print(json.dumps(figure), flush=True)
        rows = rows or [Row("photograph", held_out_photographs(job, SHOWN))]
        rows.append(Row(f"{kind}\n{figure['psnr_db']:.2f} dB", render_held_out(job, SHOWN)))
        contact_sheet(rows, [f"held-out view {i}" for i in SHOWN]).save(options.out / "sheet.png")
        (options.out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    print(table(figures))
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="+", choices=FIELD_KINDS, default=list(FIELD_KINDS))
    parser.add_argument("--seconds", type=float, default=60.0, help="of one core, for each field (60)")
    parser.add_argument("--subject", default="", help="Suzanne, Cube, Cone or Torus alone (all of them together)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "compare-fields")
    return parser.parse_args(arguments)


def reconstruct(
    kind: str, dataset: Path, box: dict[str, Any], options: argparse.Namespace
) -> tuple[dict[str, Any], Trainer]:
    """One run: its figures, and its end."""
    common = {
        "dataset": str(dataset),
        "bounds": box,
        "seed": options.seed,
        "device": "cpu",
        "field": {**SIZES[kind], "kind": kind},
        "render": {"samples_per_ray": 48, "occupancy_resolution": 32, "occupancy_warmup": 40},
        "optimize": {"steps": STEPS, "learning_rate_end": 1.0},
        "photometric": {"rays_per_step": 1024},
    }
    job = Trainer.build(with_changes(preset("reconstruct", "draft"), common))
    spent = run_for(job, options.seconds)
    learned = sum(parameter.numel() for _, parameter in job.field.named_parameters())
    measured = job.evaluate()
    return {
        "kind": kind,
        "psnr_db": round(measured["psnr"], 2),
        "ssim": round(measured["ssim"], 4),
        "steps": job.step_index,
        "cpu_seconds": round(spent, 1),
        "learned": learned,
    }, job


def run_for(job: Trainer, seconds: float) -> float:
    """Steps until the core has worked this long; the rate falls to a tenth, by equal ratios of that time."""
    full = [group["full_rate"] for group in job.optimizer.param_groups]
    began, spent = time.process_time(), 0.0
    while spent < seconds:
        for group, rate in zip(job.optimizer.param_groups, full, strict=True):
            group["full_rate"] = rate * 0.1 ** (spent / seconds)
        job.step()
        spent = time.process_time() - began
    return spent


def table(figures: list[dict[str, Any]]) -> str:
    lines = [f"{'field':12} {'PSNR':>6} {'SSIM':>7} {'steps':>6} {'CPU s':>6} {'learned':>9}"]
    lines += [
        f"{f['kind']:12} {f['psnr_db']:6.2f} {f['ssim']:7.4f} {f['steps']:6d} {f['cpu_seconds']:6.1f} {f['learned']:9d}"
        for f in figures
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
