"""How well an image-text model reads the dataset: the judge, or the embedded CLIP, on instances that neither ever saw.

    python -m scripts.training.evaluation.clip --weights scripts/training/weights/evaluator

Cameras stand where results are judged from: radius 4, elevations 20 and 45 degrees, over white. "rough" are the same
things with dented surfaces; "textureless" are all gray under a strong light beside the camera, and no color is said.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import cycle
from math import radians
from pathlib import Path
from typing import Any, cast

import torch
from jaxtyping import Float, Int
from torch import Tensor

from backend.pretrained import ImageText, load_image_text, resolve

from ..captions.grammar import article
from ..captions.view_labels import HAS_FRONT, VIEWS, view_of
from ..colors import NAMED, linear_color, srgb_encode
from ..emoji import FILE as EMOJI
from ..emoji import Emoji
from ..evaluator_batches import SIZE, TEST_SHARD, evaluator_subjects
from ..objects.subjects import Subject
from ..raycasting.displacement import displace
from ..raycasting.orbit import Orbit
from ..raycasting.raycaster import PartImages, Raycaster
from ..raycasting.render_views import CACHE
from ..raycasting.view_cache import render_views

FIRST_INSTANCE, SUPERSAMPLES, CHUNK = 700_000, 3, 100
DISTANCE, ELEVATIONS = 4.0, (20.0, 45.0)
AZIMUTHS = tuple(range(15, 360, 45))  # none on the border between front and side
DISPLACEMENT, CONTRAST, STRONG, GRAY = 0.04, 0.3, 0.7, 0.2  # gray: linear

HUES = (("red", "blue"), ("green", "yellow"), ("white", "purple"))

Rendered = Float[Tensor, "3 h w"]


def cameras(elevation: float, azimuths: tuple[int, ...]) -> Orbit:
    azimuth = torch.tensor([radians(degrees) for degrees in azimuths])
    return Orbit(azimuth, torch.full_like(azimuth, radians(elevation)), torch.full_like(azimuth, DISTANCE))


class Scene:
    """One new instance of a subject, seen from all around."""

    def __init__(
        self,
        subject: Subject,
        number: int,
        elevation: float,
        displacement: float = 0.0,
        azimuths: tuple[int, ...] = AZIMUTHS,
    ) -> None:
        self.subject, self.pieces = subject, subject.build(FIRST_INSTANCE + number)
        meshes, orbit = [piece.mesh for piece in self.pieces], cameras(elevation, azimuths)
        if displacement:
            meshes = displace(meshes, displacement, torch.Generator().manual_seed(number))
        self.images: PartImages = Raycaster(meshes).images(orbit, SIZE, SUPERSAMPLES, lights_beside(orbit))

    def picture(self, view: int, *colors: str) -> Rendered:
        """Over white, in display values; each thing's main parts in its color."""
        painted = torch.stack([linear_color(piece.color or colors[piece.owner]) for piece in self.pieces])
        return self._over_white(view, painted, CONTRAST)

    def natural(self, view: int) -> Rendered:
        return self.picture(view, *(obj.natural or "red" for obj in self.subject.objects))

    def textureless(self, view: int) -> Rendered:
        return self._over_white(view, torch.full((len(self.pieces), 3), 0.5), STRONG)

    def _over_white(self, view: int, painted: Float[Tensor, "k 3"], contrast: float) -> Rendered:
        coverage, shade = (image[view] / 255 for image in (self.images.coverage, self.images.shade))
        linear = torch.einsum("khw,kc->chw", torch.lerp(coverage, shade, contrast), painted)
        return srgb_encode((linear + 1 - coverage.sum(0).clamp_max(1)).clamp(0, 1))


def lights_beside(orbit: Orbit) -> Float[Tensor, "v 3"]:
    """A light to the right of each camera and above it."""
    right, up, backward = orbit.axes().unbind(1)
    return torch.nn.functional.normalize(0.5 * right + 0.6 * up + backward, dim=-1)


@torch.no_grad()
def encode_images(model: ImageText, pictures: Sequence[Rendered]) -> Float[Tensor, "n d"]:
    starts = range(0, len(pictures), CHUNK)
    return torch.cat([model.embed_pictures(torch.stack(list(pictures[i : i + CHUNK]))) for i in starts])


