"""How much a change did: differences of the same prompt and seed, before and after, and how sure one can be of them.

    d_p = mean over the seeds of prompt p of (after - before);   difference = mean over prompts of d_p
    interval = 2.5 % and 97.5 % quantiles of that mean over prompts drawn with replacement   (Efron 1979; percentile)

Prompts are drawn, not results: two seeds of one prompt are alike, and would make us surer than we are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from .provenance import revision
from .request import Request
from .results import Result
from .summary import MEASURES, Measure

RunId = tuple[str, int]
"""A prompt and a seed."""
Pair = tuple[Result, Result]

DRAWS, LEVEL, SEED = 10_000, 0.95, 0


class NothingToCompareError(Exception):
    """There is no earlier result of these prompts. `str(error)` is the sentence a person reads."""


@dataclass(frozen=True)
class Difference:
    mean: float
    low: float
    high: float
    pairs: int


def earlier_results(results: Sequence[Result], against: str, wanted: Sequence[Request]) -> dict[RunId, Result]:
    """What there was before of the same prompts and seeds: the last of each with that name or revision.

    Raises:
        NothingToCompareError: there is nothing, or it was measured by another evaluator or among other captions.
    """
    revisions, keys = {against, _commit(against)}, {request.key for request in wanted}
    named = [r for r in results if r.name == against or r.revision in revisions]
    measured_by = {(request.prompt, request.seed): request.setup.measured_by for request in wanted}
    before = {run_id(r): r for r in named if r.key not in keys and not r.failed and run_id(r) in measured_by}
    if not before:
        raise NothingToCompareError(f"There is no other result of these prompts with the name or revision '{against}'.")
    alike = {run: result for run, result in before.items() if result.measured_by == measured_by[run]}
    if not alike:
        raise NothingToCompareError(
            f"The results of '{against}' were measured by another evaluator or among other captions: make them anew."
        )
    return alike


def pair_results(before: Mapping[RunId, Result], after: Sequence[Result]) -> list[Pair]:
    """(before, after) of the same prompt and seed; without those that failed."""
    return [(before[run_id(r)], r) for r in after if run_id(r) in before and not r.failed]


def run_id(result: Result) -> RunId:
    return result.prompt, result.seed


def difference(measure: Measure, pairs: Sequence[Pair]) -> Difference | None:
    """After minus before; None where nothing was measured."""
    by_prompt: dict[str, list[float]] = defaultdict(list)
    for before, after in pairs:
        old, new = measure.of(before), measure.of(after)
        if old is not None and new is not None:
            by_prompt[after.prompt].append(new - old)
    if not by_prompt:
        return None
    each = np.array([np.mean(found) for found in by_prompt.values()])
    low, high = bootstrap(each)
    return Difference(float(each.mean()), low, high, sum(map(len, by_prompt.values())))


def bootstrap(values: Float[ndarray, " n"], draws: int = DRAWS, level: float = LEVEL) -> tuple[float, float]:
    """An interval of the mean."""
    chosen = np.random.default_rng(SEED).integers(len(values), size=(draws, len(values)))
    low, high = np.quantile(values[chosen].mean(1), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def comparison(pairs: Sequence[Pair]) -> list[str]:
    """A line for each measure: by how much it rose, and between what the rise lies; * where that is not around 0."""
    return [_line(measure, difference(measure, pairs)) for measure in MEASURES]


def _line(measure: Measure, found: Difference | None) -> str:
    if found is None:
        return f"{measure.name:24} -"
    mean, low, high = (f"{value:+{measure.form}}" for value in (found.mean, found.low, found.high))
    sure = "  *" if found.low > 0 or found.high < 0 else ""
    return f"{measure.name:24} {mean}  ({low} to {high}, {found.pairs} pairs){sure}"


def _commit(against: str) -> str:
    """The backend's revision at a commit, branch or tag; the text itself where git knows none."""
    try:
        return revision(against) or against
    except LookupError:
        return against
