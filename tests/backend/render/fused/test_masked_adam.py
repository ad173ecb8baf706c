"""Adam that waits where there is no gradient, against a slow loop over its definition and against torch's own."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from backend.render.fused.masked_adam import MaskedAdam, is_rising

BETAS, RATE, EPSILON = (0.9, 0.99), 0.1, 1e-15


def slopes(steps: int, share: float, shape: tuple[int, ...] = (4, 5, 6, 3)) -> list[torch.Tensor]:
    """A share of voxels touched in each step; of those, some channels have no slope."""
    draw = torch.Generator().manual_seed(0)
    voxels = [torch.rand(*shape[:3], 1, generator=draw) < share for _ in range(steps)]
    channels = [torch.rand(*shape, generator=draw) < 0.9 for _ in range(steps)]
    return [torch.randn(*shape, generator=draw) * v * (c | (share == 1)) for v, c in zip(voxels, channels, strict=True)]


def descended(kind: type, gradients: list[torch.Tensor], sparse: bool = False, **more) -> nn.Parameter:
    parameter = nn.Parameter(torch.ones(gradients[0].shape))
    optimizer = kind([{"params": [parameter], "lr": RATE}], betas=BETAS, eps=EPSILON, **more)
    for gradient in gradients:
        parameter.grad = gradient.to_sparse(3) if sparse else gradient.clone()
        optimizer.step()
    return parameter.detach()


def slowly(gradients: list[torch.Tensor]) -> torch.Tensor:
    """The definition, an element at a time, in double precision."""
    values = []
    for column in torch.stack(gradients).double().flatten(1).T.tolist():
        value, m, v = 1.0, 0.0, 0.0
        for t, g in enumerate(column, start=1):
            if g != 0:
                m, v = BETAS[0] * m + (1 - BETAS[0]) * g, BETAS[1] * v + (1 - BETAS[1]) * g * g
                value -= RATE * m / (1 - BETAS[0] ** t) / (math.sqrt(v / (1 - BETAS[1] ** t)) + EPSILON)
        values.append(value)
    return torch.tensor(values).view(gradients[0].shape)


@pytest.mark.parametrize("sparse", [False, True])
def test_every_element_is_where_the_definition_says(sparse: bool):
    gradients = slopes(12, 0.3)
    torch.testing.assert_close(descended(MaskedAdam, gradients, sparse), slowly(gradients), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("sparse", [False, True])
def test_it_is_adam_where_every_gradient_is_there(sparse: bool):
    gradients = slopes(10, 1.0)
    expected = descended(torch.optim.Adam, gradients)
    torch.testing.assert_close(descended(MaskedAdam, gradients, sparse), expected, atol=1e-5, rtol=1e-5)


def test_it_is_sparse_adam_where_only_some_are():
    """But for epsilon, which torch's SparseAdam adds before the correction, and which is nothing here."""
    gradients = slopes(10, 0.3)
    whole = [g + (g.abs().sum(-1, keepdim=True) > 0) * (g == 0) * 0.5 for g in gradients]  # no zeros within a voxel
    theirs = nn.Parameter(torch.ones(whole[0].shape))
    optimizer = torch.optim.SparseAdam([theirs], lr=RATE, betas=BETAS, eps=EPSILON)
    for gradient in whole:
        theirs.grad = gradient.to_sparse(3)
        optimizer.step()
    torch.testing.assert_close(descended(MaskedAdam, whole, True), theirs.detach(), atol=1e-5, rtol=1e-5)


def test_it_is_not_adam_where_a_voxel_is_seen_only_now_and_then():
    gradients = slopes(10, 0.3)
    apart = (descended(MaskedAdam, gradients) - descended(torch.optim.Adam, gradients)).abs().max()
    assert float(apart) > 0.1


def test_a_voxel_that_was_never_touched_has_not_moved():
    gradients = [gradient * (torch.arange(4) > 1).view(4, 1, 1, 1) for gradient in slopes(5, 0.5)]
    assert torch.equal(descended(MaskedAdam, gradients, True)[:2], torch.ones(2, 5, 6, 3))


def test_a_sparse_gradient_of_two_parts_is_summed_first():
    whole = slopes(1, 0.5)[0]
    parameter = nn.Parameter(torch.ones(whole.shape))
    parameter.grad = whole.to_sparse(3) * 0.25 + whole.to_sparse(3) * 0.75
    MaskedAdam([parameter], lr=RATE, betas=BETAS, eps=EPSILON).step()
    torch.testing.assert_close(parameter.detach(), descended(MaskedAdam, [whole]))


def test_its_state_has_the_names_of_adams():
    parameter = nn.Parameter(torch.ones(2, 2, 2, 1))
    ours, theirs = MaskedAdam([parameter]), torch.optim.Adam([parameter])
    for optimizer in (ours, theirs):
        parameter.grad = torch.ones_like(parameter)
        optimizer.step()
    assert ours.state[parameter].keys() == theirs.state[parameter].keys()


@pytest.mark.parametrize("sparse", [False, True])
def test_a_slope_whose_square_is_no_normal_number_is_none(sparse: bool):
    """A processor takes a hundred cycles for a root of such a number; Adam would make a whole step of it."""
    smallest = math.sqrt(torch.finfo(torch.float32).tiny)
    gradient = torch.zeros(2, 2, 2, 1)
    gradient[0, 0, 0], gradient[0, 0, 1] = 0.9 * smallest, 1.1 * smallest
    moved = descended(MaskedAdam, [gradient], sparse)
    assert float(moved[0, 0, 0]) == 1.0 and float(moved[0, 0, 1]) < 1.0


def test_a_gradient_in_rising_order_is_known_though_torch_forgot():
    dense = torch.zeros(3, 4, 5, 2)
    dense[0, 1, 2], dense[0, 1, 3], dense[2, 0, 0] = 1.0, 2.0, 3.0
    kept = dense.to_sparse(3)
    forgotten = torch.sparse_coo_tensor(kept.indices(), kept.values(), dense.shape)
    assert not forgotten.is_coalesced() and is_rising(forgotten) and is_rising(kept)
    for order in ([1, 0, 2], [0, 0, 1]):
        assert not is_rising(torch.sparse_coo_tensor(kept.indices()[:, order], kept.values()[order], dense.shape))


def test_a_voxel_that_is_stored_twice_moves_by_the_sum():
    index, values = torch.tensor([[0, 0], [1, 1], [2, 2]]), torch.tensor([[0.25], [0.5]])
    twice, once = torch.zeros(2, 2, 4, 1), torch.zeros(2, 2, 4, 1)
    once[0, 1, 2] = 0.75
    ends = []
    for gradient in (torch.sparse_coo_tensor(index, values, twice.shape), once.to_sparse(3)):
        parameter = nn.Parameter(torch.ones(twice.shape))
        parameter.grad = gradient
        MaskedAdam([{"params": [parameter], "lr": RATE}], betas=BETAS, eps=EPSILON).step()
        ends.append(parameter.detach())
    assert torch.equal(*ends) and float(ends[0][0, 1, 2]) < 1.0
