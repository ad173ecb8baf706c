"""Words of color, finish and size beyond those that the prior was taught, in terms of these.

A color is painted as it is said; where a model knows twelve colors alone, the taught one that is nearest is said to it.
"""

from __future__ import annotations

Rgb = tuple[float, float, float]

_SHADES = {
    "red": "crimson dc143c scarlet e8240c ruby b0103a cherry b8122e maroon 6e1423 burgundy 70102e vermilion e34a27 "
    "brick 9c3a2a garnet 8a1538 rust a8481c coral ff6f61",
    "green": "lime 8fe01a olive 76762a emerald 1fa05a mint 9fe2bf jade 1fa46c sage 9caf88 khaki a89a62 moss 6b7d32 "
    "forest 1c6b2a chartreuse b4e61a avocado 6a8034",
    "blue": "navy 14234f azure 2f86e8 cobalt 1847b0 indigo 36268c ultramarine 1c2aa0 sapphire 1646a8 denim 3a5f90 "
    "cerulean 2f80b8 cornflower 6495ed royal 2b4fc8",
    "cyan": "teal 12807e turquoise 30d0c4 aqua 3ee0e0 aquamarine 76e8cc petrol 0f5a6a",
    "yellow": "lemon f6ec3c mustard d2a62a amber f2aa14 canary fbe94a saffron f2b824 ochre c88424 blond e6cc86 "
    "blonde e6cc86",
    "orange": "tangerine f28522 apricot f8b880 peach fcc49c salmon f88a72 copper b8703c bronze a0692e ginger bc5f24 "
    "terracotta c8613e",
    "purple": "violet 7a28c8 lavender b89ae0 lilac c2a2d6 mauve b48ab4 plum 78286e magenta d81fae fuchsia e420a0 "
    "amethyst 8c56c0 aubergine 4a1a44",
    "pink": "rose e8688c blush f2b4b8 rosy ee98a8",
    "white": "ivory f6f0dc pearl eeeae0 snowy f4f6f8 chalk f0f0ea eggshell efe6d0 milky f6f2ea",
    "black": "ebony 241d1a jet 121214 onyx 16161a charcoal 36383c raven 14141c sooty 1e1c1c",
    "grey": "ash a8a8a2 slate 66717c smoky 7c7c7c graphite 44464a leaden 6c7076 greyish 8c8c8c grayish 8c8c8c",
    "brown": "tan c8a070 chestnut 7c3a20 chocolate 4e2a14 coffee 5a3a26 caramel b8743a hazel 8c6a3c umber 6a4a2c "
    "sienna a0522d auburn 80321e mocha 6e4c38 walnut 5c3c26 mahogany 642a1a tawny b87a3e fawn c6a27a",
    "cream": "sand d8c090 vanilla f2e6b8 champagne ecd8ae buff dcc08c",
}  # fmt: skip
SHADES = ("dark", "deep", "light", "pale", "bright", "pastel", "vivid")
FINISH_WORDS = {
    "metal": "metal metallic steel iron chrome chromed brass tin aluminium aluminum pewter bronze copper titanium "
    "platinum",
    "wooden": "wooden wood oaken pinewood plywood timber walnut mahogany teak rosewood",
    "glass": "glass crystal glassy transparent translucent ice icy",
    "shiny": "glossy polished gleaming glazed lacquered ceramic porcelain plastic sparkling glittering lustrous",
    "matte": "matt dull flat-colored stone concrete clay rubber felt",
    "striped": "stripy stripey banded",
    "spotted": "dotted spotty dappled speckled",
    "checkered": "chequered checked checkerboard tartan plaid",
}
METALS = {"gold", "golden", "silver", "bronze", "copper", "brass", "chrome", "steel", "iron", "platinum"}
"""Words that say a color and, where no other finish is said, metal."""
MATERIAL_COLORS = {
    "brass": "c8a244", "chrome": "d4d8dc", "steel": "9aa0a6", "iron": "5a5c60", "platinum": "d8d8d4", "tin": "b0b4b6",
    "concrete": "9c9a94", "stone": "8e8a84", "clay": "b0704c", "porcelain": "f4f2ee", "teak": "9a6a3c",
    "rosewood": "5e2a22",
}  # fmt: skip
"""What a material looks like where no color is said."""
SIZE_WORDS = {
    "tall": "high towering lofty slender lanky",
    "short": "low squat stubby stocky",
    "small": "tiny mini miniature minuscule wee teeny petite",
    "large": "big huge giant gigantic enormous massive colossal great jumbo mighty",
}
PASSED_OVER = frozenset(
    str.split(
        "little cute nice beautiful pretty simple plain lovely funny happy sad old new young cartoon lowpoly low poly "
        "3d model modern ancient antique vintage classic fancy elegant stylized realistic detailed adorable friendly "
        "cool traditional typical ordinary single my your his her our their this very really quite please make draw "
        "create give me want i would like need show"
    )
)
"""They say nothing that could be drawn."""


def _rgb(code: str) -> Rgb:
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def _named() -> dict[str, tuple[str, Rgb]]:
    found = {}
    for taught, told in _SHADES.items():
        words = told.split()
        for word, code in zip(words[::2], words[1::2], strict=False):
            found[word] = (taught, _rgb(code))
    return found


NAMED_COLORS: dict[str, tuple[str, Rgb]] = _named()
"""Of each word the taught color that is nearest, and its own display values."""


def colors_of(taught: dict[str, Rgb]) -> dict[str, Rgb]:
    """Display values of all words of color: those that were taught, those above, materials, and shades of all."""
    materials = {word: _rgb(code) for word, code in MATERIAL_COLORS.items()}
    plain = materials | {word: color for word, (_, color) in NAMED_COLORS.items()} | taught
    return {f"{shade} {word}": shaded(color, shade) for word, color in plain.items() for shade in SHADES} | plain


def shaded(color: Rgb, shade: str) -> Rgb:
    """A darker, lighter or stronger one."""
    if shade in ("dark", "deep"):
        return _mixed(color, (0.0, 0.0, 0.0), 0.5)
    if shade in ("light", "pale", "pastel"):
        return _mixed(color, (1.0, 1.0, 1.0), 0.5)
    middle = sum(color) / 3
    red, green, blue = (min(1.0, max(0.0, middle + 1.3 * (value - middle) + 0.05)) for value in color)
    return red, green, blue


def _mixed(color: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = ((1 - share) * a + share * b for a, b in zip(color, other, strict=True))
    return red, green, blue
