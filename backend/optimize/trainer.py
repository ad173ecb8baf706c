"""One job's optimization: everything it needs while it runs, and nothing of wires, threads or queues.

    each guidance: propose -> render (field) -> judge -> backward;   then descend (Adam)

The same config and seed give the same steps on the CPU, also across a save and a load.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from backend.cameras.orbit import Frame, frame_of
from backend.config import JobConfig, Method, check_runnable, merged, with_changes
from backend.data.transforms_json import Dataset, GoOn, dataset_folder, read_dataset
from backend.device import choose_device
from backend.errors import CheckpointError, DreamwrightError, ModelError, NotFiniteError
from backend.evaluate import held_out
from backend.evaluate.curves import curves_png
from backend.evaluate.results import brief_measures
from backend.evaluate.score import clip_similarity
from backend.evaluate.sides import SIDES
from backend.export.grid import Grid
from backend.fields.build import build_field
from backend.fields.dense_grid import DenseGrid
from backend.fields.density_noise import DensityNoise
from backend.fields.field import DensityField, Field, Upsampleable
from backend.fields.latent_colors import with_colors
from backend.guidance.build import build_guidances
from backend.guidance.dream_fields import DreamFields
from backend.guidance.guidance import OptimizesLatents, RayRequest
from backend.guidance.regularizers import Regularizers
from backend.pretrained import load_image_text, resolve
from backend.pretrained.vocabulary import ModelVocabulary
from backend.render.chunks import Chunks
from backend.render.fused.availability import compile_ahead as prepare_renderer
from backend.render.renderer import Renderer, Rendering

from .checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from .checkpoint_state import load_field_and_moments, load_remaining, state_tensors
from .collapse import CollapseDetector
from .early_stopping import EarlyStopping
from .edits import edit_changes
from .field_view import FieldView, occupancy_of, renderer_of
from .gradient_smoothing import smooth_gradients
from .history import LOSS, History
from .optimizers import is_finite, make_optimizer, set_learning_rates
from .scene_transform import field_bounds, to_box_frame
from .schedule import upsampling_steps
from .warm_start import color_channels, load_warm_start, warm_start_folder

Log = Callable[[str], None]


@dataclass(frozen=True)
class StepReport:
    """What one step did."""

    step: int
    steps: int
    loss: float
    terms: dict[str, float] = field(default_factory=dict)
    score: float | None = None


class Trainer:
    """A field, what pulls on it, and how far it has come."""

    def __init__(
        self,
        config: JobConfig,
        log: Log,
        restarts: Sequence[str] = (),
        start: Path | None = None,
        go_on: GoOn = lambda: None,
    ) -> None:
        """Use `build` or `load`. `begun_anew` says of each run before this one how it came to nothing; `start` is
        where the field of another job lies that this one starts from; `go_on` is called between two pictures that are
        read, and raises when nobody wants the job any more."""
        self.config, self.log, self.start = check_runnable(config), log, start
        self.device = choose_device(config.device)
        self.generator = torch.Generator().manual_seed(config.seed)
        self.step_index = 0
        self.not_finite = 0
        self.edits: dict[str, Any] = {}
        self.history = History()
        self.early_stopping = EarlyStopping(config, self.device, log)
        self.collapse_detector = CollapseDetector(config)
        self.dataset = _dataset(config, go_on)
        self.restarts, self.notes = list(restarts), list(restarts)
        self.guidances = build_guidances(config, self.dataset, self.device, self.generator, self._add_note)
        self.latents = next(
            (g for g in self.guidances if isinstance(g, OptimizesLatents) and g.color_channels > 3), None
        )
        self.regularizers = Regularizers(config.regularizer, config.optimize.steps)
        started = read_checkpoint(start) if start else None
        self.field = self._field(color_channels(started) if started else None)
        self.occupancy, self.chunks = occupancy_of(config, self.field).to(self.device), Chunks(log=log)
        if started:
            load_warm_start(self.field, self.occupancy, started)
        self.optimizer = make_optimizer(self.field, config.optimize)
        if isinstance(self.field, DenseGrid) and self.device.type == "cpu":
            prepare_renderer(log)
        for sentence in self.regularizers.notes(self.field):
            log(sentence)

    @staticmethod
    def build(
        config: JobConfig, folder: Path | None = None, log: Log = lambda line: None, go_on: GoOn = lambda: None
    ) -> Trainer:
        """A job at its first step, with the field that lies in its folder to start from, where one does.

        Raises:
            DreamwrightError: a leaf that says what the config, dataset, model or device lacks.
        """
        return Trainer(config, log, start=warm_start_folder(folder), go_on=go_on)

    @property
    def models(self) -> list[dict[str, str]]:
        """Every model that is asked, once."""
        models = [model for guidance in self.guidances for model in guidance.models] + self.early_stopping.models
        return [model for i, model in enumerate(models) if model not in models[:i]]

    @property
    def ended(self) -> bool:
        """All steps are done, or the judge ended the run."""
        return self.early_stopping.stopped or self.step_index >= self.config.optimize.steps

    @property
    def renderer(self) -> Renderer:
        """Pictures of the field as a person sees it."""
        return self._renderer(self._colored_field())

    @property
    def field_view(self) -> FieldView:
        """How it stands, for whoever looks from anywhere; it follows the field."""
        return FieldView(self.config, self.renderer, self.device, self.step_index)

    @property
    def frame(self) -> Frame:
        """Where the cameras look: Dream Fields follows the object."""
        followed = (guidance.frame for guidance in self.guidances if isinstance(guidance, DreamFields))
        return next(followed, frame_of(self.config))

    def step(self) -> StepReport:
        """One optimization step.

        Raises:
            NotFiniteError: the gradient was NaN or infinite too many times in a row.
            EmptyFieldError: the result dissolved, or is nothing but fog.
        """
        self._upsample_if_due()
        self._decode_latents_if_due()
        self.occupancy.update(self.field.density, self.step_index, self.generator)
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
        self._apply_edit(edit_changes(prompt, weights, prompt_options))
        return self.step_index

    def preview(self, size: int = 128, seconds: float = math.inf) -> np.ndarray:
        """(size, size, 4) uint8, sRGB, straight alpha, from a fixed camera in front; within `seconds`, if coarser."""
        return self.field_view.preview(size, seconds)

    def curves(self) -> bytes:
        """What every step reported, as a PNG of curves."""
        columns = {name: self.history.column(name) for name in self.history.names}
        title = "\n".join([self.config.prompt or self.config.dataset, *self.restarts])
        return curves_png(self.history.steps, columns, title)

    def grid(self, resolution: int | None = None) -> Grid:
        """Density and color at cell centers.

        Raises:
            EmptyFieldError, MemoryShortError
        """
        return self.field_view.grid(resolution)

    def evaluate(self) -> dict[str, float]:
        """What applies: PSNR, SSIM and GMSD of held-out pictures, the embedded CLIP's similarity with the words and
        whether the sides agree (where it was taught sides), and how much of the pictures is hidden."""
        measured: dict[str, float] = {}
        if self.dataset is not None:
            measured |= held_out.compare(self.renderer, self.dataset.held_out, self.device)
        if self.config.uses_text and self.config.prompt.strip():
            measured |= self._similarity()
        return measured

    def _similarity(self) -> dict[str, float]:
        """Of words that the guide was never taught there is nothing to measure."""
        try:
            model_ref = resolve("embedded-clip")
            vocabulary = ModelVocabulary.load(model_ref.folder or Path())
            unknown = vocabulary.unknown(self.config.prompt)
            guide = load_image_text(model_ref, self.device)
        except (ModelError, OSError, ValueError) as cause:
            self.log(f"No similarity was measured: {cause}")
            return {}
        if unknown:
            self.log(f"No similarity was measured: the embedded CLIP does not know '{unknown[0]}'.")
            return {}
        frame = frame_of(self.config)
        score = clip_similarity(self.renderer, guide, self.config.prompt, self.config.orbit, frame)
        sides = not vocabulary.unknown(" ".join(SIDES))
        return {"score": score, **brief_measures(self.renderer, guide, self.config.prompt, frame, sides=sides)}

    def save(self, folder: Path) -> None:
        """A checkpoint.

        Raises:
            DiskError: it could not be written; the one before is still there.
        """
        state = {"step": self.step_index, "not_finite": self.not_finite, "edits": self.edits}
        state |= {"seed": self.config.seed, "restarts": self.restarts}
        state |= {"color_channels": getattr(self.field, "color_channels", 3)}
        write_checkpoint(folder, Checkpoint(state_tensors(self), state), self.step_index, len(self.restarts))

    @staticmethod
    def load(config: JobConfig, folder: Path, log: Log = lambda line: None, go_on: GoOn = lambda: None) -> Trainer:
        """The job as it was saved; its seed and what was edited while it ran are taken from the checkpoint.

        Raises:
            CheckpointError: missing, broken, of another version or of another kind of field.
        """
        checkpoint = read_checkpoint(folder)
        seed = {"seed": checkpoint.state.get("seed", config.seed)}
        job = Trainer(with_changes(config, seed), log, checkpoint.state.get("restarts", ()), go_on=go_on)
        job.start = warm_start_folder(folder)
        try:
            load_field_and_moments(job, checkpoint.tensors)
            job._apply_edit(checkpoint.state["edits"])
            load_remaining(job, checkpoint.tensors)
            job.step_index, job.not_finite = checkpoint.state["step"], checkpoint.state["not_finite"]
        except (KeyError, RuntimeError, TypeError, ValueError) as cause:
            raise CheckpointError(f"The checkpoint in {folder} does not fit this job: start the job again.") from cause
        return job

    # --- what a job is made of -----------------------------------------------------------------------------------

    def _field(self, channels: int | None = None) -> Field:
        channels = channels or (3 if self.latents is None else self.latents.color_channels)
        bounds, method = field_bounds(self.config), Method(self.config.method)
        return build_field(self.config.field, bounds, method, channels, self.config.seed).to(self.device)

    # --- what a step does ----------------------------------------------------------------------------------------

    def _upsample_if_due(self) -> None:
        """A finer lattice has other parameters, so Adam starts anew there. A network has no lattice that could grow."""
        resolution = upsampling_steps(self.config.field, self.config.optimize.steps).get(self.step_index)
        if resolution is not None and isinstance(self.field, Upsampleable):
            self.field.upsample(resolution)
            self.optimizer = make_optimizer(self.field, self.config.optimize)
            self.log(f"The field grew to {resolution} cells a side at step {self.step_index}.")

    def _accumulate_gradients(self) -> tuple[float, dict[str, float]]:
        """Adds every gradient of this step; the loss, and its parts by name.

        Each guidance's graph is freed before the next one renders, so memory is that of the largest.
        """
        step, total, terms = self.step_index, 0.0, {}
        asked = [(g, p) for g in self.guidances if (p := g.sample_views(step)) is not None]
        for guidance, request in asked:
            rendering = self._render(request)
            guidance_loss = guidance.loss(request, rendering, step)
            ray_terms = self.regularizers.terms(step, self.field, rendering, self.generator)
            preferred = sum((term.loss for term in ray_terms), guidance_loss.loss.new_zeros(())) / len(asked)
            total += self._backward(guidance_loss.loss + preferred)
            terms |= guidance_loss.terms | {term.name: term.value for term in ray_terms}
        field_terms = self.regularizers.field_terms(step, self.field, self.generator)
        total += sum(self._backward(term.loss) for term in field_terms)
        return total, terms | {term.name: term.value for term in field_terms}

    def _render(self, request: RayRequest) -> Rendering:
        normals = self.regularizers.wants_normals(self.step_index)
        field: DensityField = self.field
        if request.density_noise:
            field = DensityNoise(field, request.density_noise, self.generator)
        rendering = self._renderer(field)(request.rays, self.generator, shading=request.shading, normals=normals)
        return self.collapse_detector.observe(rendering)

    def _renderer(self, field: DensityField) -> Renderer:
        return renderer_of(self.config, field, self.occupancy, self.chunks)

    def _colored_field(self) -> DensityField:
        """The field; while it holds a model's latents, with the colors that they stand for."""
        return self.field if self.latents is None else with_colors(self.field, self.latents.latent_colors)

    def _decode_latents_if_due(self) -> None:
        """Latents become colors: other parameters, so Adam starts anew."""
        due = self.latents.colors_due(self.step_index) if self.latents else None
        if due is not None and self.field.color_channels > 3:
            self.field.to_colors(*due)
            self.optimizer = make_optimizer(self.field, self.config.optimize)
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

    def _add_note(self, sentence: str) -> None:
        """What a guidance says of the words it was given: for the log, and for the person who reads the result."""
        if sentence not in self.notes:
            self.notes.append(sentence)
        self.log(sentence)

    def _apply_edit(self, changes: dict[str, Any]) -> None:
        """All guidances take an edit, or none does."""
        edited = check_runnable(with_changes(self.config, changes))
        try:
            for guidance in self.guidances:
                guidance.edit(edited)
        except DreamwrightError:
            for guidance in self.guidances:
                guidance.edit(self.config)
            raise
        self.early_stopping.edit(edited)
        self.regularizers = Regularizers(edited.regularizer, edited.optimize.steps)
        self.config, self.edits = edited, merged(self.edits, changes)


def _dataset(config: JobConfig, go_on: GoOn) -> Dataset | None:
    if not config.uses_photos:
        return None
    settings = config.photometric
    outside, every = config.pictures_outside, settings.hold_out_every
    read = read_dataset(dataset_folder(config.dataset), settings.downscale, every, outside=outside, go_on=go_on)
    return to_box_frame(config, read)
