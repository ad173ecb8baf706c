"""Training that the same command goes on with: warm up, stay, decay when told to finish (Hu et al. 2024).

The stable rate knows nothing of how long training will be, so any more minutes help; `finish` decays from the last
checkpoint to an export and leaves the checkpoint as it is, to go on from another day.
"""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ..loop.allocator import keep_freed_memory
from ..loop.training_loop import CURVE, Every, update_average, write_atomically
from .batches import Batch, Data
from .export import write_model
from .field import Answer, Field, Shape
from .rows import RowAdam
from .volumes import NO_PART

RATE, ROW_RATE, WARM_UP = 3e-3, 1e-2, 300
PART_WEIGHT = 0.2
EMA_DECAY, ROW_DECAY = 0.9996, 0.99
CHECKPOINT_MINUTES, NOTE_STEPS = 3.0, 200


class TrainingRun:
    """A model in training: all that a checkpoint holds, and the folder it lies in."""

    def __init__(self, shape: Shape, data: Data, folder: Path, seed: int = 0) -> None:
        torch.manual_seed(seed)
        self.field, self.data, self.folder = Field(shape), data, folder
        self.shared = dict(self.field.named_parameters())
        self.average = copy.deepcopy(self.field)
        self.optimizer = torch.optim.AdamW(self.field.parameters(), betas=(0.9, 0.99), weight_decay=0.01, fused=True)
        self.rows = RowAdam(self.field.table)
        self.step, self.minutes, self.processor_minutes, self.samples = 0, 0.0, 0.0, 0
        if self.checkpoint.exists():
            self._resume(torch.load(self.checkpoint, weights_only=True))

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.pt"

    def save(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        parts = {name: getattr(self, name).state_dict() for name in ("field", "optimizer", "rows")}
        parts["average"] = {name: value for name, value in self.average.named_parameters()}
        state = parts | {"spent": self.spent(), "names": list(self.data.names)}
        write_atomically(self.checkpoint, lambda path: torch.save(state, path))

    def spent(self) -> dict[str, float]:
        return {of: getattr(self, of) for of in ("step", "minutes", "processor_minutes", "samples")}

    def _resume(self, state: dict[str, Any]) -> None:
        if tuple(state["names"]) != self.data.names:
            raise ValueError(f"{self.checkpoint} was trained on other things: move it away, or train those again")
        for name in ("field", "optimizer", "rows"):
            getattr(self, name).load_state_dict(state[name])
        self.average.load_state_dict(state["average"], strict=False)
        for name, value in state["spent"].items():
            setattr(self, name, value)

    def one_step(self, rate: float = 1.0) -> dict[str, float]:
        """With the peak rates times `rate`."""
        batch = self.data.draw(self.step)
        rows = self.field.table[batch.things].requires_grad_()
        each = batch.code.shape[1]
        half = self.data.half[batch.things].repeat_interleave(each, 0)
        answer = self.field.of_rows(
            rows.repeat_interleave(each, 0), half, batch.code.flatten(0, 1), batch.points.flatten(0, 1)
        )
        occupancy, part = losses(answer, batch)
        self.field.zero_grad(set_to_none=True)
        (occupancy + PART_WEIGHT * part).backward()
        self._move(batch, rows, rate * min(1.0, (self.step + 1) / WARM_UP))
        self.step, self.samples = self.step + 1, self.samples + batch.inside.numel()
        right = ((answer.occupancy > 0) == (batch.inside.flatten(0, 1) > 0)).float().mean()
        return {"occupancy": occupancy.item(), "part": part.item(), "right": right.item()}

    def _move(self, batch: Batch, rows: Tensor, rate: float) -> None:
        assert rows.grad is not None
        nn.utils.clip_grad_norm_(self.field.parameters(), 1.0)
        self.optimizer.param_groups[0]["lr"] = RATE * rate
        self.optimizer.step()
        self.rows.step(batch.things, rows.grad * len(rows), ROW_RATE * rate, ROW_DECAY)
        update_average(self.average, self.field, self.step, EMA_DECAY)

    def averaged(self) -> Field:
        """The model that is shown: averages of all weights."""
        shown = copy.deepcopy(self.average)
        shown.table.copy_(self.rows.average)
        shown.box.copy_(self.data.half)
        return shown.eval()

    def note(self, seen: list[dict[str, float]]) -> str:
        """One point of the curve, beside the checkpoint."""
        self.folder.mkdir(parents=True, exist_ok=True)
        means = {name: round(sum(one[name] for one in seen) / len(seen), 5) for name in seen[0]}
        point = json.dumps(self.spent() | means | {"instances": sum(map(len, self.data.points.values()))})
        with (self.folder / CURVE).open("a", encoding="utf-8") as file:
            file.write(point + "\n")
        return point


def losses(answer: Answer, batch: Batch) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """Cross-entropies of inside or outside, and of the part where one is seen."""
    occupancy = nn.functional.binary_cross_entropy_with_logits(answer.occupancy, batch.inside.flatten(0, 1))
    part = nn.functional.cross_entropy(
        answer.parts.flatten(0, 1), batch.part.flatten().long(), ignore_index=NO_PART, reduction="sum"
    )
    return occupancy, part / (batch.part != NO_PART).sum().clamp_min(1)


def train(run: TrainingRun, minutes: float) -> Iterator[str]:
    """So many minutes more; yields lines for the log."""
    keep_freed_memory()
    end, pause, seen = run.minutes + minutes, Every(CHECKPOINT_MINUTES), []
    for _ in _until(run, end):
        seen.append(run.one_step())
        if run.step % NOTE_STEPS == 0:
            yield run.note(seen)
            seen = []
        if pause.due():
            keep(run)
            run.data.reload()
    keep(run)


def finish(run: TrainingRun, minutes: float) -> Iterator[str]:
    """Decays to nothing (1 - sqrt) and exports; the checkpoint stays."""
    start, seen = run.minutes, []
    for _ in _until(run, start + minutes):
        seen.append(run.one_step(1 - ((run.minutes - start) / minutes) ** 0.5))
        if run.step % NOTE_STEPS == 0:
            yield json.dumps(run.spent() | seen[-1])
            seen = []
    write_model(run.averaged(), run.data.names, run.folder / "finished", run.spent())


def keep(run: TrainingRun) -> None:
    run.save()
    write_model(run.averaged(), run.data.names, run.folder / "model", run.spent())


def _until(run: TrainingRun, end: float) -> Iterator[None]:
    """Counts the time of what happens between two steps."""
    wall, processor = time.monotonic(), time.process_time()
    while run.minutes < end:
        yield
        now, used = time.monotonic(), time.process_time()
        run.minutes += (now - wall) / 60
        run.processor_minutes += (used - processor) / 60
        wall, processor = now, used
