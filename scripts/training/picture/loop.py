"""Training that the same command goes on with: warm up, stay, decay when told to finish, as prior/loop.py.

    loss = CE(thing, or none) + 0.3 CE(color) + 0.5 mean (code - true code)^2

The color is asked of things alone, the code where the instance is known. Drawing a picture and its features takes ten
times as long as learning from them: so each goes into a pool, where it is seen four times or so before a newer one
takes its place. Training begins with one block of views; `python -m scripts.training.picture.shards` casts more at any
time, and training finds them.
"""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F

from backend.priors.picture_network import FACTS, WEIGHTS, PictureNetwork, PictureShape, features_of

from ..colors import NAMED
from ..loop.allocator import keep_freed_memory
from ..loop.training_loop import CURVE, Every, update_average, write_atomically
from ..prior.export import write_text
from ..prior.frames import CODE, NAMES
from .samples import NO_COLOR, Samples
from .shards import FORMAT, HELD_OUT, make

BATCH, NEW, RATE, WARM_UP, DECAY, SMOOTHING = 256, 64, 2e-3, 100, 0.995, 0.05
COLOR_WEIGHT, CODE_WEIGHT = 0.3, 0.5
POOL, FIRST = 1 << 15, 1024  # features that are kept, and those before the first step
CHECKPOINT_MINUTES, NOTE_STEPS = 2.0, 100


TRUTH = ("thing", "color", "code", "asked")


@dataclass(frozen=True)
class Examples:
    """Features of a picture, or of several, and what is true of it (samples.Batch)."""

    features: Tensor
    thing: Tensor
    color: Tensor
    code: Tensor
    asked: Tensor


def stacked(some: list[Examples]) -> Examples:
    return Examples(*(torch.stack([getattr(one, of) for one in some]) for of in ("features", *TRUTH)))


class Run:
    """A network in training: all that a checkpoint holds, and the views that it sees."""

    def __init__(self, cache: Path) -> None:
        torch.manual_seed(0)
        self.cache = cache
        make(cache, 0)
        self.network = PictureNetwork(PictureShape(len(NAMES), len(NAMED), CODE))
        self.average = copy.deepcopy(self.network)
        self.optimizer = torch.optim.AdamW(self.network.parameters(), betas=(0.9, 0.99), weight_decay=0.05, fused=True)
        self.pool: list[Examples] = []
        self.step, self.minutes, self.processor_minutes = 0, 0.0, 0.0
        if self.checkpoint.exists():
            self._resume(torch.load(self.checkpoint, weights_only=True))
        self.blocks: list[int] = []
        self.refresh_blocks()

    @property
    def checkpoint(self) -> Path:
        return self.cache / "checkpoint.pt"

    def refresh_blocks(self) -> None:
        found = rendered_blocks(self.cache)
        if found != self.blocks:
            self.blocks, self.samples = found, Samples(self.cache, found, seed=len(found))

    def spent(self) -> dict[str, float]:
        return {of: getattr(self, of) for of in ("step", "minutes", "processor_minutes")}

    def save(self) -> None:
        state: dict[str, Any] = {"network": self.network.state_dict(), "average": self.average.state_dict()}
        state |= {"optimizer": self.optimizer.state_dict(), "spent": self.spent()}
        write_atomically(self.checkpoint, lambda path: torch.save(state, path))

    def _resume(self, state: dict[str, Any]) -> None:
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        for name, value in state["spent"].items():
            setattr(self, name, value)

    def one_step(self, rate: float = 1.0) -> dict[str, float]:
        """With the peak rate times `rate`."""
        self._draw(max(NEW, FIRST - len(self.pool)))
        chosen = np.random.default_rng((31, self.step)).integers(len(self.pool), size=BATCH)
        parts = losses(self.network, stacked([self.pool[each] for each in chosen]))
        self.network.zero_grad(set_to_none=True)
        (parts["thing"] + COLOR_WEIGHT * parts["color"] + CODE_WEIGHT * parts["code"]).backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.param_groups[0]["lr"] = RATE * rate * min(1.0, (self.step + 1) / WARM_UP)
        self.optimizer.step()
        update_average(self.average, self.network, self.step, DECAY)
        self.step += 1
        return {name: value.item() for name, value in parts.items()}

    def _draw(self, count: int) -> None:
        """New pictures into the pool, where the oldest make room."""
        batch = self.samples.draw(self.step, count)
        rows = zip(features_of(batch.pictures), *(getattr(batch, of) for of in TRUTH), strict=True)
        self.pool = [*self.pool, *(Examples(*row) for row in rows)][-POOL:]

    def note(self, seen: list[dict[str, float]]) -> str:
        """One point of the curve, beside the checkpoint."""
        means = {name: round(sum(one[name] for one in seen) / len(seen), 4) for name in seen[0]}
        point = json.dumps(self.spent() | means | {"blocks": len(self.blocks)})
        with (self.cache / CURVE).open("a", encoding="utf-8") as file:
            file.write(point + "\n")
        return point


