"""Reads .ply: its points, their colors and its faces, ascii or binary of either order of bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .mesh import SolidMesh, solid_mesh

TYPES = {
    "char": "i1", "int8": "i1", "uchar": "u1", "uint8": "u1", "short": "i2", "int16": "i2", "ushort": "u2",
    "uint16": "u2", "int": "i4", "int32": "i4", "uint": "u4", "uint32": "u4", "float": "f4", "float32": "f4",
    "double": "f8", "float64": "f8",
}  # fmt: skip
ORDERS = {"ascii": "", "binary_little_endian": "<", "binary_big_endian": ">"}
HEADER_LIMIT = 1 << 16


@dataclass
class Element:
    """A table of the file: its rows' values by name, and the type of a list's length where one is a list."""

    name: str
    count: int
    fields: list[tuple[str, str, str]] = field(default_factory=list)


def read_ply(path: Path) -> SolidMesh:
    """The mesh of a .ply.

    Raises:
        ValueError, KeyError, IndexError: it is none, or ends too soon. DatasetError: it is no mesh.
    """
    content = path.read_bytes()
    order, elements, start = _header(content)
    source = _Ascii(content[start:]) if order == "" else _Binary(content, start, order)
    tables = {element.name: source.table(element) for element in elements}
    points, faces = tables["vertex"], tables["face"]
    lists = faces.get("vertex_indices", faces.get("vertex_index"))
    if lists is None:
        raise ValueError("it has no faces")
    triangles = _fans(lists)
    return solid_mesh(_columns(points, "xyz"), triangles.reshape(-1, 3), _corner_colors(points, triangles))


def _fans(lists: Any) -> np.ndarray:
    """The triangles of faces of any number of corners."""
    if isinstance(lists, np.ndarray) and lists.shape[1:] == (3,):
        return lists.astype(np.int64)
    return np.array([(a[0], a[i], a[i + 1]) for a in lists for i in range(1, len(a) - 1)], np.int64)


def _corner_colors(points: Table, triangles: np.ndarray) -> np.ndarray | None:
    """Returns the colors of points at corners; numbers up to 1 are shares of 255."""
    if not {"red", "green", "blue"} <= set(points) or not len(triangles):
        return None
    colors = _columns(points, ("red", "green", "blue"))
    whole = colors if np.issubdtype(np.asarray(points["red"]).dtype, np.integer) else colors * 255
    valid = np.clip(triangles, 0, len(colors) - 1)  # numbers of points are checked with the mesh
    corners: np.ndarray = np.round(whole).clip(0, 255)[valid]
    return corners


def _columns(table: Table, names: str | tuple[str, ...]) -> np.ndarray:
    return np.stack([np.asarray(table[name], np.float64).reshape(-1) for name in names], axis=-1)


def _header(content: bytes) -> tuple[str, list[Element], int]:
    end = content.find(b"end_header", 0, HEADER_LIMIT)
    if not content.startswith(b"ply") or end < 0:
        raise ValueError("it is no .ply")
    start = content.index(b"\n", end) + 1
    elements: list[Element] = []
    order = ""
    for line in content[:end].decode("ascii", "replace").splitlines():
        match line.split():
            case ["format", name, *_]:
                order = ORDERS[name]
            case ["element", name, count]:
                elements.append(Element(name, int(count)))
            case ["property", "list", length, kind, name]:
                elements[-1].fields.append((name, TYPES[kind], TYPES[length]))
            case ["property", kind, name]:
                elements[-1].fields.append((name, TYPES[kind], ""))
    return order, elements, start


Read = Callable[[str, int], np.ndarray]
Table = dict[str, Any]
"""Rows' values by name: an array, or a list of arrays."""


def _rows(element: Element, read: Read) -> Table:
    rows: Table = {name: [] for name, _, _ in element.fields}
    for _ in range(element.count):
        for name, kind, length in element.fields:
            values = read(kind, int(read(length, 1)[0]) if length else 1)
            rows[name].append(values if length else values[0])
    return rows


class _Ascii:
    def __init__(self, content: bytes) -> None:
        self._words, self._next = content.split(), 0

    def table(self, element: Element) -> Table:
        return _rows(element, self.read)

    def read(self, kind: str, count: int) -> np.ndarray:
        words = self._words[self._next : self._next + count]
        if len(words) < count:
            raise ValueError("it ends too soon")
        self._next += count
        return np.array([float(word) for word in words]).astype(kind)


class _Binary:
    def __init__(self, content: bytes, start: int, order: str) -> None:
        self._content, self._next, self._order = content, start, order

    def table(self, element: Element) -> Table:
        """Reads all rows at once where they have the same length, as those of triangles do."""
        uniform = self._uniform(element)
        return _rows(element, self.read) if uniform is None else uniform

    def _uniform(self, element: Element) -> Table | None:
        """Takes the lists of all rows to be as long as the first row's; None where one is not."""
        start, lengths = self._next, {}
        for name, kind, length in element.fields if element.count else ():
            lengths[name] = int(self.read(length, 1)[0]) if length else 1
            self.read(kind, lengths[name])
        self._next = start
        kinds: list[tuple[str, str, int]] = []
        for name, kind, length in element.fields:
            kinds += [(f"#{name}", self._order + length, 1)] if length else []
            kinds.append((name, self._order + kind, lengths.get(name, 1)))
        row = np.dtype([(name, kind, (many,)) for name, kind, many in kinds])
        if len(self._content) - start < element.count * row.itemsize:
            return None
        table = np.frombuffer(self._content, row, element.count, start)
        lists = {name for name, _, length in element.fields if length}
        if any((table[f"#{name}"] != many).any() for name, many in lengths.items() if name in lists):
            return None
        self._next += table.nbytes
        return {name: table[name] if name in lists else table[name][:, 0] for name, _, _ in element.fields}

    def read(self, kind: str, count: int) -> np.ndarray:
        found = np.frombuffer(self._content, self._order + kind, count, self._next)
        self._next += found.nbytes
        return found
