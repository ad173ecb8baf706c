"""Look at things: one PNG, a row for each, from four sides and from above, large and as the network sees it.

python -m scripts.zoo.sheet snowman mug --out /tmp/things.png
python -m scripts.zoo.sheet --group animals --out /tmp/animals.png
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

from scripts.guide_data.colours import linear_colour, srgb_encode
from scripts.guide_data.orbit import Orbit

from . import things  # noqa: F401  (fills THINGS)
from .casting import Caster, Images, fitted
from .thing import THINGS, Part, Thing, Vary

VIEWS = [(0, 20), (90, 20), (180, 20), (270, 20), (30, 60)]  # azimuth and elevation in degrees
LARGE, MARGIN, BEHIND = 96, 110, 0.82


def orbit() -> Orbit:
    angles = torch.tensor([[radians(azimuth), radians(elevation)] for azimuth, elevation in VIEWS])
    return Orbit(angles[:, 0], angles[:, 1], torch.full((len(VIEWS),), 3.2))


def painted(images: Images, colours: list[str]) -> Float[Tensor, "v h w 3"]:
    """Display values over light grey."""
    linear = torch.einsum("vkhw,kc->vhwc", images.shade / 255, torch.stack([linear_colour(c) for c in colours]))
    alpha = (images.coverage / 255).sum(1).clamp_max(1)[..., None]
    return srgb_encode((linear + (1 - alpha) * BEHIND).clamp(0, 1))


def colours_of(parts: list[Part], main: str) -> list[str]:
    return [part.colour or main for part in parts]


def row(thing: Thing, seed: int, main: str | None) -> Image.Image:
    """The views of one instance: each large, and beside it the network's 32 pixels enlarged."""
    parts = thing.build(Vary(f"{thing.name}-{seed}"))
    caster = Caster(fitted([part.mesh for part in parts]))
    colours = colours_of(parts, main or thing.natural or "red")
    pictures = [picture for size in (LARGE, 32) for picture in painted(caster.images(orbit(), size), colours)]
    strip = Image.new("RGB", (MARGIN + 2 * len(VIEWS) * LARGE, LARGE), "white")
    for k, picture in enumerate(pictures):
        image = Image.fromarray((picture.numpy() * 255).round().astype(np.uint8))
        column = 2 * (k % len(VIEWS)) + k // len(VIEWS)
        strip.paste(image.resize((LARGE, LARGE), Image.Resampling.NEAREST), (MARGIN + column * LARGE, 0))
    parts_said = "\n".join(f"{part.name}: {colour}" for part, colour in zip(parts, colours, strict=True))
    ImageDraw.Draw(strip).multiline_text((3, 3), f"{thing.name}\n{parts_said}", "black", font_size=11)
    return strip


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="things; none: all of them")
    parser.add_argument("--group", help="all things of a group")
    parser.add_argument("--colour", help="of the main parts, instead of the natural one")
    parser.add_argument("--seed", type=int, default=0, help="which instance")
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def main() -> None:
    options = parse()
    chosen = options.names or [name for name, thing in THINGS.items() if options.group in (None, thing.group)]
    rows = [row(THINGS[name], options.seed, options.colour) for name in chosen]
    sheet = Image.new("RGB", (rows[0].width, LARGE * len(rows)), "white")
    for k, strip in enumerate(rows):
        sheet.paste(strip, (0, LARGE * k))
    sheet.save(options.out)


if __name__ == "__main__":
    main()
