"""The procedural world that the embedded models learn from, and the conditioner that they share with the backend."""

from __future__ import annotations

import hashlib
import json
import math
import random
from pathlib import Path

import pytest
import torch

import scripts.guide_data  # noqa: F401  (lets torchvision be imported)
from backend.guidance.conditioner import Conditioner, ConditionerConfig, camera_features
from scripts.guide_data import backgrounds
from scripts.guide_data import distance as sd
from scripts.guide_data.batches import Batch, Sampler, network_image
from scripts.guide_data.captions import caption, known_words
from scripts.guide_data.colours import NAMED, OTHER, linear_colour, srgb_decode, srgb_encode
from scripts.guide_data.orbit import FIELD_OF_VIEW, Orbit, pixel_rays, random_orbit
from scripts.guide_data.progress import Budget, Run, follow, learning_rate
from scripts.guide_data.sampling import Denoiser
from scripts.guide_data.shapes import MAX_PARTS, SHAPES, Shape
from scripts.guide_data.tracing import AMBIENT, LIGHT, normals, trace_views
from scripts.guide_data.views import Views, load_views, trace_missing, traced
from scripts.guide_data.vocabulary import write_vocabulary
from scripts.train_diffusion import TextToView, make_scheduler, v_loss
from scripts.train_guide import matching_loss, photographs, true_of

MODELS = Path(__file__).parents[2] / "backend" / "models"
BY_NAME = {shape.name: shape for shape in SHAPES}


def one_camera(azimuth: float = 0.0, elevation: float = 0.0, distance: float = 3.2) -> Orbit:
    return Orbit(*(torch.tensor([value]) for value in (azimuth, elevation, distance)))


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory):
    return write_vocabulary(known_words(), tmp_path_factory.mktemp("vocabulary"))


@pytest.fixture(scope="module")
def sampler() -> Sampler:
    return Sampler([traced(shape, 2, seed=index) for index, shape in enumerate(SHAPES)], seed=0)


@pytest.fixture(scope="module")
def batch(sampler: Sampler) -> Batch:
    return sampler.draw(24)


# Distances


@pytest.mark.parametrize(
    ("distance", "point", "expected"),
    [
        (lambda p: sd.sphere(p, 0.5), (2, 0, 0), 1.5),
        (lambda p: sd.box(p, 0.5, 0.5, 0.5), (1.5, 1.5, 0), math.sqrt(2)),
        (lambda p: sd.box(p, 0.5, 0.5, 0.5), (0, 0, 0), -0.5),
        (lambda p: sd.cylinder(p, 0.5, 1.0), (1.5, 0, 2), math.sqrt(2)),
        (lambda p: sd.torus(p, 1.0, 0.25), (0, 0, 0), 0.75),
        (lambda p: sd.capsule(p, 0.25, 0.5), (0, 0, 2), 1.25),
        (lambda p: sd.cone(p, 1.0, 0.0, 0.5), (0, 0, 1.5), 1.0),
        (lambda p: sd.cone(p, 1.0, 0.0, 0.5), (2, 0, -0.5), 1.0),
        (lambda p: sd.cone(p, 1.0, 0.0, 0.5), (0, 0, -1), 0.5),
        (lambda p: sd.pyramid(p, 1.0, 0.5), (0, 0, -1.5), 1.0),
        (lambda p: sd.ellipsoid(p, 0.5, 1.0, 0.5), (1.0, 0, 0), 0.5),
    ],
)
def test_distances_at_points_known_by_hand(distance, point, expected):
    measured = distance(torch.tensor([point], dtype=torch.float32)).item()
    assert measured == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_objects_are_canonical(shape: Shape):
    """Centred, inside [-1, 1]^3, about 0.8 from the centre in the largest direction."""
    axis = torch.linspace(-1, 1, 60)
    points = torch.cartesian_prod(axis, axis, axis)
    distance, part = shape.surface(points)
    inside = points[distance < 0]
    reach = inside.abs().amax()
    assert 0.55 < reach < 0.9
    assert (inside.amax(0) + inside.amin(0)).abs().max() < 0.35
    assert part.max() < MAX_PARTS and part.max() == len(shape.fixed)


