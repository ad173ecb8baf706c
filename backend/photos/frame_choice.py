"""Which frames of a video become photographs: the sharpest of each stretch of the camera's way.

How far the camera has moved is measured in the picture: by how much its parts shift, in shares of its width, since
the last frame that differed clearly. So a camera that rests gives one photograph however long it rests, and one that
shakes on the spot gives few. Numpy only: it runs in the process that decodes (`video_process.py`).
"""

from __future__ import annotations

import functools

import numpy as np
from jaxtyping import Float

SPACING = 0.05
"""Shift between two photographs, in widths of the picture: around an object about 10 degrees."""
FEWEST, MOST = 12, 100
"""Photographs that are wanted of a short way, and that are taken of a long one, which are spaced wider then."""
LEAST_WAY = 0.1
"""Widths of the picture by which a camera must move at least: from less, nothing can be told of depth."""
BLURRED = 0.4
"""Share of the usual sharpness of those that were chosen, below which one is left out."""
BLOCKS = 3
"""Along each side of the picture, for the shifts of its parts."""
CLEAR = 0.02
"""Shift, in widths, from which a frame is what the next ones are compared with."""
PEAK = 7.6
"""Of a correlation, in its standard deviations: two pictures of noise have less (60 were tried, with nine parts each),
and what is less is no shift."""
SOFT = 1.0
"""Pixels of the Gaussian blur before parts are correlated: fine texture is the first that no longer fits."""


def sharpness(gray: Float[np.ndarray, "h w"]) -> float:
    """Returns the variance of the Laplacian (Pech-Pacheco et al. 2000), of brightness from 0 to 255."""
    center = gray[1:-1, 1:-1]
    return float((gray[:-2, 1:-1] + gray[2:, 1:-1] + gray[1:-1, :-2] + gray[1:-1, 2:] - 4 * center).var())


def shift_between(a: Float[np.ndarray, "h w"], b: Float[np.ndarray, "h w"]) -> float | None:
    """Returns how far the parts of a picture moved, their mean in widths of the picture; None where none has anything
    in common."""
    height, width = a.shape[0] // BLOCKS, a.shape[1] // BLOCKS
    window = np.outer(np.hanning(height), np.hanning(width))
    shifts = []
    for row in range(BLOCKS):
        for column in range(BLOCKS):
            part = np.s_[row * height : (row + 1) * height, column * width : (column + 1) * width]
            shift = _block_shift(a[part], b[part], window)
            shifts += [] if shift is None else [shift]
    return float(np.mean(shifts)) / a.shape[1] if shifts else None


def _block_shift(a: np.ndarray, b: np.ndarray, window: np.ndarray) -> float | None:
    """Returns pixels, by correlation whose spectrum is half whitened: between plain correlation and that of phases
    alone (Kuglin & Hines 1975), which a turn of the camera spoils. None where the two have nothing in common."""
    first, second = (np.fft.fft2((block - block.mean()) * window) for block in (a, b))
    cross = first * np.conj(second)
    found = np.fft.ifft2(_blur(cross.shape) * cross / np.sqrt(np.maximum(np.abs(cross), 1e-6))).real
    place = np.unravel_index(int(found.argmax()), found.shape)
    if found[place] <= PEAK * found.std():
        return None
    signed = [(p + n // 2) % n - n // 2 for p, n in zip(place, found.shape, strict=True)]
    return float(np.hypot(*signed))


@functools.lru_cache(maxsize=8)
def _blur(shape: tuple[int, int]) -> np.ndarray:
    """Returns the spectrum of the Gaussian blur."""
    down, right = (np.exp(-0.5 * (2 * np.pi * SOFT * np.fft.fftfreq(size)) ** 2) for size in shape)
    return np.outer(down, right)


class Way:
    """How far the camera has moved, frame by frame."""

    def __init__(self) -> None:
        self._reference: np.ndarray | None = None
        self._before: np.ndarray | None = None
        self._behind = 0.0
        self.lengths: list[float] = []

    def add(self, small: Float[np.ndarray, "h w"]) -> None:
        """Takes the next frame, made small."""
        length = self.lengths[-1] if self.lengths else 0.0
        if self._reference is None or self._before is None:
            self._reference = small
        shift = shift_between(self._reference, small)
        if shift is None and self._before is not None:  # too much has changed since: go on from the frame before
            self._reference, self._behind = self._before, length
            shift = shift_between(self._reference, small)
        length = max(length, self._behind + (shift or 0.0))
        if shift is None or shift >= CLEAR:
            self._reference, self._behind = small, length
        self._before = small
        self.lengths.append(length)


def choose_frames(sharp: list[float], lengths: list[float]) -> list[int]:
    """Returns the numbers of the frames that are taken, in order: of each stretch of the way the sharpest, unless all
    of it is blurred. None where the camera hardly moved."""
    way = lengths[-1] if lengths else 0.0
    if way < LEAST_WAY:
        return []
    spacing = max(min(SPACING, way / FEWEST), way / MOST)
    best: dict[int, int] = {}
    for number, length in enumerate(lengths):
        stretch = min(int(length / spacing), int(way / spacing - 1e-9))
        if stretch not in best or sharp[number] > sharp[best[stretch]]:
            best[stretch] = number
    chosen = [best[stretch] for stretch in sorted(best)]
    usual = float(np.median([sharp[number] for number in chosen]))
    return [number for number in chosen if sharp[number] >= BLURRED * usual]
