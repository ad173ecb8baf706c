"""The network that reads a picture: which object it shows, in what color, and with which code.

    f = relu(norm(W2 relu(norm(W1 x))))        object = A f,   color = C f,   code_k = tanh(B_k relu(D f))

where x are histograms of oriented gradients (Dalal and Triggs 2005) and mean colors of cells, and there is a matrix B_k
for each object, since a number of the code means something else for each; object 390 is "none of these". Nothing but x
looks at pixels, and it needs no training; the rest learns in minutes of a core (scripts/training/picture).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from backend.errors import ModelError

WEIGHTS, FACTS = "model.safetensors", "model.json"
SIZE = 64
"""Pixels across a picture."""
BINS, CELLS, MOST = 9, 8, 0.3
"""Directions of a gradient, whatever its sign; cells across; half of the largest share of one direction in a cell."""
FEATURES = CELLS**2 * (BINS + 3) + (CELLS // 2) ** 2 * BINS


@dataclass(frozen=True)
class PictureShape:
    """How large a network is."""

    objects: int
    colors: int
    code: int
    hidden: int = 640
    width: int = 320
    code_width: int = 48


@dataclass(frozen=True)
class PictureAnswer:
    """Of b pictures: logits of the objects, the last that of none, and of the colors; what codes are read from."""

    objects: Float[Tensor, "b o"]
    colors: Float[Tensor, "b c"]
    code_feature: Float[Tensor, "b w"]


@torch.no_grad()
def features_of(pictures: Float[Tensor, "b 3 s s"]) -> Float[Tensor, "b f"]:
    """Histograms of gradients and mean colors of the cells of sRGB pictures in [0, 1], SIZE pixels across.

    A gradient is that of the channel where it is longest. It counts with the root of its length, in the two bins next
    to its direction; a histogram is divided by the length of those around it, and cut at twice MOST.
    """
    fine = F.avg_pool2d(oriented(pictures), 12, SIZE // CELLS, 2)
    coarse = F.avg_pool2d(fine, 2)
    colors = F.avg_pool2d(pictures, SIZE // CELLS) - 0.5
    parts = (_normalized(fine), _normalized(coarse), 0.5 * colors)
    return torch.cat([part.flatten(1) for part in parts], 1)


def oriented(pictures: Float[Tensor, "b 3 s s"]) -> Float[Tensor, "b k s s"]:
    """The root of the gradient's length at each pixel, shared between two directions of k from 0 to 180 degrees."""
    padded = F.pad(pictures, (1, 1, 1, 1), mode="replicate")
    across = padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]
    down = padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]
    length, channel = (across.square() + down.square()).max(1, keepdim=True)
    angle = torch.atan2(down.gather(1, channel), across.gather(1, channel))
    place = torch.remainder(angle / torch.pi, 1) * BINS
    off = torch.remainder(place - torch.arange(BINS)[None, :, None, None], BINS)
    share = (1 - torch.minimum(off, BINS - off)).clamp_min(0)
    return share * length.sqrt().sqrt()


def _normalized(histograms: Float[Tensor, "b k c c"]) -> Float[Tensor, "b k c c"]:
    energy = F.avg_pool2d(histograms.square().sum(1, keepdim=True), 3, 1, 1, count_include_pad=False)
    return (histograms / (energy.sqrt() + 0.02)).clamp_max(2 * MOST) - MOST


class PictureNetwork(nn.Module):
    """Features of pictures to a PictureAnswer; a picture itself is `read`."""

    def __init__(self, shape: PictureShape) -> None:
        super().__init__()
        self.shape = shape
        self.first, self.first_norm = nn.Linear(FEATURES, shape.hidden), nn.LayerNorm(shape.hidden)
        self.second, self.second_norm = nn.Linear(shape.hidden, shape.width), nn.LayerNorm(shape.width)
        self.object = nn.Linear(shape.width, shape.objects + 1)
        self.color = nn.Linear(shape.width, shape.colors)
        self.code_feature = nn.Linear(shape.width, shape.code_width)
        self.code = nn.Parameter(0.02 * torch.randn(shape.objects, shape.code, shape.code_width))
        nn.init.zeros_(self.object.weight)
        nn.init.zeros_(self.color.weight)

    def forward(self, features: Float[Tensor, "b f"]) -> PictureAnswer:
        hidden = F.dropout(self.first_norm(self.first(features)).relu(), 0.1, self.training)
        feature = self.second_norm(self.second(hidden)).relu()
        return PictureAnswer(self.object(feature), self.color(feature), self.code_feature(feature).relu())

    def read(self, pictures: Float[Tensor, "b 3 s s"]) -> PictureAnswer:
        """Reads sRGB pictures in [0, 1], SIZE pixels across."""
        answer: PictureAnswer = self(features_of(pictures))
        return answer

    def code_of(self, answer: PictureAnswer, objects: Tensor) -> Float[Tensor, "b d"]:
        """Codes in (-1, 1), that of each picture as of the object of its number."""
        return torch.einsum("bdw,bw->bd", self.code[objects], answer.code_feature).tanh()

    def codes_of(self, number: int, code_feature: Float[Tensor, "b w"]) -> Float[Tensor, "b d"]:
        """Codes of pictures that all are read as the object of that number."""
        return (code_feature @ self.code[number].T).tanh()


def load_picture_network(folder: Path) -> tuple[PictureNetwork, dict[str, Any]]:
    """The network in single precision, and the facts beside it.

    Raises:
        ModelError: the files are missing or broken.
    """
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        network = PictureNetwork(PictureShape(**facts["shape"]))
        network.load_state_dict({name: value.float() for name, value in load_file(folder / WEIGHTS).items()})
        return network.eval(), facts
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as cause:
        raise ModelError(
            f"The picture encoder in {folder} cannot be read ({cause}): install Dreamwright again, or use a prompt."
        ) from cause