# Cameras and tracing


def test_azimuth_zero_looks_from_minus_y():
    orbit = one_camera()
    assert torch.allclose(orbit.position(), torch.tensor([[0.0, -3.2, 0.0]]), atol=1e-6)
    assert torch.allclose(orbit.axes()[0], torch.tensor([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]), atol=1e-6)


def test_rays_are_unit_and_rows_start_at_the_top():
    origins, directions = pixel_rays(random_orbit(3, torch.Generator().manual_seed(0)), 4)
    assert torch.allclose(directions.norm(dim=-1), torch.ones(3, 16), atol=1e-6)
    _, front = pixel_rays(one_camera(), 4)
    assert front[0, 0, 2] > 0 > front[0, -1, 2]
    assert front[0, 0, 0] < 0 < front[0, 3, 0]


def test_silhouette_of_a_sphere_has_the_area_of_its_cone():
    """A sphere of radius R at distance d covers a disc of radius cot(fov/2) R / sqrt(d^2 - R^2) in the half image."""
    coverage, _ = trace_views(BY_NAME["sphere"], one_camera(), torch.ones(1))
    radius = 0.74 / math.sqrt(3.2**2 - 0.74**2) / math.tan(FIELD_OF_VIEW / 2)
    assert coverage.sum(1).mean().item() == pytest.approx(math.pi * radius**2 / 4, rel=0.01)


def test_silhouette_of_a_cube_seen_from_the_front_is_its_near_face():
    coverage, _ = trace_views(BY_NAME["cube"], one_camera(), torch.ones(1))
    half = 0.6 / (3.2 - 0.6) / math.tan(FIELD_OF_VIEW / 2)
    assert coverage.sum(1).mean().item() == pytest.approx(half**2, rel=0.04)  # edges fall between supersamples


def test_a_torus_seen_from_above_has_a_hole():
    coverage, _ = trace_views(BY_NAME["torus"], one_camera(elevation=math.radians(75)), torch.ones(1))
    assert coverage[0].sum(0)[15:17, 15:17].max() == 0


def test_shade_lies_between_ambient_and_one_and_normals_point_outwards():
    coverage, shade = trace_views(BY_NAME["snowman"], one_camera(0.4, 0.3), torch.ones(1))
    solid = coverage.sum(1) == 1
    assert coverage.min() >= 0 and coverage.sum(1).max() <= 1 + 1e-5
    assert shade.sum(1)[solid].min() >= AMBIENT - 1e-5 and shade.sum(1).max() <= 1 + 1e-5
    points = torch.nn.functional.normalize(torch.randn(50, 3), dim=-1) * 0.74
    assert torch.allclose(normals(BY_NAME["sphere"], points), points / 0.74, atol=1e-2)
    assert LIGHT.norm().item() == pytest.approx(1)


def test_views_are_kept_and_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("scripts.guide_data.views.VIEWS_PER_SHARD", 1)
    monkeypatch.setattr("scripts.guide_data.views.SHAPES", SHAPES[:2])
    trace_missing(tmp_path, range(2))
    views = load_views(tmp_path, range(5))
    assert [len(of_shape) for of_shape in views] == [2, 2]
    assert torch.equal(views[1].camera[1:], traced(SHAPES[1], 1, seed=1001).camera)


# Colours, captions, words


def test_srgb_curve_is_its_own_inverse():
    values = torch.linspace(0, 1, 50)
    assert torch.allclose(srgb_encode(srgb_decode(values)), values, atol=1e-5)


def test_every_colour_that_a_shape_uses_exists():
    used = {name for shape in SHAPES for name in (*shape.fixed, shape.natural) if name}
    assert used <= set(NAMED | OTHER)
    assert all(linear_colour(name).shape == (3,) for name in used)


