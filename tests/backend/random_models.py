"""Models of real architectures with random weights: small, quick, and read by the real loaders.

write_diffusion, write_guide     in the layout of the embedded models
random_stable_diffusion          Stable Diffusion 1.5 (noise) or 2.1 (v): CLIP text, latents of 4 channels
random_stable_diffusion_xl       two text encoders, and sizes as an added condition
random_if                        DeepFloyd IF's first stage: T5 text, pixels, noise and a learned variance
random_controlnet                a ControlNet that fits random_stable_diffusion
random_shap_e                    Shap-E: CLIP text, a transformer over 48 latents, a hypernetwork of positions
random_shap_e_picture            the same from a picture: CLIP's patches, 16 of them
"""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file

from backend.torchvision_import import import_torchvision

MERGES = ["r e", "re d</w>", "c u", "cu b", "cub e</w>"]
GUIDE = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 8},
    "text_cfg": {"context_length": 24, "vocab_size": 0, "width": 32, "heads": 2, "layers": 1},
}
PREPROCESS = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
START, END = "<|startoftext|>", "<|endoftext|>"
SENTENCES = ["a red cube", "a blue ball on a table", "the green cone", "a yellow house"]
SHAP_E_NOISE = {
    "beta_schedule": "exp",
    "num_train_timesteps": 1024,
    "prediction_type": "sample",
    "use_karras_sigmas": True,
    "clip_sample": True,
}
NOISE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1}


def write_merges(folder: Path) -> int:
    """A list of merges for a few words; returns the size of the vocabulary."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bpe.txt.gz").write_bytes(gzip.compress("\n".join(["#version: 0.2", *MERGES]).encode()))
    return 512 + len(MERGES) + 2


def write_diffusion(folder: Path, seed: int = 0) -> Path:
    """A text-and-camera-conditioned denoiser of 32 x 32 views, in the layout of backend/models/diffusion."""
    import_torchvision()
    from diffusers import DDPMScheduler, PixArtTransformer2DModel

    from backend.guidance.conditioner import Conditioner, ConditionerConfig

    torch.manual_seed(seed)
    vocabulary = write_merges(folder)
    PixArtTransformer2DModel(
        num_attention_heads=2,
        attention_head_dim=16,
        num_layers=1,
        cross_attention_dim=32,
        caption_channels=None,
        in_channels=4,
        out_channels=4,
        sample_size=32,
        patch_size=8,
        interpolation_scale=1,
        use_additional_conditions=False,
    ).save_pretrained(folder / "transformer")
    DDPMScheduler(
        num_train_timesteps=1000, beta_schedule="squaredcos_cap_v2", prediction_type="v_prediction"
    ).save_pretrained(folder / "scheduler")
    Conditioner(ConditionerConfig(vocabulary, vocabulary - 1, width=32, heads=2, layers=1)).save(folder)
    (folder / "vocabulary.json").write_text("{}")
    return folder


def write_guide(folder: Path, seed: int = 0) -> Path:
    """An open_clip model in the layout of backend/models/clip."""
    import_torchvision()
    import open_clip

    torch.manual_seed(seed)
    config = json.loads(json.dumps(GUIDE))
    config["text_cfg"]["vocab_size"] = write_merges(folder)
    model = open_clip.CLIP(**config)
    save_file(model.state_dict(), folder / "open_clip_model.safetensors")
    text = json.dumps({"model_cfg": config, "preprocess_cfg": PREPROCESS})
    (folder / "open_clip_config.json").write_text(text)
    return folder


def random_stable_diffusion(
    folder: Path, prediction_type: str = "epsilon", variant: str | None = None, seed: int = 0
) -> Path:
    """A pipeline's folder as the hub has it: latents of 8 x 8 for pictures of 64 x 64; `variant` "fp16" in halves."""
    diffusers = _diffusers()
    torch.manual_seed(seed)
    parts = {
        "unet": _latent_unet(),
        "vae": _vae(),
        "text_encoder": _clip_text(),
        "tokenizer": clip_tokenizer(folder / "tokenizer"),
        "scheduler": _latent_scheduler(prediction_type),
    }
    pipeline = diffusers.StableDiffusionPipeline(
        **parts, safety_checker=None, feature_extractor=None, requires_safety_checker=False
    )
    return _saved(pipeline, folder, variant)


def random_stable_diffusion_xl(folder: Path, variant: str | None = None, seed: int = 0) -> Path:
    """The same in the shape of XL: two text encoders (32 + 32 wide), and six numbers of sizes as a condition."""
    diffusers = _diffusers()
    torch.manual_seed(seed)
    sizes = {"addition_embed_type": "text_time", "addition_time_embed_dim": 8}
    unet = _latent_unet(cross_attention_dim=64, projection_class_embeddings_input_dim=6 * 8 + 32, **sizes)
    pipeline = diffusers.StableDiffusionXLPipeline(
        vae=_vae(),
        text_encoder=_clip_text(),
        text_encoder_2=_clip_text(projected=True),
        tokenizer=clip_tokenizer(folder / "tokenizer"),
        tokenizer_2=clip_tokenizer(folder / "tokenizer_2"),
        unet=unet,
        scheduler=diffusers.EulerDiscreteScheduler(**NOISE),
        add_watermarker=False,
    )
    return _saved(pipeline, folder, variant)


