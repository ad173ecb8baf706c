"""One job without a server: `generate`, `reconstruct` and `export` of the command line."""

from __future__ import annotations

import json
import logging
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from backend.config import JobConfig, check_runnable, to_json
from backend.device import peak_memory_mb
from backend.disk import make_folder, write_whole
from backend.errors import EmptyFieldError
from backend.evaluate.held_out_sheet import held_out_sheet
from backend.export.grid import Grid
from backend.jobs.memory_tracker import MemoryTracker
from backend.jobs.photographs import POSED, prepare_photographs
from backend.jobs.png import write_png
from backend.jobs.runner import JobRunner, finite_or_none
from backend.jobs.store import CURVES, JobStore
from backend.optimize.scene_transform import with_box_rotation
from backend.optimize.trainer import Trainer
from backend.optimize.warm_start import first_field, forget_start
from backend.wire.messages import Progress

GRID_FILE, PREVIEW_FILE, REPORT_FILE, SHEET_FILE = "grid.npz", "preview.png", "report.json", "held_out.png"
PICTURE_SIZE = 256

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunOutcome:
    """What became of a job that was run here."""

    folder: Path
    finished: bool
    """False when Ctrl-C came first."""


def run_job(config: JobConfig, folder: Path, *, resume: bool = False, goes_on: bool = False) -> RunOutcome:
    """Optimizes a job in `folder` and writes grid, picture and report there, also after Ctrl-C.

    One that `goes_on` starts from the field that lies there for it; else what an earlier one started from is forgotten.

    Raises:
        DreamwrightError: a leaf that says what went wrong; the last good checkpoint stays in the folder.
    """
    if not resume and not goes_on:
        forget_start(folder)
    config = check_runnable(config) if resume else first_field(check_runnable(config), folder)[0]
    make_folder(folder)
    line, tracker = ProgressLine(), MemoryTracker(folder)
    try:
        config, found = prepare_photographs(config, folder / POSED, line.write_line)
        fit = tracker.begin(config)
        config, notes = fit.config, [*found, *fit.notes]
        for note in fit.notes:
            line.write_line(note)
        begin = Trainer.load if resume else Trainer.build
        trainer = begin(config, folder, line.write_line, lowered=notes)
        trainer.chunks.size = fit.chunk
        run = JobRunner(folder.name, trainer.config, trainer, folder, line.notify, tracker=tracker)
        finished = _run_to_end(run, line)
        return _keep(run, folder, finished)
    finally:
        tracker.end()


def _keep(run: JobRunner, folder: Path, finished: bool) -> RunOutcome:
    """Writes what came of it, also where it was stopped on its way."""
    run.checkpoint()
    trainer = run.trainer  # another one where it began anew
    evaluation = finite_or_none(trainer.evaluate()) if finished else None
    if finished and trainer.dataset is not None:
        write_png(folder / SHEET_FILE, held_out_sheet(trainer.renderer, trainer.dataset.held_out, trainer.device))
    write_results(trainer, folder, {"seconds_optimize": run.seconds, "evaluation": evaluation})
    return RunOutcome(folder, finished)


def _run_to_end(run: JobRunner, line: ProgressLine) -> bool:
    try:
        while run.advance():
            pass
        return True
    except KeyboardInterrupt:
        line.write_line(f"Stopped at step {run.step} of {run.steps}: writing what there is.")
        return False
    finally:
        line.end()


def export_job(cache: Path, job: str, folder: Path, resolution: int | None) -> Path:
    """Writes grid, picture and report of a job in the cache, from its last checkpoint.

    Raises:
        UnknownJobError, CheckpointError, EmptyFieldError, DiskError
    """
    store = JobStore(cache)
    record = store.get(job)
    trainer = Trainer.load(store.runnable(job), store.folder(job), log.info)
    report = {"job": job, "seconds_optimize": record.seconds_optimize, "evaluation": record.evaluation}
    return write_results(trainer, make_folder(folder), report, resolution)


def write_results(trainer: Trainer, folder: Path, report: dict[str, Any], resolution: int | None = None) -> Path:
    """grid.npz, preview.png, curves.png and report.json of an optimization as it stands.

    Raises:
        EmptyFieldError: nothing solid came out; picture and report are written all the same.
        DiskError: they cannot be written.
    """
    write_png(folder / PREVIEW_FILE, trainer.preview(PICTURE_SIZE))
    write_whole(folder / CURVES, trainer.curves())
    _write_report(trainer, folder, report)
    try:
        write_grid(folder / GRID_FILE, with_box_rotation(trainer.config, trainer.grid(resolution)))
    except EmptyFieldError:
        (folder / GRID_FILE).unlink(missing_ok=True)  # an older run's would pass for this one's
        raise
    return folder


def write_grid(path: Path, grid: Grid) -> None:
    """A grid as npz: the arrays and numbers of backend/export/grid.py by name."""
    write_whole(path, lambda partial: _save_arrays(partial, grid))


def _save_arrays(path: Path, grid: Grid) -> None:
    with open(path, "wb") as file:  # numpy would add a suffix to a name
        np.savez(
            file,
            density=grid.density,
            color=grid.color,
            bounds_low=grid.bounds_low,
            bounds_high=grid.bounds_high,
            transform=grid.transform,
            threshold=grid.threshold,
            histogram_edges=grid.histogram["edges"],
            histogram_counts=grid.histogram["counts"],
        )


def _write_report(trainer: Trainer, folder: Path, report: dict[str, Any]) -> None:
    config = trainer.config
    whole = {
        "prompt": config.prompt,
        "dataset": config.dataset,
        "seed": config.seed,
        "device": str(trainer.device),
        "step": trainer.step_index,
        "steps": config.optimize.steps,
        **report,
        "peak_rss_mb": peak_memory_mb(),
        "models": trainer.models,
        "notes": trainer.notes,
        "config": to_json(config),
    }
    write_whole(folder / REPORT_FILE, (json.dumps(whole, indent=1) + "\n").encode())


class ProgressLine:
    """How far a job has come: one line that is overwritten on a terminal, a line now and then elsewhere."""

    QUIET_SECONDS = 10.0

    def __init__(self) -> None:
        self._out = sys.stderr
        self._on_terminal = self._out.isatty()
        self._drawn = False
        self._next = 0.0

    def notify(self, message: Any) -> None:
        if isinstance(message, Progress):
            self._draw(message)

    def write_line(self, text: str) -> None:
        """A line of its own, above the progress."""
        self.end()
        self._out.write(text + "\n")

    def end(self) -> None:
        """Leaves the line as it is and goes to the next."""
        if self._drawn and self._on_terminal:
            self._out.write("\n")
        self._drawn = False

    def _draw(self, progress: Progress) -> None:
        last = progress.step == progress.steps
        if not self._on_terminal and time.monotonic() < self._next and not last:
            return
        self._next = time.monotonic() + self.QUIET_SECONDS
        start, end = ("\r", "\x1b[K") if self._on_terminal else ("", "\n")
        self._out.write(start + _progress_text(progress) + end)
        self._out.flush()
        self._drawn = True


def _progress_text(progress: Progress) -> str:
    width = len(str(progress.steps))
    loss = "" if progress.loss is None else f"  loss {progress.loss:.4g}"
    return f"step {progress.step:{width}d}/{progress.steps}{loss}  {_format_time(progress.seconds_left or 0)} left"


def _format_time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
