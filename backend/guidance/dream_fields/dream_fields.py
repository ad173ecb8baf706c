"""The guidance of Dream Fields: random views are to look like words and pictures, and space is to stay empty.

    L = - mean over crops of similarity(crop)  +  negative similarity  +  what keeps space empty

The cameras look at the object's tracked center. In each view only a part is seen, over a background that nothing in the
field can have painted. Targets, crops, backgrounds and sparsity are in the files beside this one.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from backend.cameras.orbit import Frame, OrbitView, frame_of, sample_orbit, views_rays
from backend.config import JobConfig
from backend.guidance.guidance import GuidanceLoss, RayRequest
from backend.pretrained import ImageText
from backend.render.renderer import Rendering

from .crops import Pictures, plan_renders, sample_crops, views_of
from .origin import Origin, center_of_mass
from .sparsity import size_on_picture, target_transmittance, total_loss
from .targets import Targets


class DreamFields:
    """Pulls random views of the field towards the embeddings of what is wanted."""

    def __init__(
        self,
        model: ImageText,
        config: JobConfig,
        generator: torch.Generator,
        log: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.model, self.generator, self.log = model, generator, log
        self.models = [model.card]
        self.origin = Origin(frame_of(config))
        self.targets: Targets | None = None
        self.edit(config)
        if self.size != config.render.image_size and not config.dream_fields.render_size:
            log(f"The model reads {model.size} px: {self.views} renders of {self.size} px are made in each step.")

    def edit(self, config: JobConfig) -> None:
        """Other words, pictures or weights; nothing changes where one of them cannot be read."""
        self.targets = Targets(self.model, config, self.log, self.targets.known if self.targets else None)
        self.job, self.config = config, config.dream_fields
        self.size, self.views = plan_renders(config, self.model.size)
        # A short run must see the end of the ramp.
        self.ramp = min(self.config.transmittance_ramp, max(1, config.optimize.steps // 2))

    @property
    def frame(self) -> Frame:
        """The cube that the cameras stand around: it follows the object where that is asked for."""
        return self.origin.frame if self.config.track_origin else frame_of(self.job)

    def sample_views(self, step: int) -> RayRequest:
        """A few views on the orbit."""
        views = sample_orbit(self.job.orbit, self.size, self.views, self.generator, self.frame)
        noise = self.config.density_noise if self.config.sparsity == "perturbed_density" else 0.0
        return RayRequest(views_rays(views, self.model.mean.device), views, density_noise=noise)

    def loss(self, request: RayRequest, rendering: Rendering, step: int) -> GuidanceLoss:
        """Crops over backgrounds, their similarity, and the emptiness of the views."""
        if self.config.track_origin:
            self.origin.follow(center_of_mass(request.rays, rendering), self.config.origin_decay)
        positive, unwanted = self._similarities(self._pictures(rendering, request.context), request.context)
        loss = total_loss(self.config, positive - unwanted, rendering.opacity, self._tau(step, request.context))
        terms = {
            "similarity": float(positive.detach()),
            "transmittance": float((1 - rendering.opacity.detach()).mean()),
        }
        if self.job.prompt_options.negative.strip():
            terms["negative"] = float(unwanted.detach())
        return GuidanceLoss(self.config.weight * loss, terms)

    def state(self) -> dict[str, Tensor]:
        """Returns where the object is."""
        return {"origin": self.origin.point}

    def restore(self, state: dict[str, Tensor]) -> None:
        if "origin" in state:
            self.origin.point = state["origin"].double()

    def _pictures(self, rendering: Rendering, views: list[OrbitView]) -> Pictures:
        return sample_crops(views_of(rendering, len(views), self.size), self.job, self.model.size, self.generator)

    def _similarities(self, cropped: Pictures, views: list[OrbitView]) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
        """The mean over crops of what is wanted, and of what is not, each with its weight."""
        embedded = self.model.embed_pictures(cropped)
        of = [i % len(views) for i in range(len(cropped))]  # the view of each crop
        targets = self.targets
        assert targets is not None  # made when the job began
        positive = torch.stack([targets.positive(view) for view in views])[of]
        negative = [targets.negative(view) for view in views]
        against = torch.stack([torch.zeros_like(positive[0]) if n is None else n for n in negative])[of]
        return (embedded * positive).sum(-1).mean(), (embedded * against).sum(-1).mean()

    def _tau(self, step: int, views: list[OrbitView]) -> float:
        start, end = self.config.transmittance_start, self.config.transmittance_end
        return target_transmittance(step, start, end, self.ramp, size_on_picture(views))
