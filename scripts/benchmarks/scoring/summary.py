"""Figures of many results, and how they are said."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .results import Result


@dataclass(frozen=True)
class Measure:
    """A number of one result, None where it has none, and how many of them become one."""

    name: str
    of: Callable[[Result], float | None]
    middle: Callable[[Sequence[float]], float]
    form: str

    def values(self, results: Sequence[Result]) -> list[float]:
        found = (self.of(result) for result in results)
        return [float(value) for value in found if value is not None]


def _first(rank: int | None) -> float | None:
    return None if rank is None else float(rank == 0)


def _more_than_one(fronts: int | None) -> float | None:
    return None if fronts is None else float(fronts > 1)


MEASURES = (
    Measure("R-Precision, color", lambda r: _first(r.rank), statistics.fmean, ".1%"),
    Measure("R-Precision, geometry", lambda r: _first(r.rank_geometry), statistics.fmean, ".1%"),
    Measure("similarity", lambda r: r.similarity, statistics.median, ".3f"),
    Measure("agreement of the sides", lambda r: r.janus, statistics.fmean, ".3f"),
    Measure("more than one front", lambda r: _more_than_one(r.fronts), statistics.fmean, ".1%"),
    Measure("empty", lambda r: float(r.empty), statistics.fmean, ".1%"),
    Measure("begun anew", lambda r: float(r.restarts > 0), statistics.fmean, ".1%"),
    Measure("seconds", lambda r: r.seconds, statistics.median, ".1f"),
    Measure("seconds of processor", lambda r: r.processor_seconds, statistics.median, ".1f"),
    Measure("peak MB", lambda r: r.peak_mb, max, ".0f"),
)


def summary(results: Sequence[Result]) -> list[str]:
    """A line for each measure; failures are said, and count as nothing."""
    made = [result for result in results if not result.failed]
    lines = [_line(measure, measure.values(made)) for measure in MEASURES]
    failed = [f"{r.prompt}, seed {r.seed}: {r.failed}" for r in results if r.failed]
    return lines + [f"failed: {sentence}" for sentence in failed]


def by_heading(results: Sequence[Result], headings: Mapping[str, str]) -> list[str]:
    """The same figures under each heading of the prompts, a line each; nothing where there are no headings."""
    lines = []
    for heading in dict.fromkeys(filter(None, headings.values())):
        of_it = [r for r in results if headings[r.prompt] == heading and not r.failed]
        text = ", ".join(f"{measure.name} {_middle(measure, of_it)}" for measure in MEASURES[:3])
        lines.append(f"{heading} ({len(of_it)}): {text}")
    return lines


def _middle(measure: Measure, results: Sequence[Result]) -> str:
    values = measure.values(results)
    return format(measure.middle(values), measure.form) if values else "-"


def _line(measure: Measure, values: Sequence[float]) -> str:
    if not values:
        return f"{measure.name:24} -"
    how = {statistics.fmean: "mean", statistics.median: "median", max: "most"}[measure.middle]
    text = f"{measure.name:24} {measure.middle(values):{measure.form}}"
    return f"{text}  ({how}{_spread(measure, values)})"


def _spread(measure: Measure, values: Sequence[float]) -> str:
    """The middle half, where there is a median."""
    if measure.middle is not statistics.median or len(values) < 2:
        return ""
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return f"; half of them {low:{measure.form}} to {high:{measure.form}}"
