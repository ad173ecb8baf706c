"""What a checkpoint holds of a job, by names, and how a job takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor

from backend.config import JobConfig
from backend.fields.field import Field
from backend.guidance.guidance import Guidance
from backend.render.occupancy import OccupancyGrid

from .collapse import CollapseDetector
from .early_stopping import EarlyStopping
from .history import History
from .optimizers import make_optimizer

Tensors = dict[str, Tensor]


class TrainerState(Protocol):
    """Everything of a job that changes while it runs."""

    config: JobConfig
    device: torch.device
    generator: torch.Generator
    guidances: Sequence[Guidance]
    field: Field
    occupancy: OccupancyGrid
    optimizer: torch.optim.Optimizer
    early_stopping: EarlyStopping
    collapse_detector: CollapseDetector
    history: History


def state_tensors(job: TrainerState) -> Tensors:
    """All of it, each part under its own prefix."""
    tensors = _prefixed("field", job.field.state_dict()) | _prefixed("occupancy", job.occupancy.state_dict())
    for name, parameter in job.field.named_parameters():
        tensors |= _prefixed(f"optimizer.{name}", job.optimizer.state.get(parameter, {}))
    for i, guidance in enumerate(job.guidances):
        tensors |= _prefixed(f"guidance.{i}", guidance.state())
    tensors |= _prefixed("early_stopping", job.early_stopping.state()) | _prefixed("history", job.history.tensors())
    tensors |= _prefixed("collapse_detector", job.collapse_detector.state())
    return tensors | {"generator": job.generator.get_state()}


def load_field(field: Field, occupancy: OccupancyGrid, tensors: Tensors) -> None:
    """The field, and what is known of its empty space."""
    field.load_state_dict(under("field", tensors))
    occupancy.load_state_dict(under("occupancy", tensors))


def load_field_and_moments(job: TrainerState, tensors: Tensors) -> None:
    """What is shown, and Adam's moments."""
    load_field(job.field, job.occupancy, tensors)
    job.optimizer = make_optimizer(job.field, job.config.optimize)
    for name, parameter in job.field.named_parameters():
        moments = under(f"optimizer.{name}", tensors)
        if moments:
            job.optimizer.state[parameter] = {moment: value.to(job.device) for moment, value in moments.items()}


def load_remaining(job: TrainerState, tensors: Tensors) -> None:
    """What guidances, judge and curves have gathered, and the next random number."""
    for i, guidance in enumerate(job.guidances):
        guidance.restore(under(f"guidance.{i}", tensors))
    job.early_stopping.restore(under("early_stopping", tensors))
    job.collapse_detector.restore(under("collapse_detector", tensors))
    job.history.restore(under("history", tensors))
    job.generator.set_state(tensors["generator"])


def _prefixed(prefix: str, tensors: Tensors) -> Tensors:
    return {f"{prefix}.{name}": value for name, value in tensors.items()}


def under(prefix: str, tensors: Tensors) -> Tensors:
    """The tensors below a prefix, by the rest of their names."""
    return {n.removeprefix(f"{prefix}."): value for n, value in tensors.items() if n.startswith(f"{prefix}.")}
