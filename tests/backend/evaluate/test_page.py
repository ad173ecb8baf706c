"""The page: what a reader of HTML finds in it, and that prompts stay words."""

from __future__ import annotations

import base64
import io
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from backend.evaluate.columns import columns_of, ordered, totals
from backend.evaluate.page import Entry, html_page
from backend.evaluate.plots import sides_png, similarity_png
from backend.evaluate.results import Measured

SIDES = tuple((30.0 * i, 0.5, 0.3, 0.2) for i in range(12))
EVIL = "<script>alert(\"x\")</script> & 'a cube'"


class Reader(HTMLParser):
    """Tags in their order, texts, pictures and what leads where; open tags must be closed in turn."""

    EMPTY = ("meta", "img")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.open, self.texts, self.images, self.links, self.names = [], [], [], [], [], []
        self.feed(page)
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        self.images += [given["src"]] if tag == "img" else []
        self.links += [given["href"]] if "href" in given else []
        self.names += [given["id"]] if "id" in given else []
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def result(prompt: str, similarity: float | None, **more) -> Measured:
    return Measured(prompt, similarity=similarity, rank=0, candidates=4, taken_for=prompt, rival=0.1, **more)


def pictures(value: int = 0) -> list[np.ndarray]:
    return [np.full((20, 20, 3), value, np.uint8)] * 3


def opened(source: str) -> Image.Image:
    kind, _, data = source.partition(",")
    assert kind == "data:image/png;base64", "a picture from elsewhere"
    return Image.open(io.BytesIO(base64.b64decode(data)))


def test_it_holds_a_row_and_a_figure_for_each_result_the_likest_first():
    entries = [Entry(result(p, s, sides=SIDES), pictures()) for p, s in [("low", 0.1), ("none", None), ("high", 0.4)]]
    page = Reader(html_page(entries))
    assert page.tags.count("tr") == 4 and page.tags.count("figure") == 3
    rows = [text for text in page.texts if text in ("low", "none", "high")]
    assert rows == ["high", "low", "none"]
    assert page.links == ["#result-0", "#result-1", "#result-2"] == [f"#{name}" for name in page.names]


def test_every_picture_is_in_the_page_itself():
    page = Reader(html_page([Entry(result("a", 0.3, sides=SIDES), pictures(7))]))
    histogram, circle, strip = (opened(source) for source in page.images)
    assert histogram.width > 400 and circle.width > 400 and strip.size == (60, 20)
    assert strip.getpixel((50, 10)) == (7, 7, 7)


def test_a_prompt_stays_words():
    page = html_page([Entry(result(EVIL, 0.2, note=EVIL), pictures())], title=EVIL)
    read = Reader(page)
    assert "script" not in read.tags and "<script" not in page
    assert read.texts.count(EVIL) >= 3, "not shown as it was written"
    assert any(EVIL in text and text != EVIL for text in read.texts), "not in the caption"


def test_columns_in_which_nothing_stands_are_left_out():
    words = [c.heading for c in columns_of([result("a", 0.2)])]
    assert "similarity" in words and "PSNR" not in words and "sides agree" not in words
    measured = Measured(name="ball", psnr=21.5, ssim=0.9, gmsd=0.1)
    photographs = [c.heading for c in columns_of([measured])]
    assert (
        photographs == ["prompt", "seed", "PSNR", "SSIM", "GMSD"] and columns_of([measured])[0].text(measured) == "ball"
    )


def test_totals_are_means_over_those_that_have_the_number():
    results = [
        Measured("a", rank=0, candidates=9, similarity=0.5, fronts=2, janus=0.4),
        Measured("b", rank=2, candidates=9, similarity=0.1, fronts=1, janus=0.8),
        Measured("c", psnr=20.0),
    ]
    found = {total.heading: (total.value, total.more) for total in totals(results)}
    assert found["results"] == ("3", "") and found["R-Precision"] == ("0.500", "top 3: 1.000")
    assert found["similarity"][0] == "0.300" and found["sides agree"][0] == "0.600"
    assert found["several fronts"] == ("1", "of 2") and found["PSNR"] == ("20.00", "dB")
    assert "R-Precision of form" not in found and "GMSD" not in found


def test_the_best_three_of_three_say_nothing():
    (total,) = [t for t in totals([Measured("a", rank=1, candidates=3)]) if t.heading == "R-Precision"]
    assert (total.value, total.more) == ("0.000", "")


def test_those_without_a_similarity_are_last():
    assert ordered([Measured(), Measured(similarity=-0.5), Measured(similarity=0.2)]) == [2, 1, 0]


def test_a_page_of_nothing_is_a_page():
    page = Reader(html_page([]))
    assert page.tags.count("figure") == 0 and "Nothing to plot." in page.texts


def test_what_the_judge_was_not_asked_is_said():
    assert "Sides were not asked for" in html_page([Entry(result("a", 0.2))])
    assert "Sides: 12 views around" in html_page([Entry(result("a", 0.2, sides=SIDES))])


@pytest.mark.parametrize("draw", [similarity_png, sides_png])
def test_a_plot_is_drawn_where_there_is_something_to_plot(draw):
    assert draw([Measured()]) is None
    results = [result("a", 0.3, sides=SIDES), result("b", 0.5, sides=SIDES[:6]), Measured()]
    picture = Image.open(io.BytesIO(draw(results))).convert("RGB")
    assert len(picture.getcolors(picture.width * picture.height)) > 20, "nothing was drawn"
