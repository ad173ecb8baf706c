"""Every number of a job, once: its meaning, unit, bounds, default and where it comes from.

Panels, presets and the command line are made from these classes, so nothing is typed twice. Only the standard library
is imported: the add-on reads this file inside Blender's own Python.

A job is a `JobConfig`: what is wanted (prompt, dataset), where it lies (bounds) and one group of settings for each room
of the backend. `preset(method, quality)` gives a good one; `from_json` refuses anything unknown, of the wrong type or
out of bounds with one sentence. Angles here are in degrees because a person types them; inside they are radians.
"""

from __future__ import annotations

import dataclasses
import enum
import math
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from .errors import ConfigError, EmptyPromptError

PROMPT_LIMIT = 1000
"""Characters of a prompt. Longer ones are surely a pasted file; encoders read 24 to 77 tokens."""


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
    """What the optimisation listens to."""

    TEXT = "text"
    RECONSTRUCT = "reconstruct"


class Quality(enum.StrEnum):
    DRAFT = "draft"
    NORMAL = "normal"
    HIGH = "high"


def setting(
    default: Any,
    meaning: str,
    *,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    choices: tuple[str, ...] = (),
    source: str = "",
) -> Any:
    """A dataclass field that knows its meaning, bounds and origin (for panels, the command line and `from_json`)."""
    metadata = {"meaning": meaning, "low": low, "high": high, "unit": unit, "choices": choices, "source": source}
    return dataclass_field(default=default, metadata=metadata)


@dataclass(frozen=True)
class BoundsConfig:
    """The box that the result fills, in metres of the scene (Z up)."""

    centre: tuple[float, float, float] = setting((0.0, 0.0, 1.0), "Centre of the box", low=-1e6, high=1e6, unit="m")
    size: tuple[float, float, float] = setting((2.0, 2.0, 2.0), "Size of the box", low=1e-4, high=1e6, unit="m")


@dataclass(frozen=True)
class FieldConfig:
    """The radiance field."""

    kind: str = setting("dense_grid", "Representation of the field", choices=("dense_grid",))
    resolution: int = setting(96, "Voxels along an axis at the end", low=8, high=512)
    start_resolution: int = setting(48, "Voxels along an axis at the start", low=4, high=512)
    grow_at: tuple[float, ...] = setting(
        (0.35,), "Fractions of the run at which the grid grows towards its final resolution", low=0.0, high=1.0
    )


@dataclass(frozen=True)
class RenderConfig:
    """How rays become pixels."""

    image_size: int = setting(32, "Width and height of the pictures a guidance sees", low=8, high=512, unit="px")
    samples_per_ray: int = setting(64, "Stratified samples along a ray", low=8, high=1024)
    occupancy_resolution: int = setting(32, "Cells along an axis of the grid of empty space", low=4, high=256)
    occupancy_threshold: float = setting(
        0.01,
        "Opacity of one sample below which its cell counts as empty",
        low=0.0,
        high=1.0,
        source="Instant-NGP, appendix C",
    )
    occupancy_warmup: int = setting(60, "Steps before empty space is skipped", low=0, high=100_000)


@dataclass(frozen=True)
class OrbitConfig:
    """Random cameras around the unit cube [-1, 1]^3 (text), as the embedded model was trained."""

    radius_low: float = setting(3.0, "Nearest camera", low=1.0, high=100.0, unit="cube half-widths")
    radius_high: float = setting(3.4, "Farthest camera", low=1.0, high=100.0, unit="cube half-widths")
    elevation_low_degrees: float = setting(-20.0, "Lowest camera", low=-90.0, high=90.0, unit="degrees")
    elevation_high_degrees: float = setting(75.0, "Highest camera", low=-90.0, high=90.0, unit="degrees")
    fov_degrees: float = setting(40.0, "Vertical field of view", low=1.0, high=170.0, unit="degrees")
    views: int = setting(4, "Views rendered in one step", low=1, high=64)


