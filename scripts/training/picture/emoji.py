"""Emoji in 3D as pictures by other hands: of things of the world, and of what is none.

    python -m scripts.training.picture.emoji

The packages are those of scripts.training.emoji. A name that says a thing and nothing else ("red apple", "cat") shows
it; a name that says a thing beside other words ("cat face", "house with garden") is left out, for it is neither; all
others are unknown. A quarter of either, by a hash of the name, is never trained on.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, UInt8
from numpy import ndarray

from .. import emoji
from ..colors import NAMED
from ..held_out import share_of
from ..loop.training_loop import write_atomically
from ..objects.object_class import OBJECT_CLASSES
from ..prior.frames import NAMES
from .shards import UNKNOWN, default_cache

FILE = "emoji.npz"
GROUPS = range(1, 9)  # of emojibase: all but smileys, which are faces alone, and flags
HELD_OUT_SHARE = 0.25
NUMBERS = {name: NAMES.index(thing.name) for thing in OBJECT_CLASSES.values() for name in thing.names}
KNOWN_WORDS = {word for name in NUMBERS for word in name.split()}


@dataclass(frozen=True)
class Emoji:
    """Straight sRGB with alpha; `thing` is UNKNOWN where it is no thing of the world."""

    pictures: UInt8[ndarray, "n h w 4"]
    thing: ndarray
    name: ndarray

    def of(self, held_out: bool, known: bool) -> Emoji:
        """Those that training never sees, or those that it does, of things or of none."""
        hidden = np.array([is_held_out(str(name)) for name in self.name], bool)
        taken = (hidden == held_out) & ((self.thing != UNKNOWN) == known)
        return Emoji(self.pictures[taken], self.thing[taken], self.name[taken])

    def linear(self) -> Float[ndarray, "n h w 4"]:
        """Linear premultiplied color with alpha."""
        straight = self.pictures.astype(np.float32) / 255
        color, alpha = straight[..., :3], straight[..., 3:]
        bright = np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4)
        return np.concatenate([bright * alpha, alpha], -1).astype(np.float32)


def is_held_out(name: str) -> bool:
    return share_of(f"{name} emoji") < HELD_OUT_SHARE


def number_of(entry: dict[str, Any]) -> int | None:
    """The number of the thing that an entry of emojibase shows, UNKNOWN, or None where that is not sure."""
    words = [word for word in emoji.words_of_label(entry["label"]) if word not in NAMED]
    name = " ".join(words)
    if name in NUMBERS:
        return NUMBERS[name]
    tags = {tag for tag in entry.get("tags", ()) if tag in NUMBERS}
    return None if tags or KNOWN_WORDS & set(words) else UNKNOWN


def read(pictures: Path, names: Path) -> Emoji:
    """Both archives as npm packs them."""
    entries = {each["hexcode"].lower(): each for each in emoji.read_entries(names) if each.get("group") in GROUPS}
    found = {}
    for code, picture in emoji.read_files(pictures):
        entry = entries.get(code) or entries.get(f"{code}-fe0f")
        if entry is not None and (number := number_of(entry)) is not None:
            found[str(entry["label"]).lower()] = (emoji.fit_in_square(picture).permute(1, 2, 0).numpy(), number)
    wanted = sorted(found)
    return Emoji(np.stack([found[of][0] for of in wanted]), np.array([found[of][1] for of in wanted]), np.array(wanted))


def load(cache: Path) -> Emoji:
    """Reads what `fetch` has left; none where nobody did."""
    if not (cache / FILE).is_file():
        return Emoji(np.zeros((0, 1, 1, 4), np.uint8), np.zeros(0, int), np.zeros(0, str))
    return Emoji(**np.load(cache / FILE))


def keep(found: Emoji, cache: Path) -> None:
    def write(path: Path) -> None:
        with path.open("wb") as file:
            np.savez(file, **vars(found))

    cache.mkdir(parents=True, exist_ok=True)
    write_atomically(cache / FILE, write)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=default_cache())
    options = parser.parse_args()
    torch.set_num_threads(1)
    try:
        with emoji.packages() as (pictures, names):
            found = read(pictures, names)
    except emoji.NoEmojiError as error:
        raise SystemExit(str(error)) from None
    keep(found, options.cache)
    print(f"{(found.thing != UNKNOWN).sum()} emoji of things, {(found.thing == UNKNOWN).sum()} of others")


if __name__ == "__main__":
    main()
