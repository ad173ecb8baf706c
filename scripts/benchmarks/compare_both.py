"""Words, three photographs, and both at once: PSNR and SSIM of views all around, and a sheet to look at.

    python3 -m scripts.benchmarks.compare_both --scene mushroom --prompt "a red mushroom" --out out/compare-both

The photographs are taken in Blender, all from the front. Words alone know no place or light, so their figure says only
how far off the model's own idea of the thing is.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from ..lib import environments
from ..lib.environments import ROOT
from ..lib.interpreter import require_fitting_python

HELD_OUT, PIXELS = 8, 96
MARGIN = 1.14  # the embedded model was shown things that fill four fifths of their frame


def main() -> int:
    require_fitting_python()
    options = parse(sys.argv[1:])
    backend = environments.ensure(environments.backend(), print_line)
    if Path(sys.prefix).resolve() != backend.interpreter.parent.parent.resolve():
        return subprocess.call(
            [str(backend.interpreter), "-m", "scripts.benchmarks.compare_both", *sys.argv[1:]], cwd=ROOT
        )
    options.out.mkdir(parents=True, exist_ok=True)
    box = photographs(options, options.out / "photographs")
    rows, figures = [], []
    for method in options.methods:
        runs = [run(method, seed, box, options) for seed in range(options.seeds)]
        figures.append(summary(method, [figure for figure, _ in runs]))
        print(json.dumps(figures[-1]), flush=True)
        rows.append((figures[-1], runs[0][1]))
        draw(rows, options.out / "sheet.png")
    (options.out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scene", default="mushroom", choices=("snowman", "mushroom", "torus"))
    parser.add_argument("--prompt", default="a red mushroom")
    parser.add_argument("--views", type=int, default=3)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--words-weight", type=float, default=0.0, help="of words beside pictures; 0: the preset's")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "compare-both")
    return parser.parse_args(arguments)


def photographs(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The dataset, and the box of what is in it."""
    blender = environments.ensure(environments.fitting_blender(), print_line)
    shutil.rmtree(folder, ignore_errors=True)
    arguments = (options.scene, folder, options.views, HELD_OUT, PIXELS)
    command = [blender.interpreter, "-m", "scripts.in_blender.photograph_front", *arguments]
    done = subprocess.run([str(part) for part in command], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    box = json.loads(done.stdout.strip().splitlines()[-1])
    return {"center": box["center"], "size": [MARGIN * max(box["size"])] * 3}


METHODS = ("words", "photographs", "both")


def run(method: str, seed: int, box: dict[str, Any], options: argparse.Namespace) -> tuple[dict[str, float], list[Any]]:
    """One job: its figures, and four held-out views beside the truth."""
    from backend.config import preset, with_changes
    from backend.optimize.trainer import Trainer

    common = {"seed": seed, "bounds": box, "dataset": str(options.out / "photographs"), "prompt": options.prompt,
              "device": "cpu", "optimize": {"steps": options.steps},
              "field": {"resolution": 80, "start_resolution": 48, "upsample_at": (0.5,)}}  # fmt: skip
    changes: dict[str, Any] = {
        "words": {"photometric": {"weight": 0.0}, "score_distillation": {"weight": 1.0}},
        "photographs": {"score_distillation": {"weight": 0.0}},
        "both": {"score_distillation": {"weight": options.words_weight}} if options.words_weight else {},
    }[method]
    fog = {"field": {"density_init": "fog"}} if method != "photographs" else {}
    job = Trainer.build(with_changes(with_changes(with_changes(preset("both", "draft"), common), changes), fog))
    began = time.perf_counter()
    while not job.ended:
        job.step()
    return job.evaluate() | {"seconds": time.perf_counter() - began}, pictures(job)


def pictures(job: Any) -> list[Any]:
    import torch

    from backend.color import srgb_encoded

    seen = []
    for camera in job.dataset.held_out.cameras:
        with torch.no_grad():
            rendering = job.renderer.picture(camera, job.device)
        over = srgb_encoded(rendering.over(torch.ones_like(rendering.color))).clamp(0, 1)
        seen.append((255 * over).round().byte().cpu().numpy())
    return seen


def truths(folder: Path) -> list[Any]:
    import numpy as np
    from PIL import Image

    frames = json.loads((folder / "transforms_test.json").read_text())["frames"]
    found = []
    for frame in frames:
        picture = Image.open(folder / f"{frame['file_path']}.png").convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        found.append(np.asarray(Image.alpha_composite(white, picture).convert("RGB")))
    return found


def summary(method: str, runs: list[dict[str, float]]) -> dict[str, Any]:
    """Medians, and the spread of the PSNR."""
    psnrs = [each["psnr"] for each in runs]
    return {
        "method": method,
        "psnr_db": round(statistics.median(psnrs), 2),
        "psnr_spread_db": round(max(psnrs) - min(psnrs), 2),
        "ssim": round(statistics.median(each["ssim"] for each in runs), 4),
        "seconds": round(statistics.median(each["seconds"] for each in runs), 1),
        "seeds": len(runs),
    }


def draw(rows: list[Any], path: Path) -> None:
    from .contact_sheet import Row, contact_sheet

    named = [(f"{f['method']}\n{f['psnr_db']} dB\nSSIM {f['ssim']}", views) for f, views in rows]
    truth = ("held-out photographs", truths(path.parent / "photographs"))
    contact_sheet([Row(*row) for row in [truth, *named]], words_width=120).save(path)


def print_line(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
