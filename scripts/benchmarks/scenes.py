"""Two things and a relation, at quality instant: are both the right things, and does the relation hold.

    .envs/backend/bin/python -m scripts.benchmarks.scenes                       the sixty of prompts/pairs_60.txt
    .envs/backend/bin/python -m scripts.benchmarks.scenes --record docs/results/scenes.jsonl

A thing is right when, of 390 x 8 held-out true instances, it overlaps most with one of its own (as
`scripts/training/prior/evaluate` has it), where each cell of the scene belongs to what is densest there; a relation by
voxels (`relations`). Prints a line for each that fails, and one for each list.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from backend.scenes.scene_field import SceneField, SceneObject, scene_field
from backend.words.scenes import Relation, read_scene

from ..training.prior.evaluate import Library, library
from ..training.prior.frames import NAMES
from ..training.prior.shards import default_cache
from ..training.prior.truth import VOXELS, lattice
from .relations import VoxelBody, holds
from .scoring.prompts import read_prompts

PROMPTS = Path(__file__).parent / "prompts" / "pairs_60.txt"


@dataclass(frozen=True)
class SceneResult:
    """What was found of a prompt; `named` is what each thing was taken for."""

    prompt: str
    under: str
    wanted: list[str]
    named: list[str]
    relation: bool

    @property
    def both_right(self) -> bool:
        return self.wanted == self.named


def main() -> int:
    options = parse()
    torch.set_num_threads(options.threads)
    truth = library(options.cache, NAMES)
    found = []
    for prompt, under in read_prompts(options.prompts).items():
        found.append(evaluate_scene(prompt, under, truth, options.seed))
        if not (found[-1].both_right and found[-1].relation):
            print(json.dumps(vars(found[-1])), flush=True)
    lines = list(summaries(found))
    for line in lines:
        print(json.dumps(line), flush=True)
    if options.record:
        with options.record.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(line | {"seed": options.seed}) + "\n" for line in lines)
    return 0


def evaluate_scene(prompt: str, under: str, truth: Library, seed: int) -> SceneResult:
    """One scene.

    Raises:
        ConfigError, ModelError: it cannot be made.
    """
    scene = read_scene(prompt)
    assert scene is not None, f"'{prompt}' names one thing"
    field = scene_field(scene, seed)
    named = [named_as(field, number, truth) for number in range(len(field.objects))]
    wanted = [each.prompt.name for each in field.objects]
    return SceneResult(prompt, under, wanted, named, all(stands(field, each) for each in scene.relations))


def named_as(field: SceneField, number: int, truth: Library) -> str:
    """The thing of all that it overlaps best, in a frame of its own."""
    each = field.objects[number]
    held = held_by(field, each, number, torch.from_numpy(lattice()).float())
    return truth.names[int(truth.overlaps(held).max(1).argmax())]


def held_by(field: SceneField, of: SceneObject, number: int, own: torch.Tensor) -> np.ndarray:
    """Which places of the object's own frame it holds, and no other holds more."""
    logits = field.logits((own * of.half + of.center) / field.cube)
    mine: np.ndarray = ((logits[number] > 0) & (logits.argmax(0) == number)).numpy()
    return mine


def stands(field: SceneField, relation: Relation) -> bool:
    things = [voxels_of(field, number) for number in (relation.subject, *relation.targets)]
    return holds(relation.kind, things[0], things[1:])


def voxels_of(field: SceneField, number: int) -> VoxelBody:
    """What it fills in the frame of the scene, whoever else does."""
    of, own = field.objects[number], torch.from_numpy(lattice()).float()
    held = of.field.logit(own) > 0
    return VoxelBody((own[held] * of.half + of.center).numpy(), 2 * of.half / VOXELS)


def summaries(found: list[SceneResult]) -> Iterator[dict[str, Any]]:
    """A line for each heading, and one for all."""
    for under in (*dict.fromkeys(each.under for each in found), "all"):
        part = [each for each in found if under in (each.under, "all")]
        both, relation = (
            100 * float(np.mean([getattr(each, of) for each in part])) for of in ("both_right", "relation")
        )
        yield {"row": "scenes", "list": under, "prompts": len(part), "both_right": both, "relation": relation}


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=Path, default=PROMPTS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--record", type=Path, help="a file of lines that the figures are added to")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
