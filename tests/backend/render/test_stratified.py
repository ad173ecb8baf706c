"""Samples along rays."""

from __future__ import annotations

import torch

from backend.render.stratified import stratified_samples, stratified_samples_unbounded

NEAR, FAR = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 2.5])


def test_stretches_fill_the_ray_without_gaps():
    samples = stratified_samples(NEAR, FAR, 8)
    torch.testing.assert_close(samples.lengths.sum(-1), FAR - NEAR)
    torch.testing.assert_close(samples.t_starts[:, 1:], samples.t_ends[:, :-1])


def test_without_a_generator_points_are_the_middles():
    samples = stratified_samples(NEAR, FAR, 4)
    torch.testing.assert_close(samples.t[0], torch.tensor([1.25, 1.75, 2.25, 2.75]))


def test_each_stretch_holds_one_point_and_points_are_uniform(generator):
    samples = stratified_samples(torch.zeros(4000), torch.ones(4000), 4, generator)
    assert bool(((samples.t >= samples.t_starts) & (samples.t <= samples.t_ends)).all())
    within = (samples.t - samples.t_starts) / samples.lengths
    assert abs(float(within.mean()) - 0.5) < 0.01 and abs(float(within.var()) - 1 / 12) < 0.005


def test_a_ray_that_misses_has_stretches_of_no_length():
    assert float(stratified_samples(torch.ones(1), torch.ones(1), 8).lengths.abs().sum()) == 0


def test_points_lie_on_the_ray():
    samples = stratified_samples(torch.zeros(1), torch.ones(1), 2)
    points = samples.points(torch.tensor([[1.0, 0.0, 0.0]]), torch.tensor([[0.0, 0.0, 1.0]]))
    torch.testing.assert_close(points, torch.tensor([[[1.0, 0.0, 0.25], [1.0, 0.0, 0.75]]]))


def test_beyond_the_box_stretches_are_equal_in_disparity_and_nothing_is_left_out(generator):
    near, middle, far = torch.tensor([0.5, 0.0]), torch.tensor([2.0, 1.0]), torch.tensor([32.0, 8.0])
    samples = stratified_samples_unbounded(near, middle, far, 9, generator)
    torch.testing.assert_close(samples.t_starts[:, 1:], samples.t_ends[:, :-1])
    torch.testing.assert_close(samples.t_starts[:, 0], near)
    torch.testing.assert_close(samples.t_ends[:, -1], far)
    torch.testing.assert_close(samples.lengths[:, :5], ((middle - near) / 5)[:, None].expand(2, 5))
    steps = 1 / samples.t_starts[:, 5:] - 1 / samples.t_ends[:, 5:]
    torch.testing.assert_close(steps, ((1 / middle - 1 / far) / 4)[:, None].expand(2, 4))
    assert bool(((samples.t >= samples.t_starts) & (samples.t <= samples.t_ends)).all())
