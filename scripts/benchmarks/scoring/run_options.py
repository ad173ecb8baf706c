"""What the commands share: their options, and the runs that these ask for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from backend.config import Quality, merged
from backend.errors import ConfigError, DreamwrightError
from backend.guidance.build import text_models
from backend.pretrained import resolve
from backend.pretrained.vocabulary import ModelVocabulary

from ...lib.environments import ROOT
from .paired_difference import NothingToCompareError
from .prompts import PromptsError, candidates
from .provenance import backend_now, weights_of
from .request import Request, ScoringSetup
from .settings import read_settings

EVALUATOR, FALLBACK_EVALUATOR = ROOT / "scripts" / "training" / "weights" / "evaluator", "embedded-clip"
PATIENCE = 3
"""Judgments below the best before a run ends, where it may end early."""
DONE, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True)
class Variant:
    """Settings that go by a name."""

    name: str
    settings: dict[str, Any] = field(default_factory=dict)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Of every table."""
    parser.add_argument(
        "prompts", type=Path, metavar="PROMPTS", help="a file, a prompt a line; scripts/benchmarks/prompts has some"
    )
    parser.add_argument("--seeds", type=_count, default=1, metavar="K", help="seeds 0 to K-1 of each; default 1")
    parser.add_argument("--quality", default=Quality.NORMAL.value, help="draft, normal (the default) or high")
    parser.add_argument(
        "--set", action="append", default=[], metavar="GROUP.NAME=VALUE", dest="settings", help="a setting of all jobs"
    )
    parser.add_argument("--workers", type=_count, default=1, help="processes at once, one thread each; default 1")
    parser.add_argument("--evaluator", default=default_evaluator(), help="an image-text model; default %(default)s")
    parser.add_argument(
        "--stop-early",
        action="store_true",
        help="end a job that the evaluator likes less and less (see early_stopping.*)",
    )


def default_evaluator() -> str:
    """The one that was trained to evaluator, where it is there."""
    trained = (EVALUATOR / "open_clip_config.json").is_file() and any(EVALUATOR.glob("*.safetensors"))
    return str(EVALUATOR) if trained else FALLBACK_EVALUATOR


def make_setup(evaluator: str, prompts: Sequence[str]) -> ScoringSetup:
    """Returns what a run is measured by: this backend, the evaluator and all captions.

    Raises:
        ModelError: the evaluator is unknown.
    """
    return ScoringSetup(backend_now(), evaluator, weights_of(resolve(evaluator)), tuple(candidates(prompts)))


def make_requests(
    options: argparse.Namespace, setup: ScoringSetup, prompts: Sequence[str], variants: Sequence[Variant]
) -> list[Request]:
    """Every prompt with the first seed, then with the next: what is there of a run that was stopped tells most.

    Raises:
        ConfigError: a setting is wrong.
        ModelError: a model is unknown.
    """
    shared = common_settings(options)
    return [
        _request(setup, prompt, seed, options.quality, variant, shared)
        for seed in range(options.seeds)
        for prompt in prompts
        for variant in variants
    ]


def common_settings(options: argparse.Namespace) -> dict[str, Any]:
    """Of all jobs.

    Raises:
        ConfigError: one is not NAME=VALUE.
    """
    ends = {"early_stopping": {"model": options.evaluator, "patience": PATIENCE}} if options.stop_early else {}
    return merged(ends, read_settings(options.settings))


def describe_evaluator(setup: ScoringSetup) -> str:
    """Who judged, among how many captions, and what could not be asked."""
    choice = resolve(setup.evaluator)
    card, vocabulary = choice.card, ModelVocabulary.beside(choice.folder)
    return (
        f"evaluator: {card['name']} ({card['source']}; weights {setup.evaluator_weights}); {len(setup.candidates)} "
        "captions to tell apart: all prompts, the same in other colors, the others in the same colors"
        + ("" if vocabulary.knows_sides else "; it was never taught views, so it is not asked for sides")
    )


def exit_code(main: Callable[[], int]) -> int:
    """The exit code; an error is its sentence."""
    try:
        return main()
    except (DreamwrightError, PromptsError, NothingToCompareError) as error:
        sys.stderr.write(f"{error}\n")
        return FAILED if isinstance(error, DreamwrightError) and not isinstance(error, ConfigError) else MISUSED
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. What is done is kept: the same command goes on from there.\n")
        return INTERRUPTED


def _request(
    setup: ScoringSetup, prompt: str, seed: int, quality: str, variant: Variant, shared: dict[str, Any]
) -> Request:
    plain = Request(setup, prompt, seed, quality, merged(shared, variant.settings), "", variant.name)
    return replace(plain, weights=" ".join(_weights(name) for name in text_models(plain.config)))


@cache
def _weights(model: str) -> str:
    return weights_of(resolve(model))


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number
