"""The list of takes: one row for each object that stands for a take, drawn straight from the scene's objects.

Nothing is kept twice, so there is nothing that an undo, a rename or a deletion could leave behind: only which take is
chosen is a setting, by its job.
"""

from __future__ import annotations

from typing import Any

import bpy

from .. import flows
from ..blender import takes, thumbnail


class DREAMWRIGHT_PG_takes(bpy.types.PropertyGroup):
    """scene.dreamwright.takes: which take is chosen."""


class DREAMWRIGHT_UL_takes(bpy.types.UIList):
    """Picture, name, seed, score, quality; the screen hides a take."""

    def draw_item(
        self, context: Any, layout: Any, data: Any, item: Any, icon: Any, active: Any, name: Any, *more: Any
    ) -> None:
        take = takes.of(item)
        if take:
            draw_row(layout, take)

    def filter_items(self, context: Any, data: Any, property: Any) -> Any:
        things = getattr(data, property).values()
        shown = [take.object for take in takes.all_in(data)]
        return rows(things, shown, self.bitflag_filter_item, self.filter_name)


def draw_row(layout: Any, take: takes.Take) -> None:
    """One take in a row."""
    split = layout.split(factor=0.52)
    name = split.row(align=True)
    picture = thumbnail.icon_of(take.object)
    name.label(text="", **({"icon_value": picture} if picture else {"icon": _icon(take)}))
    name.prop(take.object, "name", text="", emboss=False)
    facts = split.row(align=True)
    facts.label(text=flows.facts_of(take))
    facts.prop(take.object, "hide_viewport", text="", emboss=False)


def rows(things: list[Any], shown: list[Any], flag: int, wanted: str) -> tuple[list[int], list[int]]:
    """Which of the scene's objects are rows, and where each stands: those shown come first, in their order.

    `wanted` is what a person typed into the list's filter: it is looked for in names and prompts.
    """
    places = {thing: place for place, thing in enumerate(shown)}
    flags = [flag if thing in places and _fits(thing, wanted) else 0 for thing in things]
    rest = iter(range(len(places), len(things)))
    return flags, [places[thing] if thing in places else next(rest) for thing in things]


def _fits(thing: Any, wanted: str) -> bool:
    words = f"{thing.name} {thing.get('dreamwright_prompt', '')}"
    return wanted.lower() in words.lower()


def _icon(take: takes.Take) -> str:
    return "LOCKED" if take.why_read_only else "MESH_DATA"


def _row_of_chosen(settings: Any) -> int:
    """The place among the scene's objects of the one that stands for the chosen take; -1 where none is chosen."""
    scene = settings.id_data
    take = takes.find(scene, settings.chosen) if settings.chosen else None
    return scene.objects.find(take.object.name) if take else -1


def _choose_row(settings: Any, index: int) -> None:
    things = settings.id_data.objects
    take = takes.of(things[index]) if 0 <= index < len(things) else None
    if take:
        settings.chosen = take.job
        flows.show_take(bpy.context, take)


DREAMWRIGHT_PG_takes.__annotations__ = {
    "chosen": bpy.props.StringProperty(name="Chosen", description="The job of the take that is chosen", options=set()),
    "row": bpy.props.IntProperty(
        name="Take",
        description="Choose a take: its object becomes the selected one",
        get=_row_of_chosen,
        set=_choose_row,
        options={"SKIP_SAVE"},
    ),
}

CLASSES = (DREAMWRIGHT_PG_takes, DREAMWRIGHT_UL_takes)
