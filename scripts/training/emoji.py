"""One picture each of some hundred more things: Fluent emoji in 3D, by the names that Unicode's annotations give them.

    python -m scripts.training.emoji

This has npm fetch (and check) two packages, both under the MIT license: @lobehub/fluent-emoji-3d (pictures;
Microsoft's Fluent Emoji, packed by LobeHub) and emojibase-data (names; Miles Johnson). Trainings take them with
--emoji SHARE. They are single views from nobody knows where: they show what a thing is, never how it turns, so a model
that is told cameras is told here that the camera is unknown. Taken are names that the tokenizer knows whole
(words.txt), none of what is held out, and no flags, people, symbols or faces of what is there with its body.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import random
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, UInt8
from PIL import Image
from torch import Tensor

from .batches import Batch, LabelSet
from .captions.grammar import ObjectDescription, caption
from .captions.vocabulary import WORDS
from .colors import NAMED, srgb_decode, srgb_encode
from .held_out import HELD_OUT_OBJECTS, is_held_out_color
from .loop.training_loop import write_atomically
from .objects.object_class import OBJECT_CLASSES, ObjectClass
from .raycasting.render_views import CACHE

PACKAGES = ("@lobehub/fluent-emoji-3d@1.1.0", "emojibase-data@17.0.0")
GROUPS = range(3, 8)  # of emojibase: animals and nature, food, travel and places, activities, objects
SIZE, FILLED = 64, 0.75  # pixels across, and how much of the width a picture takes: as a cast thing does
FILE = "emoji.pt"


class NoEmojiError(RuntimeError):
    """They are not in the cache, or cannot be fetched."""


@dataclass(frozen=True)
class Emoji:
    """Pictures, straight sRGB and opacity, and their names."""

    names: list[str]
    pictures: UInt8[Tensor, "n 4 h w"]

    def save(self, cache: Path) -> None:
        cache.mkdir(parents=True, exist_ok=True)
        write_atomically(cache / FILE, lambda path: torch.save({"names": self.names, "pictures": self.pictures}, path))

    @classmethod
    def load(cls, cache: Path) -> "Emoji":
        """Reads the pictures that `fetch` has left.

        Raises:
            NoEmojiError: nobody fetched them.
        """
        if not (cache / FILE).is_file():
            raise NoEmojiError(f"There are no emoji in {cache}: 'python -m scripts.training.emoji' fetches them.")
        return cls(**torch.load(cache / FILE, weights_only=True))


def label_of(name: str) -> LabelSet | None:
    """What is meant in the dataset's terms; a color in front of a name of the dataset is its color. None: held out."""
    color, _, rest = name.partition(" ")
    obj = _find_object(rest) if color in NAMED else None
    if obj:
        return None if is_held_out_color(obj, color) else LabelSet(obj.name, {(0, ""): color})
    obj = _find_object(name)
    return LabelSet(obj.name if obj else name, {})


def _find_object(name: str) -> ObjectClass | None:
    return next((obj for obj in OBJECT_CLASSES.values() if name in obj.names), None)


def is_wanted(entry: dict[str, Any]) -> bool:
    """Of emojibase's entries: see above."""
    words = words_of_label(entry["label"])
    hidden = set(HELD_OUT_OBJECTS) & {*words, *(word for tag in entry.get("tags", ()) for word in words_of_label(tag))}
    known = set(words) <= set(WORDS) and words[-1] != "face"
    return entry.get("group") in GROUPS and known and not hidden and label_of(" ".join(words)) is not None


def words_of_label(label: str) -> list[str]:
    return re.findall(r"[\w'-]+", label.lower())


def unpack(pictures: Path, names: Path) -> Emoji:
    """Both archives as npm packs them. A picture's file is named after its code points, variation selectors or not."""
    entries = {entry["hexcode"].lower(): entry for entry in read_entries(names) if is_wanted(entry)}
    codes = {code: entry for whole, entry in entries.items() for code in (whole, whole.replace("-fe0f", ""))}
    found = {
        codes[code]["label"].lower(): fit_in_square(picture) for code, picture in read_files(pictures) if code in codes
    }
    wanted = sorted(found)
    return Emoji([" ".join(words_of_label(name)) for name in wanted], torch.stack([found[name] for name in wanted]))


