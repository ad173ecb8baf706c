"""One scene from a few photographs, reconstructed in several ways: held-out PSNR and SSIM, and a sheet to look at.

    .envs/backend/bin/python -m scripts.benchmarks.compare_reconstruction    # 8 photographs, 3 seeds: 3 minutes
    .envs/backend/bin/python -m scripts.benchmarks.compare_reconstruction --subject Torus --photographs 4 \
        --methods nerf dietnerf

nerf           pixels alone, on a grid that grows from 32 to 96 cells a side
simplified     the same on 32 cells a side from beginning to end, and nothing is skipped as empty
dietnerf       pixels, and likeness of unseen views as published: weight 0.1 every 10 steps (DietNeRF)
fine-tuned     the same for the first half of the steps, then pixels alone
gentle         the same at a tenth of that weight

The scene is built and photographed in Blender (scripts/in_blender/sample_scene.py): 48 views around it, every third one
held out, the few spread out among the others. The eye is the embedded CLIP. Writes figures.json and sheet.png.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import torch

from backend.config import preset, with_changes
from backend.optimize.trainer import Trainer

from ..lib.environments import ROOT
from .contact_sheet import Row, contact_sheet
from .photographed_scene import CaptureSpec, held_out_photographs, photograph_scene, render_held_out

SHOWN = (1, 6, 11)  # held-out views on the sheet
CONSISTENCY = {"weight": 0.1, "every": 10, "model": "embedded-clip"}
METHODS: dict[str, dict[str, Any]] = {
    "nerf": {},
    "simplified": {
        "field": {"resolution": 32, "start_resolution": 32, "upsample_at": []},
        "render": {"occupancy_threshold": 0.0},
    },
    "dietnerf": {"consistency": CONSISTENCY},
    "fine-tuned": {"consistency": CONSISTENCY | {"until": 0.5}},
    "gentle": {"consistency": CONSISTENCY | {"weight": 0.01}},
}
USUAL = ["nerf", "simplified", "dietnerf", "fine-tuned"]


def main() -> int:
    options = parse(sys.argv[1:])
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    dataset, box = photograph_scene(options.out / f"scene-{options.subject or 'all'}", CaptureSpec(options.subject))
    figures: list[Any] = []
    rows: list[Any] = []
    for method in options.methods:
        runs = [reconstruct(method, seed, dataset, box, options) for seed in range(options.seeds)]
        figures.append(summary(method, [figure for figure, _ in runs], options))
        print(json.dumps(figures[-1]), flush=True)
        rows = rows or [Row("photograph", held_out_photographs(runs[0][1], SHOWN))]
        rows.append(Row(_words(figures[-1]), render_held_out(runs[0][1], SHOWN)))
    headings = [f"held-out view {i}" for i in SHOWN]
    contact_sheet(rows, headings).save(options.out / "sheet.png")
    (options.out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    print(table(figures))
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photographs", type=int, default=8, help="how many are learned from (8)")
    parser.add_argument("--subject", default="", help="Suzanne, Cube, Cone or Torus alone (all of them together)")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=USUAL)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "compare-reconstruction")
    return parser.parse_args(arguments)


def reconstruct(
    method: str, seed: int, dataset: Path, box: dict[str, Any], options: argparse.Namespace
) -> tuple[dict[str, float], Trainer]:
    """One run: its figures, and its end."""
    common = {
        "dataset": str(dataset),
        "bounds": box,
        "seed": seed,
        "device": "cpu",
        "optimize": {"steps": options.steps},
        "photometric": {"pictures": options.photographs, "rays_per_step": 2048},
    }
    job = Trainer.build(with_changes(with_changes(preset("reconstruct", "draft"), common), METHODS[method]))
    began = time.process_time()
    for _ in range(options.steps):
        job.step()
    return {"seconds": time.process_time() - began, **job.evaluate()}, job


def summary(method: str, figures: list[dict[str, float]], options: argparse.Namespace) -> dict[str, Any]:
    """Means over the seeds, and the spread of PSNR."""
    psnr = [figure["psnr"] for figure in figures]
    return {
        "method": method,
        "subject": options.subject or "all",
        "photographs": options.photographs,
        "seeds": len(figures),
        "steps": options.steps,
        "psnr_db": round(fmean(psnr), 2),
        "psnr_spread": round(stdev(psnr), 2) if len(psnr) > 1 else 0.0,
        "ssim": round(fmean(figure["ssim"] for figure in figures), 4),
        "cpu_seconds": round(fmean(figure["seconds"] for figure in figures), 1),
    }


def table(figures: list[dict[str, Any]]) -> str:
    lines = [f"{'method':12} {'PSNR':>6} {'+-':>5} {'SSIM':>7} {'CPU s':>6}"]
    lines += [
        f"{f['method']:12} {f['psnr_db']:6.2f} {f['psnr_spread']:5.2f} {f['ssim']:7.4f} {f['cpu_seconds']:6.1f}"
        for f in figures
    ]
    return "\n".join(lines)


def _words(figure: dict[str, Any]) -> str:
    return f"{figure['method']}\n{figure['psnr_db']:.2f} dB, SSIM {figure['ssim']:.3f}"


if __name__ == "__main__":
    raise SystemExit(main())
