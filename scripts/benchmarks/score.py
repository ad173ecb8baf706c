"""How good are we? Makes prompts, measures each with an evaluator, keeps lines and pictures, and says the figures.

    .envs/backend/bin/python scripts/score.py scripts/benchmarks/prompts/held_out_60.txt --seeds 2 --name before
    .envs/backend/bin/python scripts/score.py scripts/benchmarks/prompts/held_out_60.txt --seeds 2 \
        --set field.resolution=64 --against before

The same command again goes on where it was stopped: what was made under the same code, weights, settings and
evaluator is not made again. Beside the results lie pages to look at, PROMPTS-REVISION-1.png ... and one overview of
the first seeds, written anew after each prompt.

R-Precision is among all prompts of the file, the same ones in other colors, and the others in the same colors. The
evaluator is scripts/training/weights/evaluator where it is there; until then the embedded CLIP, which learned from
the same pictures as the embedded model.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ..lib.environments import ROOT
from .readme_numbers import machine
from .scoring.overview import write_overview
from .scoring.paired_difference import comparison, earlier_results, pair_results
from .scoring.prompts import read_prompts
from .scoring.request import Request
from .scoring.results import Result, read_results
from .scoring.run_all import ResultStore, run
from .scoring.run_options import (
    DONE,
    FAILED,
    Variant,
    add_options,
    describe_evaluator,
    exit_code,
    make_requests,
    make_setup,
)
from .scoring.sheets import row_of, write_pages
from .scoring.strip import HEADINGS
from .scoring.summary import by_heading, summary


def main() -> int:
    options = parse(sys.argv[1:])
    headings = read_prompts(options.prompts)
    prompts = list(headings)
    setup = make_setup(options.evaluator, prompts)
    requests = make_requests(options, setup, prompts, [Variant(options.name)])
    before = earlier_results(read_results(options.results), options.against, requests) if options.against else {}
    store = ResultStore(options.results, machine())
    pages = Pages(requests, store, f"{options.prompts.stem}-{options.name or setup.revision}")
    results = run(requests, store, options.workers, pages.show)
    print(f"{len(results)} results of {len(prompts)} prompts, backend {setup.revision}, {describe_evaluator(setup)}")
    print("\n".join([*summary(results), *by_heading(results, headings)]))
    if before:
        print(f"\nagainst '{options.against}': how much each rose, with a 95 % interval over prompts")
        print("\n".join(comparison(pair_results(before, results))))
    return FAILED if any(result.failed for result in results) else DONE


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    add_options(parser)
    parser.add_argument("--name", default="", help="of this run, for a later --against")
    parser.add_argument("--against", default="", metavar="REVISION_OR_NAME", help="say the difference to earlier ones")
    parser.add_argument("--results", type=Path, default=ROOT / "out" / "score" / "results.jsonl", help="%(default)s")
    return parser.parse_args(arguments)


class Pages:
    """The pages of a run: a row for each result that there is, in the order of the prompts."""

    def __init__(self, requests: Sequence[Request], store: ResultStore, name: str) -> None:
        first_seen = {request.prompt: i for i, request in reversed(list(enumerate(requests)))}
        self._requests = sorted(requests, key=lambda request: first_seen[request.prompt])
        self._place, self._name = store, name

    def show(self, found: dict[str, Result]) -> None:
        """Draws the pages anew."""
        there = [r for r in self._requests if r.key in found and not found[r.key].failed]
        rows = [row_of(found[r.key], self._place.picture(r.key)) for r in there]
        write_pages(rows, self._place.file.parent, self._name, HEADINGS)
        cells = [(r.prompt, self._place.picture(r.key)) for r in there if r.seed == 0]
        write_overview(cells, self._place.file.parent / f"{self._name}-overview.png")


if __name__ == "__main__":
    raise SystemExit(exit_code(main))
