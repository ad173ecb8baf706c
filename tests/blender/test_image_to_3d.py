"""Image to 3D: a picture's pixels as the backend reads them, the question where it is not sure, and what is made."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from data_dump import differences, dump

from addon import api, flows, headless
from addon.blender import clipboard_picture, takes
from addon.blender.clipboard_picture import picture_from_clipboard
from addon.blender.picture_pixels import LONGEST, picture_pixels
from addon.core import picture_question
from addon.core.errors import DiskError, DreamwrightError, SceneError
from addon.core.picture_question import PictureQuestion
from addon.core.session import BackendState, Snapshot
from addon.core.wire import config
from addon.ui import doors, operators_picture
from addon.ui.panels.main import draw_generate
from tests.fakes.layout import FakeLayout

PICTURES = Path(__file__).parents[1] / "data" / "pictures"
SHOWN = json.loads((PICTURES / "shown.json").read_text())


@pytest.fixture
def encoder(monkeypatch, tmp_path):
    """As if there were one; nothing reads it."""
    (tmp_path / "model.safetensors").touch()
    monkeypatch.setattr(picture_question, "ENCODER", tmp_path / "model.safetensors")


def picture_file(path, pixels, alpha=True):
    """A PNG of these values in [0, 1], row 0 the top one."""
    image = bpy.data.images.new("given", pixels.shape[1], pixels.shape[0], alpha=alpha)
    image.pixels.foreach_set(np.ascontiguousarray(pixels[::-1], np.float32).ravel())
    image.filepath_raw, image.file_format = str(path), "PNG"
    image.save()
    bpy.data.images.remove(image)
    return path


def test_pixels_come_as_they_are_with_the_top_row_first(tmp_path):
    given = np.zeros((4, 6, 4), np.float32)
    given[..., 3] = 1
    given[0, :, 0], given[3, :, 2], given[1, 2, 3] = 1, 0.5, 0
    pixels = picture_pixels(picture_file(tmp_path / "a.png", given))
    assert pixels.shape == (4, 6, 4) and pixels.dtype == np.uint8
    assert (pixels[0] == [255, 0, 0, 255]).all() and pixels[1, 2, 3] == 0
    assert (np.abs(pixels[3].astype(int) - [0, 0, 128, 255]) <= 1).all()
    assert len(bpy.data.images) == 0, "nothing of it stays in the file"


def test_a_large_picture_is_made_smaller_and_its_file_is_not(tmp_path):
    file = picture_file(tmp_path / "a.png", np.ones((300, 1200, 4), np.float32))
    before = file.read_bytes()
    assert picture_pixels(file).shape == (LONGEST // 4, LONGEST, 4)
    assert file.read_bytes() == before


def test_a_picture_of_floats_is_encoded(tmp_path):
    image = bpy.data.images.new("given", 2, 2, float_buffer=True, is_data=True)
    image.pixels.foreach_set(np.array([0.2140411, 1.0, 0.0, 1.0] * 4, np.float32))
    image.filepath_raw, image.file_format = str(tmp_path / "a.exr"), "OPEN_EXR"
    image.save()
    bpy.data.images.remove(image)
    pixels = picture_pixels(tmp_path / "a.exr")
    assert np.abs(pixels[0, 0].astype(int) - [128, 255, 0, 255]).max() <= 1  # 0.5 in sRGB is 0.214 of the light


@pytest.mark.parametrize("content", [None, b"no picture"])
def test_what_is_no_picture_is_one_sentence(tmp_path, content):
    if content:
        (tmp_path / "a.png").write_bytes(content)
    before = dump()
    with pytest.raises(DiskError, match="The picture a.png is missing or cannot be read: choose a whole PNG or JPEG."):
        picture_pixels(tmp_path / "a.png")
    assert differences(before, dump()) == []


def test_one_picture_is_dropped_into_a_3d_view_beside_photos(encoder):
    handler = operators_picture.DREAMWRIGHT_FH_image
    assert {".png", ".jpg", ".webp"} <= set(handler.bl_file_extensions.split(";"))
    for kind, taken in (("VIEW_3D", True), ("NODE_EDITOR", False)):
        assert handler.poll_drop(SimpleNamespace(area=SimpleNamespace(type=kind))) is taken
    properties = bpy.ops.dreamwright.image_to_3d.get_rna_type().properties
    assert "files" not in properties, "several pictures are photos"
    assert handler.bl_import_operator != doors.DREAMWRIGHT_FH_photos.bl_import_operator


def test_the_panel_asks_where_the_backend_was_not_sure(backend_python, encoder):
    flows.APP.session.snapshot = Snapshot(backend=BackendState.READY, device="cpu")
    layout = FakeLayout()
    draw_generate(layout, bpy.context.scene.dreamwright)
    assert {"dreamwright.choose_image", "dreamwright.paste_image"} <= set(layout.operators())
    flows.APP.picture_question = PictureQuestion("a.png", "Not sure.", (("mug", 0.41), ("teapot", 0.3), ("vase", 0.12)))
    layout = FakeLayout()
    draw_generate(layout, bpy.context.scene.dreamwright)
    assert {"Mug (41%)", "Teapot (30%)", "Vase (12%)", "None of These"} <= set(layout.texts())
    assert bpy.ops.dreamwright.forget_image() == {"FINISHED"} and flows.APP.picture_question is None


def test_without_a_window_nothing_is_pasted_and_it_says_so(backend_python, encoder):
    before = dump()
    with pytest.raises(RuntimeError, match="pasted in a window, and Blender has none here: name its file instead"):
        bpy.ops.dreamwright.paste_image()
    assert differences(before, dump()) == []


def test_an_empty_clipboard_is_one_sentence_and_the_areas_are_as_they_were():
    """The module has areas and no clipboard: an area becomes an Image Editor, Blender finds nothing to paste, and
    the area is what it was; nor do the images stay that an Image Editor shows renders in."""
    areas = [area.ui_type for area in bpy.context.window_manager.windows[0].screen.areas]
    before = set(bpy.data.images)
    with pytest.raises(SceneError, match="no picture in the clipboard that Blender can read: copy one in another"):
        picture_from_clipboard(bpy.context)
    assert [area.ui_type for area in bpy.context.window_manager.windows[0].screen.areas] == areas
    assert set(bpy.data.images) == before


def test_a_pasted_picture_is_a_file_of_ours_and_leaves_nothing_in_the_scene(monkeypatch, tmp_path):
    """What Blender's own operator does stands in its place, for there is no clipboard here: a new image, packed."""
    made = np.zeros((3, 5, 4), np.float32)
    made[..., 3], made[0, :, 0] = 1, 1

    class Paste:
        @staticmethod
        def poll():
            return True

        def __call__(self):
            image = bpy.data.images.new("Clipboard", 5, 3, alpha=True)
            image.pixels.foreach_set(np.ascontiguousarray(made[::-1]).ravel())
            image.pack()
            return {"FINISHED"}

    monkeypatch.setattr(clipboard_picture, "paste_operator", Paste)
    monkeypatch.setattr(clipboard_picture, "own_folder", lambda: tmp_path)
    before = set(bpy.data.images)
    file = picture_from_clipboard(bpy.context)
    assert file == tmp_path / "pasted.png" and set(bpy.data.images) == before
    pixels = picture_pixels(file)
    assert pixels.shape == (3, 5, 4) and (pixels[0] == [255, 0, 0, 255]).all() and (pixels[1:, :, :3] == 0).all()


