"""What is asked for: prompt or photos, model, quality, and the few settings that most people change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ... import flows
from ...core import overrides
from ...core.lazy_import import lazy_imports
from ...core.wire import config
from .. import requests
from ..advanced_groups import effective_value
from ..menus import recipe_label
from ..methods import makes_shapes, method_choice, model_name, offers_instant, panel_quality, recipe_for
from ..prompt_history import EXAMPLES
from .error_box import draw_allow_online
from .sidebar import ICON, content_width, draw_lines, shortened, text_width

if TYPE_CHECKING:
    from ...core import known_words, model_list, prompt_words, session
else:
    known_words, model_list, prompt_words, session = lazy_imports(
        __package__, "...core.known_words", "...core.model_list", "...core.prompt_words", "...core.session"
    )

BUTTON_EDGE, LABEL_EDGE = 22, 12
"""Pixels around the words of a button and of a label."""
MOST_WORDS = 2
"""Unknown words that are told in the panel; the others wait until these are replaced."""
STOP_SHARE = 0.26
"""Of a row whose end is Stop."""
LABEL_SHARE = 0.24
"""Of a row that begins with a label."""


def draw_request(layout: Any, settings: Any) -> None:
    """All that stands above the button."""
    choice = method_choice(settings)
    if choice.method.uses_photos:
        _draw_photos(layout.column(align=True), settings)
    if choice.method.uses_text:
        draw_prompt(layout, settings)
    _draw_start(layout.column(align=True), settings)
    column = layout.column(align=True)
    labeled(column, "Method").prop(settings, "method", text="")
    if choice.method.uses_text:
        _draw_model(column, settings)
    draw_quality(layout.column(align=True), settings)
    _draw_time(layout, settings)
    _draw_options(layout, settings)


def _draw_start(column: Any, settings: Any) -> None:
    """Draws what the shape begins as, which meshes that are, and how strongly they are held."""
    labeled(column, "Start").prop(settings, "start_from", text="")
    if settings.start_from != "MESHES":
        return
    found = flows.start_mesh.selected_solids(bpy.context)
    others = f" and {len(found) - 1} more" if len(found) > 1 else ""
    words = f"{found[0].name}{others}" if found else "Select the meshes"
    column.label(text=shortened(words, content_width() - ICON - LABEL_EDGE), icon="MESH_CUBE" if found else "ERROR")
    column.prop(settings.advanced.start, "hold_shape", text="Hold Shape")


def labeled(layout: Any, label: str) -> Any:
    """Returns a row that begins with a label as wide as all labels of the request."""
    split = layout.split(factor=LABEL_SHARE)
    split.label(text=label)
    return split.row(align=True)


def draw_prompt(layout: Any, settings: Any, typed_at_once: bool = False) -> None:
    """The prompt, what the model does not know of it, and what must not be seen; in a dialog it is `typed_at_once`."""
    column = layout.column(align=True)
    column.label(text="Prompt")
    row = column.row(align=True)
    field = row.row(align=True)
    field.activate_init = typed_at_once
    field.prop(settings, "prompt", text="", placeholder=_EXAMPLE)
    row.menu("DREAMWRIGHT_MT_prompts", text="", icon="TIME")
    _draw_hint(column, settings)
    column = layout.column(align=True)
    column.active = not is_instant(settings)
    column.label(text="Negative Prompt")
    column.prop(settings, "negative", text="", placeholder=_NEGATIVE)


def is_instant(settings: Any) -> bool:
    """Tells whether the shape prior will answer, which reads neither the negative prompt nor a model's name."""
    return panel_quality(settings) == "instant" and not recipe_for(settings, method_choice(settings).method)


def _draw_hint(column: Any, settings: Any) -> None:
    """One line that is always there: an example to press, or what the model does not know."""
    if not settings.prompt.strip():
        share = (text_width(_TRY) + LABEL_EDGE) / content_width()
        split = column.split(factor=share, align=True)
        split.label(text=_TRY)
        row = split.row(align=True)
        for prompt in _fitting(EXAMPLES, content_width() * (1 - share)):
            _offer(row, prompt, prompt)
        return
    instant = is_instant(settings) and not makes_shapes(settings)
    reading = prompt_words.reading_of(settings.prompt) if instant else None
    if reading is not None and reading.name:
        _draw_reading(column, settings, reading)
        return
    unknown = known_words.unknown_words(settings.prompt, model_name(settings), instant)
    if unknown and instant and _has_shap_e():
        column.label(text="Shap-E makes what ours does not know")
        return
    for each in unknown[:MOST_WORDS]:
        _draw_unknown(column, settings, each)
    if not unknown:
        column.label(text="")


def _has_shap_e() -> bool:
    """Tells whether what the shape prior does not know is made by another one, which was downloaded."""
    model = model_list.find_model(flows.known_models(), config.SHAP_E)
    return model is not None and model.is_local


def _draw_reading(column: Any, settings: Any, reading: prompt_words.PromptReading) -> None:
    """Says what the shape prior will make of the prompt, where that is not what it says; and what else it may mean."""
    others = [choice for choice in reading.choices if choice != reading.name][:1]
    use = f"Use “{others[0]}”" if others else ""
    share = (text_width(use) + BUTTON_EDGE) / content_width() if others else 0.0
    split = column.split(factor=1 - share, align=True)
    sentence = f"Drawn as: {reading.name}" if others else reading.sentence.removesuffix(".")
    split.label(text=shortened(sentence, content_width() * (1 - share) - LABEL_EDGE))
    if others:
        _offer(split, prompt_words.with_choice(settings.prompt, others[0]), use, settings.negative)


