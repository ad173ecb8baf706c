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
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from .model_list import FOLDER, embedded_folder
from .wire import config, prompt_reading

FILE = "vocabulary.json"
FUNCTION_WORDS = frozenset(
    ["a", "an", "the", "of", "and", "with", "that", "is", "are", "it", "its", "in", "on", "one", "some"]
)
"""They name nothing, so nothing is missed where they are passed over."""
SIMILAR = 0.7
"""How alike two words must be, of 1, to be offered for one another."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class KnownWords:
    """All words that a model was taught, the objects among them, and the phrases that may be offered for others."""

    words: frozenset[str]
    objects: tuple[str, ...]
    offered: tuple[str, ...]


@dataclass(frozen=True)
class UnknownWord:
    """A word as it stands in the prompt, in small letters; `nearest` is empty where nothing is like it."""

    word: str
    nearest: str


def known_words(model: str, instant: bool) -> KnownWords | None:
    """Returns what the model that answers was taught; None where it does not say."""
    folder = FOLDER / "prior" if instant else embedded_folder(model)
    return _read(folder / FILE) if folder else None


@functools.lru_cache(maxsize=64)
def unknown_words(prompt: str, model: str, instant: bool) -> tuple[UnknownWord, ...]:
    """Returns the words of a prompt that the model was never taught; a plural counts as its singular."""
    known = known_words(model, instant)
    if known is None:
        return ()
    words = dict.fromkeys(_words_of(prompt))
    strange = [word for word in words if not {word, word.removesuffix("s")} & known.words]
    return tuple(UnknownWord(word, nearest_known(word, known)) for word in strange)


def nearest_known(word: str, known: KnownWords) -> str:
    """Returns an object of like meaning, or else a phrase of like letters; empty where there is none."""
    one = word if word in config.NEAREST else word.removesuffix("s")
    if config.NEAREST.get(one) in known.objects:
        return config.NEAREST[one]
    ends = [name for name in known.objects if len(name) > 2 and (word.endswith(name) or name.endswith(word))]
    return next(iter(ends or get_close_matches(word, known.offered, n=1, cutoff=SIMILAR)), "")


def replaced(prompt: str, word: str, by: str) -> str:
    """Returns the prompt with a word in any letters put as another; "an" before it becomes what the other wants."""
    article = "an" if by[:1].lower() in "aeiou" else "a"
    with_article = re.compile(rf"\b(an?)(\s+){re.escape(word)}(?![\w'-])", re.IGNORECASE)
    prompt = with_article.sub(lambda found: _like(found[1], article) + found[2] + by, prompt)
    return re.sub(rf"(?<![\w'-]){re.escape(word)}(?![\w'-])", lambda _: by, prompt, flags=re.IGNORECASE)


def _like(given: str, article: str) -> str:
    return article.capitalize() if given[0].isupper() else article


@functools.cache
def _read(file: Path) -> KnownWords | None:
    try:
        kinds = json.loads(file.read_text(encoding="utf-8"))
        return _of_prior(kinds) if isinstance(kinds["objects"], dict) else _of_kinds(kinds)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.info("what a model knows cannot be read: %r", error)
        return None


def _of_kinds(kinds: dict[str, list[str]]) -> KnownWords:
    words = {word for phrases in kinds.values() for phrase in phrases for word in _words_of(phrase)}
    offered = [phrase for kind in ("objects", "colors", "finishes", "sizes") for phrase in kinds.get(kind, ())]
    return KnownWords(frozenset(words), tuple(kinds["objects"]), tuple(offered))


def _of_prior(kinds: dict[str, Any]) -> KnownWords:
    """Reads the file of the shape prior, in which a name stands for its other names, parts and colors."""
    objects = [name for each in kinds["objects"].values() for name in each["names"]]
    parts = [part for each in kinds["objects"].values() for part in each["parts"]]
    colors, finishes, sizes = ([word for each in kinds[kind].values() for word in each] for kind in _BY_NAME)
    words = {word for phrase in (*objects, *parts, *colors, *finishes, *sizes) for word in _words_of(phrase)}
    return KnownWords(
        frozenset(words) | FUNCTION_WORDS | prompt_reading.ALSO_KNOWN, tuple(objects), (*objects, *colors)
    )


def _words_of(text: str) -> list[str]:
    return re.findall(r"[\w'-]+", text.lower())


_BY_NAME = ("colors", "finishes", "sizes")
