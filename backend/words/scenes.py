"""A prompt as objects and relations, by a small grammar.

    scene     = group (relation group)*           "a cat | on | a red chair | next to | a tree"
    group     = noun (("," | "and") noun)*        "two apples and a pear"
    noun      = [count] words with a name that the prior knows, and all that is said of it ("with a red hat")

A relation holds between the group before it and the group after. Words of place that stand before no object ("a bird in
flight", "a parrot on his shoulder") are none. What names one object is no scene, and is read as ever.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import ConfigError
from .counting import NUMBERS, counted
from .phrases import words_of
from .reading import PromptReading, read_prompt
from .relations import HOLDING, LONGEST, OTHER_PLACES, PHRASES, POSSESSIVES, POSTURES, RELATIONS, SYMMETRIC

Words = tuple[str, ...]
STAND_INS = dict.fromkeys(("pillar", "column", "post"), "tall cylinder")
STAND_INS |= {f"{word}s": f"{meant}s" for word, meant in STAND_INS.items()}
"""Words for forms that the prior has under another name."""
MOST_OBJECTS = 16
HOLDS = "holds"
"""The other way round than "in"."""
VERB = 5
"""Letters of the longest word in "ing" that is no verb."""
WORN = frozenset(["dress", "t-shirt", "trousers", "shoe", "boot", "high heel", "sock", "mitten", "cap", "top hat",
                  "party hat", "cowboy hat", "witch hat", "viking helmet", "crown", "glasses", "bow tie"])  # fmt: skip
"""A princess in a dress has it on."""
CONTAINERS = frozenset(str.split("bowl basket bucket pot crate barrel vase plate mug bathtub wheelbarrow"))
"""Of which "full of" is short: a bowl of apples has apples in it."""


@dataclass(frozen=True)
class Relation:
    """`subject` and `targets` are numbers of objects."""

    kind: str
    subject: int
    targets: tuple[int, ...]


@dataclass(frozen=True)
class ScenePrompt:
    """`objects` are the words of each alone."""

    objects: tuple[str, ...]
    relations: tuple[Relation, ...]


def read_scene(text: str) -> ScenePrompt | None:
    """Returns what a prompt with several objects asks for; None where it names one, or none.

    Raises:
        ConfigError: more objects than there is room for, or a relation that is unknown.
        ModelError: the files of words are missing or broken.
    """
    spoken = tuple(re.findall(r"[^\W_]+|,", text.lower()))
    if _reading(_without_commas(spoken)).name and words_of(text) == _noun_of(spoken):
        return None
    groups, kinds = _split(tuple(each for word in spoken for each in STAND_INS.get(word, word).split()))
    if len(groups) == 1 and len(_nouns(groups[0])) == 1 and not _is_counted(groups[0]):
        return None  # "apples": one, as ever
    objects: list[str] = []
    members: list[tuple[int, ...]] = []
    for group in groups:
        found = [one for noun in _nouns(group) for one in _each(noun)]
        members.append(tuple(range(len(objects), len(objects) + len(found))))
        objects += found
    if len(objects) < 2:
        return None
    if len(objects) > MOST_OBJECTS:
        raise ConfigError(
            f"At most {MOST_OBJECTS} things can be placed, and {len(objects)} are asked for: ask for fewer."
        )
    return ScenePrompt(tuple(objects), _relations(members, kinds))


def _is_counted(words: Words) -> bool:
    return any(word in NUMBERS or word.isdigit() for word in words[: _reading(words).start])


def _noun_of(spoken: Words) -> Words:
    """The words of an object's name alone: "bow and arrow" is one thing."""
    reading = _reading(_without_commas(spoken))
    return _without_commas(spoken)[reading.start : reading.end]


def _relations(members: list[tuple[int, ...]], kinds: list[str]) -> tuple[Relation, ...]:
    """Between neighboring groups, and within one among those that "and" joins: each beside the next of its own."""
    found = []
    for number, group in enumerate(members):
        for subject in group:
            if number < len(kinds) and kinds[number] != HOLDS:
                found.append(Relation(kinds[number], subject, members[number + 1]))
            elif number and kinds[number - 1] == HOLDS:
                found.append(Relation("in", subject, members[number - 1][:1]))
            elif subject != group[-1] and (not number or kinds[number - 1] != "between"):
                found.append(Relation(SYMMETRIC, subject, (subject + 1,)))
    return tuple(found)


