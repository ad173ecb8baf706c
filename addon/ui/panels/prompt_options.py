"""How the prompt is used; the prompt of a single camera is in the list of cameras."""

from __future__ import annotations

import bpy

from ...blender import paths
from ...core.wire import config
from ..advanced_groups import settings_of
from ..methods import method_choice
from .advanced import draw_setting
from .sidebar import SidebarPanel


class DREAMWRIGHT_PT_prompt_options(SidebarPanel, bpy.types.Panel):
    bl_label = "Prompt Options"
    bl_description = "How the prompt is used"
    bl_parent_id = "DREAMWRIGHT_PT_main"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return paths.is_set_up() and method_choice(context.scene.dreamwright).method.uses_text

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.dreamwright
        layout.use_property_split = True
        layout.use_property_decorate = False
        for spec in settings_of(config.PromptOptionsConfig, "prompt_options."):
            draw_setting(layout, settings, settings.advanced.prompt_options, f"prompt_options.{spec.name}")


CLASSES = (DREAMWRIGHT_PT_prompt_options,)
