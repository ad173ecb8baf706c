"""Prompts that something was made from, kept in the .blend: the latest first, each once, not more than LIMIT."""

from __future__ import annotations

from typing import Any

import bpy

from .. import flows
from ..blender import identity
from ..core.wire import config
from .reflection import property_of

LIMIT = 20
EXAMPLES = (
    "a red mushroom", "a blue car", "a wooden chair", "a snowman with a red hat", "a yellow castle", "a birthday cake",
)  # fmt: skip
"""What the embedded model knows; shown where nothing was made yet."""


class DREAMWRIGHT_PG_prompt(bpy.types.PropertyGroup):
    """One entry."""


DREAMWRIGHT_PG_prompt.__annotations__ = {
    "prompt": property_of(config.JobConfig, "prompt"),
    "negative": property_of(config.PromptOptionsConfig, "negative"),
}


def add_prompt(settings: Any, prompt: str, negative: str) -> None:
    """Put a prompt on top; the same one further down goes."""
    prompt, negative = prompt.strip(), negative.strip()
    if not prompt:
        return
    history = settings.history
    for index in reversed(range(len(history))):
        if (history[index].prompt, history[index].negative) == (prompt, negative):
            history.remove(index)
    entry = history.add()
    entry.prompt, entry.negative = prompt, negative
    history.move(len(history) - 1, 0)
    while len(history) > LIMIT:
        history.remove(LIMIT)


def recording_prompt(scene: int, wanted: config.JobConfig, flow: flows.Flow[Any]) -> flows.Flow[Any]:
    """Runs `flow`, and once it has made something its words are in the history; a failure changes nothing.

    The scene goes by its number: an undo in the meantime makes references to it stale. A model may have been downloaded
    for it, so the list of models is asked for again.
    """
    made = yield from flow
    flows.refresh_models_in_background()
    home = identity.find_scene(scene)
    if home:
        add_prompt(home.dreamwright, wanted.prompt, wanted.prompt_options.negative)
    return made


CLASSES = (DREAMWRIGHT_PG_prompt,)
