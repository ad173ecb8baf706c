"""A job, whole: what is wanted, where it lies, and one group of settings for each room of the backend."""

from __future__ import annotations

import dataclasses
import enum
from dataclasses import field as dataclass_field
from pathlib import PurePath
from typing import Any

from ..errors import ConfigError, EmptyPromptError
from .cameras import OrbitConfig
from .export import ExportConfig
from .fields import BoundsConfig, FieldConfig, PriorConfig, StartConfig
from .guidance import ConsistencyConfig, DreamFieldsConfig, PhotometricConfig, ScoreDistillationConfig
from .light_dataclass import dataclass
from .model_family import ModelFamily, makes_shape_of_picture, model_family
from .optimize import CollapseConfig, EarlyStoppingConfig, OptimizeConfig
from .prompts import PromptOptionsConfig
from .regions import FROZEN as FROZEN
from .regions import KEEP_IN as KEEP_IN
from .regions import KEEP_OUT as KEEP_OUT
from .regions import MAX_CELLS as MAX_CELLS
from .regions import REDO as REDO
from .regions import RegionConfig as RegionConfig
from .regions import RegionsConfig as RegionsConfig
from .regions import boxes_touch as boxes_touch
from .regions import cells_of as cells_of
from .regions import cells_text as cells_text
from .regions import check_regions
from .regularizers import RegularizerConfig
from .renamed import renamed
from .render import RenderConfig
from .setting import merged, read_group, setting
from .shares import refuse_shares_in

PROMPT_LIMIT = 1000
"""Characters of a prompt. Longer ones are surely a pasted file; encoders read 24 to 77 tokens."""
VIDEOS = (".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi", ".mpg", ".mpeg", ".mts", ".m2ts", ".3gp")
"""How files end that may be given instead of a folder of photos."""


