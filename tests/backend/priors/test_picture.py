"""What a picture is taken for, with a network whose answers are known; and what becomes of it in a job."""

import json
import math

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from backend.color import srgb_decoded
from backend.data.one_picture import read_file
from backend.errors import ConfigError, ModelError
from backend.optimize.from_picture import from_bytes, job_from_picture
from backend.priors.picture import BACKDROP, UNKNOWN, Certainty, Guess, check_known, prompt_of, read_picture, views_of
from backend.priors.picture_network import (
    CELLS,
    FACTS,
    FEATURES,
    SIZE,
    WEIGHTS,
    PictureNetwork,
    PictureShape,
    features_of,
    oriented,
)
from backend.priors.prior_field import PRIOR_FOLDER, code_of, prior_field
from backend.priors.vocabulary import load_vocabulary

NAMES, COLORS = ["teapot", "mug", "vase"], ["red", "blue"]
SHAPE = PictureShape(len(NAMES), len(COLORS), 12, hidden=8, width=8, code_width=4)
GRAY = torch.cat([torch.full((40, 60, 3), 0.3), torch.ones(40, 60, 1)], -1)


def folder_saying(folder, chances, *, color=0, code=0.0, limits=None):
    """Weights that answer any picture with these chances of teapot, mug, vase and none of these."""
    torch.manual_seed(0)
    network = PictureNetwork(SHAPE)
    with torch.no_grad():
        network.object.bias.copy_(torch.tensor(chances).log())
        network.color.bias.copy_(torch.nn.functional.one_hot(torch.tensor(color), len(COLORS)).float())
        network.code_feature.weight.zero_()
        network.code_feature.bias.fill_(1.0)
        network.code.fill_(math.atanh(code) / SHAPE.code_width)
    folder.mkdir(exist_ok=True)
    save_file({name: value.half().contiguous() for name, value in network.state_dict().items()}, folder / WEIGHTS)
    facts = {"shape": vars(SHAPE), "objects": NAMES, "colors": COLORS}
    (folder / FACTS).write_text(json.dumps(facts | ({"limits": limits} if limits else {})))
    return folder


def test_a_sure_picture_says_what_it_was_taken_for_and_how_sure(tmp_path):
    reading = read_picture(GRAY, folder=folder_saying(tmp_path / "a", [0.92, 0.05, 0.02, 0.01]))
    assert reading.certainty is Certainty.SURE and reading.color == "red"
    assert reading.sentence == "Taken for: teapot (92 % sure)."
    assert [guess.name for guess in reading.guesses] == NAMES
    assert sum(guess.chance for guess in reading.guesses) == pytest.approx(0.99, abs=2e-3)


def test_an_unsure_picture_offers_the_three_likeliest(tmp_path):
    reading = read_picture(GRAY, folder=folder_saying(tmp_path / "a", [0.30, 0.41, 0.12, 0.17]))
    assert reading.certainty is Certainty.UNSURE
    assert reading.sentence == "Not sure what the picture shows: mug 41 %, teapot 30 %, vase 12 %."
    assert check_known(reading) is reading


@pytest.mark.parametrize("chances", [[0.3, 0.2, 0.1, 0.4], [0.12, 0.1, 0.1, 0.1]])
def test_a_picture_of_nothing_known_is_refused(tmp_path, chances):
    """More likely none of these than any; and no object likely enough where many share the chance."""
    limits = {"temperature": 1.0, "known": 0.4, "sure": 0.5}
    reading = read_picture(GRAY, folder=folder_saying(tmp_path / "a", chances, limits=limits))
    assert reading.certainty is Certainty.UNKNOWN
    with pytest.raises(ConfigError, match="The picture shows nothing that the shape prior knows: use a picture of one"):
        check_known(reading)
    assert reading.sentence == UNKNOWN


def test_a_temperature_makes_chances_flatter(tmp_path):
    """With T = 2 the chances are as the roots of what they were."""
    folder = folder_saying(tmp_path / "a", [0.64, 0.16, 0.16, 0.04], limits={"temperature": 2.0})
    first = read_picture(GRAY, folder=folder).guesses[0]
    assert first.chance == pytest.approx(0.8 / (0.8 + 0.4 + 0.4 + 0.2), abs=2e-3)


def test_the_code_is_that_of_the_object_that_words_name(tmp_path):
    reading = read_picture(GRAY, "vase", folder_saying(tmp_path / "a", [0.9, 0.05, 0.02, 0.03], code=0.5))
    assert [guess.name for guess in reading.guesses] == ["vase"] and reading.certainty is Certainty.SURE
    assert reading.guesses[0].code == pytest.approx([0.5] * 12, abs=2e-3)


def test_a_gradient_counts_in_the_bins_next_to_its_direction():
    """A ramp to the right has the direction 0, one downwards 90 degrees: half way between bins 4 and 5 of nine."""
    ramp = torch.linspace(0, 1, SIZE).expand(1, 3, SIZE, SIZE)
    length = (2 / (SIZE - 1)) ** 0.5
    across, down = oriented(ramp)[0, :, 30, 30], oriented(ramp.mT)[0, :, 30, 30]
    assert across == pytest.approx(torch.tensor([length] + [0.0] * 8), abs=1e-3)
    assert down == pytest.approx(torch.tensor([0, 0, 0, 0, length / 2, length / 2, 0, 0, 0]), abs=1e-3)
    assert torch.allclose(oriented(1 - ramp), oriented(ramp), atol=1e-5), "whatever its sign"


