"""A stand-in for UILayout that records what a panel draws, and refuses what the real one would refuse.

Panels cannot be drawn without a window. Every method, argument, icon, property and operator is looked up in Blender's
own description of UILayout (bl_rna), so a panel that passes here does not fail with the real layout.
"""

from __future__ import annotations

import bpy

_RNA = bpy.types.UILayout.bl_rna
_CONTAINERS = ("row", "column", "box", "split", "column_flow", "grid_flow")


class FakeLayout:
    """Draw into it, then read `drawn`: (method, arguments) of the whole tree in order."""

    def __init__(self, drawn: list | None = None) -> None:
        object.__setattr__(self, "drawn", [] if drawn is None else drawn)

    def __setattr__(self, name, value):
        assert name in _RNA.properties, f"UILayout has no property {name}"
        object.__setattr__(self, name, value)

    def __getattr__(self, method):
        assert method in _RNA.functions, f"UILayout has no method {method}"
        return lambda *values, **named: self._call(_RNA.functions[method], values, named)

    def texts(self) -> list[str]:
        """All that a person can read: texts given, and labels of operators and properties drawn without one."""
        return [_words(method, given) for method, given in self.drawn if _words(method, given)]

    def operators(self) -> list[str]:
        return [given["operator"] for method, given in self.drawn if method == "operator"]

    def properties(self) -> list[str]:
        return [given["property"] for method, given in self.drawn if method == "prop"]

    def _call(self, function, values, named):
        takes = [each for each in function.parameters if not each.is_output]
        assert len(values) <= len(takes), f"{function.identifier} takes {len(takes)} arguments"
        given = dict(zip((each.identifier for each in takes), values, strict=False)) | named
        for name, value in given.items():
            _check(function, name, value)
        for each in takes:
            assert not each.is_required or each.identifier in given, f"{function.identifier} needs {each.identifier}"
        self.drawn.append((function.identifier, given))
        return self._answer(function.identifier, given)

    def _answer(self, method, given):
        if method == "prop":
            assert _has(given["data"], given["property"]), f"no property {given['property']}"
        if method == "operator":
            return _operator_properties(given["operator"])
        if method == "operator_menu_enum":
            assert given["property"] in _operator_properties(given["operator"])._rna.properties
        if method == "panel":
            return FakeLayout(self.drawn), FakeLayout(self.drawn)  # its header, and its body as when it is open
        if method in ("menu", "popover"):
            assert hasattr(bpy.types, given[method if method == "menu" else "panel"]), f"no such {method}: {given}"
        return FakeLayout(self.drawn) if method in _CONTAINERS else None


def _has(data, name):
    """Whether `data` has the property, or the custom property where the name is '["name"]'."""
    return name[2:-2] in data.keys() if name.startswith('["') else name in data.bl_rna.properties  # noqa: SIM118


class _OperatorProperties:
    def __init__(self, rna):
        object.__setattr__(self, "_rna", rna)

    def __setattr__(self, name, value):
        assert name in self._rna.properties, f"{self._rna.identifier} has no property {name}"


def _operator_properties(idname):
    module, name = idname.split(".")
    return _OperatorProperties(
        getattr(getattr(bpy.ops, module), name).get_rna_type()
    )  # raises where it is not registered


def _check(function, name, value):
    parameter = function.parameters.get(name)
    assert parameter is not None, f"{function.identifier} has no argument {name}"
    kinds = {"STRING": str, "BOOLEAN": bool, "INT": int, "FLOAT": (int, float)}
    expected = kinds.get(parameter.type)
    assert expected is None or isinstance(value, expected), f"{function.identifier}({name}={value!r})"
    if parameter.type == "ENUM":
        assert value in parameter.enum_items, f"{function.identifier}({name}={value!r}) is not one of Blender's"
    if parameter.type == "FLOAT":
        assert parameter.hard_min <= value <= parameter.hard_max, f"{function.identifier}({name}={value!r})"


def _words(method, given):
    if "text" in given:
        return given["text"]
    if method == "operator":
        module, name = given["operator"].split(".")
        return getattr(getattr(bpy.ops, module), name).get_rna_type().name
    return given["data"].bl_rna.properties[given["property"]].name if method == "prop" else ""