class JobState(enum.StrEnum):
    """Where a job is. QUEUED -> RUNNING <-> PAUSED; RUNNING ends in FINISHED, CANCELLED or FAILED."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        return self in (JobState.FINISHED, JobState.CANCELLED, JobState.FAILED)


class Method(enum.StrEnum):
    """What the optimization listens to."""

    TEXT = "text"
    RECONSTRUCT = "reconstruct"
    BOTH = "both"

    @property
    def uses_text(self) -> bool:
        return self is not Method.RECONSTRUCT

    @property
    def uses_photos(self) -> bool:
        return self is not Method.TEXT


class Quality(enum.StrEnum):
    INSTANT = "instant"
    DRAFT = "draft"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True)
class JobConfig:
    """One job, whole."""

    method: str = setting(
        Method.TEXT.value, "Text, posed pictures, or both at once", choices=tuple(m.value for m in Method)
    )
    prompt: str = setting("", "What to make, in words")
    dataset: str = setting(
        "", "Folder of photos, with poses of any known program or without, or a video (docs/photos.md)"
    )
    model: str = setting(
        "embedded",
        "Which model makes it: 'embedded', 'embedded-clip', a name of open_clip or diffusers, or a path of weights",
    )
    quality: str = setting(
        Quality.NORMAL.value,
        "How much time is taken, as a preset that single settings may differ from",
        choices=tuple(q.value for q in Quality),
    )
    recipe: str = setting("", "Preset from a paper that the job began from, if any")
    seed: int = setting(
        0, "Another seed gives another result; on the CPU the same seed gives the same one", low=0, high=2**31 - 1
    )
    device: str = setting(
        "auto",
        "Where it is computed; auto takes a graphics card that PyTorch can use, else the CPU",
        choices=("auto", "cpu", "cuda", "mps"),
    )
    allow_download: bool = setting(False, "Whether a model that is not on this machine may be downloaded")
    pictures_outside: bool = setting(
        False,
        "Whether the dataset may name pictures outside of its folder; only on the command line, for a dataset that you"
        " trust",
    )
    bounds: BoundsConfig = dataclass_field(default_factory=BoundsConfig)
    regions: RegionsConfig = dataclass_field(default_factory=RegionsConfig)
    prompt_options: PromptOptionsConfig = dataclass_field(default_factory=PromptOptionsConfig)
    field: FieldConfig = dataclass_field(default_factory=FieldConfig)
    start: StartConfig = dataclass_field(default_factory=StartConfig)
    prior: PriorConfig = dataclass_field(default_factory=PriorConfig)
    render: RenderConfig = dataclass_field(default_factory=RenderConfig)
    orbit: OrbitConfig = dataclass_field(default_factory=OrbitConfig)
    score_distillation: ScoreDistillationConfig = dataclass_field(default_factory=ScoreDistillationConfig)
    dream_fields: DreamFieldsConfig = dataclass_field(default_factory=DreamFieldsConfig)
    consistency: ConsistencyConfig = dataclass_field(default_factory=ConsistencyConfig)
    photometric: PhotometricConfig = dataclass_field(default_factory=PhotometricConfig)
    regularizer: RegularizerConfig = dataclass_field(default_factory=RegularizerConfig)
    optimize: OptimizeConfig = dataclass_field(default_factory=OptimizeConfig)
    early_stopping: EarlyStoppingConfig = dataclass_field(default_factory=EarlyStoppingConfig)
    collapse: CollapseConfig = dataclass_field(default_factory=CollapseConfig)
    export: ExportConfig = dataclass_field(default_factory=ExportConfig)

    @property
    def uses_text(self) -> bool:
        return Method(self.method).uses_text

    @property
    def uses_photos(self) -> bool:
        return Method(self.method).uses_photos

    @property
    def starts_from_mesh(self) -> bool:
        return bool(self.start.mesh)


def names_video(path: str | PurePath) -> bool:
    """Tells whether a file is called as videos are."""
    return PurePath(path).suffix.lower() in VIDEOS


def with_changes(config: JobConfig, changes: dict[str, Any]) -> JobConfig:
    """A checked copy with `changes`: values by name, groups as nested dictionaries of only what differs.

    A box that is given is the box: nothing is found in its stead, unless the same changes say so.
    """
    box = changes.get("bounds")
    if isinstance(box, dict) and box and "automatic" not in box:
        changes = changes | {"bounds": box | {"automatic": False}}
    return from_json(merged(to_json(config), changes))


def to_json(config: JobConfig) -> dict[str, Any]:
    """Plain dictionaries, lists, numbers and strings: what goes over the wire and into job.json."""
    return dataclasses.asdict(config)


def from_json(data: dict[str, Any]) -> JobConfig:
    """Reads the config that `data` describes; what it leaves out has its default, and old names are understood.

    Raises:
        ConfigError: an unknown name, a wrong type, a value out of bounds; the sentence names it.
    """
    config: JobConfig = read_group(JobConfig, renamed(data), "")
    return config


def check_runnable(config: JobConfig) -> JobConfig:
    """Checks what a job needs before it may be created, beyond each value being in bounds, and returns it.

    Raises:
        EmptyPromptError: a text job without words or pictures of what is wanted.
        ConfigError: a prompt too long, a reconstruction without pictures, ranges that are upside down, regions outside.
        ShareError: a path on another machine that nobody typed.
    """
    refuse_shares_in(to_json(config))
    _check_picture(config)
    _check_prompts(config)
    if config.uses_photos and not config.dataset:
        raise ConfigError("No pictures were given to reconstruct from: choose a folder of photos.")
    _check_steps(config)
    _check_start(config)
    _check_ranges(config)
    check_regions(config.regions, config.bounds)
    return config


def _check_picture(config: JobConfig) -> None:
    model = config.prior.model or config.model
    if makes_shape_of_picture(model) and not config.prior.picture:
        raise ConfigError(
            f"The model {model} makes a shape of one picture and reads no words: choose a picture (Image to 3D, "
            "--picture, prior.picture), or the model shap-e."
        )
    if config.prior.picture and config.method != Method.TEXT:
        raise ConfigError("A shape of one picture starts no job with photos: leave prior.picture or the photos out.")


def _check_prompts(config: JobConfig) -> None:
    words = config.prompt_options
    shown = words.image_prompts or (config.prior.picture and not config.optimize.steps)
    if config.uses_text and not config.prompt.strip() and not shown:
        raise EmptyPromptError('The prompt is empty: say in a few words what to make, for example "a red cube".')
    for text in (
        config.prompt,
        words.negative,
        *(w.text for w in words.extra_prompts),
        *(c.prompt for c in words.camera_prompts),
    ):
        if len(text) > PROMPT_LIMIT:
            raise ConfigError(f"The prompt has {len(text)} characters: shorten it to {PROMPT_LIMIT} or fewer.")
    if words.template and words.template.count("{}") != 1:
        raise ConfigError("The template around the prompt must have {} once, where the prompt goes.")
    if any(not camera.prompt.strip() for camera in words.camera_prompts):
        raise ConfigError("A camera with words of its own has none: write them, or take the camera out.")


def _check_steps(config: JobConfig) -> None:
    """Without a step the shape prior's answer is the result, and it answers words."""
    if model_family(config.model) is ModelFamily.SHAPE and (config.optimize.steps or config.uses_photos):
        raise ConfigError(
            f"The model {config.model} makes a shape at once and guides nothing: leave quality, steps and "
            "photos out, or choose another model and set prior.model to this one."
        )
    if config.optimize.steps:
        return
    if config.uses_photos:
        raise ConfigError(
            "Photos have no instant answer: choose the quality draft, normal or high, or set optimize.steps to 1 or "
            "more."
        )
    if config.field.density_init != "prior" and not config.starts_from_mesh:
        raise ConfigError(
            "No steps were asked for: set optimize.steps to 1 or more, or start from the shape prior "
            "(field.density_init prior), whose answer needs none."
        )


def _check_start(config: JobConfig) -> None:
    if config.starts_from_mesh and not config.start.edits and config.field.density_init == "prior":
        raise ConfigError(
            "The field is to start from a mesh and from the shape prior at once: leave field.density_init empty, or "
            "take the mesh away (with the quality instant there is only the shape prior's answer)."
        )


def _check_ranges(config: JobConfig) -> None:
    orbit, unseen = config.orbit, config.consistency
    ranges = [
        (orbit.elevation_low_degrees, orbit.elevation_high_degrees),
        (orbit.radius_low, orbit.radius_high),
        (unseen.min_elevation_degrees, unseen.max_elevation_degrees),
        (unseen.min_radius, unseen.max_radius),
    ]
    if any(low > high for low, high in ranges):
        raise ConfigError("The lowest elevation or radius of the orbit cameras is above the highest: swap them.")
    if config.field.start_resolution > config.field.resolution:
        raise ConfigError("The field's start resolution is above its final one: lower it, or raise the resolution.")
    if config.dream_fields.blur_low > config.dream_fields.blur_high:
        raise ConfigError("The least blur of a background is above the most: swap them.")
