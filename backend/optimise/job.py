"""One job's optimisation: everything it needs while it runs, and nothing of wires, threads or queues.

    propose (guidance) -> render (field) -> judge (guidance) -> descend (Adam)

The same config and seed give the same steps on the CPU, also across a save and a load.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from backend.colour import srgb_encoded
from backend.config import JobConfig, Method, check_runnable, with_changes
from backend.data.transforms_json import Dataset, read_dataset
from backend.device import choose_device
from backend.errors import CheckpointError, ConfigError, ModelError, NotFiniteError
from backend.evaluate import held_out
from backend.evaluate.score import similarity
from backend.export.grid import Grid, export_grid
from backend.fields.build import build_field
from backend.fields.field import Field
from backend.guidance.build import build_photometric, build_text_guidance
from backend.guidance.guidance import Guidance, Judgement
from backend.guidance.regularisers import Lattice, add_total_variation, opacity_entropy
from backend.pretrained import load_image_text, resolve
from backend.render.occupancy import OccupancyGrid
from backend.render.renderer import Renderer, Rendering

from .checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from .placement import field_bounds, preview_camera, to_scene
from .schedule import growths, rate_factor

Log = Callable[[str], None]

WEIGHTS = {  # names that a person may edit while a job runs -> group and setting
    "score_distillation": ("score_distillation", "weight"),
    "guidance_scale": ("score_distillation", "guidance_scale"),
    "dream_fields": ("dream_fields", "weight"),
    "transmittance": ("dream_fields", "transmittance_weight"),
    "photometric": ("photometric", "weight"),
    "total_variation_density": ("regulariser", "total_variation_density"),
    "total_variation_colour": ("regulariser", "total_variation_colour"),
    "opacity_entropy": ("regulariser", "opacity_entropy"),
}


@dataclass(frozen=True)
class StepReport:
    """What one step did."""

    step: int
    steps: int
    loss: float
    terms: dict[str, float] = field(default_factory=dict)
    score: float | None = None


class Optimisation:
    """A field, what pulls on it, and how far it has come."""

    def __init__(self, config: JobConfig, log: Log) -> None:
        """Use `build` or `load`."""
        self.config, self.log = check_runnable(config), log
        self.device = choose_device(config.device)
        self.generator = torch.Generator().manual_seed(config.seed)
        self.step_index = 0
        self.not_finite = 0
        self.dataset = _dataset(config)
        self.guidance = self._guidance()
        self.field = self._field()
        self.occupancy = self._occupancy()
        self.optimiser = self._optimiser()

    @staticmethod
    def build(config: JobConfig, folder: Path | None = None, log: Log = lambda line: None) -> Optimisation:
        """A job at its first step.

        Raises:
            DreamwrightError: a leaf that says what the config, dataset, model or device lacks.
        """
        return Optimisation(config, log)

    @property
    def models(self) -> list[dict[str, str]]:
        return self.guidance.models

    @property
    def renderer(self) -> Renderer:
        return Renderer(self.field, self.config.render.samples_per_ray, self.occupancy)

    def step(self) -> StepReport:
        """One optimisation step.

        Raises:
            NotFiniteError: the gradient was NaN or infinite too many times in a row.
        """
        self._grow_if_due()
        self.occupancy.update(self.field.density, self.step_index, self.generator)
        judgement = self._judged()
        self.optimiser.zero_grad(set_to_none=True)
        if judgement.loss.requires_grad:  # else no ray met anything that could move
            judgement.loss.backward()
        self._descend()
        self.step_index += 1
        return self._report(judgement)

    def edit(self, *, prompt: str | None = None, weights: dict[str, float] | None = None) -> int:
        """Other words or weights; the answer is the step from which they hold.

        Raises:
            ConfigError: the prompt is empty, a weight is unknown or out of bounds; nothing is changed then.
        """
        changes: dict[str, Any] = {} if prompt is None else {"prompt": prompt}
        for name, value in (weights or {}).items():
            if name not in WEIGHTS:
                raise ConfigError(f"There is no weight '{name}': known are {', '.join(sorted(WEIGHTS))}.")
            group, setting = WEIGHTS[name]
            changes.setdefault(group, {})[setting] = value
        self.config = check_runnable(with_changes(self.config, changes))
        self.guidance.edit(self.config)
        return self.step_index

    def preview(self, size: int = 128) -> np.ndarray:
        """(size, size, 4) uint8, sRGB, straight alpha, from a fixed camera in front."""
        rendering = self.renderer.picture(preview_camera(self.config, size), self.device)
        opacity = rendering.opacity.clamp(0, 1)[..., None]
        colour = srgb_encoded(rendering.colour / opacity.clamp_min(1e-6)).clamp(0, 1)
        picture = torch.cat([colour, opacity], dim=-1).nan_to_num(0.0)
        return (picture * 255).round().byte().cpu().numpy()

    def grid(self, resolution: int | None = None) -> Grid:
        """Density and colour at cell centres.

        Raises:
            EmptyFieldError, MemoryShortError
        """
        export = self.config.export
        return export_grid(self.field, resolution or export.resolution, export.threshold, to_scene(self.config))

    def evaluate(self) -> dict[str, float]:
        """Held-out PSNR and SSIM, or the embedded guide's similarity where that guide is there."""
        if self.dataset is not None:
            return held_out.compare(self.renderer, self.dataset.held_out, self.device)
        try:
            guide = load_image_text(resolve("embedded-guide"), self.device)
        except ModelError as cause:
            self.log(f"No similarity was measured: {cause}")
            return {}
        return {"score": similarity(self.renderer, guide, self.config.prompt, self.config.orbit)}

    def save(self, folder: Path) -> None:
        """A checkpoint.

        Raises:
            DiskError: it could not be written; the one before is still there.
        """
        state = {"step": self.step_index, "not_finite": self.not_finite, "prompt": self.config.prompt}
        state["weights"] = {name: getattr(getattr(self.config, g), s) for name, (g, s) in WEIGHTS.items()}
        write_checkpoint(folder, Checkpoint(self._tensors(), state), self.step_index)

    @staticmethod
    def load(config: JobConfig, folder: Path, log: Log = lambda line: None) -> Optimisation:
        """The job as it was saved; what was edited while it ran is taken from the checkpoint.

        Raises:
            CheckpointError: missing, broken, of another version or of another kind of field.
        """
        checkpoint = read_checkpoint(folder)
        job = Optimisation(config, log)
        try:
            job._restore(checkpoint)
        except (KeyError, RuntimeError, TypeError, ValueError) as cause:
            raise CheckpointError(f"The checkpoint in {folder} does not fit this job: start the job again.") from cause
        return job

    # --- what a job is made of -----------------------------------------------------------------------------------

    def _guidance(self) -> Guidance:
        if self.dataset is None:
            return build_text_guidance(self.config, self.device, self.generator)
        return build_photometric(self.config, self.dataset, self.device, self.generator)

    def _field(self) -> Field:
        return build_field(self.config.field, field_bounds(self.config), Method(self.config.method)).to(self.device)

    def _occupancy(self) -> OccupancyGrid:
        render, bounds = self.config.render, self.field.bounds
        side = max(high - low for low, high in zip(bounds.low, bounds.high, strict=True))
        length = side / render.samples_per_ray
        return OccupancyGrid(
            bounds, render.occupancy_resolution, render.occupancy_threshold, length, render.occupancy_warmup
        ).to(self.device)

    def _optimiser(self) -> torch.optim.Adam:
        rates = {
            "density": self.config.optimise.learning_rate_density,
            "colour": self.config.optimise.learning_rate_colour,
        }
        groups = [
            {"params": parameters, "lr": rates[name], "full_rate": rates[name]}
            for name, parameters in self.field.parameter_groups().items()
        ]
        return torch.optim.Adam(groups, betas=(0.9, 0.99), eps=1e-15, fused=True)

    # --- what a step does ----------------------------------------------------------------------------------------

    def _grow_if_due(self) -> None:
        """A finer lattice has other parameters, so Adam starts anew there."""
        resolution = growths(self.config.field, self.config.optimise.steps).get(self.step_index)
        if resolution is not None:
            self.field.grow(resolution)
            self.optimiser = self._optimiser()
            self.log(f"The field grew to {resolution} cells a side at step {self.step_index}.")

    def _judged(self) -> Judgement:
        proposal = self.guidance.propose(self.step_index)
        rendering = self.renderer(proposal.rays, self.generator)
        judgement = self.guidance.judge(proposal, rendering, self.step_index)
        return self._regularised(judgement, rendering)

    def _regularised(self, judgement: Judgement, rendering: Rendering) -> Judgement:
        weight = self.config.regulariser.opacity_entropy
        if weight == 0:
            return judgement
        entropy = opacity_entropy(rendering.opacity)
        return Judgement(
            judgement.loss + weight * entropy, {**judgement.terms, "opacity_entropy": float(entropy.detach())}
        )

    def _descend(self) -> None:
        """Adam's step, or none when a gradient is not finite."""
        if not self._is_finite():
            self._skip()
            return
        self.not_finite = 0
        settings = self.config.regulariser
        if isinstance(self.field, Lattice):
            weights = {"density": settings.total_variation_density, "colour": settings.total_variation_colour}
            add_total_variation(self.field, weights, self.generator)
        factor = rate_factor(self.step_index, self.config.optimise.steps, self.config.optimise.learning_rate_end)
        for group in self.optimiser.param_groups:
            group["lr"] = group["full_rate"] * factor
        self.optimiser.step()

    def _is_finite(self) -> bool:
        """One sum for each gradient: a single NaN or infinity makes it NaN or infinite."""
        gradients = [parameter.grad for _, parameter in self.field.named_parameters() if parameter.grad is not None]
        return all(math.isfinite(float(gradient.sum())) for gradient in gradients)

    def _skip(self) -> None:
        self.not_finite += 1
        self.log(f"Step {self.step_index} was skipped: its gradient is not finite.")
        if self.not_finite >= self.config.optimise.not_finite_limit:
            raise NotFiniteError(
                f"The optimisation ran into NaN {self.not_finite} times in a row at step {self.step_index}: "
                "lower the learning rates or take another seed."
            )

    def _report(self, judgement: Judgement) -> StepReport:
        score = judgement.terms.get("similarity")
        return StepReport(
            self.step_index, self.config.optimise.steps, float(judgement.loss.detach()), judgement.terms, score
        )

    # --- what a checkpoint holds ---------------------------------------------------------------------------------

    def _tensors(self) -> dict[str, Tensor]:
        tensors = {f"field.{name}": value for name, value in self.field.state_dict().items()}
        tensors |= {f"occupancy.{name}": value for name, value in self.occupancy.state_dict().items()}
        for name, parameter in self.field.named_parameters():
            moments = self.optimiser.state.get(parameter, {})
            tensors |= {f"optimiser.{name}.{moment}": value for moment, value in moments.items()}
        return tensors | {"generator": self.generator.get_state()}

    def _restore(self, checkpoint: Checkpoint) -> None:
        tensors, state = checkpoint.tensors, checkpoint.state
        self.field.load_state_dict(_under("field.", tensors))
        self.occupancy.load_state_dict(_under("occupancy.", tensors))
        self.optimiser = self._optimiser()
        for name, parameter in self.field.named_parameters():
            moments = _under(f"optimiser.{name}.", tensors)
            if moments:
                self.optimiser.state[parameter] = {moment: value.to(self.device) for moment, value in moments.items()}
        self.edit(prompt=state["prompt"], weights=state["weights"])
        self.step_index, self.not_finite = state["step"], state["not_finite"]
        self.generator.set_state(tensors["generator"])


def _dataset(config: JobConfig) -> Dataset | None:
    if config.method == Method.TEXT:
        return None
    settings = config.photometric
    return read_dataset(Path(config.dataset).expanduser(), settings.downscale, settings.hold_out_every)


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The tensors whose names begin so, by the rest of their names."""
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
