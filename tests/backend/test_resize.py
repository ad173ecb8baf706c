"""Shrinking without aliasing, as torch's own kernel does it and as two products do where there is no such kernel."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from backend import resize
from backend.resize import resize_pictures, shares

SIZES = [(64, 32), (100, 33), (32, 64), (7, 3), (224, 32), (33, 32), (5, 5), (1, 4), (9, 1)]


@pytest.mark.parametrize(("old", "new"), SIZES)
def test_values_and_gradients_are_those_of_torchs_kernel(old, new, monkeypatch):
    torch.manual_seed(0)
    pictures, pull = torch.rand(2, 3, old, old), torch.rand(2, 3, new, new)
    answers = []
    for lacks in (False, True):
        monkeypatch.setattr(resize, "lacks_antialias", lambda device, lacks=lacks: lacks)
        given = pictures.clone().requires_grad_()
        made = resize_pictures(given, new)
        (made * pull).sum().backward()
        answers.append((made.detach(), given.grad))
    torch.testing.assert_close(answers[0], answers[1], atol=2e-6, rtol=1e-5)
    expected = F.interpolate(pictures, (new, new), mode="bilinear", antialias=True)
    assert torch.equal(answers[0][0], expected)


def test_a_wide_picture(monkeypatch):
    pictures = torch.rand(1, 4, 40, 60)
    expected = resize_pictures(pictures, 16)
    monkeypatch.setattr(resize, "lacks_antialias", lambda device: True)
    torch.testing.assert_close(resize_pictures(pictures, 16), expected, atol=2e-6, rtol=1e-5)


def test_two_old_pixels_for_each_new_one():
    """By hand: centers at 1 and 3, width 2, so distances 0.5, 0.5, 1.5 of 1, 1, 1/3 of the rest."""
    assert torch.allclose(shares(4, 2)[0], torch.tensor([3.0, 3.0, 1.0, 0.0]) / 7)
    assert torch.allclose(shares(4, 2).sum(1), torch.ones(2))


def test_only_apples_graphics_cores_lack_the_kernel():
    assert resize.lacks_antialias(torch.device("mps"))
    assert not resize.lacks_antialias(torch.device("cuda")) and not resize.lacks_antialias(torch.device("cpu"))