@torch.no_grad()
def encode_texts(model: ImageText, texts: Sequence[str]) -> Float[Tensor, "n d"]:
    parts = [list(texts[i : i + CHUNK]) for i in range(0, len(texts), CHUNK)]
    encode = cast(Callable[..., Tensor], model.model.encode_text)
    return torch.cat([encode(model.tokenizer(part), normalize=True) for part in parts])


def ranks(similarity: Float[Tensor, "n m"], right: Int[Tensor, " n"]) -> Int[Tensor, " n"]:
    """How many texts are nearer to each picture than the right one."""
    return (similarity > similarity.gather(1, right[:, None])).sum(1)


def shares(name: str, rank: Int[Tensor, " n"]) -> dict[str, float]:
    return {name: share(rank == 0), f"{name}, among five": share(rank < 5)}


def with_article(phrase: str) -> str:
    return f"{article(phrase)} {phrase}"


def share(right: Tensor) -> float:
    return round(right.float().mean().item(), 3)


@cache
def scene(
    subject: Subject, number: int, elevation: float, displacement: float, azimuths: tuple[int, ...] = AZIMUTHS
) -> Scene:
    """Made once."""
    return Scene(subject, number, elevation, displacement, azimuths)


def view_order() -> Iterator[tuple[int, int]]:
    """An elevation and a view, in turn."""
    return cycle((k % len(ELEVATIONS), view) for k, view in enumerate((0, 3, 6, 1, 4, 7, 2, 5)))


def scenes(subject: Subject, displacement: float) -> list[Scene]:
    return [scene(subject, number, elevation, displacement) for number, elevation in enumerate(ELEVATIONS)]


def color_figures(model: ImageText, objects: list[Subject], displacement: float) -> dict[str, Any]:
    """Every thing in every color, from where results are judged."""
    turn, pictures = view_order(), []
    for obj in objects:
        of_object = scenes(obj, displacement)
        for color, (number, view) in zip(NAMED, turn, strict=False):
            pictures.append(of_object[number].picture(view, color))
    return classify_figures(model, objects, pictures)


