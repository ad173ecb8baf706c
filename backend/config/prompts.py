"""Settings of what is wanted, beyond the one prompt: more words, words against, images, words of single cameras."""

from __future__ import annotations

from .light_dataclass import dataclass
from .setting import setting


@dataclass(frozen=True)
class WeightedText:
    """One more prompt."""

    text: str = setting("", "Words that are wanted as well")
    weight: float = setting(1.0, "Weight against the prompt's 1", low=0.0, high=1e3)


@dataclass(frozen=True)
class WeightedImage:
    """A picture of what is wanted."""

    path: str = setting("", "File of a picture")
    weight: float = setting(1.0, "Weight against the prompt's 1", low=0.0, high=1e3)


@dataclass(frozen=True)
class CameraPrompt:
    """What is seen from one direction."""

    azimuth_degrees: float = setting(
        0.0, "Direction: 0 is the front (-Y), 90 is +X", low=-360, high=360, unit="degrees"
    )
    elevation_degrees: float = setting(0.0, "Height above the horizon", low=-90.0, high=90.0, unit="degrees")
    prompt: str = setting("", "What is seen from there")


@dataclass(frozen=True)
class PromptOptionsConfig:
    """How words become what a view is asked to show."""

    negative: str = setting("", "What must not be seen")
    negative_weight: float = setting(0.5, "Weight of what must not be seen", low=0.0, high=1e3)
    template: str = setting("", "Sentence around each prompt, with {} where it goes, as 'a 3D render of {}'")
    view_dependent: bool = setting(
        False, "Say 'front view', 'side view', 'back view', 'overhead view'", source="DreamFusion, section 3.1"
    )
    overhead_degrees: float = setting(60.0, "Elevation above which a view is overhead", low=0, high=90, unit="degrees")
    blend_degrees: float = setting(
        45.0, "How far a camera's own words reach: their pull falls by 1/e over this angle", low=1, high=180,
        unit="degrees",
    )  # fmt: skip
    extra_prompts: tuple[WeightedText, ...] = setting((), "More prompts, each with its weight", item=WeightedText)
    image_prompts: tuple[WeightedImage, ...] = setting(
        (), "Pictures of what is wanted (image-text models)", item=WeightedImage
    )
    camera_prompts: tuple[CameraPrompt, ...] = setting((), "Cameras with words of their own", item=CameraPrompt)
