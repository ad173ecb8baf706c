"""The box of a job with photographs where none was given, found before anything is built, and how much of the pictures
looks into a box.

It is written into the job's settings, so that a record says where its result lies, and a job that is gone on with keeps
its box.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from backend.config import JobConfig, with_changes
from backend.data.box import OBJECT, FoundBox, Silhouette, find_box, hit_share
from backend.data.dataset import GoOn, Listing, box_points, dataset_folder, list_dataset
from backend.data.frames import Frame
from backend.errors import DatasetError

MOST_SILHOUETTES = 24
SILHOUETTE_PIXELS = 64
"""Least side of the small copies by which a hull is carved."""
OPAQUE, TRANSPARENT_SHARE = 0.05, 0.02
"""Alpha that counts as there, and the share of the pixels that must not be, for pictures that tell an object apart."""
FEW = 0.5
"""Share of the rays that meet the box below which that is worth a word."""


def with_photo_box(config: JobConfig, go_on: GoOn = lambda: None) -> tuple[JobConfig, tuple[str, ...]]:
    """Returns the job with its box, and sentences for the person; the same job where no pictures are read.

    Raises:
        DatasetError: the pictures cannot be listed, or none of them looks into the box.
    """
    if not config.uses_photos:
        return config, ()
    settings = config.photometric
    listing = list_dataset(
        dataset_folder(config.dataset), settings.downscale, settings.hold_out_every,
        outside=config.pictures_outside, go_on=go_on,
    )  # fmt: skip
    new = _found(listing, go_on) if config.bounds.automatic else None
    box = new or _given(config)
    share = hit_share([frame.camera for frame in listing.train], box)
    if not share:
        raise DatasetError(
            f"None of the {len(listing.train)} pictures looks into the box ({_describe(box)}): move it to where they "
            "look, or have it found (--bounds.automatic)."
        )
    said = "The box was found" if new else "No box could be found, all pictures are of one place, so it is as it was"
    found = (f"{said}: {_describe(box)}.",) if config.bounds.automatic else ()
    few = (f"Only {share:.0%} of the pictures' rays meet the box ({_describe(box)}).",) if share < FEW else ()
    return (with_changes(config, {"bounds": _settings(box)}) if found else config), (*found, *few)


def _found(listing: Listing, go_on: GoOn) -> FoundBox | None:
    cameras = [frame.camera for frame in listing.train]
    return find_box(cameras, box_points(listing), _silhouettes(listing.train, go_on), listing.cube)


def _given(config: JobConfig) -> FoundBox:
    box = config.bounds
    turn = np.array(box.to_scene)[:3, :3]
    return FoundBox(np.array(box.center), np.array(box.size), turn, OBJECT)


def _settings(box: FoundBox) -> dict[str, Any]:
    center, size = ([float(value) for value in each] for each in (box.center, box.size))
    return {"center": center, "size": size, "rotation_degrees": list(box.degrees), "automatic": False}


def _describe(box: FoundBox) -> str:
    """Returns what it holds, center, size and turn, as a person reads them."""
    near = np.where(np.abs(box.center) < 1e-4 * box.size.max(), 0, box.center)  # 5e-09 says less than 0
    center, size = (", ".join(f"{value:.3g}" for value in each) for each in (near, box.size))
    turn = f", turned by {', '.join(f'{angle:.0f}' for angle in box.degrees)} degrees" if any(box.degrees) else ""
    return f"{box.kind}, center ({center}), size ({size}){turn}"


def _silhouettes(frames: list[Frame], go_on: GoOn) -> list[Silhouette]:
    """Reads small copies of some pictures; none where they tell no object apart."""
    chosen = frames[:: max(1, len(frames) // MOST_SILHOUETTES)]
    found = []
    for frame in chosen:
        go_on()
        downscale = max(1, min(frame.smaller(1)) // SILHOUETTE_PIXELS)
        opaque = frame.read(downscale)[..., 3].numpy() > OPAQUE
        height, width = opaque.shape
        cut = replace(frame.camera, width=width * downscale, height=height * downscale)
        found.append(Silhouette(cut.resized(width, height), opaque))
        if len(found) == 1 and opaque.mean() > 1 - TRANSPARENT_SHARE:
            return []  # the first hides nothing: the others are not decoded for it
    return found
