"""COLMAP's database, read from outside while COLMAP writes it: how far it is, and what pictures have in common."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

_QUERIES = {
    "features": "SELECT COUNT(*) FROM keypoints",
    "matches": "SELECT COUNT(*) FROM two_view_geometries",
}
_PICTURES = "SELECT images.image_id, name, rows FROM images LEFT JOIN keypoints USING (image_id)"
_PAIRS = "SELECT pair_id, rows FROM two_view_geometries"
_PAIR = 2147483647
"""The number of a pair of pictures is a * this + b."""


def count_done(database: Path, stage: str) -> int | None:
    """Returns how much of a stage is in the database; None where that cannot be said just now."""
    if stage not in _QUERIES or not database.exists():
        return None
    try:
        return int(_rows(database, _QUERIES[stage])[0][0])
    except sqlite3.Error:
        return None


def picture_counts(database: Path) -> dict[str, tuple[int, int]]:
    """Returns for each picture how many features it has, and how many of them the one that is likest shares."""
    try:
        pictures = _rows(
            database, "SELECT images.image_id, name, rows FROM images LEFT JOIN keypoints USING (image_id)"
        )
        pairs = _rows(database, "SELECT pair_id, rows FROM two_view_geometries")
    except sqlite3.Error:
        return {}
    shared = dict.fromkeys((number for number, _, _ in pictures), 0)
    for pair, rows in pairs:
        for number in divmod(pair, _PAIR):
            if number in shared:
                shared[number] = max(shared[number], rows or 0)
    return {name: (features or 0, shared[number]) for number, name, features in pictures}


def _rows(database: Path, query: str) -> list[Any]:
    with contextlib.closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True, timeout=1.0)) as opened:
        return opened.execute(query).fetchall()
