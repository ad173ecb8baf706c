"""The evaluator: what it is taught, what is true of a picture, how it is measured, and the weights that are kept."""

from __future__ import annotations

import hashlib
import json
import random
from math import log, pi, radians
from pathlib import Path

import numpy as np
import pytest
import torch
from lib import extension_rules

import scripts.training  # noqa: F401  (first: it lets torchvision be imported)
from backend.pretrained import load_image_text, resolve
from scripts.training.backgrounds import random_shift
from scripts.training.batches import LabelSet, weights
from scripts.training.captions.hard_negatives import hard_negative, with_hard_negatives
from scripts.training.captions.tokenizer import read_tokenizer, write_tokenizer
from scripts.training.captions.view_labels import HAS_FRONT, ViewLabelSampler, view_of, with_view_label
from scripts.training.evaluation.clip import FIRST_INSTANCE, Scene, ranks
from scripts.training.evaluator import EVALUATOR_WORDS, FOGGY, configuration, export, make_step
from scripts.training.evaluator_batches import (
    SINGLE_SPEC,
    SIZE,
    EvaluatorSampler,
    augment,
    colorless,
    evaluator_subjects,
    lumps,
    render_spec,
    tasks,
)
from scripts.training.held_out import HELD_OUT_OBJECTS, is_held_out_pair
from scripts.training.loop.training_loop import Budget, TrainingRun
from scripts.training.models.contrastive_loss import contrastive_loss, is_match, match_matrix, undecidable_matrix
from scripts.training.objects import mesh_primitives
from scripts.training.objects.object_class import OBJECT_CLASSES
from scripts.training.objects.subjects import Subject
from scripts.training.raycasting.displacement import displace
from scripts.training.raycasting.raycaster import Raycaster
from scripts.training.raycasting.render_views import tasks as tasks_of_the_models
from scripts.training.raycasting.view_cache import DEFAULT_SPEC, fingerprint, render_views
from scripts.training.training_subset import TRAINING_SUBSET

EVALUATOR = Path(__file__).parents[2] / "scripts" / "training" / "weights" / "evaluator"
SUBJECTS = [Subject((OBJECT_CLASSES[name],)) for name in ("cube", "teapot", "cat")]


@pytest.fixture(scope="module")
def sampler() -> EvaluatorSampler:
    return EvaluatorSampler(
        {subject: render_views(subject, 100, 1, 4, render_spec=SINGLE_SPEC) for subject in SUBJECTS}, seed=0
    )


# What it is taught


def test_it_knows_all_of_the_core_also_what_is_held_out():
    names = {subject.name for subject in evaluator_subjects()}
    assert names >= TRAINING_SUBSET and names >= set(HELD_OUT_OBJECTS)
    assert any(is_held_out_pair(name) for name in names)


def test_its_instances_pictures_and_folder_are_its_own():
    """None of its instances is one of the embedded models', and none is one of those that it is measured on."""
    instances = [shard * how.instances + i for _, shard, how in tasks(range(100, 103)) for i in range(how.instances)]
    models = [shard * how.instances + i for _, shard, how in tasks_of_the_models(8, True) for i in range(how.instances)]
    assert max(models) < min(instances) and max(instances) < FIRST_INSTANCE
    assert render_spec(evaluator_subjects()[0]).folder != DEFAULT_SPEC.folder
    assert fingerprint(SUBJECTS[0], SINGLE_SPEC) != fingerprint(SUBJECTS[0])


def test_pairs_are_cast_twice_at_most():
    of_pairs = [shard for subject, shard, _ in tasks(range(100, 103)) if subject.relation]
    assert set(of_pairs) == {100, 101} and len(of_pairs) == 2 * sum(bool(s.relation) for s in evaluator_subjects())


def test_a_rival_has_two_colors_exchanged_or_one_changed():
    rng = random.Random(0)
    both = LabelSet("cube on cone", {(0, ""): "orange", (1, ""): "blue"})
    caption, said = hard_negative("an orange cube on a blue cone", both, rng)
    assert caption == "a blue cube on an orange cone"
    assert said == LabelSet("cube on cone", {(0, ""): "blue", (1, ""): "orange"})
    one = LabelSet("mug", {(0, ""): "purple"})
    caption, said = hard_negative("a photo of a violet mug", one, rng)
    assert said.colors[0, ""] != "purple" and said.colors[0, ""] in caption and "violet" not in caption


