"""How well an image-text model reads the zoo: the judge, or the embedded guide, on instances that neither ever saw.

    python -m scripts.zoo.judge_measure --weights scripts/judge

Cameras stand where results are judged from: radius 4, elevations 20 and 45 degrees, over white. "rough" are the same
things with dented surfaces; "textureless" are all grey under a strong light beside the camera, and no colour is said.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import cycle
from math import radians
from pathlib import Path

import torch
from jaxtyping import Float, Int
from torch import Tensor

from backend.pretrained import ImageText, load_image_text, resolve
from scripts.guide_data.colours import NAMED, linear_colour, srgb_encode
from scripts.guide_data.orbit import Orbit

from .captions import article
from .cast import CACHE
from .casting import Caster, Images
from .emoji import FILE as EMOJI
from .emoji import Emoji
from .judge_batches import SIZE, TEST_SHARD, known
from .rough import roughened
from .seen_from import FACED, VIEWS, side
from .shards import cast
from .subjects import Subject

FIRST_INSTANCE, SUPERSAMPLES, CHUNK = 700_000, 3, 100
DISTANCE, ELEVATIONS = 4.0, (20.0, 45.0)
AZIMUTHS = tuple(range(15, 360, 45))  # none on the border between front and side
DENTS, CONTRAST, STRONG, GREY = 0.04, 0.3, 0.7, 0.2  # grey: linear

HUES = (("red", "blue"), ("green", "yellow"), ("white", "purple"))

Shown = Float[Tensor, "3 h w"]


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
        dents: float = 0.0,
        azimuths: tuple[int, ...] = AZIMUTHS,
    ) -> None:
        self.subject, self.pieces = subject, subject.build(FIRST_INSTANCE + number)
        meshes, orbit = [piece.mesh for piece in self.pieces], cameras(elevation, azimuths)
        if dents:
            meshes = roughened(meshes, dents, torch.Generator().manual_seed(number))
        self.images: Images = Caster(meshes).images(orbit, SIZE, SUPERSAMPLES, beside(orbit))

    def picture(self, view: int, *colours: str) -> Shown:
        """Over white, in display values; each thing's main parts in its colour."""
        painted = torch.stack([linear_colour(piece.colour or colours[piece.owner]) for piece in self.pieces])
        return self._over_white(view, painted, CONTRAST)

    def natural(self, view: int) -> Shown:
        return self.picture(view, *(thing.natural or "red" for thing in self.subject.things))

    def textureless(self, view: int) -> Shown:
        return self._over_white(view, torch.full((len(self.pieces), 3), 0.5), STRONG)

    def _over_white(self, view: int, painted: Float[Tensor, "k 3"], contrast: float) -> Shown:
        coverage, shade = (image[view] / 255 for image in (self.images.coverage, self.images.shade))
        linear = torch.einsum("khw,kc->chw", torch.lerp(coverage, shade, contrast), painted)
        return srgb_encode((linear + 1 - coverage.sum(0).clamp_max(1)).clamp(0, 1))


def beside(orbit: Orbit) -> Float[Tensor, "v 3"]:
    """A light to the right of each camera and above it."""
    right, up, backward = orbit.axes().unbind(1)
    return torch.nn.functional.normalize(0.5 * right + 0.6 * up + backward, dim=-1)


@torch.no_grad()
def seen(model: ImageText, pictures: Sequence[Shown]) -> Float[Tensor, "n d"]:
    starts = range(0, len(pictures), CHUNK)
    return torch.cat([model.embed_pictures(torch.stack(list(pictures[i : i + CHUNK]))) for i in starts])


@torch.no_grad()
def read(model: ImageText, texts: Sequence[str]) -> Float[Tensor, "n d"]:
    parts = [list(texts[i : i + CHUNK]) for i in range(0, len(texts), CHUNK)]
    return torch.cat([model.model.encode_text(model.tokenizer(part), normalize=True) for part in parts])


def ranks(similarity: Float[Tensor, "n m"], right: Int[Tensor, " n"]) -> Int[Tensor, " n"]:
    """How many texts are nearer to each picture than the right one."""
    return (similarity > similarity.gather(1, right[:, None])).sum(1)