def small_view_figures(model: ImageText, objects: list[Subject]) -> dict[str, Any]:
    """The same of small views over gray, from the cameras and in the light that the embedded models know."""
    pictures = []
    for obj in objects:
        views = render_views(obj, TEST_SHARD, 3, len(NAMED) // 3)
        for index, color in enumerate(NAMED):
            own = [linear_color(of or color) for _, _, of in views.slots[int(views.instance[index])]]
            shade, coverage = (image[index] / 255 for image in (views.shade[:, : len(own)], views.coverage))
            linear = torch.einsum("khw,kc->chw", shade, torch.stack(own))
            pictures.append(srgb_encode((linear + GRAY * (1 - coverage.sum(0).clamp_max(1))).clamp(0, 1)))
    return classify_figures(model, objects, pictures)


def classify_figures(model: ImageText, objects: list[Subject], pictures: list[Rendered]) -> dict[str, Any]:
    """One picture of every thing in every color against all such texts."""
    texts = [with_article(f"{color} {obj.name}") for obj in objects for color in NAMED]
    similarity = encode_images(model, pictures) @ encode_texts(model, texts).T
    count, all_of = len(NAMED), torch.arange(len(texts))
    grid = similarity.view(len(texts), len(objects), count)
    of_object = ranks(grid[all_of, :, all_of % count], all_of // count)
    of_color = ranks(grid[all_of, all_of // count], all_of % count)
    both = ranks(similarity, all_of)
    worst = of_object.view(len(objects), count).eq(0).float().mean(1)
    weak = [f"{objects[i].name} {worst[i]:.2f}" for i in worst.argsort()[:8].tolist()]
    result = shares("thing", of_object) | {"color": share(of_color == 0)} | shares("both", both)
    return {"pictures": len(texts)} | result | {"weakest": weak}


def textureless(model: ImageText, objects: list[Subject], displacement: float) -> dict[str, float]:
    pictures = [
        each.textureless(view) for obj in objects for each in scenes(obj, displacement) for view in range(len(AZIMUTHS))
    ]
    similarity = encode_images(model, pictures) @ encode_texts(model, [with_article(obj.name) for obj in objects]).T
    right = torch.arange(len(pictures)) // (len(ELEVATIONS) * len(AZIMUTHS))
    return {"pictures": len(pictures)} | shares("thing", ranks(similarity, right))


def pair_figures(model: ImageText, together: list[Subject], displacement: float) -> dict[str, float]:
    """Every pair in two colors against all pairs in these colors, and against itself with the colors exchanged."""
    rank, kept = [], []
    for turn, colors in enumerate(HUES):
        numbers = list(range(turn, len(together), len(HUES)))
        pictures = [_pair_picture(together[number], number, colors, displacement) for number in numbers]
        texts = [_pair_text(pair, *colors) for pair in together]
        exchanged = [_pair_text(together[number], *colors[::-1]) for number in numbers]
        similarity = encode_images(model, pictures) @ encode_texts(model, texts + exchanged).T
        right = torch.tensor(numbers)
        rank.append(ranks(similarity[:, : len(together)], right))
        kept.append(similarity.gather(1, right[:, None])[:, 0] > similarity[:, len(together) :].diagonal())
    return {"pictures": len(together)} | shares("pair", torch.cat(rank)) | {"not exchanged": share(torch.cat(kept))}


def _pair_picture(pair: Subject, number: int, colors: tuple[str, str], displacement: float) -> Rendered:
    azimuth = AZIMUTHS[number * 3 % len(AZIMUTHS)]
    return scene(pair, 0, ELEVATIONS[number % 2], displacement, (azimuth,)).picture(0, *colors)


def _pair_text(pair: Subject, *colors: str) -> str:
    first, second = (with_article(f"{color} {obj.name}") for color, obj in zip(colors, pair.objects, strict=True))
    return f"{first} {pair.relation} {second}"


def view_figures(
    model: ImageText, objects: list[Subject], picture: Callable[[Scene, int], Rendered]
) -> dict[str, float]:
    """Which of three texts that say from where is nearest."""
    right = torch.tensor([VIEWS.index(view_of(radians(azimuth))) for azimuth in AZIMUTHS])
    found = []
    for obj in objects:
        texts = encode_texts(model, [f"{with_article(obj.name)}, {view} view" for view in VIEWS])
        for each in scenes(obj, 0.0):
            similarity = encode_images(model, [picture(each, view) for view in range(len(AZIMUTHS))]) @ texts.T
            found.append(similarity.argmax(1) == right)
    result = torch.stack(found)
    named = {name: share(result[:, right == number]) for number, name in enumerate(VIEWS)}
    return {"pictures": result.numel(), "right": share(result)} | named


def emoji_figures(model: ImageText, emoji: Emoji) -> dict[str, float]:
    """Each over white, against the names of all: the very pictures that a training with emoji saw, so what it kept."""
    layers = torch.nn.functional.interpolate(emoji.pictures.float() / 255, (SIZE, SIZE), mode="area")
    pictures = list(layers[:, :3] * layers[:, 3:] + 1 - layers[:, 3:])
    similarity = encode_images(model, pictures) @ encode_texts(model, [with_article(name) for name in emoji.names]).T
    return {"pictures": len(pictures)} | shares("name", ranks(similarity, torch.arange(len(pictures))))


def measure(folder: Path) -> dict[str, dict[str, Any]]:
    """Of all that the model in a folder knows; sides also where its vocabulary does not claim them."""
    model = load_image_text(resolve(str(folder)), torch.device("cpu"))
    result = json.loads((folder / "vocabulary.json").read_text())
    subjects = [s for s in evaluator_subjects() if all(obj.name in result["objects"] for obj in s.objects)]
    alone, together = ([s for s in subjects if bool(s.relation) == both] for both in (False, True))
    with_front = [s for s in alone if s.name in HAS_FRONT]
    return {
        "things": {"number": len(alone), "pairs": len(together)},
        "colors": color_figures(model, alone, 0.0),
        "colors, rough": color_figures(model, alone, DISPLACEMENT),
        "colors, as the embedded models see them": small_view_figures(model, alone),
        "textureless": textureless(model, alone, 0.0),
        "textureless, rough": textureless(model, alone, DISPLACEMENT),
        "pairs": pair_figures(model, together, 0.0),
        "sides": view_figures(model, with_front, Scene.natural),
        "sides, textureless": view_figures(model, with_front, Scene.textureless),
    } | ({"emoji": emoji_figures(model, Emoji.load(CACHE))} if (CACHE / EMOJI).is_file() else {})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--weights", type=Path, nargs="+", required=True, help="folders of open_clip with a vocabulary.json"
    )
    for folder in parser.parse_args().weights:
        print(json.dumps({str(folder): measure(folder)}, indent=2))


if __name__ == "__main__":
    main()
