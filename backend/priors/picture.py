"""What a picture shows: the object that it is taken for, how sure that is, its color, and the code of this instance.

A picture is read several times, whole, cropped and mirrored, and the chances are means over these. They were calibrated
on pictures that training never saw (`temperature` and the limits stand beside the weights).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from backend.color import srgb_encoded
from backend.errors import ConfigError
from backend.resize import resize_pictures
from backend.words.reading import How, read_prompt

from .picture_network import SIZE, PictureNetwork, load_picture_network
from .vocabulary import ObjectWords

PICTURE_FOLDER = Path(__file__).parent.parent / "models" / "picture"
BACKDROP = 0.8
"""Linear gray that a picture with alpha is laid over."""
FILLED = 0.8
"""Of the width, by an object that was cut out of its picture."""
CROPS = (1.0, 0.85)
"""Sides of the squares that are read, of the picture's shorter side."""
GUESSES = 3


class Certainty(enum.StrEnum):
    """What becomes of a picture."""

    SURE = "sure"
    UNSURE = "unsure"
    """the likeliest objects are offered"""
    UNKNOWN = "unknown"
    """nothing is made"""


@dataclass(frozen=True)
class Limits:
    """Chances from which on a picture is believed to show an object at all, and to show the likeliest."""

    temperature: float = 1.0
    known: float = 0.15
    sure: float = 0.5


@dataclass(frozen=True)
class Guess:
    """An object that the picture may show."""

    name: str
    chance: float
    code: tuple[float, ...]
    """the prior's numbers for this instance"""


@dataclass(frozen=True)
class PictureReading:
    """What was seen; `guesses` are the likeliest objects, likeliest first."""

    guesses: tuple[Guess, ...]
    color: str
    """of the twelve, of the whole"""
    certainty: Certainty

    @property
    def sentence(self) -> str:
        """Says what the picture was taken for, as a person reads it."""
        first = self.guesses[0]
        if self.certainty is Certainty.SURE:
            return f"Taken for: {first.name} ({first.chance:.0%} sure).".replace("%", " %")
        if self.certainty is Certainty.UNSURE:
            likely = ", ".join(f"{each.name} {each.chance:.0%}" for each in self.guesses).replace("%", " %")
            return f"Not sure what the picture shows: {likely}."
        return UNKNOWN

    def guess(self, name: str) -> Guess | None:
        """The guess of that object, if it is among them."""
        return next((each for each in self.guesses if each.name == name), None)


UNKNOWN = (
    "The picture shows nothing that the shape prior knows: use a picture of one of its 390 objects, whole and alone, "
    "write a prompt, or download the model shap-e-img2img, which makes a shape of any."
)


def check_known(reading: PictureReading) -> PictureReading:
    """Returns a reading that something can be made of.

    Raises:
        ConfigError: the picture shows none of the prior's objects.
    """
    if reading.certainty is Certainty.UNKNOWN:
        raise ConfigError(UNKNOWN)
    return reading


@torch.no_grad()
def read_picture(picture: Float[Tensor, "h w 4"], named: str = "", folder: Path = PICTURE_FOLDER) -> PictureReading:
    """Reads a picture in linear light with straight alpha; where words name the object, the code is that of this one.

    Raises:
        ModelError: the network's files are missing or broken.
    """
    network, names, colors, limits = _loaded(folder)
    answer = network.read(views_of(picture))
    chances = (answer.objects / limits.temperature).softmax(-1).mean(0)
    color = colors[int(answer.colors.softmax(-1).mean(0).argmax())]
    numbers = [names.index(named)] if named in names else chances[:-1].topk(GUESSES).indices.tolist()
    codes = torch.stack([network.codes_of(number, answer.code_feature).mean(0) for number in numbers])
    guesses = tuple(
        Guess(names[number], float(chances[number]), tuple(round(float(value), 4) for value in code))
        for number, code in zip(numbers, codes, strict=True)
    )
    return PictureReading(guesses, color, Certainty.SURE if named in names else certainty_of(chances, limits))


def named_object(words: str) -> str:
    """Returns the object that words beside a picture name, or nothing: what only looks like a name decides nothing."""
    reading = read_prompt(words)
    return reading.name if reading.how in (How.NAME, How.KIND) else ""


def prompt_of(reading: PictureReading, guess: Guess, words: ObjectWords) -> str:
    """The prompt that asks the prior for it: its color is said where it is not the object's natural one."""
    takes_color = any(own is None for _, own in words.slots)
    said = f"{reading.color} {guess.name}" if takes_color and reading.color != words.natural else guess.name
    return f"{'an' if said[0] in 'aeiou' else 'a'} {said}"


def views_of(picture: Float[Tensor, "h w 4"]) -> Float[Tensor, "v 3 s s"]:
    """The squares that are read, in sRGB, each also mirrored."""
    color = over_backdrop(picture, BACKDROP)
    squares = [whole_square(color), *(_middle(color, share) for share in CROPS)]
    small = torch.cat([resize_pictures(square[None], SIZE) for square in squares]).clamp(0, 1)
    pictures = srgb_encoded(small)
    return torch.cat([pictures, pictures.flip(-1)])


def over_backdrop(picture: Float[Tensor, "h w 4"], backdrop: float) -> Float[Tensor, "3 h w"]:
    """Returns a picture over a linear gray; an object that was cut out is in the middle, as large as all are."""
    rgba = picture.permute(2, 0, 1)
    if bool((rgba[3] < 0.5).any()) and bool((rgba[3] >= 0.5).any()):
        rgba = _cut_out(rgba)
    return rgba[:3] * rgba[3:] + backdrop * (1 - rgba[3:])


def _cut_out(rgba: Float[Tensor, "4 h w"]) -> Float[Tensor, "4 s s"]:
    """Returns what is opaque, in the middle of an empty square."""
    rows, columns = ((rgba[3] >= 0.5).any(axis).nonzero() for axis in (1, 0))
    part = rgba[:, rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    side = round(max(part.shape[1:]) / FILLED)
    left, top = (side - part.shape[2]) // 2, (side - part.shape[1]) // 2
    return F.pad(part, (left, side - part.shape[2] - left, top, side - part.shape[1] - top))


def whole_square(color: Float[Tensor, "3 h w"]) -> Float[Tensor, "3 s s"]:
    """Returns the picture in a square, its edges drawn on beyond it."""
    height, width = color.shape[1:]
    side = max(height, width)
    left, top = (side - width) // 2, (side - height) // 2
    around = (left, side - width - left, top, side - height - top)
    return F.pad(color[None], around, mode="replicate")[0]


def _middle(color: Float[Tensor, "3 h w"], share: float) -> Float[Tensor, "3 s s"]:
    height, width = color.shape[1:]
    side = max(1, round(share * min(height, width)))
    top, left = (height - side) // 2, (width - side) // 2
    return color[:, top : top + side, left : left + side]


def certainty_of(chances: Float[Tensor, " o"], limits: Limits) -> Certainty:
    """Tells it by the likeliest object, and "none of these", the last."""
    best, none = float(chances[:-1].max()), float(chances[-1])
    if none > best or best < limits.known:
        return Certainty.UNKNOWN
    return Certainty.SURE if best >= limits.sure else Certainty.UNSURE


@lru_cache(maxsize=2)
def _loaded(folder: Path) -> tuple[PictureNetwork, list[str], list[str], Limits]:
    network, facts = load_picture_network(folder)
    return network, list(facts["objects"]), list(facts["colors"]), Limits(**facts.get("limits", {}))
