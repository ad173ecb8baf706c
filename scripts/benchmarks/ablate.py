"""What does each part do? The same prompts under variants of the settings: a line for each result, and one sheet.

    P=scripts/benchmarks/prompts
    .envs/backend/bin/python -m scripts.benchmarks.ablate $P/known_12.txt --rows camera views --workers 2
    .envs/backend/bin/python -m scripts.benchmarks.ablate $P/known_12.txt --rows methods --quality draft
    .envs/backend/bin/python -m scripts.benchmarks.ablate $P/side_by_side_8.txt --rows --models FOLDER

Columns of the sheet are the variants, each seen from in front, from behind, and from in front without color. The first
variant of each row is what the others of it are compared with. Runs that are equal in all but their name are made once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from backend.config import JobConfig, Method, preset, with_changes

from ..lib.environments import ROOT
from .contact_sheet import Row
from .readme_numbers import machine
from .scoring.paired_difference import comparison, pair_results, run_id
from .scoring.prompts import read_prompts
from .scoring.request import Request
from .scoring.results import Result
from .scoring.run_all import ResultStore, run
from .scoring.run_options import (
    DONE,
    FAILED,
    Variant,
    add_options,
    common_settings,
    describe_evaluator,
    exit_code,
    make_requests,
    make_setup,
)
from .scoring.sheets import summary_strip, write_pages
from .scoring.summary import summary

VIEWS, RENDER_SIZES = (4, 1, 8), (32, 64)


def methods(base: JobConfig) -> list[Variant]:
    """Every way of listening to words that the embedded models allow."""
    return [
        Variant("SDS", {"model": "embedded"}),
        Variant("CLIP", {"model": "embedded-clip"}),
        Variant("SJC", {"model": "embedded", "score_distillation": {"method": "sjc"}}),
        Variant("SDS + CLIP", {"model": "embedded", "dream_fields": {"model": "embedded-clip", "weight": 1.0}}),
    ]


def camera(base: JobConfig) -> list[Variant]:
    """Whether the model is told where the camera stands."""
    return [
        Variant(f"camera {word}", {"score_distillation": {"camera_conditioning": conditioned}})
        for word, conditioned in (("told", True), ("untold", False))
    ]


def views(base: JobConfig) -> list[Variant]:
    """More views a step, as many fewer steps: all see the same number of views."""
    total = base.optimize.steps * base.orbit.views
    return [
        Variant(f"{count} views a step", {"orbit": {"views": count}, "optimize": {"steps": max(1, total // count)}})
        for count in VIEWS
    ]


def render(base: JobConfig) -> list[Variant]:
    """The size that views are rendered at before the model sees them."""
    return [Variant(f"renders of {size}", {"score_distillation": {"render_size": size}}) for size in RENDER_SIZES]


def models(folders: Sequence[Path]) -> list[Variant]:
    """The embedded diffusion model, and others that were trained."""
    return [Variant(name, {"model": name}) for name in ("embedded", *map(str, folders))]


ROWS: dict[str, Callable[[JobConfig], list[Variant]]] = {
    "methods": methods, "camera": camera, "views": views, "render": render,
}  # fmt: skip


def main() -> int:
    options = parse(sys.argv[1:])
    prompts = list(read_prompts(options.prompts))
    setup = make_setup(options.evaluator, prompts)
    base = with_changes(preset(Method.TEXT, options.quality), common_settings(options))
    rows = {row: ROWS[row](base) for row in options.rows}
    rows |= {"models": models(options.models)} if options.models else {}
    requests = make_requests(options, setup, prompts, [variant for row in rows.values() for variant in row])
    store = ResultStore(options.out / "results.jsonl", machine())
    sheet = Sheet(requests, store, options.prompts.stem)
    results = run(requests, store, options.workers, sheet.show)
    print(f"backend {setup.revision}, {describe_evaluator(setup)}")
    for row in rows.values():
        print_row(
            {v.name: [r for r, request in zip(results, requests, strict=True) if request.name == v.name] for v in row}
        )
    return FAILED if any(result.failed for result in results) else DONE


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    add_options(parser)
    parser.add_argument("--rows", nargs="*", choices=ROWS, default=list(ROWS), help="which variants; default all")
    others = "diffusion models to compare with the embedded one"
    parser.add_argument("--models", nargs="+", type=Path, default=[], metavar="FOLDER", help=others)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "ablate", help="folder for results; %(default)s")
    return parser.parse_args(arguments)


def print_row(row: dict[str, list[Result]]) -> None:
    """The figures of each variant, and how it differs from the first."""
    first = next(iter(row))
    before = {run_id(result): result for result in row[first] if not result.failed}
    for name, results in row.items():
        print(f"\n{name}\n" + "\n".join(summary(results)))
        pairs = pair_results(before, results)
        if name != first and pairs:
            print(f"against {first}, with a 95 % interval over prompts:\n" + "\n".join(comparison(pairs)))


class Sheet:
    """A row for each prompt and seed, a column for each variant."""

    def __init__(self, requests: Sequence[Request], store: ResultStore, name: str) -> None:
        self._place, self._name = store, name
        self._variants = list(dict.fromkeys(request.name for request in requests))
        self._rows: dict[tuple[str, int], list[Request]] = {}
        for request in requests:
            self._rows.setdefault((request.prompt, request.seed), []).append(request)

    def show(self, found: dict[str, Result]) -> None:
        rows = [
            Row(f"{prompt}\nseed {seed}", [summary_strip(self._place.picture(request.key)) for request in requests])
            for (prompt, seed), requests in self._rows.items()
            if any(request.key in found for request in requests)
        ]
        write_pages(rows, self._place.file.parent, self._name, self._variants)


if __name__ == "__main__":
    raise SystemExit(exit_code(main))
