"""Animals of the forest. All look towards -Y."""

from __future__ import annotations

from ..details import beads, curved, legs
from ..forms import (
    around,
    ball,
    cone,
    joined,
    mirrored,
    moved,
    rod,
    scaled,
    tube,
    turned,
)
from ..thing import Part, Vary, thing


@thing("bear", natural="brown", group="animal")
def bear(vary: Vary) -> list[Part]:
    fat = vary(0.42, 0.48)
    body = joined(
        ball((fat, 0.56, fat), (0, 0.2, 0.66)), legs(0.26, 0.32, 0.5, 0.17, 0.2), ball(0.36, (0, -0.42, 0.95))
    )
    ears = mirrored(ball((0.14, 0.09, 0.14), (0.26, -0.36, 1.27)))
    muzzle = joined(ball((0.19, 0.18, 0.15), (0, -0.74, 0.84)), mirrored(ball((0.09, 0.06, 0.09), (0.26, -0.41, 1.27))))
    dark = joined(ball((0.1, 0.07, 0.08), (0, -0.9, 0.9)), beads(0.15, -0.73, 1.04, 0.065))
    return [
        Part("bear", joined(body, ears, ball(0.11, (0, 0.76, 0.76))), None),
        Part("muzzle", muzzle, "cream"),
        Part("pupils", dark, "black"),
    ]


@thing("panda", natural="white", group="animal")
def panda(vary: Vary) -> list[Part]:
    body = joined(ball((0.44, 0.4, vary(0.44, 0.5)), (0, 0.1, 0.45)), ball((0.42, 0.36, 0.37), (0, -0.05, 1.08)))
    ears = mirrored(ball((0.15, 0.1, 0.15), (0.31, 0.0, 1.4)))
    patches = mirrored(turned(ball((0.11, 0.08, 0.15), (0.17, -0.33, 1.12)), 25, "y", about=(0.17, 0, 1.12)))
    arms = mirrored(tube([(0.34, 0.0, 0.74), (0.48, -0.22, 0.5), (0.3, -0.42, 0.46)], [0.17, 0.16, 0.13]))
    feet = mirrored(
        joined(rod((0.28, 0.0, 0.18), (0.36, -0.45, 0.16), 0.18), ball((0.17, 0.1, 0.18), (0.36, -0.46, 0.18)))
    )
    nose = ball((0.09, 0.08, 0.06), (0, -0.42, 1.0))
    pads = mirrored(ball((0.1, 0.05, 0.11), (0.37, -0.54, 0.18)))
    shine = beads(0.17, -0.41, 1.14, 0.045)
    return [
        Part("panda", body, None),
        Part("ears", joined(ears, patches, arms, feet, nose), "black"),
        Part("eyes", shine, "white"),
        Part("pads", pads, "pink"),
    ]


@thing("koala", natural="grey", group="animal")
def koala(vary: Vary) -> list[Part]:
    body = joined(ball((0.38, 0.36, 0.42), (0, 0.05, 0.42)), ball((0.38, 0.33, 0.34), (0, -0.05, 1.0)))
    limbs = mirrored(
        joined(
            tube([(0.3, 0, 0.68), (0.42, -0.25, 0.5), (0.28, -0.42, 0.5)], 0.13),
            ball((0.16, 0.22, 0.16), (0.32, -0.3, 0.15)),
        )
    )
    wide = vary(0.24, 0.29)
    ears = mirrored(ball((wide, 0.12, wide), (0.42, 0.0, 1.24)))
    white = joined(
        mirrored(ball((0.6 * wide, 0.08, 0.6 * wide), (0.44, -0.08, 1.22))), ball((0.26, 0.16, 0.3), (0, -0.2, 0.42))
    )
    dark = joined(ball((0.12, 0.1, 0.17), (0, -0.38, 0.96)), beads(0.2, -0.33, 1.08, 0.065))
    return [Part("koala", joined(body, limbs, ears), None), Part("belly", white, "white"), Part("nose", dark, "black")]


