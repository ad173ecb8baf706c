"""What a prompt asks the prior for: the object, colors, parts' colors, the finish and the size.

"a tall red and white striped mug with a blue handle"

The longest name wins: a "pine tree" is no tree. A prompt with no known object is refused; words that are unknown, or
that say nothing of the object, are passed over, and a note says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from backend.errors import ConfigError

from .vocabulary import Phrase, PriorVocabulary, words_of


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


def parse(text: str, vocabulary: PriorVocabulary) -> ObjectPrompt:
    """Reads what a prompt asks the prior for.

    Raises:
        ConfigError: no object that the prior knows is named; the sentence says which words are unknown, what is
            nearest, and what to do.
    """
    words = words_of(text)
    found = _first_object(words, vocabulary)
    if found is None:
        raise ConfigError(_refusal(text, vocabulary))
    start, end, name = found
    before, after = words[:start], words[end:]
    part_colors = _part_colors(after, vocabulary.objects[name].named_parts, vocabulary.color_words)
    colors = [vocabulary.color_words[word] for word in (*before, *_that_is(after)) if word in vocabulary.color_words]
    finish = next((vocabulary.finish_words[word] for word in before if word in vocabulary.finish_words), "")
    second = colors[1] if finish in vocabulary.patterns and len(colors) > 1 else None
    size = next((vocabulary.size_words[word] for word in before if word in vocabulary.size_words), "")
    color = colors[0] if colors else None
    note = _note(text, name, after, part_colors, vocabulary)
    return ObjectPrompt(name, color, part_colors, finish, second, size, note)


def _first_object(words: Phrase, vocabulary: PriorVocabulary) -> tuple[int, int, str] | None:
    """The earliest, and there the longest: where it starts and ends, and what it is. A plural is its singular."""
    for start in range(len(words)):
        for length in range(vocabulary.longest, 0, -1):
            phrase = words[start : start + length]
            for singular in (phrase, *_singulars(phrase)):
                if singular in vocabulary.phrases:
                    return start, start + length, vocabulary.phrases[singular]
    return None


def _singulars(phrase: Phrase) -> list[Phrase]:
    last = phrase[-1] if phrase else ""
    endings = [ending for ending in ("s", "es") if len(last) > 3 and last.endswith(ending)]
    return [(*phrase[:-1], last.removesuffix(ending)) for ending in endings]


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
    """The color of "a car that is red"."""
    return words[2:3] if words[:2] == ("that", "is") else ()


def _refusal(text: str, vocabulary: PriorVocabulary) -> str:
    known = vocabulary.as_model_vocabulary
    unknown = known.unknown(text)
    named = ", ".join(known.with_nearest(word) for word in unknown[:5])
    lack = f"does not know {named}" if named else "finds no object in the prompt"
    return (
        f"The shape prior {lack}: name one of the {len(vocabulary.objects)} objects that it was taught, "
        "or choose the quality draft, normal or high."
    )


def _note(text: str, name: str, after: Phrase, part_colors: dict[str, str], vocabulary: PriorVocabulary) -> str:
    """A sentence about unknown words, and about a second object: the prior makes one."""
    known = vocabulary.as_model_vocabulary
    unknown = [known.with_nearest(word) for word in known.unknown(text)]
    parts = {word for part in vocabulary.objects[name].named_parts for word in part.split()}
    other = _first_object(tuple(word for word in after if word not in parts), vocabulary)
    reasons = [f"does not know {', '.join(unknown)}"] if unknown else []
    reasons += [f"makes one object, so '{other[2]}' is left out"] if other else []
    return f"The shape prior made '{name}': it {' and '.join(reasons)}." if reasons else ""
