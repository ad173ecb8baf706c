"""Where the points of a PLY file are, ASCII or binary; colors, normals and faces are skipped."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np

from ..posed_list import Points, no_points
from .text_file import opened

MOST_POINTS = 1_000_000
_TYPES = {
    "char": "i1", "int8": "i1", "uchar": "u1", "uint8": "u1", "short": "i2", "int16": "i2", "ushort": "u2",
    "uint16": "u2", "int": "i4", "int32": "i4", "uint": "u4", "uint32": "u4", "float": "f4", "float32": "f4",
    "double": "f8", "float64": "f8",
}  # fmt: skip
_HEADER_LINES, _LONGEST = 200, 10_000


def read(path: Path) -> Points:
    """Reads the vertices; none where there is no file.

    Raises:
        DatasetError: it is no PLY.
    """
    if not path.exists():
        return no_points()
    with opened(path) as file:
        form, count, columns = _header(file)
        if form == "ascii":
            lines = [file.readline(_LONGEST).split() for _ in range(min(count, MOST_POINTS))]
            names = [name for name, _ in columns]
            wanted = [names.index(axis) for axis in "xyz"]
            points = np.array([[float(line[i]) for i in wanted] for line in lines]).reshape(-1, 3)
        else:
            order = ">" if "big" in form else "<"
            row = np.dtype([(name, order + kind) for name, kind in columns])
            rows = np.frombuffer(file.read(row.itemsize * min(count, MOST_POINTS)), row)
            points = np.stack([rows[axis].astype(np.float64) for axis in "xyz"], -1)
    finite: Points = points[np.isfinite(points).all(-1)]
    return finite


def _header(file: BinaryIO) -> tuple[str, int, list[tuple[str, str]]]:
    """Returns the format, how many vertices there are, and their columns."""
    form, count, columns, element = "", 0, [], ""
    for _ in range(_HEADER_LINES):
        words = file.readline(_LONGEST).decode("ascii", "replace").split()
        if words[:1] == ["format"]:
            form = words[1]
        elif words[:1] == ["element"]:
            element = words[1]
            count = int(words[2]) if element == "vertex" else count
        elif words[:1] == ["property"] and element == "vertex":
            columns.append((words[2], _TYPES[words[1]]))
        elif words == ["end_header"]:
            return form, count, columns
    raise ValueError("a header without end")
