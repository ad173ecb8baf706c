"""Whether a job fits into the memory that is free, asked before it is begun; what would fit, where it does not.

With `optimize.when_memory_is_short` at 'refuse' nothing is changed, since the same seed must give the same result; at
'lower' resolution, rays and views fall, one notch after another, until the job fits, and a note says which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from backend.config import JobConfig, with_changes
from backend.data.dataset import GoOn
from backend.errors import MemoryShortError
from backend.free_memory import free_bytes, gigabytes
from backend.render.chunks import CHUNK_RAYS

from .memory_estimate import MemoryEstimate, estimate_memory, picture_bytes

SMALLEST_CHUNK = 512
CELL_NOTCH, MIN_CELLS = 8, 16
MIN_RAYS, RAYS_NOTCH = 256, 0.75
Free = Callable[[torch.device], int | None]
Estimate = Callable[[JobConfig], MemoryEstimate]


@dataclass(frozen=True)
class MemoryFit:
    """The settings that fit, what they are estimated to take, and what is free."""

    config: JobConfig
    estimate: MemoryEstimate
    need: int
    """Of the estimate, where a kill has shown that more is taken than it says."""
    free: int | None
    chunk: int = CHUNK_RAYS
    """Rays of a picture that are asked at once: fewer where memory is short, for pictures are the same then."""
    notes: tuple[str, ...] = ()

    @property
    def changes(self) -> dict[str, Any]:
        """Returns what was lowered, by group; empty where nothing was."""
        return _grouped({name: _get(self.config, name) for name in _KNOBS}) if self.notes else {}


def fit_memory(
    config: JobConfig,
    device: torch.device,
    *,
    times: float = 1.0,
    go_on: GoOn = lambda: None,
    free: Free = free_bytes,
    because: str = "",
) -> MemoryFit:
    """The config, or one that takes less where it may be lowered. `times` corrects the estimate, `because` begins the
    sentence with what is known already.

    Raises:
        MemoryShortError: it does not fit; the sentence says what would.
        DatasetError: the pictures cannot be listed.
    """
    pictures = picture_bytes(config, go_on)
    room, host = free(device), free(torch.device("cpu"))

    def estimated(of: JobConfig, chunk: int = SMALLEST_CHUNK) -> MemoryEstimate:
        return estimate_memory(of, device, pictures=pictures, chunk=chunk)

    def needs(of: JobConfig, chunk: int = SMALLEST_CHUNK) -> int:
        """Returns the need on whichever of the two is shorter."""
        whole = estimated(of, chunk)
        if device.type != "cuda" or host is None or room is None:
            return int(times * whole.total)
        return int(times * max(whole.device, whole.host - max(0, host - room)))

    def fit(of: JobConfig, *notes: str) -> MemoryFit:
        chunk = CHUNK_RAYS
        while room is not None and chunk > SMALLEST_CHUNK and needs(of, chunk) > room:
            chunk //= 2
        return MemoryFit(of, estimated(of, chunk), needs(of, chunk), room, chunk, notes)

    need = needs(config)
    if room is None or need <= room:
        return fit(config)
    if config.optimize.when_memory_is_short == "lower":
        lowered = _lowered(config, room, needs)
        if lowered is not None:
            return fit(lowered, _note(config, lowered, need, room, because))
    raise MemoryShortError(because + _sentence(config, need, room, needs, estimated(config)))


# -- what may be lowered, a notch at a time


def _knob(config: JobConfig, name: str) -> JobConfig | None:
    """The same with a setting one notch lower; None at its lowest."""
    value = _get(config, name)
    if name.endswith("resolution"):
        lower = (value - 1) // CELL_NOTCH * CELL_NOTCH
        least = MIN_CELLS
    elif name == "orbit.views":
        lower, least = value - 1, 1
    else:
        lower, least = int(value * RAYS_NOTCH), MIN_RAYS
    return _with(config, name, lower) if lower >= least else None


_KNOBS = ("field.resolution", "field.start_resolution", "export.resolution", "photometric.rays_per_step", "orbit.views")
_LOWERED = ("field.resolution", "export.resolution", "photometric.rays_per_step", "orbit.views")


def _with(config: JobConfig, name: str, value: int) -> JobConfig:
    changes = {name: value}
    if name == "field.resolution":
        changes["field.start_resolution"] = min(value, config.field.start_resolution)
    return with_changes(config, _grouped(changes))


def _names(config: JobConfig) -> list[str]:
    """Those that this job has a use for."""
    unused = {"photometric.rays_per_step": not config.uses_photos, "orbit.views": not config.uses_text}
    unused["field.resolution"] = config.field.kind != "dense_grid"
    return [name for name in _LOWERED if not unused.get(name)]


def _lowered(config: JobConfig, room: int, needs: Callable[[JobConfig], int]) -> JobConfig | None:
    """Lowers by greatest gain: whatever notch spares most comes first. None where all of them together do not do."""
    while (need := needs(config)) > room:
        tried = [lower for name in _names(config) if (lower := _knob(config, name)) is not None]
        if not tried:
            return None
        best = min(tried, key=needs)
        config = best if needs(best) < need else tried[0]
    return config


# -- sentences


def _sentence(
    config: JobConfig, need: int, room: int, needs: Callable[[JobConfig], int], estimate: MemoryEstimate
) -> str:
    begin = f"needs about {gigabytes(need)} of memory and {gigabytes(room)} are free"
    grid = config.field.kind == "dense_grid" and 4 * estimate.values > estimate.total / 2
    what = f"A grid of {config.field.resolution} cells a side with Adam" if grid else "This job"
    if (downscale := estimate.pictures > estimate.total / 2) and not grid:
        what = "This job, with its pictures,"
    heavy = estimate.models > estimate.total / 3
    if heavy:
        what = f"This job, with the model {config.model},"
    for name, value in _alone(config, room, needs):
        fits = f"{value} would fit" if grid and name == "field.resolution" else f"{name} {value} would fit"
        return f"{what} {begin}: {fits}."
    lowered = _lowered(config, room, needs)
    if lowered is not None:
        return f"{what} {begin}: {_differences(config, lowered)} together would fit."
    advice = "photometric.downscale or fewer pictures" if downscale else "a smaller field"
    if heavy:
        advice = f"a smaller model{_offload(config, room, needs)}"
    return f"{what} {begin}: close other programs, or choose {advice}."


def _offload(config: JobConfig, room: int, needs: Callable[[JobConfig], int]) -> str:
    """Says that it would fit if the autoencoder came and went, where it would."""
    away = with_changes(config, {"score_distillation": {"offload": True, "keep_activations": False}})
    return ", or set score_distillation.offload, with which it would fit" if needs(away) <= room else ""


def _alone(config: JobConfig, room: int, needs: Callable[[JobConfig], int]) -> Iterator[tuple[str, int]]:
    """Each setting that would do by itself, with the highest value of it that fits."""
    for name in _names(config):
        lower = _knob(config, name)
        while lower is not None and needs(lower) > room:
            lower = _knob(lower, name)
        if lower is not None:
            yield name, _get(lower, name)


def _note(config: JobConfig, lowered: JobConfig, need: int, room: int, because: str) -> str:
    return (
        f"{because}Memory is short (about {gigabytes(need)} are needed, {gigabytes(room)} free): "
        f"{_differences(config, lowered)} instead of what was asked for."
    )


def _differences(config: JobConfig, lowered: JobConfig) -> str:
    changed = [name for name in _LOWERED if _get(config, name) != _get(lowered, name)]
    return ", ".join(f"{name} {_get(lowered, name)} (of {_get(config, name)})" for name in changed)


def _get(config: JobConfig, name: str) -> int:
    group, _, leaf = name.partition(".")
    value: int = getattr(getattr(config, group), leaf)
    return value


def _grouped(values: dict[str, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        group, _, leaf = name.partition(".")
        found.setdefault(group, {})[leaf] = value
    return found
