"""Frames become an animated picture. Runs in the backend's environment, which has Pillow.

.envs/backend/bin/python -m scripts.lib.turntable FRAMES_FOLDER OUT.gif
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

SECONDS_A_TURN = 4.0
COLORS = 128


def assemble(frames: list[Path], out: Path) -> None:
    """One palette for all frames, so that still parts do not flicker."""
    pictures = [Image.open(frame).convert("RGB") for frame in frames]
    palette = _side_by_side(pictures).quantize(COLORS, method=Image.Quantize.MEDIANCUT)
    indexed = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    milliseconds = round(1000 * SECONDS_A_TURN / len(indexed))
    indexed[0].save(out, save_all=True, append_images=indexed[1:], duration=milliseconds, loop=0, optimize=True)


def _side_by_side(pictures: list[Image.Image]) -> Image.Image:
    width, height = pictures[0].size
    strip = Image.new("RGB", (width * len(pictures), height))
    for index, picture in enumerate(pictures):
        strip.paste(picture, (index * width, 0))
    return strip


if __name__ == "__main__":
    assemble(sorted(Path(sys.argv[1]).glob("*.png")), Path(sys.argv[2]))
