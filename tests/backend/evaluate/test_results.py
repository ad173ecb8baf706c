"""What is measured of fields whose answer is known by construction, and how it is kept."""

from __future__ import annotations

import json
import logging
import math

import pytest
import torch
from painted_cube import BLUE, GREEN, RED, EyeForPaint, Fog, PaintedCube

from backend.cameras.orbit import UNIT_FRAME
from backend.errors import DiskError
from backend.evaluate.ledger import append, read
from backend.evaluate.results import Measured, brief_measures, from_json, held_out_views, measure, to_json
from backend.evaluate.thumbnails import thumbnails
from backend.render.renderer import Renderer

COLORED = ("a red cube", "a green cube", "a blue cube")


def measured(field, prompt: str = "a red cube", candidates=COLORED, **settings) -> Measured:
    return measure(Renderer(field, 64), EyeForPaint(), prompt, candidates, UNIT_FRAME, **settings)


def red_cube() -> PaintedCube:
    return PaintedCube(RED, RED, RED, RED)


def test_what_it_is_comes_first():
    found = measured(red_cube())
    assert (found.rank, found.candidates, found.taken_for) == (0, 3, "a red cube")
    assert found.similarity > 0.95 and found.rival < 0.1 and found.evaluator == "an eye for paint"
    assert 0.05 < found.opacity < 0.2


def test_what_it_is_not_is_said():
    found = measured(red_cube(), "a blue cube")
    assert (found.rank, found.taken_for) == (2, "a red cube"), "green ties with blue, and a tie counts against it"
    assert found.similarity < 0.1 and found.rival > 0.95


def test_the_similarity_is_the_mean_over_the_stated_views():
    """Elevations 20 and 45, four azimuths each from 30 degrees on: of a cube that is red in front and blue else."""
    views = held_out_views(24, UNIT_FRAME)
    assert [round(math.degrees(v.elevation)) for v in views] == [20] * 4 + [45] * 4
    assert [round(math.degrees(v.azimuth)) for v in views] == [30, 120, 210, 300] * 2
    eye, cube = EyeForPaint(), Renderer(PaintedCube(RED, BLUE, BLUE, BLUE), 64)
    single = []
    for view in views:
        rendering = cube.picture(view.camera)
        seen = 1.055 * rendering.over(torch.ones_like(rendering.color)).clamp_min(0.0031308) ** (1 / 2.4) - 0.055
        single.append(float(eye.embed_pictures(seen.permute(2, 0, 1)[None])[0] @ eye.embed_text("a red cube")))
    assert measured(cube.field).similarity == pytest.approx(sum(single) / 8, abs=1e-3)
    assert max(single) - min(single) > 0.5, "the views are all alike"


def test_form_alone_cannot_win_by_its_color():
    """The eye for paint sees nothing in gray: all forms tie. Captions of other colors are no rivals."""
    found = measured(red_cube(), candidates=[*COLORED, "a red ball", "a green egg"])
    assert found.forms == 3 and found.rank_geometry == 2 and found.taken_for_geometry in ("a red ball", "a green egg")
    alone = measured(red_cube())
    assert alone.forms == 1 and alone.rank_geometry is None and alone.rank == 0


def test_the_words_of_color_are_the_caller_s():
    assert measured(red_cube(), colors=("red",)).forms == 3


def test_without_rivals_there_is_no_rank():
    found = measured(red_cube(), candidates=())
    assert (found.rank, found.rival, found.candidates, found.taken_for) == (None, None, 1, "a red cube")


def test_the_sides_are_told_with_their_azimuths():
    found = measured(PaintedCube(front=RED, right=GREEN, back=BLUE, left=GREEN))
    assert found.janus > 0.95 and found.fronts == 1
    assert [turn for turn, *_ in found.sides] == [30.0, 60.0, 90, 120, 150, 180, 210, 240, 270, 300, 330, 0]
    likeliest = {turn: ("front", "side", "back")[row.index(max(row))] for turn, *row in found.sides}
    assert likeliest[0.0] == likeliest[30] == "front" and likeliest[90] == "side" and likeliest[180] == "back"


def test_a_judge_without_words_of_views_is_not_asked_for_sides():
    found = measured(red_cube(), sides=False)
    assert (found.janus, found.fronts, found.sides) == (None, None, ())


def test_an_empty_field_hides_nothing_and_is_last():
    found = measured(Fog(0.0))
    assert found.opacity == 0.0 and found.rank == 2


def test_a_broken_field_is_last_and_its_numbers_are_null():
    found = measured(Fog(5.0, math.nan))
    assert found.rank == 2 and math.isnan(found.similarity)
    assert to_json(found)["similarity"] is None and json.dumps(to_json(found), allow_nan=False)


def test_in_brief_says_what_the_whole_says():
    cube = PaintedCube(front=RED, right=GREEN, back=RED, left=GREEN)
    brief = brief_measures(Renderer(cube, 64), EyeForPaint(), "a cube", UNIT_FRAME)
    assert brief["janus"] == pytest.approx(2 / 3, abs=0.03) and 0.05 < brief["opacity"] < 0.2
    assert brief_measures(Renderer(cube, 64), EyeForPaint(), "a cube", UNIT_FRAME, sides=False).keys() == {"opacity"}


def test_json_gives_it_back():
    found = measured(PaintedCube())
    assert from_json(json.loads(json.dumps(to_json(found)))) == found
    assert from_json({"prompt": "a dog", "invented_later": 3}) == Measured(prompt="a dog")


def test_lines_follow_each_other(tmp_path):
    path = tmp_path / "results.jsonl"
    assert read(path) == []
    for seed in (1, 2):
        append(path, Measured("a cube", seed))
    assert [m.seed for m in read(path)] == [1, 2] and path.read_text().count("\n") == 2


def test_a_torn_line_is_left_out_and_the_next_is_whole(tmp_path, caplog):
    path = tmp_path / "results.jsonl"
    append(path, Measured("a cube", 1))
    with path.open("a") as file:
        file.write('{"prompt": "a ba')
    append(path, Measured("a cone", 2))
    with caplog.at_level(logging.WARNING):
        assert [m.prompt for m in read(path)] == ["a cube", "a cone"]
    assert "left out a line of" in caplog.text


@pytest.mark.parametrize("line", ["[1, 2]", "3", '{"sides": 5}'])
def test_a_line_that_is_no_result_is_left_out(tmp_path, line: str, caplog):
    path = tmp_path / "results.jsonl"
    path.write_text(line + "\n")
    assert read(path) == [] and "is no result" in caplog.text


def test_a_file_that_cannot_be_written_has_a_sentence(tmp_path):
    with pytest.raises(DiskError, match="cannot be written .*: choose another folder or make room"):
        append(tmp_path / "nowhere" / "results.jsonl", Measured())


def test_thumbnails_show_front_back_and_form():
    front, back, form = thumbnails(Renderer(PaintedCube(), 64), UNIT_FRAME, torch.device("cpu"), size=33)
    assert front.shape == back.shape == form.shape == (33, 33, 3) and front.dtype == "uint8"
    assert front[16, 16].argmax() == 0 and back[16, 16].argmax() == 2 and len(set(form[16, 16].tolist())) == 1
    assert front[0, 0].tolist() == [255, 255, 255]
