"""The model as it is handed on: half precision, safetensors, and beside it what its numbers mean."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from ..loop.training_loop import write_atomically
from .field import Field, Shape

WEIGHTS, FACTS = "model.safetensors", "model.json"


def write_model(field: Field, names: Sequence[str], folder: Path, spent: dict[str, float]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    halves = {name: value.half().contiguous() for name, value in field.state_dict().items()}
    write_atomically(folder / WEIGHTS, lambda path: save_file(halves, path))
    facts = {"shape": field.shape.as_dict(), "things": list(names), "spent": spent}
    write_text(folder / FACTS, json.dumps(facts, indent=1) + "\n")


def write_text(path: Path, text: str) -> None:
    """Whole or not at all."""

    def write(to: Path) -> None:
        to.write_text(text, encoding="utf-8")

    write_atomically(path, write)


def read_model(folder: Path) -> tuple[Field, tuple[str, ...]]:
    """In single precision, and the names of its things."""
    facts = json.loads((folder / FACTS).read_text())
    shape = facts["shape"] | {"levels": tuple(map(tuple, facts["shape"]["levels"]))}
    field = Field(Shape(**shape))
    weights: dict[str, torch.Tensor] = load_file(folder / WEIGHTS)
    field.load_state_dict({name: value.float() for name, value in weights.items()})
    return field.eval(), tuple(facts["things"])
