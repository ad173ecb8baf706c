"""From where a thing is seen, in words: "front view", "side view", "back view" (DreamFusion, section 3.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import cos, radians

from .batches import Sampler, Told
from .subjects import Subject

VIEWS = ("front", "side", "back")
FACED = frozenset({
    "cat", "dog", "rabbit", "penguin", "duck", "snowman", "robot", "skull", "chair", "sofa", "bed", "bench", "house",
    "church", "car", "bus", "train", "plane", "helicopter", "bicycle",
})  # fmt: skip


def side(azimuth: float) -> str:
    """Front within 45 degrees of azimuth 0, back within 45 of the opposite, else side."""
    return "front" if cos(azimuth) > cos(radians(45)) else "back" if cos(azimuth) < -cos(radians(45)) else "side"


def view_words() -> list[str]:
    return [f"{view} view" for view in VIEWS]


def faced_names(subjects: Iterable[Subject]) -> list[str]:
    """Of those whose front a person would know."""
    return [name for s in subjects if s.name in FACED for name in s.things[0].names]


def seen(view: str) -> str:
    """What follows a caption that says from where."""
    return f", {view} view"


def seen_from(told: Told) -> Told:
    """The same, and the caption says from where."""
    view = told.shown.view
    return replace(told, caption=f"{told.caption}{seen(view)}", said=replace(told.said, view=view))


class SidedSampler(Sampler):
    """Knows from where each picture is seen, and says so of a share of those whose front a person would know.

    Of the others it would be no more than noise: a ball's front view is its back view, and the loss asks to tell them.
    """

    view_said = 0.7

    def _tell(self, subject: Subject, place: int) -> Told:
        told = self._told(subject, place)
        told = replace(told, shown=replace(told.shown, view=side(float(self.views[subject].camera[place, 0]))))
        return seen_from(told) if subject.name in FACED and self.choose.random() < self.view_said else told

    def _told(self, subject: Subject, place: int) -> Told:
        """What is told of a picture beside that."""
        return super()._tell(subject, place)
