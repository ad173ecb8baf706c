"""People: the same stout toy figure in different clothes. All look towards -Y."""

from __future__ import annotations

from trimesh import Trimesh

from ..details import arc, beads, curved
from ..forms import (
    around,
    ball,
    box,
    dome,
    extrude,
    joined,
    lathe,
    mirrored,
    moved,
    ring,
    rod,
    scaled,
    star_outline,
    tube,
    turned,
)
from ..thing import Part, Vary, thing

HEAD = 1.28  # height of the middle of the head
SIZE = 0.32  # its radius


def face() -> Trimesh:
    """Eyes and mouth."""
    smile = tube([(0.13 * u, -0.3, HEAD - 0.06 + 0.08 * v) for u, v in arc(1, 200, 340, 7)], 0.03)
    return joined(beads(0.12, -0.28, HEAD + 0.05, 0.05), smile)


def skin(lift: float = 0.0, out: float = 0.48) -> Trimesh:
    """Head and hands."""
    return joined(ball(SIZE, (0, 0, HEAD)), mirrored(ball(0.11, (out, -0.06, 0.56 + lift))))


def shirt(lift: float = 0.0, out: float = 0.48) -> Trimesh:
    """Trunk and sleeves."""
    sleeves = mirrored(rod((0.2, 0, 0.9), (out, -0.05, 0.58 + lift), 0.12, 0.11))
    return joined(rod((0, 0, 0.46), (0, 0, 0.98), 0.28, 0.22), ball((0.22, 0.22, 0.12), (0, 0, 0.98)), sleeves)


def trousers() -> Trimesh:
    return joined(mirrored(rod((0.15, 0, 0.08), (0.14, 0, 0.5), 0.125)), rod((0, 0, 0.4), (0, 0, 0.52), 0.28))


def shoes() -> Trimesh:
    return mirrored(ball((0.14, 0.2, 0.1), (0.16, -0.06, 0.07)))


def gown(low: float) -> Trimesh:
    """A long robe with sleeves."""
    return joined(rod((0, 0, 0), (0, 0, 1.0), low, 0.17), mirrored(rod((0.12, 0, 0.88), (0.46, -0.08, 0.6), 0.1, 0.15)))


def hair(long: float = 0.0) -> Trimesh:
    """A cap of hair at the back and the top; `long` lets it hang so far."""
    cap = joined(ball((0.345, 0.32, 0.3), (0, 0.06, HEAD + 0.08)), ball((0.28, 0.14, 0.12), (0, -0.18, HEAD + 0.24)))
    return joined(cap, rod((0, 0.14, HEAD), (0, 0.2, HEAD - long), 0.3, 0.24)) if long else cap


@thing("person", "man", natural="red", parts=("trousers", "hair"), group="character")
def person(vary: Vary) -> list[Part]:
    lift = vary(-0.05, 0.1)
    return [
        Part("shirt", shirt(lift), None),
        Part("trousers", trousers(), "blue"),
        Part("skin", skin(lift), "skin"),
        Part("hair", hair(), "brown"),
        Part("face", joined(face(), shoes()), "black"),
    ]


@thing("doll", "girl", natural="pink", parts=("hair", "shoes"), group="character")
def doll(vary: Vary) -> list[Part]:
    dress = joined(rod((0, 0, 0.3), (0, 0, 0.98), vary(0.42, 0.5), 0.18), mirrored(ball(0.13, (0.22, 0, 0.9))))
    limbs = mirrored(joined(rod((0.13, 0, 0.08), (0.13, 0, 0.4), 0.09), rod((0.22, 0, 0.88), (0.48, -0.04, 0.6), 0.08)))
    bunches = mirrored(joined(ball((0.15, 0.14, 0.22), (0.42, 0.04, HEAD - 0.02))))
    bow = mirrored(rod((0.3, 0, HEAD + 0.16), (0.42, 0, HEAD + 0.24), 0.05, 0.11))
    return [
        Part("dress", dress, None),
        Part("skin", joined(skin(), limbs), "skin"),
        Part("hair", joined(hair(), bunches), "yellow"),
        Part("shoes", joined(shoes(), bow), "red"),
        Part("face", face(), "black"),
    ]


