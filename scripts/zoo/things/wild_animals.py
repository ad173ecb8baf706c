"""Animals of the wild. All look towards -Y."""

from __future__ import annotations

from ..details import beads, curved, eyes, legs
from ..forms import around, ball, cone, extrude, joined, mirrored, moved, ring, rod, scaled, tube, turned
from ..thing import Part, Vary, thing


@thing("elephant", natural="grey", parts=("tusks",), group="animal")
def elephant(vary: Vary) -> list[Part]:
    body = joined(
        ball((0.45, 0.55, 0.42), (0, 0.25, 0.8)), legs(0.26, 0.3, 0.7, 0.17, 0.25), ball(0.36, (0, -0.4, 1.0))
    )
    trunk = curved([(0, -0.6, 1.0), (0, -0.84, 0.75), (0, -0.86, 0.35), (0, -1.05, vary(0.2, 0.4))], 3)
    nose = tube(trunk, [0.2, 0.19, 0.18, 0.17, 0.15, 0.14, 0.13, 0.12, 0.11, 0.1])
    ears = mirrored(turned(ball((0.36, 0.08, 0.4), (0.58, -0.28, 1.02)), 15, "z", about=(0.3, -0.28, 0)))
    inner = mirrored(turned(ball((0.26, 0.07, 0.29), (0.58, -0.32, 1.02)), 15, "z", about=(0.3, -0.28, 0)))
    tusks = mirrored(tube(curved([(0.18, -0.62, 0.84), (0.22, -0.85, 0.68), (0.22, -1.05, 0.74)]), 0.065))
    tail = tube([(0, 0.76, 0.9), (0, 0.9, 0.75), (0, 0.94, 0.45)], [0.07, 0.05, 0.08])
    return [
        Part("elephant", joined(body, nose, ears, tail), None),
        Part("ears", inner, "pink"),
        Part("tusks", tusks, "white"),
        Part("pupils", beads(0.22, -0.69, 1.12, 0.065), "black"),
    ]


@thing("giraffe", natural="yellow", parts=("spots",), group="animal")
def giraffe(vary: Vary) -> list[Part]:
    high = vary(1.65, 1.8)
    body = joined(ball((0.28, 0.42, 0.28), (0, 0.2, 0.85)), legs(0.17, 0.28, 0.85, 0.1, 0.2))
    neck = joined(tube([(0, -0.05, 0.9), (0, -0.3, high)], [0.22, 0.13]), ball((0.17, 0.2, 0.17), (0, -0.34, high)))
    snout = joined(
        rod((0, -0.4, high), (0, -0.68, high - 0.1), 0.14, 0.11),
        mirrored(ball((0.17, 0.06, 0.08), (0.24, -0.28, high + 0.08))),
    )
    places = [
        (0.26, 0.0, 0.92),
        (0.26, 0.25, 0.98),
        (0.25, 0.42, 0.8),
        (0.27, 0.18, 0.74),
        (0.19, -0.08, 1.1),
        (0.16, -0.17, 1.33),
    ]
    spots = [ball((0.06, 0.1, 0.1), place) for place in places] + [ball((0.05, 0.08, 0.08), (0.12, -0.23, 1.54))]
    horns = mirrored(
        joined(rod((0.08, -0.3, high + 0.1), (0.1, -0.28, high + 0.32), 0.045), ball(0.075, (0.1, -0.28, high + 0.34)))
    )
    back = [ball((0.1, 0.1, 0.06), (0, y, 1.1)) for y in (0.1, 0.38)] + [ball((0.08, 0.06, 0.09), (0, -0.04, 1.3))]
    dark = joined(
        mirrored(joined(*spots)),
        *back,
        horns,
        legs(0.17, 0.28, 0.1, 0.12, 0.2),
        rod((0, 0.58, 0.9), (0, 0.74, 0.5), 0.05, 0.08),
    )
    pupils = beads(0.15, -0.44, high + 0.06, 0.055)
    return [
        Part("giraffe", joined(body, neck, snout), None),
        Part("spots", dark, "brown"),
        Part("pupils", pupils, "black"),
    ]


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


@thing("lion", natural="yellow", parts=("mane",), group="animal")
def lion(vary: Vary) -> list[Part]:
    body = joined(
        ball((0.3, 0.52, 0.3), (0, 0.25, 0.62)),
        legs(0.18, 0.32, 0.55, 0.12, 0.25),
        ball((0.3, 0.26, 0.3), (0, -0.46, 0.95)),
    )
    mane = joined(turned(around(ball(0.2, (vary(0.34, 0.38), 0, 0)), 9, "y"), 20, "y"), scaled(ball(0.42), 1, 0.5, 1))
    tail = tube(curved([(0, 0.72, 0.7), (0, 0.98, 0.7), (0, 1.08, 1.0)]), 0.06)
    muzzle = joined(beads(0.09, -0.7, 0.85, 0.12))
    dark = joined(ball((0.09, 0.07, 0.07), (0, -0.82, 0.93)), beads(0.14, -0.69, 1.04, 0.065))
    ears = mirrored(ball(0.11, (0.28, -0.4, 1.26)))
    return [
        Part("lion", joined(body, tail, ears), None),
        Part("mane", joined(moved(mane, 0, -0.34, 0.95), ball(0.13, (0, 1.08, 1.06))), "brown"),
        Part("muzzle", muzzle, "white"),
        Part("pupils", dark, "black"),
    ]


