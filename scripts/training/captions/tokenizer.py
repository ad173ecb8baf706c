"""A small byte-pair vocabulary: just those merges of open_clip's own that the known words need.

Byte-pair encoding (Sennrich et al. 2016) applies the earliest merge it can. If W is a set of words and M the merges
used while encoding them, then encoding any word of W with M alone takes the same steps: at each one, the earliest
applicable merge of the full list is in M. So known words keep their tokens, and unknown words fall to shorter pieces.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

from open_clip.tokenizer import SimpleTokenizer, get_pairs

CONTEXT_LENGTH = 24
Merge = tuple[str, str]


def merges_of(word: str, ranks: dict[Merge, int]) -> set[Merge]:
    """The merges that encoding one word uses."""
    pieces, used = (*word[:-1], word[-1] + "</w>"), set()
    while len(pieces) > 1 and (best := min(get_pairs(pieces), key=lambda pair: ranks.get(pair, len(ranks)))) in ranks:
        used.add(best)
        pieces = _merged(pieces, best)
    return used


def _merged(pieces: tuple[str, ...], pair: Merge) -> tuple[str, ...]:
    """Every occurrence of `pair` joined, from the left."""
    joined: list[str] = []
    for piece in pieces:
        if joined and (joined[-1], piece) == pair:
            joined[-1] += piece
        else:
            joined.append(piece)
    return tuple(joined)


def write_tokenizer(words: Iterable[str], folder: Path) -> SimpleTokenizer:
    """Write `bpe.txt.gz` into `folder`, and return the tokenizer that reads it."""
    ranks = SimpleTokenizer().bpe_ranks
    needed = set().union(*(merges_of(word, ranks) for word in _pieces(words)))
    lines = ["#version: 0.2"] + [" ".join(merge) for merge in sorted(needed, key=ranks.__getitem__)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bpe.txt.gz").write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
    return read_tokenizer(folder)


def read_tokenizer(folder: Path) -> SimpleTokenizer:
    """The tokenizer of a model's folder: open_clip's own class over our shorter list of merges."""
    return SimpleTokenizer(bpe_path=str(folder / "bpe.txt.gz"), context_length=CONTEXT_LENGTH)


def _pieces(words: Iterable[str]) -> Iterable[str]:
    """Words as the tokenizer splits them before it merges: digits stand alone ("3d" is "3", "d")."""
    for word in words:
        yield from "".join(f" {letter} " if letter.isdigit() else letter for letter in word).split()