@thing("astronaut", "spaceman", natural="white", parts=("visor",), group="character")
def astronaut(vary: Vary) -> list[Part]:
    helmet = joined(ball(0.42, (0, 0, HEAD)), ring(0.28, 0.09, (0, 0, 0.98)))
    suit = joined(scaled(shirt(), 1.12, 1.2, 1), scaled(trousers(), 1.15, 1.2, 1), helmet)
    visor = ball((0.32, 0.2, vary(0.24, 0.28)), (0, -0.27, HEAD))
    pack = joined(box(0.5, 0.26, 0.6, (0, 0.34, 0.85)), mirrored(ball((0.17, 0.25, 0.13), (0.18, -0.06, 0.08))))
    panel = joined(box(0.28, 0.1, 0.18, (0, -0.29, 0.76)), mirrored(ring(0.14, 0.05, (0.17, 0, 0.24))))
    return [
        Part("suit", joined(suit, mirrored(ball(0.14, (0.53, -0.06, 0.56)))), None),
        Part("visor", visor, "black"),
        Part("pack", pack, "grey"),
        Part("panel", panel, "red"),
        Part("shine", ball((0.08, 0.05, 0.06), (-0.14, -0.44, HEAD + 0.1)), "glass"),
    ]


@thing("wizard", natural="purple", parts=("hat", "beard"), group="character")
def wizard(vary: Vary) -> list[Part]:
    hat = joined(rod((0, 0, 1.46), (0, 0, 1.52), 0.5), rod((0, 0, 1.5), (0.06, 0.08, vary(2.1, 2.3)), 0.31, 0.02))
    beard = joined(
        rod((0, -0.2, 1.2), (0, -0.3, 0.6), 0.26, 0.03), mirrored(ball((0.13, 0.08, 0.07), (0.1, -0.32, 1.2)))
    )
    staff = joined(rod((0.5, -0.12, 0), (0.5, -0.12, 1.3), 0.05))
    stars = joined(ball(0.13, (0.5, -0.12, 1.36)), extrude(star_outline(5, 0.13, 0.06), 0.1, (0, -0.25, 1.68)))
    return [
        Part("robe", joined(gown(0.42), hat), None),
        Part("beard", beard, "white"),
        Part("skin", joined(skin(), ball(0.07, (0, -0.34, 1.27))), "skin"),
        Part("staff", staff, "brown"),
        Part("star", stars, "yellow"),
        Part("pupils", beads(0.12, -0.29, HEAD + 0.08, 0.05), "black"),
    ]


@thing("witch", natural="black", parts=("hair",), group="character")
def witch(vary: Vary) -> list[Part]:
    tip = vary(2.0, 2.15)
    hat = joined(
        rod((0, 0, 1.44), (0, 0, 1.5), 0.54),
        tube([(0, 0, 1.48), (0, 0.02, 1.85), (0.16, 0.06, tip)], [0.31, 0.15, 0.02]),
    )
    broom = joined(
        rod((0.52, -0.1, 0.1), (0.52, -0.1, 1.35), 0.05), rod((0.52, -0.1, 0.42), (0.52, -0.1, 0.0), 0.08, 0.2)
    )
    band = rod((0, 0, 1.5), (0, 0, 1.6), 0.315, 0.28)
    nose = rod((0, -0.28, 1.28), (0, -0.5, 1.2), 0.08, 0.02)
    return [
        Part("robe", joined(gown(0.42), hat), None),
        Part("skin", joined(skin(), nose), "green"),
        Part("hair", joined(rod((0, 0.1, 1.36), (0, 0.14, 0.85), 0.34, 0.38)), "orange"),
        Part("band", band, "purple"),
        Part("broom", broom, "wood"),
        Part("pupils", beads(0.12, -0.28, HEAD + 0.05, 0.055), "black"),
    ]


