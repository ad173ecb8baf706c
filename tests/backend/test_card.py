"""Whole jobs with their tensors on a card that is not there (tests/fakes/card.py): nothing may lie on the wrong side.

Every kind of field and every kind of guidance comes at least once, chosen so that what they share is not tried again
and again; the negative controls plant the faults that the harness is for.
"""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
import torch
from posed_scene import write_scene
from random_models import (
    random_controlnet,
    random_if,
    random_stable_diffusion,
    random_stable_diffusion_xl,
    write_diffusion,
    write_guide,
)

from backend.config import JobConfig, merged, with_changes
from backend.errors import EmptyFieldError
from backend.fields import trilinear
from backend.guidance.dream_fields import crops
from backend.optimize.trainer import Trainer
from tests.fakes.card import CARD, has_mps_kernel, is_on_card, pretended_card

pytestmark = pytest.mark.filterwarnings("ignore")

SMALL = {
    "prompt": "a red cube", "orbit": {"views": 2}, "optimize": {"steps": 4, "preview_size": 16},
    "export": {"resolution": 16},
    "render": {"samples_per_ray": 16, "image_size": 16, "occupancy_resolution": 8, "occupancy_warmup": 0},
    "field": {
        "start_resolution": 12, "resolution": 16, "upsample_at": (0.5,), "density_init": "blob",
        "nerf": {"layers": 2, "width": 16},
        "mip_nerf": {"features": 8, "blocks": 1, "width": 16, "inner_width": 16},
        "hash_grid": {"levels": 3, "log2_table": 8, "finest": 32}, "siren": {"layers": 2, "width": 16},
        "tri_plane": {"plane_resolution": 8, "plane_features": 4}, "sdf": {"width": 16},
    },
    "collapse": {"max_restarts": 0}, "prompt_options": {"view_dependent": True, "negative": "a ball"},
}  # fmt: skip
REGULARIZERS = {
    name: {"weight": 0.1}
    for name in (
        "transmittance", "total_variation_density", "total_variation_color", "opacity_entropy", "distortion",
        "orientation", "eikonal", "smoothness", "symmetry", "ground", "inside",
    )
}  # fmt: skip
MAKERS = {
    "embedded": write_diffusion, "guide": write_guide, "sd": random_stable_diffusion,
    "xl": random_stable_diffusion_xl, "if": random_if, "control": random_controlnet, "scene": write_scene,
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder of each name, written when it is first asked for."""
    root = tmp_path_factory.mktemp("models")

    @functools.cache
    def make(name: str) -> str:
        (root / name).mkdir()
        return str(MAKERS[name](root / name))

    return make


def text(kind, model, **changes):
    return lambda made: {"model": made(model), "field": {"kind": kind}, **changes}


def photos(kind, **changes):
    return lambda made: {
        "method": "reconstruct", "prompt": "", "dataset": made("scene"), "field": {"kind": kind},
        "photometric": {"rays_per_step": 64}, **changes,
    }  # fmt: skip


def consistent(made):
    more = {"consistency": {"weight": 0.1, "model": made("guide"), "every": 1, "render_size": 40}}
    render = {"render": {"fine_samples_per_ray": 8, "early_stop_transmittance": 1e-3}}
    return photos("nerf", **more, **render)(made)


def controlled(made):
    settings = {"depth_control": made("control"), "guidance_scale": 7.5, "perp_neg": True}
    return {"model": made("sd"), "field": {"kind": "tri_plane"}, "score_distillation": settings}


def both(made):
    return photos("sdf", method="both", prompt="a red cube", model=made("sd"), regularizer=REGULARIZERS)(made)


LATENT = {"space": "latents_first", "latents_until": 0.5, "method": "sjc", "noise_samples": 2, "emptiness_weight": 1.0}
CASES = {
    "grid, embedded model": text("dense_grid", "embedded"),
    "grid, CLIP, crops": text("dense_grid", "guide", dream_fields={"crops": 3, "render_size": 24}),
    "hash grid, Stable Diffusion offloaded": text(
        "hash_grid", "sd", score_distillation={"offload": True, "attention_slicing": True, "guidance_scale": 7.5}
    ),
    "grid, latents first": text("dense_grid", "sd", score_distillation=LATENT),
    "planes, ControlNet, perp-neg": controlled,
    "SIREN, XL": text("siren", "xl"),
    "NeRF, DeepFloyd IF, lit": text(
        "nerf", "if", score_distillation={"shading_after": 0.0, "shading_probability": 1.0}
    ),
    "mip-NeRF, CLIP judged": text("mip_nerf", "guide"),
    "NeRF, photos, consistency": consistent,
    "SDF, both, every regularizer": both,
    "grid, photos, masked Adam": photos("dense_grid", optimize={"masked_adam": True}),
}


def live(changes, folder: Path, at_the_end=lambda job: None) -> Trainer:
    """Steps, a checkpoint, resumed, a picture, and the grid that is meshed."""
    config = with_changes(JobConfig(), merged(SMALL, changes))
    job = Trainer.build(config)
    everything = [*job.field.named_parameters(), *job.field.named_buffers(), *job.occupancy.named_buffers()]
    assert not [name for name, value in everything if not is_on_card(value)]
    for _ in range(3):
        job.step()
    job.save(folder)
    job = Trainer.load(config, folder)
    job.step()
    assert job.not_finite == 0
    assert job.preview(16).shape[:2] == (16, 16)
    at_the_end(job)
    return job


def whole_grid(job):
    """The default job: every one of them died here on MPS."""
    assert job.grid(24).density.shape == (24, 24, 24)


def meshed(job):
    try:
        grid = job.grid(16)
    except EmptyFieldError:
        return
    assert grid.density.shape == (16, 16, 16)


@pytest.fixture(autouse=True)
def imported():
    """Libraries build tensors while they are imported: that is done before there is a card."""
    import diffusers
    import transformers

    from backend.pretrained.open_clip_import import import_open_clip

    import_open_clip()
    assert diffusers and transformers
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


ON_CUDA = ("grid, embedded model", "grid, CLIP, crops", "NeRF, photos, consistency")
"""What MPS does otherwise; all else is refused on either card for the same reasons, and is tried on the stricter
one."""


@pytest.mark.parametrize(("case", "kind"), [*((case, "mps") for case in CASES), *((case, "cuda") for case in ON_CUDA)])
def test_a_job_on_a_card(case, kind, made, tmp_path, monkeypatch):
    changes = CASES[case](made)
    with pretended_card(kind, monkeypatch):
        live(changes, tmp_path, whole_grid if case == "grid, embedded model" else meshed)


@pytest.mark.parametrize("case", ["hash grid, Stable Diffusion offloaded", "SIREN, XL"])
def test_in_half_precision(case, made, tmp_path, monkeypatch):
    changes = CASES[case](made)
    with pretended_card("cuda", monkeypatch, half=True):
        job = live(changes, tmp_path)
    kinds = {value.dtype for guidance in job.guidances for value in _parameters(guidance)}
    assert torch.float16 in kinds, "the model computes in half, or this tells nothing"
    assert {parameter.dtype for parameter in job.field.parameters()} == {torch.float32}


def _parameters(thing, depth=0):
    if isinstance(thing, torch.nn.Module):
        yield from thing.parameters()
    elif depth < 4:
        values = thing.values() if isinstance(thing, dict) else getattr(thing, "__dict__", {}).values()
        for value in values:
            yield from _parameters(value, depth + 1)


@pytest.mark.parametrize("kind", ["cuda", "mps"])
def test_measuring_on_a_card(kind, made, tmp_path, monkeypatch):
    changes = photos("dense_grid", photometric={"rays_per_step": 64, "hold_out_every": 3})(made)
    with pretended_card(kind, monkeypatch):
        live(changes, tmp_path, lambda job: measured(job.evaluate()))


def measured(scores):
    assert any("psnr" in name for name in scores), scores


# -- negative controls: the faults that the harness is for


def test_a_tensor_of_the_wrong_side_is_found(made, tmp_path, monkeypatch):
    real = crops.over_backgrounds
    monkeypatch.setattr(crops, "over_backgrounds", lambda views, pictures: real(views, pictures.cpu()))
    with pretended_card("cuda", monkeypatch), pytest.raises(RuntimeError, match="on the same device"):
        live(CASES["grid, CLIP, crops"](made), tmp_path)


def test_an_array_of_a_tensor_on_the_card_is_found(monkeypatch):
    with pretended_card("cuda", monkeypatch), pytest.raises(TypeError, match=r"Use Tensor.cpu\(\) first"):
        torch.zeros(3, device=CARD).numpy()


def test_random_numbers_of_the_wrong_side_are_found(monkeypatch):
    with pretended_card("cuda", monkeypatch), pytest.raises(RuntimeError, match="device type for generator"):
        torch.rand(3, device=CARD, generator=torch.Generator())


def test_double_precision_on_mps_is_found(monkeypatch):
    """As `trilinear` once made it: every default job died when it was meshed."""

    def doubled(cells, new, like):
        u = (torch.arange(new, device=like.device, dtype=torch.float64) + 0.5) * (cells / new) - 0.5
        return u.clamp(0, cells - 1).long().clamp_max(cells - 2), u.to(like.dtype)

    volume = torch.rand(4, 4, 4, 1)
    with pretended_card("mps", monkeypatch):
        there = volume.to(CARD)
        assert is_on_card(trilinear.resampled_slab(there, (8, 8, 8), 0, 2))
        monkeypatch.setattr(trilinear, "_neighbors", doubled)
        with pytest.raises(TypeError, match="float64"):
            trilinear.resampled_slab(there, (8, 8, 8), 0, 2)
    with pretended_card("cuda", monkeypatch):
        trilinear.resampled_slab(there, (8, 8, 8), 0, 2)


def test_a_kernel_that_mps_lacks_is_found(monkeypatch):
    with pretended_card("mps", monkeypatch):
        pictures = torch.rand(1, 3, 8, 8).to(CARD).requires_grad_()
        small = torch.nn.functional.interpolate(pictures, (4, 4), mode="bilinear", antialias=True)
        with pytest.raises(NotImplementedError, match="_upsample_bilinear2d_aa_backward"):
            small.sum().backward()
        crops.resized(pictures, 4).sum().backward()
        assert is_on_card(pictures.grad)


def test_torchs_table_is_read_right():
    for name, overload in (
        ("add", "Tensor"),
        ("add_", "Tensor"),
        ("mm", ""),
        ("index_put_", ""),
        ("grid_sampler_3d", ""),
    ):
        assert has_mps_kernel(name, overload)
    for name, overload in (("_upsample_bilinear2d_aa_backward", ""), ("_linalg_svd", ""), ("geqrf", "")):
        assert not has_mps_kernel(name, overload)
