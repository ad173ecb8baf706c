"""One job's optimization: everything it needs while it runs, and nothing of wires, threads or queues.

    each guidance: sample_views -> render (field) -> loss -> backward;   then Adam

The same config and seed give the same steps on the CPU, also across a save and a load.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from backend.cameras.orbit import Frame, frame_of
from backend.errors import NotFiniteError
from backend.export.grid import Grid
from backend.fields.density_noise import DensityNoise
from backend.fields.field import DensityField, Upsampleable
from backend.fields.latent_colors import with_colors
from backend.guidance.dream_fields import DreamFields
from backend.guidance.guidance import RayRequest
from backend.priors.start import prior_card, starts_from_prior
from backend.processor_share import ThreadBudget
from backend.render.fused.threads import at_most
from backend.render.renderer import Renderer, Rendering

from .edits import edit_changes
from .field_view import FieldView, renderer_of
from .gradient_smoothing import smooth_gradients
from .history import LOSS
from .optimizers import is_finite, set_learning_rates
from .report import Evaluator, StepReport, plot_history
from .schedule import upsampling_steps
from .trainer_state import TrainerState


class Trainer(TrainerState):
    """What moves a field, step by step, and shows how it stands.

    Make one with `Trainer.build` (a new job) or `Trainer.load` (from a checkpoint), call `step` until `ended`, then
    `evaluate` and export `field_view`. All that lasts from one step to the next is in the state that it extends.

    Args:
        config: the job, whole; it must be runnable.
        log: takes sentences for the job's log.
        restarts: how each run of this job before this one came to nothing.
        start: folder of the field of another job that this one starts from.
        hold: the solid that the field starts from, or is held to.
        go_on: called between two pictures that are read; it raises when nobody wants the job any more.
        lowered: which settings were lowered because memory is short, a sentence each.
    """

    @property
    def models(self) -> list[dict[str, str]]:
        """Every model that is asked, once."""
        priors = [prior_card(self.config)] if starts_from_prior(self.config) else []
        guides = [model for guidance in self.guidances for model in guidance.models]
        models = priors + guides + self.early_stopping.models
        return [model for i, model in enumerate(models) if model not in models[:i]]

    @property
    def ended(self) -> bool:
        """All steps are done, or early stopping ended the run."""
        return self.early_stopping.stopped or self.step_index >= self.config.optimize.steps

    @property
    def renderer(self) -> Renderer:
        """Pictures of the field as a person sees it."""
        return self._renderer(self._colored_field())

    @property
    def field_view(self) -> FieldView:
        """Returns the field as it is, for whoever looks from anywhere; it follows the field."""
        return FieldView(self.config, self.renderer, self.device, self.step_index)

    @cached_property
    def thread_budget(self) -> ThreadBudget:
        """Returns how many threads the loops may take just now."""
        return ThreadBudget(torch.get_num_threads())

    @property
    def frame(self) -> Frame:
        """Returns the cube that cameras look at: Dream Fields follows the object."""
        followed = (guidance.frame for guidance in self.guidances if isinstance(guidance, DreamFields))
        return next(followed, frame_of(self.config))

    def step(self) -> StepReport:
        """One optimization step.

        Raises:
            NotFiniteError: the gradient was NaN or infinite too many times in a row.
            EmptyFieldError: the result dissolved, or is nothing but fog.
        """
        with at_most(self.thread_budget.threads()):
            return self._step()

    def _step(self) -> StepReport:
        self._upsample_if_due()
        self._decode_latents_if_due()
        self.occupancy.update(self.regions.apply(self.field).density, self.step_index, self.generator)
        self.optimizer.zero_grad(set_to_none=True)
        loss, terms = self._accumulate_gradients()
        self._optimizer_step()
        self.step_index += 1
        terms |= self.collapse_detector.check(self.step_index)
        terms |= self.early_stopping.after_step(self.step_index, self.renderer, self.field, self.frame)
        self.history.add(self.step_index, {LOSS: loss, **terms})
        score = terms.get("clip_score", terms.get("similarity"))
        return StepReport(self.step_index, self.config.optimize.steps, loss, terms, score)

    def edit(
        self,
        *,
        prompt: str | None = None,
        weights: dict[str, float] | None = None,
        prompt_options: dict[str, Any] | None = None,
    ) -> int:
        """Other words or weights; the answer is the step from which they hold.

        Raises:
            ConfigError: the prompt is empty, a weight is unknown or out of bounds; nothing is changed then.
        """
        self.apply_edit(edit_changes(prompt, weights, prompt_options))
        return self.step_index

    def preview(self, size: int = 128, seconds: float = math.inf) -> np.ndarray:
        """(size, size, 4) uint8, sRGB, straight alpha, from a fixed camera in front; within `seconds`, if coarser."""
        return self.field_view.preview(size, seconds)

    def curves(self) -> bytes:
        """Draws what every step reported, as a PNG of curves."""
        return plot_history(self.history, self.config, self.restarts)

    def grid(self, resolution: int | None = None) -> Grid:
        """Density and color at cell centers.

        Raises:
            EmptyFieldError, MemoryShortError
        """
        return self.field_view.grid(resolution)

    def evaluate(self) -> dict[str, float]:
        """Measures how good the result is, by what applies to this job."""
        return Evaluator(self.config, self.renderer, self.device, self.log).measure(self.dataset)

    # --- what a step does ----------------------------------------------------------------------------------------

    def _upsample_if_due(self) -> None:
        """A finer lattice has other parameters, so Adam starts anew there. A network has no lattice that could grow."""
        resolution = upsampling_steps(self.config.field, self.config.optimize.steps).get(self.step_index)
        if resolution is not None and isinstance(self.field, Upsampleable):
            self.field.upsample(resolution)
            self._optimizer = None
            self.log(f"The field grew to {resolution} cells a side at step {self.step_index}.")

    def _accumulate_gradients(self) -> tuple[float, dict[str, float]]:
        """Adds every gradient of this step; the loss, and its parts by name.

        Each guidance's graph is freed before the next one renders, so memory is that of the largest.
        """
        step, total = self.step_index, 0.0
        terms: dict[str, float] = {}
        requests = [(g, p) for g in self.guidances if (p := g.sample_views(step)) is not None]
        for guidance, request in requests:
            rendering = self._render(request)
            guidance_loss = guidance.loss(request, rendering, step)
            ray_terms = self.regularizers.terms(step, self.field, rendering, self.generator)
            preferred = sum((term.loss for term in ray_terms), guidance_loss.loss.new_zeros(())) / len(requests)
            total += self._backward(guidance_loss.loss + preferred)
            terms |= guidance_loss.terms | {term.name: term.value for term in ray_terms}
        field_terms = self.regularizers.field_terms(step, self.field, self.generator)
        field_terms += self.hold.terms(self.field, self.generator)
        field_terms += self.regions.terms(self.config, self.field, self.generator)
        total += sum(self._backward(term.loss) for term in field_terms)
        return total, terms | {term.name: term.value for term in field_terms}

    def _render(self, request: RayRequest) -> Rendering:
        normals = self.regularizers.wants_normals(self.step_index)
        field: DensityField = self.field
        if request.density_noise:
            field = DensityNoise(cast(Any, field), request.density_noise, self.generator)
        rendering = self._renderer(field)(request.rays, self.generator, shading=request.shading, normals=normals)
        return self.collapse_detector.observe(rendering)

    def _renderer(self, field: DensityField) -> Renderer:
        return renderer_of(self.config, field, self.occupancy, self.chunks, self.regions.before)

    def _colored_field(self) -> DensityField:
        """The field; while it holds a model's latents, with the colors that they stand for."""
        return self.field if self.latents is None else with_colors(self.field, self.latents.latent_colors)

    def _decode_latents_if_due(self) -> None:
        """Latents become colors: other parameters, so Adam starts anew."""
        due = self.latents.colors_due(self.step_index) if self.latents else None
        if due is not None and self.field.color_channels > 3:
            self.field.to_colors(*due)
            self._optimizer = None
            self.log(f"Latents became colors at step {self.step_index}.")

    def _backward(self, loss: Tensor) -> float:
        if loss.requires_grad:  # else no ray met anything that could move
            loss.backward()
        return float(loss.detach())

    def _optimizer_step(self) -> None:
        """Adam's step, or none when a gradient is not finite."""
        if not is_finite(self.field):
            self._skip_step()
            return
        self.not_finite = 0
        self.regularizers.add_total_variation(self.step_index, self.field, self.generator)
        smooth_gradients(self.field, self.config.optimize.gradient_smoothing)
        self.regions.hold(self.field)
        set_learning_rates(self.optimizer, self.step_index, self.config.optimize)
        self.optimizer.step()

    def _skip_step(self) -> None:
        self.not_finite += 1
        self.log(f"Step {self.step_index} was skipped: its gradient is not finite.")
        if self.not_finite >= self.config.optimize.not_finite_limit:
            raise NotFiniteError(
                f"The optimization ran into NaN {self.not_finite} times in a row at step {self.step_index}: "
                "lower the learning rates or take another seed."
            )
