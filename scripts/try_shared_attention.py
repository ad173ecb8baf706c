"""A trial: do views of one thing that see each other while they are denoised agree better (MVDream, Shi et al. 2023)?

    python scripts/try_shared_attention.py --steps 400
    python scripts/try_shared_attention.py --steps 400 --alone

The second is the control: the same weights, pictures and steps, and each view by itself. The way to the other views is
a gate that begins shut, so that both begin as the very model that is shipped.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import scripts.guide_data  # noqa: E402, F401  (first: it lets torchvision be imported)

# isort: split
import torch  # noqa: E402
from diffusers.models.attention_processor import Attention, AttnProcessor  # noqa: E402
from jaxtyping import Float, Int  # noqa: E402
from torch import Tensor, nn  # noqa: E402
from torch.optim import AdamW  # noqa: E402
from torch.optim.lr_scheduler import LambdaLR  # noqa: E402

from scripts.guide_data.vocabulary import read_tokenizer, write_tokenizer  # noqa: E402
from scripts.train_diffusion import TextToView, make_model, make_scheduler, noise_levels  # noqa: E402
from scripts.zoo.batches import Batch, Sampler, Told, load_training, network_image  # noqa: E402
from scripts.zoo.cast import CACHE  # noqa: E402
from scripts.zoo.judge_batches import TEST_SHARD  # noqa: E402
from scripts.zoo.measure import CAMERAS, Judge  # noqa: E402
from scripts.zoo.sampling import Denoiser, fixed_cameras, sample  # noqa: E402
from scripts.zoo.shards import Views, cast  # noqa: E402
from scripts.zoo.subjects import Subject  # noqa: E402
from scripts.zoo.words import WORDS  # noqa: E402

VIEWS, GROUPS = 4, 20
RATE, GATE_RATE, WARM_UP = 2e-4, 1e-2, 30
BANDS = ((0, 300), (300, 600), (600, 800), (800, 1000))
CHECKED, CHECKED_INSTANCES, CHECKED_VIEWS = 16, 2, 8


class AcrossViews(nn.Module):
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


def let_views_see_each_other(model: TextToView) -> list[nn.Parameter]:
    """Opens a way in each block's self-attention; the gates, still shut."""
    processors = model.transformer.attn_processors
    across = {name: AcrossViews() for name in processors if ".attn1." in name}
    model.transformer.set_attn_processor({**processors, **across})
    return [each.gate for each in across.values()]


class GroupSampler(Sampler):
    """Draws several views of one instance, in the same colours, under one caption."""

    pair_share = 0.0

    def draw_groups(self, groups: int) -> Batch:
        drawn = [self._group(subject) for subject in self.choose.choices(self.subjects, self.weights, k=groups)]
        pictures, alphas, cameras = (torch.cat(of) for of in zip(*(layers for layers, _ in drawn), strict=True))
        captions = [words for _, words in drawn for _ in range(VIEWS)]
        return Batch(pictures, alphas, cameras, captions, said=[], shown=[])

    def _group(self, subject: Subject) -> tuple[tuple[Tensor, Tensor, Tensor], str]:
        views = self.views[subject]
        of_one = torch.nonzero(views.instance == self.choose.randrange(len(views.slots)))[:, 0].tolist()
        places = self.choose.sample(of_one, VIEWS)
        told, shades = self._tell(subject, places[0]), self.generator.get_state()
        painted = [self._in_shades(shades, subject, place, told) for place in places]
        pictures, alphas = (torch.stack(layers) for layers in zip(*painted, strict=True))
        return (pictures, alphas, views.camera[places]), told.caption

    def _in_shades(self, shades: Tensor, subject: Subject, place: int, told: Told) -> tuple[Tensor, Tensor]:
        """Painted in the same jittered colours as the others of its group."""
        self.generator.set_state(shades)
        return self._paint(subject, place, told, 1.0)


