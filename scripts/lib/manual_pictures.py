#!/usr/bin/env python3
"""Pictures of the long window story, made small for docs/manual.md. Run it with the backend's Python, which has Pillow.

DREAMWRIGHT_KEEP_PICTURES=out/story .envs/backend/bin/python -m pytest tests/window/test_artist.py
.envs/backend/bin/python -m scripts.lib.manual_pictures out/story
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageChops

from .environments import ROOT

MANUAL = ROOT / "docs" / "manual"
WIDTH = 960
"""Pixels of a whole screen; a tab stays as large as it is."""
BELOW = 298
"""Pixels of the main panel, which stands above each of the others and is shown once."""


def main(folder: Path) -> None:
    MANUAL.mkdir(parents=True, exist_ok=True)
    for file in sorted(folder.glob("*.png")):
        picture = Image.open(file).convert("RGB")
        if picture.width > WIDTH:
            picture = picture.resize((WIDTH, WIDTH * picture.height // picture.width), Image.Resampling.LANCZOS)
            picture.save(MANUAL / f"{file.stem}.jpg", quality=75, optimize=True)
        else:
            if file.stem.startswith("panel-"):
                picture = picture.crop((0, BELOW, picture.width, picture.height))
            _without_the_view_below(picture).quantize(64).save(MANUAL / f"{file.stem}.png", optimize=True)


def _without_the_view_below(tab: Image.Image) -> Image.Image:
    """A tab cut off under its last panel: below it the view shows through, which differs from row to row."""
    red, _, blue = tab.crop((12, 0, tab.width - 60, tab.height)).split()
    middle = ImageChops.darker(red, blue)  # letters are white, the lines of the view are colored
    bright = [max(middle.crop((0, y, middle.width, y + 1)).tobytes()) > 140 for y in range(middle.height)]
    last = max((y for y, is_bright in enumerate(bright) if is_bright), default=tab.height - 1)
    return tab.crop((0, 0, tab.width, min(last + 20, tab.height)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
