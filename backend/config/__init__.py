"""Every number of a job, once: its meaning, unit, bounds, default and where it comes from.

Panels, presets and the command line are made from these classes, so nothing is typed twice. Only the standard library
is imported: the add-on reads this package inside Blender's own Python.

    setting    what a setting knows, and how values are read        job      a job, whole; what it must have to run
    place      box, field, renderer, cameras                        words    what is wanted, beyond the one prompt
    networks   the fields that are networks
    guidance   what pulls on the field                              loop     the loop, who looks on, what is handed back
    presets    good settings by method and quality                  recipes  settings as published
    shares     paths that lead to another machine
    regularisers  the terms that prefer one field over another      weights  those that may change while a job runs

`preset(method, quality)` gives a good JobConfig; `from_json` refuses anything unknown, of the wrong type or out of
bounds with one sentence. Angles here are in degrees because a person types them; inside they are radians.
"""

from __future__ import annotations

from .guidance import ConsistencyConfig, DreamFieldsConfig, PhotometricConfig, ScoreDistillationConfig
from .job import (
    PROMPT_LIMIT,
    JobConfig,
    JobState,
    Method,
    Quality,
    check_runnable,
    from_json,
    to_json,
    with_changes,
)
from .loop import ExportConfig, JudgeConfig, OptimiseConfig, WatchConfig
from .networks import HashGridConfig, MipNerfConfig, NerfConfig, SdfConfig, SirenConfig, TriPlaneConfig
from .place import BoundsConfig, FieldConfig, OrbitConfig, RenderConfig
from .presets import preset
from .recipes import RECIPES, beginning, recipe
from .regularisers import RegulariserConfig, TermConfig
from .setting import leaves, merged, read_group, setting
from .shares import allow_shares, is_share, refuse_share
from .weights import WEIGHTS, weights_of
from .words import CameraWords, WeightedImage, WeightedText, WordsConfig

__all__ = [
    "PROMPT_LIMIT", "RECIPES", "WEIGHTS", "BoundsConfig", "CameraWords", "ConsistencyConfig", "DreamFieldsConfig",
    "ExportConfig", "FieldConfig", "HashGridConfig", "JobConfig", "JobState", "JudgeConfig", "Method",
    "MipNerfConfig", "NerfConfig", "OptimiseConfig", "OrbitConfig", "PhotometricConfig", "Quality",
    "RegulariserConfig", "RenderConfig", "ScoreDistillationConfig", "SdfConfig", "SirenConfig", "TermConfig",
    "TriPlaneConfig", "WatchConfig", "WeightedImage", "WeightedText", "WordsConfig", "allow_shares", "beginning",
    "check_runnable", "from_json", "is_share", "leaves", "merged", "preset", "read_group", "recipe", "refuse_share",
    "setting", "to_json", "weights_of", "with_changes",
]  # fmt: skip
