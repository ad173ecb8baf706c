"""Which words of a prompt the chosen model was never taught, and what it knows that is nearest to them.

The models that came with this copy say what they were taught in a file beside their weights, so it can be told while a
prompt is typed, without a backend. Of other models nothing is known, and nothing is said.
"""

from __future__ import annotations

import functools
import json
import logging
import re
from dataclasses import dataclass
from pathlib import Path

from .model_list import FOLDER, embedded_folder
from .wire import words_known

FILE = "vocabulary.json"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class UnknownWord:
    """A word as it stands in the prompt, in small letters; `nearest` is empty where nothing is like it."""

    word: str
    nearest: str


def known_words(model: str, instant: bool) -> words_known.KnownWords | None:
    """Returns what the model that answers was taught; None where it does not say."""
    folder = FOLDER / "prior" if instant else embedded_folder(model)
    return _read(folder / FILE) if folder else None


@functools.lru_cache(maxsize=64)
def unknown_words(prompt: str, model: str, instant: bool) -> tuple[UnknownWord, ...]:
    """Returns the words of a prompt that the model was never taught; a plural counts as its singular."""
    known = known_words(model, instant)
    if known is None:
        return ()
    return tuple(UnknownWord(word, known.nearest(word)) for word in known.unknown(prompt))


def replaced(prompt: str, word: str, by: str) -> str:
    """Returns the prompt with a word in any letters put as another; "an" before it becomes what the other wants."""
    article = "an" if by[:1].lower() in "aeiou" else "a"
    with_article = re.compile(rf"\b(an?)(\s+){re.escape(word)}(?![\w'-])", re.IGNORECASE)
    prompt = with_article.sub(lambda found: _like(found[1], article) + found[2] + by, prompt)
    return re.sub(rf"(?<![\w'-]){re.escape(word)}(?![\w'-])", lambda _: by, prompt, flags=re.IGNORECASE)


def _like(given: str, article: str) -> str:
    return article.capitalize() if given[0].isupper() else article


@functools.cache
def _read(file: Path) -> words_known.KnownWords | None:
    try:
        return words_known.known_words(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.info("what a model knows cannot be read: %r", error)
        return None