def read_entries(archive: Path) -> list[dict[str, Any]]:
    """What emojibase says of every emoji."""
    with tarfile.open(archive) as packed:
        data = packed.extractfile("package/en/data.json")
        assert data is not None  # no folder
        entries: list[dict[str, Any]] = json.load(data)
        return entries


def read_files(archive: Path) -> Iterator[tuple[str, Image.Image]]:
    """Code points and pictures."""
    with tarfile.open(archive) as packed:
        for member in packed:
            if member.name.endswith(".webp"):
                picture = packed.extractfile(member)
                assert picture is not None  # no folder
                yield Path(member.name).stem, Image.open(io.BytesIO(picture.read()))


def fit_in_square(picture: Image.Image) -> UInt8[Tensor, "4 h w"]:
    """In the middle of an empty square. Averaged as light is: linear, and weighed by opacity."""
    straight = torch.from_numpy(np.asarray(picture.convert("RGBA")).copy()).permute(2, 0, 1).float() / 255
    opacity = straight[3:]
    layers = torch.cat([srgb_decode(straight[:3]) * opacity, opacity])[None]
    inside = 2 * round(SIZE * FILLED / 2)
    layers = torch.nn.functional.interpolate(layers, (inside, inside), mode="area")
    layers = torch.nn.functional.pad(layers, [(SIZE - inside) // 2] * 4)[0]
    color = srgb_encode((layers[:3] / layers[3:].clamp_min(1e-4)).clamp(0, 1))
    return torch.cat([color, layers[3:]]).mul(255).round().byte()


class EmojiSampler:
    """Draws batches as a Sampler does. Nothing is said of colors, unless the name does; the camera is not a number."""

    def __init__(self, emoji: Emoji, size: int, seed: int) -> None:
        straight = emoji.pictures.float() / 255
        layers = torch.cat([srgb_decode(straight[:, :3]) * straight[:, 3:], straight[:, 3:]], dim=1)
        self.layers: Float[Tensor, "n 4 h w"] = torch.nn.functional.interpolate(layers, (size, size), mode="area")
        self.names, self.rng = emoji.names, random.Random(seed)

    def draw(self, size: int, contrast: tuple[float, float] = (1.0, 1.0)) -> Batch:
        indices = self.rng.choices(range(len(self.names)), k=size)
        labels = [label_of(self.names[index]) or LabelSet(self.names[index], {}) for index in indices]
        drawn = self.layers[indices]
        captions = [
            caption([ObjectDescription(_as_object_class(self.names[index]), None)], None, self.rng) for index in indices
        ]
        return Batch(drawn[:, :3], drawn[:, 3:], torch.full((size, 3), math.nan), captions, labels, labels)


def _as_object_class(name: str) -> ObjectClass:
    """For the grammar, which asks for nothing but a name here."""
    return ObjectClass((name,), None, (), "emoji", lambda rng: [])


def fetch(cache: Path) -> Emoji:
    """Fetches the packages of emoji by npm and keeps their pictures in the cache.

    Raises:
        NoEmojiError: npm is missing, or could not fetch them.
    """
    with packages() as (pictures, names):
        emoji = unpack(pictures, names)
    emoji.save(cache)
    return emoji


@contextmanager
def packages() -> Iterator[tuple[Path, Path]]:
    """Both archives, pictures and names, as long as it takes to read them.

    Raises:
        NoEmojiError: npm is missing, or could not fetch them.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            packed = ["npm", "pack", "--silent", "--pack-destination", folder, *PACKAGES]
            subprocess.run(packed, check=True, capture_output=True, text=True, cwd=folder)
        except FileNotFoundError:
            raise NoEmojiError("npm is not installed, and emoji come as packages of npm: install Node.js.") from None
        except subprocess.CalledProcessError as failed:
            last = (failed.stderr.strip() or "it said nothing").splitlines()[-1]
            raise NoEmojiError(f"npm could not fetch {' and '.join(PACKAGES)}: {last}.") from None
        yield next(Path(folder).glob("*fluent*.tgz")), next(Path(folder).glob("emojibase*.tgz"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=CACHE)
    try:
        emoji = fetch(parser.parse_args().cache)
    except NoEmojiError as error:
        raise SystemExit(str(error)) from None
    print(f"{len(emoji.names)} pictures: {', '.join(emoji.names)}")


if __name__ == "__main__":
    main()
