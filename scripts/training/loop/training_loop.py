"""How a training run keeps its place: a budget of wall-clock minutes, and checkpoints that the same command resumes."""

from __future__ import annotations

import copy
import json
import math
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from .allocator import keep_freed_memory

CURVE = "curve.jsonl"


class Budget:
    """Minutes and samples spent, over all resumed runs, against what was asked."""

    def __init__(self, minutes: float, samples: int | None) -> None:
        self.minutes, self.samples = minutes, samples
        self.spent_minutes, self.spent_samples = 0.0, 0
        self._last = time.monotonic()

    def spend(self, samples: int) -> None:
        """Count one step of so many samples, and the time since the one before."""
        now = time.monotonic()
        self.spent_minutes += (now - self._last) / 60
        self.spent_samples += samples
        self._last = now

    def restart_clock(self) -> None:
        """Time until now is not training: loading, tracing, compiling."""
        self._last = time.monotonic()

    @property
    def fraction(self) -> float:
        """How much of the budget is gone, in [0, 1]; whichever of minutes and samples runs out first."""
        by_samples = self.spent_samples / self.samples if self.samples else 0.0
        return min(1.0, max(self.spent_minutes / self.minutes, by_samples))

    def state(self) -> dict[str, float]:
        return {"minutes": self.spent_minutes, "samples": self.spent_samples}

    def resume(self, state: dict[str, float]) -> None:
        self.spent_minutes, self.spent_samples = state["minutes"], int(state["samples"])


def make_optimizers(model: nn.Module) -> list[torch.optim.Optimizer]:
    """Muon (Jordan et al. 2024) for the matrices inside transformer blocks, AdamW for all else.

    Muon's step is orthogonalized, and scaled to the size of AdamW's, so both share one learning rate. From the same
    checkpoint and in the same processor time it lowered the diffusion loss about twice as much as AdamW alone.
    """
    inside = {name: value for name, value in model.named_parameters() if value.ndim == 2 and "blocks." in name}
    others = [value for name, value in model.named_parameters() if name not in inside]
    return [
        torch.optim.Muon(list(inside.values()), weight_decay=0.01, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, betas=(0.9, 0.99), weight_decay=0.01, fused=True),
    ]


@dataclass
class TrainingRun:
    """A model in training: all that a checkpoint holds, and the folder it lies in."""

    model: nn.Module
    average: nn.Module
    optimizers: list[torch.optim.Optimizer]
    budget: Budget
    folder: Path
    step: int = 0

    @classmethod
    def start(cls, model: nn.Module, budget: Budget, folder: Path) -> "TrainingRun":
        """Afresh, or from the checkpoint in `folder` if there is one."""
        folder.mkdir(parents=True, exist_ok=True)
        run = cls(model, copy.deepcopy(model), make_optimizers(model), budget, folder)
        if run.checkpoint.exists():
            run._resume(torch.load(run.checkpoint, weights_only=True))
        return run

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.pt"

    def save(self) -> None:
        state = {name: getattr(self, name).state_dict() for name in ("model", "average")}
        state |= {"optimizers": [optimizer.state_dict() for optimizer in self.optimizers]}
        state |= {"budget": self.budget.state(), "step": self.step}
        write_atomically(self.checkpoint, lambda path: torch.save(state, path))

    def _resume(self, state: dict[str, Any]) -> None:
        for name in ("model", "average"):
            getattr(self, name).load_state_dict(state[name])
        for optimizer, state_dict in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(state_dict)
        self.budget.resume(state["budget"])
        self.step = state["step"]

    def update(self, loss: Tensor, samples: int, peak_rate: float, decay: float) -> float:
        """One optimizer step (clipped, at the schedule's rate), and the average after it."""
        self.model.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.param_groups[0]["lr"] = learning_rate(peak_rate, self.budget.fraction, self.step)
            optimizer.step()
        update_average(self.average, self.model, self.step, decay)
        self.step += 1
        self.budget.spend(samples)
        return loss.item()

    def record_point(self, losses: list[float]) -> None:
        """One point of the curve, beside the checkpoint."""
        point = self.budget.state() | {"step": self.step, "loss": sum(losses) / len(losses)}
        with (self.folder / CURVE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(point) + "\n")

    def write_facts(self, folder: Path) -> None:
        """What training took, and its curve, beside the weights in `folder`."""
        (folder / "training.json").write_text(json.dumps(self.budget.state() | {"step": self.step}) + "\n")
        if (self.folder / CURVE).exists():
            shutil.copyfile(self.folder / CURVE, folder / CURVE)

    def report(self, losses: list[float]) -> str:
        """One line for the log."""
        budget, rate = self.budget, self.optimizers[0].param_groups[0]["lr"]
        return (
            f"step {self.step}  loss {sum(losses) / len(losses):.4f}  lr {rate:.1e}  "
            f"samples {budget.spent_samples}  minutes {budget.spent_minutes:.1f}"
        )


def train(
    run: TrainingRun, one_step: Callable[[], float], export_model: Callable[[], None], every_minutes: float
) -> None:
    """Steps until the budget is spent; every few minutes a checkpoint, and `keep` to export what there is."""
    pause, losses = Every(every_minutes), []
    keep_freed_memory()
    run.budget.restart_clock()
    while run.budget.fraction < 1:
        losses.append(one_step())
        if run.step % 100 == 0:
            print(run.report(losses), flush=True)
            run.record_point(losses)
            losses = []
        if pause.due():
            run.save()
            export_model()
    run.save()
    export_model()


class Every:
    """True once in so many minutes of wall clock."""

    def __init__(self, minutes: float) -> None:
        self.seconds, self.last = 60 * minutes, time.monotonic()

    def due(self) -> bool:
        if time.monotonic() - self.last < self.seconds:
            return False
        self.last = time.monotonic()
        return True


def learning_rate(peak: float, fraction: float, step: int, warm_up: int = 300, floor: float = 0.03) -> float:
    """A short linear warm-up, then half a cosine from `peak` to `floor * peak` (Loshchilov & Hutter 2017)."""
    cosine = floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * fraction))
    return peak * cosine * min(1.0, (step + 1) / warm_up)


@torch.no_grad()
def update_average(average: nn.Module, model: nn.Module, step: int, decay: float) -> None:
    """average <- decay average + (1 - decay) model, with a shorter memory at first, when weights move far."""
    decay = min(decay, (1 + step) / (10 + step))
    torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), 1 - decay)


def write_atomically(path: Path, write: Callable[[Path], None]) -> None:
    """Write beside the file, then rename: a run that is killed never leaves half a checkpoint."""
    partial = path.with_name(path.name + ".partial")
    write(partial)
    partial.replace(path)
