"""Lists that unfold from the request: earlier prompts, models, presets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from .. import flows
from ..core.lazy_import import lazy_imports
from ..core.wire import config
from .methods import method_choice, model_name
from .prompt_history import EXAMPLES

if TYPE_CHECKING:
    from ..core import model_list
else:
    (model_list,) = lazy_imports(__package__, "..core.model_list")

MAX_CHARACTERS = 60
"""Characters of a prompt in a menu."""


class DREAMWRIGHT_MT_prompts(bpy.types.Menu):
    """The history, and examples."""

    bl_label = "Prompts"
    bl_description = "Earlier prompts, and examples"

    def draw(self, context: bpy.types.Context) -> None:
        layout, history = self.layout, context.scene.dreamwright.history
        if history:
            layout.label(text="History")
            for entry in history:
                _draw_prompt(layout, entry.prompt, entry.negative)
            layout.separator()
            layout.operator("dreamwright.forget_prompts", icon="TRASH")
            layout.separator()
        layout.label(text="Examples")
        for prompt in EXAMPLES:
            _draw_prompt(layout, prompt, "")


class DREAMWRIGHT_MT_models(bpy.types.Menu):
    """The known models."""

    bl_label = "Models"
    bl_description = "Models for this method"

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.dreamwright
        for model in model_list.models_of_kinds(flows.known_models(), method_choice(settings).kinds):
            words = f"{model_list.label_of(model)}  ({model_list.describe_model(model)})"
            chosen = "CHECKMARK" if model.name == model_name(settings) else "BLANK1"
            layout.operator("dreamwright.choose_model", text=words, icon=chosen).model = model.name
        layout.separator()
        layout.operator_context = "INVOKE_DEFAULT"
        layout.operator("dreamwright.choose_model", text="Other Model...", icon="GREASEPENCIL").model = ""
        layout.operator("dreamwright.refresh_models", icon="FILE_REFRESH")


class DREAMWRIGHT_MT_recipes(bpy.types.Menu):
    """The recipes of backend/config."""

    bl_label = "Presets (from papers)"
    bl_description = "Settings as papers published them"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.operator("dreamwright.use_recipe", text="None (Draft, Normal, High)", icon="BLANK1").recipe = ""
        for pictures, heading in ((False, "Text to 3D"), (True, "Photos to 3D")):
            layout.separator()
            layout.label(text=heading)
            for name, (method, _) in config.RECIPES.items():
                if method.uses_photos == pictures:
                    icon = "CHECKMARK" if name == context.scene.dreamwright.recipe else "BLANK1"
                    layout.operator("dreamwright.use_recipe", text=recipe_label(name), icon=icon).recipe = name


def recipe_label(name: str) -> str:
    """A recipe as its paper is called."""
    return " ".join(_PAPER_WORDS.get(word, word.capitalize()) for word in name.split("-"))


def _draw_prompt(layout: Any, prompt: str, negative: str) -> None:
    words = f"{prompt} (negative: {negative})" if negative else prompt
    shown = words if len(words) <= MAX_CHARACTERS else words[: MAX_CHARACTERS - 1] + "…"
    button = layout.operator("dreamwright.use_prompt", text=shown, translate=False)
    button.prompt, button.negative = prompt, negative


_PAPER_WORDS = {
    "dreamfusion": "DreamFusion", "dietnerf": "DietNeRF", "nerf": "NeRF", "sjc": "SJC", "lq": "LQ", "mq": "MQ",
    "hq": "HQ",
}  # fmt: skip

CLASSES = (DREAMWRIGHT_MT_prompts, DREAMWRIGHT_MT_models, DREAMWRIGHT_MT_recipes)
