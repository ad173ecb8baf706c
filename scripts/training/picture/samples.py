"""What a step sees: pictures of things in random light, color and surroundings, of emoji, and of nothing known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from numpy import ndarray
from torch import Tensor

from backend.priors.picture_network import SIZE

from ..backgrounds import backgrounds, blur
from ..colors import NAMED, linear_color
from ..objects.object_class import OBJECT_CLASSES
from ..prior.frames import CODE, NAMES, asked
from .emoji import Emoji, load
from .kernels import PARTS, pasted, shaded
from .shards import COLORS, HELD_OUT, UNKNOWN, Facts, read

SHARES = {
    "": (0.06, 0.06, 0.02, 0.02), "things": (0, 0, 0, 0), "emoji": (1, 0, 0, 0), "strangers": (0, 0.4, 0.1, 0.1)
}  # fmt: skip
"""Of emoji of things, other emoji, surroundings alone and mixed tiles; the rest are views."""
NATURAL_SHARE, OWN_SHARE = 0.65, 0.9  # how often the whole has its natural color, and a part its own
CLUTTER_SHARE, BLUR_SHARE, FLOOR_SHARE, SHADOW_SHARE, GLOSS_SHARE, WAVE_SHARE = 0.12, 0.2, 0.35, 0.6, 0.4, 0.08
ZOOM, SHIFT, TURN, STRETCH = (0.7, 1.2), 0.16, 0.14, 0.08
NOISE = 0.035
BACKGROUNDS = 600
NO_COLOR = -100
PALETTE = np.stack([np.ones(3), *(linear_color(name).numpy() for name in COLORS[1:] if name)]).astype(np.float32)
NUMBER_OF_COLOR = {name: number for number, name in enumerate(NAMED)}
NATURAL = [OBJECT_CLASSES[name].natural for name in NAMES]


@dataclass(frozen=True)
class Batch:
    """sRGB pictures; `thing` is UNKNOWN where there is none, `color` NO_COLOR where none is to be read, and `asked`
    says which numbers of the code change anything."""

    pictures: Float[Tensor, "b 3 s s"]
    thing: Int[Tensor, " b"]
    color: Int[Tensor, " b"]
    code: Float[Tensor, "b d"]
    asked: Float[Tensor, "b d"]


@dataclass(frozen=True)
class Drawn:
    """One picture before it lies anywhere."""

    rgba: Float[ndarray, "h w 4"]
    thing: int
    color: int = NO_COLOR
    code: Float[ndarray, " d"] | None = None


class Samples:
    """Draws batches from the blocks that there are; the same seed draws the same ones, one after the other."""

    def __init__(self, cache: Path, blocks: list[int], seed: int = 0, kind: str = "") -> None:
        """`kind` is empty for all as training sees them, or one of "things", "emoji" (of things) and "strangers"."""
        self.blocks: list[tuple[ndarray, Facts]] = [read(cache, block) for block in blocks]
        self.seed, self.shares = seed, SHARES[kind]
        self.views = [_rows_of(facts, kind) for _, facts in self.blocks]
        whole = load(cache)
        hidden = HELD_OUT in blocks
        self.emoji = {known: _bright(whole.of(hidden, known)) for known in (True, False)}
        torch.manual_seed(seed)
        self.backgrounds = _backgrounds()
        self.last = self.backgrounds[:64]

    def draw(self, step: int, count: int) -> Batch:
        draw = np.random.default_rng((self.seed, step))
        drawn = [self._one(draw) for _ in range(count)]
        pictures = np.stack([self._picture(one, draw) for one in drawn])
        self.last = np.ascontiguousarray(_linear(pictures[:64]).transpose(0, 2, 3, 1))
        codes = np.stack([np.zeros(CODE, np.float32) if one.code is None else one.code for one in drawn])
        things = np.array([one.thing for one in drawn])
        seen = np.array([one.code is not None for one in drawn])[:, None] & np.stack([_asked(each) for each in things])
        return Batch(
            _worn(torch.from_numpy(pictures), draw), torch.from_numpy(things),
            torch.tensor([one.color for one in drawn]), torch.from_numpy(codes), torch.from_numpy(seen).float(),
        )  # fmt: skip

    def _one(self, draw: np.random.Generator) -> Drawn:
        kind, ends = draw.uniform(), np.cumsum(self.shares)
        if kind < ends[1]:
            bright, things = self.emoji[kind < ends[0]]
            if len(bright):
                chosen = draw.integers(len(bright))
                return Drawn(bright[chosen], int(things[chosen]))
        if kind < ends[2]:
            return Drawn(np.zeros((2, 2, 4), np.float32), UNKNOWN)
        one = self.of_view(draw, *self._view(draw))
        return Drawn(_shuffled(one.rgba, draw), UNKNOWN) if kind < ends[3] else one

    def _view(self, draw: np.random.Generator) -> tuple[int, int]:
        block = int(draw.integers(len(self.blocks)))
        return block, int(draw.choice(self.views[block]))

    def of_view(self, draw: np.random.Generator, block: int, view: int) -> Drawn:
        """A view in a light and paint."""
        layers, facts = self.blocks[block]
        thing = int(facts.thing[view])
        colors, main = _paint(facts.colors[view], thing, draw)
        floor = np.zeros(4, np.float32)
        if draw.uniform() < FLOOR_SHARE:
            floor[:3], floor[3] = draw.uniform(0.02, 0.9) * draw.uniform(0.8, 1.2, 3), 1
        shadows = bool(draw.uniform() < SHADOW_SHARE)
        sun = facts.sun[view] if shadows else _direction(draw)
        rgba = shaded(
            layers[view], colors, floor, sun.astype(np.float32), facts.eye[view].astype(np.float32), _lights(draw),
            _gloss(draw), shadows, _wave(draw),
        )  # fmt: skip
        if draw.uniform() < 0.5:
            rgba = np.ascontiguousarray(rgba[:, ::-1])
        if thing == UNKNOWN:
            return Drawn(rgba, UNKNOWN)
        return Drawn(rgba, thing, NUMBER_OF_COLOR.get(main, NO_COLOR), facts.code[view])

    def _picture(self, one: Drawn, draw: np.random.Generator) -> Float[ndarray, "3 s s"]:
        behind = self.backgrounds[draw.integers(len(self.backgrounds))]
        if draw.uniform() < CLUTTER_SHARE:
            behind = self._cluttered(behind, draw)
        spread = 0.5 if draw.uniform() < 0.7 else draw.uniform(0.5, 2.0)
        exposure = (draw.uniform(0.75, 1.25) * draw.uniform(0.93, 1.07, 3)).astype(np.float32)
        picture: ndarray = pasted(one.rgba, behind, _affine(draw), float(spread), exposure)
        return picture

    def _cluttered(self, behind: ndarray, draw: np.random.Generator) -> ndarray:
        """A piece of an earlier picture, much enlarged."""
        whole = self.last[draw.integers(len(self.last))]
        rgba = np.concatenate([whole, np.ones((*whole.shape[:2], 1), np.float32)], -1)
        moved = np.array([[0.45, 0, draw.uniform(-0.5, 0.5)], [0, 0.45, draw.uniform(-0.5, 0.5)]], np.float32)
        flat: ndarray = pasted(rgba, behind, moved, 2.0, np.ones(3, np.float32))
        return np.ascontiguousarray(_linear(flat).transpose(1, 2, 0))


def _asked(thing: int) -> Bool[ndarray, " d"]:
    """Which numbers of its code change a thing."""
    count = 0 if thing == UNKNOWN else asked(OBJECT_CLASSES[NAMES[thing]])
    mask: ndarray = np.arange(CODE) < count
    return mask


def _rows_of(facts: Facts, kind: str) -> Int[ndarray, " v"]:
    """Views that may be drawn."""
    stranger = facts.thing == UNKNOWN
    taken = {"things": ~stranger, "strangers": stranger}.get(kind, np.ones_like(stranger))
    return np.flatnonzero(taken)


def _bright(of: Emoji) -> tuple[ndarray, ndarray]:
    return of.linear(), of.thing


def _paint(own: ndarray, thing: int, draw: np.random.Generator) -> tuple[Float[ndarray, "k 3"], str]:
    """Linear colors of the parts, and the name of the whole's."""
    natural = NATURAL[thing] if thing != UNKNOWN else None
    names = list(NAMED)
    main = natural if natural and draw.uniform() < NATURAL_SHARE else names[draw.integers(len(names))]
    kept = draw.uniform(size=PARTS) < OWN_SHARE
    numbers = np.where(kept | (own == 0), own, draw.integers(1, len(PALETTE), PARTS))
    colors = np.where((numbers == 0)[:, None], PALETTE[COLORS.index(main)], PALETTE[numbers])
    jitter = draw.normal(1, 0.12, (PARTS, 1)) + draw.normal(0, 0.06, (PARTS, 3))
    return np.clip(colors * jitter + draw.uniform(0, 0.03), 0.005, 1).astype(np.float32), main


