"""Which shape prior a job starts from, where it starts from one."""

from __future__ import annotations

from .job import JobConfig
from .model_family import ModelFamily, model_family

EMBEDDED_PRIOR, SHAP_E = "embedded", "shap-e"


def prior_of(config: JobConfig) -> str:
    """Returns its name: what `prior.model` says, else the job's own model where that is one, else ours."""
    if config.prior.model:
        return config.prior.model
    return config.model if model_family(config.model) is ModelFamily.SHAPE else EMBEDDED_PRIOR
