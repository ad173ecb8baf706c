"""What only a graphics card shows: half precision, and parts that come and go."""

from __future__ import annotations

import pytest
import torch

from backend.config import JobConfig, with_changes
from backend.fields.build import build_field
from backend.fields.field import UNIT_CUBE
from backend.guidance.build import build_guidances
from backend.render.renderer import Renderer

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]
CUDA = torch.device("cuda")


@pytest.mark.parametrize("kind", ["sd_folder", "sd_v_folder", "xl_folder", "if_folder", "diffusion_folder"])
@pytest.mark.parametrize("offload", [False, True])
def test_two_steps_in_half_precision(kind: str, offload: bool, request):
    config = with_changes(
        JobConfig(prompt="a red cube", model=str(request.getfixturevalue(kind))),
        {"score_distillation": {"offload": offload, "attention_slicing": offload, "guidance_scale": 7.5}},
    )
    generator = torch.Generator().manual_seed(0)
    (guidance,) = build_guidances(config, None, CUDA, generator, lambda line: None)
    field = build_field(config.field, UNIT_CUBE, "text").to(CUDA)
    for step in range(2):
        request = guidance.sample_views(step)
        rendering = Renderer(field, 16)(request.rays, generator, shading=request.shading)
        guidance.loss(request, rendering, step).loss.backward()
        for name, parameter in field.named_parameters():
            assert bool(parameter.grad.isfinite().all()) and float(parameter.grad.abs().sum()) > 0, name
    coder = getattr(guidance.adapter, "encode", None)
    if coder is not None:
        place = next(coder.__self__.vae.parameters()).device.type
        assert place == ("cpu" if offload else "cuda"), "the autoencoder goes home when it is not used"
