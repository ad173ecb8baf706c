"""Image to 3D: one picture of a thing, chosen, dropped or pasted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from .. import flows
from ..blender import paths
from ..core.errors import DiskError, DreamwrightError
from ..core.lazy_import import lazy_imports
from . import requests
from .flow_operator import FlowOperator
from .methods import makes_shapes_of_pictures
from .operators_generate import is_idle

if TYPE_CHECKING:
    from ..blender import clipboard_picture
    from ..core import picture_question
else:
    clipboard_picture, picture_question = lazy_imports(
        __package__, "..blender.clipboard_picture", "..core.picture_question"
    )

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp")


def _can_read(context: bpy.types.Context) -> bool:
    return picture_question.reads_pictures() or makes_shapes_of_pictures(context.scene.dreamwright)


class DREAMWRIGHT_OT_image_to_3d(FlowOperator, bpy.types.Operator):
    """Makes what a picture shows."""

    bl_idname = "dreamwright.image_to_3d"
    bl_label = "Image to 3D"
    bl_description = (
        "Generate what one picture shows, if it is one of the objects that the shape prior knows. It says what the "
        "picture was taken for, and how sure that is. The model shap-e-img2img makes a shape of any other"
    )
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not _can_read(context):
            cls.poll_message_set("This copy has no encoder of pictures: install Dreamwright again")
            return False
        if not paths.is_set_up():
            cls.poll_message_set("The backend is not set up: press Set Up Backend")
            return False
        return is_idle(cls)

    def flow(self, context: bpy.types.Context) -> flows.Flow[Any]:
        if not self.filepath:
            raise DiskError("No picture was named: choose one, or drop one into the 3D view.")
        file = paths.absolute(self.filepath)
        if file is None:
            raise DiskError(
                f"The picture '{self.filepath}' is next to the .blend file, which was never saved: save it."
            )
        wanted = requests.picture_config(context.scene.dreamwright, paths.device())
        asks = not bpy.app.background and not self.words
        return flows.start_picture_job.generate_from_picture(context, wanted, Path(file), self.words, asks)

    def sentence(self, result: Any) -> str:
        if isinstance(result, picture_question.PictureQuestion):
            return f"{result.sentence} Choose in the panel."
        return f"{result.taken_for} {result.sentence}"


class DREAMWRIGHT_OT_choose_image(bpy.types.Operator):
    """Asks for a picture's file; the operator above, which runs on, cannot be called by a file browser."""

    bl_idname = "dreamwright.choose_image"
    bl_label = "Image to 3D"
    bl_description = DREAMWRIGHT_OT_image_to_3d.bl_description

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return bool(DREAMWRIGHT_OT_image_to_3d.poll(context))

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> Any:
        return bpy.ops.dreamwright.image_to_3d("INVOKE_DEFAULT", True, filepath=self.filepath)


class DREAMWRIGHT_OT_paste_image(bpy.types.Operator):
    """Takes the picture in the clipboard for the operator above."""

    bl_idname = "dreamwright.paste_image"
    bl_label = "Paste Picture"
    bl_description = "Generate what a picture shows that was copied in another program, such as a browser"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return bool(DREAMWRIGHT_OT_image_to_3d.poll(context))

    def execute(self, context: bpy.types.Context) -> Any:
        try:
            file = clipboard_picture.pasted_picture(context)
        except DreamwrightError as error:
            self.report({"ERROR"}, error.sentence)
            return {"CANCELLED"}
        return bpy.ops.dreamwright.image_to_3d("INVOKE_DEFAULT", True, filepath=str(file))


class DREAMWRIGHT_OT_forget_image(bpy.types.Operator):
    """Takes the question about a picture out of the panel."""

    bl_idname = "dreamwright.forget_image"
    bl_label = "Dismiss"
    bl_description = "Make none of these"

    def execute(self, context: bpy.types.Context) -> Any:
        flows.APP.picture_question = None
        return {"FINISHED"}


class DREAMWRIGHT_FH_image(bpy.types.FileHandler):
    """One picture, dropped into a 3D view."""

    bl_idname = "DREAMWRIGHT_FH_image"
    bl_label = "Image to 3D"
    bl_import_operator = "dreamwright.image_to_3d"
    bl_file_extensions = ";".join(PICTURES)

    @classmethod
    def poll_drop(cls, context: bpy.types.Context) -> bool:
        return _can_read(bpy.context) and context.area is not None and context.area.type == "VIEW_3D"


DREAMWRIGHT_OT_image_to_3d.__annotations__ = {
    "filepath": bpy.props.StringProperty(
        name="Picture", description="File of a picture of one object", subtype="FILE_PATH", options={"SKIP_SAVE"}
    ),
    "words": bpy.props.StringProperty(
        name="Words", description="What the picture shows, or what else is wanted of it", options={"SKIP_SAVE"}
    ),
}
DREAMWRIGHT_OT_choose_image.__annotations__ = {
    "filepath": bpy.props.StringProperty(
        name="Picture", description="File of a picture of one object", subtype="FILE_PATH", options={"SKIP_SAVE"}
    ),
    "filter_glob": bpy.props.StringProperty(
        name="Filter",
        description="Endings of files that are shown",
        default=";".join(f"*{each}" for each in PICTURES),
        options={"HIDDEN", "SKIP_SAVE"},
    ),
}

CLASSES = (
    DREAMWRIGHT_OT_image_to_3d,
    DREAMWRIGHT_OT_choose_image,
    DREAMWRIGHT_OT_paste_image,
    DREAMWRIGHT_OT_forget_image,
    DREAMWRIGHT_FH_image,
)
