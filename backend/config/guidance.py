"""Settings of what pulls on a field: one group for each guidance."""

from __future__ import annotations

from .light_dataclass import dataclass
from .setting import setting

SPARSITIES = ("clipped_additive", "clipped_gated", "gated", "perturbed_density", "beta_prior", "none")
WEIGHTINGS = ("x0", "dreamfusion", "uniform", "fantasia3d", "score")


@dataclass(frozen=True)
class ScoreDistillationConfig:
    """Score distillation under a diffusion model (DreamFusion, arXiv 2209.14988; SJC, arXiv 2212.00774)."""

    model: str = setting("", "A diffusion model beside the job's own model")
    weight: float = setting(1.0, "Weight of the term", low=0.0, high=1e6)
    method: str = setting("sds", "DreamFusion's gradient, or perturb-and-average scores (SJC)", choices=("sds", "sjc"))
    weighting: str = setting(
        "x0",
        "w(t): pull to the predicted x0; DreamFusion's sigma^2; 1; sigma^2 sqrt(abar); or the score itself (SJC)",
        choices=WEIGHTINGS,
    )
    guidance_scale: float = setting(1.0, "Classifier-free guidance; our narrow model wants 1 to 2", low=0.0, high=200.0)
    camera_conditioning: bool = setting(
        True, "The embedded model is told where it looks from; without, sides may repeat (Janus)"
    )
    timestep_schedule: str = setting(
        "annealed", "Noise level falls over the run, or is drawn anew", choices=("annealed", "random")
    )
    timestep_start: float = setting(0.98, "Noise level at the first step", low=0.0, high=1.0)
    timestep_end: float = setting(0.20, "Noise level at the last step", low=0.0, high=1.0)
    timestep_spread: float = setting(0.05, "Half-width of the draw around the noise level", low=0.0, high=1.0)
    timestep_low: float = setting(
        0.02,
        "Distance that is kept from no noise and from nothing but noise",
        low=0.0,
        high=0.5,
        source="DreamFusion, section 3",
    )
    noise_samples: int = setting(1, "Noises that one score is the mean of", low=1, high=64, source="SJC, eq. 9")
    perp_neg: bool = setting(
        False, "Negative words pull only across the prompt, never along it", source="Perp-Neg, arXiv 2304.04968"
    )
    space: str = setting(
        "auto",
        "Where a latent model works: each render is encoded, or latents are optimized first and decoded later",
        choices=("auto", "encode", "latents_first"),
    )
    latents_until: float = setting(0.5, "Fraction of the run after which latents become colors", low=0.0, high=1.0)
    render_size: int = setting(0, "Width of the renders it sees; 0 takes the model's own", low=0, high=1024, unit="px")
    background: str = setting(
        "random",
        "What lies behind the views of a model that knows no opacity: one color a view, drawn or fixed",
        choices=("random", "black", "gray", "white"),
    )
    emptiness_weight: float = setting(
        0.0,
        "Weight of the mean of log(1 + 10 w) over samples; SJC's 1e4 against a sum is 0.61",
        low=0.0,
        high=1e9,
        source="SJC",
    )
    opacity_weight: float = setting(
        0.0, "Weight of the mean of sqrt(opacity^2 + 0.01) over rays", low=0.0, high=1e9, source="DreamFusion, A.2"
    )
    emptiness_after: float = setting(0.5, "Fraction of the run after which emptiness weighs more", low=0.0, high=1.0)
    emptiness_multiplier: float = setting(20.0, "How much more it weighs from then on", low=0.0, high=1e6, source="SJC")
    shading_after: float = setting(
        1.0, "Fraction of the run after which renders are shaded", low=0.0, high=1.0, source="DreamFusion, section 3"
    )
    shading_probability: float = setting(0.75, "Share of shaded steps from then on", low=0.0, high=1.0)
    textureless_probability: float = setting(0.5, "Share of the shaded steps without color", low=0.0, high=1.0)
    precision: str = setting("auto", "Numbers of the model", choices=("auto", "float32", "bfloat16", "float16"))
    attention_slicing: bool = setting(
        False, "Attention a slice at a time, slower: less memory only where PyTorch has no fused attention"
    )
    offload: bool = setting(
        False, "The autoencoder is on the accelerator only while it works, and text encoders are not kept at all"
    )
    keep_activations: bool = setting(
        False,
        "All views are encoded at once and what was computed is kept for the slope: a third faster, and 1.6 GB more for"
        " each view of 512 px in half precision",
    )
    words_on_cpu: bool = setting(
        False, "Words are read on the processor, also where the accelerator has room for the text encoders"
    )
    depth_control: str = setting("", "A ControlNet that reads the field's depth")
    depth_control_scale: float = setting(1.0, "Pull of the ControlNet", low=0.0, high=10.0)