def test_captions_say_only_known_words_and_all_of_them():
    choose = random.Random(0)
    said = {
        word
        for shape in SHAPES
        for colour in (None, *NAMED)
        for _ in range(40)
        for word in caption(shape, colour, choose).lower().split()
    }
    assert sum(known_words().values(), []) and said <= set(sum(known_words().values(), []))
    assert set(known_words()["objects"] + known_words()["colours"]) <= said


def test_tokenizer_round_trip(tokenizer):
    for text in ("a red cube", "a render of a purple doughnut", "an elephant"):
        assert tokenizer.decode(tokenizer.encode(text)).strip() == text
    assert tokenizer(["a red cube"]).shape == (1, 24)
    assert tokenizer.vocab_size < 900


def test_known_words_keep_the_tokens_of_the_full_vocabulary(tokenizer):
    from open_clip.tokenizer import SimpleTokenizer

    full = SimpleTokenizer()
    for word in sum(known_words().values(), []):
        ours = [tokenizer.decoder[number] for number in tokenizer.encode(word)]
        assert ours == [full.decoder[number] for number in full.encode(word)]


# Batches


def test_batches_are_pictures_with_what_is_known_of_them(batch: Batch):
    image = network_image(batch.premultiplied, batch.alpha)
    assert image.shape == (24, 4, 32, 32) and image.isfinite().all()
    assert image.min() >= -1 and image.max() <= 1
    assert (batch.premultiplied <= batch.alpha + 0.01).all()
    for text, (_, colour) in zip(batch.captions, batch.meanings, strict=True):
        assert colour is None or any(word in text for word in (colour, "gray", "violet"))


def test_the_same_seed_draws_the_same_batch(sampler: Sampler):
    first, second = (Sampler(sampler.views, seed=3).draw(4) for _ in range(2))
    assert first.captions == second.captions and torch.equal(first.premultiplied, second.premultiplied)


def test_photographs_stay_pictures(batch: Batch):
    pictures = photographs(batch, foggy=4)
    assert pictures.shape == (24, 3, 32, 32)
    assert pictures.min() >= -1 and pictures.max() <= 1


def test_blur_keeps_the_mean_and_zero_is_none():
    picture = torch.zeros(2, 1, 32, 32)
    picture[:, :, 16, 16] = 1
    soft = backgrounds.blurred(picture, torch.tensor([0.0, 1.5]))
    assert torch.allclose(soft[0], picture[0], atol=1e-6)
    assert soft[1].sum().item() == pytest.approx(1, abs=1e-3) and soft[1].max() < 0.1


def test_texts_are_true_of_shape_and_colour(batch: Batch):
    true = true_of(batch, 24)
    assert true.diagonal().all()
    for row, column in true.nonzero().tolist():
        assert batch.meanings[row][0] == batch.meanings[column][0]


# Learning


def test_matching_loss_is_least_when_true_pairs_agree():
    aligned = torch.eye(4)
    true = torch.eye(4, dtype=torch.bool)
    scale = torch.tensor(50.0)
    right, wrong = (matching_loss(aligned, texts, scale, true) for texts in (aligned, aligned.roll(1, 0)))
    assert right < 1e-3 < wrong


def test_conditioner_masks_padding_and_forgets_dropped_captions(tokenizer):
    torch.manual_seed(0)
    conditioner = Conditioner(ConditionerConfig(tokenizer.vocab_size, tokenizer.eot_token_id, 64, 2, 1)).eval()
    tokens = tokenizer(["a red cube", "a simple yellow cone", "a red cube"])
    camera = torch.tensor([[0.0, 0.0, 3.2]] * 3)
    condition, read = conditioner(tokens, camera, torch.tensor([False, False, True]))
    assert condition.shape == (3, 8 + 3, 64) and read.shape == (3, 8 + 3)
    assert read.sum(1).tolist() == [5 + 3, 6 + 3, 1 + 3]  # words with both ends, and the camera's tokens
    assert torch.allclose(condition[2, 0], conditioner.null)
    turned = camera + torch.tensor([2 * math.pi, 0, 0])
    assert torch.allclose(camera_features(turned), camera_features(camera), atol=1e-5)