def _fitting(prompts: tuple[str, ...], room: float) -> list[str]:
    """Returns the first of the examples, as many as stand beside one another."""
    widths = [text_width(prompt) + BUTTON_EDGE for prompt in prompts]
    return [prompt for number, prompt in enumerate(prompts) if not number or sum(widths[: number + 1]) <= room]


def _draw_unknown(column: Any, settings: Any, each: known_words.UnknownWord) -> None:
    use = f"Use “{each.nearest}”"
    share = (text_width(use) + BUTTON_EDGE) / content_width() if each.nearest else 0.0
    split = column.split(factor=1 - share, align=True)
    words = split.row()
    words.alert = True
    room = content_width() * (1 - share) - ICON - LABEL_EDGE
    words.label(text=shortened(f"Unknown: {each.word}", room), icon="ERROR")
    if each.nearest:
        _offer(split, known_words.replaced(settings.prompt, each.word, each.nearest), use, settings.negative)


def _offer(row: Any, prompt: str, text: str, negative: str = "") -> None:
    button = row.operator("dreamwright.use_prompt", text=text, translate=False)
    button.prompt, button.negative = prompt, negative


def _draw_photos(column: Any, settings: Any) -> None:
    column.label(text="Photos")
    column.prop(settings, "dataset", text="", placeholder=_PHOTOS)
    if not settings.dataset:
        return
    shown = flows.photo_cameras.visible_cameras(settings.id_data) if flows.loaded("photo_cameras") else None
    if shown is None:
        column.operator("dreamwright.show_photo_cameras", icon="CAMERA_DATA")
    else:
        column.operator("dreamwright.hide_photo_cameras", icon="HIDE_ON")
        draw_lines(column, shown.sentence)


def _draw_model(column: Any, settings: Any) -> None:
    """Those that are known in a menu, and what is known of the chosen; any other is typed in the menu's last entry."""
    name = model_name(settings)
    room = content_width() * (1 - LABEL_SHARE) - 36
    own = is_instant(settings) and not makes_shapes(settings)
    words = model_list.PRIOR if own else model_list.label_of_name(name)
    labeled(column, "Model").menu("DREAMWRIGHT_MT_models", text=shortened(words, room))
    model = model_list.find_model(flows.known_models(), name)
    if model is None:
        column.prop(settings, "allow_download")
    elif not model.is_local:
        draw_lines(column, model_list.describe_model(model))
    if not bpy.app.online_access and (settings.allow_download if model is None else not model.is_local):
        draw_allow_online(column)  # first: until it is pressed, the next is grey
    if model is not None and not model.is_local:
        _draw_download(column, model)


def _draw_download(column: Any, model: Any) -> None:
    """The button that asks and fetches; while it does, how far it is and Stop stand in its place."""
    fetch = flows.fetch_model.fetch_of(model.name) if flows.loaded("fetch_model") else None
    row = column.row(align=True)
    if fetch is None:
        text = f"Download ({model_list.format_size(model.size_mb)})"
        row.operator_context = "INVOKE_DEFAULT"
        row.operator("dreamwright.download_model", text=text, icon="IMPORT").model = model.name
        return
    split = row.split(factor=1 - STOP_SHARE, align=True)
    words = session.fetch_text(fetch)
    split.progress(factor=fetch.fraction, text=shortened(words, content_width() * (1 - STOP_SHARE) - BUTTON_EDGE))
    split.operator("dreamwright.stop_download", text="Stop").model = model.name


def draw_quality(column: Any, settings: Any) -> None:
    """Draws the presets that the chosen method has; the published one where one was chosen."""
    recipe = recipe_for(settings, method_choice(settings).method)
    column.label(text="Quality")
    row = column.row(align=True)
    if recipe:
        row.label(text=f"Preset: {recipe_label(recipe)}", icon="BOOKMARKS")
        row.operator("dreamwright.use_recipe", text="", icon="X").recipe = ""
    elif makes_shapes(settings):
        row.label(text="One answer, without steps")
    else:
        row.prop(settings, "quality" if offers_instant(settings) else "trained_quality", expand=True)


def _draw_time(layout: Any, settings: Any) -> None:
    """Says in one line how long it will take here."""
    sentence = flows.time_estimate.time_estimate(requests.effective_config(settings))
    layout.label(text=shortened(sentence, content_width() - ICON), icon="TIME")


def _draw_options(layout: Any, settings: Any) -> None:
    """Draws what most people change sooner or later, one fold away."""
    changed = len(overrides.parse(settings.overrides))
    header, body = layout.panel("dreamwright_options", default_closed=True)
    header.label(text=f"Options ({changed} changed)" if changed else "Options")
    if changed:
        header.operator("dreamwright.reset_settings", text="", icon="LOOP_BACK")
    if body is None:
        return
    column = body.column()
    row = column.row(align=True)
    row.prop(settings, "seed")
    row.operator("dreamwright.randomize_seed", text="", icon="MOD_NOISE")
    advanced = settings.advanced
    column.prop(advanced.optimize, "steps", text="Steps")
    if method_choice(settings).method.uses_text and effective_value(settings, "optimize.steps"):
        column.prop(advanced.score_distillation, "guidance_scale", text="Guidance Scale")
    column.label(text="Mesh: Most Faces")
    column.row(align=True).prop(settings, "mesh_faces", expand=True)


_EXAMPLE = f"for example: {EXAMPLES[1]}"
_TRY = "Try:"
_NEGATIVE = "what to avoid"
_PHOTOS = "folder of photos"
