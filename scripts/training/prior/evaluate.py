"""How right a model is, held against held-out instances of the world and not against a network.

own, zero, drawn    overlap (of 48^3 voxels) with a held-out instance of the thing, with its own code and with code
                    zero; with a code drawn at random, the best over the thing's eight held-out instances
thing               the share of drawn ones whose best overlap among 390 x 8 instances is with the thing asked for
color               the share whose colors are nearest to that instance painted in the color asked for, of twelve
"""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, UInt8
from numpy import ndarray
from torch import Tensor

from ..colors import NAMED
from ..loop.training_loop import write_atomically
from ..objects.object_class import OBJECT_CLASSES
from ..raycasting.raycaster import REACH
from .asked import Asked, drawn_code, slots_of
from .captions import Wanted, is_held_out_color
from .export import read_model, write_text
from .field import Field
from .paint import palette
from .query import coarse_to_fine
from .sheet import draw_sheet
from .truth import VOXELS, held_out, lattice, overlap, visible_surface_of, visible_voxels

EACH = 8


@dataclass(frozen=True)
class Library:
    """Held-out instances of every thing as all things are shown, eight voxels a byte."""

    names: tuple[str, ...]
    held: UInt8[ndarray, "t i bytes"]

    def overlaps(self, held: ndarray) -> Float[ndarray, "t i"]:
        bits = np.packbits(held)
        both = np.bitwise_count(self.held & bits).sum(-1, dtype=np.int64)
        found: ndarray = both / np.bitwise_count(self.held | bits).sum(-1, dtype=np.int64).clip(1)
        return found


def evaluate(cache: Path, count: int) -> None:
    """Of a model that was exported: prints a line, writes `evaluation.json` and `sheet.png` beside it."""
    folder = cache / ("finished" if (cache / "finished").exists() else "model")
    model, names = read_model(folder)
    draw_sheet(model, names, folder / "sheet.png")
    asked = random.Random(7).sample(names, min(count, len(names)))
    found = measure(model, names, asked, library(cache, names))
    write_text(folder / "evaluation.json", json.dumps(found) + "\n")
    print(json.dumps({of: value for of, value in found.items() if of != "each"}), flush=True)


def measure(model: Field, names: tuple[str, ...], asked: list[str], truth: Library) -> dict[str, Any]:
    """Means and medians over the things that are asked for, and what was found of each."""
    each = {name: _measured(model, names, name, truth) for name in asked}
    figures = {of: np.array([found[of] for found in each.values()], float) for of in next(iter(each.values()))}
    summary: dict[str, Any] = {of: round(float(values.mean()), 4) for of, values in figures.items()}
    summary |= {f"{of} median": round(float(np.median(figures[of])), 4) for of in ("own", "zero", "drawn")}
    summary |= {f"{of} tenth": round(float(np.quantile(figures[of], 0.1)), 4) for of in ("own", "zero", "drawn")}
    return summary | {"things": len(asked), "each": each}


def _measured(model: Field, names: tuple[str, ...], name: str, truth: Library) -> dict[str, float]:
    number, points = names.index(name), torch.from_numpy(lattice()).float()
    code, holder = held_out(name, 0)
    color = _held_out_color(name)
    own = Asked(model, number, code, Wanted(name, color))
    zero = replace(own, code=np.zeros_like(code))
    drawn = visible_only(replace(own, code=drawn_code(number)))
    held = drawn.logits(points).numpy() > 0
    overlaps = truth.overlaps(held)
    best = int(overlaps[number].argmax())
    return {
        "own": overlap(own.logits(points).numpy() > 0, holder > 0),
        "zero": overlap(zero.logits(points).numpy() > 0, holder > 0),
        "drawn": float(overlaps[number].max()),
        "thing": float(overlaps.max(1).argmax() == number),
        "color": float(_read_color(drawn, best) == color),
        "seconds": _seconds(drawn),
    }


def visible_only(asked: Asked) -> Asked:
    """Moved and scaled as `raycaster.fit_to_frame` does, by what the field itself holds."""
    held = without_specks(coarse_to_fine(asked.logits, 64) > 0)
    if not held.any():
        return asked
    centers = (held.nonzero().float() + 0.5) / 32 - 1
    low, high = centers.amin(0) - 1 / 64, centers.amax(0) + 1 / 64
    middle = (low + high) / 2
    farthest = (centers - middle).norm(dim=-1).max() + 1 / 64
    scale = 2 * REACH / (farthest + (high - middle).norm())
    return replace(asked, moved=middle * torch.ones(3), scaled=torch.ones(3) / scale)


def without_specks(held: Bool[Tensor, "x y z"]) -> Bool[Tensor, "x y z"]:
    """Without voxels that touch no other: one of them at the edge of the box would make all the rest small."""
    around = torch.nn.functional.avg_pool3d(held.float()[None, None], 3, 1, 1, divisor_override=1)[0, 0]
    return held & (around > 1.5)


def _held_out_color(name: str) -> str:
    """Where there is one; any other than the natural one else."""
    others = [color for color in NAMED if color != OBJECT_CLASSES[name].natural]
    return next((color for color in others if is_held_out_color(name, color)), others[len(name) % len(others)])


def _read_color(asked: Asked, number: int) -> str:
    """The color in which the true instance's surface is nearest to what the model shows there."""
    name = asked.wanted.thing
    points, part = visible_surface_of(name, number)
    seen = asked.colors(torch.from_numpy(points).float())
    slots, natural = slots_of(name), OBJECT_CLASSES[name].natural
    painted = {color: palette(Wanted(name, color), slots, natural) for color in NAMED}
    return min(NAMED, key=lambda color: float(np.square(seen - painted[color][part]).sum()))


def _seconds(asked: Asked) -> float:
    """Of the processor, for 128^3."""
    start = time.process_time()
    coarse_to_fine(asked.logits, 128)
    return time.process_time() - start


def library(cache: Path, names: tuple[str, ...], each: int = EACH) -> Library:
    """Made once and kept."""
    path = cache / f"truth-{len(names)}-{each}-{VOXELS}.npz"
    if not path.exists():
        held = np.stack([[np.packbits(visible_voxels(name, k) > 0) for k in range(each)] for name in names])
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, lambda to: _write(to, np.array(names), held))
    loaded = np.load(path)
    return Library(tuple(loaded["names"].tolist()), loaded["held"])


def _write(path: Path, names: ndarray, held: ndarray) -> None:
    with path.open("wb") as file:
        np.savez_compressed(file, names=names, held=held)