@dataclass(frozen=True)
class ScoreDistillationConfig:
    """Score distillation under a pixel diffusion model (DreamFusion, arXiv 2209.14988)."""

    weight: float = setting(1.0, "Weight of the term", low=0.0, high=1e6)
    guidance_scale: float = setting(1.0, "Classifier-free guidance; our narrow model needs none", low=0.0, high=200.0)
    time_start: float = setting(0.98, "Noise level at the first step", low=0.0, high=1.0)
    time_end: float = setting(0.20, "Noise level at the last step", low=0.0, high=1.0)
    time_spread: float = setting(0.05, "Half-width of the draw around the noise level", low=0.0, high=1.0)
    time_low: float = setting(
        0.02,
        "Distance that is kept from no noise and from nothing but noise",
        low=0.0,
        high=0.5,
        source="DreamFusion, section 3",
    )


@dataclass(frozen=True)
class DreamFieldsConfig:
    """Similarity of renders and words under an image-text model (Dream Fields, arXiv 2112.01455)."""

    weight: float = setting(1.0, "Weight of the term", low=0.0, high=1e6)
    crops: int = setting(8, "Random crops of each step", low=1, high=64, source="Dream Fields, section 4")
    crop_fraction: float = setting(0.91, "Side of a crop against the render's", low=0.1, high=1.0, source="LQ")
    transmittance_weight: float = setting(0.5, "Weight of the mean transmittance", low=0.0, high=1e3, source="eq. 6")
    transmittance_start: float = setting(0.40, "Clip of the mean transmittance at the start", low=0.0, high=1.0)
    transmittance_end: float = setting(0.88, "Clip of the mean transmittance after the ramp", low=0.0, high=1.0)
    transmittance_ramp: int = setting(500, "Steps from the first clip to the last", low=1, high=1_000_000)


@dataclass(frozen=True)
class PhotometricConfig:
    """Difference of rendered and photographed pixels (NeRF, arXiv 2003.08934, eq. 6)."""

    weight: float = setting(1.0, "Weight of the term", low=0.0, high=1e6)
    rays_per_step: int = setting(4096, "Pixels compared in one step", low=64, high=1_000_000)
    downscale: int = setting(1, "Pictures are read this much smaller", low=1, high=16)
    hold_out_every: int = setting(8, "Every n-th picture is held out where no test split is named", low=2, high=1000)


@dataclass(frozen=True)
class RegulariserConfig:
    """Weights of the terms that prefer one field over another."""

    total_variation_density: float = setting(0.0, "Weight of the density's total variation", low=0.0, high=1e3)
    total_variation_colour: float = setting(0.0, "Weight of the colour's total variation", low=0.0, high=1e3)
    opacity_entropy: float = setting(0.0, "Weight of the entropy of a ray's opacity", low=0.0, high=1e3)


@dataclass(frozen=True)
class OptimiseConfig:
    """The loop."""

    steps: int = setting(400, "Optimisation steps", low=1, high=1_000_000)
    learning_rate_density: float = setting(0.1, "Adam's step for density", low=1e-7, high=10.0)
    learning_rate_colour: float = setting(0.1, "Adam's step for colour", low=1e-7, high=10.0)
    learning_rate_end: float = setting(0.1, "Fraction of the learning rate left at the last step", low=0.0, high=1.0)
    checkpoint_every_s: float = setting(30.0, "Seconds between checkpoints", low=0.0, high=86_400.0, unit="s")
    preview_every_s: float = setting(2.0, "Seconds between previews", low=0.0, high=86_400.0, unit="s")
    preview_size: int = setting(96, "Width and height of a preview", low=16, high=1024, unit="px")
    not_finite_limit: int = setting(20, "Steps with NaN in a row before the job fails", low=1, high=10_000)


@dataclass(frozen=True)
class ExportConfig:
    """What is handed back."""

    resolution: int = setting(128, "Voxels along an axis of the exported grids", low=8, high=512)
    threshold: float = setting(0.0, "Density of the surface; 0 chooses it from the grid", low=0, high=1e6, unit="1/m")


