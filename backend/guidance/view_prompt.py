"""What one view is asked to show: prompts with weights that sum to 1, and what must not be seen.

    prompts of a view = { main prompt, more prompts, the words of cameras near it }
    weight of camera i's words at a view in direction d:
        w_i = exp(-(angle(d, d_i) / blend)^2)                  (1 where the view stands on the camera)
        the words of all cameras together take  a = max_i w_i  of the whole; each takes its share  a w_i / sum_j w_j
        the other prompts take  1 - a, by their own weights

A square, so that a view a little beside a camera is still asked for that camera's words: with the angle itself, a fifth
of a blend away a fifth of the pull was gone, and a cube of a red and a blue side came out purple on both.

So a view from a camera of the user's is asked for that camera's words alone (where no other is near), one between two
cameras for both, and one far from all for the prompt. The weights are continuous in the angle and sum to 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from backend.cameras.orbit import OrbitView
from backend.config import CameraPrompt, JobConfig, PromptOptionsConfig

FRONT_DEGREES, BACK_DEGREES = 45.0, 135.0


@dataclass(frozen=True)
class ViewPrompt:
    """Texts and their weights (which sum to 1), and texts that must not be seen with the weight of each."""

    positive: tuple[tuple[str, float], ...]
    negative: tuple[tuple[str, float], ...] = ()


def view_prompt(config: JobConfig, view: OrbitView) -> ViewPrompt:
    """The words for a view."""
    words = config.prompt_options
    cameras = [(camera.prompt, _camera_weight(words, view, _direction(camera))) for camera in words.camera_prompts]
    blend = [(text, weight) for text, weight in _blend(_general(config), cameras) if weight > 0]
    return ViewPrompt(
        tuple((_apply_template(text, words, view), weight) for text, weight in blend),
        ((words.negative, words.negative_weight),) if words.negative.strip() else (),
    )


def every_text(config: JobConfig) -> list[str]:
    """Each text that a person wrote, once: for checks of their length."""
    words = config.prompt_options
    texts = [
        config.prompt,
        *(w.text for w in words.extra_prompts),
        *(c.prompt for c in words.camera_prompts),
        words.negative,
    ]
    return list(dict.fromkeys(text for text in texts if text.strip()))


def view_label(azimuth: float, elevation: float, overhead_degrees: float) -> str:
    """'front', 'side', 'back' or 'overhead' view, by angles in radians (DreamFusion, section 3.1)."""
    if math.degrees(elevation) > overhead_degrees:
        return "overhead view"
    turn = abs(math.degrees(math.remainder(azimuth, 2 * math.pi)))
    if turn <= FRONT_DEGREES:
        return "front view"
    return "back view" if turn >= BACK_DEGREES else "side view"


def _general(config: JobConfig) -> list[tuple[str, float]]:
    """The prompt with weight 1 and the others with theirs, made to sum to 1."""
    texts = [(config.prompt, 1.0)] if config.prompt.strip() else []
    texts += [(more.text, more.weight) for more in config.prompt_options.extra_prompts if more.text.strip()]
    total = sum(weight for _, weight in texts) or 1.0
    return [(text, weight / total) for text, weight in texts]


def _blend(general: list[tuple[str, float]], cameras: list[tuple[str, float]]) -> list[tuple[str, float]]:
    if not cameras:
        return general
    total = sum(weight for _, weight in cameras)
    theirs = max(weight for _, weight in cameras) if general else 1.0
    return [(text, (1 - theirs) * weight) for text, weight in general] + [
        (text, theirs * weight / total) for text, weight in cameras
    ]


def _camera_weight(words: PromptOptionsConfig, view: OrbitView, direction: tuple[float, float, float]) -> float:
    """exp(-(angle / blend)^2); never 0, so that cameras which are all far away still have shares."""
    camera_direction = _unit(view.azimuth, view.elevation)
    cosine = sum(a * b for a, b in zip(camera_direction, direction, strict=True))
    angle = math.degrees(math.acos(max(-1.0, min(1.0, cosine))))
    return max(1e-30, math.exp(-((angle / words.blend_degrees) ** 2)))


def _direction(camera: CameraPrompt) -> tuple[float, float, float]:
    return _unit(math.radians(camera.azimuth_degrees), math.radians(camera.elevation_degrees))


def _unit(azimuth: float, elevation: float) -> tuple[float, float, float]:
    """Returns the direction from the middle towards a camera at these angles, of length 1."""
    flat = math.cos(elevation)
    return flat * math.sin(azimuth), -flat * math.cos(azimuth), math.sin(elevation)


def _apply_template(text: str, words: PromptOptionsConfig, view: OrbitView) -> str:
    """The text in its template, with the words of the view where they are asked for."""
    sentence = words.template.replace("{}", text) if words.template else text
    if not words.view_dependent:
        return sentence
    return f"{sentence}, {view_label(view.azimuth, view.elevation, words.overhead_degrees)}"
