"""Jobs from one picture: it is read once, and the job that comes of it asks in words and numbers alone.

So a record says all that was meant, a job goes on without the picture's file, and a picture on another machine is sent
as the few pixels that are read. Words beside it say what they say: a "wooden" one, or that it is a mug and no vase.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from backend.color import srgb_decoded
from backend.data.picture_file import read_header
from backend.data.picture_file import read_picture as read_pixels
from backend.errors import ConfigError, DatasetError
from backend.priors.picture import (
    PICTURE_FOLDER,
    Certainty,
    Guess,
    PictureReading,
    check_known,
    named_object,
    prompt_of,
    read_picture,
)
from backend.priors.prior_field import PRIOR_FOLDER
from backend.priors.vocabulary import load_vocabulary

PIXELS = 256
"""Along the shorter side, and more: a larger picture is made smaller while it is read."""
MOST = 1024
"""Along the longer side, of a picture that was sent."""


@dataclass(frozen=True)
class PictureJob:
    """What a job needs to make what a picture shows; `choices` are others that it may show, likeliest first."""

    sentence: str
    sure: bool
    choices: tuple[PictureChoice, ...]

    @property
    def changes(self) -> dict[str, Any]:
        """Returns what differs in a job's config, as `config.with_changes` takes it."""
        return self.choices[0].changes


@dataclass(frozen=True)
class PictureChoice:
    """One object that the picture may show."""

    name: str
    chance: float
    prompt: str
    code: tuple[float, ...]

    @property
    def changes(self) -> dict[str, Any]:
        return {"prompt": self.prompt, "field": {"prior_code": self.code}}


def job_from_picture(picture: Float[Tensor, "h w 4"], words: str = "", folder: Path = PICTURE_FOLDER) -> PictureJob:
    """Reads a picture in linear light with straight alpha, and what was written beside it.

    Raises:
        ConfigError: it shows nothing that the prior knows, and the words name nothing either.
        ModelError: the files of the network or the prior are missing or broken.
    """
    named = named_object(words)
    reading = check_known(read_picture(picture, named, folder))
    choices = tuple(_choice(reading, guess, words, named) for guess in reading.guesses)
    sentence = f"The picture's {named} is made, as the words say." if named else reading.sentence
    return PictureJob(sentence, reading.certainty is Certainty.SURE, choices)


def read_file(file: Path) -> Float[Tensor, "h w 4"]:
    """A picture from the disk, made smaller where it is large.

    Raises:
        ConfigError: it is missing, or no picture of a format that is read.
    """
    try:
        header = read_header(file.expanduser())
        return read_pixels(file.expanduser(), max(1, min(header.width, header.height) // PIXELS))
    except (DatasetError, RuntimeError) as cause:  # RuntimeError: there is no such home folder
        raise ConfigError(f"The picture {file} is missing or cannot be read: choose a whole PNG or JPEG.") from cause


def from_bytes(image: UInt8[np.ndarray, "h w 4"]) -> Float[Tensor, "h w 4"]:
    """Linear light of a picture that was sent, sRGB with straight alpha.

    Raises:
        ConfigError: it is no such picture, or larger than is read.
    """
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 4 or not 1 <= max(image.shape[:2]) <= MOST:
        raise ConfigError(f"A picture is sent as RGBA of at most {MOST} pixels a side: make it smaller.")
    values = torch.from_numpy(image.astype(np.float32) / 255)
    return torch.cat([srgb_decoded(values[..., :3]), values[..., 3:]], -1)


def _choice(reading: PictureReading, guess: Guess, words: str, named: str) -> PictureChoice:
    vocabulary = load_vocabulary(PRIOR_FOLDER)
    prompt = words.strip() if named else f"{words.strip()} {guess.name}"
    if not words.strip():
        prompt = prompt_of(reading, guess, vocabulary.objects[guess.name])
    return PictureChoice(guess.name, guess.chance, prompt, guess.code)