def test_a_rival_may_be_seen_from_elsewhere():
    caption, said = hard_negative("a cat, front view", LabelSet("cat", {}, "front"), random.Random(0))
    assert said.view in ("side", "back") and caption == f"a cat, {said.view} view"


def test_rivals_are_false_of_the_pictures_they_rival(sampler: EvaluatorSampler):
    plain = sampler.draw(80)
    batch = with_hard_negatives(plain, random.Random(0))
    named = [number for number, said in enumerate(plain.caption_labels) if said.colors or said.view]
    true = match_matrix(batch, 80)
    assert len(batch.captions) == 80 + len(named) > 100 and batch.captions[:80] == plain.captions
    assert not true[named, range(80, len(batch.captions))].any()


def test_pairs_have_the_share_that_is_said():
    subjects = [*SUBJECTS, *(s for s in evaluator_subjects() if s.relation)]
    drawn = weights(subjects, 0.4)
    assert sum(drawn[len(SUBJECTS) :]) / sum(drawn) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("degrees", "name"), [(0, "front"), (44, "front"), (-44, "front"), (46, "side"), (270, "side"), (136, "back")]
)
def test_a_side_is_named_by_its_azimuth(degrees: float, name: str):
    assert view_of(radians(degrees)) == name == view_of(radians(degrees) + 2 * pi)


def test_a_view_is_said_where_it_is_shown(sampler: EvaluatorSampler):
    batch = sampler.draw(300)
    said = [
        (text, said.view, shown.view)
        for text, said, shown in zip(batch.captions, batch.caption_labels, batch.image_labels, strict=True)
    ]
    assert all(view == seen and text.endswith(f", {view} view") for text, view, seen in said if view)
    assert all("view" not in text for text, view, _ in said if not view)
    cats = sum(shown.subject == "cat" for shown in batch.image_labels)
    assert cats > 50 and sum(bool(view) for _, view, _ in said) == pytest.approx(0.7 * cats, abs=20)
    assert [view_of(float(azimuth)) for azimuth in batch.camera[:, 0]] == [view for _, _, view in said]


def test_without_color_a_picture_is_gray_and_its_words_name_none(sampler: EvaluatorSampler):
    batch = sampler.draw(200)
    bare = torch.tensor(
        [
            not shown.colors and not said.colors
            for said, shown in zip(batch.caption_labels, batch.image_labels, strict=True)
        ]
    )
    gray = batch.premultiplied[bare]
    assert 10 < bare.sum() < 150
    natural = torch.tensor([obj.natural is None for obj in (OBJECT_CLASSES["cube"],)])
    assert natural.all()  # a cube that no color is said of has one all the same: only `colorless` has none
    assert torch.equal(gray[:, :1].expand_as(gray), gray)


def test_nothing_is_said_of_the_color_of_a_colorless_pair():
    pair = next(s for s in evaluator_subjects() if s.relation)
    labeled = colorless(pair, 3, random.Random(0))
    assert labeled.caption_labels.colors == labeled.image_labels.colors == {} and len(set(labeled.colors)) == 1
    assert with_view_label(labeled).caption == labeled.caption + ",  view"


# What is true


def test_words_hold_of_the_view_and_the_colors_that_are_shown():
    shown = LabelSet("cat", {(0, ""): "red"}, "front")
    assert is_match(LabelSet("cat", {}), shown) and is_match(LabelSet("cat", {(0, ""): "red"}, "front"), shown)
    assert not is_match(LabelSet("cat", {}, "back"), shown) and not is_match(LabelSet("dog", {}), shown)
    assert not is_match(LabelSet("cat", {(0, ""): "blue"}), shown)


def test_a_picture_without_color_leaves_words_of_color_open(sampler: EvaluatorSampler):
    batch = sampler.draw(60)
    true, unknown = match_matrix(batch, 50), undecidable_matrix(batch, 50)
    assert true[range(50), range(50)].all() and not (true & unknown).any()
    for i, j in unknown.nonzero().tolist():
        assert batch.image_labels[i].subject == batch.caption_labels[j].subject
        assert not batch.image_labels[i].colors and batch.caption_labels[j].colors
    assert unknown.any()


