"""Views of every thing, cast once and kept: `<cache>/layers-<block>.npy`, and what is known in `facts-<block>.npz`.

A block is one instance of every thing and a tenth as many heaps, six views of each: 80 MB, which are mapped and not
read. Block b has instance b of each thing as the prior's
training counts them; block HELD_OUT and beyond have instances that neither the prior nor the encoder was trained on.

    python -m scripts.training.picture.shards --blocks 1 2 3
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int, UInt8
from numpy import ndarray

from ..colors import NAMED, OTHER
from ..loop.training_loop import write_atomically
from ..objects.object_class import MAX_PARTS, OBJECT_CLASSES, Part
from ..prior.frames import CODE, FIRST_HELD_OUT, NAMES, built, code_of
from ..raycasting.raycaster import fit_to_frame
from .nonsense import heap
from .views import Layers, render_layers

UNKNOWN = len(NAMES)
"""The number of what is no thing."""
VIEWS, HEAPS = 6, 40
HELD_OUT_VIEWS, HELD_OUT_STEP = 2, 3  # of every third thing: what is measured on need not be all of them
HELD_OUT = FIRST_HELD_OUT
COLORS = (None, *NAMED, *OTHER)
"""Of parts, by number; the first stands for the color that the whole is said to have."""
FORMAT = 1


@dataclass(frozen=True)
class Facts:
    """What is known of n views."""

    thing: Int[ndarray, " n"]
    code: Float[ndarray, "n d"]
    colors: UInt8[ndarray, "n k"]
    sun: Float[ndarray, "n 3"]
    eye: Float[ndarray, "n 3"]


def default_cache() -> Path:
    """Outlives the checkout: views and checkpoints are an hour of a core."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "dreamwright-training" / "picture"


def make(cache: Path, block: int) -> None:
    """The block of that number, where it is not there yet."""
    layers, facts = paths(cache, block)
    if facts.exists():
        return
    cache.mkdir(parents=True, exist_ok=True)
    rows, known = zip(*block_of(block), strict=True)
    write_atomically(layers, lambda path: _write_layers(path, np.concatenate(rows)))
    whole = {of: np.concatenate([getattr(one, of) for one in known]) for of in vars(known[0])}
    write_atomically(facts, lambda path: _write_facts(path, whole))


def block_of(block: int) -> Iterator[tuple[UInt8[ndarray, "v h w 5"], Facts]]:
    """Layers [part, normal, lit] and facts, instance by instance."""
    for name in NAMES[:: HELD_OUT_STEP if block >= HELD_OUT else 1]:
        thing = OBJECT_CLASSES[name]
        code = code_of(thing, block)
        number = NAMES.index(name)
        yield _instance(built(thing, code), number, code, (block, number))
    for number in range(HEAPS):
        yield _instance(heap(block * HEAPS + number), UNKNOWN, np.zeros(CODE, np.float32), (block, UNKNOWN + number))


def _instance(
    parts: list[Part], number: int, code: Float[ndarray, " d"], seed: tuple[int, int]
) -> tuple[UInt8[ndarray, "v h w 5"], Facts]:
    views = HELD_OUT_VIEWS if seed[0] >= HELD_OUT else VIEWS
    seen = render_layers(fit_to_frame([part.mesh for part in parts]), views, np.random.default_rng((5, *seed)))
    colors = np.zeros(MAX_PARTS, np.uint8)
    colors[: len(parts)] = [COLORS.index(part.color) for part in parts]
    things, codes, painted = (np.repeat(np.array(of)[None], views, 0) for of in (number, code, colors))
    return stacked(seen), Facts(things, codes, painted, seen.sun.astype(np.float32), seen.eye.astype(np.float32))


def stacked(layers: Layers) -> UInt8[ndarray, "v h w 5"]:
    whole = (layers.part[..., None], layers.normal.view(np.uint8), layers.lit[..., None])
    together: ndarray = np.concatenate(whole, -1)
    return together


def paths(cache: Path, block: int) -> tuple[Path, Path]:
    return cache / f"layers-{FORMAT}-{block:02d}.npy", cache / f"facts-{FORMAT}-{block:02d}.npz"


def read(cache: Path, block: int) -> tuple[UInt8[ndarray, "n h w 5"], Facts]:
    layers, facts = paths(cache, block)
    return np.load(layers, mmap_mode="r"), Facts(**np.load(facts))


def _write_layers(path: Path, rows: ndarray) -> None:
    with path.open("wb") as file:  # numpy would add a suffix to a name
        np.save(file, rows)


def _write_facts(path: Path, facts: dict[str, ndarray]) -> None:
    with path.open("wb") as file:
        np.savez(file, **facts)  # type: ignore[arg-type]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--blocks", type=int, nargs="+", default=[*range(4), HELD_OUT], help="numbers of those to cast")
    options = parser.parse_args()
    for block in options.blocks:
        make(options.cache, block)
        print(f"block {block} is there", flush=True)


if __name__ == "__main__":
    main()
