"""Does it help to go on from the shape prior's answer? The same prompts at several lengths, from fog and from it.

    .envs/backend/bin/python -m scripts.benchmarks.going_on \
        scripts/benchmarks/prompts/side_by_side_4.txt scripts/benchmarks/prompts/from_prior_8.txt --out out/going_on

Each result is held against eight instances of the true thing that no training saw (overlap at 48^3 voxels, and how far
its colors are from theirs) and against the evaluator that takes part in nothing. A line each in results.jsonl; what is
there is not made again. `--sheet` draws what is there.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from backend.config import JobConfig, Method, merged, preset, with_changes
from backend.evaluate.results import measure
from backend.fields.field import DensityField
from backend.optimize.trainer import Trainer
from backend.pretrained import load_image_text, resolve
from backend.pretrained.vocabulary import ModelVocabulary

from ..lib.environments import ROOT
from ..training.objects.object_class import OBJECT_CLASSES
from ..training.prior.asked import slots_of
from ..training.prior.captions import Wanted, wanted
from ..training.prior.evaluate import Library, library
from ..training.prior.frames import NAMES
from ..training.prior.paint import palette
from ..training.prior.shards import default_cache
from ..training.prior.truth import VOXELS, lattice, visible_surface_of
from .contact_sheet import Row, contact_sheet
from .scoring.prompts import candidates, read_prompts
from .scoring.run_options import default_evaluator
from .scoring.single_run import optimize_job, pictures_of
from .scoring.strip import read_strip, write_strip

FOG: dict[str, Any] = {"field": {"density_init": "fog"}}
LATE = {"score_distillation": {"timestep_start": 0.4, "timestep_end": 0.1}}
GENTLE = {"optimize": {"learning_rate_density": 0.02, "learning_rate_color": 0.03}}


def from_prior(cells: int) -> dict[str, Any]:
    return {"field": {"density_init": "prior", "resolution": cells, "start_resolution": cells, "upsample_at": ()}}


VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "instant": ("instant", {}),
    "instant, 64 cells": ("instant", from_prior(64)),
    "instant, 96 cells": ("instant", from_prior(96)),
    "draft from fog": ("draft", FOG),
    "draft from the prior": ("draft", from_prior(96)),
    "draft from the prior, late": ("draft", merged(from_prior(96), LATE)),
    "draft from the prior, late, gentle": ("draft", merged(merged(from_prior(96), LATE), GENTLE)),
    "draft": ("draft", {}),
    "normal from fog": ("normal", FOG),
    "normal from the prior": ("normal", from_prior(96)),
    "normal from the prior, late, gentle": ("normal", merged(merged(from_prior(96), LATE), GENTLE)),
}


@dataclass(frozen=True)
class Evaluators:
    """What results are held against: the true things, and an image-text model with captions to tell apart."""

    truth: Library
    evaluator: str
    captions: tuple[str, ...]


def main() -> int:
    options = parse(sys.argv[1:])
    prompts = [prompt for path in options.prompts for prompt in read_prompts(path)]
    options.out.mkdir(parents=True, exist_ok=True)
    evaluators = Evaluators(library(default_cache(), NAMES), default_evaluator(), tuple(candidates(prompts)))
    if not options.sheet:
        for name in options.variants or VARIANTS:
            for prompt in prompts:
                make(prompt, name, evaluators, options.out)
    draw(prompts, options.out)
    print(table(read(options.out)))
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prompts", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "going_on", help="%(default)s")
    parser.add_argument("--variants", nargs="*", choices=tuple(VARIANTS), help="all by default")
    parser.add_argument("--sheet", action="store_true", help="make nothing, draw what is there")
    return parser.parse_args(arguments)


def make(prompt: str, variant: str, evaluators: Evaluators, out: Path) -> None:
    """One result, kept, unless it is there."""
    if (prompt, variant) in read(out):
        return
    began = time.process_time()
    job, sentences = optimize_job(Trainer.build(config_of(prompt, variant)))
    seconds = time.process_time() - began
    write_strip(picture(out, prompt, variant), pictures_of(job))
    line = {"prompt": prompt, "variant": variant, "steps": job.step_index, "processor_seconds": round(seconds, 2)}
    line |= measurements(job, prompt, evaluators) | {"notes": sentences}
    with (out / "results.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    print(line, flush=True)


def config_of(prompt: str, variant: str) -> JobConfig:
    quality, settings = VARIANTS[variant]
    return with_changes(preset(Method.TEXT, quality), merged(settings, {"prompt": prompt}))


def measurements(job: Trainer, prompt: str, evaluators: Evaluators) -> dict[str, Any]:
    choice = resolve(evaluators.evaluator)
    model, known = load_image_text(choice, job.device, allow_download=False), ModelVocabulary.beside(choice.folder)
    found = measure(job.renderer, model, prompt, evaluators.captions, job.frame, known.colors, sides=False)
    return against_truth(job, prompt, evaluators.truth) | {
        "likeness": found.similarity, "rank": found.rank, "form_likeness": found.similarity_geometry,
        "form_rank": found.rank_geometry, "taken_for": found.taken_for,
    }  # fmt: skip


@torch.no_grad()
def against_truth(job: Trainer, prompt: str, truth: Library) -> dict[str, Any]:
    """The best overlap with an instance of the thing as it stands, and scaled to its size; is it read as the thing?"""
    of = wanted(prompt)
    assert of is not None
    threshold = job.grid(64).threshold
    points = torch.from_numpy(lattice()).float()
    number = truth.names.index(of.thing)
    plain = truth.overlaps(_held(job.field, points, threshold))
    fitted = truth.overlaps(_held(job.field, _fitted(job.field, points, threshold), threshold))
    best = int(plain[number].argmax())
    return {
        "overlap": float(plain[number].max()), "fitted_overlap": float(fitted[number].max()),
        "thing": bool(plain.max(1).argmax() == number), "color_error": _color_error(job.field, of, best),
    }  # fmt: skip


def _held(field: DensityField, points: Float[Tensor, "n 3"], threshold: float) -> ndarray:
    held: ndarray = (field.density(points) > threshold).numpy()
    return held


def _fitted(field: DensityField, points: Float[Tensor, "n 3"], threshold: float) -> Float[Tensor, "n 3"]:
    """Moved and scaled as all true things are (`raycaster.fit_to_frame`)."""
    from ..training.prior.evaluate import without_specks
    from ..training.raycasting.raycaster import REACH

    held = without_specks(torch.from_numpy(_held(field, points, threshold)).view(VOXELS, VOXELS, VOXELS))
    if not held.any():
        return points
    centers, half_cell = (held.nonzero().float() + 0.5) * (2 / VOXELS) - 1, 1 / VOXELS
    low, high = centers.amin(0) - half_cell, centers.amax(0) + half_cell
    middle = (low + high) / 2
    farthest = (centers - middle).norm(dim=-1).max() + half_cell
    scale = 2 * REACH / (farthest + (high - middle).norm())
    moved: torch.Tensor = points / scale + middle
    return moved


def _color_error(field: DensityField, of: Wanted, number: int) -> float:
    """Root mean square over the surface of the true thing, in linear color."""
    points, part = visible_surface_of(of.thing, number)
    _, seen = field.density_and_color(torch.from_numpy(points).float())
    painted = palette(of, slots_of(of.thing), OBJECT_CLASSES[of.thing].natural)[part]
    return float(np.sqrt(np.square(seen.numpy() - painted).mean()))


def read(out: Path) -> dict[tuple[str, str], dict[str, Any]]:
    path = out / "results.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {(each["prompt"], each["variant"]): each for each in map(json.loads, lines)}


def picture(out: Path, prompt: str, variant: str) -> Path:
    return out / "pictures" / f"{prompt} - {variant}.png".replace(" ", "-")


def draw(prompts: list[str], out: Path) -> None:
    """A row for each prompt, a column for each variant: from in front, and from the side."""
    there = [name for name in VARIANTS if any(picture(out, prompt, name).exists() for prompt in prompts)]
    if there:
        rows = [Row(prompt, [_two(picture(out, prompt, name)) for name in there]) for prompt in prompts]
        contact_sheet(rows, [name.replace("from the prior", "prior") for name in there], 110).save(out / "sheet.png")


def _two(path: Path) -> ndarray:
    front, side, *_ = read_strip(path)
    return np.concatenate([front, side], 1)


def table(found: dict[tuple[str, str], dict[str, Any]]) -> str:
    """Means over the prompts of each variant."""
    lines = [f"{'variant':40} n   overlap fitted thing color likeness form  rank1 seconds"]
    for name in VARIANTS:
        each = [line for (_, variant), line in found.items() if variant == name]
        if each:
            lines.append(f"{name:40} {len(each):<3} " + " ".join(_means(each)))
    return "\n".join(lines)


def _means(lines: list[dict[str, Any]]) -> list[str]:
    names = ("overlap", "fitted_overlap", "thing", "color_error", "likeness", "form_likeness")
    means = [f"{np.mean([line[name] for line in lines]):.3f} " for name in names]
    right = np.mean([line["rank"] == 0 for line in lines])
    return [*means, f"{right:.2f}", f"{np.median([line['processor_seconds'] for line in lines]):.1f}"]


if __name__ == "__main__":
    raise SystemExit(main())