def test_features_do_not_see_how_strong_the_light_is():
    """Of histograms: they are divided by those around them. Colors are the last cells."""
    torch.manual_seed(0)
    picture = torch.nn.functional.avg_pool2d(torch.rand(1, 3, 2 * SIZE, 2 * SIZE), 2)
    bright, dark = (features_of(share * picture) for share in (1.0, 0.6))
    assert bright.shape == (1, FEATURES)
    histograms = FEATURES - 3 * CELLS**2
    assert (bright - dark)[:, :histograms].abs().max() < 0.03
    colors = bright[0, histograms:].view(3, CELLS, CELLS)
    cell = picture[0, :, 8:16, 16:24].mean((1, 2))
    assert colors[:, 1, 2] == pytest.approx(0.5 * (cell - 0.5), abs=1e-5)


def test_views_are_squares_and_their_mirror_images():
    left = torch.zeros(40, 80, 4)
    left[..., 3], left[:, :40, 0] = 1, 1.0  # red on the left, black on the right
    views = views_of(left)
    assert views.shape == (6, 3, SIZE, SIZE)
    assert torch.equal(views[3:], views[:3].flip(-1))
    whole, middle = views[0], views[1]
    assert whole[0, 32, 8] == pytest.approx(1, abs=1e-3) and whole[0, 32, 56] == pytest.approx(0, abs=1e-3)
    assert whole[0, 2, 8] == pytest.approx(1, abs=1e-3)  # its edge goes on above
    assert middle[0, :, :28].min() > 0.99 and middle[0, :, 36:].max() < 0.01


def test_what_is_cut_out_lies_in_the_middle_of_the_backdrop():
    picture = torch.zeros(100, 100, 4)
    picture[:20, :20] = torch.tensor([0.0, 1.0, 0.0, 1.0])  # a green square in a corner
    whole = srgb_decoded(views_of(picture)[0])
    assert torch.allclose(whole[:, 32, 32], torch.tensor([0.0, 1.0, 0.0]), atol=1e-3)
    assert torch.allclose(whole[:, 1, 1], torch.full((3,), BACKDROP), atol=1e-3)
    assert (whole[1] > 0.99).float().mean().sqrt() == pytest.approx(0.8, abs=0.05)


def test_colors_are_said_where_they_are_not_the_natural_one(tmp_path):
    objects = load_vocabulary(PRIOR_FOLDER).objects
    red, blue = (
        read_picture(GRAY, folder=folder_saying(tmp_path / f"{color}", [0.9, 0.05, 0.02, 0.03], color=color))
        for color in range(2)
    )
    apple = Guess("apple", 0.9, ())
    assert objects["apple"].natural == "red"
    assert prompt_of(red, apple, objects["apple"]) == "an apple"
    assert prompt_of(blue, apple, objects["apple"]) == "a blue apple"


def test_broken_weights_end_in_one_sentence(tmp_path):
    with pytest.raises(ModelError, match="The picture encoder in .* cannot be read .*: install Dreamwright again, or"):
        read_picture(GRAY, folder=tmp_path)


def test_the_prior_makes_the_instance_of_a_given_code():
    points = torch.rand(500, 3) * 2 - 1
    drawn, given = prior_field("a teapot", 3)[0], prior_field("a teapot", 0, code=code_of(3).tolist())[0]
    assert torch.equal(drawn.logit(points), given.logit(points))
    other = prior_field("a teapot", 0, code=[0.9])[0]
    assert not torch.equal(drawn.logit(points), other.logit(points))
    assert code_of(0, [0.9]).tolist() == pytest.approx([0.9] + [0.0] * 11)


def test_words_beside_a_picture_say_the_rest(tmp_path):
    folder = folder_saying(tmp_path / "a", [0.9, 0.05, 0.02, 0.03], code=0.25)
    alone, wooden, mug = (job_from_picture(GRAY, words, folder) for words in ("", "a wooden", "a green mug"))
    assert alone.sure and alone.changes()["prompt"] == "a red teapot"
    assert wooden.changes()["prompt"] == "a wooden teapot"
    assert mug.changes()["prompt"] == "a green mug" and len(mug.choices) == 1
    assert mug.sentence == "The picture's mug is made, as the words say."
    assert alone.changes()["field"]["prior_code"] == pytest.approx([0.25] * 12, abs=2e-3)


def test_a_file_that_is_no_picture_is_refused(tmp_path):
    (tmp_path / "words.png").write_text("no picture")
    for file in (tmp_path / "words.png", tmp_path / "missing.png"):
        with pytest.raises(ConfigError, match="is missing or cannot be read: choose a whole PNG or JPEG"):
            read_file(file)


def test_a_large_picture_is_made_smaller_while_it_is_read(tmp_path):
    Image.new("RGB", (1200, 800), (255, 0, 0)).save(tmp_path / "red.jpg", quality=95)
    picture = read_file(tmp_path / "red.jpg")
    assert picture.shape == (266, 400, 4) and picture[..., 0].mean() > 0.98


def test_what_is_sent_is_a_small_rgba_picture():
    sent = from_bytes(np.full((2, 3, 4), 255, np.uint8))
    assert torch.equal(sent, torch.ones(2, 3, 4))
    for wrong in (np.zeros((2, 2, 3), np.uint8), np.zeros((1025, 1, 4), np.uint8), np.zeros((2, 2, 4), np.float32)):
        with pytest.raises(ConfigError, match="A picture is sent as RGBA of at most 1024 pixels a side"):
            from_bytes(wrong)