def test_the_loss_is_cross_entropy_where_nothing_is_open():
    """Two pictures, two texts, logits [[a, b], [c, d]]: the mean of -log softmax along rows and columns."""
    images, texts = torch.eye(2), torch.tensor([[0.8, 0.6], [0.1, 0.9]])
    (a, b), (c, d) = (5 * images @ texts.T).tolist()
    rows = log(1 + np.exp(b - a)) + log(1 + np.exp(c - d))
    columns = log(1 + np.exp(c - a)) + log(1 + np.exp(b - d))
    loss = contrastive_loss(images, texts, torch.tensor(5.0), torch.eye(2).bool())
    assert loss.item() == pytest.approx((rows + columns) / 4, rel=1e-5)


def test_what_is_open_is_neither_right_nor_wrong():
    """Left out of both sums, so its likeness changes nothing and feels nothing."""
    images = torch.nn.functional.normalize(torch.randn(3, 4), dim=-1).requires_grad_()
    texts, true, unknown = torch.randn(3, 4, requires_grad=True), torch.eye(3).bool(), torch.zeros(3, 3).bool()
    unknown[0, 1] = unknown[0, 2] = unknown[1, 0] = unknown[2, 0] = True
    loss = contrastive_loss(images, texts, torch.tensor(3.0), true, unknown)
    loss.backward()
    without = contrastive_loss(images[1:], texts[1:], torch.tensor(3.0), true[1:, 1:])
    assert loss.item() == pytest.approx(without.item() * 2 / 3, rel=1e-5)
    assert torch.isfinite(images.grad).all() and images.grad[0].abs().max() < 1e-6 and texts.grad[0].abs().max() < 1e-6


# Rough things under any light


def test_a_light_of_its_own_lights_a_face_by_its_cosine():
    from scripts.training.raycasting.orbit import Orbit

    orbit = Orbit(torch.zeros(2), torch.zeros(2), torch.full((2,), 3.2))  # two cameras in front of the face -Y
    lights = torch.tensor([[0.0, -0.6, 0.8], [0.0, 1.0, 0.0]])
    shade = Raycaster([mesh_primitives.box(1, 1, 1)]).images(orbit, lights=lights).shade
    assert shade[0, 0, 16, 16] == pytest.approx(255 * 0.6, abs=1) and shade[1].max() == 0


def test_rough_parts_keep_touching_and_go_no_farther_than_said():
    """Equal points of two parts stay equal; the displacement's root mean square is at most `dents`."""
    parts = [mesh_primitives.box(1, 1, 1), mesh_primitives.box(1, 1, 1)]
    one, other = displace(parts, 0.05, torch.Generator().manual_seed(3))
    assert np.array_equal(one.vertices, other.vertices) and len(one.faces) > 100
    (smooth,) = displace(parts[:1], 0.0, torch.Generator().manual_seed(3))
    assert smooth.area == pytest.approx(6) and smooth.volume == pytest.approx(1)
    far = np.linalg.norm(one.vertices - smooth.vertices, axis=1)
    assert 0 < np.sqrt((far**2).mean()) < 1.3 * 0.05 and one.is_watertight


def test_a_turn_by_a_quarter_is_a_turn(monkeypatch: pytest.MonkeyPatch):
    """With the angle that is drawn, the grid turns about the middle: a dot above it lands beside it."""
    monkeypatch.setattr(torch.Tensor, "uniform_", lambda self, low, high: self.fill_(high))
    picture = torch.zeros(1, 1, 33, 33)
    picture[0, 0, 6, 16] = 1
    turned = random_shift(picture, shift=0.0, zoom=(1.0, 1.0), turn=pi / 2)[0, 0]
    row, column = divmod(int(turned.argmax()), 33)
    assert row == 16 and column in (6, 26)


def test_renders_are_pictures_and_mostly_over_white(sampler: EvaluatorSampler):
    torch.manual_seed(0)
    pictures = augment(sampler.draw(64), foggy=4)
    assert pictures.shape == (64, 3, SIZE, SIZE) and pictures.min() >= 0 and pictures.max() <= 1
    assert (pictures[:, :, 0, 0] > 0.999).all(1).float().mean() > 0.55
    assert lumps(8, SIZE).mean() == pytest.approx(1, abs=0.1)


# How it is measured


