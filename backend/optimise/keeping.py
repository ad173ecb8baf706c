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

from .descent import make_adam
from .emptiness import Emptiness
from .history import History
from .lookout import Lookout

Tensors = dict[str, Tensor]


class Parts(Protocol):
    """Everything of a job that changes while it runs."""

    config: JobConfig
    device: torch.device
    generator: torch.Generator
    guidances: Sequence[Guidance]
    field: Field
    occupancy: OccupancyGrid
    optimiser: torch.optim.Optimizer
    lookout: Lookout
    emptiness: Emptiness
    history: History


def tensors_of(job: Parts) -> Tensors:
    """All of it, each part under its own prefix."""
    tensors = _prefixed("field", job.field.state_dict()) | _prefixed("occupancy", job.occupancy.state_dict())
    for name, parameter in job.field.named_parameters():
        tensors |= _prefixed(f"optimiser.{name}", job.optimiser.state.get(parameter, {}))
    for i, guidance in enumerate(job.guidances):
        tensors |= _prefixed(f"guidance.{i}", guidance.state())
    tensors |= _prefixed("lookout", job.lookout.state()) | _prefixed("history", job.history.tensors())
    tensors |= _prefixed("emptiness", job.emptiness.state())
    return tensors | {"generator": job.generator.get_state()}


def take_shown(field: Field, occupancy: OccupancyGrid, tensors: Tensors) -> None:
    """The field, and what is known of its empty space."""
    field.load_state_dict(under("field", tensors))
    occupancy.load_state_dict(under("occupancy", tensors))


def take_field(job: Parts, tensors: Tensors) -> None:
    """What is shown, and Adam's moments."""
    take_shown(job.field, job.occupancy, tensors)
    job.optimiser = make_adam(job.field, job.config.optimise)
    for name, parameter in job.field.named_parameters():
        moments = under(f"optimiser.{name}", tensors)
        if moments:
            job.optimiser.state[parameter] = {moment: value.to(job.device) for moment, value in moments.items()}


def take_rest(job: Parts, tensors: Tensors) -> None:
    """What guidances, judge and curves have gathered, and the next random number."""
    for i, guidance in enumerate(job.guidances):
        guidance.restore(under(f"guidance.{i}", tensors))
    job.lookout.restore(under("lookout", tensors))
    job.emptiness.restore(under("emptiness", tensors))
    job.history.restore(under("history", tensors))
    job.generator.set_state(tensors["generator"])


def _prefixed(prefix: str, tensors: Tensors) -> Tensors:
    return {f"{prefix}.{name}": value for name, value in tensors.items()}


def under(prefix: str, tensors: Tensors) -> Tensors:
    """The tensors below a prefix, by the rest of their names."""
    return {n.removeprefix(f"{prefix}."): value for n, value in tensors.items() if n.startswith(f"{prefix}.")}
