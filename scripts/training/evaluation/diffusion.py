"""How well a model draws what it is asked for: figures, and a sheet of its pictures beside the dataset's own.

    python -m scripts.training.evaluation.diffusion --weights backend/models/diffusion --out sheet.png

The judge is the dataset itself. A picture is read as the thing, of all that were trained, and the color, of twelve,
whose render from the same camera is nearest to it (mean square over color and opacity, the best of a few instances).
What was held out from training is counted apart. The overlap (IoU) is that of silhouettes with the best instance's.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ..colors import NAMED, linear_color, srgb_encode
from ..held_out import is_held_out_color, is_held_out_pair
from ..models.sampling import Denoiser, fixed_cameras, on_gray, sample, sheet
from ..objects.object_class import OBJECT_CLASSES
from ..objects.subjects import SOLIDS, Piece, Subject, pairs, singles
from ..raycasting.orbit import Orbit
from ..raycasting.raycaster import RESOLUTION, Raycaster
from ..training_subset import TRAINING_SUBSET

CAMERAS = ((20, 10), (70, 35), (335, 20), (290, 5))  # azimuth and elevation in degrees: where a person would look from
INSTANCES, FIRST_INSTANCE = 6, 900_000  # training's instances are numbered far below
CHUNK = 48


@dataclass(frozen=True)
class Renders:
    """A few instances of one subject from all cameras, without color."""

    coverage: Float[Tensor, "i v k h w"]
    shade: Float[Tensor, "i v k h w"]
    own: list[list[tuple[int, str | None]]]  # of each instance, its parts' owners and own colors

    def pictures(self, view: int, *colors: str) -> Float[Tensor, "i 4 h w"]:
        """[sRGB on black, opacity] in [0, 1], the main parts of each thing in its color."""
        painted = [
            torch.stack([linear_color(own or colors[owner]) for owner, own in of_instance]) for of_instance in self.own
        ]
        linear = [torch.einsum("khw,kc->chw", s[view, : len(c)], c) for s, c in zip(self.shade, painted, strict=True)]
        opacity = self.coverage[:, view].sum(1, keepdim=True).clamp_max(1)
        return torch.cat([srgb_encode(torch.stack(linear).clamp(0, 1)), opacity], dim=1)


def render(subject: Subject) -> Renders:
    orbit = Orbit(*fixed_cameras(CAMERAS).T)
    pieces = [subject.build(FIRST_INSTANCE + number) for number in range(INSTANCES)]
    most = max(map(len, pieces))
    coverage, shade = zip(*(_images(of_instance, orbit, most) for of_instance in pieces), strict=True)
    own = [[(piece.owner, piece.color) for piece in of_instance] for of_instance in pieces]
    return Renders(torch.stack(coverage), torch.stack(shade), own)


def _images(pieces: list[Piece], orbit: Orbit, parts: int) -> tuple[Tensor, Tensor]:
    images = Raycaster([piece.mesh for piece in pieces]).images(orbit)
    missing = (0, 0, 0, 0, 0, parts - len(pieces))
    coverage, shade = (torch.nn.functional.pad(image / 255, missing) for image in (images.coverage, images.shade))
    return coverage, shade


class RenderClassifier:
    """Reads a picture by its nearest render."""

    def __init__(self, subjects: list[Subject]) -> None:
        self.subjects, self.names = subjects, [subject.name for subject in subjects]
        self.renders = [render(subject) for subject in subjects]

    def by_distance(self, picture: Float[Tensor, "4 h w"], view: int, *colors: str) -> list[str]:
        """All names, the nearest first, everything in these colors."""
        far = [_distance(picture, renders.pictures(view, *colors)) for renders in self.renders]
        return [self.names[number] for number in torch.tensor(far).argsort().tolist()]

    def color(self, picture: Float[Tensor, "4 h w"], view: int, name: str) -> str:
        """The nearest of twelve, the thing given."""
        renders = self.renders[self.names.index(name)]
        return min(NAMED, key=lambda color: _distance(picture, renders.pictures(view, color)))

    def overlap(self, picture: Float[Tensor, "4 h w"], view: int, name: str) -> float:
        true = self.renders[self.names.index(name)].coverage[:, view].sum(1) > 0.5
        return float(overlaps(picture[3] > 0.5, true).max())


def _distance(picture: Float[Tensor, "4 h w"], renders: Float[Tensor, "i 4 h w"]) -> float:
    return float((renders - picture).square().mean((1, 2, 3)).min())


def overlaps(drawn: Bool[Tensor, "h w"], true: Bool[Tensor, "i h w"]) -> Float[Tensor, " i"]:
    """Intersection over union with each."""
    return (drawn & true).sum((1, 2)) / (drawn | true).sum((1, 2)).clamp_min(1)


@dataclass(frozen=True)
class Reading:
    """What the judge makes of one picture."""

    name: str
    color: str
    held_out: bool
    rank: int  # of the right name: 0 is the first
    color_right: bool
    overlap: float


def readings(
    denoiser: Denoiser, classifier: RenderClassifier, steps: int
) -> tuple[list[Reading], Float[Tensor, "n 4 h w"]]:
    """One picture of every thing in every color, the cameras in turn."""
    pairs = [(name, color) for name in classifier.names for color in NAMED]
    view = torch.arange(len(pairs)) % len(CAMERAS)
    pictures = draw(denoiser, [f"a {color} {name}" for name, color in pairs], view, steps)
    return [_read(classifier, *row) for row in zip(pairs, pictures, view.tolist(), strict=True)], pictures


def draw(denoiser: Denoiser, captions: list[str], view: Int[Tensor, " n"], steps: int) -> Float[Tensor, "n 4 h w"]:
    """Pictures as small as the renders: those of a model of larger ones are shrunk."""
    camera = fixed_cameras(CAMERAS)[view]
    starts = range(0, len(captions), CHUNK)
    drawn = torch.cat([sample(denoiser, captions[i : i + CHUNK], camera[i : i + CHUNK], steps) for i in starts])
    return torch.nn.functional.adaptive_avg_pool2d(drawn, RESOLUTION)


def _read(classifier: RenderClassifier, pair: tuple[str, str], picture: Tensor, view: int) -> Reading:
    name, color = pair
    return Reading(
        name,
        color,
        is_held_out_color(OBJECT_CLASSES[name], color),
        classifier.by_distance(picture, view, color).index(name),
        classifier.color(picture, view, name) == color,
        classifier.overlap(picture, view, name),
    )


def figures(read: list[Reading]) -> dict[str, float]:
    count = len(read) or 1
    return {
        "pictures": len(read),
        "thing right": round(sum(r.rank == 0 for r in read) / count, 3),
        "thing among five": round(sum(r.rank < 5 for r in read) / count, 3),
        "color right": round(sum(r.color_right for r in read) / count, 3),
        "both right": round(sum(r.rank == 0 and r.color_right for r in read) / count, 3),
        "overlap": round(sum(r.overlap for r in read) / count, 3),
    }


def pair_figures(denoiser: Denoiser, steps: int) -> dict[str, dict[str, float]]:
    """Pairs of solids, red and blue: how often, of all such pairs, the right one is nearest; seen or held out."""
    solids = [pair for pair in pairs() if all(obj.name in SOLIDS for obj in pair.objects)]
    classifier, view = RenderClassifier(solids), torch.arange(len(solids)) % len(CAMERAS)
    captions = [f"a red {a.name} {pair.relation} a blue {b.name}" for pair in solids for a, b in [pair.objects]]
    pictures = draw(denoiser, captions, view, steps)
    ranks: dict[bool, list[int]] = {True: [], False: []}
    for pair, picture, index in zip(solids, pictures, view.tolist(), strict=True):
        order = classifier.by_distance(picture, index, "red", "blue")
        ranks[is_held_out_pair(pair.name)].append(order.index(pair.name))
    return {"pairs seen in training": _of_ranks(ranks[False]), "pairs held out": _of_ranks(ranks[True])}


def _of_ranks(ranks: list[int]) -> dict[str, float]:
    count = len(ranks) or 1
    shares = {"pair right": sum(r == 0 for r in ranks) / count, "pair among five": sum(r < 5 for r in ranks) / count}
    return {"pictures": len(ranks)} | {name: round(share, 3) for name, share in shares.items()}


def summary(read: list[Reading]) -> dict[str, Any]:
    """Figures of all, of what was held out, and of each thing."""
    by_object = {name: figures([r for r in read if r.name == name]) for name in dict.fromkeys(r.name for r in read)}
    held = [r for r in read if r.held_out]
    return {
        "seen in training": figures([r for r in read if not r.held_out]),
        "colors held out": figures(held),
        "things": {name: [of["thing right"], of["color right"], of["overlap"]] for name, of in by_object.items()},
    }


def comparison(
    classifier: RenderClassifier, pictures: Float[Tensor, "n 4 h w"], colors: tuple[str, ...]
) -> list[Tensor]:
    """For each thing a strip: drawn and true, in these colors, each from the camera that it was drawn for."""
    strips = []
    for number, renders in enumerate(classifier.renders):
        places = [number * len(NAMED) + list(NAMED).index(color) for color in colors]
        true = [renders.pictures(p % len(CAMERAS), c)[0] for p, c in zip(places, colors, strict=True)]
        pair = torch.stack([pictures[places], torch.stack(true)], dim=1).flatten(0, 1)
        strips.append(on_gray(pair))
    return strips


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True, help="a folder that scripts.training.diffusion exported")
    parser.add_argument("--out", type=Path, help="a PNG: of each thing, pictures drawn and beside them true ones")
    parser.add_argument("--colors", nargs="+", default=["red", "blue", "white"], choices=list(NAMED))
    parser.add_argument("--steps", type=int, default=20)
    options = parser.parse_args()
    torch.manual_seed(0)
    labeled = json.loads((options.weights / "vocabulary.json").read_text())["objects"]
    classifier = RenderClassifier(
        [subject for subject in singles() if subject.name in labeled and subject.name in TRAINING_SUBSET]
    )
    denoiser = Denoiser.read(options.weights)
    read, pictures = readings(denoiser, classifier, options.steps)
    print(json.dumps(pair_figures(denoiser, options.steps) | summary(read), indent=2))
    if options.out:
        sheet(comparison(classifier, pictures, tuple(options.colors)), columns=5).save(options.out)


if __name__ == "__main__":
    main()
