"""What a picture may show, where the backend was not sure enough to make it: asked in the panel."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ENCODER = Path(__file__).parents[2] / "backend" / "models" / "picture" / "model.safetensors"


def reads_pictures() -> bool:
    """Tells whether the encoder of pictures came with this copy: a checkout may be without it."""
    return ENCODER.is_file()


@dataclass(frozen=True)
class PictureQuestion:
    """A picture's file, what the backend said of it, and what it may show with how likely that is, likeliest first."""

    file: str
    sentence: str
    choices: tuple[tuple[str, float], ...]
