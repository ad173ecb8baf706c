"""How well a model draws what a thing is made of, how it is patterned, and how large it is: figures, and a sheet.

    python -m scripts.training.evaluation.materials --weights backend/models/diffusion --out sheet.png

The dataset is the judge, as in measure.py. A picture of "a striped red mug" is read as the finish, of eight and none,
whose render of a red mug from the same camera is nearest; one of "a tall candle" as the nearest of tall, usual and
short. The thing and its color are given. Finishes that training never said of that thing are counted apart.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from ..colors import linear_color, srgb_encode
from ..materials.material_sampler import MATERIALS, PAINTERS, PALE, PATTERNS, Material, is_held_out_material
from ..materials.surface_layers import LAYERS
from ..models.sampling import Denoiser, fixed_cameras, on_gray, sheet
from ..objects.object_class import OBJECT_CLASSES
from ..objects.subjects import Subject
from ..raycasting.orbit import Orbit
from ..raycasting.raycaster import Raycaster
from .diffusion import CAMERAS, FIRST_INSTANCE, draw

NAMES = (
    "sphere", "cube", "cylinder", "cone", "egg", "mug", "bottle", "book", "chair", "table", "barrel", "house", "car",
    "bus", "rocket", "sailing boat", "top hat", "guitar", "cat", "fish", "duck", "mushroom", "heart", "star",
)  # fmt: skip
COLORS = ("red", "blue", "green", "yellow")
HEIGHTS = ("", "tall", "short")
INSTANCES = 4


def render_material(name: str, color: str, material: str) -> Float[Tensor, "i v 4 h w"]:
    """A few instances from all cameras, [sRGB on black, opacity] in [0, 1]."""
    return torch.stack([_painted(name, color, material, "", FIRST_INSTANCE + i) for i in range(INSTANCES)])


def render_size(name: str, color: str, form: str) -> Float[Tensor, "i v 4 h w"]:
    return torch.stack([_painted(name, color, "", form, FIRST_INSTANCE + i) for i in range(INSTANCES)])


def _painted(name: str, color: str, material: str, form: str, instance: int) -> Float[Tensor, "v 4 h w"]:
    pieces, orbit = Subject((OBJECT_CLASSES[name],)).build(instance, form), Orbit(*fixed_cameras(CAMERAS).T)
    raycaster, main = Raycaster([piece.mesh for piece in pieces]), [i for i, p in enumerate(pieces) if p.color is None]
    images = raycaster.images(orbit)
    coverage, shade = images.coverage / 255, images.shade / 255
    own = torch.stack([linear_color(piece.color or color) for piece in pieces])
    linear = torch.einsum("vkhw,kc->vchw", shade, own)
    if material and main:
        linear = torch.einsum("vkhw,kc->vchw", shade.clone().index_fill_(1, torch.tensor(main), 0), own)
        layers = raycaster.layers(orbit, main) / 255
        linear += torch.stack([_surface(material, color, *view) for view in
                               zip(coverage[:, main].sum(1), shade[:, main].sum(1), layers, strict=True)])  # fmt: skip
    return torch.cat([srgb_encode(linear.clamp(0, 1)), coverage.sum(1, keepdim=True).clamp_max(1)], 1)


def _surface(material: str, color: str, covered: Tensor, lit: Tensor, layers: Float[Tensor, "l h w"]) -> Tensor:
    second = ("black" if color in PALE else "white") if material in PATTERNS else ""
    of = dict(zip(LAYERS, layers, strict=True))
    return PAINTERS[material](linear_color(color), covered, lit, of, Material(material, second))


def nearest(picture: Float[Tensor, "4 h w"], view: int, renders: Sequence[Float[Tensor, "i v 4 h w"]]) -> int:
    """Whose best instance is nearest in mean square."""
    far = [float((each[:, view] - picture).square().mean((1, 2, 3)).min()) for each in renders]
    return int(torch.tensor(far).argmin())


def material_figures(denoiser: Denoiser, names: Sequence[str], steps: int) -> tuple[dict[str, Any], list[Tensor]]:
    """Every thing with every finish, one picture each, and strips of them."""
    asked = [(name, material) for name in names for material in MATERIALS]
    views = torch.arange(len(asked)) % len(CAMERAS)
    colors = [COLORS[i // len(MATERIALS) % len(COLORS)] for i in range(len(asked))]
    words = [f"a {material} {color} {name}" for (name, material), color in zip(asked, colors, strict=True)]
    pictures = draw(denoiser, words, views, steps)
    right: dict[str, list[tuple[bool, bool]]] = {material: [] for material in MATERIALS}
    for number, name in enumerate(names):
        renders = [render_material(name, colors[number * len(MATERIALS)], material) for material in ("", *MATERIALS)]
        for place in range(number * len(MATERIALS), (number + 1) * len(MATERIALS)):
            material = asked[place][1]
            read = nearest(pictures[place], int(views[place]), renders) == 1 + MATERIALS.index(material)
            right[material].append((read, is_held_out_material(OBJECT_CLASSES[name], material)))
    every = [each for of in right.values() for each in of]
    by_finish = {material: _share([read for read, _ in of]) for material, of in right.items()}
    seen, never = ([read for read, held in every if held == which] for which in (False, True))
    found = {"pictures": len(every), "seen in training": _share(seen), "held out": _share(never)}
    found |= {"of which held out": len(never)}
    return found | by_finish, [on_gray(row) for row in pictures.split(len(MATERIALS))]


def height_figures(denoiser: Denoiser, names: Sequence[str], steps: int) -> dict[str, Any]:
    asked = [(name, form) for name in names for form in HEIGHTS]
    views = torch.arange(len(asked)) % len(CAMERAS)
    words = [f"a {form} red {name}".replace("  ", " ") for name, form in asked]
    pictures = draw(denoiser, words, views, steps)
    right: dict[str, list[bool]] = {form: [] for form in HEIGHTS}
    for number, name in enumerate(names):
        renders = [render_size(name, "red", form) for form in HEIGHTS]
        for place in range(number * len(HEIGHTS), (number + 1) * len(HEIGHTS)):
            form = asked[place][1]
            right[form].append(HEIGHTS[nearest(pictures[place], int(views[place]), renders)] == form)
    return {form or "usual": _share(of) for form, of in right.items()}


def _share(right: list[bool]) -> float:
    return round(sum(right) / max(1, len(right)), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True, help="a folder that scripts.training.diffusion exported")
    parser.add_argument("--out", type=Path, help="a PNG: a row for each thing, a column for each finish")
    parser.add_argument("--steps", type=int, default=20)
    options = parser.parse_args()
    torch.manual_seed(0)
    denoiser = Denoiser.read(options.weights)
    materials, rows = material_figures(denoiser, NAMES, options.steps)
    print(json.dumps({"finishes": materials, "heights": height_figures(denoiser, NAMES, options.steps)}, indent=2))
    if options.out:
        sheet(rows, columns=2).save(options.out)


if __name__ == "__main__":
    main()
