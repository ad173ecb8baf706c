"""Prompts from a file, and the sentences that an evaluator must tell each of them apart from.

Whoever asks only "does it look like its words?" hears yes of any red thing; R-Precision (Park et al. 2021) asks whether
the right words win against others. Here these are hard ones: the same thing in other colors, and others in the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...training.colors import NAMED, SYNONYMS

_SPOKEN = sorted({*NAMED, *(word for words in SYNONYMS.values() for word in words)})
_COLOR = re.compile(rf"\b((?:an? )?)({'|'.join(_SPOKEN)})\b")


class PromptsError(Exception):
    """A file of prompts cannot be used. `str(error)` is the sentence a person reads."""


def read_prompts(path: Path) -> dict[str, str]:
    """Prompts in their order, each with the heading that it stands under: one a line; "## HEADING"; "# comment".

    Raises:
        PromptsError: the file cannot be read, holds no prompt, or one twice.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as cause:
        raise PromptsError(f"The prompts in {path} cannot be read ({cause}): give a text file, one a line.") from cause
    prompts: dict[str, str] = {}
    heading = ""
    for line in lines:
        heading = line.removeprefix("##").strip() if line.startswith("##") else heading
        prompt = line.partition("#")[0].strip()
        if prompt in prompts:
            raise PromptsError(f"The prompt '{prompt}' stands twice in {path}: take one out.")
        prompts |= {prompt: heading} if prompt else {}
    if not prompts:
        raise PromptsError(f"There is no prompt in {path}: write one a line.")
    return prompts


@dataclass(frozen=True)
class ColoredPrompt:
    """A prompt as its colors, in their order, and the words around them."""

    words: tuple[str, ...]
    """One more than there are colors."""
    articles: tuple[str, ...]
    """Before each color, or empty: an article goes with its color."""
    colors: tuple[str, ...]

    @staticmethod
    def of(prompt: str) -> ColoredPrompt:
        pieces = _COLOR.split(prompt)
        return ColoredPrompt(tuple(pieces[0::3]), tuple(pieces[1::3]), tuple(pieces[2::3]))

    def with_colors(self, colors: Sequence[str]) -> str:
        """The same words with other colors."""
        named = [
            _with_article(color) if article else color for article, color in zip(self.articles, colors, strict=True)
        ]
        return "".join(words + color for words, color in zip(self.words, [*named, ""], strict=True))


def candidates(prompts: Sequence[str]) -> list[str]:
    """All prompts, then what could be taken for them: the same in other colors, and the others in the same colors.

    Each once, and in the same order for the same prompts.
    """
    known = [ColoredPrompt.of(prompt) for prompt in prompts]
    distractors = (other for one in known for other in (*_recolored(one), *_others(one, known)))
    return list(dict.fromkeys([*prompts, *distractors]))


def _recolored(one: ColoredPrompt) -> Iterator[str]:
    """One color changed, or all of them in the opposite order."""
    for position, with_colors in enumerate(one.colors):
        for color in NAMED:
            if color != with_colors:
                yield one.with_colors((*one.colors[:position], color, *one.colors[position + 1 :]))
    if len(one.colors) > 1:
        yield one.with_colors(one.colors[::-1])


def _others(one: ColoredPrompt, known: Sequence[ColoredPrompt]) -> Iterator[str]:
    """Whatever has as many colors, in the colors of this one."""
    for other in known:
        if one.colors and len(other.colors) == len(one.colors):
            yield other.with_colors(one.colors)


def _with_article(color: str) -> str:
    return f"{'an' if color[0] in 'aeiou' else 'a'} {color}"
