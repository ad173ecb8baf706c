"""Pictures with known cameras, of whatever sizes: what a reconstruction reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import torch
from jaxtyping import Float, Int
from torch import Tensor

from backend.cameras.camera import Camera, Rays, cone_radii
from backend.cameras.distortion import local_rays


@dataclass(frozen=True)
class PosedPictures:
    """Straight linear RGBA pictures, one after another row by row, each with its camera, which says its size."""

    pixels: Float[Tensor, "p 4"]
    cameras: list[Camera]

    @classmethod
    def of_one_size(cls, pixels: Float[Tensor, "n h w 4"], cameras: list[Camera]) -> PosedPictures:
        return cls(pixels.flatten(0, 2), cameras)

    def __len__(self) -> int:
        return len(self.cameras)

    @cached_property
    def ends(self) -> Int[Tensor, " n"]:
        """The number of the first pixel that no longer belongs to each picture."""
        return torch.tensor([camera.width * camera.height for camera in self.cameras]).cumsum(0)

    def picture(self, number: int) -> Float[Tensor, "h w 4"]:
        """The pixels of one picture; they are not copied."""
        camera, end = self.cameras[number], int(self.ends[number])
        return self.pixels[end - camera.width * camera.height : end].view(camera.height, camera.width, 4)

    def rays_at(self, index: Int[Tensor, " n"]) -> Rays:
        """Rays of pixels numbered as in `pixels`, made when asked for: all at once are gigabytes."""
        picture = torch.searchsorted(self.ends, index, right=True)
        width, height = (torch.tensor([getattr(c, of) for c in self.cameras])[picture] for of in ("width", "height"))
        pixel = index - (self.ends[picture] - width * height)
        place = torch.stack([pixel % width, pixel // width], dim=-1) + 0.5
        focal, center = (
            torch.tensor([getattr(c, name) for c in self.cameras])[picture] for name in ("focal", "center")
        )
        local = self._local((place - center) / focal, picture)
        poses = torch.stack([camera.pose for camera in self.cameras])[picture]
        turned = (poses[:, :3, :3] @ local[..., None]).squeeze(-1)
        return Rays(poses[:, :3, 3], torch.nn.functional.normalize(turned, dim=-1), cone_radii(local, focal[:, 0]))

    def _local(self, drawn: Float[Tensor, "n 2"], picture: Int[Tensor, " n"]) -> Float[Tensor, "n 3"]:
        """Directions in each pixel's own camera, through the lens that it was taken with."""
        if all(camera.distortion.none for camera in self.cameras):
            x, y = drawn.unbind(-1)
            return torch.stack([x, -y, -torch.ones_like(x)], dim=-1)
        rows = torch.tensor([camera.distortion.row for camera in self.cameras])[picture]
        fisheye = torch.tensor([camera.distortion.fisheye for camera in self.cameras])[picture]
        return local_rays(drawn, rows, fisheye)

    def subset(self, indices: list[int]) -> PosedPictures:
        pixels = [self.picture(i).reshape(-1, 4) for i in indices]
        return PosedPictures(torch.cat(pixels), [self.cameras[i] for i in indices])

    def transformed(self, transform: Float[Tensor, "4 4"]) -> PosedPictures:
        """The same pictures of a world that was moved by `transform`, which keeps lengths."""
        poses = [(transform @ camera.pose.to(transform)).to(camera.pose) for camera in self.cameras]
        moved = [replace(camera, pose=pose) for camera, pose in zip(self.cameras, poses, strict=True)]
        return PosedPictures(self.pixels, moved)

    def has_alpha(self) -> bool:
        return bool((self.pixels[:, 3] < 1).any())
