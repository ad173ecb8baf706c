"""What can be asked of every training command."""

from __future__ import annotations

import argparse
from pathlib import Path

from ...lib.environments import ROOT


def training_options(
    description: str | None,
    minutes: float,
    shards: int,
    shard: str,
    checkpoint_minutes: float,
    peak_rate: float,
    seed: int = 0,
) -> argparse.ArgumentParser:
    """A parser with the options they share; `shard` says what one holds."""
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=description, formatter_class=formatter)
    add = parser.add_argument
    add("--minutes", type=float, default=minutes, help="wall-clock minutes of training, all resumed runs")
    add("--samples", type=int, default=None, help="stop after so many samples, if that comes first")
    add("--peak-rate", type=float, default=peak_rate, help="learning rate before it falls")
    add("--seed", type=int, default=seed)
    add("--shards", type=int, default=shards, help=f"shards of {shard}")
    add("--workers", type=int, default=2, help="processes that cast missing views; 0: go without")
    add("--checkpoint-minutes", type=float, default=checkpoint_minutes)
    add("--cache", type=Path, default=ROOT / ".cache" / "training")
    add("--out", type=Path, help="where the finished model goes; beside the checkpoints by default")
    return parser


def add_dataset_options(parser: argparse.ArgumentParser) -> None:
    """Those of the embedded models."""
    compile_ = argparse.BooleanOptionalAction
    parser.add_argument("--whole", action="store_true", help="the whole dataset instead of its core: much longer")
    emoji = "share of emoji among the pictures, once 'python -m scripts.training.emoji' has fetched them"
    parser.add_argument("--emoji", type=float, default=0.0, metavar="SHARE", help=emoji)
    parser.add_argument("--compile", action=compile_, default=True, help="needs a C++ compiler")
