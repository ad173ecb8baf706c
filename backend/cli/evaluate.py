"""`evaluate`: what results are worth to an evaluator, as a table, as lines of JSON and as a page."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import torch

from backend.config import JobConfig, with_changes
from backend.device import choose_device
from backend.disk import make_folder, write_whole
from backend.errors import ConfigError, DreamwrightError, ModelError
from backend.evaluate import held_out
from backend.evaluate.columns import columns_of, ordered, totals
from backend.evaluate.ledger import append
from backend.evaluate.page import Entry, html_page
from backend.evaluate.results import Measured, measure
from backend.evaluate.thumbnails import thumbnails
from backend.optimize.trainer import Trainer
from backend.pretrained import ImageText, ModelRef, load_image_text, resolve
from backend.pretrained.vocabulary import ModelVocabulary

from .job_folders import JobFolder, find_jobs, read_job

T = TypeVar("T")

RESULTS, PAGE = "results.jsonl", "page.html"
SCORER = "embedded-clip"
PAGE_ONLY_COLUMNS = ("steps", "seconds", "MB")


@dataclass(frozen=True)
class EvaluationSetup:
    """What every result is measured with."""

    model: ImageText
    vocabulary: ModelVocabulary
    candidates: tuple[str, ...]


@dataclass(frozen=True)
class EvaluationOutcome:
    """Where the page lies, and whether every job is on it."""

    page: Path
    whole: bool


def evaluate(
    places: Sequence[str],
    cache: Path,
    out: Path,
    evaluator: str = SCORER,
    candidates: Path | None = None,
    device: str = "",
) -> EvaluationOutcome:
    """Measures all jobs, and writes a page and one line of JSON for each into `out`.

    A job that cannot be read is said and left out.

    Raises:
        UnknownJobError, CheckpointError: what was named is no job.
        ConfigError: the file of candidates is missing or empty.
        ModelError: the evaluator is no image-text model, or cannot be loaded.
        DiskError: nothing can be written there.
    """
    choice, texts = scorer_model(evaluator), read_candidates(candidates) if candidates else ()
    folders = find_jobs(places, cache)
    make_folder(out)
    jobs = [job for folder in folders if (job := _or_report(read_job, folder)) is not None]
    setup = _evaluation_setup(choice, texts, [job.config for job in jobs], choose_device(device or "auto"))
    entries = [entry for job in jobs if (entry := _or_report(_evaluate_job, job, setup, device, out)) is not None]
    write_whole(out / PAGE, html_page(entries, "What the evaluator makes of the results").encode())
    sys.stdout.write(format_table([entry.measured for entry in entries]))
    return EvaluationOutcome(out / PAGE, len(entries) == len(folders))


def scorer_model(name: str) -> ModelRef:
    """Returns the image-text model of this name.

    Raises:
        ModelError: it is unknown, or has no eye for words.
    """
    choice = resolve(name)
    if choice.kind != "image_text":
        raise ModelError(f"The model '{name}' cannot score: choose an image-text model, for example {SCORER}.")
    return choice


def read_candidates(path: Path) -> tuple[str, ...]:
    """A prompt on each line; empty lines and those that begin with # are comments.

    Raises:
        ConfigError: it cannot be read, or there is no prompt in it.
    """
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines()]
    except (OSError, ValueError) as cause:
        raise ConfigError(
            f"The candidates in {path} cannot be read: give a text file, a prompt on each line."
        ) from cause
    found = tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    if not found:
        raise ConfigError(f"There are no candidates in {path}: write a prompt on each line.")
    return found


def format_table(results: Sequence[Measured]) -> str:
    """A table for a terminal, and the means under it."""
    shown = [column for column in columns_of(results) if column.heading not in PAGE_ONLY_COLUMNS]
    rows = [[column.text(results[i]) for column in shown] for i in ordered(results)]
    widths = [max(map(len, texts)) for texts in zip([c.heading for c in shown], *rows, strict=True)]
    lines = [
        "  ".join(t.rjust(w) if c.number else t.ljust(w) for t, w, c in zip(row, widths, shown, strict=True)).rstrip()
        for row in ([c.heading for c in shown], *rows)
    ]
    means = (f"{t.heading}: {t.value}" + (f" ({t.more})" if t.more else "") for t in totals(results))
    return "\n".join([*lines, "", ", ".join(means)]) + "\n"


# -- one job


def _evaluation_setup(
    choice: ModelRef, texts: tuple[str, ...], configs: Sequence[JobConfig], device: torch.device
) -> EvaluationSetup:
    """Without a file of candidates the prompts of the jobs compete with each other."""
    prompts = tuple(dict.fromkeys(config.prompt for config in configs if config.uses_text and config.prompt.strip()))
    return EvaluationSetup(load_image_text(choice, device), ModelVocabulary.beside(choice.folder), texts or prompts)


def _or_report(do: Callable[..., T], *arguments: Any) -> T | None:
    """None, and a sentence on standard error, where it cannot be done."""
    try:
        return do(*arguments)
    except DreamwrightError as error:
        sys.stderr.write(f"Left out: {error.sentence}\n")
        return None


def _evaluate_job(job: JobFolder, setup: EvaluationSetup, device: str, out: Path) -> Entry:
    sys.stderr.write(f"{job.path}\n")
    config = with_changes(job.config, {"device": device}) if device else job.config
    trainer = Trainer.load(config, job.path)
    measured = _measure_job(job, trainer, setup)
    append(out / RESULTS, measured)
    return Entry(measured, thumbnails(trainer.renderer, trainer.frame, trainer.device))


def _measure_job(job: JobFolder, trainer: Trainer, setup: EvaluationSetup) -> Measured:
    seen = _measure_likeness(trainer, setup)
    dataset = trainer.dataset
    fit = trainer.config.photometric.exposure
    shown = (trainer.renderer, dataset.held_out, trainer.device) if dataset else None
    pictures = held_out.compare(*shown, fit_exposure=fit) if shown else {}
    return replace(
        seen,
        name=job.path.resolve().name,
        seed=trainer.config.seed,
        steps=trainer.step_index,
        seconds=job.report.get("seconds_optimize"),
        peak_mb=job.report.get("peak_rss_mb"),
        note=" ".join(_notes(trainer, setup)),
        psnr=pictures.get("psnr"),
        ssim=pictures.get("ssim"),
        gmsd=pictures.get("gmsd"),
    )


def _measure_likeness(trainer: Trainer, setup: EvaluationSetup) -> Measured:
    """Nothing where no words were wanted."""
    config, vocabulary = trainer.config, setup.vocabulary
    if not (config.uses_text and config.prompt.strip()):
        return Measured()
    return measure(
        trainer.renderer, setup.model, config.prompt, setup.candidates, trainer.frame,
        colors=vocabulary.colors, sides=vocabulary.knows_sides_of(config.prompt),
    )  # fmt: skip


def _notes(trainer: Trainer, setup: EvaluationSetup) -> list[str]:
    unfair = setup.model.card in trainer.models
    return [*(["The evaluator took part in making it."] if unfair else []), *trainer.notes]
