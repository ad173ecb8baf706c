"""Jobs from one picture: it is read once, and the job that comes of it asks in words and numbers alone.

So a record says all that was meant, a job goes on without the picture's file, and a picture on another machine is sent
as the few pixels that are read. What shows none of our objects Shap-E makes where it is on this machine, from the
picture itself (`prior.picture`). Words beside it say what they say: a "wooden" one, or that it is a mug and no vase.
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
from backend.config import SHAP_E_PICTURE, picture_changes
from backend.data.one_picture import read_file as read_file
from backend.errors import ConfigError
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

from .prior_start import is_fetched

UNKNOWN_MADE = "The picture shows nothing that our own shape prior knows: Shap-E makes a shape of it."
MOST = 1024
"""Along the longer side, of a picture that was sent."""


@dataclass(frozen=True)
class PictureJob:
    """What a job needs to make what a picture shows; `choices` are others that it may show, likeliest first."""

    sentence: str
    sure: bool
    choices: tuple[PictureChoice, ...]

    def changes(self, picture: str = "") -> dict[str, Any]:
        """Returns what differs in a job's config, as `config.with_changes` takes it; `picture` is its file."""
        return self.choices[0].changes(picture)


@dataclass(frozen=True)
class PictureChoice:
    """One object that the picture may show."""

    name: str
    chance: float
    prompt: str
    code: tuple[float, ...]
    model: str = ""
    """that makes it from the picture itself; where one is named, nobody knows what the picture shows"""

    def changes(self, picture: str = "") -> dict[str, Any]:
        if self.model:
            return picture_changes(picture, self.model, self.prompt)
        return {"prompt": self.prompt, "field": {"prior_code": self.code}}


def job_from_picture(picture: Float[Tensor, "h w 4"], words: str = "", folder: Path = PICTURE_FOLDER) -> PictureJob:
    """Reads a picture in linear light with straight alpha, and what was written beside it.

    Raises:
        ConfigError: it shows nothing that the prior knows, the words name nothing either, and Shap-E is not here.
        ModelError: the files of the network or the prior are missing or broken.
    """
    named = named_object(words)
    reading = read_picture(picture, named, folder)
    if reading.certainty is Certainty.UNKNOWN and is_fetched(SHAP_E_PICTURE):
        return PictureJob(UNKNOWN_MADE, True, (PictureChoice("", 0.0, words.strip(), (), SHAP_E_PICTURE),))
    check_known(reading)
    choices = tuple(_choice(reading, guess, words, named) for guess in reading.guesses)
    sentence = f"The picture's {named} is made, as the words say." if named else reading.sentence
    return PictureJob(sentence, reading.certainty is Certainty.SURE, choices)


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