@thing("fox", natural="orange", parts=("tail",), group="animal")
def fox(vary: Vary) -> list[Part]:
    body = joined(
        ball((0.25, 0.45, 0.25), (0, 0.15, 0.55)),
        rod((0, -0.3, 0.88), (0, -0.88, 0.74), 0.3, 0.06),
        ball(0.31, (0, -0.36, 0.9)),
    )
    ears = mirrored(rod((0.19, -0.32, 1.05), (0.27, -0.3, 1.46), 0.16, 0.0))
    tail = tube(curved([(0, 0.5, 0.55), (0, 0.8, 0.5), (0, 1.1, 0.8)], 3), [0.1, 0.16, 0.2, 0.23, 0.24, 0.22, 0.19])
    tip = rod((0, 1.08, 0.78), (0, 1.24, vary(1.0, 1.1)), 0.2, 0.02)
    white = joined(mirrored(ball((0.15, 0.22, 0.1), (0.17, -0.5, 0.77))), tip, ball((0.2, 0.2, 0.24), (0, -0.14, 0.52)))
    dark = joined(ball(0.085, (0, -0.89, 0.75)), beads(0.15, -0.62, 0.96, 0.06))
    return [
        Part("fox", joined(body, ears, tail), None),
        Part("tail", white, "white"),
        Part("paws", legs(0.16, 0.28, 0.45, 0.095, 0.15), "brown"),
        Part("nose", dark, "black"),
    ]


@thing("monkey", natural="brown", parts=("face",), group="animal")
def monkey(vary: Vary) -> list[Part]:
    body = joined(ball((0.28, 0.25, 0.38), (0, 0.05, 0.5)), ball((0.34, 0.31, 0.32), (0, -0.02, 1.08)))
    arms = mirrored(tube(curved([(0.22, 0, 0.74), (0.5, -0.05, 0.62), (0.62, -0.08, 1.0)]), 0.09))
    feet = mirrored(tube([(0.16, 0.0, 0.24), (0.36, -0.3, 0.24), (0.38, -0.32, 0.0)], 0.1))
    tail = tube(
        curved([(0, 0.25, 0.3), (0.1, 0.6, 0.3), (0.3, 0.65, vary(0.6, 0.8)), (0.16, 0.62, 0.95), (0.05, 0.6, 0.8)]),
        0.065,
    )
    ears = mirrored(ball((0.14, 0.08, 0.16), (0.38, 0.0, 1.08)))
    face = [
        mirrored(ball((0.15, 0.12, 0.16), (0.11, -0.24, 1.14))),
        ball((0.25, 0.17, 0.17), (0, -0.24, 0.95)),
        ball((0.2, 0.14, 0.26), (0, -0.14, 0.48)),
    ]
    face += [mirrored(ball((0.09, 0.06, 0.1), (0.4, -0.05, 1.08))), mirrored(ball(0.12, (0.62, -0.08, 1.02)))]
    dark = joined(beads(0.11, -0.36, 1.16, 0.055), ball((0.13, 0.04, 0.03), (0, -0.41, 0.9)))
    return [
        Part("monkey", joined(body, arms, feet, tail, ears), None),
        Part("face", joined(*face), "skin"),
        Part("pupils", dark, "black"),
    ]


