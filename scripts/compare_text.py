"""The same prompts under every way of listening to words that the embedded models allow: figures, and a sheet.

    .envs/backend/bin/python scripts/compare_text.py "a red cube" "a blue torus" --steps 200 --out out/compare-text

Rows: CLIP (Dream Fields), SDS, SJC, and SDS with CLIP. The score is the similarity that the embedded guide finds, which
CLIP's rows were trained on: it says nothing of likeness there, so look at the sheet.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "scripts"))

import torch  # noqa: E402
from contact_sheet import Row, contact_sheet  # noqa: E402

from backend.cameras.orbit import orbit_view  # noqa: E402
from backend.colour import srgb_encoded  # noqa: E402
from backend.config import preset, with_changes  # noqa: E402
from backend.optimise.job import Optimisation  # noqa: E402

METHODS: dict[str, dict[str, Any]] = {
    "CLIP": {"model": "embedded-guide"},
    "SDS": {"model": "embedded"},
    "SJC": {"model": "embedded", "score_distillation": {"method": "sjc"}},
    "SDS + CLIP": {"model": "embedded", "dream_fields": {"model": "embedded-guide", "weight": 1.0}},
}
AZIMUTHS, ELEVATION, SIZE = (25.0, 205.0), 25.0, 112


def main() -> int:
    options = parse(sys.argv[1:])
    options.out.mkdir(parents=True, exist_ok=True)
    rows, figures = [], []
    headings = [f"{method}{side}" for method in options.methods for side in ("", ", behind")]
    for prompt in options.prompts:
        views: list = []
        for method in options.methods:
            figure, seen = made(prompt, method, options)
            print(json.dumps(figure), flush=True)
            figures.append(figure)
            views += seen
        rows.append(Row(prompt, views))
        contact_sheet(rows, headings, words_width=90).save(options.out / "sheet.png")
    (options.out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prompts", nargs="+", metavar="PROMPT")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "compare-text")
    return parser.parse_args(arguments)


def made(prompt: str, method: str, options: argparse.Namespace) -> tuple[dict[str, Any], list]:
    """One run: its figures, and views of its end."""
    changes = {"prompt": prompt, "seed": options.seed, "optimise": {"steps": options.steps}, "device": "cpu"}
    job = Optimisation.build(with_changes(preset("text", "draft"), changes | METHODS[method]))
    began = time.perf_counter()
    for _ in range(options.steps):
        report = job.step()
    seconds = time.perf_counter() - began
    figure = {
        "prompt": prompt,
        "method": method,
        "steps": options.steps,
        "seconds": round(seconds, 1),
        "milliseconds_a_step": round(1000 * seconds / options.steps, 1),
        **{name: round(value, 4) for name, value in job.evaluate().items()},
        "terms": {name: round(value, 4) for name, value in report.terms.items()},
    }
    return figure, [view(job, azimuth) for azimuth in AZIMUTHS]


@torch.no_grad()
def view(job: Optimisation, azimuth: float):
    """One view over white, (h, w, 3) uint8."""
    orbit = job.config.orbit
    radius, fov = (orbit.radius_low + orbit.radius_high) / 2, math.radians(orbit.fov_degrees)
    camera = orbit_view(math.radians(azimuth), math.radians(ELEVATION), radius, fov, SIZE).camera
    rendering = job.renderer.picture(camera, job.device)
    seen = srgb_encoded(rendering.over(torch.ones_like(rendering.colour))).clamp(0, 1)
    return (255 * seen).round().byte().cpu().numpy()


if __name__ == "__main__":
    raise SystemExit(main())
