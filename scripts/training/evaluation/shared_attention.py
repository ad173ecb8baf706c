"""A trial: do views of one thing that see each other while they are denoised agree better (MVDream, Shi et al. 2023)?

    python -m scripts.training.evaluation.shared_attention --steps 400
    python -m scripts.training.evaluation.shared_attention --steps 400 --alone

The second is the control: the same weights, pictures and steps, and each view by itself. The way to the other views is
a gate that begins shut, so that both begin as the very model that is shipped.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import torch
from diffusers.models.attention_processor import Attention, AttnProcessor
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR

from ..batches import Batch, LabeledCaption, Sampler, load_training, network_image
from ..captions.tokenizer import read_tokenizer, write_tokenizer
from ..captions.vocabulary import WORDS
from ..diffusion import TextToView, make_model, make_scheduler, noise_levels
from ..evaluator_batches import TEST_SHARD
from ..models.sampling import Denoiser, fixed_cameras, sample
from ..objects.subjects import Subject
from ..raycasting.render_views import CACHE
from ..raycasting.view_cache import Views, render_views
from .diffusion import CAMERAS, RenderClassifier

VIEWS, GROUPS = 4, 20
RATE, GATE_RATE, WARM_UP = 2e-4, 1e-2, 30
BANDS = ((0, 300), (300, 600), (600, 800), (800, 1000))
CHECKED, CHECKED_INSTANCES, CHECKED_VIEWS = 16, 2, 8


class CrossViewAttention(nn.Module):
    """Self-attention: (1 - g) of a view to itself, g of it to all views of its group. g = 0 is the model as it was."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.attend = nn.Parameter(torch.zeros(())), AttnProcessor()

    def forward(self, attention: Attention, hidden_states: Float[Tensor, "b n c"], **more: Tensor | None) -> Tensor:
        alone = self.attend(attention, hidden_states, **more)
        count, tokens, channels = hidden_states.shape
        group = hidden_states.reshape(count // VIEWS, VIEWS * tokens, channels)
        together = self.attend(attention, group, **more).reshape(hidden_states.shape)
        return torch.lerp(alone, together, self.gate.to(alone.dtype))


def add_cross_view_attention(model: TextToView) -> list[nn.Parameter]:
    """Opens a way in each block's self-attention; the gates, still shut."""
    processors = model.transformer.attn_processors
    across = {name: CrossViewAttention() for name in processors if ".attn1." in name}
    model.transformer.set_attn_processor({**processors, **across})
    return [each.gate for each in across.values()]


class GroupSampler(Sampler):
    """Draws several views of one instance, in the same colors, under one caption."""

    pair_share = 0.0

    def draw_groups(self, groups: int) -> Batch:
        drawn = [self._group(subject) for subject in self.rng.choices(self.subjects, self.weights, k=groups)]
        pictures, alphas, cameras = (torch.cat(of) for of in zip(*(layers for layers, _ in drawn), strict=True))
        captions = [words for _, words in drawn for _ in range(VIEWS)]
        return Batch(pictures, alphas, cameras, captions, caption_labels=[], image_labels=[])

    def _group(self, subject: Subject) -> tuple[tuple[Tensor, Tensor, Tensor], str]:
        views = self.views[subject]
        of_one = torch.nonzero(views.instance == self.rng.randrange(len(views.slots)))[:, 0].tolist()
        view_indices = self.rng.sample(of_one, VIEWS)
        labeled, shades = self._make_caption(subject, view_indices[0]), self.generator.get_state()
        painted = [self._paint_jittered(shades, subject, view_index, labeled) for view_index in view_indices]
        pictures, alphas = (torch.stack(layers) for layers in zip(*painted, strict=True))
        return (pictures, alphas, views.camera[view_indices]), labeled.caption

    def _paint_jittered(
        self, shades: Tensor, subject: Subject, view_index: int, labeled: LabeledCaption
    ) -> tuple[Tensor, Tensor]:
        """Painted in the same jittered colors as the others of its group."""
        self.generator.set_state(shades)
        return self._paint(subject, view_index, labeled, 1.0)


def make_optimizer(model: nn.Module, gates: list[nn.Parameter], steps: int) -> tuple[AdamW, LambdaLR]:
    """Rates that rise for a moment and fall to a twentieth; gates move faster, having nothing to forget."""
    rest = [value for value in model.parameters() if not any(value is gate for gate in gates)]
    optimizer = AdamW(rest, RATE, betas=(0.9, 0.99), weight_decay=0.01)
    if gates:
        optimizer.add_param_group({"params": gates, "lr": GATE_RATE, "weight_decay": 0.0})
    return optimizer, LambdaLR(optimizer, lambda step: min(1, (step + 1) / WARM_UP) * (1 - 0.95 * step / steps))


class Trial:
    """A model, what it learns from and what it is checked on."""

    def __init__(self, model: TextToView, folder: Path, learned: GroupSampler, checked: GroupSampler) -> None:
        self.model, self.learned, self.checked = model, learned, checked
        self.tokenize, self.scheduler = read_tokenizer(folder), make_scheduler()

    def errors(self, sampler: GroupSampler, groups: int) -> tuple[Float[Tensor, " b"], Int[Tensor, " b"]]:
        """Squared error of v of each view, and its noise level, which its group shares; noise is of each its own."""
        batch = sampler.draw_groups(groups)
        views = network_image(batch.premultiplied, batch.alpha)
        noise, level = torch.randn_like(views), noise_levels(groups, 1000).repeat_interleave(VIEWS)
        noisy, wanted = (of(views, noise, level) for of in (self.scheduler.add_noise, self.scheduler.get_velocity))
        silent, blind = ((torch.rand(groups) < share).repeat_interleave(VIEWS) for share in (0.05, 0.06))
        with torch.autocast("cpu", torch.bfloat16):
            found = self.model(noisy, level, self.tokenize(batch.captions), batch.camera, silent, blind)
        return (found.float() - wanted).square().mean((1, 2, 3)), level

    @torch.no_grad()
    def check(self) -> dict[str, float]:
        """Mean error on instances that no training saw, the same views and noise each time; of each band of noise."""
        state = torch.get_rng_state()
        torch.manual_seed(123)
        self.checked.rng.seed(5)
        self.checked.generator.manual_seed(5)
        parts = [self.errors(self.checked, GROUPS) for _ in range(CHECKED)]
        torch.set_rng_state(state)
        error, level = (torch.cat(of) for of in zip(*parts, strict=True))
        bands = {f"{low}-{high}": error[(level >= low) & (level < high)] for low, high in BANDS}
        return {name: round(of.mean().item(), 4) for name, of in (bands | {"all": error}).items()}

    def train(self, steps: int, gates: list[nn.Parameter]) -> None:
        optimizer, rate = make_optimizer(self.model, gates, steps)
        for step in range(1, steps + 1):
            optimizer.zero_grad()
            self.errors(self.learned, GROUPS)[0].mean().backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            optimizer.step()
            rate.step()
            if step % 100 == 0 or step == steps:
                print_figures({"step": step, **self.check(), "gates": [round(gate.item(), 3) for gate in gates]})

    def agreement(self) -> dict[str, float]:
        """Of samples of four views: how often all four are the thing; how many of the four are nearest to one instance
        of six (1.82 where all six are equally near)."""
        torch.manual_seed(1)
        subjects, camera = list(self.learned.views), fixed_cameras(CAMERAS)
        classifier = RenderClassifier(subjects)
        denoiser = Denoiser(self.model.transformer, self.model.conditioner, self.tokenize, self.scheduler)
        right, alike = [], []
        for subject, renders in zip(subjects, classifier.renders, strict=True):
            drawn = sample(denoiser, [f"a red {subject.name}"] * VIEWS, camera, 20)
            near = [classifier.by_distance(picture, view, "red")[0] for view, picture in enumerate(drawn)]
            right.append(near == [subject.name] * VIEWS)
            instances = [_nearest(renders.pictures(view, "red"), picture) for view, picture in enumerate(drawn)]
            alike.append(max(instances.count(number) for number in instances))
        all_four, of_one = (sum(of) / len(of) for of in (right, alike))
        return {"all four right": round(all_four, 3), "of one instance": round(of_one, 2)}


def _nearest(renders: Float[Tensor, "i 4 h w"], picture: Float[Tensor, "4 h w"]) -> int:
    return int((renders - picture).square().mean((1, 2, 3)).argmin())


def split_instances(cache: Path) -> tuple[dict[Subject, Views], dict[Subject, Views]]:
    """Views of things by themselves: those that training had, and of instances that it never had."""
    seen = {s: views for s, views in load_training(cache, 1, True).items() if not s.relation}
    return seen, {s: render_views(s, TEST_SHARD, CHECKED_INSTANCES, CHECKED_VIEWS) for s in seen}


def print_figures(figures: dict[str, Any]) -> None:
    print(json.dumps(figures), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, default=Path("backend/models/diffusion"), help="%(default)s")
    parser.add_argument("--layers", type=int, default=6, help="blocks that the weights have")
    parser.add_argument("--steps", type=int, default=400, help="of 80 views each; %(default)s")
    parser.add_argument("--alone", action="store_true", help="the control: no view sees another")
    parser.add_argument("--out", type=Path, help="keep the trained weights in this file")
    parser.add_argument("--cache", type=Path, default=CACHE)
    options = parser.parse_args()
    torch.manual_seed(0)
    folder = options.cache / "shared-attention"
    model = make_model(write_tokenizer(WORDS, folder), options.layers, options.weights)
    gates = [] if options.alone else add_cross_view_attention(model)
    learned, checked = (GroupSampler(views, 0) for views in split_instances(options.cache))
    trial, start = Trial(model, folder, learned, checked), time.monotonic()
    print_figures({"step": 0, **trial.check()})
    trial.train(options.steps, gates)
    print(f"{time.monotonic() - start:.0f} s", file=sys.stderr)
    print_figures(trial.agreement())
    if options.out:
        torch.save(model.state_dict(), options.out)


if __name__ == "__main__":
    main()
