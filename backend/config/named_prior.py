"""Which shape prior a job starts from, where it starts from one, and what it reads."""

from __future__ import annotations

from typing import Any

from .job import JobConfig, Quality
from .model_family import SHAP_E_PICTURE as SHAP_E_PICTURE
from .model_family import ModelFamily, model_family

EMBEDDED_PRIOR, SHAP_E = "embedded", "shap-e"


def prior_of(config: JobConfig) -> str:
    """Returns its name: what `prior.model` says, else the job's own model where that is one, else ours."""
    if config.prior.model:
        return config.prior.model
    return config.model if model_family(config.model) is ModelFamily.SHAPE else EMBEDDED_PRIOR


def picture_changes(picture: str, model: str = SHAP_E_PICTURE, words: str = "") -> dict[str, Any]:
    """Returns what differs in a job that begins with the shape of a picture, as `with_changes` takes it: without words
    beside it nothing could go on from there, so the shape is the answer."""
    changes = {"prompt": words.strip(), "prior": {"model": model, "picture": picture}}
    if changes["prompt"]:
        return changes
    return changes | {
        "quality": Quality.INSTANT.value, "optimize": {"steps": 0}, "field": {"density_init": "prior"},
    }  # fmt: skip
