"""Three planes against a slow bilinear loop."""

from __future__ import annotations

import math

import torch

from backend.fields.tri_plane_encoding import TriPlaneEncoding


def bilinear(plane: torch.Tensor, a: float, b: float, feature: int) -> float:
    """Between cell centers at (i + 1/2) / R of the way; the edge value holds beyond the outermost ones."""
    n = plane.shape[0]
    value = 0.0
    places = [min(max((p + 1) / 2 * n - 0.5, 0.0), n - 1.0) for p in (a, b)]
    for i in range(n):
        for j in range(n):
            share = math.prod(max(0.0, 1 - abs(u - k)) for u, k in zip(places, (i, j), strict=True))
            value += share * float(plane[i, j, feature])
    return value


def test_the_sum_of_three_planes_is_that_of_a_slow_loop(generator):
    torch.manual_seed(0)
    encoding = TriPlaneEncoding(5, 2).double()
    places = 2 * torch.rand(30, 3, generator=generator, dtype=torch.float64) - 1
    places[0], places[1] = -1.0, 1.0
    xy, xz, yz = encoding.planes
    expected = [
        [bilinear(xy, x, y, f) + bilinear(xz, x, z, f) + bilinear(yz, y, z, f) for f in range(2)]
        for x, y, z in places.tolist()
    ]
    torch.testing.assert_close(encoding(places), torch.tensor(expected, dtype=torch.float64))


def test_slopes_are_those_of_finite_differences(generator):
    torch.manual_seed(0)
    encoding = TriPlaneEncoding(4, 2).double()
    places = (1.4 * torch.rand(6, 3, generator=generator, dtype=torch.float64) - 0.7).requires_grad_()
    planes = encoding.planes.detach().clone().requires_grad_()

    def encoded(at, values):
        return torch.func.functional_call(encoding, {"planes": values}, (at,))

    assert torch.autograd.gradcheck(encoded, (places, planes))
    assert torch.autograd.gradcheck(encoded, (places.detach(), planes))
