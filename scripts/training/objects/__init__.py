"""The object classes: every file here enters its own into OBJECT_CLASSES when it is imported."""

from importlib import import_module

FAMILIES = (
    "accessories",
    "adventure",
    "animals",
    "birds",
    "buildings",
    "celebration",
    "characters",
    "clothes",
    "craft",
    "cutlery",
    "dolls",
    "food",
    "forest_animals",
    "fruit",
    "furniture",
    "hats",
    "household",
    "insects",
    "kitchen",
    "landmarks",
    "machines",
    "music",
    "miscellaneous",
    "people",
    "plants",
    "play",
    "primitives",
    "reptiles",
    "sea_animals",
    "small_vehicles",
    "sport",
    "street",
    "structures",
    "sweets",
    "fairy_tales",
    "tools",
    "trees",
    "vehicles",
    "vessels",
    "wild_animals",
)
"""In the order in which they are imported: it decides that of OBJECT_CLASSES, and so what a seed draws. Only add."""

for _family in FAMILIES:
    import_module(f"{__name__}.{_family}")