def descent(model: nn.Module, gates: list[nn.Parameter], steps: int) -> tuple[AdamW, LambdaLR]:
    """Rates that rise for a moment and fall to a twentieth; gates move faster, having nothing to forget."""
    rest = [value for value in model.parameters() if not any(value is gate for gate in gates)]
    optimiser = AdamW(rest, RATE, betas=(0.9, 0.99), weight_decay=0.01)
    if gates:
        optimiser.add_param_group({"params": gates, "lr": GATE_RATE, "weight_decay": 0.0})
    return optimiser, LambdaLR(optimiser, lambda step: min(1, (step + 1) / WARM_UP) * (1 - 0.95 * step / steps))


class Trial:
    """A model, what it learns from and what it is checked on."""

    def __init__(self, model: TextToView, folder: Path, learnt: GroupSampler, checked: GroupSampler) -> None:
        self.model, self.learnt, self.checked = model, learnt, checked
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
        self.checked.choose.seed(5)
        self.checked.generator.manual_seed(5)
        parts = [self.errors(self.checked, GROUPS) for _ in range(CHECKED)]
        torch.set_rng_state(state)
        error, level = (torch.cat(of) for of in zip(*parts, strict=True))
        bands = {f"{low}-{high}": error[(level >= low) & (level < high)] for low, high in BANDS}
        return {name: round(of.mean().item(), 4) for name, of in (bands | {"all": error}).items()}

    def train(self, steps: int, gates: list[nn.Parameter]) -> None:
        optimiser, rate = descent(self.model, gates, steps)
        for step in range(1, steps + 1):
            optimiser.zero_grad()
            self.errors(self.learnt, GROUPS)[0].mean().backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            optimiser.step()
            rate.step()
            if step % 100 == 0 or step == steps:
                say({"step": step, **self.check(), "gates": [round(gate.item(), 3) for gate in gates]})

    def agreement(self) -> dict[str, float]:
        """Of samples of four views: how often all four are the thing; how many of the four are nearest to one instance
        of six (1.82 where all six are equally near)."""
        torch.manual_seed(1)
        subjects, camera = list(self.learnt.views), fixed_cameras(CAMERAS)
        judge = Judge(subjects)
        denoiser = Denoiser(self.model.transformer, self.model.conditioner, self.tokenize, self.scheduler)
        right, alike = [], []
        for subject, renders in zip(subjects, judge.renders, strict=True):
            drawn = sample(denoiser, [f"a red {subject.name}"] * VIEWS, camera, 20)
            near = [judge.by_distance(picture, view, "red")[0] for view, picture in enumerate(drawn)]
            right.append(near == [subject.name] * VIEWS)
            instances = [_nearest(renders.pictures(view, "red"), picture) for view, picture in enumerate(drawn)]
            alike.append(max(instances.count(number) for number in instances))
        all_four, of_one = (sum(of) / len(of) for of in (right, alike))
        return {"all four right": round(all_four, 3), "of one instance": round(of_one, 2)}


def _nearest(renders: Float[Tensor, "i 4 h w"], picture: Float[Tensor, "4 h w"]) -> int:
    return int((renders - picture).square().mean((1, 2, 3)).argmin())


def seen_and_unseen(cache: Path) -> tuple[dict[Subject, Views], dict[Subject, Views]]:
    """Views of things by themselves: those that training had, and of instances that it never had."""
    seen = {s: views for s, views in load_training(cache, 1, True).items() if not s.relation}
    return seen, {s: cast(s, TEST_SHARD, CHECKED_INSTANCES, CHECKED_VIEWS) for s in seen}


def say(figures: dict) -> None:
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
    gates = [] if options.alone else let_views_see_each_other(model)
    learnt, checked = (GroupSampler(views, 0) for views in seen_and_unseen(options.cache))
    trial, start = Trial(model, folder, learnt, checked), time.monotonic()
    say({"step": 0, **trial.check()})
    trial.train(options.steps, gates)
    print(f"{time.monotonic() - start:.0f} s", file=sys.stderr)
    say(trial.agreement())
    if options.out:
        torch.save(model.state_dict(), options.out)


if __name__ == "__main__":
    main()
