"""The things of a scene as jobs of their own: each with its words, its seed and the box that it fills."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backend.config import JobConfig
from backend.fields.field import Bounds
from backend.priors.prior_field import PRIOR_FOLDER
from backend.priors.vocabulary import load_vocabulary
from backend.words.scenes import read_scene

from .scene_field import scene_field


@dataclass(frozen=True)
class ObjectJob:
    """What a job needs to make one thing where it stands; its lowest point lies on the bottom of its box."""

    prompt: str
    seed: int
    center: list[float]
    size: list[float]


def arrange_objects(config: JobConfig) -> tuple[list[ObjectJob], list[str]]:
    """Returns what the prompt's things need, in meters of the scene, and notes; nothing where it names one.

    Raises:
        ConfigError: a thing or a relation is unknown. ModelError: the prior's files are missing or broken.
    """
    scene = read_scene(config.prompt)
    if scene is None:
        return [], []
    center, size = np.array(config.bounds.center), np.array(config.bounds.size)
    low, high = center - size / 2, center + size / 2
    field = scene_field(scene, config.seed, Bounds(tuple(low.tolist()), tuple(high.tolist())))
    meters, turn = float(size.min()) / 2, np.array(config.bounds.to_scene)
    jobs, sizes = [], {word for word, size in load_vocabulary(PRIOR_FOLDER).size_words.items() if size == "small"}
    floor = min(each.low for each in field.objects)
    for each in field.objects:
        height = -size[2] / 2 + meters * (each.low - floor + each.half)  # the scene stands on the bottom of its box
        middle = np.array([*(meters * each.center[:2].numpy()), height])
        there = turn @ np.array([*(center + middle), 1.0])
        jobs.append(ObjectJob(_unsized(each.words, sizes), each.seed, there[:3].tolist(), [2 * meters * each.half] * 3))
    return jobs, list(field.notes)


def _unsized(words: str, sizes: set[str]) -> str:
    """Without words for small: the box says it, and what is small in a small box would be so twice."""
    return " ".join(word for word in words.split() if word not in sizes)
