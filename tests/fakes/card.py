"""A graphics card that is not there: tensors computed on the processor under another device's label.

A mix of the two labels raises as CUDA would, so does an array or a generator of the wrong side. The label is "meta",
for a torch that is built for the processor has no autograd threads for CUDA. Two kinds of card:

    "cuda"  half precision where `choose_precision` takes it
    "mps"   refuses double precision, and every kernel that torch's own table (native_functions.yaml, which comes with
            torchgen) names none for

What it cannot tell: memory, speed, asynchronous errors, kernels that are there and wrong.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map

CARD = torch.device("meta")
aten = torch.ops.aten
COPIES = {aten.copy_.default, aten._to_copy.default}
INDEXING = {aten.index.Tensor, aten.index_put.default, aten.index_put_.default, aten._unsafe_index.Tensor}
DOUBLE = (torch.float64, torch.complex128)
ON_ANY_DEVICE = {
    "CompositeImplicitAutograd", "CompositeExplicitAutograd", "CompositeExplicitAutogradNonFunctional", "MPS",
}  # fmt: skip
_kind = ["cuda"]


class OnCard(torch.Tensor):
    """Holds its numbers in `inner`, on the processor."""

    @staticmethod
    def __new__(cls, inner: torch.Tensor) -> OnCard:
        made = torch.Tensor._make_wrapper_subclass(
            cls, inner.shape, strides=inner.stride(), storage_offset=inner.storage_offset(), dtype=inner.dtype,
            layout=inner.layout, device=CARD, requires_grad=False,
        )  # fmt: skip
        made.inner = inner
        return made

    def __repr__(self) -> str:
        return f"OnCard({self.inner!r})"

    def __tensor_flatten__(self):
        return ["inner"], None

    @staticmethod
    def __tensor_unflatten__(inner, meta, size, stride):
        return OnCard(inner["inner"])

    def tolist(self):
        return self.detach().cpu().tolist()

    def numpy(self, *_, **__):
        raise TypeError("can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() first")

    __array__ = numpy

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        return compute(func, args, kwargs or {})


def is_on_card(value: Any) -> bool:
    return isinstance(value, OnCard)


def compute(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """The operator's answer, under the label that it would have; raises what a card would raise."""
    tensors = [each for each in tree_flatten((args, kwargs))[0] if isinstance(each, torch.Tensor)]
    device = torch.device(kwargs["device"]) if kwargs.get("device") is not None else None
    target = device.type == CARD.type if device is not None else any(map(is_on_card, tensors))
    _check_generator(func, kwargs.get("generator"), target)
    if len({is_on_card(each) for each in tensors}) > 1 and func not in COPIES:
        _check_labels(func, args, tensors)
    if func is aten._to_copy.default and device is None:
        target = is_on_card(args[0])
    if target and _kind[0] == "mps":
        _check_mps(func, args, kwargs)
    plain, named = tree_map(_inner, args), tree_map(_inner, kwargs)
    if device is not None:
        named["device"] = torch.device("cpu")
    answer = func(*plain, **named)
    if func is aten._local_scalar_dense.default:
        return answer
    if _is_in_place(func) and args and isinstance(args[0], torch.Tensor):
        return args[0]
    if "out" in kwargs:
        return kwargs["out"]
    return tree_map(lambda each: _labelled(func, each) if target else each, answer)


def _inner(value: Any) -> Any:
    return value.inner if is_on_card(value) else value


def _labelled(func: Any, value: Any) -> Any:
    if not isinstance(value, torch.Tensor) or is_on_card(value):
        return value
    if _kind[0] == "mps" and value.dtype in DOUBLE:
        raise TypeError(f"Cannot convert a MPS Tensor to {value.dtype}: the framework has no float64 [{func}]")
    if value._is_zerotensor():  # autograd's zeros without memory: below this dispatch nobody knows them any more
        value = torch.zeros(value.shape, dtype=value.dtype)
    return OnCard(value)


def _is_in_place(func: Any) -> bool:
    return str(func).split(".")[1].endswith("_") or func is aten.set_.source_Tensor


def _check_generator(func: Any, generator: Any, target: bool) -> None:
    if generator is not None and (generator.device.type == "cpu") == target:
        wanted = "cuda" if target else "cpu"
        raise RuntimeError(
            f"Expected a '{wanted}' device type for generator but found '{generator.device.type}' [{func}]"
        )


