"""No label of the tab is cut in Blender's default sidebar, at 100 % and at 150 % of the interface's size."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import blf
import bpy
import pytest
from made_takes import made_take
from small_results import kept_result, small_ball

from addon import flows, registration
from addon.blender import region_marks, takes
from addon.core.install_progress import InstallProgress
from addon.core.session import BackendState, Snapshot
from addon.core.take_record import TakeRecord
from addon.core.torch_build import CPU, NVIDIA_13, Offer
from addon.ui.panels import sidebar
from tests.fakes.measured_layout import MeasuredLayout

READY = Snapshot(backend=BackendState.READY, device="cpu")
PANELS = [
    cls
    for cls in registration.CLASSES
    if issubclass(cls, bpy.types.Panel) and getattr(cls, "bl_category", "") == "Dreamwright"
]


@pytest.fixture(params=[1.0, 1.5], ids=["100 %", "150 %"])
def text_width(request, monkeypatch):
    """The widths of words in Blender's own font; `sidebar` wraps by the same scale."""
    monkeypatch.setattr(sidebar, "_ui_scale", lambda: request.param)

    def measure(text):
        blf.size(0, 11.0 * request.param)
        return blf.dimensions(0, text)[0] / request.param

    return measure


@pytest.fixture
def furnished(monkeypatch):
    """A scene with takes, a chosen one, a box, cameras: everything that a panel may show."""
    monkeypatch.setenv("DREAMWRIGHT_BACKEND_PYTHON", sys.executable)
    made_take("a2", created=2.0, parent="a1", parent_step=40, step=20)
    result = kept_result(small_ball())
    takes.write_take(result, TakeRecord("a1", "a ball with a rather long name of its own", created=1.0))
    for kind in region_marks.KINDS:
        region = bpy.data.objects.new("A region with a rather long name of its own", None)
        region_marks.mark(region, kind)
        bpy.context.scene.collection.objects.link(region)
    bpy.context.scene.dreamwright.takes.chosen = "a2"
    bpy.context.scene.collection.objects.link(bpy.data.objects.new("Eye", bpy.data.cameras.new("Eye")))
    return result


def test_no_label_of_the_box_is_cut_whichever_way_it_turns(text_width, furnished):
    bpy.ops.dreamwright.add_box()
    for mode in ("XYZ", "QUATERNION", "AXIS_ANGLE"):
        flows.box_empty(bpy.context.scene).rotation_mode = mode
        assert cut_in(registration.panels.DREAMWRIGHT_PT_bounds, text_width) == []


def drawn(cls, text_width):
    layout = MeasuredLayout(text_width)
    owner = SimpleNamespace(layout=layout, names=getattr(cls, "names", ()), buttons=getattr(cls, "buttons", ()))
    cls.draw(owner, bpy.context)
    return layout


def cut_in(cls, text_width):
    width = getattr(cls, "bl_ui_units_x", 0) * 20.0 or sidebar.DEFAULT_WIDTH - sidebar.EDGES
    return drawn(cls, text_width).cut(width)


@pytest.mark.parametrize("method", ["DIFFUSION", "CLIP", "PHOTOS", "PHOTOS_TEXT"])
def test_no_label_is_cut(text_width, furnished, method):
    bpy.context.scene.dreamwright.method = method
    bpy.context.scene.dreamwright.prompt = "a poodle with an unbelievablylongword and a sombrero"
    bpy.context.scene.dreamwright.display.live_mesh = True
    flows.APP.session.snapshot = READY
    cut = {cls.__name__: found for cls in PANELS if (found := cut_in(cls, text_width))}
    assert cut == {}


@pytest.mark.parametrize("islands", ["REMOVE_SMALL", "LARGEST"])
def test_no_label_of_the_shape_is_cut(text_width, furnished, islands):
    furnished.dreamwright_remesh.islands = islands
    assert {cls.__name__: found for cls in PANELS if (found := cut_in(cls, text_width))} == {}


RUNNING = Snapshot(
    backend=BackendState.READY, device="cpu", job="a9", state="running", step=1234, steps=10_000, seconds_left=5000.0,
    steps_per_second=0.7, memory_mb=12_345.0, loss=-0.00123, score=0.31, prompt="another", objective_since=99,
    notes=("The shape prior made 'cup': it does not know 'flurbl' (nearest: flower).",),
    sentence="The renderer is made ready for this processor, once: about 20 seconds.",
)  # fmt: skip
OFFERS = (Offer(NVIDIA_13, "Computes on NVIDIA GeForce RTX 4070 Ti SUPER, 16 GB.", True), Offer(CPU, "No card."))
SETTING_UP = Snapshot(
    backend=BackendState.SETTING_UP, activity="x" * 200, fraction=0.4,
    setup=InstallProgress("Downloading PyTorch", 0.4, 812, 1900, 14.2, 64.0, "nvidia-cublas-cu13 " * 9),
)  # fmt: skip


@pytest.mark.parametrize("snapshot", [RUNNING, SETTING_UP], ids=["running", "setting up"])
def test_no_label_is_cut_while_something_goes_on(text_width, furnished, snapshot):
    flows.APP.session.snapshot = snapshot
    with flows.APP.busy("generating"):
        assert {cls.__name__: found for cls in PANELS if (found := cut_in(cls, text_width))} == {}


@pytest.mark.parametrize(
    "error", ["The backend stopped during the run. What it had saved is kept: resume the run.", "x" * 300]
)
def test_no_label_of_an_error_is_cut(text_width, furnished, error):
    for code in (0, -32103, -32111, -32102):
        flows.APP.session.snapshot = Snapshot(backend=BackendState.LOST, job="a9", error=error, error_code=code)
        assert {cls.__name__: found for cls in PANELS if (found := cut_in(cls, text_width))} == {}


def test_no_label_of_the_first_minute_is_cut_and_no_text_is_longer_than_two_lines(text_width, monkeypatch):
    for offers in ((), OFFERS):
        flows.APP.session.snapshot = Snapshot(offers=offers)
        monkeypatch.setattr("addon.flows.set_up_offers._asked.is_set", lambda: True)
        assert cut_in(registration.panels.DREAMWRIGHT_PT_main, text_width) == []


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (
            lambda layout: layout.label(text="A label that is far too long for any sidebar of the usual width"),
            "A label",
        ),
        (lambda layout: [layout.row().menu("DREAMWRIGHT_MT_rewind", icon="LOOP_BACK"), None], None),
        (lambda layout: _two_menus(layout.row()), "Go Back to Step"),
        (lambda layout: layout.split(factor=0.3).label(text="Negative Prompt"), "Negative Prompt"),
    ],
)
def test_what_is_cut_would_be_found(text_width, draw, words):
    """The third was "Go Back to ..." beside "Refine from ..." in a real window."""
    layout = MeasuredLayout(text_width)
    draw(layout)
    cut = [text for text, _ in layout.cut(236.0)]
    assert (cut[0].startswith(words) if cut else False) if words else cut == []


def _two_menus(row):
    row.menu("DREAMWRIGHT_MT_rewind", icon="LOOP_BACK")
    row.menu("DREAMWRIGHT_MT_refine_from_step", icon="SORTSIZE")
