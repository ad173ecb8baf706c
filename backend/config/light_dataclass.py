"""Frozen dataclasses with shared methods instead of compiled ones: making one costs a tenth of the standard library's.

The add-on makes some ninety of these classes while Blender starts, and the standard library writes and compiles six
methods for each. Here they are written once and read the fields. Nothing else differs: `fields`, `replace`, `asdict`,
match statements and pickles work as they do elsewhere, and what is wrong raises what it raises there.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:  # types are read as if it were the standard library's
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool) -> Any:
        """Decorates a class as `dataclasses.dataclass(frozen=True)` does; there are no others here."""
        assert frozen
        return _made


def _made(cls: Any) -> Any:
    cls.__doc__ = cls.__doc__ or cls.__name__  # else its signature would be looked up and written there
    made = dataclasses.dataclass(init=False, repr=False, eq=False)(cls)
    for name, method in _METHODS.items():
        setattr(made, name, method)
    return made


def _init(self: Any, *in_order: Any, **by_name: Any) -> None:
    fields = dataclasses.fields(self)
    if len(in_order) > len(fields):
        raise TypeError(f"{_name(self)} takes {len(fields)} values, not {len(in_order)}")
    values = self.__dict__
    for field, value in zip(fields, in_order, strict=False):
        values[field.name] = value
    for field in fields[len(in_order) :]:
        values[field.name] = by_name.pop(field.name) if field.name in by_name else _default(self, field)
    if by_name:
        raise TypeError(f"{_name(self)} takes no {next(iter(by_name))!r}, or takes it only once")


def _default(self: Any, field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is dataclasses.MISSING:
        raise TypeError(f"{_name(self)} needs {field.name!r}")
    return field.default_factory()


def _values(self: Any) -> tuple[Any, ...]:
    return tuple([getattr(self, name) for name in self.__match_args__])


def _eq(self: Any, other: object) -> Any:
    return _values(self) == _values(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


def _repr(self: Any) -> str:
    shown = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{_name(self)}({shown})"


def _setattr(self: Any, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _delattr(self: Any, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _name(self: Any) -> str:
    return type(self).__qualname__


_METHODS = {
    "__init__": _init, "__eq__": _eq, "__hash__": _hash, "__repr__": _repr, "__setattr__": _setattr,
    "__delattr__": _delattr,
}  # fmt: skip
