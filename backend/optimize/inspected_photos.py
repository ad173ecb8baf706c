"""What photographs say before anything is trained: where they were taken from, sparse points, and the box of a job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float32

from backend.cameras.camera import Camera
from backend.config import JobConfig, to_json
from backend.data.dataset import Listing, box_points, dataset_folder, list_dataset
from backend.errors import DatasetError

from .photo_box import with_photo_box

MOST_POINTS = 4000
"""Sparse points that are sent to be drawn, chosen at random."""


@dataclass(frozen=True)
class InspectedPhotos:
    """Cameras of posed pictures, sparse points and the box, in the coordinates of the poses.

    `poses` are camera to world, looking along -Z with +Y up; `tangents` are half the width and half the height of a
    picture at distance 1; `held_out` are pictures that are only for checking.
    """

    poses: Float32[np.ndarray, "n 4 4"]
    tangents: Float32[np.ndarray, "n 2"]
    held_out: Bool[np.ndarray, " n"]
    points: Float32[np.ndarray, "m 3"]
    box: dict[str, Any]
    """As `bounds` of a job's config."""
    notes: tuple[str, ...]


def inspect_photos(config: JobConfig) -> InspectedPhotos:
    """Looks at the photographs of a job that is not there yet.

    Raises:
        DatasetError: no photographs are named, they have no poses, or cannot be listed.
    """
    if not config.uses_photos:
        raise DatasetError("No photos are named, so there is nothing to show: choose a folder with photos.")
    settings = config.photometric
    listing = list_dataset(
        dataset_folder(config.dataset), settings.downscale, settings.hold_out_every, outside=config.pictures_outside
    )
    boxed, notes = with_photo_box(config)
    cameras = [frame.camera for frame in (*listing.train, *listing.held_out)]
    held_out = np.arange(len(cameras)) >= len(listing.train)
    poses, tangents = _drawable(cameras)
    return InspectedPhotos(
        poses, tangents, held_out, _some_points(listing), to_json(boxed)["bounds"], (*listing.notes, *notes)
    )


def _drawable(cameras: Sequence[Camera]) -> tuple[Float32[np.ndarray, "n 4 4"], Float32[np.ndarray, "n 2"]]:
    poses = np.stack([camera.pose.numpy() for camera in cameras]).astype(np.float32)
    halves = [(c.width / c.focal[0] / 2, c.height / c.focal[1] / 2) for c in cameras]
    return poses, np.array(halves, np.float32)


def _some_points(listing: Listing) -> Float32[np.ndarray, "m 3"]:
    points = box_points(listing)
    if len(points) > MOST_POINTS:
        points = points[np.random.default_rng(0).permutation(len(points))[:MOST_POINTS]]
    return np.asarray(points, np.float32)
