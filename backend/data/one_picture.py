"""One picture of one thing, whose shape is made: read small, upright, whatever its size."""

from __future__ import annotations

from pathlib import Path

from jaxtyping import Float
from torch import Tensor

from backend.errors import ConfigError, DatasetError

from .picture_file import read_header, read_picture
from .regular_file import brief

PIXELS = 256
"""Along the shorter side, and more: a larger picture is made smaller while it is read."""


def read_file(file: Path) -> Float[Tensor, "h w 4"]:
    """A picture from the disk in linear light with straight alpha, made smaller where it is large.

    Raises:
        ConfigError: it is missing, or no picture of a format that is read.
    """
    try:
        header = read_header(file.expanduser())
        smaller = max(1, min(header.width, header.height) // PIXELS)
        return read_picture(file.expanduser(), smaller, upright=True)
    except (DatasetError, RuntimeError) as cause:  # RuntimeError: there is no such home folder
        raise ConfigError(
            f"The picture {brief(file)} is missing or cannot be read: choose a whole PNG or JPEG."
        ) from cause
