"""Pictures beside what is made of them, to look at.

    python -m scripts.training.picture.sheet out/sheet.png PICTURE [PICTURE ...]

Under each pair stands what the picture was taken for. The model is the one that the backend has.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from PIL import Image, ImageDraw
from torch import Tensor

from backend.data.one_picture import read_file
from backend.priors.picture import PICTURE_FOLDER, Certainty, read_picture
from backend.priors.prior_field import PriorField

from ..prior.sheet import PIXELS, picture
from .evaluate import field_of

COLUMNS = 4


class FieldDisplay:
    """A field as the prior's sheet asks for it."""

    def __init__(self, field: PriorField) -> None:
        self.field = field

    def logits(self, points: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        with torch.no_grad():
            return self.field.logit(points)

    def normals(self, points: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        with torch.no_grad():
            return self.field._normals(points)

    def colors(self, points: Float[Tensor, "n 3"]) -> Float[ndarray, "n 3"]:
        with torch.no_grad():
            return self.field.color(points).numpy()


def pair(file: Path, folder: Path = PICTURE_FOLDER) -> tuple[ndarray, str]:
    """A picture, what is made of it, and what it was taken for."""
    reading = read_picture(read_file(file), folder=folder)
    given = np.asarray(Image.open(file).convert("RGBA").resize((PIXELS, PIXELS)))
    shown = (given[..., :3] * (given[..., 3:] / 255) + 230 * (1 - given[..., 3:] / 255)).astype(np.uint8)
    first = reading.guesses[0]
    made = np.full_like(shown, 255)
    if reading.certainty is not Certainty.UNKNOWN:
        made = picture(FieldDisplay(field_of(first.name, torch.tensor(first.code), reading.color)))  # type: ignore[arg-type]
    mark = {Certainty.SURE: "", Certainty.UNSURE: "? ", Certainty.UNKNOWN: "refused: "}[reading.certainty]
    return np.concatenate([shown, made], 1), f"{file.stem[:18]} -> {mark}{first.name} {first.chance:.0%}"


def draw(files: list[Path], to: Path) -> None:
    pairs = [pair(file) for file in files]
    rows = -(-len(pairs) // COLUMNS)
    page = Image.new("RGB", (COLUMNS * 2 * PIXELS, rows * (PIXELS + 14)), "white")
    for place, (image, text) in enumerate(pairs):
        corner = (place % COLUMNS * 2 * PIXELS, place // COLUMNS * (PIXELS + 14))
        page.paste(Image.fromarray(image), corner)
        ImageDraw.Draw(page).text((corner[0] + 4, corner[1] + PIXELS), text, fill="black")
    to.parent.mkdir(parents=True, exist_ok=True)
    page.save(to)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("to", type=Path, help="file of the sheet")
    parser.add_argument("pictures", type=Path, nargs="+")
    options = parser.parse_args()
    draw(options.pictures, options.to)
