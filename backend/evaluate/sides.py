"""Janus: does a thing look from each side as that side should, or does it have a face all around?

    p(side | view) = softmax over { "P, front view", "P, side view", "P, back view" } of  scale <view, text>
    agreement      = mean over the three sides of the mean of p(true side | view) over the views of that side
    fronts         = how many separate runs around the circle look most like a front: 1 is right, more is Janus

The sides are weighed alike, so that an evaluator (or a field) that always says the same has 1/3, whatever it says. A
thing that is the same all around, like a ball, has about 1/3 as well, and nothing is wrong with it. An evaluator that
was never taught the words of views (DreamFusion, section 3.1) cannot tell: its numbers are noise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from backend.pretrained import ImageText
from backend.pretrained.vocabulary import SIDES

FRONT, SIDE, BACK = range(3)
FRONT_DEGREES, BACK_DEGREES = 45.0, 135.0


def true_side(azimuth: float) -> int:
    """Returns the side (front 0, side 1, back 2) by the angle (radians) from the front: up to 45 degrees front, from
    135 on back."""
    turn = abs(math.degrees(math.remainder(azimuth, 2 * math.pi)))
    if turn <= FRONT_DEGREES:
        return FRONT
    return BACK if turn >= BACK_DEGREES else SIDE


@torch.no_grad()
def side_probabilities(model: ImageText, prompt: str, pictures: Float[Tensor, "v 3 h w"]) -> Float[Tensor, "v 3"]:
    """Returns what the model takes each picture for, scaled as it was trained; each row sums to 1."""
    texts = torch.stack([model.embed_text(f"{prompt}, {side}") for side in SIDES])
    scale = model.model.logit_scale.exp()
    return torch.softmax(scale * model.embed_pictures(pictures) @ texts.T, -1)


def agreement(probabilities: Float[Tensor, "v 3"], azimuths: Sequence[float]) -> float:
    """Mean probability of the true side, 0 to 1; each side that was looked at counts alike."""
    truth = torch.tensor([true_side(azimuth) for azimuth in azimuths], device=probabilities.device)
    means = [probabilities[truth == side, side].mean() for side in range(3) if bool((truth == side).any())]
    return float(torch.stack(means).mean())


def fronts(probabilities: Float[Tensor, "v 3"]) -> int:
    """Runs of views, in order around the circle, whose likeliest side is the front; all of them are one run."""
    return runs(probabilities.argmax(-1) == FRONT)


def runs(marked: Bool[Tensor, " v"]) -> int:
    """Separate stretches of a circle that are marked."""
    starts = marked & ~marked.roll(1)
    return max(int(starts.sum()), int(marked.any()))
