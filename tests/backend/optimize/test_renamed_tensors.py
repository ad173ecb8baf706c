"""Checkpoints of before are read under today's names."""

from __future__ import annotations

import torch
from safetensors.torch import load_file, save_file

from backend.config import with_changes
from backend.config.presets import preset
from backend.optimize.checkpoint import NEWEST, read_checkpoint
from backend.optimize.renamed_tensors import renamed_state, renamed_tensors
from backend.optimize.trainer import Trainer

OLD = {
    "field.raw_colour": "field.raw_color",
    "optimiser.raw_colour.exp_avg": "optimizer.raw_color.exp_avg",
    "lookout.stopped": "early_stopping.stopped",
    "lookout.watch.best": "early_stopping.tracker.best",
    "lookout.best.raw_colour": "early_stopping.best.raw_color",
    "emptiness.in_a_row": "collapse_detector.consecutive_steps",
    "occupancy.remembered": "occupancy.density_grid",
    "history.of.total_variation_colour": "history.of.total_variation_color",
    "generator": "generator",
}


def test_tensors_have_todays_names():
    tensors = {old: torch.tensor(i) for i, old in enumerate(OLD)}
    assert [(name, int(value)) for name, value in renamed_tensors(tensors).items()] == [
        (new, i) for i, new in enumerate(OLD.values())
    ]


def test_states_and_edits_have_todays_names():
    old = {"step": 3, "begun_anew": ["a"], "colour_channels": 3, "edits": {"words": {"negative": "fog"}}}
    assert renamed_state(old) == {
        "step": 3, "restarts": ["a"], "color_channels": 3, "edits": {"prompt_options": {"negative": "fog"}},
    }  # fmt: skip


def test_a_checkpoint_of_before_goes_on_as_its_own_would(tmp_path):
    small = {
        "prompt": "a cube", "field": {"resolution": 8, "start_resolution": 8}, "orbit": {"views": 1},
        "optimize": {"steps": 4}, "render": {"samples_per_ray": 8},
    }  # fmt: skip
    job = Trainer.build(with_changes(preset("text", "draft"), small))
    job.step()
    job.save(tmp_path)
    as_before(tmp_path)
    again = Trainer.load(job.config, tmp_path)
    job.step(), again.step()
    assert torch.equal(job.field.raw_color, again.field.raw_color)


def as_before(folder):
    """The newest checkpoint with the names that it had."""
    (path,) = folder.glob("*.safetensors")
    tensors = load_file(path)
    backwards = {
        "optimizer.": "optimiser.",
        "early_stopping.": "lookout.",
        "occupancy.density_grid": "occupancy.remembered",
    }

    def old(name: str) -> str:
        if name == "collapse_detector.consecutive_steps":
            return "emptiness.in_a_row"
        for new, before in backwards.items():
            name = before + name.removeprefix(new) if name.startswith(new) else name
        return name.replace("color", "colour")

    save_file({old(name): value for name, value in tensors.items()}, path)
    text = (folder / NEWEST).read_text()
    (folder / NEWEST).write_text(
        text.replace('"color_channels"', '"colour_channels"').replace('"restarts"', '"begun_anew"')
    )
    assert "field.raw_color" in read_checkpoint(folder).tensors
