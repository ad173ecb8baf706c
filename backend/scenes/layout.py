"""All objects of a scene, placed one after the other: what others stand by comes first, and what stands by it after."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backend.words.scenes import CONTAINERS, Relation, ScenePrompt

from .bodies import Body, PosedBody
from .placing import SIDES, above, against, around, beside, centered_at, inside, next_to, on_ground, on_top, under

APART = 0.35
"""Of the width of what stands between two, how much more room they leave it."""


def laid_out(scene: ScenePrompt, bodies: Sequence[Body], scales: Sequence[float]) -> tuple[list[PosedBody], list[str]]:
    """Returns where each object stands, and sentences about what could not be as it was said."""
    waiting = [PosedBody(body, scale, np.zeros(3)) for body, scale in zip(bodies, scales, strict=True)]
    placed: dict[int, PosedBody] = {}
    notes: list[str] = []
    for number in _in_order(scene):
        relation = next((each for each in scene.relations if each.subject == number), None)
        subject = on_ground(centered_at(waiting[number], (0.0, 0.0)))
        if relation is None:
            placed[number] = _free(subject, list(placed.values()))
        else:
            _stand(relation, subject, placed, scene, notes)
    return [placed[number] for number in range(len(waiting))], notes


def _in_order(scene: ScenePrompt) -> list[int]:
    """Targets before subjects; among those of one relation as they are said."""
    done: list[int] = []
    waiting = list(range(len(scene.objects)))
    targets = {each.subject: each.targets for each in scene.relations}
    while waiting:
        ready = [number for number in waiting if set(targets.get(number, ())) <= set(done)]
        done += ready
        waiting = [number for number in waiting if number not in ready]
    return done


def _free(subject: PosedBody, others: list[PosedBody]) -> PosedBody:
    return next_to(subject, others[-1], others) if others else subject


def _stand(
    relation: Relation, subject: PosedBody, placed: dict[int, PosedBody], scene: ScenePrompt, notes: list[str]
) -> None:
    """Places one subject among what is placed already, which may have to move."""
    number, first = relation.subject, relation.targets[0]
    others, target = list(placed.values()), placed[first]
    alike = [each.subject for each in scene.relations if (each.kind, each.targets) == (relation.kind, relation.targets)]
    turn, count = alike.index(number), len(alike)
    match relation.kind:
        case "on":
            placed[number] = on_top(subject, target, others)
        case "in":
            placed[number], is_open = inside(subject, target, others, count)
            if not is_open and not CONTAINERS & set(scene.objects[first].split()):
                notes.append(f"'{scene.objects[first]}' has no opening, so '{scene.objects[number]}' is on it.")
        case "under":
            placed[number], placed[first] = under(subject, target)
        case "above":
            placed[number] = above(subject, target)
        case "around":
            placed[number] = around(subject, target, turn, count)
        case "between" if len(relation.targets) > 1:
            _stand_between(relation, subject, placed)
        case "leaning on":
            placed[number] = against(subject, target, others)
        case "left of" | "right of" | "in front of" | "behind":
            placed[number] = beside(subject, target, others, SIDES[relation.kind])
        case _:
            placed[number] = next_to(subject, target, others)


def _stand_between(relation: Relation, subject: PosedBody, placed: dict[int, PosedBody]) -> None:
    """The two stand to its left and right, however they stood before."""
    left, right = relation.targets[:2]
    room = float(subject.size[0]) * (1 + APART)
    middle = placed[left].middle[:2]
    for number, side in ((left, -1), (right, 1)):
        half = (room + float(placed[number].size[0])) / 2
        placed[number] = centered_at(placed[number], middle + np.array([side * half, 0.0]))
    placed[relation.subject] = on_ground(centered_at(subject, middle))