@thing("tiger", natural="orange", parts=("stripes",), group="animal")
def tiger(vary: Vary) -> list[Part]:
    body = joined(
        ball((0.32, 0.56, 0.3), (0, 0.25, 0.64)),
        legs(0.19, 0.34, 0.55, 0.13, 0.25),
        ball((0.36, 0.32, 0.33), (0, -0.44, 0.98)),
    )
    tail = tube(curved([(0, 0.75, 0.7), (0, 1.0, 0.72), (0, 1.08, vary(1.0, 1.15))]), 0.075)
    ears = mirrored(ball((0.13, 0.09, 0.13), (0.26, -0.36, 1.26)))
    bands = [(-0.06, 0.29), (0.12, 0.31), (0.3, 0.315), (0.48, 0.29), (0.64, 0.23)]
    stripes = [moved(scaled(rod((0, -0.04, 0), (0, 0.04, 0), r + 0.015), 1.03, 1, 0.95), 0, y, 0.67) for y, r in bands]
    marks = [ball((0.05, 0.08, 0.11), (x, -0.6, 1.22)) for x in (-0.12, 0.0, 0.12)]
    marks += [mirrored(ball((0.06, 0.1, 0.04), (0.34, -0.52, z))) for z in (0.92, 1.04)] + [ball(0.1, (0, 1.08, 1.14))]
    marks += [moved(legs(0.19, 0.34, 0.07, 0.14, 0.25), z=0.2)]
    dark = joined(*stripes, *marks, ball((0.09, 0.07, 0.06), (0, -0.83, 0.96)))
    white = joined(beads(0.1, -0.72, 0.87, 0.13), ball((0.24, 0.48, 0.2), (0, 0.25, 0.5)))
    return [
        Part("tiger", joined(body, tail, ears), None),
        Part("stripes", joined(dark, beads(0.15, -0.73, 1.06, 0.065)), "black"),
        Part("muzzle", white, "white"),
    ]


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


@thing("camel", natural="wood", group="animal")
def camel(vary: Vary) -> list[Part]:
    body = joined(ball((0.3, 0.58, 0.3), (0, 0.2, 0.9)), legs(0.17, 0.4, 0.9, 0.095, 0.2))
    humps = joined(*(ball((0.22, 0.22, vary(0.3, 0.36)), (0, y, 1.16)) for y in (-0.05, 0.44)))
    neck = tube(curved([(0, -0.25, 0.9), (0, -0.62, 0.9), (0, -0.74, 1.25), (0, -0.78, 1.5)]), 0.15)
    head = joined(ball((0.17, 0.2, 0.17), (0, -0.84, 1.54)), rod((0, -0.9, 1.5), (0, -1.16, 1.42), 0.14, 0.12))
    saddle = mirrored(rod((0.05, 0.2, 0.9), (0.34, 0.2, 0.9), 0.2))
    dark = joined(beads(0.14, -0.94, 1.62, 0.06), beads(0.06, -1.26, 1.44, 0.035))
    tail = tube([(0, 0.75, 0.95), (0, 0.86, 0.55)], [0.05, 0.08])
    hooves = joined(legs(0.17, 0.4, 0.1, 0.12, 0.2), mirrored(ball((0.06, 0.06, 0.1), (0.13, -0.74, 1.68))))
    return [
        Part("camel", joined(body, humps, neck, head, tail), None),
        Part("saddle", saddle, "red"),
        Part("hooves", hooves, "brown"),
        Part("pupils", dark, "black"),
    ]


