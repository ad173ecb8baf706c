"""A View of the wire as a lens, and what was seen through it as an answer."""

from __future__ import annotations

import math
from typing import Any

import torch

from backend.cameras.lens import Lens
from backend.errors import ParamsError
from backend.optimize.field_view import Passes
from backend.wire import values
from backend.wire.messages import RenderedView, View

MAX_SIDE = 8192
"""Pixels along a side."""
MOST_PIXELS = 36_000_000
"""In all: a still of 7680 x 4320 has 33 million, and its passes are 600 MB on the wire."""
LENSES = ("perspective", "orthographic")


def parse_view(data: dict[str, Any]) -> View:
    """Reads a view from what came over the wire.

    Raises:
        ParamsError: no camera can look like that; the sentence says why.
    """
    view = values.from_json(View, data)
    for wrong, sentence in _view_faults(view):
        if wrong:
            raise ParamsError(sentence)
    return view


def to_lens(view: View) -> Lens:
    """Returns the lens that a view describes.

    Raises:
        ParamsError: the pose is no map that can be inverted.
    """
    orthographic = view.lens == "orthographic"
    span = view.scale_x if orthographic else 2 * math.tan((view.angle_x or 0) / 2)
    end = math.inf if view.clip_end is None else view.clip_end
    return Lens.of(
        _pose(view.pose),
        view.width,
        view.height,
        float(span or 0),
        orthographic=orthographic,
        shift=(view.shift_x, view.shift_y),
        clip=(view.clip_start, end),
        pixel_aspect=view.pixel_aspect,
    )


def that_travels(lens: Lens) -> Lens:
    """The lens, with fewer pixels where the answer would be too large to be sent, or take too much memory."""
    scale = math.sqrt(MOST_PIXELS / max(lens.width * lens.height, MOST_PIXELS))
    return lens if scale == 1 else lens.resized(max(1, int(lens.width * scale)), max(1, int(lens.height * scale)))


def to_rendered_view(passes: Passes, step: int) -> RenderedView:
    color, alpha, normal = (part.half().numpy() for part in (passes.color, passes.alpha, passes.normal))
    return RenderedView(color, alpha, passes.depth.numpy(), normal, step)


def _view_faults(view: View) -> list[tuple[bool, str]]:
    perspective = view.lens == "perspective"
    no_angle = perspective and not 0 < (view.angle_x or 0) < math.pi
    no_scale = not perspective and not 0 < (view.scale_x or 0) < math.inf
    numbers = (view.shift_x, view.shift_y, view.clip_start, view.clip_end or 0.0, view.pixel_aspect)
    return [
        (
            view.lens not in LENSES,
            f"The lens {view.lens[:40]!r} cannot be rendered: take a perspective or orthographic one.",
        ),
        (min(view.width, view.height) < 1, "A view must be at least one pixel wide and high."),
        (max(view.width, view.height) > MAX_SIDE, f"A view is at most {MAX_SIDE} pixels wide and high: ask for fewer."),
        (no_angle, "A perspective view needs an angle_x between 0 and pi radians."),
        (no_scale, "An orthographic view needs a scale_x above 0 meters."),
        (not all(map(math.isfinite, numbers)), "The shift, clip planes and pixel aspect of a view must be finite."),
        (not view.pixel_aspect > 0, "The pixel aspect of a view must be above 0."),
        (perspective and view.clip_start < 0, "The clip start of a perspective view must be 0 or more."),
        (
            view.clip_end is not None and view.clip_end <= view.clip_start,
            "The clip end of a view lies before its start.",
        ),
    ]


def _pose(rows: list[Any]) -> torch.Tensor:
    try:
        pose = torch.tensor(rows, dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError) as cause:
        raise ParamsError("The pose of a view must be four rows of four numbers.") from cause
    if pose.shape != (4, 4) or not pose.isfinite().all():
        raise ParamsError("The pose of a view must be four rows of four finite numbers.")
    if not abs(float(torch.linalg.det(pose[:3, :3]))) > 1e-30:
        raise ParamsError("The pose of a view leaves nothing to look along: its axes must not lie in one plane.")
    return pose
