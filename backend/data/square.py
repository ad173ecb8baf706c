"""One picture without a pose, as an image-text model wants it: square, over a plain backdrop."""

from __future__ import annotations

from pathlib import Path

from jaxtyping import Float
from torch import Tensor

from backend.color import srgb_encoded
from backend.errors import ConfigError, DatasetError

from .picture_file import read_picture


def read_square(path: Path, backdrop: float) -> Float[Tensor, "3 s s"]:
    """The middle square in sRGB: models are trained on crops, and squeezing would distort.

    Where the picture has alpha it is laid over `backdrop`, a linear gray.

    Raises:
        ConfigError: the file is missing or is not a picture.
    """
    try:
        picture = read_picture(path.expanduser())
    except (DatasetError, RuntimeError) as cause:  # RuntimeError: there is no such home folder
        raise ConfigError(
            f"The picture {path} of what is wanted is missing or cannot be read: choose a whole PNG or JPEG."
        ) from cause
    color, alpha = picture[..., :3], picture[..., 3:]
    return _middle(srgb_encoded(color * alpha + backdrop * (1 - alpha)).permute(2, 0, 1))


def _middle(picture: Float[Tensor, "3 h w"]) -> Float[Tensor, "3 s s"]:
    height, width = picture.shape[1:]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return picture[:, top : top + side, left : left + side]