def _direction(draw: np.random.Generator) -> ndarray:
    towards = draw.normal(size=3) + [0, -0.4, 0.6]
    unit: ndarray = towards / np.linalg.norm(towards)
    return unit


def _lights(draw: np.random.Generator) -> Float[ndarray, "2 3"]:
    strength = np.array([[draw.uniform(0.3, 1.0)], [draw.uniform(0.2, 1.1)]])
    return (strength * (1 + 0.08 * draw.normal(size=(2, 3)))).astype(np.float32)


def _gloss(draw: np.random.Generator) -> Float[ndarray, " 2"]:
    shiny = draw.uniform() < GLOSS_SHARE
    return np.array([draw.uniform(0.1, 0.8) if shiny else 0, draw.uniform(5, 40)], np.float32)


def _wave(draw: np.random.Generator) -> Float[ndarray, " 4"]:
    banded = draw.uniform() < WAVE_SHARE
    return np.array([draw.uniform(0.2, 0.9) if banded else 0, *draw.normal(0, 0.4, 2), draw.uniform(0, 6)], np.float32)


def _affine(draw: np.random.Generator) -> Float[ndarray, "2 3"]:
    """From the picture to the layer: turned, stretched and moved, so that some of the thing may be cut off."""
    zoom = np.exp(draw.uniform(*np.log(ZOOM)))
    angle, stretch = draw.normal(0, TURN), np.exp(draw.normal(0, STRETCH))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = np.diag([stretch, 1 / stretch]) @ turn / zoom
    shift = draw.uniform(-SHIFT, SHIFT, 2) / zoom
    return np.concatenate([matrix, shift[:, None]], 1).astype(np.float32)