@dataclass(frozen=True)
class DreamFieldsConfig:
    """Similarity of renders and words under an image-text model (Dream Fields, arXiv 2112.01455)."""

    model: str = setting("", "An image-text model beside the job's own model")
    weight: float = setting(1.0, "Weight of the term", low=0.0, high=1e6)
    render_size: int = setting(
        0, "Width of the renders that are cropped; 0 chooses it for the model", low=0, high=1024, unit="px"
    )
    crops: int = setting(8, "Random crops of each step", low=1, high=64, source="published code")
    crop_fraction: float = setting(0.91, "Side of a crop against the render's", low=0.1, high=1.0, source="LQ")
    blur_low: float = setting(0.0, "Least blur of a background of 224 px", low=0.0, high=100.0, unit="px")
    blur_high: float = setting(
        10.0, "Most blur of a background of 224 px", low=0.0, high=100.0, unit="px", source="published code"
    )
    backgrounds: str = setting(
        "mixed",
        "What lies behind a crop",
        choices=("mixed", "noise", "checkerboard", "fourier", "black", "white"),
        source="Dream Fields, section 4.5",
    )
    sparsity: str = setting("clipped_additive", "Which loss keeps space empty", choices=SPARSITIES, source="table 2")
    transmittance_weight: float = setting(0.5, "Weight of the mean transmittance", low=0.0, high=1e3, source="eq. 9")
    transmittance_start: float = setting(
        0.40, "Clip of the mean transmittance at the start, seen from 4 half-widths", low=0.0, high=1.0, source="eq. 8"
    )
    transmittance_end: float = setting(0.88, "Clip of the mean transmittance after the ramp", low=0.0, high=1.0)
    transmittance_ramp: int = setting(500, "Steps from the first clip to the last", low=1, high=1_000_000)
    beta_weight: float = setting(
        1e-3, "Weight of the prior that a ray hits or misses", low=0.0, high=1e3, source="eq. 10; published code"
    )
    density_noise: float = setting(
        1.0, "Deviation of the noise on raw density (perturbed density)", low=0.0, high=100.0, source="table 2; NeRF"
    )
    track_origin: bool = setting(True, "Cameras look at the object's center of mass", source="section 4.6")
    origin_decay: float = setting(0.999, "Share of the old center kept in each step", low=0.0, high=1.0)


@dataclass(frozen=True)
class ConsistencyConfig:
    """Likeness of unseen views to the photographed ones (DietNeRF, arXiv 2104.00677)."""

    weight: float = setting(0.0, "Weight of the term; 0.1 in the paper, 0 leaves it out", low=0.0, high=1e6)
    model: str = setting(
        "embedded-clip", "An image-text model whose eye compares, or timm/NAME/FILE for another eye, as DINO"
    )
    layer: str = setting(
        "embedding",
        "What is compared: the embedding, as the paper says; or the class token before the last norm and the"
        " projection, as its code does (vision transformers of open_clip)",
        choices=("embedding", "token"),
    )
    coarse_weight: float = setting(
        0.0, "Weight of the same for what the coarse samples show; 0.1 in DietNeRF's code", low=0.0, high=1e6
    )
    background: str = setting(
        "random", "What lies behind render and photograph: a color drawn anew, or white as published",
        choices=("random", "white"),
    )  # fmt: skip
    every: int = setting(10, "Steps from one look to the next", low=1, high=100_000)
    render_size: int = setting(0, "Width of the unseen render; 0 takes the model's own", low=0, high=1024, unit="px")
    until: float = setting(1.0, "Fraction of the run after which only pixels count (fine-tuning)", low=0.0, high=1.0)
    min_elevation_degrees: float = setting(0.0, "Lowest unseen camera", low=-90.0, high=90.0, unit="degrees")
    max_elevation_degrees: float = setting(90.0, "Highest unseen camera", low=-90.0, high=90.0, unit="degrees")
    min_radius: float = setting(
        0.0, "Nearest unseen camera; 0 takes the photographs' own", low=0.0, high=100.0, unit="half-widths of the box"
    )
    max_radius: float = setting(
        0.0, "Farthest unseen camera; 0 takes the photographs' own", low=0.0, high=100.0, unit="half-widths of the box"
    )


@dataclass(frozen=True)
class PhotometricConfig:
    """Difference of rendered and photographed pixels (NeRF, arXiv 2003.08934, eq. 6)."""

    weight: float = setting(1.0, "Weight of the term", low=0.0, high=1e6)
    rays_per_step: int = setting(4096, "Pixels compared in one step", low=64, high=1_000_000)
    downscale: int = setting(1, "Pictures are read this much smaller", low=1, high=16)
    hold_out_every: int = setting(
        8, "Every n-th photo is used for validation only, if no test split is named", low=2, high=1000
    )
    pictures: int = setting(0, "Training pictures that are used, evenly spread; 0 takes all", low=0, high=100_000)
    exposure: bool = setting(
        False, "Whether each picture has an exposure and a white balance of its own, as a phone's photographs have"
    )
