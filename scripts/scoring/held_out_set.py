"""Sixty prompts that training never said, or hardly, drawn by hashes of names: the same on every machine.

    python -m scripts.scoring.held_out_set > scripts/score/held_out_60.txt

Needs the packages of the trainings. The file that was drawn is kept in git and read from there: when the zoo grows,
older results stay comparable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from scripts.guide_data.colours import NAMED
from scripts.zoo.core import CORE, trained
from scripts.zoo.held_out import colours_in_training, is_held_out_colour, is_held_out_pair, share_of
from scripts.zoo.subjects import SOLIDS, Subject, pairs
from scripts.zoo.thing import THINGS, Thing, Vary

COLOURED, WITH_PART, OF_SOLIDS, OF_EVERYDAY = 30, 12, 9, 9
PAIRS_OF_ONE = 3
"""Prompts of two things in which the same thing may stand."""


def drawn(names: Iterable[str], purpose: str) -> list[str]:
    """The names in an order that depends on each name alone."""
    return sorted(names, key=lambda name: share_of(f"{name} for {purpose}"))


def things() -> list[Thing]:
    """What the small model was taught alone."""
    return [subject.things[0] for subject in trained(core=True) if not subject.relation]


def coloured(count: int) -> list[str]:
    """A thing in a colour that it was never said to have: every colour in turn, the rarest first, each thing once."""
    names = {c: drawn((thing.name for thing in things() if is_held_out_colour(thing, c)), c) for c in NAMED}
    in_turn = sorted(NAMED, key=lambda colour: len(names[colour]))
    said: dict[str, str] = {}
    for colour in in_turn * count:
        free = [name for name in names[colour] if name not in said]
        if free and len(said) < count:
            said[free[0]] = colour
    return [article(f"{colour} {name}") for name, colour in said.items()]


def with_part(count: int) -> list[str]:
    """A thing with a part in a colour that it has not by nature; training may have said it. Every colour in turn."""
    found = [f"{thing.name}, {part}" for thing in things() for part in _nameable(thing)]
    left, said = drawn(found, "a part"), []
    for colour in (drawn(NAMED, "parts") * count)[:count]:
        name, part = next(p for p in (pair.split(", ") for pair in left) if colour not in _own_colours(*p))
        left = [other for other in left if not other.startswith(f"{name},")]
        said.append(f"{article(name)} with {_part(colour, part)}")
    return said


def together(solids: int, everyday: int) -> list[str]:
    """Two things whose pair training never said, in colours that it said of each."""
    held = {pair.name: pair for pair in pairs() if is_held_out_pair(pair.name) and _is_core(pair)}
    order = [held[name] for name in drawn(held, "a pair")]
    chosen = [*_spread(filter(_is_solid, order), solids), *_spread((p for p in order if not _is_solid(p)), everyday)]
    return [_in_colours(pair) for pair in chosen]


def _spread(order: Iterable[Subject], count: int) -> list[Subject]:
    """The first ones in which no thing stands too often."""
    chosen: list[Subject] = []
    for pair in order:
        so_far = [thing.name for other in chosen for thing in other.things]
        if len(chosen) < count and all(so_far.count(thing.name) < PAIRS_OF_ONE for thing in pair.things):
            chosen.append(pair)
    return chosen


def _is_core(pair: Subject) -> bool:
    return all(thing.name in CORE for thing in pair.things)


def _is_solid(pair: Subject) -> bool:
    return all(thing.name in SOLIDS for thing in pair.things)


def _in_colours(pair: Subject) -> str:
    first, second = pair.things
    of_first = drawn(colours_in_training(first), f"the first of {pair.name}")[0]
    of_second = next(c for c in drawn(colours_in_training(second), f"the second of {pair.name}") if c != of_first)
    return f"{article(f'{of_first} {first.name}')} {pair.relation} {article(f'{of_second} {second.name}')}"


def _nameable(thing: Thing) -> list[str]:
    """Parts with a colour of their own; main ones take the thing's."""
    colours = _part_colours(thing.name)
    return [name for name in thing.named_parts if colours.get(name)]


def _own_colours(name: str, part: str) -> set[str | None]:
    """Of the thing and of the part by nature: said, these would tell nothing."""
    return {THINGS[name].natural, _part_colours(name)[part]}


@cache
def _part_colours(name: str) -> dict[str, str | None]:
    return {part.name: part.colour for part in THINGS[name].build(Vary(0))}


def _part(colour: str, part: str) -> str:
    many = part.endswith("s") and not part.endswith("ss")
    return f"{colour} {part}" if many else article(f"{colour} {part}")


def article(phrase: str) -> str:
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"


def lines() -> Iterator[str]:
    yield "# Drawn by `python -m scripts.scoring.held_out_set`. Only things that the small model was taught."
    yield "\n## held-out colours\n# Things, each in a colour that training never says of it."
    yield from coloured(COLOURED)
    yield "\n## parts\n# In colours that they have not by nature. They are not held out: training may have said them."
    yield from with_part(WITH_PART)
    yield "\n## held-out pairs\n# Training never says them this way round. It does say each thing in its colour."
    yield from together(OF_SOLIDS, OF_EVERYDAY)


if __name__ == "__main__":
    print("\n".join(lines()))
