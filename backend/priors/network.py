"""The network: an object's row of numbers and a code become occupancy and parts at any position.

    x = [planes(p), p]      h1 = relu((1 + s) W1 x + t)      h2 = relu(W2 h1 + b2)      [occupancy, parts] = W3 h2 + b3

with planes = P0 + sum_d code_d P_d (coarse levels) and (s, t) = M0 + sum_d code_d M_d, all of the object's row; the
matrices are those of all objects. An object lies in a frame of its own: the box of all its instances, whose longest
half-width is 1. Trained by scripts/training/prior, whose README has the decisions.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.nn import functional as F

from backend.errors import ModelError

from .planes import Level, feature_count, row_width, sample_planes

WEIGHTS, FACTS = "model.safetensors", "model.json"
CODE = 12
"""Numbers of a code, each in [-1, 1]; all zero is the object in its middle form."""


@dataclass(frozen=True)
class NetworkShape:
    """How large a model is."""

    levels: tuple[Level, ...]
    coded_levels: int
    """of these, how many answer to the code, coarsest first"""
    coded_draws: int
    """by so many of its numbers"""
    hidden: int

    @property
    def row_parts(self) -> tuple[int, int, int]:
        """Numbers of planes, of how they answer to the code, and of how hidden units do."""
        coded = row_width(self.levels[: self.coded_levels])
        return row_width(self.levels), self.coded_draws * coded, 2 * self.hidden * (1 + CODE)


class ObjectNetwork(nn.Module):
    """One object with one code: nothing is left to choose but the position."""

    box: Tensor
    scale: Tensor
    shift: Tensor
    first_weight: Tensor
    second_weight: Tensor
    second_bias: Tensor
    last_weight: Tensor
    last_bias: Tensor

    def __init__(
        self, shape: NetworkShape, weights: dict[str, Tensor], row: Tensor, box: Tensor, code: Float[Tensor, " d"]
    ) -> None:
        super().__init__()
        self.levels = shape.levels
        planes, coded, modulation = row.split(shape.row_parts)
        moved = code[: shape.coded_draws] @ coded.view(shape.coded_draws, -1)
        planes = planes + F.pad(moved, (0, len(planes) - len(moved)))
        answer = torch.cat([torch.ones(1), code]) @ modulation.view(1 + CODE, -1)
        self.planes = nn.Parameter(planes, requires_grad=False)
        self.register_buffer("box", box)
        self.register_buffer("scale", 1 + answer[: shape.hidden])
        self.register_buffer("shift", answer[shape.hidden :])
        for name, value in weights.items():
            self.register_buffer(name.replace(".", "_"), value)
        assert self.first_weight.shape[1] == feature_count(shape.levels) + 3

    def forward(self, positions: Float[Tensor, "n 3"]) -> tuple[Float[Tensor, " n"], Float[Tensor, "n k"]]:
        """Logits of occupancy and of the parts, at positions in the object's frame."""
        at = positions / self.box
        features = torch.cat([sample_planes(self.planes, at, self.levels), at], -1)
        hidden = torch.addcmul(self.shift, features @ self.first_weight.T, self.scale).relu()
        hidden = F.linear(hidden, self.second_weight, self.second_bias).relu()
        out = F.linear(hidden, self.last_weight, self.last_bias)
        return out[:, 0], out[:, 1:]


def load_network(folder: Path, name: str, code: Float[Tensor, " d"]) -> ObjectNetwork:
    """The object of that name; of the table only its row is read.

    Raises:
        ModelError: the files are missing or broken.
    """
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        number, shape = facts["things"].index(name), _shape(facts["shape"])
        with safe_open(folder / WEIGHTS, "pt") as file:
            row, box = (file.get_slice(table)[number : number + 1][0].float() for table in ("table", "box"))
            weights = {key: file.get_tensor(key).float() for key in file.keys() if key not in ("table", "box")}  # noqa: SIM118
        return ObjectNetwork(shape, weights, row, box, code).eval()
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as cause:
        raise ModelError(
            f"The prior in {folder} cannot be read ({cause}): install Dreamwright again, or choose another quality."
        ) from cause


def _shape(facts: dict[str, Any]) -> NetworkShape:
    levels = tuple((edge, channels) for edge, channels in facts["levels"])
    return NetworkShape(levels, facts["coded_levels"], facts["coded_draws"], facts["hidden"])