@thing("deer", "reindeer", natural="wood", parts=("antlers", "nose"), group="animal")
def deer(vary: Vary) -> list[Part]:
    body = joined(
        ball((0.27, 0.48, 0.27), (0, 0.25, 0.85)),
        legs(0.16, 0.34, 0.85, 0.085, 0.25),
        tube([(0, -0.05, 0.9), (0, -0.3, 1.35)], [0.22, 0.15]),
    )
    head = joined(ball((0.2, 0.22, 0.2), (0, -0.34, 1.4)), rod((0, -0.4, 1.38), (0, -0.68, 1.26), 0.16, 0.12))
    ears = mirrored(ball((0.17, 0.06, 0.09), (0.28, -0.28, 1.42)))
    beam = curved([(0.1, -0.3, 1.55), (0.3, -0.24, 1.72), (0.38, -0.24, 2.0 + vary(0, 0.1))])
    antlers = joined(
        tube(beam, 0.06),
        tube([(0.26, -0.26, 1.68), (0.12, -0.34, 1.92)], 0.055),
        tube([(0.36, -0.24, 1.8), (0.56, -0.28, 1.94)], 0.055),
    )
    white = joined(
        ball((0.2, 0.36, 0.18), (0, 0.25, 0.7)), ball(0.13, (0, 0.74, 0.95)), ball((0.16, 0.14, 0.2), (0, -0.12, 0.95))
    )
    hooves = legs(0.16, 0.34, 0.12, 0.1, 0.25)
    return [
        Part("deer", joined(body, head, ears), None),
        Part("antlers", joined(mirrored(antlers), hooves), "brown"),
        Part("belly", white, "white"),
        Part("nose", ball(0.1, (0, -0.72, 1.29)), "red"),
        Part("pupils", beads(0.16, -0.48, 1.47, 0.06), "black"),
    ]


@thing("squirrel", natural="orange", parts=("tail",), group="animal")
def squirrel(vary: Vary) -> list[Part]:
    body = joined(ball((0.26, 0.28, 0.36), (0, 0, 0.4)), ball((0.25, 0.27, 0.24), (0, -0.14, 0.9)))
    ears = mirrored(rod((0.13, -0.08, 1.05), (0.18, -0.06, 1.34), 0.1, 0.0))
    feet = mirrored(
        joined(ball((0.12, 0.22, 0.08), (0.18, -0.16, 0.08)), tube([(0.2, -0.1, 0.62), (0.14, -0.34, 0.55)], 0.08))
    )
    spine = curved([(0, 0.2, 0.12), (0, 0.52, 0.35), (0, 0.5, 0.85), (0, 0.42, 1.15), (0, 0.66, vary(1.25, 1.32))], 3)
    tail = scaled(tube(spine, [0.1, 0.15, 0.18, 0.2, 0.22, 0.24, 0.25, 0.26, 0.26, 0.25, 0.22, 0.17, 0.08]), 1, 1, 1)
    nut = joined(ball((0.11, 0.11, 0.14), (0, -0.42, 0.54)))
    belly = joined(ball((0.17, 0.14, 0.26), (0, -0.18, 0.38)), ball((0.14, 0.1, 0.09), (0, -0.36, 0.83)))
    dark = joined(beads(0.13, -0.35, 0.97, 0.06), ball(0.05, (0, -0.46, 0.87)))
    return [
        Part("squirrel", joined(body, ears, feet), None),
        Part("tail", tail, "brown"),
        Part("belly", belly, "white"),
        Part("nut", nut, "wood"),
        Part("pupils", dark, "black"),
    ]


@thing("hedgehog", natural="brown", parts=("face",), group="animal")
def hedgehog(vary: Vary) -> list[Part]:
    back = ball((0.5, 0.52, 0.42), (0, 0.2, 0.4))
    rows = [(0.52, 0.34, 15, 12), (0.4, 0.6, 40, 10), (0.2, 0.76, 65, 6)]
    spikes = [around(turned(moved(cone(0.13, 0.24), 0, 0, 0), 90 - tilt, "y"), 1) for _, _, tilt, _ in rows]
    quills = [around(moved(s, r, 0, z), n) for s, (r, z, _, n) in zip(spikes, rows, strict=True)]
    face = joined(rod((0, -0.1, 0.34), (0, -0.66, 0.26), 0.3, 0.08), mirrored(ball(0.1, (0.24, -0.22, 0.6))))
    feet = mirrored(joined(ball((0.1, 0.16, 0.08), (0.24, -0.12, 0.06)), ball((0.1, 0.16, 0.08), (0.26, 0.4, 0.06))))
    dark = joined(ball(0.1, (0, -0.68, 0.27)), beads(0.15, -0.36, 0.44, 0.07))
    spines = joined(back, moved(joined(*quills), 0, 0.2, vary(0.0, 0.04)))
    return [Part("hedgehog", spines, None), Part("face", joined(face, feet), "cream"), Part("nose", dark, "black")]
