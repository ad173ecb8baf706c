"""How a job begins: from a mesh, from a shape prior's answer where one knows what the prompt is about, or in fog.

That is decided when a job is made, and written into its settings (`field.density_init`), so that a record says how it
began and a job that is gone on with later begins no other way; `prior.model` says whose answer, where it is Shap-E's.
What is set by hand stays as it was set.
"""

from __future__ import annotations

from backend.config import (
    EMBEDDED_PRIOR,
    SHAP_E,
    SHAP_E_PICTURE,
    JobConfig,
    Method,
    mesh_start_settings,
    prior_of,
    prior_start_settings,
    with_changes,
)
from backend.errors import ConfigError
from backend.pretrained import resolve
from backend.pretrained.download import find_here
from backend.priors.captions import parse
from backend.priors.prior_field import PRIOR_FOLDER
from backend.priors.vocabulary import load_vocabulary
from backend.scenes.start import knows_words


def with_start(config: JobConfig) -> JobConfig:
    """Returns the job with the settings of how it begins, where it does not go on from the field of another.

    Raises:
        ModelError: the shape prior's files are missing or broken.
    """
    if config.starts_from_mesh:
        return with_changes(config, mesh_start_settings(config))
    return with_named_prior(with_prior_start(config))


def with_prior_start(config: JobConfig) -> JobConfig:
    """Returns the job with the settings of one that starts from the prior; unchanged where it cannot, or where another
    start was asked for.

    Raises:
        ModelError: the prior's files are missing or broken.
    """
    return with_changes(config, prior_start_settings(config)) if may_start_from_prior(config) else config


def with_named_prior(config: JobConfig) -> JobConfig:
    """Returns the job with Shap-E named, where it starts from a shape prior, and from a picture; or ours does not know
    its words, and Shap-E is on this machine: a record says whose answer it was."""
    unnamed = config.field.density_init == "prior" and prior_of(config) == EMBEDDED_PRIOR and not config.prior.model
    if unnamed and config.prior.picture:
        return with_changes(config, {"prior": {"model": SHAP_E_PICTURE}})
    if not unnamed or config.method != Method.TEXT or not _is_for_shap_e(config.prompt):
        return config
    return with_changes(config, {"prior": {"model": SHAP_E}})


def may_start_from_prior(config: JobConfig) -> bool:
    """Tells whether a prior was asked for by name, or nothing else was asked for and one knows what the prompt is
    about: ours one object, Shap-E whatever ours was never taught."""
    if config.method == Method.TEXT and (config.prior.model or config.prior.picture) and not config.field.density_init:
        return not config.starts_from_mesh
    asked_otherwise = config.field.density_init or config.recipe or config.prompt_options.image_prompts
    if config.starts_from_mesh:
        return False
    if config.method != Method.TEXT or config.field.kind != "dense_grid" or asked_otherwise or config.field.unbounded:
        return False
    prompt = config.prompt
    return bool(prompt.strip()) and (_is_one_known_object(prompt) or _is_for_shap_e(prompt))


def _is_one_known_object(prompt: str) -> bool:
    """The prior makes one: of a cat on a chair it would make the cat, and the chair had to grow out of nothing."""
    try:
        return not parse(prompt, load_vocabulary(PRIOR_FOLDER)).left_out
    except ConfigError:
        return False


def _is_for_shap_e(prompt: str) -> bool:
    """Tells whether ours was never taught what a prompt names, and Shap-E is here."""
    return not knows_words(prompt) and is_fetched(SHAP_E)


def is_fetched(model: str) -> bool:
    """Tells whether a model of shapes, known by name, is on this machine."""
    return find_here(resolve(model).repository or "", "shape") is not None