def shares(name: str, rank: Int[Tensor, " n"]) -> dict[str, float]:
    return {name: share(rank == 0), f"{name}, among five": share(rank < 5)}


def said(phrase: str) -> str:
    return f"{article(phrase)} {phrase}"


def share(right: Tensor) -> float:
    return round(right.float().mean().item(), 3)


@cache
def scene(subject: Subject, number: int, elevation: float, dents: float, azimuths: tuple[int, ...] = AZIMUTHS) -> Scene:
    """Made once."""
    return Scene(subject, number, elevation, dents, azimuths)


def places() -> Iterator[tuple[int, int]]:
    """An elevation and a view, in turn."""
    return cycle((k % len(ELEVATIONS), view) for k, view in enumerate((0, 3, 6, 1, 4, 7, 2, 5)))


def scenes(subject: Subject, dents: float) -> list[Scene]:
    return [scene(subject, number, elevation, dents) for number, elevation in enumerate(ELEVATIONS)]


def coloured(model: ImageText, things: list[Subject], dents: float) -> dict[str, float]:
    """Every thing in every colour, from where results are judged."""
    turn, pictures = places(), []
    for thing in things:
        of_thing = scenes(thing, dents)
        for colour, (number, view) in zip(NAMED, turn, strict=False):
            pictures.append(of_thing[number].picture(view, colour))
    return told_apart(model, things, pictures)


