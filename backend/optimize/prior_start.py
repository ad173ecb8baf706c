"""How a job begins: from a mesh, from the shape prior's answer where it knows what the prompt is about, or in fog.

That is decided when a job is made, and written into its settings (`field.density_init`), so that a record says how it
began and a job that is gone on with later begins no other way. What is set by hand stays as it was set.
"""

from __future__ import annotations

from backend.config import JobConfig, Method, mesh_start_settings, prior_start_settings, with_changes
from backend.errors import ConfigError
from backend.priors.captions import parse
from backend.priors.prior_field import PRIOR_FOLDER
from backend.priors.vocabulary import load_vocabulary


def with_start(config: JobConfig) -> JobConfig:
    """Returns the job with the settings of how it begins, where it does not go on from the field of another.

    Raises:
        ModelError: the shape prior's files are missing or broken.
    """
    return with_changes(config, mesh_start_settings(config)) if config.starts_from_mesh else with_prior_start(config)


def with_prior_start(config: JobConfig) -> JobConfig:
    """Returns the job with the settings of one that starts from the prior; unchanged where it cannot, or where another
    start was asked for.

    Raises:
        ModelError: the prior's files are missing or broken.
    """
    return with_changes(config, prior_start_settings(config)) if may_start_from_prior(config) else config


def may_start_from_prior(config: JobConfig) -> bool:
    """Tells whether nothing else was asked for, and the prior knows the one object that the prompt is about."""
    asked_otherwise = config.field.density_init or config.recipe or config.prompt_options.image_prompts
    if config.starts_from_mesh:
        return False
    if config.method != Method.TEXT or config.field.kind != "dense_grid" or asked_otherwise or config.field.unbounded:
        return False
    return bool(config.prompt.strip()) and _is_one_known_object(config.prompt)


def _is_one_known_object(prompt: str) -> bool:
    """The prior makes one: of a cat on a chair it would make the cat, and the chair had to grow out of nothing."""
    try:
        return not parse(prompt, load_vocabulary(PRIOR_FOLDER)).left_out
    except ConfigError:
        return False
