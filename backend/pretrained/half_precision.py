"""A frozen network in half precision, whose slopes would be too small for its numbers unless they are scaled.

A gradient of a picture's likeness is about 1e-7 a pixel, where half precision knows nothing below 6e-8. So what enters
the network from behind is multiplied by the power of two that brings its largest number to about 1, and what comes out
in front is divided by it: nothing else changes (loss scaling, Micikevicius et al. 2018, arXiv 1710.03740, section 3.2).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor


def in_precision(network: Callable[[Tensor], Tensor], values: Float[Tensor, "*n"], precision: torch.dtype) -> Tensor:
    """Returns what the network says of the values, in single precision, with their slope."""
    if precision == torch.float32:
        return network(values)
    scale = _Scale()
    given: Tensor = _Restored.apply(values, scale)  # type: ignore[no-untyped-call]  # torch's
    answer: Tensor = _Enlarged.apply(network(given.to(precision)).float(), scale)  # type: ignore[no-untyped-call]
    return answer


class _Scale:
    """Of one passage: chosen when the slope enters, used when it leaves."""

    factor: Tensor


class _Enlarged(torch.autograd.Function):
    """Its slope is multiplied by the factor on the way in."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, scale: _Scale) -> Tensor:
        ctx.scale = scale
        return values.view_as(values)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        largest = gradient.abs().max().clamp(2.0**-100, 2.0**100)
        ctx.scale.factor = torch.exp2(-largest.log2().floor())
        return gradient * ctx.scale.factor, None


class _Restored(torch.autograd.Function):
    """Its slope is divided by the factor on the way out, in the values' own precision."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, scale: _Scale) -> Tensor:
        ctx.scale = scale
        return values.view_as(values)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return gradient / ctx.scale.factor, None
