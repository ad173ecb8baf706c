"""Eyes that compare pictures: of an image-text model, and of timm with weights on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from backend.errors import ModelError
from backend.pretrained.image_encoder import TimmEncoder, load_image_encoder
from backend.torchvision_import import import_torchvision

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def weights(tmp_path_factory) -> Path:
    """timm's smallest vision transformer, with random weights."""
    import_torchvision()
    import timm

    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("timm") / "weights.safetensors"
    save_file(timm.create_model("test_vit").state_dict(), path)
    return path


def test_the_eye_of_an_image_text_model(guide_folder: Path):
    eye = load_image_encoder(str(guide_folder), CPU)
    assert eye.size == 32 and eye.embed_pictures(torch.rand(2, 3, 32, 32)).shape == (2, 16)


def test_an_eye_of_timm_gives_unit_vectors_with_a_slope(weights):
    eye = load_image_encoder(f"timm/test_vit/{weights}", CPU)
    assert isinstance(eye, TimmEncoder) and eye.size == 160 and eye.card["name"].startswith("timm/test_vit")
    pictures = torch.rand(2, 3, 40, 60, requires_grad=True)
    embedded = eye.embed_pictures(pictures)
    torch.testing.assert_close(embedded.norm(dim=-1), torch.ones(2))
    embedded[0, 0].backward()
    assert float(pictures.grad.abs().sum()) > 0
    assert all(not p.requires_grad for p in eye.model.parameters())


def test_its_weights_are_those_of_the_file(weights):
    """timm's own features of the same weights, normalized by timm's own numbers."""
    import timm
    from safetensors.torch import load_file

    model = timm.create_model("test_vit", num_classes=0).eval()
    model.load_state_dict({k: v for k, v in load_file(weights).items() if not k.startswith("head.")}, strict=False)
    picture = torch.rand(1, 3, 160, 160)
    mean, spread = (torch.tensor(model.pretrained_cfg[key]).view(3, 1, 1) for key in ("mean", "std"))
    with torch.no_grad():
        features = torch.nn.functional.normalize(model((picture - mean) / spread), dim=-1)
    torch.testing.assert_close(load_image_encoder(f"timm/test_vit/{weights}", CPU).embed_pictures(picture), features)


def test_an_eye_of_518_pixels_is_built_for_224(tmp_path):
    """DINOv2's positions are resampled; a small stand-in of its architecture would not be that architecture."""
    from backend.pretrained.image_encoder import _size_override

    assert _size_override(518) == {"img_size": 224} and _size_override(224) == {} and _size_override(160) == {}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("timm/no_such_model/x", "timm has no model 'no_such_model'"),
        ("timm/test_vit", "There are no weights '' for timm's test_vit on this machine"),
        ("timm/test_vit/nowhere.pth", "There are no weights 'nowhere.pth' for timm's test_vit"),
        ("embedded", "'embedded' cannot compare pictures: choose an image-text model"),
    ],
)
def test_what_is_no_eye_has_a_sentence(name: str, sentence: str):
    with pytest.raises(ModelError, match=sentence):
        load_image_encoder(name, CPU)


def test_broken_and_strange_weights_have_a_sentence(weights, tmp_path):
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(weights.read_bytes()[:1000])
    strange = tmp_path / "strange.safetensors"
    save_file({"a": torch.zeros(3)}, strange)
    for path in (broken, strange):
        with pytest.raises(ModelError, match="are broken, or not those of timm's test_vit"):
            load_image_encoder(f"timm/test_vit/{path}", CPU)
    with pytest.raises(ModelError, match="not those of timm's test_resnet"):
        load_image_encoder(f"timm/test_resnet/{weights}", CPU)
