"""One run, `python -m scripts.benchmarks.scoring.single_run`: a line of JSON asks for it, and one answers."""

from __future__ import annotations

import json
import math
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from backend.cameras.orbit import orbit_view, to_frame
from backend.config import from_json
from backend.device import peak_memory_mb
from backend.errors import DreamwrightError, EmptyFieldError, NotFiniteError
from backend.evaluate.orbit_views import pictures
from backend.evaluate.results import Measured, measure, to_json
from backend.evaluate.textureless import Textureless
from backend.optimize.restart import step_or_restart
from backend.optimize.trainer import Trainer
from backend.pretrained import load_image_text, resolve
from backend.pretrained.vocabulary import ModelVocabulary

from .strip import AZIMUTHS, ELEVATION, SIZE, write_strip
from .worker_processes import end_with_parent


def main() -> int:
    request = json.loads(sys.stdin.readline())
    end_with_parent()
    try:
        answer = run_job(request)
    except DreamwrightError as error:
        answer = {"failed": error.sentence}
    print(json.dumps(answer))
    return 0


def run_job(request: dict[str, Any]) -> dict[str, Any]:
    """The job from its first step to its last, its pictures, and what an evaluator finds."""
    job = Trainer.build(from_json(request["config"]))
    began, began_working = time.perf_counter(), time.process_time()
    job, sentences = optimize_job(job)
    seconds, worked, peak = time.perf_counter() - began, time.process_time() - began_working, peak_memory_mb()
    write_strip(Path(request["picture"]), pictures_of(job))
    found = replace(
        evaluate_job(job, request["evaluator"], request["candidates"]),
        seed=request["config"]["seed"],
        seconds=seconds,
        steps=job.step_index,
        peak_mb=peak,
        note=" ".join([*_partial(job, request["evaluator"]), *sentences]),
    )
    return to_json(found) | {
        "processor_seconds": worked,
        "empty": is_empty(job),
        "restarts": len(job.restarts),
        "device": device_name(job.device),
    }


def optimize_job(job: Trainer) -> tuple[Trainer, list[str]]:
    """As a person gets it, with other seeds where it came to nothing, and sentences on what happened.

    Where every seed came to nothing, what is left is measured all the same: it is a result, and a bad one.
    """
    ends = ""
    try:
        while not job.ended:
            job, _ = step_or_restart(job)
    except (EmptyFieldError, NotFiniteError) as error:
        ends = error.sentence
    if job.early_stopping.stopped:
        ends = f"The evaluator ended it at step {job.step_index} of {job.config.optimize.steps}."
    return job, [*job.notes, *([ends] if ends else [])]


def evaluate_job(job: Trainer, evaluator: str, candidates: list[str]) -> Measured:
    choice = resolve(evaluator)
    vocabulary = ModelVocabulary.beside(choice.folder)
    model = load_image_text(choice, job.device, job.config.allow_download)
    words: dict[str, Any] = {"colors": vocabulary.colors, "sides": vocabulary.knows_sides_of(job.config.prompt)}
    return measure(job.renderer, model, job.config.prompt, candidates, job.frame, **words)


def _partial(job: Trainer, evaluator: str) -> list[str]:
    """A guide that judges what was made to please it."""
    return ["The evaluator took part in making it."] if resolve(evaluator).card in job.models else []


def is_empty(job: Trainer) -> bool:
    """Whether a person would get nothing."""
    try:
        job.grid()
    except EmptyFieldError:
        return True
    return False


def device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


def pictures_of(job: Trainer) -> list[np.ndarray]:
    """What `strip` wants, (h, w, 3) uint8."""
    orbit = job.config.orbit
    radius, fov = (orbit.radius_low + orbit.radius_high) / 2, math.radians(orbit.fov_degrees)
    angles = [(math.radians(azimuth), math.radians(ELEVATION)) for azimuth in AZIMUTHS]
    views = [to_frame(orbit_view(*angle, radius, fov, SIZE), job.frame) for angle in angles]
    colored = pictures(job.renderer, views, job.device)
    form = pictures(job.renderer, views[:1], job.device, Textureless())
    stacked = torch.cat([colored, form]).clamp(0, 1).permute(0, 2, 3, 1)
    return list((255 * stacked).round().byte().cpu().numpy())


if __name__ == "__main__":
    sys.exit(main())