def random_if(folder: Path, variant: str | None = None, seed: int = 0) -> Path:
    """A first stage of 32 x 32 pixels; the UNet gives six channels, as DeepFloyd IF's: noise and variance."""
    diffusers = _diffusers()
    torch.manual_seed(seed)
    tokenizer = t5_tokenizer(folder / "tokenizer")
    noise = {"beta_schedule": "squaredcos_cap_v2", "variance_type": "learned_range", "thresholding": True}
    pipeline = diffusers.IFPipeline(
        tokenizer=tokenizer,
        text_encoder=_t5_text(len(tokenizer)),
        unet=_pixel_unet(),
        scheduler=diffusers.DDPMScheduler(**noise),
        safety_checker=None,
        feature_extractor=None,
        watermarker=None,
        requires_safety_checker=False,
    )
    _saved(pipeline, folder, variant)
    (folder / "tokenizer" / "tokenizer.json").unlink()  # the real one has spiece.model alone
    return folder


def random_controlnet(folder: Path, variant: str | None = None, seed: int = 0) -> Path:
    """A ControlNet beside `random_stable_diffusion`: a condition of 3 channels, as depth has."""
    diffusers = _diffusers()
    torch.manual_seed(seed)
    settings = {"conditioning_channels": 3, "conditioning_embedding_out_channels": (8, 8, 16, 16)}
    network = diffusers.ControlNetModel.from_unet(_latent_unet(), **settings)
    _half(network, variant).save_pretrained(folder, variant=variant)
    return folder


def random_shap_e(folder: Path, variant: str | None = None, seed: int = 0) -> Path:
    """A pipeline as the hub has it: 4 matrices of 12 rows each come of 48 latents of width 16. Its index names a
    renderer of an older diffusers beside the one that is read, and the renderer is a pickle in single precision."""
    diffusers = _diffusers()
    torch.manual_seed(seed)
    pipeline = diffusers.ShapEPipeline(
        prior=_shape_prior(32),
        text_encoder=_clip_text(projected=True),
        tokenizer=clip_tokenizer(folder / "tokenizer"),
        scheduler=diffusers.HeunDiscreteScheduler(**SHAP_E_NOISE),
        shap_e_renderer=_shape_renderer(),
    )
    return _saved_shap_e(pipeline, folder, variant)


def random_shap_e_picture(folder: Path, variant: str | None = None, seed: int = 0) -> Path:
    """The pipeline that reads pictures, of 32 pixels a side: its condition is normed and has a row a patch."""
    diffusers = _diffusers()
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModel

    torch.manual_seed(seed)
    eye = CLIPVisionConfig(
        hidden_size=24, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2, image_size=32, patch_size=8
    )
    pipeline = diffusers.ShapEImg2ImgPipeline(
        prior=_shape_prior(24, embedding_proj_norm_type="layer"),
        image_encoder=CLIPVisionModel(eye).eval(),
        image_processor=CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}),
        scheduler=diffusers.HeunDiscreteScheduler(**SHAP_E_NOISE),
        shap_e_renderer=_shape_renderer(),
    )
    return _saved_shap_e(pipeline, folder, variant)


def _saved_shap_e(pipeline, folder: Path, variant: str | None) -> Path:
    _saved(pipeline, folder, variant)
    shutil.rmtree(folder / "shap_e_renderer")
    pipeline.shap_e_renderer.float().save_pretrained(folder / "shap_e_renderer", safe_serialization=False)
    index = json.loads((folder / "model_index.json").read_text())
    (folder / "model_index.json").write_text(json.dumps(index | {"renderer": ["shap_e", "ShapERenderer"]}))
    return folder


def clip_tokenizer(folder: Path):
    """CLIP's own tokenizer with a few merges, read from vocab.json and merges.txt as Stable Diffusion's is."""
    from open_clip.tokenizer import bytes_to_unicode
    from transformers import CLIPTokenizer

    letters = list(bytes_to_unicode().values())
    words = [*letters, *(f"{letter}</w>" for letter in letters), *("".join(pair.split()) for pair in MERGES)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({word: i for i, word in enumerate([*words, START, END])}))
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *MERGES]) + "\n")
    return CLIPTokenizer.from_pretrained(folder, model_max_length=77)


def t5_tokenizer(folder: Path):
    """T5's own tokenizer, read from a SentencePiece file as DeepFloyd IF's is."""
    import sentencepiece
    from transformers import T5Tokenizer

    folder.mkdir(parents=True, exist_ok=True)
    special = {"pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1}
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES * 50),
        model_prefix=str(folder / "spiece"),
        vocab_size=40,
        hard_vocab_limit=False,
        minloglevel=2,
        **special,
    )
    (folder / "spiece.vocab").unlink()
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "T5Tokenizer", "extra_ids": 0}))
    return T5Tokenizer.from_pretrained(folder, model_max_length=77)


