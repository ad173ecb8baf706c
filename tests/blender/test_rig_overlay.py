"""Lines on the graphics card: which pixels they color. In the background Blender has none until it is asked for."""

from __future__ import annotations

import bpy
import gpu
import numpy as np
import pytest
from mathutils import Matrix

from addon.blender.rig_overlay import draw_lines

SIZE = 64
ORANGE = (1.0, 0.5, 0.0, 1.0)


@pytest.fixture
def canvas():
    """An offscreen picture; the test is skipped, by name, where no graphics (not even a software one) can be had."""
    try:
        _wake()
        made = gpu.types.GPUOffScreen(SIZE, SIZE, format="RGBA8")
    except (SystemError, RuntimeError) as cause:
        pytest.skip(f"no graphics in this background Blender: {cause}")
    yield made
    made.free()


def _wake():
    """From 5.2 on by its own function; before that a Workbench render does it."""
    if hasattr(gpu, "init"):
        gpu.init()
        return
    scene = bpy.context.scene
    scene.camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    scene.collection.objects.link(scene.camera)
    scene.render.engine, scene.render.resolution_x, scene.render.resolution_y = "BLENDER_WORKBENCH", 8, 8
    bpy.ops.render.render()


def drawn(canvas, lines, depth=1.0):
    """(rows from below, columns, 4) after the lines were drawn in coordinates from -1 to 1."""
    with canvas.bind():
        buffer = gpu.state.active_framebuffer_get()
        buffer.clear(color=(0.0, 0.0, 0.0, 0.0), depth=depth)
        with gpu.matrix.push_pop():
            gpu.matrix.load_matrix(Matrix())
            gpu.matrix.load_projection_matrix(Matrix())
            draw_lines(lines)
        pixels = buffer.read_color(0, 0, SIZE, SIZE, 4, 0, "FLOAT")
    return np.array(pixels.to_list()).reshape(SIZE, SIZE, 4)


def test_a_line_is_where_it_was_wanted_in_its_color(canvas):
    across = np.array([[(-0.5, 0.5, 0.0), (0.5, 0.5, 0.0)]])
    rows, columns = np.nonzero(drawn(canvas, [(ORANGE, across)])[..., 3] > 0.5)
    assert rows.mean() + 0.5 == pytest.approx(0.75 * SIZE, abs=1.0) and np.ptp(rows) <= 2
    assert (columns.min(), columns.max()) == pytest.approx((SIZE / 4, 3 * SIZE / 4), abs=2)
    picture = drawn(canvas, [(ORANGE, across)])
    assert picture[rows[0], SIZE // 2, :3] == pytest.approx(ORANGE[:3], abs=0.3)


def test_lines_of_two_rigs_have_their_own_colors(canvas):
    lines = [np.array([[(-1.0, y, 0.0), (1.0, y, 0.0)]]) for y in (-0.5, 0.5)]
    picture = drawn(canvas, [((1.0, 0.0, 0.0, 1.0), lines[0]), ((0.0, 0.0, 1.0, 1.0), lines[1])])
    below, above = picture[: SIZE // 2].max(axis=(0, 1)), picture[SIZE // 2 :].max(axis=(0, 1))
    assert below[0] > 0.6 and below[2] < 0.1 and above[2] > 0.6 and above[0] < 0.1


def test_what_stands_before_a_line_hides_it_and_the_state_is_as_before(canvas):
    line = np.array([[(-1.0, 0.0, 0.5), (1.0, 0.0, 0.5)]])
    assert drawn(canvas, [(ORANGE, line)], depth=1.0).max() > 0.5
    assert drawn(canvas, [(ORANGE, line)], depth=0.1).max() == 0.0
    assert gpu.state.blend_get() == "NONE" and gpu.state.depth_test_get() == "NONE"


def test_nothing_to_draw_draws_nothing(canvas):
    assert drawn(canvas, []).max() == 0.0
