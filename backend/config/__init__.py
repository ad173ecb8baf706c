"""Every number of a job, once: its meaning, unit, bounds, default and where it comes from.

Panels, presets and the command line are made from these classes, so nothing is typed twice. Only the standard library
is imported: the add-on reads this package inside Blender's own Python.

    setting       what a setting knows, and how values are read    job       a job, whole; what it must have to run
    fields        the box, and the field in it                     networks  the fields that are networks
    render        rays to pixels        cameras   random cameras   prompts   what is wanted, beyond the one prompt
    guidance      what pulls on the field                          regularizers  terms that prefer a field
    going_on      what changes where a job goes on from the field of another
    regions       what is held where: nothing, something, what was there
    optimize      the loop, early stopping, collapse               export    what is handed back
    presets       good settings by method, quality and model       recipes   settings as published, each by its name
    published     what pulls by words, as published                chosen    what was chosen, in a sentence
    known_models  the models known by name, and their cost         model_family  what a model's settings go by
    named_prior   which shape prior a job starts from
    weights       those that may change while a job runs           renamed   old names of settings in stored data

`preset(method, quality)` gives a good JobConfig; `from_json` refuses anything unknown, of the wrong type or out of
bounds with one sentence. Angles here are in degrees because a person types them; inside they are radians.
"""

from __future__ import annotations

from .cameras import OrbitConfig
from .chosen import settings_sentence
from .export import ExportConfig
from .fields import BoundsConfig, FieldConfig, PriorConfig, StartConfig
from .guidance import ConsistencyConfig, DreamFieldsConfig, PhotometricConfig, ScoreDistillationConfig
from .job import (
    FROZEN,
    KEEP_IN,
    KEEP_OUT,
    MAX_CELLS,
    PROMPT_LIMIT,
    REDO,
    VIDEOS,
    JobConfig,
    JobState,
    Method,
    Quality,
    RegionConfig,
    RegionsConfig,
    boxes_touch,
    cells_of,
    cells_text,
    check_runnable,
    from_json,
    names_video,
    to_json,
    with_changes,
)
from .known_models import CountedCost, KnownModel, find_known, known_models
from .model_family import ModelFamily, cached_snapshot, hub_cache, makes_shape_of_picture, model_family
from .named_prior import EMBEDDED_PRIOR, SHAP_E, SHAP_E_PICTURE, picture_changes, prior_of
from .networks import HashGridConfig, MipNerfConfig, NerfConfig, SdfConfig, SirenConfig, TriPlaneConfig
from .optimize import CollapseConfig, EarlyStoppingConfig, OptimizeConfig
from .presets import gentle_settings, mesh_start_settings, preset, preset_size, prior_start_settings
from .prompts import CameraPrompt, PromptOptionsConfig, WeightedImage, WeightedText
from .recipes import RECIPES, initial_config, recipe
from .regularizers import RegularizerConfig, TermConfig
from .renamed import renamed
from .render import RenderConfig
from .setting import leaves, merged, read_group, setting
from .shares import allow_shares, is_share, refuse_share
from .weights import WEIGHTS, weights_of

__all__ = [
    "FROZEN", "KEEP_IN", "KEEP_OUT", "MAX_CELLS", "REDO", "RegionConfig", "RegionsConfig", "boxes_touch", "cells_of",
    "cells_text",
    "PROMPT_LIMIT", "RECIPES", "WEIGHTS", "BoundsConfig", "CameraPrompt", "ConsistencyConfig", "DreamFieldsConfig",
    "ExportConfig", "FieldConfig", "HashGridConfig", "JobConfig", "JobState", "EarlyStoppingConfig", "Method",
    "MipNerfConfig", "NerfConfig", "OptimizeConfig", "OrbitConfig", "PhotometricConfig", "PriorConfig", "Quality",
    "RegularizerConfig", "RenderConfig", "ScoreDistillationConfig", "SdfConfig", "SirenConfig", "StartConfig",
    "TermConfig", "gentle_settings", "mesh_start_settings",
    "TriPlaneConfig", "CollapseConfig", "CountedCost", "KnownModel",
    "ModelFamily", "WeightedImage", "WeightedText", "PromptOptionsConfig", "allow_shares",
    "initial_config", "check_runnable", "from_json", "is_share", "leaves", "merged", "preset", "preset_size",
    "prior_start_settings", "read_group", "recipe",
    "cached_snapshot", "find_known", "hub_cache", "known_models", "model_family", "settings_sentence",
    "EMBEDDED_PRIOR", "SHAP_E", "SHAP_E_PICTURE", "makes_shape_of_picture", "picture_changes", "prior_of",
    "VIDEOS", "names_video",
    "refuse_share", "renamed", "setting", "to_json", "weights_of", "with_changes",
]  # fmt: skip
