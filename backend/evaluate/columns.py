"""What a table of results says: headings, and the words under each; the page and the terminal share them.

Notes are sentences, too long for a table: they stand under the pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from .r_precision import share_within
from .results import Measured


@dataclass(frozen=True)
class Column:
    """A heading, what stands under it, and what a person should know of it."""

    heading: str
    text: Callable[[Measured], str]
    about: str = ""
    number: bool = True
    wrong: Callable[[Measured], bool] = lambda measured: False


@dataclass(frozen=True)
class Total:
    """One number of all results."""

    heading: str
    value: str
    more: str = ""


def columns_of(results: Sequence[Measured]) -> list[Column]:
    """Those in which anything stands."""
    return [column for column in COLUMNS if any(column.text(result) for result in results)]


def totals(results: Sequence[Measured]) -> list[Total]:
    """Means, each over the results that have the number; a number that none has is left out."""
    ranks, forms = [r.rank for r in results], [r.rank_geometry for r in results]
    fronts = [r.fronts for r in results if r.fronts is not None]
    found = [
        Total("results", str(len(results))),
        Total("R-Precision", number(share_within(ranks)), _top_three(ranks, [r.candidates for r in results])),
        Total("R-Precision of form", number(share_within(forms)), _top_three(forms, [r.forms for r in results])),
        Total("similarity", number(_mean([r.similarity for r in results]))),
        Total("sides agree", number(_mean([r.janus for r in results])), "1/3 is chance"),
        Total("several fronts", str(sum(f > 1 for f in fronts)) if fronts else "", f"of {len(fronts)}"),
        Total("opacity", number(_mean([r.opacity for r in results]))),
        Total("PSNR", number(_mean([r.psnr for r in results]), 2), "dB"),
        Total("SSIM", number(_mean([r.ssim for r in results]))),
        Total("GMSD", number(_mean([r.gmsd for r in results])), "0 is equal"),
    ]
    return [total for total in found if total.value]


def ordered(results: Sequence[Measured]) -> list[int]:
    """Places of the results, the likest to its prompt first, those without a similarity last."""
    return sorted(range(len(results)), key=lambda i: (results[i].similarity is None, -(results[i].similarity or 0)))


def number(value: float | None, digits: int = 3) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _whole(value: int | None) -> str:
    return "" if value is None else str(value)


def _rank(rank: int | None, of: int) -> str:
    return "" if rank is None else f"{rank + 1} of {of}"


def _mistaken(rank: int | None, taken_for: str) -> str:
    return taken_for if rank else ""


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _top_three(ranks: Sequence[int | None], of: Sequence[int]) -> str:
    """Says nothing where there are no more than three to choose from."""
    share = share_within(ranks, 3)
    return "" if share is None or max(of) <= 3 else f"top 3: {share:.3f}"


COLUMNS = (
    Column("prompt", lambda m: m.prompt or m.name, number=False),
    Column("seed", lambda m: str(m.seed)),
    Column("similarity", lambda m: number(m.similarity), "mean cosine with the prompt"),
    Column("place", lambda m: _rank(m.rank, m.candidates), "of its prompt among all", wrong=lambda m: bool(m.rank)),
    Column("taken for", lambda m: _mistaken(m.rank, m.taken_for), "where another prompt is likelier", number=False),
    Column("form", lambda m: number(m.similarity_geometry), "mean cosine of its grey form"),
    Column(
        "place of form",
        lambda m: _rank(m.rank_geometry, m.forms),
        "among prompts without their colors",
        wrong=lambda m: bool(m.rank_geometry),
    ),
    Column("form taken for", lambda m: _mistaken(m.rank_geometry, m.taken_for_geometry), "where wrong", number=False),
    Column("sides agree", lambda m: number(m.janus), "0 to 1; 1/3 is chance"),
    Column(
        "fronts",
        lambda m: _whole(m.fronts),
        "runs around it that look like a front",
        wrong=lambda m: (m.fronts or 0) > 1,
    ),
    Column("opacity", lambda m: number(m.opacity), "mean opacity of its pictures: 0 is empty, 1 is fog"),
    Column("PSNR", lambda m: number(m.psnr, 2), "dB, of pictures held out"),
    Column("SSIM", lambda m: number(m.ssim), "1 is equal"),
    Column("GMSD", lambda m: number(m.gmsd), "0 is equal"),
    Column("steps", lambda m: _whole(m.steps)),
    Column("seconds", lambda m: number(m.seconds, 0)),
    Column("MB", lambda m: number(m.peak_mb, 0), "most memory at once"),
)
