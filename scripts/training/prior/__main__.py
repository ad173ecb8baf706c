"""Train the prior on the world of objects, or go on with it; the same command resumes.

    python -m scripts.training.prior --minutes 60              an hour more
    python -m scripts.training.prior --minutes 0 --finish 20   decay for 20 minutes and export to <cache>/finished
    python -m scripts.training.prior --minutes 0 --evaluate    figures and a sheet of the exported model

The first block of points is made if there is none. `python -m scripts.training.prior.shards` makes more at any time;
training finds them at its next checkpoint.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from .batches import Data
from .evaluate import evaluate
from .field import Shape
from .frames import NAMES
from .loop import TrainingRun, finish, train
from .shards import default_cache, make, read_manifest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, required=True, help="of training, more than there was")
    parser.add_argument("--finish", type=float, default=0.0, metavar="MINUTES", help="then decay the rate and export")
    parser.add_argument("--evaluate", action="store_true", help="then measure on held-out instances, and draw a sheet")
    parser.add_argument("--things", type=int, default=len(NAMES), help="of how many things the evaluation asks")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="points, checkpoint and model")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.minutes or options.finish:
        _train(options.cache, options.minutes, options.finish)
    if options.evaluate:
        evaluate(options.cache, options.things)


def _train(cache: Path, minutes: float, decay: float) -> None:
    if len(read_manifest(cache)) < len(NAMES):
        make(cache, NAMES, blocks=1)
    run = TrainingRun(Shape(len(NAMES)), Data(cache), cache)
    lines = train(run, minutes) if minutes else iter(())
    for line in lines:
        print(line, flush=True)
    for line in finish(run, decay) if decay else iter(()):
        print(line, flush=True)


if __name__ == "__main__":
    main()
