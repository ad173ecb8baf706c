"""Pictures with known cameras, as one array: what a reconstruction reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from backend.cameras.camera import Camera, Rays, cone_radii
from backend.colour import srgb_decoded
from backend.errors import DatasetError


@dataclass(frozen=True)
class PosedPictures:
    """Straight linear RGBA pictures of one size, each with its camera."""

    pixels: Float[Tensor, "n h w 4"]
    cameras: list[Camera]

    def __len__(self) -> int:
        return len(self.cameras)

    def rays_at(self, index: Int[Tensor, " n"]) -> Rays:
        """Rays of pixels numbered as in `pixels.flatten(0, 2)`, made when asked for: all at once are gigabytes."""
        height, width = self.pixels.shape[1:3]
        picture, pixel = index // (height * width), index % (height * width)
        place = torch.stack([pixel % width, pixel // width], dim=-1) + 0.5
        focal, centre = (
            torch.tensor([getattr(c, name) for c in self.cameras])[picture] for name in ("focal", "centre")
        )
        x, y = ((place - centre) / focal).unbind(-1)
        poses = torch.stack([camera.pose for camera in self.cameras])[picture]
        local = torch.stack([x, -y, -torch.ones_like(x)], dim=-1)
        turned = (poses[:, :3, :3] @ local[..., None]).squeeze(-1)
        return Rays(poses[:, :3, 3], torch.nn.functional.normalize(turned, dim=-1), cone_radii(local, focal[:, 0]))

    def subset(self, indices: list[int]) -> PosedPictures:
        return PosedPictures(self.pixels[indices], [self.cameras[i] for i in indices])

    def moved(self, transform: Float[Tensor, "4 4"]) -> PosedPictures:
        """The same pictures of a world that was moved by `transform`, which keeps lengths."""
        poses = [(transform @ camera.pose.to(transform)).to(camera.pose) for camera in self.cameras]
        moved = [replace(camera, pose=pose) for camera, pose in zip(self.cameras, poses, strict=True)]
        return PosedPictures(self.pixels, moved)

    def has_alpha(self) -> bool:
        return bool((self.pixels[..., 3] < 1).any())


def read_picture(path: Path, downscale: int = 1) -> Float[Tensor, "h w 4"]:
    """A PNG or JPEG as linear RGBA with straight alpha, made smaller by whole-pixel means of premultiplied colour.

    Raises:
        DatasetError: the file is missing or is not a picture.
    """
    values = torch.from_numpy(_decoded(path))
    linear = torch.cat([srgb_decoded(values[..., :3]), values[..., 3:]], dim=-1)
    return linear if downscale == 1 else _smaller(linear, downscale)


def _decoded(path: Path) -> np.ndarray:
    try:
        with Image.open(path) as picture:
            return np.asarray(picture.convert("RGBA"), np.float32) / 255
    except FileNotFoundError as cause:
        raise DatasetError(f"The picture {path} is named in the dataset but is not there: restore it.") from cause
    except (UnidentifiedImageError, OSError, SyntaxError) as cause:
        raise DatasetError(f"The picture {path} cannot be read: replace it by a whole PNG or JPEG.") from cause


def _smaller(linear: Float[Tensor, "h w 4"], factor: int) -> Float[Tensor, "i j 4"]:
    """Means over factor x factor pixels; a border that does not fill one is dropped."""
    premultiplied = torch.cat([linear[..., :3] * linear[..., 3:], linear[..., 3:]], dim=-1)
    mean = torch.nn.functional.avg_pool2d(premultiplied.permute(2, 0, 1)[None], factor)[0].permute(1, 2, 0)
    return torch.cat([mean[..., :3] / mean[..., 3:].clamp_min(1e-6), mean[..., 3:]], dim=-1)
