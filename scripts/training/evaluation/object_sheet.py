"""Look at things: one PNG, a row for each, from four sides and from above, large and as the network sees it.

python -m scripts.training.evaluation.object_sheet snowman mug --out /tmp/things.png
python -m scripts.training.evaluation.object_sheet --group animals --out /tmp/animals.png
"""

from __future__ import annotations

import argparse
from math import radians
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image, ImageDraw
from torch import Tensor

from ..colors import linear_color, srgb_encode
from ..objects.object_class import OBJECT_CLASSES, ObjectClass, Part, Rng
from ..raycasting.orbit import Orbit
from ..raycasting.raycaster import PartImages, Raycaster, fit_to_frame

VIEWS = [(0, 20), (90, 20), (180, 20), (270, 20), (30, 60)]  # azimuth and elevation in degrees
LARGE, MARGIN, BEHIND = 96, 110, 0.82


def orbit() -> Orbit:
    angles = torch.tensor([[radians(azimuth), radians(elevation)] for azimuth, elevation in VIEWS])
    return Orbit(angles[:, 0], angles[:, 1], torch.full((len(VIEWS),), 3.2))


def paint(images: PartImages, colors: list[str]) -> Float[Tensor, "v h w 3"]:
    """Display values over light gray."""
    linear = torch.einsum("vkhw,kc->vhwc", images.shade / 255, torch.stack([linear_color(c) for c in colors]))
    alpha = (images.coverage / 255).sum(1).clamp_max(1)[..., None]
    return srgb_encode((linear + (1 - alpha) * BEHIND).clamp(0, 1))


def colors_of(parts: list[Part], main: str) -> list[str]:
    return [part.color or main for part in parts]


def row(obj: ObjectClass, seed: int, main: str | None) -> Image.Image:
    """The views of one instance: each large, and beside it the network's 32 pixels enlarged."""
    parts = obj.build(Rng(f"{obj.name}-{seed}"))
    raycaster = Raycaster(fit_to_frame([part.mesh for part in parts]))
    colors = colors_of(parts, main or obj.natural or "red")
    pictures = [picture for size in (LARGE, 32) for picture in paint(raycaster.images(orbit(), size), colors)]
    strip = Image.new("RGB", (MARGIN + 2 * len(VIEWS) * LARGE, LARGE), "white")
    for k, picture in enumerate(pictures):
        image = Image.fromarray((picture.numpy() * 255).round().astype(np.uint8))
        column = 2 * (k % len(VIEWS)) + k // len(VIEWS)
        strip.paste(image.resize((LARGE, LARGE), Image.Resampling.NEAREST), (MARGIN + column * LARGE, 0))
    part_colors = "\n".join(f"{part.name}: {color}" for part, color in zip(parts, colors, strict=True))
    ImageDraw.Draw(strip).multiline_text((3, 3), f"{obj.name}\n{part_colors}", "black", font_size=11)
    return strip


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="things; none: all of them")
    parser.add_argument("--group", help="all things of a group")
    parser.add_argument("--color", help="of the main parts, instead of the natural one")
    parser.add_argument("--seed", type=int, default=0, help="which instance")
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def main() -> None:
    options = parse()
    chosen = options.names or [name for name, obj in OBJECT_CLASSES.items() if options.group in (None, obj.group)]
    rows = [row(OBJECT_CLASSES[name], options.seed, options.color) for name in chosen]
    sheet = Image.new("RGB", (rows[0].width, LARGE * len(rows)), "white")
    for k, strip in enumerate(rows):
        sheet.paste(strip, (0, LARGE * k))
    sheet.save(options.out)


if __name__ == "__main__":
    main()