@dataclass(frozen=True)
class JobConfig:
    """One job, whole."""

    method: str = setting(Method.TEXT.value, "Text, or posed pictures", choices=tuple(m.value for m in Method))
    prompt: str = setting("", "What to make, in words")
    dataset: str = setting("", "Folder with transforms.json and posed pictures")
    model: str = setting("embedded", "'embedded', 'embedded-guide', an open_clip name or the path of a checkpoint")
    quality: str = setting(Quality.NORMAL.value, "Preset this job began from", choices=tuple(q.value for q in Quality))
    seed: int = setting(0, "Seed of every random number; on the CPU it fixes the result", low=0, high=2**31 - 1)
    device: str = setting("auto", "Where it is computed", choices=("auto", "cpu", "cuda", "mps"))
    allow_download: bool = setting(False, "Whether a model may be fetched from a hub")
    bounds: BoundsConfig = dataclass_field(default_factory=BoundsConfig)
    field: FieldConfig = dataclass_field(default_factory=FieldConfig)
    render: RenderConfig = dataclass_field(default_factory=RenderConfig)
    orbit: OrbitConfig = dataclass_field(default_factory=OrbitConfig)
    score_distillation: ScoreDistillationConfig = dataclass_field(default_factory=ScoreDistillationConfig)
    dream_fields: DreamFieldsConfig = dataclass_field(default_factory=DreamFieldsConfig)
    photometric: PhotometricConfig = dataclass_field(default_factory=PhotometricConfig)
    regulariser: RegulariserConfig = dataclass_field(default_factory=RegulariserConfig)
    optimise: OptimiseConfig = dataclass_field(default_factory=OptimiseConfig)
    export: ExportConfig = dataclass_field(default_factory=ExportConfig)


_TEXT_PRESETS: dict[Quality, dict[str, dict[str, Any]]] = {
    Quality.DRAFT: {
        "optimise": {"steps": 200},
        "field": {"resolution": 64, "start_resolution": 48, "grow_at": (0.5,)},
        "render": {"samples_per_ray": 48},
        "export": {"resolution": 96},
    },
    Quality.NORMAL: {"optimise": {"steps": 500}},
    Quality.HIGH: {
        "optimise": {"steps": 1500},
        "field": {"resolution": 128, "grow_at": (0.25, 0.5)},
        "render": {"samples_per_ray": 96},
        "orbit": {"views": 8},
        "export": {"resolution": 192},
    },
}
_RECONSTRUCT_COMMON: dict[str, dict[str, Any]] = {
    "field": {"resolution": 128, "start_resolution": 32, "grow_at": (0.1, 0.3, 0.5)},
    "optimise": {"learning_rate_density": 0.2, "learning_rate_colour": 0.1},
    # The photometric slope at a voxel is about 1e-6, and total variation is a sum: held-out PSNR of a small scene after
    # 400 steps was 22.4 dB at weight 1e-6, 28.1 at 1e-7, 31.9 at 1e-8, 32.8 at 1e-9 and 32.9 without.
    "regulariser": {"total_variation_density": 1e-9, "total_variation_colour": 1e-9},
    "render": {"occupancy_resolution": 48, "occupancy_warmup": 100},
    "bounds": {"centre": (0.0, 0.0, 0.0), "size": (3.0, 3.0, 3.0)},
}
_RECONSTRUCT_PRESETS: dict[Quality, dict[str, dict[str, Any]]] = {
    Quality.DRAFT: {"optimise": {"steps": 400}, "field": {"resolution": 96}},
    Quality.NORMAL: {"optimise": {"steps": 600}},
    Quality.HIGH: {"optimise": {"steps": 4000}, "render": {"samples_per_ray": 128}, "export": {"resolution": 192}},
}


def preset(method: Method | str, quality: Quality | str) -> JobConfig:
    """The settings of a quality for a method; prompt, dataset and bounds are still the caller's to give.

    Raises:
        ConfigError: no such method or quality.
    """
    method, quality = _member(Method, method, "method"), _member(Quality, quality, "quality")
    config = JobConfig(method=method.value, quality=quality.value)
    if method is Method.TEXT:
        return with_changes(config, _TEXT_PRESETS[quality])
    return with_changes(with_changes(config, _RECONSTRUCT_COMMON), _RECONSTRUCT_PRESETS[quality])


def with_changes(config: JobConfig, changes: dict[str, Any]) -> JobConfig:
    """A checked copy with `changes`: values by name, groups as nested dictionaries of only what differs."""
    return from_json(_merged(to_json(config), changes))


def to_json(config: JobConfig) -> dict[str, Any]:
    """Plain dictionaries, lists, numbers and strings: what goes over the wire and into job.json."""
    return dataclasses.asdict(config)


