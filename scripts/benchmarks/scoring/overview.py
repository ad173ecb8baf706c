"""All results of a run in one picture, for a README: from in front and from the side, the prompt below."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from .strip import AZIMUTHS, FRONT, SIZE, read_strip, write_whole

SIDE = AZIMUTHS.index(90)
COLUMNS, GAP, WORDS, INK, PAPER = 5, 8, 28, (20, 20, 20), (255, 255, 255)
WIDTH, HEIGHT = 2 * SIZE + GAP, SIZE + WORDS + GAP
LETTERS = 2 * SIZE // 6
"""of a line: about six pixels each"""


def write_overview(cells: Sequence[tuple[str, Path]], path: Path) -> None:
    """One cell for each prompt and its strip, row by row."""
    rows = -(-len(cells) // COLUMNS)
    page = Image.new("RGB", (COLUMNS * WIDTH + GAP, max(1, rows) * HEIGHT + GAP), PAPER)
    pen = ImageDraw.Draw(page)
    for number, (prompt, strip) in enumerate(cells):
        left, top = GAP + number % COLUMNS * WIDTH, GAP + number // COLUMNS * HEIGHT
        pictures = read_strip(strip)
        page.paste(Image.fromarray(np.concatenate([pictures[FRONT], pictures[SIDE]], axis=1)), (left, top))
        pen.text((left, top + SIZE), "\n".join(textwrap.wrap(prompt, LETTERS)), fill=INK)
    write_whole(page, path)
