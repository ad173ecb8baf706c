"""A person's own presets, as Blender keeps them: small scripts, in its folder of presets, that set the panel again.

Draft, Normal and High are backend/config's own and are not among them: each of these begins from one of those three and
holds what was changed of it.
"""

from __future__ import annotations

import bpy
from bl_operators.presets import AddPresetBase
from bl_ui.utils import PresetPanel

SUBFOLDER = "dreamwright"
STORED_SETTINGS = ("method", "quality", "recipe", "model", "clip_model", "overrides")
"""How something is made; what a person allowed is kept elsewhere (core/consent.py).

What is made (words, seed, box, photos) is the file's.
"""


class DREAMWRIGHT_OT_add_preset(AddPresetBase, bpy.types.Operator):
    """Blender's own operator for presets, in our folder."""

    bl_idname = "dreamwright.add_preset"
    bl_label = "Add Preset"
    bl_description = "Save method, quality, model and changed settings as a preset, or remove a preset"
    preset_menu = "DREAMWRIGHT_PT_presets"
    preset_subdir = SUBFOLDER
    preset_defines = ["settings = bpy.context.scene.dreamwright"]
    preset_values = [f"settings.{name}" for name in STORED_SETTINGS]


class DREAMWRIGHT_PT_presets(PresetPanel, bpy.types.Panel):
    """The presets of a person, with what adds and removes them."""

    bl_label = "Dreamwright Presets"
    bl_description = "Presets of method, quality, model and changed settings"
    preset_subdir = SUBFOLDER
    preset_operator = "script.execute_preset"
    preset_add_operator = "dreamwright.add_preset"

    def draw(self, context: bpy.types.Context) -> None:
        if bpy.utils.preset_paths(SUBFOLDER):
            super().draw(context)
            return
        self.layout.label(text="No presets yet")  # Blender's own list says "Missing Paths" here
        row = self.layout.row()
        row.prop(context.window_manager, "preset_name", text="")
        row.operator(self.preset_add_operator, text="", icon="ADD").name = context.window_manager.preset_name


DREAMWRIGHT_OT_add_preset.__annotations__ = {
    # Blender's own have no tooltip
    "remove_name": bpy.props.BoolProperty(
        name="Remove", description="Remove the preset of this name", default=False, options={"HIDDEN", "SKIP_SAVE"}
    ),
    "remove_active": bpy.props.BoolProperty(
        name="Remove Active",
        description="Remove the preset that was used last",
        default=False,
        options={"HIDDEN", "SKIP_SAVE"},
    ),
}

CLASSES = (DREAMWRIGHT_OT_add_preset, DREAMWRIGHT_PT_presets)
