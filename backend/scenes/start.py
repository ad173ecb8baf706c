"""A dense grid that begins with several things at once."""

from __future__ import annotations

from collections.abc import Callable

import torch

from backend.config import EMBEDDED_PRIOR, JobConfig, prior_of
from backend.errors import ConfigError
from backend.fields.field import Field
from backend.priors.captions import parse
from backend.priors.prior_field import PRIOR_FOLDER, RAW_SURFACE
from backend.priors.shap_e.start import start_from_shap_e
from backend.priors.start import color_surface, grid_to_fill, start_from_prior
from backend.priors.vocabulary import load_vocabulary
from backend.words.scenes import read_scene

from .scene_field import scene_field


def knows_words(prompt: str) -> bool:
    """Tells whether our own prior knows what a prompt names, be that one thing or several, and how they are related.

    Raises:
        ModelError: the prior's files are missing or broken.
    """
    vocabulary = load_vocabulary(PRIOR_FOLDER)
    try:
        scene = read_scene(prompt)
        for words in scene.objects if scene else (prompt,):
            parse(words, vocabulary)
    except ConfigError:
        return False
    return True


def start_from_words(
    field: Field,
    config: JobConfig,
    log: Callable[[str], None] = lambda line: None,
    go_on: Callable[[], None] = lambda: None,
) -> str:
    """Fills a grid with what the prior makes of the prompt, be that one thing or several; returns what a person should
    know of that, if anything. `log` is told how far a prior that takes long has come, `go_on` raises when nobody wants
    the job any more.

    Raises:
        ConfigError: the field is no dense grid, there are photographs, a picture cannot be read, no object is named
            that the prior knows, or objects are related in a way that is unknown.
        ModelError: the prior's files are missing or broken, or may not be fetched. EmptyFieldError, MemoryShortError
    """
    grid = grid_to_fill(field, config)
    if prior_of(config) != EMBEDDED_PRIOR:
        return start_from_shap_e(grid, config, log, go_on)
    if config.prior.picture:
        raise ConfigError("Our own shape prior reads no prior.picture: set prior.model to shap-e-img2img.")
    scene = read_scene(config.prompt)
    if scene is None:
        return start_from_prior(field, config)
    answer = scene_field(scene, config.seed, grid.bounds)
    with torch.no_grad():
        raw = answer.raw_grid(grid.shape)
        grid.raw_density.copy_(raw[..., None])
        color_surface(grid, raw > RAW_SURFACE, answer.color, answer.objects[0].field.main_color)
    return " ".join(answer.notes)
