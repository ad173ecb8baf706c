"""How many of a thing a phrase asks for: "three apples", "a pair of shoes", "12 candles", "apples"."""

from __future__ import annotations

import re

from ..errors import ConfigError
from .names import prior_names
from .phrases import singulars
from .reading import PromptReading

MOST = 12
SEVERAL = 3
"""Where a plural has no number."""
NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100,
    "hundreds": 100, "thousand": 1000, "both": 2, "several": 4, "few": 3, "many": 6, "dozen": 12,
    "couple": 2, "pair": 2,
}  # fmt: skip


def counted(words: tuple[str, ...], reading: PromptReading) -> tuple[int, tuple[str, ...]]:
    """Says how many of it there are to be, and the words of one of them.

    Raises:
        ConfigError: more than twelve are asked for.
    """
    before, noun, after = words[: reading.start], words[reading.start : reading.end], words[reading.end :]
    count, rest = _number(before)
    if count is None:
        count = SEVERAL if _is_plural(noun, reading) and not set(before) & {"a", "an", "one"} else 1
    if count > MOST:
        raise ConfigError(f"At most {MOST} of a thing can be placed, and {count} are asked for: ask for fewer.")
    if count == 1:
        return 1, words
    singular = (*noun[:-1], _singular(noun[-1])) if _is_plural(noun, reading) else noun
    return count, with_article((*_without_article(rest), *singular, *after))


def with_article(words: tuple[str, ...]) -> tuple[str, ...]:
    return ("an" if words[:1] and words[0][0] in "aeiou" else "a", *words)


def _without_article(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in ("a", "an", "the", "some", "of"))


def _number(before: tuple[str, ...]) -> tuple[int | None, tuple[str, ...]]:
    """The number that is said before a noun, and what else is; a number is no "one of"."""
    for at, word in enumerate(before):
        number = int(word) if re.fullmatch(r"\d{1,6}", word) else NUMBERS.get(word)
        if number is not None and number > 0:
            return number, before[:at] + before[at + 1 :]
    return None, before


def _is_plural(noun: tuple[str, ...], reading: PromptReading) -> bool:
    """Tells whether it is the plural of a name; scissors and glasses are names themselves."""
    spoken = " ".join(noun)
    return bool(noun) and spoken not in _names_of(reading.name) and _singular(noun[-1]) != noun[-1]


def _singular(word: str) -> str:
    return next((each for each in list(singulars(word))[1:]), word)


def _names_of(name: str) -> frozenset[str]:
    return frozenset(plain for plain, first in prior_names().objects.items() if first == name)