@thing("king", natural="red", parts=("crown",), group="character")
def king(vary: Vary) -> list[Part]:
    crown = joined(
        rod((0, 0, 1.5), (0, 0, 1.66), 0.29, 0.33),
        around(rod((0.26, 0, 1.6), (0.34, 0, vary(1.84, 1.92)), 0.11, 0.01), 6),
    )
    fur = joined(ring(0.4, 0.08, (0, 0, 0.07)), ring(0.2, 0.1, (0, 0, 0.98)), rod((0, -0.4, 0.1), (0, -0.2, 0.9), 0.09))
    beard = joined(ball((0.26, 0.16, 0.2), (0, -0.2, 1.1)))
    return [
        Part("robe", gown(0.42), None),
        Part("crown", crown, "gold"),
        Part("fur", fur, "white"),
        Part("skin", joined(skin()), "skin"),
        Part("beard", beard, "brown"),
        Part("pupils", beads(0.12, -0.29, HEAD + 0.07, 0.05), "black"),
    ]


@thing("princess", "queen", natural="pink", parts=("crown", "hair"), group="character")
def princess(vary: Vary) -> list[Part]:
    skirt = lathe(
        curved([(0.0, 0.0), (vary(0.5, 0.58), 0.0), (0.44, 0.25), (0.26, 0.5), (0.15, 0.66), (0.2, 0.96), (0.0, 1.0)])
    )
    arms = mirrored(rod((0.18, 0, 0.86), (0.46, -0.06, 0.6), 0.075))
    crown = joined(rod((0, 0, 1.53), (0, 0, 1.6), 0.22), around(rod((0.18, 0, 1.56), (0.22, 0, 1.82), 0.09, 0.01), 5))
    return [
        Part("dress", joined(skirt, mirrored(ball(0.13, (0.2, 0, 0.88)))), None),
        Part("skin", joined(skin(), arms), "skin"),
        Part("hair", hair(0.55), "yellow"),
        Part("crown", crown, "gold"),
        Part("face", face(), "black"),
    ]


@thing("knight", natural="silver", parts=("shield", "plume"), group="character")
def knight(vary: Vary) -> list[Part]:
    helmet = joined(
        rod((0, 0, 1.0), (0, 0, 1.4), 0.3),
        dome(0.3, (0, 0, 1.4), 0.85),
        rod((0, -0.2, 1.18), (0, -0.42, 1.12), 0.2, 0.04),
    )
    suit = joined(shirt(), trousers(), helmet, mirrored(ball(0.12, (0.48, -0.06, 0.56))))
    slit = joined(box(0.44, 0.1, 0.07, (0, -0.28, 1.34)), shoes())
    shield = extrude([(-0.24, 0.28), (0.24, 0.28), (0.24, 0.0), (0.0, -0.34), (-0.24, 0.0)], 0.08, (-0.5, -0.22, 0.6))
    sword = joined(box(0.1, 0.07, 0.75, (0.5, -0.14, 1.0)))
    hilt = joined(
        box(0.32, 0.1, 0.08, (0.5, -0.14, 0.64)),
        box(0.08, 0.14, 0.4, (-0.5, -0.22, 0.6)),
        box(0.34, 0.14, 0.08, (-0.5, -0.22, 0.68)),
    )
    plume = tube(curved([(0, -0.1, 1.62), (0, 0.08, vary(1.86, 1.95)), (0, 0.36, 1.6)]), 0.1)
    return [
        Part("armour", joined(suit, sword), None),
        Part("slit", slit, "black"),
        Part("shield", shield, "blue"),
        Part("hilt", hilt, "gold"),
        Part("plume", plume, "red"),
    ]


