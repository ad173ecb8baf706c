"""A field through any camera, asked over a real socket: while its job runs, pauses, and when it is over."""

from __future__ import annotations

import math
import time
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

from backend.errors import JobStateError, ParamsError, UnknownJobError
from backend.optimize.field_view import FieldView
from backend.server.field_view_cache import FieldViewCache
from backend.server.views import to_lens
from backend.wire.messages import CancelJob, CreateJob, FetchGrid, Finished, PauseJob, Progress, RenderView, View
from tests.patience import soon

from .live import ENDLESS

CENTER = np.array([0.0, 0.0, 0.0])
LONG = 30.0


def towards(center: np.ndarray, distance: float) -> list[list[float]]:
    """From -Y, looking along +Y."""
    pose = np.array([[1.0, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0], [0, 0, 0, 1]])
    pose[:3, 3] = center - [0, distance, 0]
    return pose.tolist()


def view(distance: float = 5.0, **how) -> View:
    return View(**{"pose": towards(CENTER, distance), "width": 24, "height": 16, "angle_x": 0.7} | how)


def seen(client, job, seconds=LONG, **how):
    return client.ask(RenderView(job, asdict(view(**how)), seconds))


@pytest.fixture
def finished(client, tiny) -> str:
    job = client.begin(tiny())
    client.wait_for(Finished, lambda event: event.job == job)
    return job


def test_a_finished_job_is_seen(client, finished):
    answer = seen(client, finished, angle_x=1.6)
    assert answer.step == 40
    assert [(part.dtype, part.shape) for part in (answer.color, answer.alpha, answer.depth, answer.normal)] == [
        (np.float16, (16, 24, 3)),
        (np.float16, (16, 24)),
        (np.float32, (16, 24)),
        (np.float16, (16, 24, 3)),
    ]
    middle, corner = (8, 12), (0, 0)
    assert answer.alpha[middle] > 0.9 and answer.alpha[corner] == 0
    assert 3.5 < answer.depth[middle] < 5.0 and answer.depth[corner] == np.float32(1e10)
    assert answer.normal[middle][1] < -0.5  # the side that is seen looks back at the camera


def test_the_grid_and_the_view_lie_in_the_same_place(client, finished):
    """What is dense in the grid, brought into the scene by its transform, is what the view shows."""
    grid = client.ask(FetchGrid(finished))
    where = np.argwhere(grid.density > grid.threshold) + 0.5
    low, high = np.array(grid.bounds_low), np.array(grid.bounds_high)
    places = low + where * (high - low) / np.array(grid.density.shape)
    places = places @ np.array(grid.transform)[:3, :3].T + np.array(grid.transform)[:3, 3]
    span = 3.0
    flat = seen(client, finished, lens="orthographic", scale_x=span, angle_x=None, width=60, height=60)
    rows, columns = np.nonzero(flat.alpha > 0.5)
    x, z = ((columns + 0.5) / 60 - 0.5) * span, (0.5 - (rows + 0.5) / 60) * span
    cell = 2 * (high - low).max() / 16
    for found, expected in ((x, places[:, 0]), (z, places[:, 2])):
        assert abs(found.min() - expected.min()) < cell and abs(found.max() - expected.max()) < cell
    central = places[(abs(places[:, [0, 2]]) < 0.2).all(1)]
    assert abs(np.median(flat.depth[27:33, 27:33]) - (central[:, 1].min() + 5.0)) < cell


def test_a_pose_that_stretches_sees_a_stretched_object(client, finished):
    """Twice as large a camera frame, twice as far away, sees the same picture at half the depth."""
    pose = np.array(towards(CENTER, 5.0))
    pose[:3, :3] *= 2
    one, other = seen(client, finished), seen(client, finished, pose=pose.tolist())
    np.testing.assert_allclose(one.alpha.astype(float), other.alpha.astype(float), atol=2e-3)
    hit = one.alpha > 0.5
    np.testing.assert_allclose(one.depth[hit], 2 * other.depth[hit], rtol=1e-3)


def test_normals_are_left_out_where_they_are_not_wanted(client, finished):
    assert seen(client, finished, normals=False).normal.shape == (0, 0, 3)


def test_without_time_the_answer_is_small(client, finished):
    answer = seen(client, finished, seconds=0.0, width=160, height=80)
    assert answer.alpha.shape == (10, 20) and answer.normal.shape == (10, 20, 3)


def test_a_running_job_is_seen_between_two_of_its_steps(client, tiny):
    job = client.begin(tiny(optimize=ENDLESS))
    client.wait_for(Progress, lambda event: event.job == job and event.step > 3)
    first = seen(client, job)
    client.wait_for(Progress, lambda event: event.job == job and event.step > first.step + 3)
    second = seen(client, job)
    assert second.step > first.step and np.abs(second.color.astype(float) - first.color.astype(float)).max() > 0
    assert client.ask(PauseJob(job)).step >= second.step
    held = seen(client, job)
    assert seen(client, job).step == held.step and np.array_equal(seen(client, job).color, held.color)
    client.ask(CancelJob(job))
    assert np.array_equal(seen(client, job).color, held.color)


