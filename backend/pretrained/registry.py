"""The models that are known by name (backend/config/known_models.json), for those who load them."""

from __future__ import annotations

from backend.config import KnownModel, find_known, known_models

OURS = "GPL-3.0-or-later"

MODELS = known_models()
EMBEDDED = tuple(model for model in MODELS if not model.repository)
"""Those that come with this copy."""

__all__ = ["EMBEDDED", "MODELS", "OURS", "KnownModel", "find_known", "name_for"]


def name_for(repository: str, kind: str) -> str:
    """Returns what a person writes for a repository that is used as a model of this kind."""
    found = next((model.name for model in MODELS if (model.repository, model.kind) == (repository, kind)), None)
    return found or (f"hf-hub:{repository}" if kind == "image_text" else repository)