def losses(network: PictureNetwork, batch: Examples) -> dict[str, Tensor]:
    """Of things, colors and codes; and the share of things that were right."""
    answer = network(batch.features)
    thing = F.cross_entropy(answer.objects, batch.thing, label_smoothing=SMOOTHING)
    color = F.cross_entropy(answer.colors, batch.color, ignore_index=NO_COLOR, reduction="sum")
    known = batch.thing.clamp_max(len(NAMES) - 1)
    code = batch.asked * (network.code_of(answer, known) - batch.code).square()
    return {
        "thing": thing,
        "color": color / (batch.color != NO_COLOR).sum().clamp_min(1),
        "code": code.sum() / batch.asked.sum().clamp_min(1),
        "right": (answer.objects.argmax(-1) == batch.thing).float().mean(),
    }


def train(run: Run, minutes: float) -> Iterator[str]:
    """So many minutes more; yields lines for the log."""
    keep_freed_memory()
    pause, seen = Every(CHECKPOINT_MINUTES), []
    for _ in _until(run, run.minutes + minutes):
        seen.append(run.one_step())
        if run.step % NOTE_STEPS == 0:
            yield run.note(seen)
            seen = []
            run.refresh_blocks()
        if pause.due():
            keep(run)
    keep(run)


def finish(run: Run, minutes: float) -> Iterator[str]:
    """Decays to nothing (1 - sqrt) and exports; the checkpoint stays, to go on from another day."""
    start, seen = run.minutes, []
    for _ in _until(run, start + minutes):
        seen.append(run.one_step(1 - ((run.minutes - start) / minutes) ** 0.5))
        if run.step % NOTE_STEPS == 0:
            yield run.note(seen)
            seen = []
    write_model(run.average, run.cache / "finished", run.spent())


def keep(run: Run) -> None:
    run.save()
    write_model(run.average, run.cache / "model", run.spent())


def rendered_blocks(cache: Path) -> list[int]:
    """Those to train on that are there."""
    found = (int(path.stem.rsplit("-", 1)[1]) for path in cache.glob(f"facts-{FORMAT}-*.npz"))
    return sorted(block for block in found if block < HELD_OUT)


def write_model(network: nn.Module, folder: Path, spent: dict[str, float], **more: object) -> None:
    """In half precision, and what its numbers mean beside it."""
    assert isinstance(network, PictureNetwork)
    folder.mkdir(parents=True, exist_ok=True)
    halves = {name: value.detach().half().contiguous() for name, value in network.state_dict().items()}
    write_atomically(folder / WEIGHTS, lambda path: save_file(halves, path))
    facts = {"shape": asdict(network.shape), "objects": NAMES, "colors": list(NAMED), "spent": spent} | more
    write_text(folder / FACTS, json.dumps(facts, indent=1) + "\n")


def _until(run: Run, end: float) -> Iterator[None]:
    """Counts the time of what happens between two steps."""
    wall, processor = time.monotonic(), time.process_time()
    while run.minutes < end:
        yield
        now, used = time.monotonic(), time.process_time()
        run.minutes += (now - wall) / 60
        run.processor_minutes += (used - processor) / 60
        wall, processor = now, used
