"""Training on the dataset: a step, a resumed run, a model that begins with another's weights, the evaluator."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

import scripts.training  # noqa: F401  (first: it lets torchvision be imported)
from backend.guidance.conditioner import Conditioner
from scripts.training.batches import Batch, LabelSet, Sampler, network_image
from scripts.training.captions.tokenizer import write_tokenizer
from scripts.training.captions.vocabulary import WORDS
from scripts.training.clip import augment, match_matrix
from scripts.training.diffusion import export, make_model, make_sampler, make_scheduler, noise_levels, v_loss
from scripts.training.evaluation.diffusion import Reading, RenderClassifier, figures, overlaps
from scripts.training.evaluation.training_curve import draw, read_curve
from scripts.training.loop.training_loop import Budget, TrainingRun
from scripts.training.objects.object_class import OBJECT_CLASSES
from scripts.training.objects.subjects import Subject, pairs
from scripts.training.raycasting.view_cache import render_views, write_shard

MODELS = Path(__file__).parents[2] / "backend" / "models"


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory):
    return write_tokenizer(WORDS, tmp_path_factory.mktemp("tokenizer"))


@pytest.fixture(scope="module")
def sampler() -> Sampler:
    subjects = [Subject((OBJECT_CLASSES[name],)) for name in ("cube", "snowman", "mug")]
    return Sampler({subject: render_views(subject, 0, 2, 4) for subject in subjects}, seed=0)


@pytest.fixture(scope="module")
def batch(sampler: Sampler) -> Batch:
    return sampler.draw(24)


# Steps


def test_a_curve_is_drawn(tmp_path: Path):
    draw([1.0, 2.0], [0.5, 0.25], tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_a_step_has_finite_gradients_and_the_run_resumes(tokenizer, batch: Batch, sampler: Sampler, tmp_path: Path):
    torch.manual_seed(0)
    run = TrainingRun.start(make_model(tokenizer, 1, None), Budget(1, None), tmp_path)
    views = network_image(batch.premultiplied, batch.alpha)[:4]
    loss = v_loss(run.model, make_scheduler(), views, tokenizer(batch.captions[:4]), batch.camera[:4])
    assert math.isfinite(run.update(loss, 4, peak_rate=1e-3, decay=0.99))
    assert all(value.grad.isfinite().all() for value in run.model.parameters() if value.grad is not None)
    run.save()
    resumed = TrainingRun.start(make_model(tokenizer, 1, None), Budget(1, None), tmp_path)
    assert resumed.step == 1 and resumed.budget.spent_samples == 4
    assert all(torch.equal(a, b) for a, b in zip(resumed.model.parameters(), run.model.parameters(), strict=True))
    run.record_point([loss.item(), loss.item() + 2])
    export(run, sampler, tmp_path / "export")
    point = read_curve(tmp_path / "export" / "curve.jsonl")[0]
    assert point["samples"] == 4 and point["loss"] == pytest.approx(loss.item() + 1)
    made = {path.name for path in (tmp_path / "export").iterdir()}
    assert made >= {"transformer", "scheduler", "conditioner.safetensors", "bpe.txt.gz", "vocabulary.json"}


def test_kinds_of_views_that_were_not_cast_are_left_out(tmp_path: Path):
    """Only cubes as usual are there: no finishes, no real light."""
    write_shard(tmp_path, Subject((OBJECT_CLASSES["cube"],)), 0)
    mixture = make_sampler(tmp_path, 1, True, 0)
    assert [share for _, share in mixture.parts] == [1]
    batch = mixture.draw(6)
    assert len(batch.captions) == 6 and {said.subject for said in batch.caption_labels} == {"cube"}


def test_noise_levels_have_the_density_that_is_said_and_little_spread():
    """P(t < x T) = x^(1 / 0.7), of a batch of 100 within one."""
    torch.manual_seed(0)
    levels = noise_levels(100, 1000)
    for share in (0.1, 0.5, 0.9):
        assert (levels < 1000 * share).sum().item() == pytest.approx(100 * share ** (1 / 0.7), abs=1)
    assert levels.min() >= 0 and levels.max() <= 999


# A model that begins with another's weights


def test_extra_blocks_change_nothing_at_first(tokenizer):
    """The same pictures of a shared caption come out of few blocks and of many."""
    torch.manual_seed(0)
    few, many = (make_model(tokenizer, layers, MODELS / "diffusion").eval() for layers in (6, 8))
    noisy, camera = torch.randn(2, 4, 32, 32), torch.tensor([[0.3, 0.2, 3.2]] * 2)
    tokens, no = tokenizer(["a red cube", "a green snowman"]), torch.zeros(2).bool()
    given = (torch.tensor([900, 300]), tokens, camera, no, no)
    with torch.no_grad():
        assert torch.allclose(few(noisy, *given), many(noisy, *given), atol=1e-4)


def test_a_model_of_larger_views_begins_with_blocks(tokenizer):
    """Given a view whose pixels are each doubled, it answers as the smaller model does, each pixel doubled."""
    small, large = (make_model(tokenizer, 6, MODELS / "diffusion", size).eval() for size in (32, 64))
    noisy, camera, no = torch.randn(1, 4, 32, 32), torch.tensor([[0.3, 0.2, 3.2]]), torch.zeros(1).bool()
    given = (torch.tensor([700]), tokenizer(["a red cube"]), camera, no, no)
    with torch.no_grad():
        doubled = torch.kron(noisy, torch.ones(2, 2))
        assert torch.allclose(large(doubled, *given), torch.kron(small(noisy, *given), torch.ones(2, 2)), atol=1e-4)


def test_blocks_of_larger_views_have_the_signal_that_pixels_had():
    """The mean of 2 x 2 independent pixels has a quarter of the noise's variance."""
    usual, larger = (make_scheduler(size).alphas_cumprod[100:900:100].double() for size in (32, 64))
    torch.testing.assert_close(larger / ((1 - larger) / 4), usual / (1 - usual), rtol=1e-3, atol=0)


