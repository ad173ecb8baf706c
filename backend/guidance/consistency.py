"""Likeness of unseen views to the photographed ones (DietNeRF, arXiv 2104.00677, eq. 5): "a bulldozer is a bulldozer".

    L = lambda / 2 |phi(photo) - phi(render)|^2 = lambda (1 - cos(phi(photo), phi(render)))      phi: unit embeddings

Every n-th step a view is rendered from a random pose (azimuth uniform over the circle, elevation and radius uniform in
their ranges, looking at the middle of the box) with the lens of a photograph drawn at random, and compared with that
photograph by a frozen eye. After `until` of the run only the pixels count: fine-tuning.

Both stand over one plain colour, drawn anew each time: photographs with alpha then have the same background as the
render, and the field cannot earn likeness by painting one. A photograph without alpha hides it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from backend.cameras.camera import Camera
from backend.cameras.orbit import Frame, frame_of, look_at, orbit_position
from backend.colour import srgb_encoded
from backend.config import JobConfig
from backend.data.pictures import PosedPictures
from backend.pretrained.eye import Eye
from backend.render.renderer import Rendering

from .guidance import Judgement, Proposal, Stateless

Picture = Float[Tensor, "3 h w"]


@dataclass(frozen=True)
class Look:
    """Which photograph a render is compared with, and what lies behind both (linear)."""

    photograph: int
    background: Float[Tensor, " 3"]


class Consistency(Stateless):
    """Pulls unseen views towards the embeddings of the photographs."""

    def __init__(
        self,
        eye: Eye,
        pictures: PosedPictures,
        config: JobConfig,
        generator: torch.Generator,
        log: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.eye, self.pictures, self.generator, self.models = eye, pictures, generator, [eye.card]
        self.frame = frame_of(config)
        self.edit(config)
        near, far = self.radii
        log(f"Unseen views are compared from {near:.3g} to {far:.3g} m off the middle, {self.size} px wide.")

    def edit(self, config: JobConfig) -> None:
        self.config, self.steps = config.consistency, config.optimise.steps
        self.size = self.config.render_size or self.eye.size
        self.radii = radii(self.config.nearest, self.config.farthest, self.pictures, self.frame)

    def propose(self, step: int) -> Proposal | None:
        """A view that nobody photographed; nothing between two looks, nor while fine-tuning."""
        if (step + 1) % self.config.every or step >= self.config.until * self.steps or self.config.weight == 0:
            return None
        photograph = int(torch.randint(len(self.pictures), (), generator=self.generator))
        look = Look(photograph, torch.rand(3, generator=self.generator))
        rays = self._camera(self.pictures.cameras[photograph]).rays().flat()
        return Proposal(rays.to(self.eye.mean.device), look)

    def judge(self, proposal: Proposal, rendering: Rendering, step: int) -> Judgement:
        """lambda (1 - cos): zero for the photograph itself."""
        look = proposal.notes
        background = look.background.to(rendering.colour)
        seen = srgb_encoded(rendering.over(background.expand_as(rendering.colour)))
        picture = seen.reshape(self.size, self.size, 3).permute(2, 0, 1).clamp(0, 1)
        distance = 1 - self.eye.embed_pictures(picture[None])[0] @ self._wanted(look)
        return Judgement(self.config.weight * distance, {"consistency": float(distance.detach())})

    @torch.no_grad()
    def _wanted(self, look: Look) -> Float[Tensor, " d"]:
        """The photograph's embedding, over the same colour and squeezed to the same square as the render."""
        pixels = self.pictures.pixels[look.photograph]
        over = pixels[..., :3] * pixels[..., 3:] + look.background * (1 - pixels[..., 3:])
        picture = srgb_encoded(over).permute(2, 0, 1)[None]
        square = F.interpolate(picture, (self.size, self.size), mode="bilinear", antialias=True)
        return self.eye.embed_pictures(square.to(self.eye.mean.device))[0]

    def _camera(self, lens: Camera) -> Camera:
        """A random pose with the photograph's lens, its rays shifted by a random part of a pixel."""
        turn, height, distance, x, y = torch.rand(5, generator=self.generator).tolist()
        low, high = math.radians(self.config.lowest_degrees), math.radians(self.config.highest_degrees)
        near, far = self.radii
        middle = torch.tensor(self.frame.centre)
        offset = orbit_position(2 * math.pi * turn, low + (high - low) * height, near + (far - near) * distance)
        camera = lens.resized(self.size, self.size)
        shifted = (camera.centre[0] + x - 0.5, camera.centre[1] + y - 0.5)
        return replace(camera, pose=look_at(middle + offset, middle), centre=shifted)


def radii(nearest: float, farthest: float, pictures: PosedPictures, frame: Frame) -> tuple[float, float]:
    """Nearest and farthest distance to the middle, in metres; an end that is 0 is that of the photographs."""
    positions = torch.stack([camera.pose[:3, 3] for camera in pictures.cameras])
    own = (positions - torch.tensor(frame.centre)).norm(dim=-1)
    near = nearest * frame.half_width or float(own.min())
    far = farthest * frame.half_width or float(own.max())
    return min(near, far), max(near, far)
