"""The figures of the model cards.

    python -m scripts.guide_data.measure guide --weights backend/models/guide
    python -m scripts.guide_data.measure diffusion --weights backend/models/diffusion --guide backend/models/guide

The guide: of held-out pictures, how often the right text scores highest, among all colours (shape known), all shapes
(colour known), and all pairs. The diffusion model: how often the guide reads its samples as what was asked, and how
well their silhouettes overlap those that tracing the same object from the same camera gives.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import open_clip
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from scripts.train_guide import photographs

from .batches import Batch, Sampler
from .colours import NAMED, srgb_encode
from .orbit import Orbit, random_orbit
from .sampling import Denoiser, on_grey, sample
from .shapes import SHAPES
from .tracing import trace_views
from .views import traced
from .vocabulary import read_tokenizer

HELD_OUT_SEED = 900_000  # training's shards are seeded far below
PAIRS = [(shape.name, colour) for shape in SHAPES for colour in NAMED]


class Judge:
    """A guide that names the shape and the colour of a picture."""

    def __init__(self, folder: Path) -> None:
        self.model = open_clip.create_model(f"local-dir:{folder}").float().eval().requires_grad_(False)
        tokens = read_tokenizer(folder)([f"a {colour} {shape}" for shape, colour in PAIRS])
        self.texts = self.model.encode_text(tokens, normalize=True)

    def scores(self, pictures: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b shapes colours"]:
        """Similarity to "a COLOUR SHAPE" for all pairs."""
        images = self.model.encode_image(pictures, normalize=True)
        return (images @ self.texts.T).unflatten(-1, (len(SHAPES), len(NAMED)))

    def accuracy(self, pictures: Float[Tensor, "b 3 h w"], shapes: Tensor, colours: Tensor) -> dict[str, float]:
        """How often it is right about the colour given the shape, the shape given the colour, and both at once."""
        scores, rows = self.scores(pictures), torch.arange(len(pictures))
        right = {
            "colour": scores[rows, shapes].argmax(-1) == colours,
            "shape": scores[rows, :, colours].argmax(-1) == shapes,
            "both": scores.flatten(1).argmax(-1) == shapes * len(NAMED) + colours,
        }
        return {name: round(hits.float().mean().item(), 3) for name, hits in right.items()}


def held_out(views_per_shape: int) -> Sampler:
    """Views from cameras that training never saw."""
    return Sampler([traced(shape, views_per_shape, HELD_OUT_SEED + i) for i, shape in enumerate(SHAPES)], HELD_OUT_SEED)


def truth(batch: Batch, keep: Bool[Tensor, " b"]) -> tuple[Tensor, Tensor]:
    """Numbers of the shapes and colours."""
    names, colours = [shape.name for shape in SHAPES], list(NAMED)
    kept = [(meaning[0], colour) for meaning, colour, k in zip(batch.meanings, batch.painted, keep, strict=True) if k]
    return torch.tensor([names.index(name) for name, _ in kept]), torch.tensor([colours.index(c) for _, c in kept])


def measure_guide(folder: Path, pictures: int = 2000) -> dict[str, dict[str, float]]:
    """Accuracy over busy backgrounds with crops and blur, as in training, and over plain grey."""
    torch.manual_seed(0)
    batch, judge = held_out(60).draw(pictures), Judge(folder)
    keep = torch.tensor([colour in NAMED for colour in batch.painted])
    plain = 2 * _over_grey(batch) - 1
    return {
        "busy": judge.accuracy(photographs(batch)[keep], *truth(batch, keep)),
        "grey": judge.accuracy(plain[keep], *truth(batch, keep)),
    }


def _over_grey(batch: Batch) -> Float[Tensor, "b 3 h w"]:
    return srgb_encode((batch.premultiplied + 0.2 * (1 - batch.alpha)).clamp(0, 1))


def measure_diffusion(folder: Path, guide: Path, steps: int = 20) -> dict[str, dict[str, float]]:
    """One sample of every shape in every colour, from random cameras."""
    torch.manual_seed(0)
    orbit = random_orbit(len(PAIRS), torch.Generator().manual_seed(HELD_OUT_SEED))
    camera = torch.stack([orbit.azimuth, orbit.elevation, orbit.distance], dim=-1)
    denoiser, captions = Denoiser.read(folder), [f"a {colour} {shape}" for shape, colour in PAIRS]
    images = torch.cat(
        [sample(denoiser, captions[i : i + 48], camera[i : i + 48], steps) for i in range(0, len(PAIRS), 48)]
    )
    numbers = torch.arange(len(PAIRS))
    shapes, colours = numbers // len(NAMED), numbers % len(NAMED)
    overlap = silhouette_overlap(images[:, 3] > 0.5, orbit)
    primitive = torch.tensor([SHAPES[number].primitive for number in shapes])
    return {
        "read by the guide": Judge(guide).accuracy(2 * on_grey(images) - 1, shapes, colours),
        "silhouette overlap (IoU)": {
            "primitives": round(overlap[primitive].mean().item(), 3),
            "everyday": round(overlap[~primitive].mean().item(), 3),
        },
    }


def silhouette_overlap(drawn: Bool[Tensor, "b h w"], orbit: Orbit) -> Float[Tensor, " b"]:
    """Intersection over union with the traced object; sizes jitter by 8 %, so about 0.92 is the best to be had."""
    overlaps = []
    for number, shape in enumerate(SHAPES):
        rows = slice(number * len(NAMED), (number + 1) * len(NAMED))
        cameras = Orbit(orbit.azimuth[rows], orbit.elevation[rows], orbit.distance[rows])
        coverage, _ = trace_views(shape, cameras, torch.ones(len(NAMED)))
        true = coverage.sum(1) > 0.5
        overlaps.append((true & drawn[rows]).sum((1, 2)) / (true | drawn[rows]).sum((1, 2)))
    return torch.cat(overlaps)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("guide", "diffusion"))
    parser.add_argument("--weights", type=Path, required=True, help="the folder of the model to be measured")
    parser.add_argument("--guide", type=Path, help="the guide that reads the diffusion model's samples")
    options = parser.parse_args()
    if options.what == "guide":
        figures = measure_guide(options.weights)
    else:
        figures = measure_diffusion(options.weights, options.guide or options.weights.parent / "guide")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