def test_ranks_count_what_is_nearer():
    similarity = torch.tensor([[0.1, 0.9, 0.5], [0.3, 0.2, 0.1]])
    assert ranks(similarity, torch.tensor([2, 0])).tolist() == [1, 0]


def test_a_scene_is_painted_over_white_or_gray_alone():
    scene = Scene(SUBJECTS[0], 0, 20.0)
    red, gray = scene.picture(0, "red"), scene.textureless(0)
    assert (red[:, 0, 0] > 0.999).all() and red[0, 32, 32] > 2 * red[1, 32, 32]
    assert torch.equal(gray[0], gray[1]) and gray[0, 32, 32] < 0.9
    assert set(HAS_FRONT) <= TRAINING_SUBSET


# Training, and the weights that are kept


def test_a_step_is_finite_and_what_is_exported_is_read_by_the_backend(sampler: EvaluatorSampler, tmp_path, monkeypatch):
    import scripts.training.evaluator as command

    monkeypatch.setattr(command, "BATCH", FOGGY + 12)
    monkeypatch.setattr(command, "SETTLING", 2)
    torch.manual_seed(0)
    model = command.CLIP(**configuration(write_tokenizer(EVALUATOR_WORDS, tmp_path).vocab_size)["model_cfg"])
    run = TrainingRun.start(model, Budget(1, None), tmp_path)
    assert np.isfinite(make_step(run, sampler)())
    export(run, sampler, tmp_path / "export")
    read = load_image_text(resolve(str(tmp_path / "export")), torch.device("cpu"))
    assert read.size == SIZE and read.embed_text("a red cube, front view").shape == (128,)
    deep = [value for name, value in read.model.named_buffers() if name.endswith("running_var")]
    assert all((value != 1).any() for value in deep)  # the averaged network has seen pictures


def test_view_is_a_word_of_the_judge(tmp_path: Path):
    tokenizer = write_tokenizer(EVALUATOR_WORDS, tmp_path)
    assert all(len(tokenizer.encode(word)) == 1 for word in ("front", "side", "back", "view"))
    assert read_tokenizer(tmp_path).vocab_size == tokenizer.vocab_size


def test_the_judge_is_no_part_of_the_extension():
    files = [path.relative_to(EVALUATOR.parents[3]).as_posix() for path in EVALUATOR.iterdir()]
    assert files and not any(extension_rules.belongs(name) for name in files)


def test_the_kept_judge_is_what_its_card_names_and_small():
    weights = (EVALUATOR / "open_clip_model.safetensors").read_bytes()
    assert hashlib.sha256(weights).hexdigest() in (EVALUATOR / "README.md").read_text()
    assert len(weights) < 8e6


def test_the_kept_judge_tells_things_apart():
    evaluator = load_image_text(resolve(str(EVALUATOR)), torch.device("cpu"))
    labeled = json.loads((EVALUATOR / "vocabulary.json").read_text())["objects"]
    assert set(HELD_OUT_OBJECTS) <= set(labeled)
    names = ("house", "cat", "rocket", "mug", "banana")
    pictures = torch.stack([Scene(Subject((OBJECT_CLASSES[name],)), 1, 20.0).picture(0, "red") for name in names])
    texts = torch.stack([evaluator.embed_text(f"a red {name}") for name in names])
    right = (evaluator.embed_pictures(pictures) @ texts.T).argmax(1) == torch.arange(len(names))
    assert right.sum() >= 4


def test_the_guide_is_told_sides_of_most_pictures_of_what_has_a_front():
    sampler = ViewLabelSampler({subject: render_views(subject, 0, 1, 8) for subject in SUBJECTS}, seed=0)
    batch = sampler.draw(500)
    labeled = [said for said in batch.caption_labels if said.view]
    cats = sum(shown.subject == "cat" for shown in batch.image_labels)
    assert {said.subject for said in labeled} == {"cat"} and len(labeled) == pytest.approx(0.7 * cats, abs=25)
    assert all(shown.view for shown in batch.image_labels)
    for caption, said, shown, camera in zip(
        batch.captions, batch.caption_labels, batch.image_labels, batch.camera, strict=True
    ):
        assert shown.view == view_of(float(camera[0])) and said.view in ("", shown.view)
        assert caption.endswith(f", {shown.view} view") == bool(said.view)