def test_shared_words_keep_their_meaning(tokenizer):
    model, earlier = make_model(tokenizer, 6, MODELS / "diffusion"), Conditioner.load(MODELS / "diffusion")
    from scripts.training.captions.tokenizer import read_tokenizer

    number, its_number = tokenizer.encode("cube")[0], read_tokenizer(MODELS / "diffusion").encode("cube")[0]
    ours = model.conditioner.text.token_embedding.weight[number]
    assert torch.equal(ours, earlier.text.token_embedding.weight[its_number])


# The guide's side


def test_photographs_stay_pictures(batch: Batch):
    pictures = augment(batch, foggy=4)
    assert pictures.shape == (24, 3, 32, 32)
    assert pictures.min() >= -1 and pictures.max() <= 1


def test_texts_are_true_of_what_they_say(batch: Batch):
    true = match_matrix(batch, 24)
    assert true.diagonal().all()
    red_mug, mug, blue_mug = (LabelSet("mug", colors) for colors in ({(0, ""): "red"}, {}, {(0, ""): "blue"}))
    three = Batch(
        *(torch.zeros(3),) * 3, captions=[""] * 3, caption_labels=[red_mug, mug, blue_mug], image_labels=[red_mug] * 3
    )
    assert match_matrix(three, 1).tolist() == [[True, True, False]]


# The evaluator


def test_the_judge_reads_true_pictures_right():
    classifier = RenderClassifier([Subject((OBJECT_CLASSES[name],)) for name in ("cube", "snowman", "cone", "mug")])
    for name, color in (("cube", "red"), ("snowman", "white"), ("mug", "blue")):
        picture = classifier.renders[classifier.names.index(name)].pictures(0, color)[2]
        assert classifier.by_distance(picture, 0, color)[0] == name
        assert classifier.color(picture, 0, name) == color
        assert classifier.overlap(picture, 0, name) == 1


def test_the_judge_tells_pairs_apart_and_paints_each_thing():
    both = {pair.name: pair for pair in pairs() if pair.name in ("cube on cylinder", "cylinder on cube")}
    classifier = RenderClassifier(list(both.values()))
    for number, name in enumerate(classifier.names):
        picture = classifier.renders[number].pictures(1, "red", "blue")[0]
        assert classifier.by_distance(picture, 1, "red", "blue")[0] == name
        upper, lower = picture[:, :16].sum((1, 2)), picture[:, 16:].sum((1, 2))
        assert upper[0] > upper[2] and lower[2] > lower[0]


def test_overlap_is_intersection_over_union():
    drawn, true = torch.zeros(4, 4).bool(), torch.zeros(2, 4, 4).bool()
    drawn[:2], true[0, 1:3], true[1, :2] = True, True, True
    assert overlaps(drawn, true).tolist() == pytest.approx([4 / 12, 1.0])


def test_figures_are_shares():
    read = [Reading("cube", "red", False, rank, rank < 2, 0.5) for rank in (0, 1, 9, 0)]
    assert figures(read) == {
        "pictures": 4,
        "thing right": 0.5,
        "thing among five": 0.75,
        "color right": 0.75,
        "both right": 0.5,
        "overlap": 0.5,
    }
