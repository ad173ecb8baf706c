"""Every other setting, folded group by group; those that were changed against the preset can be taken back."""

from __future__ import annotations

from typing import Any

import bpy

from ...core import overrides
from ...core.wire import config
from ..advanced_groups import effective_value, group_class, groups_of, settings_of
from ..methods import METHODS, method_choice
from ..reflection import label
from .sidebar import SubPanel

LABEL_SHARE = 0.62


class DREAMWRIGHT_PT_advanced(SubPanel, bpy.types.Panel):
    bl_label = "Advanced Settings"
    bl_description = "Settings of the optimization, which are initialized by the preset"

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.dreamwright
        layout.menu("DREAMWRIGHT_MT_recipes", icon="BOOKMARKS")
        for spec in groups_of(config.JobConfig):
            if spec.name not in _unused_groups(settings):
                draw_group(layout, settings, group_class(spec), getattr(settings.advanced, spec.name), f"{spec.name}.")
        layout.operator("dreamwright.reset_settings", text="Reset All", icon="LOOP_BACK")


def draw_group(layout: Any, settings: Any, kind: type, group: Any, path: str) -> None:
    """One group, folded; those inside it are not folded again, so that nothing is more than three clicks away."""
    header, body = layout.panel(f"dreamwright_advanced_{path}", default_closed=True)
    changed = _changed(settings, path)
    header.label(text=label(path.split(".")[-2]) + (f" ({len(changed)} changed)" if changed else ""))
    if body is None:
        return
    if path != "field.":
        for spec in groups_of(kind, path):
            _draw_term(body, settings, group_class(spec), getattr(group, spec.name), f"{path}{spec.name}.")
    _draw_settings(body, settings, kind, group, path)
    if path == "field.":
        _draw_network(body, settings, kind, group)


def _draw_settings(layout: Any, settings: Any, kind: type, group: Any, path: str) -> None:
    for spec in settings_of(kind, path):
        draw_setting(layout, settings, group, path + spec.name)


def _draw_network(layout: Any, settings: Any, kind: type, field: Any) -> None:
    """The numbers of the one network that is the field; a dense grid has none."""
    for spec in groups_of(kind, "field."):
        if spec.name == effective_value(settings, "field.kind"):
            layout.label(text=label(spec.name))
            _draw_settings(layout, settings, group_class(spec), getattr(field, spec.name), f"field.{spec.name}.")


def _draw_term(layout: Any, settings: Any, kind: type, group: Any, path: str) -> None:
    """Its weight under its own name, and what else there is to it once it weighs something."""
    weight, *others = settings_of(kind, path)
    draw_setting(layout, settings, group, path + weight.name, text=label(path.split(".")[-2]))
    if effective_value(settings, path + weight.name):
        for spec in others:
            draw_setting(layout, settings, group, path + spec.name)


def draw_setting(layout: Any, settings: Any, group: Any, path: str, **named: str) -> None:
    """Draws a setting with a button that takes it back, where it was changed; `named` is another text for it."""
    name = path.split(".")[-1]
    row = layout.row(align=True)
    _draw_labeled(row, group, name, named.get("text", ""))
    if path in _changed(settings, path):
        row.operator("dreamwright.reset_settings", text="", icon="LOOP_BACK").setting = path


def _draw_labeled(row: Any, group: Any, name: str, text: str) -> None:
    """Labels of settings are long: they have more of the row than Blender gives them."""
    rna = group.bl_rna.properties[name]
    if rna.type == "BOOLEAN":
        row.prop(group, name, text=text or rna.name)
        return
    if rna.type == "ENUM":
        column = row.column(align=True)
        column.label(text=text or rna.name)
        column.prop(group, name, text="")
        return
    split = row.split(factor=LABEL_SHARE)
    split.label(text=text or rna.name)
    split.prop(group, name, text="")


def _changed(settings: Any, path: str) -> list[str]:
    return [each for each in overrides.parse(settings.overrides) if each.startswith(path)]


def _unused_groups(settings: Any) -> set[str]:
    """Groups that this request does not read."""
    choice = method_choice(settings)
    unread = {"prompt_options"}  # they have a panel of their own
    if not choice.method.uses_photos:
        unread |= {"photometric", "consistency"}
    if not choice.method.uses_text:
        unread |= {"prior", "orbit", "score_distillation", "dream_fields", "collapse", "early_stopping"}
    if settings.start_from == "NOTHING":
        unread.add("start")
    if choice.kinds == METHODS["DIFFUSION"].kinds:
        unread.add("dream_fields")
    if choice.kinds == ("clip",):
        unread.add("score_distillation")
    return unread


CLASSES = (DREAMWRIGHT_PT_advanced,)
