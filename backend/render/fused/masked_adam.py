"""Adam that leaves alone what no ray touched (DVGO's masked Adam, arXiv 2111.11215; SparseAdam's rule).

    |g| <= e:  nothing changes: not the value, and neither of its moments
    |g| > e:   m <- b1 m + (1 - b1) g       v <- b2 v + (1 - b2) g^2
               value <- value - rate m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + epsilon)

e is the root of the smallest normal number (1e-19 in single precision): the square of a smaller slope is no number
that a processor is quick with, and next to none. t counts all steps, as Adam's does. So this is not Adam with zeros
left out of the sums: there a moment fades while a voxel is not seen, and the voxel goes on moving by what is left of
it. Here it waits. Where every gradient is larger, the two are the same.

A sparse gradient is walked through by a compiled loop; `apply_dense_step` says the same with tensors, for any gradient
anywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import torch
from torch import Tensor

from .jit import has_numba
from .threads import run_parallel, thread_ranges


class AdamStep(NamedTuple):
    """The numbers of one step."""

    rate: float
    """Divided by 1 - b1^t."""
    decays: tuple[float, float]
    correction: float
    """sqrt(1 - b2^t)."""
    epsilon: float


class MaskedAdam(torch.optim.Optimizer):
    """Its state has torch's own names, so a checkpoint can be read by either."""

    def __init__(
        self, groups: Iterable[Any], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8
    ) -> None:
        super().__init__(groups, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]  # nobody hands a closure
        """One step of every parameter that has a gradient."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._update(parameter, parameter.grad, group)

    def _update(self, parameter: Tensor, gradient: Tensor, group: dict[str, Any]) -> None:
        state = self.state[parameter]
        if not state:
            state |= {"step": torch.zeros(()), "exp_avg": torch.zeros_like(parameter)}
            state["exp_avg_sq"] = torch.zeros_like(parameter)
        state["step"] += 1
        t, (b1, b2) = float(state["step"]), group["betas"]
        step = AdamStep(group["lr"] / (1 - b1**t), (b1, b2), math.sqrt(1 - b2**t), group["eps"])
        apply_step(parameter, gradient, state["exp_avg"], state["exp_avg_sq"], step)


def apply_step(values: Tensor, slope: Tensor, first: Tensor, second: Tensor, step: AdamStep) -> None:
    """One step in place, by the loop where the gradient is sparse over voxels and lies in the processor's memory."""
    if not slope.is_sparse:
        apply_dense_step(values, slope, first, second, step)
    elif has_numba() and slope.device.type == "cpu" and values.ndim == 4 and slope.sparse_dim() == 3:
        _apply_sparse_step(values, slope if is_rising(slope) else slope.coalesce(), first, second, step)
    else:
        apply_dense_step(values, slope.to_dense(), first, second, step)


def apply_dense_step(values: Tensor, slope: Tensor, first: Tensor, second: Tensor, step: AdamStep) -> None:
    """The plain twin."""
    b1, b2 = step.decays
    touched = slope.abs() > math.sqrt(torch.finfo(slope.dtype).tiny)
    first.copy_(torch.where(touched, b1 * first + (1 - b1) * slope, first))
    second.copy_(torch.where(touched, b2 * second + (1 - b2) * slope * slope, second))
    way = step.rate * first / (second.sqrt() / step.correction + step.epsilon)
    values.sub_(torch.where(touched, way, torch.zeros_like(way)))


def is_rising(slope: Tensor) -> bool:
    """Tells whether each voxel is stored once, in rising order: then nothing need be sorted, which would take ten times
    as long as the step. Torch forgets that it knew (`is_coalesced`) where it takes a gradient over without a copy."""
    if slope.is_coalesced():
        return True
    x, y, z = slope._indices()
    place = (x * slope.shape[1] + y) * slope.shape[2] + z
    return bool((place[1:] > place[:-1]).all())


def _apply_sparse_step(values: Tensor, slope: Tensor, first: Tensor, second: Tensor, step: AdamStep) -> None:
    from .kernels import AdamArrays, masked_adam_step  # numba is not for those who never come here

    index, gradient = slope._indices().numpy(), slope._values().numpy()
    arrays = AdamArrays(*(part.detach().view(-1, values.shape[3]).numpy() for part in (values, first, second)))
    kind = arrays.values.dtype.type
    numbers = AdamStep(kind(step.rate), tuple(map(kind, step.decays)), kind(step.correction), kind(step.epsilon))
    shape, lanes = tuple(values.shape[:3]), (0,) * values.shape[3]

    def go(begin: int, end: int) -> None:
        masked_adam_step(arrays, index, gradient, shape, lanes, begin, end, numbers)

    run_parallel(go, thread_ranges(len(gradient)))
