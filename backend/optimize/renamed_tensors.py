"""Old names of tensors and of states in checkpoints, as jobs of before hold them."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from backend.config.renamed import renamed

_PREFIXES = {
    "optimiser.": "optimizer.",
    "lookout.watch.": "early_stopping.tracker.",
    "lookout.": "early_stopping.",
    "emptiness.in_a_row": "collapse_detector.consecutive_steps",
    "emptiness.": "collapse_detector.",
    "occupancy.remembered": "occupancy.density_grid",
}
_STATE = {"begun_anew": "restarts", "colour_channels": "color_channels"}


def renamed_tensors(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The same tensors under today's names."""
    return {_renamed(name): value for name, value in tensors.items()}


def renamed_state(state: dict[str, Any]) -> dict[str, Any]:
    """The same state under today's names; edits of settings are kept as they are given, with today's names."""
    new = {_STATE.get(name, name): value for name, value in state.items()}
    return {**new, "edits": renamed(new["edits"])} if "edits" in new else new


def _renamed(name: str) -> str:
    for old, new in _PREFIXES.items():
        if name.startswith(old):
            name = new + name.removeprefix(old)
            break
    return name.replace("colour", "color")
