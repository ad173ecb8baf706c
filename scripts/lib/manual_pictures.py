#!/usr/bin/env python3
"""Pictures of the window stories, made small for docs/manual.md, and the moving picture of the README.

Run it with the backend's Python, which has Pillow.

DREAMWRIGHT_KEEP_PICTURES=out/story .envs/backend/bin/python -m pytest tests/window/test_artist.py
.envs/backend/bin/python -m scripts.lib.manual_pictures out/story
DREAMWRIGHT_KEEP_PICTURES=out/new .envs/backend/bin/python -m pytest tests/window/test_newcomer_window.py
.envs/backend/bin/python -m scripts.lib.manual_pictures out/new --moving
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageChops

from .environments import ROOT

MANUAL = ROOT / "docs" / "manual"
WIDTH = 960
"""Pixels of a whole screen; a tab stays as large as it is."""
MOVING = ROOT / "docs" / "first-run.webp"
MOVING_WIDTH, FRAME_MS, LAST_MS = 800, 350, 2500
BELOW = 362
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


def moving(folder: Path) -> None:
    """Makes one animation of the frames of a story; those that show nothing new are shown longer instead."""
    frames = [_small(file) for file in sorted(folder.glob("frame-*.png"))]
    kept, milliseconds = frames[:1], [FRAME_MS]
    for frame in frames[1:]:
        if ImageChops.difference(frame, kept[-1]).getbbox() is None:
            milliseconds[-1] = min(milliseconds[-1] + FRAME_MS // 3, LAST_MS)
        else:
            kept.append(frame)
            milliseconds.append(FRAME_MS)
    milliseconds[-1] = LAST_MS
    kept[0].save(MOVING, save_all=True, append_images=kept[1:], duration=milliseconds, loop=0, quality=60, method=4)


def _small(file: Path) -> Image.Image:
    picture = Image.open(file).convert("RGB")
    view = picture.crop((0, 0, picture.width * 1140 // 1389, picture.height * 786 // 868))  # the 3D view and its tab
    height = MOVING_WIDTH * view.height // view.width
    return view.resize((MOVING_WIDTH, height), Image.Resampling.LANCZOS)


def _without_the_view_below(tab: Image.Image) -> Image.Image:
    """A tab cut off under its last panel: below it the view shows through, which differs from row to row."""
    red, _, blue = tab.crop((12, 0, tab.width - 60, tab.height)).split()
    middle = ImageChops.darker(red, blue)  # letters are white, the lines of the view are colored
    bright = [max(middle.crop((0, y, middle.width, y + 1)).tobytes()) > 140 for y in range(middle.height)]
    last = max((y for y, is_bright in enumerate(bright) if is_bright), default=tab.height - 1)
    return tab.crop((0, 0, tab.width, min(last + 20, tab.height)))


if __name__ == "__main__":
    (moving if "--moving" in sys.argv else main)(Path(sys.argv[1]))