@thing("pirate", natural="red", parts=("hat",), group="character")
def pirate(vary: Vary) -> list[Part]:
    brim = [(-0.5, 0.0), (0.5, 0.0), (0.42, 0.16), (0.2, 0.2), (0.0, vary(0.4, 0.46)), (-0.2, 0.2), (-0.42, 0.16)]
    hat = joined(extrude(brim, 0.16, (0, -0.22, 1.44)), dome(0.33, (0, 0, 1.42), 0.8))
    patch = joined(ball((0.1, 0.07, 0.09), (0.12, -0.28, 1.32)), rod((-0.3, -0.16, 1.42), (0.3, -0.16, 1.3), 0.03))
    dark = joined(hat, patch, ball(0.055, (-0.12, -0.29, 1.32)), mirrored(ball((0.14, 0.2, 0.1), (-0.16, -0.06, 0.07))))
    beard = ball((0.24, 0.16, 0.18), (0, -0.2, 1.1))
    bones = joined(ball(0.1, (0, -0.3, 1.64)), mirrored(rod((-0.16, -0.31, 1.5), (0.16, -0.31, 1.56), 0.035)))
    hook = ring(0.12, 0.04, (-0.5, -0.06, 0.44), "y", (-90, 180))
    return [
        Part("coat", shirt(), None),
        Part("hat", dark, "black"),
        Part("trousers", joined(trousers(), beard), "brown"),
        Part("skin", skin(), "skin"),
        Part("bones", bones, "white"),
        Part("hook", joined(hook, box(0.6, 0.5, 0.1, (0, 0, 0.5))), "gold"),
    ]


@thing("clown", natural="yellow", parts=("hair", "nose"), group="character")
def clown(vary: Vary) -> list[Part]:
    puff = vary(0.2, 0.24)
    curls = mirrored(
        joined(
            ball(puff, (0.34, 0.04, HEAD + 0.08)),
            ball(0.8 * puff, (0.36, 0.04, HEAD - 0.12)),
            ball(0.8 * puff, (0.24, 0.05, HEAD + 0.26)),
        )
    )
    buttons = joined(*(ball(0.075, (0, -0.27, z)) for z in (0.58, 0.74, 0.9)))
    red = joined(ball(0.11, (0, -0.35, HEAD - 0.02)), buttons, mirrored(ball((0.17, 0.32, 0.1), (0.19, -0.14, 0.07))))
    hat = joined(rod((0, 0, HEAD + 0.26), (0, 0, HEAD + 0.68), 0.17, 0.01))
    ruff = around(ball((0.12, 0.1, 0.08), (0.24, 0, 0.98)), 9)
    return [
        Part("suit", joined(shirt(), trousers()), None),
        Part("hair", curls, "orange"),
        Part("nose", red, "red"),
        Part("face", joined(ball(SIZE, (0, 0, HEAD)), ruff, mirrored(ball(0.11, (0.48, -0.06, 0.56)))), "white"),
        Part("hat", hat, "blue"),
        Part("pupils", face(), "black"),
    ]


@thing("ninja", natural="black", parts=("belt",), group="character")
def ninja(vary: Vary) -> list[Part]:
    body = joined(shirt(0.1), trousers(), ball(SIZE, (0, 0, HEAD)), shoes())
    band = joined(ring(0.3, 0.06, (0, 0, HEAD + 0.16)), rod((0, 0, 0.5), (0, 0, 0.6), 0.29))
    tails = joined(mirrored(rod((0.02, 0.32, HEAD + 0.14), (0.14, 0.6, HEAD + vary(-0.1, 0.05)), 0.06, 0.08)))
    slit = joined(ball((0.26, 0.12, 0.1), (0, -0.24, HEAD + 0.02)), mirrored(ball(0.1, (0.48, -0.06, 0.66))))
    sword = box(0.07, 0.07, 1.1, (0, 0, 0))
    sword = moved(turned(sword, 40, "y"), 0, 0.3, 0.95)
    return [
        Part("clothes", body, None),
        Part("belt", joined(band, tails), "red"),
        Part("skin", slit, "skin"),
        Part("sword", sword, "silver"),
        Part("pupils", beads(0.1, -0.34, HEAD + 0.02, 0.045), "black"),
    ]