def _check_labels(func: Any, args: Any, tensors: list[torch.Tensor]) -> None:
    """A scalar of the processor may be mixed in, and so may an index."""
    strict = [each for each in tensors if not is_on_card(each) and each.dim() > 0]
    if func in INDEXING:
        values = args[2:3] if func is not aten.index.Tensor else ()
        indexed = [each for each in (args[0], *values) if isinstance(each, torch.Tensor) and not is_on_card(each)]
        strict = [each for each in indexed if each.dim() > 0 or each is args[0]]
    if func is aten.lift_fresh.default:
        strict = []
    if strict:
        shapes = [tuple(each.shape) for each in strict]
        raise RuntimeError(
            f"Expected all tensors to be on the same device, but found cuda:0 and cpu! [{func}; cpu shapes {shapes}]"
        )
    if not is_on_card(args[0]) and _is_in_place(func):
        raise RuntimeError(f"in-place on a cpu tensor with cuda values [{func}]")


def _check_mps(func: Any, args: Any, kwargs: dict[str, Any]) -> None:
    if kwargs.get("dtype") in DOUBLE:
        raise TypeError(
            f"Cannot convert a MPS Tensor to float64 dtype as the MPS framework doesn't support it [{func}]"
        )
    if not has_mps_kernel(func._schema.name.removeprefix("aten::"), func._schema.overload_name):
        raise NotImplementedError(f"The operator '{func}' is not currently implemented for the MPS device")


@functools.cache
def has_mps_kernel(name: str, overload: str = "") -> bool:
    """Whether torch's table names a kernel for MPS, or one that is made of others; unknown names are made of others."""
    entry = _table().get(f"{name}.{overload}" if overload else name)
    if entry is None:
        return True
    if "structured_delegate" in entry:
        return has_mps_kernel(*entry["structured_delegate"].split("."))
    dispatch = entry.get("dispatch")
    keys = {key.strip() for keys in dispatch for key in keys.split(",")} if dispatch else ON_ANY_DEVICE
    return bool(keys & ON_ANY_DEVICE)


@functools.cache
def _table() -> dict[str, dict[str, Any]]:
    import torchgen

    path = Path(torchgen.__file__).parent / "packaged" / "ATen" / "native" / "native_functions.yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return {each["func"].partition("(")[0]: each for each in yaml.load(path.read_text(encoding="utf-8"), loader)}


class _Dispatch(TorchDispatchMode):
    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        return compute(func, args, kwargs or {})


class _Functions(TorchFunctionMode):
    """What never dispatches: a tensor of a list, a list as an index."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        if func in (torch.tensor, torch.as_tensor) and torch.device(kwargs.get("device") or "cpu").type == CARD.type:
            kwargs["device"] = "cpu"
            return func(*args, **kwargs).to(CARD)
        if func is torch.Tensor.new_tensor and is_on_card(args[0]):
            return torch.tensor(*args[1:], dtype=kwargs.get("dtype", args[0].dtype)).to(CARD)
        if func is torch.Tensor.__getitem__ and is_on_card(args[0]):
            args = (args[0], _listed(args[1]))  # in C++ a list becomes a tensor of the label's device, without data
        return func(*args, **kwargs)


def _listed(index: Any) -> Any:
    def one(each: Any) -> Any:
        return torch.tensor(each) if isinstance(each, (list, tuple)) else each

    return tuple(map(one, index)) if isinstance(index, tuple) else one(index)


@contextlib.contextmanager
def pretended_card(kind: str, monkeypatch: pytest.MonkeyPatch, half: bool = False) -> Iterator[None]:
    """Jobs inside compute on a card of this kind; `half` has models in half precision, as on a real CUDA card."""
    from backend import resize
    from backend.guidance.diffusion import load
    from backend.optimize import field_view, optimizers, trainer_state
    from backend.pretrained import memory

    adam = torch.optim.Adam
    monkeypatch.setattr(torch.__future__, "_overwrite_module_params_on_conversion", True)
    for module in (trainer_state, field_view):
        monkeypatch.setattr(module, "choose_device", lambda name: CARD)
    monkeypatch.setattr(
        optimizers.torch.optim, "Adam", lambda groups, fused=None, **named: adam(groups, foreach=False, **named)
    )
    monkeypatch.setattr(memory, "free_bytes", lambda device: None)
    monkeypatch.setattr(resize, "lacks_antialias", lambda device: kind == "mps" and device.type == CARD.type)
    if half:
        monkeypatch.setattr(load, "choose_precision", lambda name, device: torch.float16)
    _kind[0] = kind
    try:
        with _Functions(), _Dispatch():
            yield
    finally:
        _kind[0] = "cuda"
