"""Videos that are made for a test, by the library that reads them."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np


def write_video(file: Path, frames: Iterable[np.ndarray]) -> Path:
    av: Any = importlib.import_module("av")
    with av.open(str(file), "w") as out:
        stream = out.add_stream("mpeg4", rate=15)
        for i, pixels in enumerate(frames):
            if i == 0:
                stream.height, stream.width, stream.pix_fmt = *pixels.shape[:2], "yuv420p"
                stream.codec_context.qmin = stream.codec_context.qmax = 2
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")))
        out.mux(stream.encode())
    return file