def test_another_method_has_no_button(backend_python, encoder):
    bpy.context.scene.dreamwright.method = "PHOTOS"
    layout = FakeLayout()
    draw_generate(layout, bpy.context.scene.dreamwright)
    assert "dreamwright.choose_image" not in layout.operators()


def test_without_an_encoder_there_is_no_button_and_it_says_why(backend_python, monkeypatch, tmp_path):
    monkeypatch.setattr(picture_question, "ENCODER", tmp_path / "none")
    layout = FakeLayout()
    draw_generate(layout, bpy.context.scene.dreamwright)
    assert "dreamwright.choose_image" not in layout.operators()
    with pytest.raises(RuntimeError, match="This copy has no encoder of pictures: install Dreamwright again"):
        bpy.ops.dreamwright.image_to_3d(filepath="a.png")
    in_a_view = SimpleNamespace(area=SimpleNamespace(type="VIEW_3D"))
    assert not operators_picture.DREAMWRIGHT_FH_image.poll_drop(in_a_view)


def test_a_model_that_reads_pictures_needs_no_encoder_and_one_of_words_has_no_button(
    backend_python, monkeypatch, tmp_path
):
    monkeypatch.setattr(picture_question, "ENCODER", tmp_path / "none")
    for model, offered in (("shap-e-img2img", True), ("shap-e", False)):
        bpy.context.scene.dreamwright.model = model
        layout = FakeLayout()
        draw_generate(layout, bpy.context.scene.dreamwright)
        assert ("dreamwright.choose_image" in layout.operators()) is offered
        assert operators_picture.DREAMWRIGHT_OT_image_to_3d.poll(bpy.context) is offered


