"""Likeness of unseen views to the photographed ones (DietNeRF, arXiv 2104.00677, eq. 5): "a bulldozer is a bulldozer".

    L = lambda / 2 |phi(photo) - phi(render)|^2 = lambda (1 - cos(phi(photo), phi(render)))      phi: unit embeddings

Every n-th step a view is rendered from a random pose (azimuth uniform over the circle, elevation and radius uniform in
their ranges, looking at the middle of the box) with the lens of a photograph drawn at random, and compared with that
photograph by a frozen image encoder: its embedding, or the token before it, as the published code does. After `until`
of the run only the pixels count: fine-tuning.

Both stand over one plain color, drawn anew each time: photographs with alpha then have the same background as the
render, and the field cannot earn likeness by painting one. A photograph without alpha hides it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float
from torch import Tensor

from backend.cameras.camera import Camera
from backend.cameras.orbit import Frame, frame_of, look_at, orbit_position
from backend.color import srgb_encoded
from backend.config import JobConfig
from backend.data.pictures import PosedPictures
from backend.pretrained.image_encoder import ImageEncoder, check_tokens, embed_tokens
from backend.render.renderer import Rendering
from backend.resize import resize_pictures

from .guidance import GuidanceLoss, RayRequest, Stateless

Picture = Float[Tensor, "3 h w"]


@dataclass(frozen=True)
class Comparison:
    """Which photograph a render is compared with, and what lies behind both (linear)."""

    photograph: int
    background: Float[Tensor, " 3"]


class Consistency(Stateless):
    """Pulls unseen views towards the embeddings of the photographs."""

    def __init__(
        self,
        image_encoder: ImageEncoder,
        pictures: PosedPictures,
        config: JobConfig,
        generator: torch.Generator,
        log: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.image_encoder, self.pictures, self.generator, self.models = (
            image_encoder,
            pictures,
            generator,
            [image_encoder.card],
        )
        self.frame = frame_of(config)
        if config.consistency.layer == "token":
            check_tokens(image_encoder)
        self.edit(config)
        near, far = self.radii
        log(f"Unseen views are compared from {near:.3g} to {far:.3g} m off the middle, {self.size} px wide.")

    def edit(self, config: JobConfig) -> None:
        self.config, self.steps = config.consistency, config.optimize.steps
        self.size = self.config.render_size or self.image_encoder.size
        self.radii = radii(self.config.min_radius, self.config.max_radius, self.pictures, self.frame)

    def sample_views(self, step: int) -> RayRequest | None:
        """A view that nobody photographed; nothing between two looks, nor while fine-tuning."""
        if (step + 1) % self.config.every or step >= self.config.until * self.steps or self.config.weight == 0:
            return None
        photograph = int(torch.randint(len(self.pictures), (), generator=self.generator))
        drawn = torch.rand(3, generator=self.generator)
        comparison = Comparison(photograph, torch.ones(3) if self.config.background == "white" else drawn)
        rays = self._camera(self.pictures.cameras[photograph]).rays().flat()
        return RayRequest(rays.to(self.image_encoder.mean.device), comparison)

    def loss(self, request: RayRequest, rendering: Rendering, step: int) -> GuidanceLoss:
        """lambda (1 - cos): zero for the photograph itself."""
        comparison, target = request.context, self._target(request.context)
        distance = self._distance(rendering, comparison, target)
        loss, terms = self.config.weight * distance, {"consistency": float(distance.detach())}
        if rendering.coarse is not None and self.config.coarse_weight > 0:
            coarse = self._distance(rendering.coarse, comparison, target)
            loss, terms = (
                loss + self.config.coarse_weight * coarse,
                terms | {"consistency_coarse": float(coarse.detach())},
            )
        return GuidanceLoss(loss, terms)

    def _distance(self, rendering: Rendering, comparison: Comparison, target: Float[Tensor, " d"]) -> Float[Tensor, ""]:
        background = comparison.background.to(rendering.color)
        composited = srgb_encoded(rendering.over(background.expand_as(rendering.color)))
        picture = composited.reshape(self.size, self.size, 3).permute(2, 0, 1).clamp(0, 1)
        return 1 - self._embedded(picture[None])[0] @ target

    def _embedded(self, pictures: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n d"]:
        """Returns unit vectors of what is compared."""
        if self.config.layer == "token":
            return embed_tokens(self.image_encoder, pictures)
        return self.image_encoder.embed_pictures(pictures)

    @torch.no_grad()
    def _target(self, comparison: Comparison) -> Float[Tensor, " d"]:
        """The photograph's embedding, over the same color and squeezed to the same square as the render."""
        pixels = self.pictures.picture(comparison.photograph)
        over = pixels[..., :3] * pixels[..., 3:] + comparison.background * (1 - pixels[..., 3:])
        picture = srgb_encoded(over).permute(2, 0, 1)[None]
        square = resize_pictures(picture, self.size)
        return self._embedded(square.to(self.image_encoder.mean.device))[0]

    def _camera(self, lens: Camera) -> Camera:
        """A random pose with the photograph's lens, its rays shifted by a random part of a pixel."""
        turn, height, distance, x, y = torch.rand(5, generator=self.generator).tolist()
        low, high = math.radians(self.config.min_elevation_degrees), math.radians(self.config.max_elevation_degrees)
        near, far = self.radii
        middle = torch.tensor(self.frame.center)
        offset = orbit_position(2 * math.pi * turn, low + (high - low) * height, near + (far - near) * distance)
        camera = lens.resized(self.size, self.size)
        shifted = (camera.center[0] + x - 0.5, camera.center[1] + y - 0.5)
        return replace(camera, pose=look_at(middle + offset, middle), center=shifted)


def radii(min_radius: float, max_radius: float, pictures: PosedPictures, frame: Frame) -> tuple[float, float]:
    """Nearest and farthest distance to the middle, in meters; an end that is 0 is that of the photographs."""
    positions = torch.stack([camera.pose[:3, 3] for camera in pictures.cameras])
    own = (positions - torch.tensor(frame.center)).norm(dim=-1)
    near = min_radius * frame.half_width or float(own.min())
    far = max_radius * frame.half_width or float(own.max())
    return min(near, far), max(near, far)
