"""Memory that is not there, and modules that come and go."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from backend.errors import MemoryShortError
from backend.pretrained.offload import memory_guard, off_device, on_device

CPU = torch.device("cpu")


def test_an_allocation_that_fails_has_a_sentence():
    """A real one: 2^60 bytes."""
    sentence = "does not hold a large model at work: turn on 'offload', lower orbit.views"
    with pytest.raises(MemoryShortError, match=sentence) as seen, memory_guard("a large model"):
        torch.empty(2**58)
    assert seen.value.__cause__ is not None


@pytest.mark.parametrize("error", [MemoryError(), torch.OutOfMemoryError("CUDA out of memory.")])
def test_python_s_and_the_card_s_errors_have_it_too(error: Exception):
    with pytest.raises(MemoryShortError), memory_guard("a model"):
        raise error


def test_another_fault_is_not_hidden():
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"), memory_guard("a model"):
        torch.ones(2, 3) @ torch.ones(2, 3)


class Traveler(nn.Linear):
    """Remembers where it was sent."""

    def __init__(self) -> None:
        super().__init__(1, 1)
        self.places: list[str] = []

    def to(self, place):
        self.places.append(str(place))
        return super().to(place)


def test_a_visitor_goes_home_also_after_an_error():
    module = Traveler()
    with on_device(module, CPU, stays=False):
        assert module.places == ["cpu"]
    assert module.places == ["cpu", "cpu"]
    with pytest.raises(ValueError), on_device(module, CPU, stays=False):
        raise ValueError
    assert len(module.places) == 4
    with on_device(module, CPU, stays=True):
        pass
    assert len(module.places) == 5


def test_one_that_makes_room_comes_back():
    module = Traveler()
    with off_device(module, torch.device("cpu", 0)):
        assert module.places == ["cpu"]
    assert module.places == ["cpu", "cpu:0"]
