"""Pictures in rows, with words beside and above them, for a person to look at. Runs in the backend's environment."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

MARGIN, LINE, BACKDROP, INK = 6, 13, (236, 236, 236), (20, 20, 20)


@dataclass(frozen=True)
class Row:
    """Words, and pictures as (h, w, 3 or 4) uint8; one with alpha is laid over the backdrop."""

    words: str
    pictures: Sequence[np.ndarray]


def contact_sheet(rows: Sequence[Row], headings: Sequence[str] = (), words_width: int = 170) -> Image.Image:
    """All rows under each other, each picture in its own column."""
    width = max(max((p.shape[1] for p in row.pictures), default=0) for row in rows)
    heights = [max((p.shape[0] for p in row.pictures), default=LINE) + MARGIN for row in rows]
    columns = max(len(row.pictures) for row in rows)
    top = LINE + MARGIN if headings else MARGIN
    sheet = Image.new("RGB", (words_width + columns * (width + MARGIN), top + sum(heights)), BACKDROP)
    pen = ImageDraw.Draw(sheet)
    for i, heading in enumerate(headings):
        pen.text((words_width + i * (width + MARGIN), MARGIN // 2), heading, fill=INK)
    for row, height in zip(rows, heights, strict=True):
        pen.text((MARGIN, top + MARGIN), _wrapped(row.words, words_width), fill=INK)
        for i, picture in enumerate(row.pictures):
            image = Image.fromarray(picture)
            corner = (words_width + i * (width + MARGIN), top)
            sheet.paste(image, corner, image if image.mode == "RGBA" else None)
        top += height
    return sheet


def _wrapped(words: str, width: int) -> str:
    """Lines that fit; about six pixels a letter."""
    return "\n".join(part for line in words.splitlines() for part in textwrap.wrap(line, (width - MARGIN) // 6))
