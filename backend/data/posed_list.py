"""What a file of poses says, before any picture is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float64

Points = Float64[np.ndarray, "n 3"]


def no_points() -> Points:
    """Returns none: the format has no sparse points."""
    return np.empty((0, 3))


@dataclass(frozen=True)
class PosedList:
    """Frames in the words of transforms.json, and what else helps to read their pictures.

    `path` is the file that sentences name, `home` the folder that pictures may lie in, and `folders` are those of it
    in which names are looked for.
    """

    path: Path
    home: Path
    frames: list[dict[str, Any]]
    folders: tuple[str, ...] = ("",)
    by_file_name: bool = False
    """A picture may lie anywhere below `home`, where its name stands there once."""
    missing_share: float = 0.0
    """How many of the pictures may be missing; they are left out."""
    held_out: frozenset[str] | None = None
    """Names of pictures that are only for checking; None where the file does not say."""
    points: Callable[[], Points] = no_points
    """Reads the sparse points, where there are any."""
    cube: tuple[tuple[float, float, float], float] | None = None
    """Center and side of the cube that the file says holds the scene."""
    notes: tuple[str, ...] = ()
    noun: str = "Frame"
    """What sentences call an entry of the file."""


def same_name(name: str) -> str:
    """Returns a picture's name as it is compared: with / between folders, and without ./ before them."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    return "/".join(parts)
