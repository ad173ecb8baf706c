"""Words of other views as what must not be seen: Perp-Neg against faces on every side (arXiv 2304.04968, section 4).

Between front (r = 1) and side (r = 0) a view is asked for  r front + (1 - r) side, and not for front or side alone; in
between side (r = 1) and back (r = 0) for  r side + (1 - r) back, and not for side or front. How strongly not:

    f(r) = a exp(-b r) + c,  0 where that view is the one wanted        threestudio's a, b, c
"""

from __future__ import annotations

import math
from dataclasses import replace

from backend.cameras.orbit import OrbitView
from backend.config import JobConfig
from backend.guidance.view_prompt import ViewPrompt, view_prompt

from .classifier_free_guidance import MIN_WEIGHT

FRONT, SIDE, BACK = 0.0, math.pi / 2, math.pi
FRONT_OR_SIDE = (4.0, 0.5, -2.426)
SIDE_BEHIND = (1.0, 0.5, -0.606)
FRONT_BEHIND = (1.0, 0.5, 0.967)

Texts = tuple[tuple[str, float], ...]


def view_prompt_with_other_views(config: JobConfig, view: OrbitView) -> ViewPrompt:
    """The view's own words, with the general ones said between two views, and other views among what is unwanted."""
    own, general = view_prompt(config, view), _general_prompt(config, view)
    if math.degrees(view.elevation) > config.prompt_options.overhead_degrees:
        return own
    said = {text for text, _ in general}
    share = sum(weight for text, weight in own.positive if text in said)
    kept = tuple((text, weight) for text, weight in own.positive if text not in said)
    mixed, against = _between(config, view)
    negative = own.negative + against if share >= MIN_WEIGHT else own.negative
    return ViewPrompt(kept + tuple((text, share * weight) for text, weight in mixed if share * weight > 0), negative)


def decay(numbers: tuple[float, float, float], r: float) -> float:
    """a exp(-b r) + c, and never below 0: at r = 1 it is 0 but for the rounding of the published numbers."""
    a, b, c = numbers
    return max(0.0, a * math.exp(-b * r) + c)


def _between(config: JobConfig, view: OrbitView) -> tuple[Texts, Texts]:
    """Wanted and unwanted texts; the wanted sum to 1."""
    quarters = abs(math.remainder(view.azimuth, 2 * math.pi)) / (math.pi / 2)
    if quarters < 1:
        r, near, far = 1 - quarters, _prompt_from(config, view, FRONT), _prompt_from(config, view, SIDE)
        return _times(near, r) + _times(far, 1 - r), (
            _times(near, decay(FRONT_OR_SIDE, r)) + _times(far, decay(FRONT_OR_SIDE, 1 - r))
        )
    r, near, far = 2 - quarters, _prompt_from(config, view, SIDE), _prompt_from(config, view, BACK)
    front = _prompt_from(config, view, FRONT)
    return _times(near, r) + _times(far, 1 - r), (
        _times(near, decay(SIDE_BEHIND, r)) + _times(front, decay(FRONT_BEHIND, r))
    )


def _prompt_from(config: JobConfig, view: OrbitView, azimuth: float) -> Texts:
    return _general_prompt(config, replace(view, azimuth=azimuth))


def _general_prompt(config: JobConfig, view: OrbitView) -> Texts:
    """The prompt and those beside it, in the words of a view; without those of single cameras."""
    return view_prompt(replace(config, prompt_options=replace(config.prompt_options, camera_prompts=())), view).positive


def _times(texts: Texts, factor: float) -> Texts:
    return tuple((text, factor * weight) for text, weight in texts if factor * weight > 0)