@thing("santa claus", "santa", "father christmas", natural="red", parts=("hat", "beard"), group="character")
def santa(vary: Vary) -> list[Part]:
    fat = vary(0.36, 0.42)
    coat = joined(ball((fat, fat - 0.04, 0.38), (0, 0, 0.66)), scaled(shirt(), 1.1), trousers())
    hat = tube(
        curved([(0, 0, 1.46), (0.02, 0.02, 1.74), (0.24, 0.05, 1.86), (0.42, 0.05, 1.68)]),
        [0.3, 0.28, 0.26, 0.23, 0.2, 0.17, 0.15, 0.13, 0.11, 0.1, 0.09, 0.08, 0.06],
    )
    white = joined(
        ball(0.1, (0.44, 0.05, 1.62)),
        ring(0.28, 0.08, (0, 0, 1.46)),
        ball((0.28, 0.18, 0.28), (0, -0.2, 1.08)),
        ring(fat - 0.05, 0.07, (0, 0, 0.4)),
    )
    belt = joined(
        rod((0, 0, 0.6), (0, 0, 0.72), fat + 0.02), scaled(shoes(), 1.15), beads(0.12, -0.29, HEAD + 0.07, 0.05)
    )
    return [
        Part("coat", joined(coat, hat), None),
        Part("beard", white, "white"),
        Part("skin", joined(ball(SIZE, (0, 0, HEAD)), ball(0.075, (0, -0.36, 1.25))), "skin"),
        Part("belt", joined(belt, mirrored(ball(0.12, (0.53, -0.06, 0.56)))), "black"),
        Part("buckle", box(0.18, 0.1, 0.16, (0, -fat, 0.66)), "gold"),
    ]


@thing("chef", "cook", natural="white", parts=("hat", "scarf"), group="character")
def chef(vary: Vary) -> list[Part]:
    tall = vary(1.86, 2.0)
    hat = joined(
        rod((0, 0, 1.46), (0, 0, tall - 0.16), 0.26),
        around(ball(0.19, (0.2, 0, tall - 0.1)), 6),
        ball(0.22, (0, 0, tall - 0.02)),
    )
    pan = joined(
        rod((0.52, -0.12, 0.66), (0.52, -0.12, 0.95), 0.05),
        scaled(rod((0.52, -0.16, 1.15), (0.52, -0.06, 1.15), 0.23), 1),
    )
    tash = mirrored(ball((0.14, 0.06, 0.06), (0.11, -0.31, HEAD - 0.08)))
    return [
        Part("jacket", joined(shirt(), hat), None),
        Part("trousers", joined(trousers(), tash), "grey"),
        Part("skin", skin(), "skin"),
        Part("scarf", joined(ring(0.2, 0.08, (0, 0, 1.0)), rod((0, -0.26, 0.98), (0, -0.32, 0.8), 0.06, 0.1)), "red"),
        Part("pan", joined(pan, shoes(), beads(0.12, -0.29, HEAD + 0.06, 0.05)), "black"),
    ]


@thing("cowboy", natural="blue", parts=("hat",), group="character")
def cowboy(vary: Vary) -> list[Part]:
    brim = turned(scaled(ball((0.5, 0.42, 0.06)), 1), 0)
    crown = joined(
        rod((0, 0, 1.46), (0, 0, vary(1.72, 1.8)), 0.29, 0.23),
        mirrored(rod((0.4, -0.24, 1.54), (0.4, 0.24, 1.54), 0.08)),
    )
    hat = joined(moved(brim, 0, 0, 1.48), crown)
    scarf = extrude([(-0.24, 1.04), (0.24, 1.04), (0.0, 0.76)], 0.1, (0, -0.26, 0))
    return [
        Part("shirt", joined(shirt()), None),
        Part("hat", joined(hat, shoes()), "brown"),
        Part("trousers", trousers(), "wood"),
        Part("skin", skin(), "skin"),
        Part("scarf", joined(scarf, ring(0.2, 0.07, (0, 0, 1.0))), "red"),
        Part("face", joined(face(), rod((0, 0, 0.5), (0, 0, 0.58), 0.29)), "black"),
    ]


