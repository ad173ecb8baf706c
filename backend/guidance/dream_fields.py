"""Similarity of renders and words under an image-text model (Dream Fields, arXiv 2112.01455).

    L = - mean over crops of cos(picture, prompt)  -  lambda min(tau, mean transmittance)           (eqs. 3 and 6)

A picture is a random square crop of a render laid over a random background; tau rises over the first steps, so that the
object may first grow and is then pressed to stand alone.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from backend.cameras.camera import Rays
from backend.cameras.orbit import sample_orbit
from backend.colour import srgb_encoded
from backend.config import JobConfig
from backend.pretrained import ImageText
from backend.render.backgrounds import random_backgrounds
from backend.render.renderer import Rendering

from .guidance import Judgement, Proposal
from .regularisers import clipped_transmittance, mean_transmittance, transmittance_target

Pictures = Float[Tensor, "n 3 h w"]


class DreamFields:
    """Pulls random views of the field towards a prompt's embedding."""

    def __init__(self, model: ImageText, config: JobConfig, generator: torch.Generator) -> None:
        self.model, self.generator, self.models = model, generator, [model.card]
        self.edit(config)

    def edit(self, config: JobConfig) -> None:
        self.config, self.orbit, self.size = config.dream_fields, config.orbit, config.render.image_size
        # A short run must see the end of the ramp.
        self.ramp = min(self.config.transmittance_ramp, max(1, config.optimise.steps // 2))
        self.wanted = self.model.embed_text(config.prompt)

    def propose(self, step: int) -> Proposal:
        """A few views on the orbit."""
        views = sample_orbit(self.orbit, self.size, self.orbit.views, self.generator)
        rays = [view.camera.rays().flat() for view in views]
        device = self.wanted.device
        origins, directions = torch.cat([r.origins for r in rays]), torch.cat([r.directions for r in rays])
        return Proposal(Rays(origins.to(device), directions.to(device)))

    def judge(self, proposal: Proposal, rendering: Rendering, step: int) -> Judgement:
        """Crops over backgrounds, their similarity, and the emptiness of the views."""
        config = self.config
        similarity = (self.model.embed_pictures(self._crops(rendering)) @ self.wanted).mean()
        target = transmittance_target(step, config.transmittance_start, config.transmittance_end, self.ramp)
        emptiness = clipped_transmittance(rendering.opacity, target)
        loss = config.weight * (config.transmittance_weight * emptiness - similarity)
        clear = float(mean_transmittance(rendering.opacity.detach()))
        return Judgement(loss, {"similarity": float(similarity.detach()), "transmittance": clear})

    def _crops(self, rendering: Rendering) -> Pictures:
        """Each crop from a view of its own turn, over a background of its own, sRGB."""
        views = torch.cat([rendering.colour, rendering.opacity[:, None]], dim=-1)
        views = views.reshape(-1, self.size, self.size, 4).permute(0, 3, 1, 2)
        side = max(1, round(self.size * self.config.crop_fraction))
        crops = torch.stack([self._crop(views[i % len(views)], side) for i in range(self.config.crops)])
        backgrounds = random_backgrounds(len(crops), side, self.generator).to(crops)
        return srgb_encoded(crops[:, :3] + (1 - crops[:, 3:]) * backgrounds)

    def _crop(self, view: Float[Tensor, "4 h w"], side: int) -> Float[Tensor, "4 side side"]:
        top, left = torch.randint(self.size - side + 1, (2,), generator=self.generator).tolist()
        return view[:, top : top + side, left : left + side]