def _diffusers():
    import_torchvision()
    import diffusers  # heavy: imported when used

    return diffusers


def _saved(pipeline, folder: Path, variant: str | None) -> Path:
    _half(pipeline, variant).save_pretrained(folder, variant=variant)
    return folder


def _half(model, variant: str | None):
    return model.to(torch.float16) if variant == "fp16" else model


def _shape_prior(width: int, **settings):
    """As openai/shap-e's prior/config.json says, in small; `width` is that of its condition."""
    return _diffusers().PriorTransformer(
        num_attention_heads=2,
        attention_head_dim=8,
        num_layers=2,
        embedding_dim=16,
        num_embeddings=48,
        additional_embeddings=0,
        time_embed_act_fn="gelu",
        norm_in_type="layer",
        encoder_hid_proj_type=None,
        added_emb_type=None,
        time_embed_dim=64,
        embedding_proj_dim=width,
        clip_embed_dim=32,
        **settings,
    )


@torch.no_grad()
def _shape_renderer():
    """Smooth: of the 15 octaves of a position only two have a say, or noise alone would come of random weights."""
    from diffusers.pipelines.shap_e import ShapERenderer

    rows, octave = 12, 3 * 15
    shapes = ((rows, 93), (rows, rows), (rows, rows), (rows, rows))
    renderer = ShapERenderer(
        param_names=tuple(f"nerstf.mlp.{layer}.weight" for layer in range(4)),
        param_shapes=shapes,
        d_latent=16,
        d_hidden=rows,
    )
    first = renderer.params_proj.projections["nerstf__mlp__0__weight"]
    kept = torch.zeros(93)
    kept[[*range(9), *range(3 + octave, 9 + octave)]] = 1
    first.norm.weight.mul_(kept)
    first.norm.bias.mul_(kept)
    first.proj.bias.view(rows, 93).mul_(kept)
    renderer.mlp.mlp[-1].weight.mul_(8)
    renderer.mlp.mlp[-1].bias.zero_()
    return renderer


def _latent_unet(**settings):
    return _diffusers().UNet2DConditionModel(
        **{
            "sample_size": 8,
            "in_channels": 4,
            "out_channels": 4,
            "layers_per_block": 1,
            "block_out_channels": (32, 64),
            "down_block_types": ("CrossAttnDownBlock2D", "DownBlock2D"),
            "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D"),
            "cross_attention_dim": 32,
            "attention_head_dim": 8,
            **settings,
        }
    )


def _pixel_unet():
    """Blocks as in DeepFloyd IF: they resize by residual blocks, and the words join the time."""
    return _diffusers().UNet2DConditionModel(
        sample_size=32,
        in_channels=3,
        out_channels=6,
        layers_per_block=1,
        block_out_channels=(32, 64),
        down_block_types=("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
        mid_block_type="UNetMidBlock2DSimpleCrossAttn",
        up_block_types=("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
        cross_attention_dim=32,
        encoder_hid_dim=32,
        attention_head_dim=8,
        addition_embed_type="text",
        addition_embed_type_num_heads=2,
        cross_attention_norm="group_norm",
        resnet_time_scale_shift="scale_shift",
        act_fn="gelu",
    )


def _vae():
    """Four levels, so that a latent stands for 8 x 8 pixels as in the real ones."""
    levels = 4
    return _diffusers().AutoencoderKL(
        block_out_channels=(8,) * levels,
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        latent_channels=4,
        norm_num_groups=4,
        sample_size=64,
    )


def _latent_scheduler(prediction_type: str):
    """PNDM for noise (1.5), DDIM for v (2.1): what the real ones are saved with."""
    diffusers = _diffusers()
    settings = {**NOISE, "prediction_type": prediction_type, "set_alpha_to_one": False}
    if prediction_type == "v_prediction":
        return diffusers.DDIMScheduler(**settings, clip_sample=False)
    return diffusers.PNDMScheduler(**settings, skip_prk_steps=True)


def _clip_text(projected: bool = False):
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    vocabulary = 512 + len(MERGES) + 2
    config = CLIPTextConfig(
        vocab_size=vocabulary,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        projection_dim=32,
        bos_token_id=vocabulary - 2,
        eos_token_id=vocabulary - 1,
        pad_token_id=vocabulary - 1,
    )
    return (CLIPTextModelWithProjection if projected else CLIPTextModel)(config).eval()


def _t5_text(vocabulary: int):
    from transformers import T5Config, T5EncoderModel

    size = {"d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_heads": 4}
    return T5EncoderModel(T5Config(vocab_size=vocabulary, feed_forward_proj="gated-gelu", **size)).eval()