@thing("mermaid", natural="green", parts=("hair",), group="character")
def mermaid(vary: Vary) -> list[Part]:
    spine = curved([(0, 0, 0.75), (0, -0.1, 0.5), (0, -0.1, 0.25), (0.02, 0.15, 0.1), (0.04, 0.45, vary(0.2, 0.3))], 2)
    tail = tube(spine, [0.2, 0.24, 0.27, 0.26, 0.24, 0.2, 0.15, 0.11, 0.08])
    fluke = joined(
        *(turned(ball((0.13, 0.06, 0.3), (0.04, 0.5, 0.55)), a, "y", about=(0.04, 0.5, 0.28)) for a in (-50, 50))
    )
    body = joined(
        rod((0, 0, 0.6), (0, 0, 1.0), 0.19, 0.17),
        mirrored(rod((0.14, 0, 0.94), (0.46, -0.06, 0.66), 0.075)),
        skin(0.08),
    )
    top = mirrored(ball(0.11, (0.09, -0.14, 0.86)))
    return [
        Part("tail", joined(tail, fluke), None),
        Part("skin", body, "skin"),
        Part("hair", hair(0.5), "red"),
        Part("top", top, "purple"),
        Part("face", face(), "black"),
    ]


@thing("viking", natural="brown", parts=("beard", "shield"), group="character")
def viking(vary: Vary) -> list[Part]:
    helmet = joined(
        dome(0.35, (0, 0, 1.36), vary(0.8, 0.95)),
        ring(0.33, 0.06, (0, 0, 1.38)),
        rod((0, -0.36, 1.14), (0, -0.36, 1.4), 0.06),
    )
    horns = mirrored(
        tube(
            curved([(0.3, 0, 1.46), (0.56, 0, 1.52), (0.58, 0, 1.86)]),
            [0.12, 0.12, 0.12, 0.11, 0.1, 0.09, 0.07, 0.05, 0.01],
        )
    )
    beard = joined(rod((0, -0.17, 1.2), (0, -0.26, 0.72), 0.28, 0.05))
    shield = joined(rod((-0.52, -0.18, 0.62), (-0.52, -0.26, 0.62), 0.32))
    iron = joined(helmet, ball(0.1, (-0.52, -0.26, 0.62)))
    return [
        Part("clothes", joined(shirt(), trousers(), shoes()), None),
        Part("helmet", iron, "silver"),
        Part("horns", horns, "cream"),
        Part("beard", beard, "orange"),
        Part("shield", joined(shield), "red"),
        Part("skin", skin(), "skin"),
    ]


@thing("vampire", natural="black", parts=("cape",), group="character")
def vampire(vary: Vary) -> list[Part]:
    cape = joined(
        rod((0, 0.12, 0.04), (0, 0.08, 1.0), vary(0.5, 0.56), 0.26),
        mirrored(extrude([(0.05, 0.95), (0.4, 1.34), (0.46, 0.92)], 0.1, (0, 0.12, 0))),
    )
    shirt_front = joined(scaled(rod((0, -0.3, 0.1), (0, -0.14, 1.0), 0.28, 0.15), 1, 1.0, 1))
    peak = joined(
        ball((0.345, 0.32, 0.3), (0, 0.07, HEAD + 0.08)),
        extrude([(-0.24, 0.3), (0.24, 0.3), (0.0, 0.08)], 0.1, (0, -0.24, HEAD)),
    )
    fangs = mirrored(rod((0.06, -0.3, HEAD - 0.12), (0.06, -0.32, HEAD - 0.26), 0.045, 0.0))
    return [
        Part("cape", joined(cape, peak), None),
        Part("waistcoat", shirt_front, "red"),
        Part("skin", ball(SIZE, (0, 0, HEAD)), "cream"),
        Part("fangs", fangs, "white"),
        Part(
            "face",
            joined(beads(0.12, -0.29, HEAD + 0.02, 0.05), ball((0.14, 0.05, 0.04), (0, -0.29, HEAD - 0.12))),
            "black",
        ),
    ]