def _shuffled(rgba: ndarray, draw: np.random.Generator) -> ndarray:
    """Tiles of it in another order: the same surfaces, and no form."""
    tile = len(rgba) // 4
    tiles = rgba[: 4 * tile, : 4 * tile].reshape(4, tile, 4, tile, 4).swapaxes(1, 2).reshape(16, tile, tile, 4)
    mixed = tiles[draw.permutation(16)].reshape(4, 4, tile, tile, 4).swapaxes(1, 2)
    return np.ascontiguousarray(mixed.reshape(4 * tile, 4 * tile, 4))


def _backgrounds() -> Float[ndarray, "n s s 3"]:
    """Dream Fields' four kinds, and as many that fade from one color to another."""
    plain = backgrounds(BACKGROUNDS, SIZE)
    down = torch.linspace(0, 1, SIZE)[:, None].expand(SIZE, SIZE) + 0.3 * torch.rand(BACKGROUNDS, 1, 1)
    ends = torch.rand(2, BACKGROUNDS, 3, 1, 1) ** 2
    above, below = (end.expand(-1, 3, SIZE, SIZE) for end in ends)
    fading = torch.lerp(above, below, down.clamp(0, 1)[:, None])
    light = torch.rand(BACKGROUNDS, 1, 1, 1).clamp_min(0.3).expand(-1, 3, SIZE, SIZE)  # as a studio's
    whole = torch.cat([plain, fading, light]).permute(0, 2, 3, 1)
    return np.ascontiguousarray(whole.numpy().astype(np.float32))


def _linear(srgb: ndarray) -> ndarray:
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _worn(pictures: Float[Tensor, "b 3 s s"], draw: np.random.Generator) -> Float[Tensor, "b 3 s s"]:
    """Some blurred; all with the noise of a sensor, some with little."""
    count = len(pictures)
    chosen = torch.from_numpy(draw.uniform(size=count) < BLUR_SHARE)
    if chosen.any():
        sigma = torch.from_numpy(draw.uniform(0.4, 1.3, int(chosen.sum())).astype(np.float32))
        pictures[chosen] = blur(pictures[chosen], sigma, reach=3)
    strength = torch.from_numpy((NOISE * draw.uniform(size=(count, 1, 1, 1)) ** 2).astype(np.float32))
    noise = torch.from_numpy(draw.standard_normal(pictures.shape, dtype=np.float32))
    return (pictures + strength * noise).clamp(0, 1)
