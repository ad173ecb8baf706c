"""Emoji as training pictures: which are taken, what is meant by them, and that nothing is claimed of their camera."""

from __future__ import annotations

import io
import json
import math
import random
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

import scripts.training  # noqa: F401  (first: it lets torchvision be imported)

# isort: split
from scripts.training import clip, emoji
from scripts.training.batches import LabelSet, Mixture, Sampler, shuffled
from scripts.training.diffusion import make_scheduler, v_loss
from scripts.training.emoji import SIZE, Emoji, EmojiSampler, NoEmojiError, fit_in_square, is_wanted, label_of, unpack
from scripts.training.held_out import held_out_colors
from scripts.training.models.contrastive_loss import match_matrix, undecidable_matrix
from scripts.training.objects.object_class import OBJECT_CLASSES
from scripts.training.objects.subjects import Subject
from scripts.training.raycasting.view_cache import render_views

ENTRIES = [
    {"label": "fox", "hexcode": "1F98A", "group": 3, "tags": ["animal"]},
    {"label": "sailboat", "hexcode": "26F5", "group": 5, "tags": ["boat"]},
    {"label": "desktop computer", "hexcode": "1F5A5-FE0F", "group": 7, "tags": []},
    {"label": "penguin", "hexcode": "1F427", "group": 3, "tags": []},
    {"label": "jack-o-lantern", "hexcode": "1F383", "group": 6, "tags": ["pumpkin"]},
    {"label": "cat face", "hexcode": "1F431", "group": 3, "tags": []},
    {"label": "zebra", "hexcode": "1F993", "group": 3, "tags": []},
    {"label": "family", "hexcode": "1F46A", "group": 1, "tags": []},
]


def picture(color: tuple[int, ...]) -> bytes:
    """Opaque in the left half, and of another color where it is transparent."""
    image = Image.new("RGBA", (256, 256), (0, 255, 0, 0))
    image.paste(color, (0, 0, 128, 256))
    packed = io.BytesIO()
    image.save(packed, "WEBP", lossless=True, exact=True)
    return packed.getvalue()


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as packed:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))
    return path


@pytest.fixture
def archives(tmp_path: Path) -> tuple[Path, Path]:
    """As the packages lie: all but the zebra's picture; the computer's without its variation selector."""
    colors = {"1f98a": (255, 0, 0, 255), "26f5": (0, 0, 255, 255), "1f5a5": (255, 255, 255, 255)}
    colors |= dict.fromkeys(("1f427", "1f383", "1f431", "1f46a"), (0, 0, 0, 255))
    pictures = {f"assets/{code}.webp": picture(color) for code, color in colors.items()}
    names = {"en/data.json": json.dumps(ENTRIES).encode()}
    return archive(tmp_path / "fluent.tgz", pictures), archive(tmp_path / "names.tgz", names)


@pytest.fixture
def some() -> Emoji:
    torch.manual_seed(0)
    return Emoji(["fox", "sailboat", "green apple", "cat"], torch.randint(0, 256, (4, 4, SIZE, SIZE)).byte())


