"""Small buttons of the request: dice, history, model, published settings, changed settings."""

from __future__ import annotations

import random
from typing import Any

import bpy

from .. import flows
from ..core import overrides
from ..core.wire import ConfigError, EmptyPromptError, config
from .history import DREAMWRIGHT_PG_prompt
from .methods import use_recipe, way_of
from .operators_make import nothing_runs
from .reflection import property_of, spec_of
from .run_flow import RunsFlow, failed

_dice = random.SystemRandom()
"""Not Python's shared one: a script that seeds it would throw the same seed each time."""


class Writes:
    """Mix into an Operator that defines `write(settings)`, which changes what the panel asks for."""

    def write(self, settings: Any) -> None:
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            self.write(context.scene.dreamwright)
        except Exception as error:  # the boundary to Blender: whatever it is, a person reads one sentence
            return failed(self, error)
        return {"FINISHED"}


class DREAMWRIGHT_OT_new_seed(Writes, bpy.types.Operator):
    """Throw the dice: another seed gives another result of the same words"""

    bl_idname = "dreamwright.new_seed"
    bl_label = "New Seed"
    bl_options = {"REGISTER", "UNDO"}

    def write(self, settings: Any) -> None:
        settings.seed = _dice.randint(0, int(spec_of(config.JobConfig, "seed").metadata["high"]))


class DREAMWRIGHT_OT_use_prompt(Writes, bpy.types.Operator):
    """Write these words into the panel again"""

    bl_idname = "dreamwright.use_prompt"
    bl_label = "Use Prompt"
    bl_options = {"REGISTER", "UNDO"}

    def write(self, settings: Any) -> None:
        if not self.prompt.strip():
            raise EmptyPromptError("There are no words to use: give a prompt.")
        settings.prompt, settings.negative = self.prompt, self.negative


class DREAMWRIGHT_OT_forget_prompts(Writes, bpy.types.Operator):
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

    def write(self, settings: Any) -> None:
        settings.history.clear()


class DREAMWRIGHT_OT_choose_model(Writes, bpy.types.Operator):
    """Make the next result with this model"""

    bl_idname = "dreamwright.choose_model"
    bl_label = "Choose Model"
    bl_options = {"REGISTER", "UNDO"}

    def write(self, settings: Any) -> None:
        if not self.model.strip():
            raise ConfigError("There is no model without a name: give one of those in the menu, or a path.")
        setattr(settings, way_of(settings).model_setting, self.model.strip())


class DREAMWRIGHT_OT_use_recipe(Writes, bpy.types.Operator):
    """Begin from settings as a paper has them, with its method and model; nothing takes Draft, Normal or High again"""

    bl_idname = "dreamwright.use_recipe"
    bl_label = "Use Published Settings"
    bl_options = {"REGISTER", "UNDO"}

    def write(self, settings: Any) -> None:
        if self.recipe:
            config.recipe(self.recipe)  # says which there are, where this is none
        use_recipe(settings, self.recipe)


class DREAMWRIGHT_OT_look_for_models(RunsFlow, bpy.types.Operator):
    """Ask the backend which models there are and which of them are on this machine; starts it if need be"""

    bl_idname = "dreamwright.look_for_models"
    bl_label = "Look for Models"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return nothing_runs(cls)

    def flow(self, context: bpy.types.Context) -> flows.Flow:
        return flows.look_for_models()

    def sentence(self, result: Any) -> str:
        here = sum(model.here for model in result)
        return f"{len(result)} models are known by name, {here} of them are on this machine."


class DREAMWRIGHT_OT_reset_settings(Writes, bpy.types.Operator):
    """Take changed settings back to what the preset says"""

    bl_idname = "dreamwright.reset_settings"
    bl_label = "Back to the Preset"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if overrides.read(context.scene.dreamwright.overrides):
            return True
        cls.poll_message_set("No advanced setting was changed")
        return False

    def write(self, settings: Any) -> None:
        fewer = overrides.without(settings.overrides, self.setting)
        if overrides.read(fewer) == overrides.read(settings.overrides):
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
    DREAMWRIGHT_OT_new_seed,
    DREAMWRIGHT_OT_use_prompt,
    DREAMWRIGHT_OT_forget_prompts,
    DREAMWRIGHT_OT_choose_model,
    DREAMWRIGHT_OT_use_recipe,
    DREAMWRIGHT_OT_look_for_models,
    DREAMWRIGHT_OT_reset_settings,
)
