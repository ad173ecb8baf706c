"""A run that came to nothing begins again with another seed.

    seed_k = (seed + 1 000 003 k) mod 2^31        k = 1 ... collapse.max_restarts

The stride is a prime: odd, so that no seed comes twice, and far from those (1, 2, 3) that a person tries by hand.
Everything is fresh but the edits made so far, so what comes out is what that seed gives when it is asked for at once.
"""

from __future__ import annotations

import math

from backend.config import with_changes
from backend.errors import EmptyFieldError, NotFiniteError

from .collapse import detects_collapse
from .report import StepReport
from .trainer import Trainer

STRIDE, SEEDS = 1_000_003, 2**31

CollapseError = EmptyFieldError | NotFiniteError
"""What is raised by a step of a run that came to nothing; its sentence says what happened, a colon, what to do."""


def step_or_restart(job: Trainer) -> tuple[Trainer, StepReport]:
    """One step further; where the run came to nothing, its successor at step 0.

    Raises:
        EmptyFieldError, NotFiniteError: it came to nothing, and no new seed is left.
        DreamwrightError: the successor cannot be built.
    """
    try:
        return job, job.step()
    except (EmptyFieldError, NotFiniteError) as failure:
        successor = _restart(job, failure)
    return successor, StepReport(0, successor.config.optimize.steps, math.nan)


def next_seed(seed: int) -> int:
    return (seed + STRIDE) % SEEDS


def _restart(job: Trainer, failure: CollapseError) -> Trainer:
    what, _, advice = failure.sentence.partition(": ")
    used = len(job.restarts)
    if not detects_collapse(job.config):
        raise failure
    if used >= job.config.collapse.max_restarts:
        raise type(failure)(f"{what}, after {used} new seed{'s' * (used > 1)}: {advice}") from failure
    seed = next_seed(job.config.seed)
    sentence = f"{what}: it began again with seed {seed}."
    job.log(sentence)
    job.guidances, job.latents = [], None  # their models may be large: two of each might not fit
    anew = with_changes(job.config, {"seed": seed})
    successor = Trainer(anew, job.log, [*job.restarts, sentence], job.start, lowered=job.lowered, hold=job.hold)
    successor.edits, successor.chunks.size = job.edits, job.chunks.size
    return successor