def _split(words: Words) -> tuple[list[Words], list[str]]:
    """Cuts at relations that stand between two objects."""
    groups, kinds, start, at = [], [], 0, 0
    while at < len(words):
        kind, length = _relation_at(words, at)
        left, right = words[start:at], words[at + length :]
        if kind and _stands_between(left, right, kind):
            groups.append(_without_posture(left))
            kinds.append(kind)
            start = at = at + length
        else:
            at += max(length, 1)
    groups.append(words[start:])
    for group in groups:
        _check_known(group)
    return groups, kinds


def _relation_at(words: Words, at: int) -> tuple[str, int]:
    """The relation that begins there and how many words it has, or none."""
    if words[at] == "of" and _reading(words[:at]).name in CONTAINERS and at and words[at - 1] in CONTAINERS:
        reading = _reading(_without_commas(words))
        return ("", 0) if reading.start <= at < reading.end else (HOLDS, 1)
    for length in range(LONGEST, 0, -1):
        kind = PHRASES.get(words[at : at + length])
        if kind and len(words[at : at + length]) == length:
            return kind, length
    return "", 0


def _stands_between(left: Words, right: Words, kind: str) -> bool:
    """Tells whether both sides name an object, and what is named second is not what the first has on."""
    if not left or not right or right[0] in POSSESSIVES:
        return False
    first, second = _reading(_without_commas(left)), _reading(_upto_relation(right))
    return bool(first.name and second.name) and not (kind == "in" and second.name in WORN)


def _upto_relation(words: Words) -> Words:
    for at in range(1, len(words)):
        if _relation_at(words, at)[0] or words[at] in HOLDING:
            return _without_commas(words[:at])
    return _without_commas(words)


def _without_posture(words: Words) -> Words:
    while words and words[-1] in POSTURES:
        words = words[:-1]
    return words


def _check_known(group: Words) -> None:
    """Raises ConfigError where a verb or another word of place joins two objects."""
    for at, word in enumerate(group):
        if word in HOLDING:
            return
        is_verb = len(word) > VERB and word.endswith("ing") and word not in POSTURES
        if not (is_verb or word in OTHER_PLACES) or group[at + 1 : at + 2] == ("of",):
            continue
        first, second = _reading(_without_commas(group[:at])), _reading(_without_commas(group[at + 1 :]))
        if first.name and second.name and first.end <= at and not _is_inside(group, at):
            raise ConfigError(
                f"How '{word}' places '{first.word}' and '{second.word}' is not known: say "
                f"{', '.join(RELATIONS[:-1])} or {RELATIONS[-1]}, or ask for each alone."
            )


def _is_inside(group: Words, at: int) -> bool:
    """Tells whether the word is part of an object's name, as of a rocking horse."""
    second = _reading(_without_commas(group[at:]))
    return second.start == 0 and bool(second.name)


def _nouns(group: Words) -> list[Words]:
    """Parts of a list; "a red and white mug" and "a dog with a hat and a scarf" are none."""
    nouns: list[Words] = [()]
    for at, word in enumerate(group):
        held = HOLDING & set(nouns[-1])
        if word in (",", "and") and not held and _names_one(nouns[-1]) and _begins_noun(group[at + 1 :]):
            nouns.append(())
        elif word != ",":
            nouns[-1] = (*nouns[-1], word)
    return [noun for noun in nouns if noun]


def _names_one(noun: Words) -> bool:
    return bool(noun and _reading(noun).name)


def _begins_noun(words: Words) -> bool:
    """Tells whether a new thing follows: with an article or a number, or in the plural."""
    words = words[1:] if words[:1] == ("and",) else words
    noun = _without_commas(words[: words.index("and")] if "and" in words else words)
    if not noun or not _reading(noun).name:
        return False
    reading = _reading(noun)
    return noun[0] in ("a", "an", "the", "some", "another") or counted(noun, reading)[0] > 1


def _each(noun: Words) -> list[str]:
    """The words of each of the things that a noun asks for."""
    reading = _reading(noun)
    if not reading.name:
        return []
    count, words = counted(noun, reading)
    return [" ".join(words)] * count


def _reading(words: Words) -> PromptReading:
    return read_prompt(" ".join(words))


def _without_commas(words: Words) -> Words:
    return tuple(word for word in words if word != ",")
