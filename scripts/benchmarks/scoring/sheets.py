"""Pages for a person to look at: what came of each prompt, and what the evaluator took it for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ..contact_sheet import Row, contact_sheet
from .results import Result
from .strip import BACK, FORM, FRONT, SIZE, Picture, read_strip, write_whole

PAGE_HEIGHT, WORDS_WIDTH = 20 * SIZE, 230  # pixels, without margins


def write_pages(rows: Sequence[Row], folder: Path, name: str, headings: Sequence[str]) -> None:
    """NAME-1.png ..., of 20 rows each where a row is one picture high."""
    folder.mkdir(parents=True, exist_ok=True)
    together = max(1, PAGE_HEIGHT // max(len(picture) for row in rows for picture in row.pictures)) if rows else 1
    for first in range(0, len(rows), together):
        page = contact_sheet(rows[first : first + together], headings, WORDS_WIDTH)
        write_whole(page, folder / f"{name}-{first // together + 1}.png")


def row_of(result: Result, picture: Path) -> Row:
    """All its pictures, and beside them prompt and figures."""
    return Row("\n".join([f"{result.prompt}, seed {result.seed}", *_figures(result)]), read_strip(picture))


def summary_strip(picture: Path) -> Picture:
    """In front, behind, and form, one under the other."""
    pictures = read_strip(picture)
    return np.concatenate([pictures[i] for i in (FRONT, BACK, FORM)])


def _figures(result: Result) -> Iterator[str]:
    if result.similarity is not None:
        yield f"likeness {result.similarity:.2f}"
    if result.rank:
        yield f"no. {result.rank + 1} of {result.candidates}; taken for {result.taken_for}"
    if result.rank_geometry:
        yield f"form: no. {result.rank_geometry + 1} of {result.forms}"
    if result.fronts is not None and result.fronts > 1:
        yield f"{result.fronts} fronts"
    if result.empty:
        yield "EMPTY"
