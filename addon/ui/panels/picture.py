"""Image to 3D in the panel: the button, and the question where the backend was not sure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import flows
from ...core.lazy_import import lazy_imports
from ..methods import makes_shapes, makes_shapes_of_pictures, offers_instant
from .sidebar import BOX, draw_lines

if TYPE_CHECKING:
    from ...core import picture_question
else:
    (picture_question,) = lazy_imports(__package__, "...core.picture_question")


def draw_picture(layout: Any, settings: Any) -> None:
    """The buttons where the shape prior can answer, or a model that reads pictures was chosen; what a picture may show,
    to be pressed."""
    own = not makes_shapes(settings) and picture_question.reads_pictures()
    if not offers_instant(settings) or not (own or makes_shapes_of_pictures(settings)):
        return
    if not flows.APP.current_task:
        row = layout.row(align=True)
        row.operator("dreamwright.choose_image", icon="IMAGE_DATA")
        row.operator("dreamwright.paste_image", text="", icon="PASTEDOWN")
    question = flows.APP.picture_question
    if question is None:
        return
    box = layout.box()
    draw_lines(box.column(align=True), "Not sure what the picture shows:", icon="QUESTION", inset=BOX)
    column = box.column(align=True)
    for name, chance in question.choices:
        button = column.operator("dreamwright.image_to_3d", text=f"{name.capitalize()} ({chance:.0%})", translate=False)
        button.filepath, button.words = question.file, name
    column.operator("dreamwright.forget_image", text="None of These", icon="X")
