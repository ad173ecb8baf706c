"""Whether a model fits on this device, and how long it would take: what was counted, over what the device has and does.

The device is asked once: a product of matrices, as large networks are made of them. SHARE of that is what whole
networks reach; a guess that is right within a factor of two, and said as such ("about"). While a job runs, its own
steps are what the time left is told by.
"""

from __future__ import annotations

import functools
import time

import torch

from backend.config import CountedCost, Method, Quality, preset
from backend.free_memory import free_bytes

from .precision import choose_precision
from .shap_e import questions_of, usual_steps

SHARE = 0.5
"""Of the speed of a product of matrices."""
_SIDE = {"cuda": 4096, "mps": 2048, "cpu": 768}
_TIMES = 4


def estimate_seconds(name: str, cost: CountedCost, device: torch.device, quality: Quality = Quality.NORMAL) -> float:
    """Estimates the seconds of a job of a quality under a model, of its questions alone."""
    config = preset(Method.TEXT, quality, name)
    if not config.optimize.steps:  # it makes shapes at once
        return questions_of(usual_steps(device)) * cost.teraflops / (SHARE * teraflops_a_second(device))
    views = config.orbit.views if cost.words else config.dream_fields.crops
    return config.optimize.steps * views * cost.teraflops / (SHARE * teraflops_a_second(device))


def fits(memory_mb: int | None, cost: CountedCost | None, device: torch.device) -> bool | None:
    """Tells whether the device holds it at work; None where nobody can tell. Elsewhere than on a card of NVIDIA's,
    models of others compute in single precision, which is twice as much."""
    room = free_bytes(device)
    if room is None or not memory_mb:
        return None
    widened = 2 if cost is not None and device.type != "cuda" else 1
    return widened * memory_mb * 1e6 <= room


@functools.lru_cache(maxsize=4)
def teraflops_a_second(device: torch.device) -> float:
    """Measures products of matrices, in the numbers that models have there: the best of a few."""
    side = _SIDE.get(device.type, 768)
    matrix = torch.ones(side, side, device=device, dtype=choose_precision("auto", device))
    _product(matrix)
    return 2 * side**3 / min(_product(matrix) for _ in range(_TIMES)) / 1e12


def _product(matrix: torch.Tensor) -> float:
    started = time.perf_counter()
    float((matrix @ matrix)[0, 0])  # waits until it is there
    return time.perf_counter() - started
