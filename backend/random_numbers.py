"""The random numbers of a step, made where they are used.

One generator of the processor decides a whole run, and lies in its checkpoint. Large drawings for a graphics card were
made on the processor and sent there, which for four views and 192 samples a ray takes longer than the step itself; here
the one generator gives a seed, and the card draws by it. The processor's own drawings are what they were.
"""

from __future__ import annotations

import torch
from torch import Tensor


def generator_on(device: torch.device, generator: torch.Generator) -> torch.Generator:
    """The generator itself where it is at home, or the device has none; else one of the device that begins from a
    number it gives."""
    if device.type not in ("cuda", "mps") or generator.device.type == device.type:
        return generator
    try:
        drawing = torch.Generator(device)
    except RuntimeError:
        return generator
    return drawing.manual_seed(int(torch.randint(2**62, (), generator=generator)))


def normal_like(values: Tensor, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Normal numbers of this shape, on the device and of the type of `values`."""
    drawing = generator_on(values.device, generator)
    return torch.randn(shape, generator=drawing, device=drawing.device).to(values)


def uniform_like(values: Tensor, generator: torch.Generator) -> Tensor:
    """Uniform numbers in [0, 1), of the shape, device and type of `values`."""
    drawing = generator_on(values.device, generator)
    return torch.rand(values.shape, generator=drawing, dtype=values.dtype, device=drawing.device).to(values.device)
