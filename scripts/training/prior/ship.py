"""Writes an exported model, and the words that it was taught, to where the backend reads them.

    python -m scripts.training.prior.ship <cache>/finished

The backend needs nothing of scripts/: names, synonyms, parts with their colors and all words go into a file.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..colors import NAMED, OTHER, SYNONYMS
from ..materials.material_sampler import MATERIALS, OWN_COLOR, PALE, PATTERNS, WORDS
from ..objects.object_class import OBJECT_CLASSES
from ..objects.subjects import FORMS
from .export import FACTS, WEIGHTS, write_text
from .frames import built, code_of

MODELS = Path(__file__).parents[3] / "backend" / "models" / "prior"
VOCABULARY = "vocabulary.json"
NATURAL_WORDS = {"gold": ("gold", "golden"), "silver": ("silver",), "cream": ("cream", "beige")}
"""Words for colors of parts that the world never named: training sees no colors, so any may be asked for."""


def vocabulary(names: Sequence[str]) -> dict[str, Any]:
    """What backend/priors/vocabulary.py reads."""
    return {
        "objects": {name: _object(name) for name in names},
        "colors": {name: SYNONYMS.get(name, (name,)) for name in NAMED} | NATURAL_WORDS,
        "srgb": NAMED | OTHER,
        "finishes": {name: WORDS.get(name, (name,)) for name in MATERIALS},
        "sizes": {name: WORDS.get(name, (name,)) for name in FORMS},
        "patterns": list(PATTERNS),
        "finish_colors": OWN_COLOR,
        "pale": PALE,
    }


def _object(name: str) -> dict[str, Any]:
    of = OBJECT_CLASSES[name]
    slots = [(part.name, part.color) for part in built(of, code_of(of, 0))]
    return {"names": of.names, "natural": of.natural, "parts": of.named_parts, "slots": slots}


def ship(folder: Path, to: Path = MODELS) -> None:
    names = json.loads((folder / FACTS).read_text(encoding="utf-8"))["things"]
    to.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / WEIGHTS, to / WEIGHTS)
    shutil.copyfile(folder / FACTS, to / FACTS)
    write_text(to / VOCABULARY, json.dumps(vocabulary(names), separators=(",", ":")) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="of the exported model")
    ship(parser.parse_args().folder)
