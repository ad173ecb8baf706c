"""Which known word a misspelled one was meant to be.

The distance is that of Damerau and Levenshtein (optimal string alignment): letters left out, put in,
taken for another or swapped with the next. It may be a quarter of the word at most, so
 "snoman" is "snowman" and never "man".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from string import ascii_lowercase as LETTERS

SHORTEST = 4
"""Letters of a word that is corrected: of three, any letter makes another word."""
FIRST_LETTER_RIGHT = 5
"""Up to so many letters the first one must be right: "luck" is no "duck"."""


def corrected(word: str, first: Iterable[str], then: Collection[str]) -> str | None:
    """Returns the nearest of the words that are looked at first, else one of the others that is one letter off, of
    which there may be many; None where none is near enough."""
    return nearest_spelling(word, first) or one_letter_off(word, then)


def one_letter_off(word: str, known: Collection[str]) -> str | None:
    """Tries all words that are one letter off: it does not matter how many are known."""
    if not allowed(word) or len(word) < FIRST_LETTER_RIGHT:
        return None
    found = sorted(each for each in _one_letter_off(word) if each in known and _may_be(word, each, 1))
    return found[0] if found else None


def _one_letter_off(word: str) -> Iterator[str]:
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        yield from (before + letter + after[1:] for letter in LETTERS)
        yield from (before + letter + after for letter in LETTERS)


def nearest_spelling(word: str, known: Iterable[str]) -> str | None:
    """Returns the nearest of `known`, or None where none is near enough; of equally near ones the first."""
    bound = allowed(word)
    near = [(distance(word, each, bound), each[:1] != word[:1], each) for each in known if _may_be(word, each, bound)]
    found = [(steps, other, each) for steps, other, each in near if steps <= bound]
    return min(found, key=lambda told: told[:2])[2] if found else None


def allowed(word: str) -> int:
    """Returns how many letters may be wrong."""
    return 0 if len(word) < SHORTEST else (len(word) + 1) // 4


def distance(first: str, second: str, bound: int) -> int:
    """Letters that are wrong; some number above `bound` where there are more."""
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, 1):
        before, previous, row = row, before, [i]
        for j, other in enumerate(second, 1):
            steps = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                steps = min(steps, previous[j - 2] + 1)
            row.append(steps)
        if min(row) > bound and (not before or min(before) > bound):
            return bound + 1
    return row[-1]


def _may_be(word: str, known: str, bound: int) -> bool:
    if not bound or abs(len(word) - len(known)) > bound or len(set(word) ^ set(known)) > 2 * bound:
        return False
    return len(word) > FIRST_LETTER_RIGHT or word[:1] == known[:1]
