"""Draws English nouns by how often they are used, and says what each is drawn as, for a person to judge.

    python -m scripts.training.prior.sample_nouns package/dict --out docs/results/nouns_200.tsv

Frequency is how often a noun was found in the texts that WordNet's makers read (index.sense); the seed is fixed. What
was judged before is kept: yes (what one would expect), no (nonsense), and blank for what nobody could draw.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from backend.words.reading import read_prompt

from .wordnet import WordNet, read_wordnet

SEED = 17
TOUCHABLE = ("animal", "artifact", "food", "plant")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wordnet", type=Path, help="folder of data.noun, index.noun, index.sense")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--touchable", action="store_true", help="only animals, plants, food and what people make")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    judged = earlier(options.out)
    nouns = sample(read_wordnet(options.wordnet), options.count, options.touchable)
    drawn = [(noun, read_prompt(noun).name) for noun in nouns]
    lines = ["noun\tdrawn as\tsensible", *("\t".join([*pair, judged.get(pair, "")]) for pair in drawn)]
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def sample(wordnet: WordNet, count: int, touchable: bool) -> list[str]:
    """Without repetition, each noun as likely as it is frequent; touchable by its most frequent sense."""
    frequency: dict[str, int] = {}
    for (lemma, _), found in wordnet.counts.items():
        first = wordnet.synsets.get(wordnet.senses.get(lemma, (0,))[0])
        if touchable and (first is None or first.topic not in TOUCHABLE or first.is_instance):
            continue
        frequency[lemma] = frequency.get(lemma, 0) + found
    nouns = sorted(frequency)
    weights = np.array([frequency[noun] for noun in nouns], float)
    drawn = np.random.default_rng(SEED).choice(len(nouns), count, replace=False, p=weights / weights.sum())
    return [nouns[number] for number in drawn]


def earlier(path: Path) -> dict[tuple[str, str], str]:
    lines = path.read_text(encoding="utf-8").splitlines()[1:] if path.exists() else []
    return {(noun, drawn): judged for noun, drawn, judged in (line.split("\t") for line in lines)}


if __name__ == "__main__":
    main()