def from_json(data: dict[str, Any]) -> JobConfig:
    """The config that `data` describes; what it leaves out has its default.

    Raises:
        ConfigError: an unknown name, a wrong type, a value out of bounds; the sentence names it.
    """
    return _build(JobConfig, data, "")


def check_runnable(config: JobConfig) -> JobConfig:
    """What a job needs before it may be created, beyond each value being in bounds.

    Raises:
        EmptyPromptError: a text job without words.
        ConfigError: a prompt too long, a reconstruction without pictures, ranges that are upside down.
    """
    if config.method == Method.TEXT and not config.prompt.strip():
        raise EmptyPromptError('The prompt is empty: say in a few words what to make, for example "a red cube".')
    if len(config.prompt) > PROMPT_LIMIT:
        raise ConfigError(f"The prompt has {len(config.prompt)} characters: shorten it to {PROMPT_LIMIT} or fewer.")
    if config.method == Method.RECONSTRUCT and not config.dataset:
        raise ConfigError("No pictures were given to reconstruct from: choose a folder with a transforms.json.")
    orbit = config.orbit
    if orbit.elevation_low_degrees > orbit.elevation_high_degrees or orbit.radius_low > orbit.radius_high:
        raise ConfigError("The lowest elevation or radius of the orbit cameras is above the highest: swap them.")
    if config.field.start_resolution > config.field.resolution:
        raise ConfigError("The field's start resolution is above its final one: lower it, or raise the resolution.")
    return config


def _member(kind: type, value: Any, name: str) -> Any:
    try:
        return kind(value)
    except ValueError as cause:
        known = ", ".join(member.value for member in kind)
        raise ConfigError(f"There is no {name} '{value}': choose one of {known}.") from cause


def _merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    both = dict(base)
    for name, value in changes.items():
        nested = isinstance(value, dict) and isinstance(base.get(name), dict)
        both[name] = _merged(base[name], value) if nested else value
    return both


def _build(kind: type, data: Any, path: str) -> Any:
    if not isinstance(data, dict):
        raise ConfigError(f"The setting '{path.rstrip('.') or 'config'}' must be a group of settings, not {data!r}.")
    known = {f.name: f for f in dataclasses.fields(kind)}
    unknown = sorted(set(data) - set(known))
    if unknown:
        raise ConfigError(f"There is no setting '{path}{unknown[0]}': known are {', '.join(sorted(known))}.")
    return kind(**{name: _value(known[name], value, path + name) for name, value in data.items()})


def _value(spec: dataclasses.Field, value: Any, path: str) -> Any:
    if "meaning" not in spec.metadata:  # a group of settings
        return _build(spec.default_factory, value, path + ".")  # type: ignore[arg-type]
    if isinstance(spec.default, tuple):
        return _tuple(spec, value, path)
    return _scalar(spec, type(spec.default), value, path)


def _tuple(spec: dataclasses.Field, value: Any, path: str) -> tuple[float, ...]:
    if not isinstance(value, list | tuple):
        raise ConfigError(f"The setting '{path}' must be a list of numbers, not {value!r}.")
    variable = "..." in str(spec.type)
    if not variable and len(value) != len(spec.default):
        raise ConfigError(f"The setting '{path}' must have {len(spec.default)} numbers, not {len(value)}.")
    return tuple(_scalar(spec, float, item, path) for item in value)


def _scalar(spec: dataclasses.Field, kind: type, value: Any, path: str) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value) if abs(value) < 1e300 else math.inf  # refused below as not finite
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ConfigError(f"The setting '{path}' must be {_WORDS[kind]}, not {value!r}.")
    _check_bounds(spec, value, path)
    choices = spec.metadata["choices"]
    if choices and value not in choices:
        raise ConfigError(f"The setting '{path}' is {value!r}: choose one of {', '.join(choices)}.")
    return kind(value)


_WORDS = {float: "a number", int: "a whole number", str: "text", bool: "true or false"}


def _check_bounds(spec: dataclasses.Field, value: Any, path: str) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise ConfigError(f"The setting '{path}' is {value}: give a finite number.")
    low, high = spec.metadata["low"], spec.metadata["high"]
    if low is not None and value < low or high is not None and value > high:
        raise ConfigError(f"The setting '{path}' is {str(value)[:24]}: give a value from {low:g} to {high:g}.")
