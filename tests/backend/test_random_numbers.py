"""Random numbers of a step: on the processor what they were, on a card from a number that the one generator gives."""

from __future__ import annotations

import pytest
import torch

from backend.random_numbers import generator_on, normal_like, uniform_like

CPU = torch.device("cpu")


def seeded() -> torch.Generator:
    return torch.Generator().manual_seed(5)


def test_on_the_processor_they_are_what_torch_draws():
    one, other = seeded(), seeded()
    values = torch.zeros(4, 3)
    assert generator_on(CPU, one) is one
    assert torch.equal(uniform_like(values, one), torch.rand(4, 3, generator=other))
    assert torch.equal(normal_like(values, (2, 5), one), torch.randn(2, 5, generator=other))
    assert torch.equal(one.get_state(), other.get_state())


def test_double_and_half_values_have_numbers_of_their_own_type():
    for dtype in (torch.float64, torch.float16):
        assert uniform_like(torch.zeros(3, dtype=dtype), seeded()).dtype == dtype
        assert normal_like(torch.zeros(3, dtype=dtype), (3,), seeded()).dtype == dtype


@pytest.mark.skipif(torch.cuda.is_available(), reason="a card is there")
def test_a_device_without_a_generator_takes_the_processor_s():
    one = seeded()
    before = one.get_state()
    assert generator_on(torch.device("cuda"), one) is one and torch.equal(one.get_state(), before)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_on_a_card_the_same_state_draws_the_same_numbers():
    values = torch.zeros(1000, device="cuda")
    first, second = (uniform_like(values, seeded()) for _ in range(2))
    assert first.device.type == "cuda" and torch.equal(first, second)
    going_on = seeded()
    assert not torch.equal(uniform_like(values, going_on), uniform_like(values, going_on))
