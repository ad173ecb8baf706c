"""Prompts from a file, and the sentences that a judge must tell each of them apart from.

Whoever asks only "does it look like its words?" hears yes of any red thing; R-Precision (Park et al. 2021) asks whether
the right words win against others. Here these are hard ones: the same thing in other colours, and others in the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.guide_data.colours import NAMED, SYNONYMS

_SPOKEN = sorted({*NAMED, *(word for words in SYNONYMS.values() for word in words)})
_COLOUR = re.compile(rf"\b((?:an? )?)({'|'.join(_SPOKEN)})\b")


class PromptsError(Exception):
    """A file of prompts cannot be used. `str(error)` is the sentence a person reads."""


def read_prompts(path: Path) -> dict[str, str]:
    """Prompts in their order, each with the heading that it stands under: one a line; "## HEADING"; "# comment".

    Raises:
        PromptsError: the file cannot be read, holds no prompt, or one twice.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as cause:
        raise PromptsError(f"The prompts in {path} cannot be read ({cause}): give a text file, one a line.") from cause
    prompts, heading = {}, ""
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
class Coloured:
    """A prompt as its colours, in their order, and the words around them."""

    words: tuple[str, ...]
    """One more than there are colours."""
    articles: tuple[str, ...]
    """Before each colour, or empty: an article goes with its colour."""
    colours: tuple[str, ...]

    @staticmethod
    def of(prompt: str) -> Coloured:
        pieces = _COLOUR.split(prompt)
        return Coloured(tuple(pieces[0::3]), tuple(pieces[1::3]), tuple(pieces[2::3]))

    def said(self, colours: Sequence[str]) -> str:
        """The same words with other colours."""
        named = [
            _with_article(colour) if article else colour for article, colour in zip(self.articles, colours, strict=True)
        ]
        return "".join(words + colour for words, colour in zip(self.words, [*named, ""], strict=True))


def candidates(prompts: Sequence[str]) -> list[str]:
    """All prompts, then what could be taken for them: the same in other colours, and the others in the same colours.

    Each once, and in the same order for the same prompts.
    """
    known = [Coloured.of(prompt) for prompt in prompts]
    distractors = (other for one in known for other in (*_recoloured(one), *_others(one, known)))
    return list(dict.fromkeys([*prompts, *distractors]))


def _recoloured(one: Coloured) -> Iterator[str]:
    """One colour changed, or all of them in the opposite order."""
    for place, said in enumerate(one.colours):
        for colour in NAMED:
            if colour != said:
                yield one.said((*one.colours[:place], colour, *one.colours[place + 1 :]))
    if len(one.colours) > 1:
        yield one.said(one.colours[::-1])


def _others(one: Coloured, known: Sequence[Coloured]) -> Iterator[str]:
    """Whatever has as many colours, in the colours of this one."""
    for other in known:
        if one.colours and len(other.colours) == len(one.colours):
            yield other.said(one.colours)


def _with_article(colour: str) -> str:
    return f"{'an' if colour[0] in 'aeiou' else 'a'} {colour}"
