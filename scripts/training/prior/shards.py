"""Points of every thing, made once and kept: `<cache>/points/<thing>-<print>-<block>.npz`, and a manifest of them.

A block is eight instances. First blocks of all things come first, so that training can begin with what is there and
finds more each time it looks. The print is a hash of two instances: a thing whose function is changed is made again.

    python -m scripts.training.prior.shards --blocks 8
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy import ndarray

from ..loop.training_loop import write_atomically
from ..objects.object_class import OBJECT_CLASSES
from .export import write_text
from .frames import CODE, NAMES, code_of, frame_of, parts_of
from .volumes import POINTS, volume

BLOCK = 8
FORMAT = 1
MANIFEST = "manifest.json"


def default_cache() -> Path:
    """Outlives the checkout: data and checkpoints are hours of a core."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "dreamwright-training" / "prior"


@dataclass(frozen=True)
class Points:
    """Of the instances of one thing."""

    points: ndarray  # (i, n, 3) float16
    holder: ndarray  # (i, n) uint8
    part: ndarray  # (i, n) uint8
    code: ndarray  # (i, CODE) float32

    def __len__(self) -> int:
        return len(self.code)


def block_of(name: str, block: int) -> Points:
    """New points of eight instances; the same whenever they are made."""
    thing, half = OBJECT_CLASSES[name], frame_of(name).half
    codes = [code_of(thing, number) for number in range(block * BLOCK, (block + 1) * BLOCK)]
    made = [
        volume([part.mesh for part in parts_of(thing, code)], block * BLOCK + k, POINTS, half)
        for k, code in enumerate(codes)
    ]
    points, holder, part = (np.stack([getattr(v, of) for v in made]) for of in ("points", "holder", "part"))
    return Points(points, holder, part, np.stack(codes))


def make(cache: Path, names: Iterable[str], blocks: int) -> None:
    """Those that are not there yet."""
    names = list(names)
    prints = {name: fingerprint(name) for name in names}
    for block in range(blocks):
        for name in names:
            path = _path(cache, name, prints[name], block)
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(path, partial(_write, block_of(name, block)))
        write_manifest(cache, prints)


def _write(points: Points, path: Path) -> None:
    with path.open("wb") as file:  # numpy would add a suffix to a name
        np.savez(file, **vars(points))


def write_manifest(cache: Path, prints: dict[str, str]) -> None:
    """What is there of these things, and of those that were listed before."""
    known = read_manifest(cache) | {
        name: {
            "half": frame_of(name).half.tolist(),
            "slots": [[p.name, p.color] for p in parts_of(OBJECT_CLASSES[name], np.zeros(CODE, np.float32))],
            "files": sorted(path.name for path in (cache / "points").glob(f"{_stem(name)}-{of}-*.npz")),
        }
        for name, of in prints.items()
    }
    content = {"format": FORMAT, "points": POINTS, "block": BLOCK, "things": known}
    write_text(cache / MANIFEST, json.dumps(content))


def read_manifest(cache: Path) -> dict[str, dict[str, Any]]:
    """By the names of things; empty where nothing was made, or by another version of this file."""
    path = cache / MANIFEST
    content = json.loads(path.read_text()) if path.exists() else {}
    return content["things"] if content.get("format") == FORMAT else {}


def read_points(cache: Path, files: Iterable[str]) -> Points:
    loaded = [np.load(cache / "points" / name) for name in files]
    return Points(*(np.concatenate([block[of] for block in loaded]) for of in ("points", "holder", "part", "code")))


def fingerprint(name: str) -> str:
    thing = OBJECT_CLASSES[name]
    built = [part for number in (0, 1) for part in parts_of(thing, code_of(thing, number))]
    text = " ".join(f"{p.name}{p.color}{p.mesh.triangles.round(4).tobytes().hex()}" for p in built)
    return sha256(f"{FORMAT} {text}".encode()).hexdigest()[:8]


def _stem(name: str) -> str:
    return name.replace(" ", "_")


def _path(cache: Path, name: str, fingerprint_of_it: str, block: int) -> Path:
    return cache / "points" / f"{_stem(name)}-{fingerprint_of_it}-{block:02d}.npz"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--blocks", type=int, default=8, help="of eight instances, of every thing")
    parser.add_argument("--things", nargs="+", default=NAMES, metavar="NAME")
    options = parser.parse_args()
    make(options.cache, options.things, options.blocks)


if __name__ == "__main__":
    main()
