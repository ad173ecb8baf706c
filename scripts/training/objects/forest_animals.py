"""Animals of the forest. All look towards -Y."""

from __future__ import annotations

from .mesh_details import beads, legs, smooth_curve
from .mesh_primitives import (
    ball,
    cone,
    join,
    mirror,
    repeat_around,
    rod,
    rotate,
    scale,
    shift,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("bear", natural="brown", group="animal")
def bear(rng: Rng) -> list[Part]:
    fat = rng(0.42, 0.48)
    body = join(ball((fat, 0.56, fat), (0, 0.2, 0.66)), legs(0.26, 0.32, 0.5, 0.17, 0.2), ball(0.36, (0, -0.42, 0.95)))
    ears = mirror(ball((0.14, 0.09, 0.14), (0.26, -0.36, 1.27)))
    muzzle = join(ball((0.19, 0.18, 0.15), (0, -0.74, 0.84)), mirror(ball((0.09, 0.06, 0.09), (0.26, -0.41, 1.27))))
    dark = join(ball((0.1, 0.07, 0.08), (0, -0.9, 0.9)), beads(0.15, -0.73, 1.04, 0.065))
    return [
        Part("bear", join(body, ears, ball(0.11, (0, 0.76, 0.76))), None),
        Part("muzzle", muzzle, "cream"),
        Part("pupils", dark, "black"),
    ]


@object_class("panda", natural="white", group="animal")
def panda(rng: Rng) -> list[Part]:
    body = join(ball((0.44, 0.4, rng(0.44, 0.5)), (0, 0.1, 0.45)), ball((0.42, 0.36, 0.37), (0, -0.05, 1.08)))
    ears = mirror(ball((0.15, 0.1, 0.15), (0.31, 0.0, 1.4)))
    patches = mirror(rotate(ball((0.11, 0.08, 0.15), (0.17, -0.33, 1.12)), 25, "y", about=(0.17, 0, 1.12)))
    arms = mirror(tube([(0.34, 0.0, 0.74), (0.48, -0.22, 0.5), (0.3, -0.42, 0.46)], [0.17, 0.16, 0.13]))
    feet = mirror(join(rod((0.28, 0.0, 0.18), (0.36, -0.45, 0.16), 0.18), ball((0.17, 0.1, 0.18), (0.36, -0.46, 0.18))))
    nose = ball((0.09, 0.08, 0.06), (0, -0.42, 1.0))
    pads = mirror(ball((0.1, 0.05, 0.11), (0.37, -0.54, 0.18)))
    shine = beads(0.17, -0.41, 1.14, 0.045)
    return [
        Part("panda", body, None),
        Part("ears", join(ears, patches, arms, feet, nose), "black"),
        Part("eyes", shine, "white"),
        Part("pads", pads, "pink"),
    ]


@object_class("koala", natural="grey", group="animal")
def koala(rng: Rng) -> list[Part]:
    body = join(ball((0.38, 0.36, 0.42), (0, 0.05, 0.42)), ball((0.38, 0.33, 0.34), (0, -0.05, 1.0)))
    limbs = mirror(
        join(
            tube([(0.3, 0, 0.68), (0.42, -0.25, 0.5), (0.28, -0.42, 0.5)], 0.13),
            ball((0.16, 0.22, 0.16), (0.32, -0.3, 0.15)),
        )
    )
    wide = rng(0.24, 0.29)
    ears = mirror(ball((wide, 0.12, wide), (0.42, 0.0, 1.24)))
    white = join(
        mirror(ball((0.6 * wide, 0.08, 0.6 * wide), (0.44, -0.08, 1.22))), ball((0.26, 0.16, 0.3), (0, -0.2, 0.42))
    )
    dark = join(ball((0.12, 0.1, 0.17), (0, -0.38, 0.96)), beads(0.2, -0.33, 1.08, 0.065))
    return [Part("koala", join(body, limbs, ears), None), Part("belly", white, "white"), Part("nose", dark, "black")]


@object_class("fox", natural="orange", parts=("tail",), group="animal")
def fox(rng: Rng) -> list[Part]:
    body = join(
        ball((0.25, 0.45, 0.25), (0, 0.15, 0.55)),
        rod((0, -0.3, 0.88), (0, -0.88, 0.74), 0.3, 0.06),
        ball(0.31, (0, -0.36, 0.9)),
    )
    ears = mirror(rod((0.19, -0.32, 1.05), (0.27, -0.3, 1.46), 0.16, 0.0))
    tail = tube(
        smooth_curve([(0, 0.5, 0.55), (0, 0.8, 0.5), (0, 1.1, 0.8)], 3), [0.1, 0.16, 0.2, 0.23, 0.24, 0.22, 0.19]
    )
    tip = rod((0, 1.08, 0.78), (0, 1.24, rng(1.0, 1.1)), 0.2, 0.02)
    white = join(mirror(ball((0.15, 0.22, 0.1), (0.17, -0.5, 0.77))), tip, ball((0.2, 0.2, 0.24), (0, -0.14, 0.52)))
    dark = join(ball(0.085, (0, -0.89, 0.75)), beads(0.15, -0.62, 0.96, 0.06))
    return [
        Part("fox", join(body, ears, tail), None),
        Part("tail", white, "white"),
        Part("paws", legs(0.16, 0.28, 0.45, 0.095, 0.15), "brown"),
        Part("nose", dark, "black"),
    ]


@object_class("monkey", natural="brown", parts=("face",), group="animal")
def monkey(rng: Rng) -> list[Part]:
    body = join(ball((0.28, 0.25, 0.38), (0, 0.05, 0.5)), ball((0.34, 0.31, 0.32), (0, -0.02, 1.08)))
    arms = mirror(tube(smooth_curve([(0.22, 0, 0.74), (0.5, -0.05, 0.62), (0.62, -0.08, 1.0)]), 0.09))
    feet = mirror(tube([(0.16, 0.0, 0.24), (0.36, -0.3, 0.24), (0.38, -0.32, 0.0)], 0.1))
    tail = tube(
        smooth_curve(
            [(0, 0.25, 0.3), (0.1, 0.6, 0.3), (0.3, 0.65, rng(0.6, 0.8)), (0.16, 0.62, 0.95), (0.05, 0.6, 0.8)]
        ),
        0.065,
    )
    ears = mirror(ball((0.14, 0.08, 0.16), (0.38, 0.0, 1.08)))
    face = [
        mirror(ball((0.15, 0.12, 0.16), (0.11, -0.24, 1.14))),
        ball((0.25, 0.17, 0.17), (0, -0.24, 0.95)),
        ball((0.2, 0.14, 0.26), (0, -0.14, 0.48)),
    ]
    face += [mirror(ball((0.09, 0.06, 0.1), (0.4, -0.05, 1.08))), mirror(ball(0.12, (0.62, -0.08, 1.02)))]
    dark = join(beads(0.11, -0.36, 1.16, 0.055), ball((0.13, 0.04, 0.03), (0, -0.41, 0.9)))
    return [
        Part("monkey", join(body, arms, feet, tail, ears), None),
        Part("face", join(*face), "skin"),
        Part("pupils", dark, "black"),
    ]


@object_class("deer", "reindeer", natural="wood", parts=("antlers", "nose"), group="animal")
def deer(rng: Rng) -> list[Part]:
    body = join(
        ball((0.27, 0.48, 0.27), (0, 0.25, 0.85)),
        legs(0.16, 0.34, 0.85, 0.085, 0.25),
        tube([(0, -0.05, 0.9), (0, -0.3, 1.35)], [0.22, 0.15]),
    )
    head = join(ball((0.2, 0.22, 0.2), (0, -0.34, 1.4)), rod((0, -0.4, 1.38), (0, -0.68, 1.26), 0.16, 0.12))
    ears = mirror(ball((0.17, 0.06, 0.09), (0.28, -0.28, 1.42)))
    beam = smooth_curve([(0.1, -0.3, 1.55), (0.3, -0.24, 1.72), (0.38, -0.24, 2.0 + rng(0, 0.1))])
    antlers = join(
        tube(beam, 0.06),
        tube([(0.26, -0.26, 1.68), (0.12, -0.34, 1.92)], 0.055),
        tube([(0.36, -0.24, 1.8), (0.56, -0.28, 1.94)], 0.055),
    )
    white = join(
        ball((0.2, 0.36, 0.18), (0, 0.25, 0.7)), ball(0.13, (0, 0.74, 0.95)), ball((0.16, 0.14, 0.2), (0, -0.12, 0.95))
    )
    hooves = legs(0.16, 0.34, 0.12, 0.1, 0.25)
    return [
        Part("deer", join(body, head, ears), None),
        Part("antlers", join(mirror(antlers), hooves), "brown"),
        Part("belly", white, "white"),
        Part("nose", ball(0.1, (0, -0.72, 1.29)), "red"),
        Part("pupils", beads(0.16, -0.48, 1.47, 0.06), "black"),
    ]


@object_class("squirrel", natural="orange", parts=("tail",), group="animal")
def squirrel(rng: Rng) -> list[Part]:
    body = join(ball((0.26, 0.28, 0.36), (0, 0, 0.4)), ball((0.25, 0.27, 0.24), (0, -0.14, 0.9)))
    ears = mirror(rod((0.13, -0.08, 1.05), (0.18, -0.06, 1.34), 0.1, 0.0))
    feet = mirror(
        join(ball((0.12, 0.22, 0.08), (0.18, -0.16, 0.08)), tube([(0.2, -0.1, 0.62), (0.14, -0.34, 0.55)], 0.08))
    )
    spine = smooth_curve(
        [(0, 0.2, 0.12), (0, 0.52, 0.35), (0, 0.5, 0.85), (0, 0.42, 1.15), (0, 0.66, rng(1.25, 1.32))], 3
    )
    tail = scale(tube(spine, [0.1, 0.15, 0.18, 0.2, 0.22, 0.24, 0.25, 0.26, 0.26, 0.25, 0.22, 0.17, 0.08]), 1, 1, 1)
    nut = join(ball((0.11, 0.11, 0.14), (0, -0.42, 0.54)))
    belly = join(ball((0.17, 0.14, 0.26), (0, -0.18, 0.38)), ball((0.14, 0.1, 0.09), (0, -0.36, 0.83)))
    dark = join(beads(0.13, -0.35, 0.97, 0.06), ball(0.05, (0, -0.46, 0.87)))
    return [
        Part("squirrel", join(body, ears, feet), None),
        Part("tail", tail, "brown"),
        Part("belly", belly, "white"),
        Part("nut", nut, "wood"),
        Part("pupils", dark, "black"),
    ]


@object_class("hedgehog", natural="brown", parts=("face",), group="animal")
def hedgehog(rng: Rng) -> list[Part]:
    back = ball((0.5, 0.52, 0.42), (0, 0.2, 0.4))
    rows = [(0.52, 0.34, 15, 12), (0.4, 0.6, 40, 10), (0.2, 0.76, 65, 6)]
    spikes = [repeat_around(rotate(shift(cone(0.13, 0.24), 0, 0, 0), 90 - tilt, "y"), 1) for _, _, tilt, _ in rows]
    quills = [repeat_around(shift(s, r, 0, z), n) for s, (r, z, _, n) in zip(spikes, rows, strict=True)]
    face = join(rod((0, -0.1, 0.34), (0, -0.66, 0.26), 0.3, 0.08), mirror(ball(0.1, (0.24, -0.22, 0.6))))
    feet = mirror(join(ball((0.1, 0.16, 0.08), (0.24, -0.12, 0.06)), ball((0.1, 0.16, 0.08), (0.26, 0.4, 0.06))))
    dark = join(ball(0.1, (0, -0.68, 0.27)), beads(0.15, -0.36, 0.44, 0.07))
    spines = join(back, shift(join(*quills), 0, 0.2, rng(0.0, 0.04)))
    return [Part("hedgehog", spines, None), Part("face", join(face, feet), "cream"), Part("nose", dark, "black")]