def test_a_picture_for_such_a_model_is_sent_and_its_refusal_is_a_sentence(backend_python, tmp_path):
    file = picture_file(tmp_path / "a.png", np.ones((8, 8, 4), np.float32))
    with pytest.raises(
        DreamwrightError, match="The model shap-e-img2img cannot be used, for it is not on this machine"
    ):
        api.generate_from_picture(file, settings={"prior": {"model": "shap-e-img2img"}})
    assert takes.list_takes(bpy.context.scene) == [] and len(bpy.data.images) == 0


def test_a_picture_becomes_what_it_shows_and_one_undo_takes_it_back(backend_python):
    bpy.ops.ed.undo_push(message="before")
    before = dump()
    file = PICTURES / "sure.png"
    assert bpy.ops.dreamwright.image_to_3d("EXEC_DEFAULT", True, filepath=str(file)) == {"FINISHED"}
    report = json.loads(bpy.context.scene["dreamwright_report"])
    assert report["taken_for"].startswith(f"Taken for: {SHOWN['sure']} (")
    take = takes.list_takes(bpy.context.scene)[0]
    assert take.record.prompt.endswith(SHOWN["sure"]) and len(bpy.data.objects[report["object"]].data.polygons) > 100
    assert len(bpy.data.images) == 0
    bpy.ops.ed.undo()
    assert differences(before, dump()) == []


def test_words_beside_a_picture_say_what_it_is(backend_python):
    made = api.generate_from_picture(PICTURES / "sure.png", prompt="a green mug")
    assert made["dreamwright_prompt"] == "a green mug"
    report = json.loads(bpy.context.scene["dreamwright_report"])
    assert report["taken_for"] == "The picture's mug is made, as the words say."


def test_a_picture_of_nothing_known_makes_nothing(backend_python):
    with pytest.raises(DreamwrightError, match="The picture shows nothing that the shape prior knows"):
        api.generate_from_picture(PICTURES / "unknown.png")
    assert takes.list_takes(bpy.context.scene) == [] and len(bpy.data.images) == 0


def test_where_somebody_can_be_asked_nothing_is_made_of_an_unsure_picture(backend_python):
    wanted = config.preset("text", "instant")
    answer = headless.run(
        flows.start_picture_job.generate_from_picture(bpy.context, wanted, PICTURES / "unsure.png", ask=True)
    )
    assert isinstance(answer, PictureQuestion) and answer == flows.APP.picture_question
    assert len(answer.choices) == 3 and answer.sentence.startswith("Not sure what the picture shows: ")
    assert takes.list_takes(bpy.context.scene) == []
