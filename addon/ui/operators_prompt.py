"""Small buttons of the request: dice, history, model, published settings, changed settings."""

from __future__ import annotations

import random
from typing import Any

import bpy

from .. import flows
from ..core import overrides
from ..core.wire import ConfigError, EmptyPromptError, config
from .flow_operator import FlowOperator, report_failure
from .methods import method_choice, use_recipe
from .operators_generate import is_idle
from .prompt_history import DREAMWRIGHT_PG_prompt
from .reflection import property_of, spec_of

_random = random.SystemRandom()
"""Not Python's shared one: a script that seeds it would throw the same seed each time."""


class PanelOperator:
    """Mix into an Operator that defines `write(settings)`, which changes what the panel asks for."""

    def change(self, settings: Any) -> None:
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            self.change(context.scene.dreamwright)
        except Exception as error:  # the boundary to Blender: whatever it is, a person reads one sentence
            return report_failure(self, error)
        return {"FINISHED"}


class DREAMWRIGHT_OT_randomize_seed(PanelOperator, bpy.types.Operator):
    """Throw the dice: another seed gives another result of the same words"""

    bl_idname = "dreamwright.randomize_seed"
    bl_label = "New Seed"
    bl_options = {"REGISTER", "UNDO"}

    def change(self, settings: Any) -> None:
        settings.seed = _random.randint(0, int(spec_of(config.JobConfig, "seed").metadata["high"]))


class DREAMWRIGHT_OT_use_prompt(PanelOperator, bpy.types.Operator):
    """Write these words into the panel again"""

    bl_idname = "dreamwright.use_prompt"
    bl_label = "Use Prompt"
    bl_options = {"REGISTER", "UNDO"}

    def change(self, settings: Any) -> None:
        if not self.prompt.strip():
            raise EmptyPromptError("There are no words to use: give a prompt.")
        settings.prompt, settings.negative = self.prompt, self.negative


class DREAMWRIGHT_OT_forget_prompts(PanelOperator, bpy.types.Operator):
    """Empty the history of prompts in this file"""

    bl_idname = "dreamwright.forget_prompts"
    bl_label = "Clear History"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.scene.dreamwright.history:
            return True
        cls.poll_message_set("Nothing was made in this file yet")
        return False

    def change(self, settings: Any) -> None:
        settings.history.clear()


class DREAMWRIGHT_OT_choose_model(PanelOperator, bpy.types.Operator):
    """Make the next result with this model"""

    bl_idname = "dreamwright.choose_model"
    bl_label = "Choose Model"
    bl_options = {"REGISTER", "UNDO"}

    def change(self, settings: Any) -> None:
        if not self.model.strip():
            raise ConfigError("There is no model without a name: give one of those in the menu, or a path.")
        setattr(settings, method_choice(settings).model_setting, self.model.strip())


class DREAMWRIGHT_OT_use_recipe(PanelOperator, bpy.types.Operator):
    """Begin from settings as a paper has them, with its method and model; nothing takes Draft, Normal or High again"""

    bl_idname = "dreamwright.use_recipe"
    bl_label = "Use Published Settings"
    bl_options = {"REGISTER", "UNDO"}

    def change(self, settings: Any) -> None:
        if self.recipe:
            config.recipe(self.recipe)  # says which there are, where this is none
        use_recipe(settings, self.recipe)


class DREAMWRIGHT_OT_refresh_models(FlowOperator, bpy.types.Operator):
    """Ask the backend which models there are and which of them are on this machine; starts it if need be"""

    bl_idname = "dreamwright.refresh_models"
    bl_label = "Look for Models"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return is_idle(cls)

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        return flows.refresh_models()

    def sentence(self, result: Any) -> str:
        is_local = sum(model.is_local for model in result)
        return f"{len(result)} models are known by name, {is_local} of them are on this machine."


class DREAMWRIGHT_OT_reset_settings(PanelOperator, bpy.types.Operator):
    """Take changed settings back to what the preset says"""

    bl_idname = "dreamwright.reset_settings"
    bl_label = "Back to the Preset"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if overrides.parse(context.scene.dreamwright.overrides):
            return True
        cls.poll_message_set("No advanced setting was changed")
        return False

    def change(self, settings: Any) -> None:
        fewer = overrides.without_setting(settings.overrides, self.setting)
        if overrides.parse(fewer) == overrides.parse(settings.overrides):
            raise ConfigError(f"The setting '{self.setting}' was not changed, so there is nothing to take back.")
        settings.overrides = fewer


DREAMWRIGHT_OT_use_prompt.__annotations__ = dict(DREAMWRIGHT_PG_prompt.__annotations__)
DREAMWRIGHT_OT_choose_model.__annotations__ = {"model": property_of(config.JobConfig, "model", default="")}
DREAMWRIGHT_OT_use_recipe.__annotations__ = {"recipe": property_of(config.JobConfig, "recipe")}
DREAMWRIGHT_OT_reset_settings.__annotations__ = {
    "setting": bpy.props.StringProperty(
        name="Setting",
        description="Which one, or which group, by its name in backend/config; empty takes all back",
        options={"SKIP_SAVE"},
    ),
}

CLASSES = (
    DREAMWRIGHT_OT_randomize_seed,
    DREAMWRIGHT_OT_use_prompt,
    DREAMWRIGHT_OT_forget_prompts,
    DREAMWRIGHT_OT_choose_model,
    DREAMWRIGHT_OT_use_recipe,
    DREAMWRIGHT_OT_refresh_models,
    DREAMWRIGHT_OT_reset_settings,
)
