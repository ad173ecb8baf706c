"""What a prompt will be drawn as, while it is typed: read here, without a backend.

reading_of("a crimson poodle").sentence      "Drawn as: dog."
reading_of("a plant").choices                ("potted plant", "factory")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .wire import DreamwrightError, prompt_reading

if TYPE_CHECKING:
    PromptReading = prompt_reading.PromptReading


def reading_of(text: str) -> PromptReading:
    """Finds which of the shape prior's objects a prompt leads to, how sure that is, and what else it might mean. It is
    empty where nothing is known, or where the files of words cannot be read: a panel goes on without them.

    It takes less than a millisecond, the first call some fifty to read the files.
    """
    try:
        return prompt_reading.read_prompt(text)
    except DreamwrightError:
        return prompt_reading.PromptReading()


def with_choice(text: str, choice: str) -> str:
    """Returns the prompt with one of its choices in place of the word that might mean several."""
    return prompt_reading.with_choice(text, reading_of(text), choice)


def __getattr__(name: str) -> object:
    """Gives `PromptReading` and `How`, which are loaded when somebody asks: not while Blender starts."""
    if name in ("PromptReading", "How"):
        return getattr(prompt_reading, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
