"""Every kind of model, two steps on a small grid: propose, render, guide, backward."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from backend.cli.commands import main
from backend.config import JobConfig, with_changes
from backend.fields.build import build_field
from backend.fields.field import UNIT_CUBE
from backend.guidance.build import build_guidances
from backend.optimize.trainer import Trainer
from backend.render.renderer import Renderer

CPU = torch.device("cpu")
CASES = {
    "embedded": ("diffusion_folder", {}),
    "embedded, SJC": ("diffusion_folder", {"method": "sjc", "noise_samples": 2, "guidance_scale": 2.0}),
    "noise": ("sd_folder", {"guidance_scale": 7.5, "weighting": "dreamfusion", "timestep_schedule": "random"}),
    "v": ("sd_v_folder", {"guidance_scale": 7.5}),
    "XL": ("xl_folder", {"guidance_scale": 7.5, "weighting": "fantasia3d"}),
    "pixels": ("if_folder", {"guidance_scale": 7.5, "weighting": "dreamfusion"}),
    "latents first": ("sd_folder", {"space": "latents_first", "weighting": "uniform", "method": "sjc"}),
    "offload, sliced, bfloat16": (
        "sd_folder", {"offload": True, "attention_slicing": True, "precision": "bfloat16", "guidance_scale": 7.5},
    ),
    "Perp-Neg": ("sd_folder", {"perp_neg": True, "guidance_scale": 7.5}),
    "lit": ("sd_folder", {"shading_after": 0.0, "shading_probability": 1.0, "textureless_probability": 0.0}),
    "other renders": ("if_folder", {"render_size": 16, "background": "white"}),
}  # fmt: skip


def walk(folder: Path, settings: dict[str, Any], **changes: Any) -> list[str]:
    """Two steps of Adam; what the log was told."""
    config = with_changes(
        JobConfig(prompt="a red cube", model=str(folder)),
        {
            "score_distillation": settings, "orbit": {"views": 2}, "optimize": {"steps": 4},
            "field": {"start_resolution": 12},
            "prompt_options": {"view_dependent": True, "negative": "a ball"}, **changes,
        },
    )  # fmt: skip
    said: list[str] = []
    generator = torch.Generator().manual_seed(0)
    (guidance,) = build_guidances(config, None, CPU, generator, said.append)
    field = build_field(config.field, UNIT_CUBE, "text", guidance.color_channels)
    adam = torch.optim.Adam(field.parameters(), lr=0.1)
    for step in range(2):
        adam.zero_grad()
        request = guidance.sample_views(step)
        rendering = Renderer(field, 16)(request.rays, generator, shading=request.shading)
        guidance_loss = guidance.loss(request, rendering, step)
        guidance_loss.loss.backward()
        for name, parameter in field.named_parameters():
            assert bool(parameter.grad.isfinite().all()) and float(parameter.grad.abs().sum()) > 0, name
        adam.step()
    assert guidance.models and guidance_loss.terms["score_distillation"] > 0
    return said


@pytest.mark.parametrize("case", CASES)
def test_two_steps(case: str, request):
    fixture, settings = CASES[case]
    walk(request.getfixturevalue(fixture), settings)


def test_two_steps_under_the_field_s_own_depth(sd_folder, controlnet_folder):
    walk(sd_folder, {"depth_control": str(controlnet_folder), "guidance_scale": 7.5})


def test_two_steps_of_words_and_photographs_in_the_user_s_box(sd_folder):
    """The orbit lies in the frame of the box; nothing of that is the model's business."""
    bounds = {"center": (5.0, 0.0, 1.0), "size": (4.0, 4.0, 4.0)}
    config = with_changes(
        JobConfig(prompt="a red cube", model=str(sd_folder), method="both", dataset="d"),
        {"bounds": bounds, "orbit": {"views": 2, "radius_low": 3.0, "radius_high": 3.0}},
    )
    (guidance,) = build_guidances(config, None, CPU, torch.Generator().manual_seed(0), lambda line: None)
    request = guidance.sample_views(0)
    distances = (request.rays.origins - torch.tensor(bounds["center"])).norm(dim=1)
    torch.testing.assert_close(distances, torch.full_like(distances, 6.0), atol=1e-4, rtol=0)
    assert all(view.radius == 3.0 for view in request.context), "the model is told half-widths"


def test_a_job_that_begins_with_latents_shows_colors_all_along_and_ends_with_them(sd_folder, tmp_path):
    """The real loop: previews and grids while the field holds latents, the change half-way, a checkpoint of each."""
    changes = {
        "score_distillation": {"space": "latents_first", "latents_until": 0.5, "guidance_scale": 2.0},
        "field": {"start_resolution": 12, "resolution": 12}, "render": {"samples_per_ray": 24},
        "orbit": {"views": 1}, "optimize": {"steps": 4},
    }  # fmt: skip
    said: list[str] = []
    config = with_changes(JobConfig(prompt="a red cube", model=str(sd_folder)), changes)
    job = Trainer.build(config, log=said.append)
    for step, channels in ((0, 4), (1, 4), (2, 3), (3, 3)):
        job.step()
        assert job.step_index == step + 1 and job.field.color_channels == channels
        assert job.preview(16).shape == (16, 16, 4) and job.grid(8).color.shape == (8, 8, 8, 3)
        job.save(tmp_path)
        again = Trainer.load(config, tmp_path)
        assert torch.equal(again.field.raw_color, job.field.raw_color)
    assert "Latents became colors at step 2." in said


def test_a_prompt_too_long_for_the_tokenizer_is_told(sd_folder):
    said = walk(sd_folder, {"guidance_scale": 7.5}, prompt="a red cube " * 60 + "on a hill", prompt_options={})
    assert len(said) == 1 and "does not read the end" in said[0] and "hill" in said[0]


@pytest.mark.parametrize(("fixture", "scale"), [("sd_folder", 100.0), ("if_folder", 20.0)])
def test_what_generate_chooses_for_a_model_is_as_published_and_is_told(fixture: str, scale: float, request, tmp_path):
    """The command line: a folder alone says how its model is asked; the report keeps the sentence."""
    folder = request.getfixturevalue(fixture)
    small = ["--field.resolution", "8", "--start-resolution", "8", "--samples-per-ray", "8", "--export.resolution", "8"]
    command = ["generate", "a red cube", "--model", str(folder), "--quality", "draft", "--device", "cpu", *small]
    code = main([*command, "--steps", "2", "--score-distillation.render-size", "8", "--out", str(tmp_path)])
    told = json.loads((tmp_path / "report.json").read_text())
    assert code in (0, 1), "two steps need not make a solid thing"
    assert any(f"guidance scale {scale:g}, 2 steps, weighting dreamfusion" in note for note in told["notes"])
