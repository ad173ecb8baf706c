"""What a field takes, counted without values, beside what one with values takes."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from every_field import KINDS, SMALL, small

from backend.config import Method
from backend.fields.field import UNIT_CUBE, Field, query_field
from backend.fields.live_bytes import FEW, LiveBytes, blank_field, bytes_a_point, parameter_bytes


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


def blank(kind: str) -> Field:
    return blank_field(replace(SMALL, kind=kind), UNIT_CUBE, Method.RECONSTRUCT)


def test_a_blank_field_has_the_parameters_of_a_real_one_and_no_values(kind):
    made, real = blank(kind), small(kind)
    assert {name: value.shape for name, value in made.named_parameters()} == {
        name: value.shape for name, value in real.named_parameters()
    }
    assert {value.device.type for _, value in made.named_parameters()} == {"meta"}


def test_values_gradients_and_moments_are_four_times_the_parameters(kind):
    """The slow way: a real step of Adam, and the sum of all there is."""
    field = small(kind)
    points = torch.rand(64, 3) - 0.5
    density, color = query_field(field, points, torch.nn.functional.normalize(points, dim=-1))
    (density.sum() + color.sum()).backward()
    for _, parameter in field.named_parameters():
        parameter.grad = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
    optimizer = torch.optim.Adam(list(dict(field.named_parameters()).values()))
    optimizer.step()
    held = sum(value.nbytes + value.grad.nbytes for _, value in field.named_parameters())
    held += sum(state[name].nbytes for state in optimizer.state.values() for name in ("exp_avg", "exp_avg_sq"))
    assert held == 4 * parameter_bytes(blank(kind))


def test_a_point_takes_as_much_without_values_as_with_them(kind):
    """Beside many points parameters do not count; few of them are asked of a real field, where they do. What an
    operation gives back beside its result differs from device to device."""
    made, real = bytes_a_point(blank(kind)), bytes_a_point(small(kind))
    assert made <= real * 1.25 and real <= made * 1.25 + 2 * parameter_bytes(small(kind)) / FEW
    assert bytes_a_point(blank(kind), gradients=True) > made
    assert bytes_a_point(blank(kind), gradients=True, normals=True) > bytes_a_point(blank(kind), gradients=True)


def test_what_is_let_go_no_longer_counts():
    with LiveBytes() as live:
        first = torch.zeros(1000)
        view = first.view(10, 100)
        assert live.now == 4000, "a view is the same memory"
        del first, view
        torch.zeros(500)
    assert live.peak == 4000 and live.now == 0
