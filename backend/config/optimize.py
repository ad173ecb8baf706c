"""Settings of the loop, of early stopping, and of when a run has collapsed."""

from __future__ import annotations

from .light_dataclass import dataclass
from .setting import setting


@dataclass(frozen=True)
class OptimizeConfig:
    """The loop."""

    steps: int = setting(
        400, "Optimization steps; 0 keeps what the shape prior makes of the prompt", low=0, high=1_000_000
    )
    learning_rate_density: float = setting(0.1, "Adam's step for density", low=1e-7, high=10.0)
    learning_rate_color: float = setting(0.1, "Adam's step for color", low=1e-7, high=10.0)
    learning_rate_begin: float = setting(0.1, "Fraction of the learning rate at the first step", low=1e-6, high=1.0)
    warm_up: int = setting(10, "Steps in which the learning rate rises to its whole", low=1, high=1_000_000)
    learning_rate_end: float = setting(0.1, "Fraction of the learning rate left at the last step", low=0.0, high=1.0)
    gradient_smoothing: int = setting(
        0, "Passes of a blur over the gradients of a lattice: smoother surfaces, softer edges", low=0, high=16
    )
    masked_adam: bool = setting(
        False, "Whether voxels of a dense grid that no ray touched wait, moments and all (DVGO's masked Adam)"
    )
    adam_beta2: float = setting(
        0.99, "Share of Adam's second moment that is kept in a step; 0.999 in NeRF, Dream Fields and DietNeRF",
        low=0.0, high=0.999999,
    )  # fmt: skip
    adam_epsilon: float = setting(1e-15, "Adam's epsilon", low=0.0, high=1.0)
    checkpoint_every_s: float = setting(30.0, "Seconds between checkpoints", low=0.0, high=86_400.0, unit="s")
    keep_checkpoints: int = setting(
        8, "Checkpoints that are kept over the run, to go back to; 0: none", low=0, high=100
    )
    preview_every_s: float = setting(2.0, "Seconds between previews", low=0.0, high=86_400.0, unit="s")
    preview_size: int = setting(96, "Width and height of a preview", low=16, high=1024, unit="px")
    when_memory_is_short: str = setting(
        "refuse",
        "A job that does not fit into memory is refused, since the same seed must give the same result; or resolution,"
        " rays and views are lowered until it fits",
        choices=("refuse", "lower"),
    )
    not_finite_limit: int = setting(20, "Steps with NaN in a row before the job fails", low=1, high=10_000)


@dataclass(frozen=True)
class EarlyStoppingConfig:
    """A model that looks on without pulling; a run that it likes less and less is stopped at its best."""

    model: str = setting("", "The image-text model that judges; empty: none, best another than the guide")
    every: int = setting(100, "Steps from one judgment to the next", low=1, high=100_000)
    scored_views: int = setting(4, "Views that are scored, evenly around; 1 as published", low=1, high=64)
    patience: int = setting(0, "Judgments below the best before the run ends; 0 never ends it", low=0, high=1000)
    smoothing: int = setting(3, "Judgments that a moving mean is taken over", low=1, high=100)


@dataclass(frozen=True)
class CollapseConfig:
    """When a run from words alone has come to nothing, and how often it begins again with another seed.

    Opacity is the mean over the rays of a step that meet the box.
    """

    empty_below: float = setting(0.01, "Opacity below which the result has dissolved", low=0.0, high=1.0)
    full_above: float = setting(0.97, "Opacity above which fog fills the whole box", low=0.0, high=1.0)
    after: float = setting(0.2, "Fraction of the run before which neither is looked for", low=0.0, high=1.0)
    consecutive_steps: int = setting(10, "Steps in a row that must be so", low=1, high=100_000)
    max_restarts: int = setting(
        2, "How often a run that came to nothing begins again with another seed; 0 lets it run on", low=0, high=1000
    )
