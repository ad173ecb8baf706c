"""What a prompt asks the prior for: the object, colors, parts' colors, the finish and the size.

"a tall red and white striped mug with a blue handle"

The object is what the prompt's noun leads to (backend/words). A prompt with no known object is refused; words that are
unknown, or that say nothing of the object, are passed over, and a note says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from backend.errors import ConfigError
from backend.words.adjectives import METALS
from backend.words.phrases import Phrase, singulars, words_of
from backend.words.reading import PromptReading, read_prompt

from .vocabulary import PriorVocabulary


@dataclass(frozen=True)
class ObjectPrompt:
    """What is not said is None or empty."""

    name: str
    color: str | None = None
    part_colors: dict[str, str] = field(default_factory=dict)
    finish: str = ""
    second_color: str | None = None
    size: str = ""
    note: str = ""
    """a sentence about words that were passed over"""
    left_out: str = ""
    """a second object"""


def parse(text: str, vocabulary: PriorVocabulary) -> ObjectPrompt:
    """Reads what a prompt asks the prior for.

    Raises:
        ConfigError: no object that the prior knows is named; the sentence says which words are unknown, what is
            nearest, and what to do.
    """
    reading = read_prompt(text)
    if reading.name not in vocabulary.objects:
        raise ConfigError(_refusal(text, vocabulary))
    words, known = words_of(text), vocabulary.color_words
    before, after = (_shades_joined(part, known) for part in (words[: reading.start], words[reading.end :]))
    named_parts = vocabulary.objects[reading.name].named_parts
    said = (*before, *_that_is(after))
    colors = [known[word] for word in said if word in known]
    finish = next((vocabulary.finish_words[word] for word in said if word in vocabulary.finish_words), "")
    if not finish and METALS & set(said):
        finish = "metal"
    second = colors[1] if finish in vocabulary.patterns and len(colors) > 1 else None
    size = next((vocabulary.size_words[word] for word in before if word in vocabulary.size_words), "")
    part_colors = _part_colors(after, named_parts, known)
    other = _second_object(after, named_parts, vocabulary)
    note = _note(text, reading, other, vocabulary)
    return ObjectPrompt(reading.name, colors[0] if colors else None, part_colors, finish, second, size, note, other)


def _shades_joined(words: Phrase, known: dict[str, str]) -> Phrase:
    """Makes "dark" and "blue" one word."""
    joined: list[str] = []
    for word in words:
        if joined and f"{joined[-1]} {word}" in known:
            joined[-1] += f" {word}"
        else:
            joined.append(word)
    return tuple(joined)


def _first_object(words: Phrase, vocabulary: PriorVocabulary) -> tuple[int, int, str] | None:
    """The earliest, and there the longest: where it starts and ends, and what it is. A plural is its singular."""
    for start in range(len(words)):
        for length in range(vocabulary.longest, 0, -1):
            phrase = words[start : start + length]
            for singular in singulars(" ".join(phrase)):
                if (known := tuple(singular.split())) in vocabulary.phrases:
                    return start, start + length, vocabulary.phrases[known]
    return None


def _part_colors(words: Phrase, names: tuple[str, ...], color_words: dict[str, str]) -> dict[str, str]:
    """Returns the colors by part that "with a red hat and blue buttons" names, where the object has such a part."""
    found = {}
    for name in names:
        phrase = tuple(name.split())
        for start in range(1, len(words) - len(phrase) + 1):
            if words[start : start + len(phrase)] == phrase and words[start - 1] in color_words:
                found[name] = color_words[words[start - 1]]
    return found


def _that_is(words: Phrase) -> Phrase:
    """The color or material of "a car that is red" and "a chair made of wood"."""
    return words[2:3] if words[:2] in (("that", "is"), ("made", "of")) else ()


def _refusal(text: str, vocabulary: PriorVocabulary) -> str:
    known = vocabulary.as_model_vocabulary
    unknown = known.unknown(text)
    named = ", ".join(known.with_nearest(word) for word in unknown[:5])
    lack = f"does not know {named}" if named else "finds no object in the prompt"
    return (
        f"The shape prior {lack}: name one of the {len(vocabulary.objects)} objects that it was taught, "
        "choose the quality draft, normal or high, or download the model shap-e."
    )


def _second_object(after: Phrase, named_parts: tuple[str, ...], vocabulary: PriorVocabulary) -> str:
    """Returns what else is named behind the noun and is no part of it; empty where nothing is."""
    parts = {word for part in named_parts for word in part.split()}
    other = _first_object(tuple(word for word in after if word not in parts), vocabulary)
    return other[2] if other else ""


def _note(text: str, reading: PromptReading, other: str, vocabulary: PriorVocabulary) -> str:
    """Sentences about what a word was taken for, unknown words, and a second object: the prior makes one."""
    known = vocabulary.as_model_vocabulary
    unknown = [known.with_nearest(word) for word in known.unknown(text) if word not in reading.word.split()]
    reasons = [f"does not know {', '.join(unknown)}"] if unknown else []
    reasons += [f"makes one object, so '{other}' is left out"] if other else []
    made = f"The shape prior made '{reading.name}': it {' and '.join(reasons)}." if reasons else ""
    return " ".join(filter(None, [reading.sentence, made]))