def as_trained(model: ImageText, things: list[Subject]) -> dict[str, float]:
    """The same of small views over grey, from the cameras and in the light that the embedded models know."""
    pictures = []
    for thing in things:
        views = cast(thing, TEST_SHARD, 3, len(NAMED) // 3)
        for place, colour in enumerate(NAMED):
            own = [linear_colour(of or colour) for _, _, of in views.slots[int(views.instance[place])]]
            shade, coverage = (image[place] / 255 for image in (views.shade[:, : len(own)], views.coverage))
            linear = torch.einsum("khw,kc->chw", shade, torch.stack(own))
            pictures.append(srgb_encode((linear + GREY * (1 - coverage.sum(0).clamp_max(1))).clamp(0, 1)))
    return told_apart(model, things, pictures)


def told_apart(model: ImageText, things: list[Subject], pictures: list[Shown]) -> dict[str, float]:
    """One picture of every thing in every colour against all such texts."""
    texts = [said(f"{colour} {thing.name}") for thing in things for colour in NAMED]
    similarity = seen(model, pictures) @ read(model, texts).T
    count, all_of = len(NAMED), torch.arange(len(texts))
    grid = similarity.view(len(texts), len(things), count)
    of_thing = ranks(grid[all_of, :, all_of % count], all_of // count)
    of_colour = ranks(grid[all_of, all_of // count], all_of % count)
    both = ranks(similarity, all_of)
    worst = of_thing.view(len(things), count).eq(0).float().mean(1)
    weak = [f"{things[i].name} {worst[i]:.2f}" for i in worst.argsort()[:8].tolist()]
    told = shares("thing", of_thing) | {"colour": share(of_colour == 0)} | shares("both", both)
    return {"pictures": len(texts)} | told | {"weakest": weak}


def textureless(model: ImageText, things: list[Subject], dents: float) -> dict[str, float]:
    pictures = [
        each.textureless(view) for thing in things for each in scenes(thing, dents) for view in range(len(AZIMUTHS))
    ]
    similarity = seen(model, pictures) @ read(model, [said(thing.name) for thing in things]).T
    right = torch.arange(len(pictures)) // (len(ELEVATIONS) * len(AZIMUTHS))
    return {"pictures": len(pictures)} | shares("thing", ranks(similarity, right))


def paired(model: ImageText, together: list[Subject], dents: float) -> dict[str, float]:
    """Every pair in two colours against all pairs in these colours, and against itself with the colours exchanged."""
    rank, kept = [], []
    for turn, colours in enumerate(HUES):
        numbers = list(range(turn, len(together), len(HUES)))
        shown = [_pair_picture(together[number], number, colours, dents) for number in numbers]
        texts = [_pair_text(pair, *colours) for pair in together]
        exchanged = [_pair_text(together[number], *colours[::-1]) for number in numbers]
        similarity = seen(model, shown) @ read(model, texts + exchanged).T
        right = torch.tensor(numbers)
        rank.append(ranks(similarity[:, : len(together)], right))
        kept.append(similarity.gather(1, right[:, None])[:, 0] > similarity[:, len(together) :].diagonal())
    return {"pictures": len(together)} | shares("pair", torch.cat(rank)) | {"not exchanged": share(torch.cat(kept))}


def _pair_picture(pair: Subject, number: int, colours: tuple[str, str], dents: float) -> Shown:
    azimuth = AZIMUTHS[number * 3 % len(AZIMUTHS)]
    return scene(pair, 0, ELEVATIONS[number % 2], dents, (azimuth,)).picture(0, *colours)


def _pair_text(pair: Subject, *colours: str) -> str:
    first, second = (said(f"{colour} {thing.name}") for colour, thing in zip(colours, pair.things, strict=True))
    return f"{first} {pair.relation} {second}"


def sided(model: ImageText, things: list[Subject], picture: Callable[[Scene, int], Shown]) -> dict[str, float]:
    """Which of three texts that say from where is nearest."""
    right = torch.tensor([VIEWS.index(side(radians(azimuth))) for azimuth in AZIMUTHS])
    found = []
    for thing in things:
        texts = read(model, [f"{said(thing.name)}, {view} view" for view in VIEWS])
        for each in scenes(thing, 0.0):
            similarity = seen(model, [picture(each, view) for view in range(len(AZIMUTHS))]) @ texts.T
            found.append(similarity.argmax(1) == right)
    told = torch.stack(found)
    named = {name: share(told[:, right == number]) for number, name in enumerate(VIEWS)}
    return {"pictures": told.numel(), "right": share(told)} | named


def recalled(model: ImageText, emoji: Emoji) -> dict[str, float]:
    """Each over white, against the names of all: the very pictures that a training with emoji saw, so what it kept."""
    layers = torch.nn.functional.interpolate(emoji.pictures.float() / 255, (SIZE, SIZE), mode="area")
    shown = list(layers[:, :3] * layers[:, 3:] + 1 - layers[:, 3:])
    similarity = seen(model, shown) @ read(model, [said(name) for name in emoji.names]).T
    return {"pictures": len(shown)} | shares("name", ranks(similarity, torch.arange(len(shown))))


def measure(folder: Path) -> dict[str, dict]:
    """Of all that the model in a folder knows; sides also where its vocabulary does not claim them."""
    model = load_image_text(resolve(str(folder)), torch.device("cpu"))
    told = json.loads((folder / "vocabulary.json").read_text())
    subjects = [s for s in known() if all(thing.name in told["objects"] for thing in s.things)]
    alone, together = ([s for s in subjects if bool(s.relation) == both] for both in (False, True))
    faced = [s for s in alone if s.name in FACED]
    return {
        "things": {"number": len(alone), "pairs": len(together)},
        "colours": coloured(model, alone, 0.0),
        "colours, rough": coloured(model, alone, DENTS),
        "colours, as the embedded models see them": as_trained(model, alone),
        "textureless": textureless(model, alone, 0.0),
        "textureless, rough": textureless(model, alone, DENTS),
        "pairs": paired(model, together, 0.0),
        "sides": sided(model, faced, Scene.natural),
        "sides, textureless": sided(model, faced, Scene.textureless),
    } | ({"emoji": recalled(model, Emoji.load(CACHE))} if (CACHE / EMOJI).is_file() else {})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--weights", type=Path, nargs="+", required=True, help="folders of open_clip with a vocabulary.json"
    )
    for folder in parser.parse_args().weights:
        print(json.dumps({str(folder): measure(folder)}, indent=2))


if __name__ == "__main__":
    main()