def test_what_is_known_by_name_and_not_held_out_is_taken(archives):
    assert [entry["label"] for entry in ENTRIES if is_wanted(entry)] == ["fox", "sailboat", "zebra"]
    unpacked = unpack(*archives)
    assert unpacked.names == ["fox", "sailboat"]
    fox = unpacked.pictures[unpacked.names.index("fox")]
    assert fox[:, SIZE // 2, SIZE // 4].tolist() == [255, 0, 0, 255]


def test_a_picture_without_its_variation_selector_is_found(archives, monkeypatch):
    monkeypatch.setattr(emoji, "WORDS", ["desktop", "computer"])
    assert unpack(*archives).names == ["desktop computer"]


def test_a_picture_is_made_small_as_light_is():
    """Half of it opaque: so it stays, in the middle; the color of what is transparent nowhere shows."""
    shown = fit_in_square(Image.open(io.BytesIO(picture((188, 0, 0, 255))))).float() / 255
    inside = slice((SIZE - 48) // 2, (SIZE + 48) // 2)
    assert shown[3, inside, inside].mean() == pytest.approx(0.5, abs=0.01)
    assert shown[3].sum() == shown[3, inside, inside].sum()
    assert shown[1].max() == 0, "the green of what is transparent"
    assert shown[0, SIZE // 2, 12] == pytest.approx(188 / 255, abs=0.004)
    lines = Image.fromarray((torch.arange(256 * 256).view(256, 256, 1) % 2 * 255).byte().expand(-1, -1, 3).numpy())
    assert fit_in_square(lines)[0, SIZE // 2, SIZE // 2] == pytest.approx(
        188, abs=2
    )  # half of the light, not half the number


def test_a_cell_is_the_mean_of_the_light_that_falls_on_it():
    """By a slow loop over the pixels that it covers: light is weighed by opacity, and both are averaged."""
    torch.manual_seed(0)
    image = torch.randint(0, 256, (256, 256, 4)).byte()
    row, column, across = 11, 29, 256 / 48
    light, opacity, count = [0.0] * 3, 0.0, 0
    for y in range(math.floor(row * across), math.ceil((row + 1) * across)):
        for x in range(math.floor(column * across), math.ceil((column + 1) * across)):
            *color, alpha = (value / 255 for value in image[y, x].tolist())
            linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color]
            light = [sum_ + alpha * c for sum_, c in zip(light, linear, strict=True)]
            opacity, count = opacity + alpha, count + 1
    straight = [c / opacity for c in light]
    wanted = [255 * (12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055) for c in straight]
    cell = fit_in_square(Image.fromarray(image.numpy(), "RGBA"))[:, row + 8, column + 8].tolist()
    assert cell == pytest.approx([*wanted, 255 * opacity / count], abs=0.6)


def test_a_color_before_a_known_name_is_its_color():
    assert label_of("green apple") == LabelSet("apple", {(0, ""): "green"})
    assert label_of("sailboat") == LabelSet("sailing boat", {})
    assert label_of("fox") == LabelSet("fox", {}) and label_of("white cane") == LabelSet("white cane", {})
    held_out = [color for color, name in held_out_colors() if name == "apple"]
    assert held_out and all(label_of(f"{color} apple") is None for color in held_out)


def test_nothing_is_false_that_a_picture_cannot_tell(some: Emoji):
    batch = EmojiSampler(some, 32, 0).draw(40)
    assert batch.camera.isnan().all() and all(name in batch.captions[k] or "apple" in batch.captions[k]
                                              for k, name in enumerate(batch_names(batch)))  # fmt: skip
    red = {(0, ""): "red"}
    said = [LabelSet("cat", red), LabelSet("cat", {}, "front"), LabelSet("fox", red), LabelSet("dog", red)]
    asked = replace(batch, captions=["?"] * 4, caption_labels=said, image_labels=[LabelSet("cat", {})])
    assert undecidable_matrix(asked, 1).tolist() == [[True, True, False, False]]
    assert match_matrix(asked, 1).tolist() == [[False] * 4]


def batch_names(batch) -> list[str]:
    back = {"sailing boat": "sailboat"}
    return [back.get(shown.subject, shown.subject) for shown in batch.image_labels]


def test_a_mixture_has_its_share_and_shuffling_keeps_rows_together(some: Emoji):
    cube = Subject((OBJECT_CLASSES["cube"],))
    mixture = Mixture(Sampler({cube: render_views(cube, 0, 1, 4)}, 0), [(EmojiSampler(some, 32, 1), 0.25)])
    batch = mixture.draw(40, contrast=(0.3, 2.0))
    assert batch.camera.isnan().any(1).tolist() == [False] * 30 + [True] * 10
    mixed = shuffled(batch, random.Random(0))
    unknown = mixed.camera.isnan().any(1).tolist()
    assert sum(unknown) == 10 and unknown != [False] * 30 + [True] * 10
    assert [shown.subject == "cube" for shown in mixed.image_labels] == [not each for each in unknown]
    before, after = (
        [(of.captions[k], of.image_labels[k].subject, of.premultiplied[k].sum().item()) for k in range(40)]
        for of in (batch, mixed)
    )
    assert before != after and sorted(before) == sorted(after)


def test_an_unknown_camera_is_not_told():
    """The model hears that it is, and gets a number all the same: NaN would spread."""
    labeled = []

    def model(noisy, timestep, tokens, camera, default_color, blind):
        labeled.append((camera, blind))
        return torch.zeros_like(noisy)

    camera = torch.tensor([[1.0, 0.2, 3.0], [float("nan")] * 3])
    v_loss(model, make_scheduler(), torch.zeros(2, 4, 8, 8), torch.zeros(2, 24), camera)
    assert labeled[0][0].isfinite().all() and bool(labeled[0][1][1])


def test_where_there_are_none_the_sentence_says_who_fetches_them(tmp_path: Path):
    with pytest.raises(
        NoEmojiError, match=r"There are no emoji in .*: 'python -m scripts.training.emoji' fetches them"
    ):
        clip.make_sampler(tmp_path, 1, True, 0, emoji=0.1)


def test_they_are_kept_and_found_again(some: Emoji, tmp_path: Path):
    some.save(tmp_path / "cache")
    kept = Emoji.load(tmp_path / "cache")
    assert kept.names == some.names and torch.equal(kept.pictures, some.pictures)
    assert [file.name for file in (tmp_path / "cache").iterdir()] == [emoji.FILE]


@pytest.mark.process
@pytest.mark.parametrize(
    ("npm", "sentence"),
    [
        (None, "npm is not installed"),
        ("#!/bin/sh\necho 'npm error network is down' >&2\nexit 1\n", "npm could not fetch .*: npm error network is"),
        ("#!/bin/sh\nexit 1\n", "it said nothing"),
    ],
)
def test_without_npm_or_a_network_one_sentence_and_nothing_is_written(npm, sentence, tmp_path: Path, monkeypatch):
    (tmp_path / "bin").mkdir()
    if npm:
        (tmp_path / "bin" / "npm").write_text(npm)
        (tmp_path / "bin" / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}" + (":/bin" if npm else ""))
    monkeypatch.setattr(sys, "argv", ["emoji", "--cache", str(tmp_path / "cache")])
    with pytest.raises(SystemExit, match=sentence):
        emoji.main()
    assert not (tmp_path / "cache").exists()


@pytest.mark.process
def test_what_npm_brings_is_unpacked_into_the_cache(archives, tmp_path: Path, monkeypatch, capsys):
    (tmp_path / "bin").mkdir()
    copies = f"cp {archives[0]} $4/lobehub-fluent-emoji.tgz; cp {archives[1]} $4/emojibase-data.tgz"
    (tmp_path / "bin" / "npm").write_text(f"#!/bin/sh\n{copies}\n")
    (tmp_path / "bin" / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin:/usr/bin")
    monkeypatch.setattr(sys, "argv", ["emoji", "--cache", str(tmp_path / "cache")])
    emoji.main()
    assert "pictures: " in capsys.readouterr().out
    assert "fox" in Emoji.load(tmp_path / "cache").names
