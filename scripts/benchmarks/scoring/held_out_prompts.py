"""Sixty prompts that training never said, or hardly, drawn by hashes of names: the same on every machine.

    python -m scripts.benchmarks.scoring.held_out_prompts > scripts/benchmarks/prompts/held_out_60.txt

Needs the packages of the trainings. The file that was drawn is kept in git and read from there: when the dataset grows,
older results stay comparable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from ...training.colors import NAMED
from ...training.held_out import colors_in_training, is_held_out_color, is_held_out_pair, share_of
from ...training.objects.object_class import OBJECT_CLASSES, ObjectClass, Rng
from ...training.objects.subjects import SOLIDS, Subject, pairs
from ...training.training_subset import TRAINING_SUBSET, training_subjects

COLORED, WITH_PART, OF_SOLIDS, OF_EVERYDAY = 30, 12, 9, 9
PAIRS_OF_ONE = 3
"""Prompts of two things in which the same thing may stand."""


def drawn(names: Iterable[str], purpose: str) -> list[str]:
    """The names in an order that depends on each name alone."""
    return sorted(names, key=lambda name: share_of(f"{name} for {purpose}"))


def objects() -> list[ObjectClass]:
    """What the small model was taught alone."""
    return [subject.objects[0] for subject in training_subjects(subset_only=True) if not subject.relation]


def colored(count: int) -> list[str]:
    """A thing in a color that it was never said to have: every color in turn, the rarest first, each thing once."""
    names = {c: drawn((obj.name for obj in objects() if is_held_out_color(obj, c)), c) for c in NAMED}
    in_turn = sorted(NAMED, key=lambda color: len(names[color]))
    texts: dict[str, str] = {}
    for color in in_turn * count:
        free = [name for name in names[color] if name not in texts]
        if free and len(texts) < count:
            texts[free[0]] = color
    return [article(f"{color} {name}") for name, color in texts.items()]


def with_part(count: int) -> list[str]:
    """A thing with a part in a color that it has not by nature; training may have said it. Every color in turn."""
    found = [f"{obj.name}, {part}" for obj in objects() for part in _nameable(obj)]
    left, texts = drawn(found, "a part"), []
    for color in (drawn(NAMED, "parts") * count)[:count]:
        name, part = next(p for p in (pair.split(", ") for pair in left) if color not in _own_colors(*p))
        left = [other for other in left if not other.startswith(f"{name},")]
        texts.append(f"{article(name)} with {_part(color, part)}")
    return texts


def together(solids: int, everyday: int) -> list[str]:
    """Two things whose pair training never said, in colors that it said of each."""
    held = {pair.name: pair for pair in pairs() if is_held_out_pair(pair.name) and _is_core(pair)}
    order = [held[name] for name in drawn(held, "a pair")]
    chosen = [*_spread(filter(_is_solid, order), solids), *_spread((p for p in order if not _is_solid(p)), everyday)]
    return [_in_colors(pair) for pair in chosen]


def _spread(order: Iterable[Subject], count: int) -> list[Subject]:
    """The first ones in which no thing stands too often."""
    chosen: list[Subject] = []
    for pair in order:
        so_far = [obj.name for other in chosen for obj in other.objects]
        if len(chosen) < count and all(so_far.count(obj.name) < PAIRS_OF_ONE for obj in pair.objects):
            chosen.append(pair)
    return chosen


def _is_core(pair: Subject) -> bool:
    return all(obj.name in TRAINING_SUBSET for obj in pair.objects)


def _is_solid(pair: Subject) -> bool:
    return all(obj.name in SOLIDS for obj in pair.objects)


def _in_colors(pair: Subject) -> str:
    first, second = pair.objects
    of_first = drawn(colors_in_training(first), f"the first of {pair.name}")[0]
    of_second = next(c for c in drawn(colors_in_training(second), f"the second of {pair.name}") if c != of_first)
    return f"{article(f'{of_first} {first.name}')} {pair.relation} {article(f'{of_second} {second.name}')}"


def _nameable(obj: ObjectClass) -> list[str]:
    """Parts with a color of their own; main ones take the thing's."""
    colors = _part_colors(obj.name)
    return [name for name in obj.named_parts if colors.get(name)]


def _own_colors(name: str, part: str) -> set[str | None]:
    """Of the thing and of the part by nature: said, these would tell nothing."""
    return {OBJECT_CLASSES[name].natural, _part_colors(name)[part]}


@cache
def _part_colors(name: str) -> dict[str, str | None]:
    return {part.name: part.color for part in OBJECT_CLASSES[name].build(Rng(0))}


def _part(color: str, part: str) -> str:
    many = part.endswith("s") and not part.endswith("ss")
    return f"{color} {part}" if many else article(f"{color} {part}")


def article(phrase: str) -> str:
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"


def lines() -> Iterator[str]:
    module = "scripts.benchmarks.scoring.held_out_prompts"
    yield f"# Drawn by `python -m {module}`. Only things that the small model was taught."
    yield "\n## held-out colors\n# Things, each in a color that training never says of it."
    yield from colored(COLORED)
    yield "\n## parts\n# In colors that they have not by nature. They are not held out: training may have said them."
    yield from with_part(WITH_PART)
    yield "\n## held-out pairs\n# Training never says them this way round. It does say each thing in its color."
    yield from together(OF_SOLIDS, OF_EVERYDAY)


if __name__ == "__main__":
    print("\n".join(lines()))
