"""A run that came to nothing begins again with another seed.

    seed_k = (seed + 1 000 003 k) mod 2^31        k = 1 ... watch.new_seeds

The stride is a prime: odd, so that no seed comes twice, and far from those (1, 2, 3) that a person tries by hand.
Everything is fresh but the edits made so far, so what comes out is what that seed gives when it is asked for at once.
"""

from __future__ import annotations

import math

from backend.config import with_changes
from backend.errors import EmptyFieldError, NotFiniteError

from .emptiness import is_watched
from .job import Optimisation, StepReport

STRIDE, SEEDS = 1_000_003, 2**31

Nothing = EmptyFieldError | NotFiniteError
"""What is raised by a step of a run that came to nothing; its sentence says what happened, a colon, what to do."""


def stepped(job: Optimisation) -> tuple[Optimisation, StepReport]:
    """One step further; where the run came to nothing, its successor at step 0.

    Raises:
        EmptyFieldError, NotFiniteError: it came to nothing, and no new seed is left.
        DreamwrightError: the successor cannot be built.
    """
    try:
        return job, job.step()
    except (EmptyFieldError, NotFiniteError) as failure:
        successor = _begun_anew(job, failure)
    return successor, StepReport(0, successor.config.optimise.steps, math.nan)


def next_seed(seed: int) -> int:
    return (seed + STRIDE) % SEEDS


def _begun_anew(job: Optimisation, failure: Nothing) -> Optimisation:
    what, _, advice = failure.sentence.partition(": ")
    used = len(job.begun_anew)
    if not is_watched(job.config):
        raise failure
    if used >= job.config.watch.new_seeds:
        raise type(failure)(f"{what}, after {used} new seed{'s' * (used > 1)}: {advice}") from failure
    seed = next_seed(job.config.seed)
    sentence = f"{what}: it began again with seed {seed}."
    job.log(sentence)
    job.guidances, job.latents = [], None  # their models may be large: two of each might not fit
    anew = with_changes(job.config, {"seed": seed})
    successor = Optimisation(anew, job.log, [*job.begun_anew, sentence], job.start)
    successor.edits = job.edits
    return successor
