"""Settings of regions: read strictly, refused in a sentence where they could do nothing."""

from __future__ import annotations

import numpy as np
import pytest

from backend.config import (
    MAX_CELLS,
    BoundsConfig,
    JobConfig,
    RegionConfig,
    boxes_touch,
    cells_of,
    cells_text,
    check_runnable,
    from_json,
    to_json,
    weights_of,
)
from backend.errors import ConfigError


def job(*items, **changes) -> JobConfig:
    return from_json({"prompt": "a cat", "regions": {"items": list(items)}, **changes})


def test_cells_come_back_as_they_were_written():
    mask = np.random.default_rng(0).random((5, 7, 3)) > 0.5
    shape, bits = cells_of(cells_text((5, 7, 3), np.packbits(mask).tobytes()))
    assert shape == (5, 7, 3) and np.array_equal(np.unpackbits(np.frombuffer(bits, np.uint8))[:105], mask.ravel())


@pytest.mark.parametrize(
    "text", ["x", "2x2:AA==", "2x2x2:!", "2x2x2:AAAA", "0x2x2:", "999x2x2:", cells_text((2, 2, 2), b"\1\1\1")]
)
def test_cells_that_are_none_are_refused_in_a_sentence(text):
    with pytest.raises(ConfigError, match="cells of a region cannot be read .*: give them as"):
        cells_of(text)
    with pytest.raises(ConfigError, match="cannot be read"):
        check_runnable(job({"cells": text}))


def test_a_bomb_of_cells_is_not_unpacked():
    """A gigabyte of zeros, packed into a megabyte, is read no further than the cells that it says it has."""
    text = cells_text((8, 8, 8), bytes(1 << 26))
    with pytest.raises(ConfigError, match="65 bytes for 8x8x8 cells"):
        cells_of(text)


def test_too_many_cells_are_not_written():
    with pytest.raises(ConfigError, match=f"at most {MAX_CELLS} cells"):
        cells_text((MAX_CELLS + 1, 1, 1), b"")


@pytest.mark.parametrize("seed", range(40))
def test_boxes_touch_where_a_dense_cloud_of_points_of_one_lies_in_the_other(seed):
    random = np.random.default_rng(seed)
    first, second = (
        BoundsConfig(*map(tuple, (random.uniform(-1, 1, 3), random.uniform(0.2, 2, 3), random.uniform(-180, 180, 3))))
        for _ in range(2)
    )
    unit = np.stack(np.meshgrid(*[np.linspace(-0.5, 0.5, 41)] * 3), -1).reshape(-1, 3)
    first_to, second_to = np.array(first.to_scene), np.array(second.to_scene)
    cloud = unit * first.size @ first_to[:3, :3].T + first.center
    inside = (np.abs((cloud - second.center) @ second_to[:3, :3]) < np.array(second.size) / 2).all(-1)
    if inside.any() or boxes_touch(first, second):
        shrunk = BoundsConfig(second.center, tuple(0.9 * np.array(second.size)), second.rotation_degrees)
        assert boxes_touch(first, second) and (inside.any() or not boxes_touch(first, shrunk))
    assert boxes_touch(first, second) == boxes_touch(second, first)


@pytest.mark.parametrize(
    "item, sentence",
    [
        ({"center": (9, 0, 0)}, r"Region 2 \(keep out\) lies outside of the box: move it into the box"),
        ({"kind": "redo", "center": (0, 0, -1.6)}, r"Region 2 \(redo\) lies outside"),
        ({"size": (0, 1, 1)}, "regions.items.1..size' is 0.0: give a value from 0.0001"),
        ({"size": (1, -1, 1)}, "is -1.0: give a value"),
        ({"kind": "wall"}, "'wall': choose one of keep_out, keep_in, frozen, redo"),
        ({"cells": cells_text((2, 2, 2), b"\0")}, "has no cell that is filled"),
        ({"middle": 1}, "There is no setting 'regions.items.1..middle'"),
    ],
)
def test_a_region_that_could_do_nothing_is_refused_in_a_sentence(item, sentence):
    with pytest.raises(ConfigError, match=sentence):
        check_runnable(job({}, item))


def test_a_box_that_will_be_found_is_not_known_yet():
    far = job({"center": (9, 0, 0)}, method="reconstruct", dataset="photos", bounds={"automatic": True})
    assert check_runnable(far) == far


def test_too_many_regions_are_refused():
    with pytest.raises(ConfigError, match="There are 65 regions: give 64 or fewer"):
        check_runnable(job(*[{}] * 65))


def test_regions_are_kept_in_a_record_and_a_record_without_them_is_read():
    wanted = job({"kind": "frozen", "cells": cells_text((2, 2, 2), b"\1")})
    assert from_json(to_json(wanted)) == wanted and wanted.regions.holds
    before = {name: value for name, value in to_json(wanted).items() if name != "regions"}
    assert from_json(before).regions.items == () and not from_json(before).regions.holds


def test_the_weight_of_what_must_be_there_is_one_only_where_something_must():
    assert "keep_in" in weights_of(job({"kind": "keep_in"})) and "keep_in" not in weights_of(job({}))


def test_a_turned_box_is_reached_where_it_is_turned_to():
    """A long region beside the job's box, turned into it."""
    beside = RegionConfig("keep_out", (2.0, 0.0, 1.0), (0.2, 3.0, 0.2))
    assert not boxes_touch(beside.box, BoundsConfig())
    assert boxes_touch(BoundsConfig(beside.center, beside.size, (0.0, 0.0, 90.0)), BoundsConfig())
