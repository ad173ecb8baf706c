"""Pets and animals of the farm. All look towards -Y."""

from __future__ import annotations

from trimesh import Trimesh

from .mesh_details import beads, eyes, legs, smooth_curve
from .mesh_primitives import (
    ball,
    join,
    mirror,
    repeat_around,
    ring,
    rod,
    rotate,
    scale,
    shift,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("cat", "kitten", natural="orange", parts=("collar",), group="animal")
def cat(rng: Rng) -> list[Part]:
    high = rng(0.5, 0.8)
    body = join(ball((0.3, 0.46, 0.28), (0, 0.1, 0.5)), legs(0.17, 0.28, 0.5, 0.11, 0.1), ball(0.36, (0, -0.4, 0.88)))
    ears = mirror(rod((0.22, -0.38, 1.05), (0.3, -0.36, 1.46), 0.18, 0))
    inner = mirror(rod((0.22, -0.45, 1.08), (0.28, -0.43, 1.36), 0.12, 0))
    tail = tube(smooth_curve([(0, 0.5, 0.5), (0, 0.74, 0.6), (0.02, 0.8, 0.9), (0.1, 0.76, high + 0.5)]), 0.085)
    muzzle = join(beads(0.09, -0.7, 0.78, 0.11), ball((0.2, 0.3, 0.12), (0, 0.05, 0.3)))
    nose = join(ball((0.07, 0.05, 0.05), (0, -0.79, 0.86)), inner)
    return [
        Part("cat", join(body, ears, tail), None),
        Part("muzzle", muzzle, "white"),
        Part("nose", nose, "pink"),
        Part("collar", ring(0.22, 0.07, (0, -0.27, 0.66)), "blue"),
        *eyes(0.16, -0.68, 0.97, 0.1),
    ]


@object_class("dog", "puppy", natural="wood", parts=("ears", "collar"), group="animal")
def dog(rng: Rng) -> list[Part]:
    long = rng(0.42, 0.55)
    body = join(ball((0.3, long, 0.3), (0, 0.15, 0.58)), legs(0.18, 0.3, 0.55, 0.12, 0.15))
    head = join(ball((0.32, 0.32, 0.32), (0, -0.4, 0.98)), rod((0, 0.5, 0.65), (0, 0.82, 1.05), 0.1, 0.06))
    snout = tube([(0, -0.5, 0.9), (0, -0.84, 0.86)], [0.2, 0.16])
    ears = mirror(rotate(ball((0.09, 0.17, 0.32), (0.37, -0.36, 0.92)), -14, "y", about=(0.3, 0, 1.1)))
    collar = rod((0, -0.22, 0.74), (0, -0.26, 0.8), 0.28)
    return [
        Part("dog", join(body, head, snout), None),
        Part("ears", ears, "brown"),
        Part("nose", ball((0.12, 0.1, 0.1), (0, -0.86, 0.96)), "black"),
        Part("collar", collar, "red"),
        *eyes(0.14, -0.66, 1.1, 0.1),
    ]


@object_class("rabbit", "bunny", natural="white", parts=("ears",), group="animal")
def rabbit(rng: Rng) -> list[Part]:
    tall = rng(0.34, 0.42)
    body = join(ball((0.34, 0.4, 0.38), (0, 0.1, 0.36)), ball(0.3, (0, -0.2, 0.78)), ball(0.15, (0, 0.52, 0.3)))
    feet = mirror(join(ball((0.13, 0.26, 0.1), (0.22, -0.2, 0.1)), ball((0.12, 0.26, 0.2), (0.27, 0.15, 0.2))))
    ears = mirror(rotate(ball((0.12, 0.08, tall), (0.14, -0.12, 1.3)), 8, "y", about=(0.14, 0, 1.0)))
    inner = mirror(rotate(ball((0.07, 0.05, 0.78 * tall), (0.14, -0.175, 1.3)), 8, "y", about=(0.14, 0, 1.0)))
    nose = ball((0.07, 0.06, 0.05), (0, -0.5, 0.78))
    return [
        Part("rabbit", join(body, feet, ears), None),
        Part("ears", join(inner, nose), "pink"),
        Part("pupils", beads(0.15, -0.43, 0.88, 0.075), "black"),
    ]


@object_class("mouse", natural="grey", parts=("ears", "tail"), group="animal")
def mouse(rng: Rng) -> list[Part]:
    ear = rng(0.26, 0.32)
    body = join(ball((0.34, 0.46, 0.34), (0, 0.2, 0.34)), rod((0, 0, 0.38), (0, -0.62, 0.3), 0.34, 0.08))
    ears = mirror(scale(rod((0.28, -0.08, 0.74), (0.28, -0.0, 0.74), ear), 1))
    inner = mirror(rod((0.28, -0.11, 0.74), (0.28, -0.05, 0.74), 0.7 * ear))
    tail = tube(smooth_curve([(0, 0.55, 0.2), (0, 0.85, 0.1), (0.2, 1.05, 0.2), (0.1, 1.2, 0.45)]), 0.06)
    pupils = beads(0.15, -0.42, 0.44, 0.08)
    feet = mirror(join(ball((0.1, 0.16, 0.07), (0.2, -0.15, 0.05)), ball((0.1, 0.16, 0.07), (0.24, 0.3, 0.05))))
    return [
        Part("mouse", join(body, ears), None),
        Part("ears", inner, "pink"),
        Part("tail", join(tail, feet, ball(0.1, (0, -0.64, 0.3))), "pink"),
        Part("pupils", pupils, "black"),
    ]


@object_class("pig", "piglet", natural="pink", group="animal")
def pig(rng: Rng) -> list[Part]:
    fat = rng(0.38, 0.46)
    body = join(ball((fat, 0.55, fat), (0, 0.12, 0.6)), legs(0.22, 0.3, 0.5, 0.13, 0.12), ball(0.36, (0, -0.42, 0.72)))
    ears = mirror(rod((0.2, -0.5, 0.95), (0.34, -0.66, 1.2), 0.15, 0.02))
    tail = tube([(0, 0.62, 0.7), (0.12, 0.74, 0.76), (0, 0.82, 0.84), (-0.1, 0.8, 0.92), (0.02, 0.8, 1.0)], 0.05)
    snout = rod((0, -0.7, 0.66), (0, -0.9, 0.66), 0.19)
    darker = join(beads(0.075, -0.91, 0.66, 0.055), legs(0.22, 0.3, 0.12, 0.14, 0.12))
    return [
        Part("pig", join(body, ears, tail), None),
        Part("snout", snout, "skin"),
        Part("nostrils", darker, "brown"),
        *eyes(0.16, -0.7, 0.9, 0.085),
    ]


@object_class("cow", natural="white", parts=("spots",), group="animal")
def cow(rng: Rng) -> list[Part]:
    long = rng(0.58, 0.68)
    body = join(
        ball((0.38, long, 0.36), (0, 0.2, 0.72)),
        legs(0.22, 0.38, 0.6, 0.12, 0.2),
        ball((0.27, 0.26, 0.3), (0, -0.58, 1.0)),
    )
    body = join(body, mirror(ball((0.2, 0.07, 0.1), (0.36, -0.5, 1.08))), rod((0, 0.85, 0.85), (0, 0.98, 0.4), 0.06))
    spots = [ball((0.1, 0.24, 0.2), (0.33, 0.1, 0.82)), ball((0.1, 0.2, 0.18), (-0.32, 0.35, 0.76))]
    spots += [ball((0.22, 0.22, 0.08), (0.05, 0.35, 1.04)), ball((0.1, 0.17, 0.16), (-0.33, -0.08, 0.84))]
    spots += [ball((0.1, 0.16, 0.14), (0.33, 0.52, 0.7)), legs(0.22, 0.38, 0.1, 0.13, 0.2), ball(0.1, (0, 0.98, 0.4))]
    muzzle = join(ball((0.24, 0.16, 0.18), (0, -0.78, 0.86)), ball((0.18, 0.2, 0.12), (0, 0.42, 0.4)))
    horns = mirror(tube(smooth_curve([(0.16, -0.52, 1.22), (0.32, -0.52, 1.3), (0.34, -0.52, 1.46)]), 0.06))
    return [
        Part("cow", body, None),
        Part("spots", join(*spots), "black"),
        Part("muzzle", muzzle, "pink"),
        Part("horns", horns, "cream"),
        Part("pupils", join(beads(0.16, -0.8, 1.1, 0.07), beads(0.1, -0.93, 0.88, 0.045)), "black"),
    ]


@object_class("sheep", "lamb", natural="white", parts=("face",), group="animal")
def sheep(rng: Rng) -> list[Part]:
    puff = rng(0.2, 0.25)
    tops = repeat_around(ball(puff, (0.3, 0, 0.26)), 6)
    wool = join(ball((0.4, 0.5, 0.36)), scale(join(tops, repeat_around(ball(puff, (0.42, 0, 0.0)), 9)), 1, 1.25, 1))
    wool = join(shift(wool, 0, 0.15, 0.72), repeat_around(ball(0.12, (0.12, 0, 1.18)), 3), ball(0.2, (0, -0.46, 1.14)))
    face = join(ball((0.21, 0.22, 0.28), (0, -0.56, 0.9)), mirror(ball((0.19, 0.08, 0.09), (0.3, -0.48, 0.98))))
    return [
        Part("wool", wool, None),
        Part("face", join(face, legs(0.22, 0.3, 0.55, 0.1, 0.15)), "black"),
        *eyes(0.11, -0.74, 0.98, 0.075),
    ]


def horse_parts(rng: Rng, tall: float = 1.0) -> tuple[Trimesh, Trimesh, Trimesh, Trimesh]:
    """A horse's body, mane, hooves and face: a unicorn and a zebra have them too."""
    body = join(ball((0.3, 0.55, 0.3), (0, 0.25, 0.85 * tall)), legs(0.18, 0.4, 0.85 * tall, 0.105, 0.25))
    neck = tube([(0, -0.1, 0.9 * tall), (0, -0.38, 1.25), (0, -0.44, 1.45)], [0.28, 0.2, 0.18])
    head = join(ball((0.2, 0.26, 0.22), (0, -0.48, 1.48)), tube([(0, -0.55, 1.45), (0, -0.86, 1.24)], [0.18, 0.14]))
    ears = mirror(rod((0.12, -0.38, 1.6), (0.15, -0.36, 1.88), 0.09, 0.0))
    mane = tube(
        smooth_curve([(0, -0.5, 1.74), (0, -0.22, 1.6), (0, -0.1, 1.3), (0, 0.05, 1.05)]),
        [0.1, 0.12, 0.14, 0.13, 0.12] + [0.12] * 8,
    )
    tail = tube(
        smooth_curve([(0, 0.75, 0.95), (0, 0.98, 0.9), (0, 1.04, rng(0.35, 0.5))], 2), [0.08, 0.12, 0.14, 0.14, 0.06]
    )
    face = join(beads(0.17, -0.6, 1.52, 0.065), beads(0.07, -0.97, 1.24, 0.045))
    return join(body, neck, head, ears), join(mane, tail), legs(0.18, 0.4, 0.14, 0.12, 0.25), face


@object_class("horse", "pony", natural="brown", parts=("mane",), group="animal")
def horse(rng: Rng) -> list[Part]:
    body, mane, hooves, face = horse_parts(rng)
    muzzle = ball((0.16, 0.12, 0.15), (0, -0.88, 1.24))
    return [
        Part("horse", body, None),
        Part("mane", mane, "black"),
        Part("muzzle", join(muzzle, hooves), "cream"),
        Part("pupils", face, "black"),
    ]


@object_class("unicorn", natural="white", parts=("mane", "horn"), group="animal")
def unicorn(rng: Rng) -> list[Part]:
    body, mane, hooves, face = horse_parts(rng)
    horn = rod((0, -0.62, 1.62), (0, -0.85, 2.15), 0.1, 0.0)
    return [
        Part("unicorn", body, None),
        Part("mane", mane, "pink"),
        Part("horn", join(horn, hooves), "gold"),
        Part("pupils", face, "black"),
    ]


@object_class("zebra", natural="white", parts=("stripes",), group="animal")
def zebra(rng: Rng) -> list[Part]:
    body, mane, hooves, face = horse_parts(rng)
    bands = [scale(rod((0, -0.035, 0), (0, 0.035, 0), 1.0), r, 1, r) for r in (0.24, 0.3, 0.315, 0.3, 0.24)]
    stripes = [shift(band, 0, y, 0.85) for band, y in zip(bands, (-0.13, 0.06, 0.25, 0.44, 0.63), strict=True)]
    stripes += [rod((0, -0.26, 1.1), (0, -0.3, 1.14), 0.25), rod((0, -0.36, 1.29), (0, -0.39, 1.34), 0.21)]
    stripes += [shift(legs(0.18, 0.4, 0.07, 0.12, 0.25), z=z) for z in (0.25, 0.45)]
    dark = join(mane, hooves, face, ball((0.16, 0.12, 0.15), (0, -0.88, 1.24)), *stripes)
    return [Part("zebra", body, None), Part("stripes", dark, "black")]


@object_class("goat", natural="cream", parts=("horns",), group="animal")
def goat(rng: Rng) -> list[Part]:
    body = join(
        ball((0.3, 0.5, 0.3), (0, 0.2, 0.72)),
        legs(0.17, 0.32, 0.65, 0.1, 0.2),
        ball((0.2, 0.22, 0.26), (0, -0.42, 1.12)),
    )
    body = join(body, rod((0, -0.1, 0.8), (0, -0.4, 1.1), 0.2), rod((0, -0.45, 1.05), (0, -0.68, 0.98), 0.17, 0.13))
    body = join(
        body, mirror(ball((0.2, 0.06, 0.08), (0.3, -0.36, 1.12))), rod((0, 0.65, 0.85), (0, 0.8, 1.1), 0.1, 0.04)
    )
    horns = mirror(tube(smooth_curve([(0.1, -0.42, 1.3), (0.18, -0.3, 1.58), (0.24, 0.0, 1.6 + rng(0, 0.1))]), 0.075))
    beard = rod((0, -0.6, 0.92), (0, -0.62, 0.6), 0.11, 0.02)
    return [
        Part("goat", body, None),
        Part("horns", join(horns, legs(0.17, 0.32, 0.12, 0.115, 0.2)), "brown"),
        Part("beard", beard, "white"),
        Part("pupils", join(beads(0.15, -0.56, 1.2, 0.07), ball(0.08, (0, -0.8, 1.0))), "black"),
    ]


@object_class("guinea pig", "hamster", natural="orange", group="animal")
def guinea_pig(rng: Rng) -> list[Part]:
    body = join(
        ball((0.42, rng(0.55, 0.62), 0.38), (0, 0.1, 0.4)), mirror(ball((0.13, 0.07, 0.13), (0.32, -0.3, 0.74)))
    )
    patch = join(ball((0.2, 0.25, 0.24), (0, -0.4, 0.42)), ball((0.435, 0.2, 0.395), (0, 0.2, 0.4)))
    feet = mirror(join(ball((0.09, 0.15, 0.08), (0.2, -0.36, 0.06)), ball((0.09, 0.15, 0.08), (0.22, 0.4, 0.06))))
    dark = beads(0.24, -0.4, 0.52, 0.085)
    return [
        Part("fur", body, None),
        Part("patch", patch, "white"),
        Part("feet", join(feet, ball((0.08, 0.06, 0.06), (0, -0.66, 0.44))), "pink"),
        Part("pupils", dark, "black"),
    ]
