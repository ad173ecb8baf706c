"""From where a thing is seen, in words: "front view", "side view", "back view" (DreamFusion, section 3.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import cos, radians

from ..batches import LabeledCaption, Sampler
from ..objects.subjects import Subject

VIEWS = ("front", "side", "back")
HAS_FRONT = frozenset({
    "cat", "dog", "rabbit", "penguin", "duck", "snowman", "robot", "skull", "chair", "sofa", "bed", "bench", "house",
    "church", "car", "bus", "train", "plane", "helicopter", "bicycle",
})  # fmt: skip


def view_of(azimuth: float) -> str:
    """Front within 45 degrees of azimuth 0, back within 45 of the opposite, else side."""
    return "front" if cos(azimuth) > cos(radians(45)) else "back" if cos(azimuth) < -cos(radians(45)) else "side"


def view_words() -> list[str]:
    return [f"{view} view" for view in VIEWS]


def names_with_front(subjects: Iterable[Subject]) -> list[str]:
    """Of those whose front a person would know."""
    return [name for s in subjects if s.name in HAS_FRONT for name in s.objects[0].names]


def view_suffix(view: str) -> str:
    """What follows a caption that says from where."""
    return f", {view} view"


def with_view_label(labeled: LabeledCaption) -> LabeledCaption:
    """The same, and the caption says from where."""
    view = labeled.image_labels.view
    return replace(
        labeled,
        caption=f"{labeled.caption}{view_suffix(view)}",
        caption_labels=replace(labeled.caption_labels, view=view),
    )


class ViewLabelSampler(Sampler):
    """Knows from where each picture is seen, and says so of a share of those whose front a person would know.

    Of the others it would be no more than noise: a ball's front view is its back view, and the loss asks to tell them.
    """

    view_label_share = 0.7

    def _make_caption(self, subject: Subject, view_index: int) -> LabeledCaption:
        labeled = self._base_caption(subject, view_index)
        labeled = replace(
            labeled,
            image_labels=replace(labeled.image_labels, view=view_of(float(self.views[subject].camera[view_index, 0]))),
        )
        return (
            with_view_label(labeled)
            if subject.name in HAS_FRONT and self.rng.random() < self.view_label_share
            else labeled
        )

    def _base_caption(self, subject: Subject, view_index: int) -> LabeledCaption:
        """What is told of a picture beside that."""
        return super()._make_caption(subject, view_index)
