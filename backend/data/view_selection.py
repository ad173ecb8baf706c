"""A few of many posed pictures, spread as evenly as they can be: for reconstructions from few views."""

from __future__ import annotations

import torch

from .pictures import PosedPictures


def farthest_point_subset(pictures: PosedPictures, count: int) -> PosedPictures:
    """`count` of them by farthest-point sampling of the cameras' positions; all where count is 0 or not fewer.

    The first picture, then again and again the one whose camera stands farthest from all that are chosen (Gonzalez
    1985): the order of the file does not matter, only where the cameras stand.
    """
    if not 0 < count < len(pictures):
        return pictures
    places = torch.stack([camera.pose[:3, 3] for camera in pictures.cameras])
    chosen, apart = [0], (places - places[0]).norm(dim=-1)
    while len(chosen) < count:
        chosen.append(int(apart.argmax()))
        apart = torch.minimum(apart, (places - places[chosen[-1]]).norm(dim=-1))
    return pictures.subset(sorted(chosen))
