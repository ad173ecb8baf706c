"""Features of a place, read from three planes at several resolutions (Chan et al. 2022; Fridovich-Keil et al. 2023).

For each level with R x R texels of C numbers and each plane (xy, xz, yz): the bilinear mean of the four texels around
the place's shadow on that plane, texels at the corners of [-1, 1]^2 and outside as at the edge. A row of numbers holds
all levels, coarse first, as [level, plane, R, R, C]. The compiled loops are checked against `plain`, which is torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numba import njit
from torch import Tensor

Level = tuple[int, int]  # texels along an edge, numbers of each
PAIRS = ((0, 1), (0, 2), (1, 2))


def width_of_row(levels: Sequence[Level]) -> int:
    return sum(3 * edge * edge * channels for edge, channels in levels)


def features_of(levels: Sequence[Level]) -> int:
    return sum(3 * channels for _, channels in levels)


def read(rows: Float[Tensor, "b w"], places: Float[Tensor, "b n 3"], levels: Sequence[Level]) -> Float[Tensor, "b n f"]:
    """The features; places have no gradient."""
    features: Tensor = _Read.apply(rows, places, tuple(levels))  # type: ignore[no-untyped-call]  # PyTorch has none
    return features


class _Read(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, rows: Tensor, places: Tensor, levels: tuple[Level, ...]) -> Tensor:
        ctx.save_for_backward(places)
        ctx.levels, ctx.width = levels, rows.shape[1]
        out = torch.empty(*places.shape[:2], features_of(levels))
        _gather(rows.detach().numpy(), places.detach().numpy(), np.array(levels), out.numpy())
        return out

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        (places,) = ctx.saved_tensors
        rows = torch.zeros(len(places), ctx.width)
        _scatter(rows.numpy(), places.numpy(), np.array(ctx.levels), gradient.contiguous().numpy())
        return rows, None, None


@njit(cache=True, fastmath=True, inline="always")
def _corner(value: np.float32, edge: int) -> tuple[int, np.float32]:
    at = min(max((value + 1) * np.float32(0.5) * (edge - 1), np.float32(0)), np.float32(edge - 1))
    first = min(int(at), edge - 2)
    return first, np.float32(at - first)


@njit(cache=True, fastmath=True, boundscheck=False)
def _gather(rows: np.ndarray, places: np.ndarray, levels: np.ndarray, out: np.ndarray) -> None:
    one = np.float32(1)
    for b in range(places.shape[0]):
        row = rows[b]
        for n in range(places.shape[1]):
            place, start, feature = places[b, n], 0, 0
            for level in range(len(levels)):
                edge, channels = levels[level]
                for plane in range(3):
                    i, u = _corner(place[0 if plane < 2 else 1], edge)
                    j, v = _corner(place[1 if plane == 0 else 2], edge)
                    a = start + (i * edge + j) * channels
                    below = a + edge * channels
                    wa, wb, wc, wd = (one - u) * (one - v), (one - u) * v, u * (one - v), u * v
                    for c in range(channels):
                        out[b, n, feature + c] = (
                            wa * row[a + c]
                            + wb * row[a + channels + c]
                            + wc * row[below + c]
                            + wd * row[below + channels + c]
                        )
                    start += edge * edge * channels
                    feature += channels


@njit(cache=True, fastmath=True, boundscheck=False)
def _scatter(rows: np.ndarray, places: np.ndarray, levels: np.ndarray, gradient: np.ndarray) -> None:
    one = np.float32(1)
    for b in range(places.shape[0]):
        row = rows[b]
        for n in range(places.shape[1]):
            place, start, feature = places[b, n], 0, 0
            for level in range(len(levels)):
                edge, channels = levels[level]
                for plane in range(3):
                    i, u = _corner(place[0 if plane < 2 else 1], edge)
                    j, v = _corner(place[1 if plane == 0 else 2], edge)
                    a = start + (i * edge + j) * channels
                    below = a + edge * channels
                    wa, wb, wc, wd = (one - u) * (one - v), (one - u) * v, u * (one - v), u * v
                    for c in range(channels):
                        g = gradient[b, n, feature + c]
                        row[a + c] += wa * g
                        row[a + channels + c] += wb * g
                        row[below + c] += wc * g
                        row[below + channels + c] += wd * g
                    start += edge * edge * channels
                    feature += channels


def plain(
    rows: Float[Tensor, "b w"], places: Float[Tensor, "b n 3"], levels: Sequence[Level]
) -> Float[Tensor, "b n f"]:
    """The same, said by torch."""
    found, start = [], 0
    for edge, channels in levels:
        for first, second in PAIRS:
            size = edge * edge * channels
            plane = rows[:, start : start + size].unflatten(1, (edge, edge, channels)).permute(0, 3, 1, 2)
            grid = places[..., [second, first]][:, None]
            sampled = torch.nn.functional.grid_sample(plane, grid, padding_mode="border", align_corners=True)
            found.append(sampled[:, :, 0].transpose(1, 2))
            start += size
    return torch.cat(found, -1)
