"""The things that a small model learns first, and well: what a person is most likely to ask for.

Everything in the dataset at once is too much for an hour and a half of one core; a GPU takes `trained(core=False)`.
"""

from __future__ import annotations

from .held_out import is_held_out_object, is_held_out_pair
from .objects.subjects import Subject, pairs, singles

TRAINING_SUBSET = frozenset({
    "sphere", "cube", "cone", "cylinder", "torus", "pyramid", "capsule", "egg", "brick", "star", "heart",
    "mug", "teapot", "bottle", "wine glass", "umbrella", "candle", "bell", "gift", "crown", "key", "book",
    "chair", "table", "lamp", "bed", "sofa", "bench", "ladder", "barrel", "crate",
    "house", "church", "castle", "lighthouse", "tent", "tree", "pine tree", "cactus", "flower", "mushroom",
    "snowman", "robot", "skull", "top hat", "rocket", "plane", "sailing boat", "car", "bus", "train", "bicycle",
    "helicopter", "sword", "shield", "hammer", "guitar", "drum",
    "apple", "pear", "banana", "carrot", "pumpkin", "watermelon", "strawberry",
    "cupcake", "birthday cake", "doughnut", "ice cream",
    "fish", "duck", "cat", "dog", "rabbit", "penguin",
})  # fmt: skip


def training_subjects(subset_only: bool) -> list[Subject]:
    """All that training may see; with `core`, its things and pairs of them or of solids only."""
    alone = [s for s in singles() if not is_held_out_object(s.name) and (s.name in TRAINING_SUBSET or not subset_only)]
    together = [pair for pair in pairs() if not is_held_out_pair(pair.name)]
    return alone + [
        pair for pair in together if not subset_only or all(obj.name in TRAINING_SUBSET for obj in pair.objects)
    ]