def test_conditioner_is_read_as_it_was_written(tokenizer, tmp_path: Path):
    conditioner = Conditioner(ConditionerConfig(tokenizer.vocab_size, tokenizer.eot_token_id, 64, 2, 1)).half().float()
    conditioner.save(tmp_path)
    again = Conditioner.load(tmp_path)
    assert again.config == conditioner.config
    assert all(torch.equal(a, b) for a, b in zip(again.parameters(), conditioner.parameters(), strict=True))


def test_a_training_step_has_finite_gradients_and_resumes(tokenizer, batch: Batch, tmp_path: Path):
    torch.manual_seed(0)
    config = ConditionerConfig(tokenizer.vocab_size, tokenizer.eot_token_id, 192, 6)
    run = Run.start(TextToView(Conditioner(config)), Budget(1, None), tmp_path)
    views = network_image(batch.premultiplied, batch.alpha)[:4]
    loss = v_loss(run.model, make_scheduler(), views, tokenizer(batch.captions[:4]), batch.camera[:4])
    assert math.isfinite(run.update(loss, 4, peak_rate=1e-3, decay=0.99))
    assert all(value.grad.isfinite().all() for value in run.model.parameters() if value.grad is not None)
    run.save()
    resumed = Run.start(TextToView(Conditioner(config)), Budget(1, None), tmp_path)
    assert resumed.step == 1 and resumed.budget.spent_samples == 4
    assert all(torch.equal(a, b) for a, b in zip(resumed.model.parameters(), run.model.parameters(), strict=True))


def test_learning_rate_warms_up_and_falls():
    assert learning_rate(1.0, 0.0, step=0) < 0.01
    assert learning_rate(1.0, 0.0, step=1000) == pytest.approx(1.0)
    assert learning_rate(1.0, 1.0, step=1000) == pytest.approx(0.03)


def test_the_average_follows_the_model():
    model, average = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
    for step in range(200):
        follow(average, model, step, decay=0.9)
    assert torch.allclose(average.weight, model.weight, atol=1e-4)


def test_views_know_their_number():
    assert len(Views(torch.zeros(3, 4, 2, 2), torch.zeros(3, 4, 2, 2), torch.zeros(3, 3))) == 3


# The weights that lie in the repository


@pytest.mark.parametrize("name", ["diffusion", "guide"])
def test_a_card_names_the_very_weights_beside_it(name: str):
    folder = MODELS / name
    card = (folder / "README.md").read_text()
    for weights in folder.rglob("*.safetensors"):
        assert hashlib.sha256(weights.read_bytes()).hexdigest() in card


@pytest.mark.parametrize("name", ["diffusion", "guide"])
def test_the_words_beside_the_weights_are_those_of_the_grammar(name: str):
    assert json.loads((MODELS / name / "vocabulary.json").read_text()) == known_words()


def test_the_embedded_models_stay_small():
    assert sum(weights.stat().st_size for weights in MODELS.rglob("*.safetensors")) < 12e6


def test_the_embedded_model_sees_what_the_caption_says():
    """From noise alone, its first guess already has the caption's colour where the object is."""
    denoiser = Denoiser.read(MODELS / "diffusion")
    captions = ["a red sphere", "a green cube", "a blue cylinder"]
    noise = torch.randn(3, 4, 32, 32, generator=torch.Generator().manual_seed(0))
    timestep, camera = torch.tensor(980), torch.tensor([[0.5, 0.3, 3.2]] * 3)
    velocity = denoiser.velocity(noise, timestep, captions, camera, guidance=1.0)
    signal = denoiser.scheduler.alphas_cumprod[timestep]
    guess = signal.sqrt() * noise - (1 - signal).sqrt() * velocity
    assert guess[:, :3, 12:20, 12:20].mean((2, 3)).argmax(1).tolist() == [0, 1, 2]
    assert (guess[:, 3, 12:20, 12:20].mean((1, 2)) > 0.8).all() and (guess[:, 3, :2].mean((1, 2)) < -0.8).all()
