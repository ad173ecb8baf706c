"""Settings as published, exactly where the field allows it: Dream Fields, DreamFusion, SJC, DietNeRF.

Dream Fields and DietNeRF have their published networks; elsewhere the field stays the dense grid of this project, and
its learning rates are its own. What differs from the paper is said beside the recipe.
"""

from __future__ import annotations

from typing import Any

from ..errors import ConfigError
from .job import JobConfig, Method, with_changes
from .presets import preset
from .published import DREAMFUSION, DREAMFUSION_IF, DREAMFUSION_SD, SJC, dream_fields
from .setting import merged

_FEW_VIEWS: dict[str, Any] = {
    "bounds": {"center": (0.0, 0.0, 0.0), "size": (3.0, 3.0, 3.0)},
    "photometric": {"rays_per_step": 1024, "downscale": 2, "pictures": 8},
    "optimize": {"steps": 200_000, "learning_rate_begin": 1.0, "warm_up": 1, "learning_rate_end": 0.1 ** (200 / 500),
                 "adam_beta2": 0.999},
    "field": {
        "kind": "nerf", "density_init": "none", "view_dependent_color": True, "density_scale": 3.0,
        "nerf": {"frequencies": 9},
        "start_resolution": 96, "upsample_at": (),
    },
    "render": {"samples_per_ray": 64, "fine_samples_per_ray": 128, "occupancy_threshold": 0.0},
}  # fmt: skip
"""DietNeRF's common settings (published configs, 8 views of NeRF-synthetic read at 400^2, whose objects lie in +-1.5):
1024 rays a step, 64 + 128 samples, rate 5e-4 falling tenfold in 500 K steps. NeRF's network, 8 layers of 256, with view
direction; its code has waves of 2^0 to 2^9 radians a meter, ours of 2^k pi / 1.5: nine octaves end within 5 % of there.

What differs: density is a softplus, not a ReLU; coarse and fine samples ask one network, not one each; pixels are drawn
from all pictures at once, not from one a step; the first 500 steps are not cropped to the middle. On a processor a step
takes minutes; `--field.kind dense_grid --field.density-init empty --no-view-dependent-color` is the quick stand-in.
"""

_CONSISTENCY: dict[str, Any] = {
    "weight": 0.1, "model": "ViT-B-32/openai", "every": 10, "render_size": 168,
    "layer": "token", "coarse_weight": 0.1, "background": "white",
    "min_elevation_degrees": 0.0, "max_elevation_degrees": 90.0, "min_radius": 3.5 / 1.5, "max_radius": 4.5 / 1.5,
}  # fmt: skip
"""0.1 every 10 steps for fine and for coarse samples; compared is the token of the class before its last norm and the
projection (the paper says embeddings, its code has this), over white; renders of 168^2, theta U(-180, 180), phi U(-90,
0), radius U(3.5, 4.5): half-widths are 1.5."""

_SIMPLIFIED: dict[str, Any] = {
    "field": {
        "nerf": {"frequencies": 5, "learning_rate": 5e-5},
        "resolution": 32,
        "start_resolution": 32,
        "upsample_at": (),
    },
    "optimize": {"learning_rate_density": 0.01, "learning_rate_color": 0.01},
    "render": {"samples_per_ray": 128, "fine_samples_per_ray": 0},
}
"""DietNeRF's "simplified NeRF": waves up to 2^5 instead of 2^9, no fine samples (128), a tenth of the learning rate.

For a dense grid the same is 32 cells a side, because half a wave of frequency 2^5 is pi / 32 long, as is a cell of 32
over a box of 3.
"""


RECIPES: dict[str, tuple[Method, dict[str, Any]]] = {
    "dream-fields-lq": (Method.TEXT, dream_fields(10_000, 88, 80)),
    "dream-fields-mq": (Method.TEXT, dream_fields(10_000, 168, 154)),
    "dream-fields-hq": (Method.TEXT, dream_fields(20_000, 252, 224)),
    "dreamfusion": (Method.TEXT, DREAMFUSION),
    "dreamfusion-if": (Method.TEXT, DREAMFUSION_IF),
    "dreamfusion-sd": (Method.TEXT, DREAMFUSION_SD),
    "sjc": (Method.TEXT, SJC),
    "dietnerf": (Method.RECONSTRUCT, {**_FEW_VIEWS, "consistency": _CONSISTENCY}),
    "dietnerf-fine-tuned": (  # 200 K steps with consistency, as many without
        Method.RECONSTRUCT,
        merged(
            _FEW_VIEWS,
            {
                "consistency": {**_CONSISTENCY, "until": 0.5},
                "optimize": {"steps": 400_000, "learning_rate_end": 0.1 ** (400 / 500)},
            },
        ),
    ),
    "simplified-nerf": (Method.RECONSTRUCT, merged(_FEW_VIEWS, _SIMPLIFIED)),
    "dietnerf-simplified": (Method.RECONSTRUCT, merged(_FEW_VIEWS, {**_SIMPLIFIED, "consistency": _CONSISTENCY})),
}


def initial_config(method: Method, quality: str, name: str = "", model: str = "") -> JobConfig:
    """Returns where a job begins: the recipe of this name, or, where none is named, the preset of a quality for the
    kind of model that is asked.

    Raises:
        ConfigError: there is no such recipe or quality, or the recipe is for another method.
    """
    if not name:
        return preset(method, quality, model)
    base = recipe(name)
    if base.uses_photos and method is Method.TEXT:
        raise ConfigError(f"The recipe '{name}' is for pictures: use it with reconstruct.")
    if base.method == Method.TEXT and method is Method.RECONSTRUCT:
        raise ConfigError(f"The recipe '{name}' is for words: use it with generate, or give a prompt.")
    return with_changes(base, {"method": method.value})


def recipe(name: str) -> JobConfig:
    """The settings of a published recipe; prompt, dataset and bounds are still the caller's to give.

    Raises:
        ConfigError: no such recipe.
    """
    if name not in RECIPES:
        raise ConfigError(f"There is no recipe '{name}': choose one of {', '.join(sorted(RECIPES))}.")
    method, changes = RECIPES[name]
    return with_changes(JobConfig(method=method.value, recipe=name), changes)
