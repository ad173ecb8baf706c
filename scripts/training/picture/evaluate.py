"""How right an encoder is: instances of every third thing, never trained on, in random views, light and surroundings.

thing, three     the share whose likeliest thing is the true one, or whose three likeliest have it
color            the share whose color of twelve is right
overlap          of 48^3 voxels with the true instance, of what is made of the likeliest thing with the code that was
                 read; `with code zero` beside it. In `overlap, refused as 0` a picture that is refused counts as 0
refused          of strangers: heaps that were never seen, emoji that were never seen, surroundings alone, tiles mixed
emoji            the same figures of emoji of things that were never seen

Half of the pictures say which limits are written beside the weights (calibrate.py); the figures are of the other half.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from backend.color import srgb_decoded
from backend.priors.captions import ObjectPrompt
from backend.priors.network import load_network
from backend.priors.paint import Paint
from backend.priors.picture import Limits, views_of
from backend.priors.picture_network import FACTS, PictureNetwork, load_picture_network
from backend.priors.prior_field import PRIOR_FOLDER, PriorField
from backend.priors.vocabulary import load_vocabulary

from ..prior.export import write_text
from ..prior.frames import NAMES
from ..prior.truth import lattice, overlap, visible_voxels
from .calibrate import Predictions, calibrated, expected_calibration_error
from .samples import NO_COLOR, Batch, Samples
from .shards import HELD_OUT, UNKNOWN, make

PICTURES, STRANGERS, BATCH = 512, 256, 64


@dataclass(frozen=True)
class Read:
    """What a network says of pictures."""

    batch: Batch
    judged: Predictions
    colors: Float[Tensor, "n c"]
    code_feature: Float[Tensor, "n v w"]


def folder_of(cache: Path) -> Path:
    """The finished model, or the one that training keeps."""
    return cache / ("finished" if (cache / "finished").exists() else "model")


def evaluate(cache: Path, shapes: int) -> dict[str, Any]:
    """Of the exported model: prints figures, writes them and the limits beside it. So many shapes are made and held
    against the truth."""
    make(cache, HELD_OUT)
    folder = folder_of(cache)
    network, facts = load_picture_network(folder)
    things = read(network, Samples(cache, [HELD_OUT], seed=1, kind="things"), PICTURES)
    mixed = read(network, Samples(cache, [HELD_OUT], seed=2, kind="strangers"), STRANGERS)
    emoji = read(network, Samples(cache, [HELD_OUT], seed=3, kind="emoji"), STRANGERS)
    limits = calibrated(_joined([_half(each.judged, 0) for each in (things, mixed)]))
    figures: dict[str, Any] = {"limits": asdict(limits), "things": measure_known(network, things, limits, shapes)}
    figures |= {"strangers": measure_strangers(mixed, limits), "emoji": _recognized(emoji.judged, limits)}
    write_text(folder / "evaluation.json", json.dumps(figures | {"spent": facts["spent"]}) + "\n")
    write_text(folder / FACTS, json.dumps(facts | {"limits": asdict(limits)}, indent=1) + "\n")
    print(json.dumps(figures), flush=True)
    return figures


@torch.no_grad()
def read(network: PictureNetwork, samples: Samples, count: int) -> Read:
    """Pictures as the backend reads them, squares and mirrored ones."""
    batches = [samples.draw(step, min(BATCH, count)) for step in range(-(-count // BATCH))]
    answers = [network.read(torch.cat([views_of(_linear(each)) for each in batch.pictures])) for batch in batches]
    whole = Batch(*(torch.cat([getattr(batch, of) for batch in batches]) for of in vars(batches[0])))
    parts = (torch.cat([getattr(each, of) for each in answers]) for of in ("objects", "colors", "code_feature"))
    logits, colors, code = (part.unflatten(0, (len(whole.thing), -1)) for part in parts)
    return Read(whole, Predictions(logits, whole.thing.numpy()), colors.softmax(-1).mean(1), code)


def _linear(picture: Float[Tensor, "3 s s"]) -> Float[Tensor, "s s 4"]:
    return torch.cat([srgb_decoded(picture), torch.ones_like(picture[:1])]).permute(1, 2, 0)


def _half(judged: Predictions, which: int) -> Predictions:
    return judged.part(np.arange(len(judged.truth)) % 2 == which)


def _joined(some: list[Predictions]) -> Predictions:
    return Predictions(torch.cat([each.logits for each in some]), np.concatenate([each.truth for each in some]))


def _recognized(judged: Predictions, limits: Limits) -> dict[str, float]:
    chances = judged.chances(limits.temperature)
    best, chance = chances[:, :UNKNOWN].argmax(1), chances[:, :UNKNOWN].max(1)
    refused = _refused(chances, limits)
    right, sure = best == judged.truth, ~refused & (chance >= limits.sure)
    three = (np.argsort(-chances[:, :UNKNOWN], 1)[:, :3] == judged.truth[:, None]).any(1)
    return {
        "pictures": len(right), "thing": _share(right), "three": _share(three), "refused": _share(refused),
        "sure": _share(sure), "right where sure": _share(right[sure]),
        "right where not refused": _share(right[~refused]),
        "calibration error": round(expected_calibration_error(chance, right), 4),
    }  # fmt: skip


def measure_known(network: PictureNetwork, seen: Read, limits: Limits, shapes: int) -> dict[str, float]:
    found = _recognized(_half(seen.judged, 1), limits)
    colored = (seen.batch.color != NO_COLOR).numpy()
    found["color"] = _share((seen.colors.argmax(-1) == seen.batch.color).numpy()[colored])
    return found | (overlaps(network, seen, limits, shapes) if shapes else {})


def measure_strangers(seen: Read, limits: Limits) -> dict[str, float]:
    half = _half(seen.judged, 1)
    return {"pictures": len(half.truth), "refused": _share(_refused(half.chances(limits.temperature), limits))}


def _refused(chances: Float[ndarray, "n o"], limits: Limits) -> ndarray:
    best = chances[:, :UNKNOWN].max(1)
    refused: ndarray = (chances[:, UNKNOWN] > best) | (best < limits.known)
    return refused


def _share(right: ndarray) -> float:
    return round(float(right.mean()), 4) if len(right) else 0.0


@torch.no_grad()
def overlaps(network: PictureNetwork, seen: Read, limits: Limits, shapes: int) -> dict[str, float]:
    """Of the first pictures of the second half."""
    chances = seen.judged.chances(limits.temperature)
    refused, values = _refused(chances, limits), []
    for number in range(1, min(2 * shapes, len(chances)), 2):
        best, true = int(chances[number, :UNKNOWN].argmax()), int(seen.judged.truth[number])
        code = network.codes_of(best, seen.code_feature[number]).mean(0)
        truth = visible_voxels(NAMES[true], 0) > 0
        made = [overlap(held(NAMES[best], each), truth) for each in (code, torch.zeros_like(code))]
        own = overlap(held(NAMES[true], network.codes_of(true, seen.code_feature[number]).mean(0)), truth)
        values.append((*made, own, float(refused[number]), float(best == true)))
    made_of, zero, own_of, refused_of, right = np.array(values).T
    return {
        "overlap": round(float(made_of.mean()), 4), "overlap median": round(float(np.median(made_of)), 4),
        "overlap with code zero": round(float(zero.mean()), 4),
        "overlap where right": round(float(made_of[right > 0].mean()), 4),
        "overlap with the thing named": round(float(own_of.mean()), 4),
        "overlap, refused as 0": round(float((made_of * (1 - refused_of)).mean()), 4),
        "overlap where not refused": round(float(made_of[refused_of == 0].mean()), 4), "shapes": len(values),
    }  # fmt: skip


def field_of(name: str, code: Float[Tensor, " d"], color: str | None = None) -> PriorField:
    """What the backend makes of a thing and a code."""
    vocabulary = load_vocabulary(PRIOR_FOLDER)
    return PriorField(load_network(PRIOR_FOLDER, name, code), Paint.of(ObjectPrompt(name, color), vocabulary))


def held(name: str, code: Float[Tensor, " d"]) -> ndarray:
    """Voxels inside of it, in the frame that all things share."""
    inside: ndarray = (field_of(name, code).logit(torch.from_numpy(lattice()).float()) > 0).numpy()
    return inside