@thing("kangaroo", natural="orange", group="animal")
def kangaroo(vary: Vary) -> list[Part]:
    body = joined(ball((0.32, 0.32, 0.42), (0, 0.1, 0.62)), rod((0, 0.02, 0.8), (0, -0.12, 1.25), 0.24, 0.15))
    head = joined(ball((0.2, 0.22, 0.2), (0, -0.16, 1.36)), rod((0, -0.2, 1.34), (0, -0.52, 1.26), 0.16, 0.1))
    ears = mirrored(ball((0.08, 0.06, 0.23), (0.13, -0.1, 1.66)))
    feet = mirrored(
        joined(
            ball((0.14, 0.28, 0.3), (0.28, 0.12, 0.42)),
            tube([(0.28, 0.2, 0.2), (0.28, 0.1, 0.07), (0.28, -0.42, 0.06)], 0.09),
        )
    )
    tail = tube(
        curved([(0, 0.3, 0.4), (0, 0.65, 0.12), (0, 1.0, vary(0.08, 0.2))], 3),
        [0.2, 0.18, 0.15, 0.13, 0.11, 0.09, 0.06],
    )
    arms = mirrored(tube([(0.2, -0.1, 1.02), (0.24, -0.28, 0.86), (0.2, -0.38, 0.96)], 0.07))
    pouch = joined(ball((0.24, 0.2, 0.24), (0, -0.1, 0.56)), mirrored(ball((0.05, 0.05, 0.16), (0.13, -0.145, 1.66))))
    joey = joined(ball(0.14, (0, -0.24, 0.86)), mirrored(ball((0.05, 0.04, 0.11), (0.08, -0.22, 1.02))))
    dark = joined(beads(0.14, -0.3, 1.43, 0.055), ball(0.075, (0, -0.53, 1.29)))
    return [
        Part("kangaroo", joined(body, head, ears, feet, tail, arms), None),
        Part("pouch", pouch, "cream"),
        Part("joey", joey, "brown"),
        Part("pupils", dark, "black"),
    ]


@thing("rhino", "rhinoceros", natural="grey", parts=("horn",), group="animal")
def rhino(vary: Vary) -> list[Part]:
    body = joined(
        ball((0.42, 0.62, 0.4), (0, 0.25, 0.72)),
        legs(0.25, 0.36, 0.6, 0.16, 0.25),
        ball((0.28, 0.3, 0.28), (0, -0.42, 0.8)),
    )
    head = joined(rod((0, -0.45, 0.78), (0, -0.92, 0.6), 0.26, 0.2), ball(0.2, (0, -0.92, 0.6)))
    ears = mirrored(rod((0.16, -0.4, 1.0), (0.24, -0.38, 1.24), 0.1, 0.02))
    big = rod((0, -0.94, 0.72), (0, -1.14, vary(1.2, 1.35)), 0.13, 0.0)
    horns = joined(big, rod((0, -0.7, 0.86), (0, -0.76, 1.12), 0.09, 0.0))
    tail = tube([(0, 0.82, 0.8), (0, 0.95, 0.5)], 0.05)
    return [
        Part("rhino", joined(body, head, ears, tail), None),
        Part("horn", horns, "cream"),
        Part("pupils", beads(0.22, -0.6, 0.88, 0.06), "black"),
    ]