def test_another_job_is_seen_while_one_runs_and_is_loaded_once(client, tiny, finished):
    running = client.begin(tiny(optimize=ENDLESS))
    client.wait_for(Progress, lambda event: event.job == running and event.step > 3)
    first = seen(client, finished)
    began = time.monotonic()
    again = [seen(client, finished) for _ in range(5)]
    assert time.monotonic() - began < soon(5.0)
    assert all(np.array_equal(answer.color, first.color) and answer.step == 40 for answer in again)
    assert seen(client, running).step > 3


def test_a_job_without_a_field_yet_is_refused(client, tiny):
    job = client.ask(CreateJob(tiny())).job
    with pytest.raises(JobStateError, match="has no result yet: start it, or wait"):
        seen(client, job)
    with pytest.raises(UnknownJobError):
        seen(client, "nobody")


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"lens": "panoramic"}, "The lens 'panoramic' cannot be rendered"),
        ({"width": 0}, "at least one pixel"),
        ({"height": 9000}, "at most 8192 pixels"),
        ({"angle_x": None}, "needs an angle_x"),
        ({"angle_x": math.pi}, "needs an angle_x"),
        ({"lens": "orthographic"}, "needs a scale_x"),
        ({"lens": "orthographic", "scale_x": -1.0}, "needs a scale_x"),
        ({"pixel_aspect": 0.0}, "pixel aspect of a view must be above 0"),
        ({"clip_start": -1.0}, "must be 0 or more"),
        ({"clip_start": 2.0, "clip_end": 1.0}, "lies before its start"),
        ({"pose": [[1.0]]}, "four rows of four finite"),
        ({"pose": "front"}, "'pose' of View must be a list"),
        ({"pose": [["a"] * 4] * 4}, "four rows of four numbers"),
        ({"pose": np.zeros((4, 4)).tolist()}, "leaves nothing to look along"),
    ],
)
def test_views_that_make_no_sense_are_refused(client, finished, how, sentence):
    with pytest.raises(ParamsError, match=sentence):
        seen(client, finished, **how)


def test_what_json_cannot_say_is_refused_by_the_lens_as_well():
    from backend.server.views import parse_view

    with pytest.raises(ParamsError, match="must be finite"):
        parse_view(asdict(view(shift_x=math.inf)))


def test_a_view_is_the_lens_that_it_describes():
    lens = to_lens(view(shift_x=0.25, shift_y=0.5, pixel_aspect=2.0, clip_start=0.1, clip_end=9.0))
    span = 2 * math.tan(0.35)
    assert lens.pixel == pytest.approx((span / 24, span / 12))
    assert lens.corner == pytest.approx((-span / 4, span / 12 * 8 + span / 2)) and lens.clip == (0.1, 9.0)


# -- what is held to be looked at


class Held:
    """As much of a renderer as `Looks` weighs."""

    def __init__(self, numbers: int) -> None:
        self.field = torch.nn.ParameterList([torch.nn.Parameter(torch.zeros(numbers))])


def look(numbers: int = 10) -> FieldView:
    return FieldView(None, Held(numbers), torch.device("cpu"), 0)


def loads(looks: FieldViewCache, job: str, one: FieldView | None = None) -> bool:
    """Whether it had to be loaded."""
    loaded = []
    looks.get(job, lambda: loaded.append(job) or one or look())
    return bool(loaded)


def test_the_last_ones_are_held():
    looks = FieldViewCache(count=2)
    assert [loads(looks, job) for job in ("a", "a", "b", "a", "c", "a", "b")] == [
        True,
        False,
        True,
        False,
        True,
        False,
        True,
    ]


def test_large_ones_make_room_but_the_last_stays():
    looks = FieldViewCache(count=9, limit=100)
    assert loads(looks, "a", look(20)) and not loads(looks, "a")  # 80 bytes
    assert loads(looks, "b", look(1000)) and not loads(looks, "b")
    assert loads(looks, "a")


def test_what_changed_is_loaded_again():
    looks = FieldViewCache()
    loads(looks, "a")
    looks.forget("a")
    looks.forget("never held")
    assert loads(looks, "a")


def test_what_cannot_be_had_the_light_way_is_not_held():
    looks = FieldViewCache()
    assert looks.get("a", lambda: None) is None and loads(looks, "a")


def test_views_are_bounded(client, finished):
    """A view of a second takes about that, whatever is asked for."""
    began = time.monotonic()
    answer = client.ask(RenderView(finished, asdict(replace(view(), width=4000, height=4000)), 0.3))
    assert time.monotonic() - began < soon(5.0) and answer.alpha.shape[0] < 4000
