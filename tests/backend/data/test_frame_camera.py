"""Numbers of a frame that no lens has, each said in one sentence; and those that mean the same lens in other words."""

from __future__ import annotations

import math
from typing import Any

import pytest

from backend.cameras.distortion import Distortion
from backend.data.frame_camera import camera_of
from backend.errors import DatasetError

POSE = [[1.0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 4]]
SIZE = (400, 300)


def camera(**frame: Any) -> Any:
    return camera_of({"transform_matrix": POSE, "fl_x": 300.0} | frame, SIZE, "Frame 7 of x")


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"camera_model": "EQUIRECTANGULAR"}, "is a panorama .* cut it into flat pictures"),
    ({"camera_model": "FISHEYE624"}, "lens model 'FISHEYE624', which is not read: undistort"),
    ({"camera_model": "THIN_PRISM_FISHEYE"}, "which is not read: undistort"),
    ({"ftheta_p0": 1.0}, "lens model 'F-Theta'"),
    ({"camera_model": "OPENCV_FISHEYE", "p1": 0.1}, "a fisheye with p1 and p2"),
    ({"fl_x": 4.0}, "wider than any lens: it may be in millimeters"),
    ({"fl_x": -300.0}, "focal length of -300 pixels"),
    ({"k1": -3.0}, "a lens whose formula folds over: .*% of its pixels have no ray"),
    ({"camera_model": "OPENCV_FISHEYE", "k1": -3.0}, "folds over"),
    ({"k1": "much"}, "a k1 that is not a number"),
    ({"k2": math.nan}, "a k2 that is not finite"),
    ({"cx": 2000.0, "cy": 1500.0}, "far outside of a picture of 400 x 300 pixels: add the w and h"),
    ({"w": 0, "h": 300}, "a w and h of 0 x 300 pixels"),
    ({"w": "wide", "h": 300}, "a w that is not a number"),
    ({"transform_matrix": [[-1.0, 0, 0, 0], *POSE[1:]]}, "mirrors the picture, as no camera does"),
]


@pytest.mark.parametrize(("frame", "sentence"), REFUSED)
def test_what_no_lens_has(frame: dict[str, Any], sentence: str):
    with pytest.raises(DatasetError, match=sentence) as raised:
        camera(**frame)
    assert raised.value.sentence.startswith("Frame 7 of x") and "\n" not in raised.value.sentence


@pytest.mark.parametrize(("angle", "radians"), [(50.0, "0.8727"), (90, "1.571")])
def test_angles_in_degrees_are_recognized(angle: float, radians: str):
    with pytest.raises(DatasetError, match=rf"looks like degrees: write it in radians \({radians}\)"):
        camera_of({"transform_matrix": POSE, "camera_angle_x": angle}, SIZE, "Frame 7 of x")


def test_both_angles():
    found = camera_of({"transform_matrix": POSE, "camera_angle_x": 1.0, "camera_angle_y": 0.9}, SIZE, "x")
    assert found.focal == pytest.approx((200 / math.tan(0.5), 150 / math.tan(0.45)))


def test_lenses_by_their_words():
    bent = {"k1": 0.1, "k2": 0.02, "k3": 0.003, "k4": 0.0004}
    assert camera(camera_model="PINHOLE").distortion.none and camera(camera_model="OPENCV", k1=0.0).distortion.none
    assert camera(**bent).distortion == Distortion((0.1, 0.02, 0.003, 0.0004))
    fisheye = Distortion((0.1, 0.02, 0.003, 0.0004), fisheye=True)
    assert camera(**bent, camera_model="OPENCV_FISHEYE").distortion == fisheye
    assert camera(**bent, is_fisheye=True).distortion == fisheye
    full = camera(**bent, camera_model="FULL_OPENCV", k5=0.05, k6=0.006, p1=0.001, p2=0.002).distortion
    assert full == Distortion((0.1, 0.02, 0.003, 0.0), (0.0004, 0.05, 0.006), (0.001, 0.002))


def test_a_lens_measured_on_larger_pictures():
    found = camera(fl_x=3000.0, fl_y=3100.0, cx=2010.0, cy=1500.0, w=4000, h=3000)
    assert found.focal == pytest.approx((300, 310)) and found.center == pytest.approx((201, 150))


def test_a_matrix_of_a_lens_and_one_that_is_skewed():
    found = camera_of({"transform_matrix": POSE, "K": [[310.0, 0, 190], [0, 320.0, 140], [0, 0, 1]]}, SIZE, "x")
    assert found.focal == (310, 320) and found.center == (190, 140)
    for matrix, sentence in (([[310.0, 9, 190], [0, 320.0, 140]], "skewed pixels"), ([1, 2], "no 3 x 3 matrix")):
        with pytest.raises(DatasetError, match=sentence):
            camera_of({"transform_matrix": POSE, "K": matrix}, SIZE, "x")


def test_angles_as_instant_ngp_writes_them_are_degrees():
    found = camera_of({"transform_matrix": POSE, "x_fov": 60.0, "y_fov": 40.0}, SIZE, "x")
    width, height = SIZE
    expected = (width / 2 / math.tan(math.radians(30)), height / 2 / math.tan(math.radians(20)))
    assert found.focal == pytest.approx(expected)
    alone = camera_of({"transform_matrix": POSE, "x_fov": 60.0}, SIZE, "x")
    assert alone.focal == pytest.approx((expected[0], expected[0])), "pixels are square"


@pytest.mark.parametrize("angle", [0, -3, 180, 400, float("nan")])
def test_an_angle_in_degrees_that_no_lens_has_is_refused(angle):
    with pytest.raises(DatasetError, match="x_fov|not a number"):
        camera_of({"transform_matrix": POSE, "x_fov": angle}, SIZE, "Frame 7 of x")