@thing("hippo", "hippopotamus", natural="purple", group="animal")
def hippo(vary: Vary) -> list[Part]:
    body = joined(
        ball((0.45, 0.6, 0.42), (0, 0.3, 0.65)),
        legs(0.27, 0.35, 0.4, 0.17, 0.3),
        ball((0.33, 0.32, 0.32), (0, -0.38, 0.82)),
    )
    snout = joined(ball((0.38, 0.28, vary(0.26, 0.3)), (0, -0.72, 0.64)))
    ears = mirrored(ball((0.1, 0.07, 0.1), (0.26, -0.32, 1.12)))
    dark = joined(beads(0.16, -0.92, 0.8, 0.055), ball((0.3, 0.06, 0.035), (0, -0.95, 0.56)))
    teeth = beads(0.18, -0.96, 0.5, 0.07)
    white, pupils = eyes(0.17, -0.6, 1.02, 0.095)
    return [
        Part("hippo", joined(body, snout, ears), None),
        Part("teeth", joined(teeth, white.mesh), "white"),
        Part("pupils", joined(pupils.mesh, dark), "black"),
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


@thing("snake", natural="green", parts=("stripes",), group="animal")
def snake(vary: Vary) -> list[Part]:
    coil = ring(0.48, 0.2, (0, 0.1, 0.2)), ring(0.32, 0.18, (0, 0.1, 0.5))
    neck = curved([(0.3, 0.1, 0.55), (0.1, -0.06, 0.78), (0, 0.06, 1.05), (0, -0.1, vary(1.25, 1.35))])
    head = ball((0.22, 0.27, 0.16), (0, -0.2, 1.36))
    tail = tube([(0.2, 0.55, 0.2), (0.6, 0.6, 0.16), (0.95, 0.35, 0.1)], [0.18, 0.12, 0.02])
    bands = [turned(ring(0.19, 0.045, (0.48, 0.0, 0.2), "y"), a) for a in range(20, 360, 40)]
    bands += [turned(ring(0.17, 0.045, (0.32, 0.0, 0.5), "y"), a) for a in range(0, 360, 60)]
    tongue = joined(
        rod((0, -0.42, 1.34), (0, -0.6, 1.3), 0.04), mirrored(rod((0, -0.58, 1.3), (0.09, -0.7, 1.28), 0.04))
    )
    return [
        Part("snake", joined(*coil, tube(neck, 0.15), head, tail), None),
        Part("stripes", moved(joined(*bands), 0, 0.1, 0), "yellow"),
        Part("tongue", tongue, "red"),
        *eyes(0.13, -0.3, 1.46, 0.075),
    ]


@thing("dinosaur", natural="green", parts=("spikes",), group="animal")
def dinosaur(vary: Vary) -> list[Part]:
    body = tube(
        curved([(0, -0.55, 1.15), (0, -0.25, 1.0), (0, 0.1, 0.72), (0, 0.5, 0.5), (0, 1.05, 0.25)], 2),
        [0.14, 0.19, 0.24, 0.32, 0.37, 0.34, 0.26, 0.16, 0.05],
    )
    head = joined(
        ball((0.24, 0.3, 0.22), (0, -0.55, 1.3)),
        ball((0.2, 0.26, 0.12), (0, -0.82, 1.26)),
        ball((0.17, 0.24, 0.07), (0, -0.78, 1.08)),
    )
    feet = mirrored(
        joined(
            ball((0.16, 0.22, 0.28), (0.26, 0.12, 0.46)),
            rod((0.27, 0.14, 0.35), (0.27, 0.06, 0.05), 0.12),
            ball((0.14, 0.22, 0.08), (0.27, -0.06, 0.07)),
        )
    )
    arms = mirrored(tube([(0.2, -0.25, 0.86), (0.26, -0.44, 0.76), (0.24, -0.5, 0.86)], 0.07))
    ridge = ((-0.42, 1.5), (-0.18, 1.28), (0.06, 1.12), (0.32, 0.96), (0.58, 0.74), (0.82, 0.5))
    spikes = joined(*(rod((0, y, z - 0.14), (0, y + 0.1, z + 0.14), vary(0.12, 0.14), 0.0) for y, z in ridge))
    belly = ball((0.24, 0.28, 0.32), (0, -0.1, 0.68))
    teeth = mirrored(joined(*(turned(moved(cone(0.05, 0.1), 0.14, y, -1.18), 180, "y") for y in (-0.98, -0.86, -0.74))))
    return [
        Part("dinosaur", joined(body, head, feet, arms), None),
        Part("belly", belly, "cream"),
        Part("spikes", spikes, "orange"),
        Part("teeth", teeth, "white"),
        *eyes(0.17, -0.62, 1.46, 0.09),
    ]


@thing("dragon", natural="red", parts=("wings", "spikes"), group="animal")
def dragon(vary: Vary) -> list[Part]:
    body = tube(
        curved(
            [(0, -0.3, 1.2), (0, -0.2, 0.95), (0, 0.05, 0.6), (0, 0.45, 0.3), (0.2, 0.85, 0.18), (0.55, 0.95, 0.2)], 2
        ),
        [0.15, 0.18, 0.22, 0.3, 0.36, 0.33, 0.26, 0.2, 0.14, 0.1, 0.05],
    )
    head = joined(ball((0.23, 0.24, 0.2), (0, -0.36, 1.34)), rod((0, -0.42, 1.3), (0, -0.78, 1.22), 0.19, 0.14))
    feet = mirrored(
        joined(
            ball((0.16, 0.24, 0.2), (0.28, 0.1, 0.26)),
            ball((0.13, 0.2, 0.08), (0.3, -0.14, 0.07)),
            tube([(0.2, -0.15, 0.8), (0.28, -0.36, 0.66)], 0.08),
        )
    )
    span = vary(0.9, 1.0)
    web = extrude(
        [
            (0.12, 0.75),
            (0.5, 1.25),
            (span, 1.5),
            (span + 0.05, 0.95),
            (0.75, 1.0),
            (0.6, 0.72),
            (0.42, 0.82),
            (0.2, 0.6),
        ],
        0.09,
        (0, 0.2, 0),
    )
    horns = mirrored(rod((0.13, -0.28, 1.48), (0.22, -0.1, 1.78), 0.07, 0.0))
    ridge = ((-0.12, 1.24), (0.06, 1.06), (0.3, 0.82), (0.5, 0.6))
    spikes = joined(horns, *(rod((0, y, z - 0.14), (0, y + 0.1, z + 0.12), 0.11, 0.0) for y, z in ridge))
    belly = ball((0.24, 0.26, 0.3), (0, -0.12, 0.56))
    return [
        Part("dragon", joined(body, head, feet), None),
        Part("wings", mirrored(web), "orange"),
        Part("spikes", joined(spikes, belly), "yellow"),
        *eyes(0.15, -0.48, 1.46, 0.085),
    ]
