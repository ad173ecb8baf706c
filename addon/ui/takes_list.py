"""The list of takes: one row for each object that stands for a take, drawn straight from the scene's objects.

Nothing is kept twice, so there is nothing that an undo, a rename or a deletion could leave behind: only which take is
chosen is a setting, by its job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from .. import flows
from ..core.lazy_import import lazy_imports

if TYPE_CHECKING:
    from ..blender import takes, thumbnail
else:
    takes, thumbnail = lazy_imports(__package__, "..blender.takes", "..blender.thumbnail")


class DREAMWRIGHT_PG_takes(bpy.types.PropertyGroup):
    """scene.dreamwright.takes: which take is chosen."""


class DREAMWRIGHT_UL_takes(bpy.types.UIList):
    """Picture, name, seed, score, quality; the eye hides a take."""

    def draw_item(
        self, context: Any, layout: Any, data: Any, item: Any, icon: Any, active: Any, name: Any, *more: Any
    ) -> None:
        take = takes.take_of(item)
        if take:
            draw_row(layout, take)

    def filter_items(self, context: Any, data: Any, property: Any) -> Any:
        objects = getattr(data, property).values()
        shown = [take.object for take in takes.list_takes(data)]
        return filter_rows(objects, shown, self.bitflag_filter_item, self.filter_name)


def draw_row(layout: Any, take: takes.Take) -> None:
    """One take in a row."""
    split = layout.split(factor=0.52)
    name = split.row(align=True)
    picture = thumbnail.icon_of(take.object)
    name.label(text="", **({"icon_value": picture} if picture else {"icon": _icon(take)}))
    name.prop(take.object, "name", text="", emboss=False)
    facts = split.row(align=True)
    facts.label(text=flows.short_facts(take))
    eye = "HIDE_OFF" if take.object.dreamwright_visible else "HIDE_ON"
    facts.prop(take.object, "dreamwright_visible", text="", icon=eye, emboss=False)


def visible_property() -> Any:
    """The eye of a take: in the viewport and in renders alike."""
    return bpy.props.BoolProperty(
        name="Show Take",
        description="Show the take in the viewport and in renders",
        get=lambda obj: flows.is_take_visible(obj, bpy.context.scene),
        set=lambda obj, shown: flows.set_take_visible(obj, bpy.context.scene, shown),
        options={"SKIP_SAVE"},
    )


def filter_rows(objects: list[Any], shown: list[Any], flag: int, wanted: str) -> tuple[list[int], list[int]]:
    """Returns which of the scene's objects are rows, and where each stands: those shown come first, in their order.

    `wanted` is what a person typed into the list's filter: it is looked for in names and prompts.
    """
    places = {obj: place for place, obj in enumerate(shown)}
    flags = [flag if obj in places and _matches_filter(obj, wanted) else 0 for obj in objects]
    rest = iter(range(len(places), len(objects)))
    return flags, [places[obj] if obj in places else next(rest) for obj in objects]


def _matches_filter(obj: Any, wanted: str) -> bool:
    words = f"{obj.name} {obj.get('dreamwright_prompt', '')}"
    return wanted.lower() in words.lower()


def _icon(take: takes.Take) -> str:
    return "LOCKED" if take.why_read_only else "MESH_DATA"


def _get_row(settings: Any) -> int:
    """The place among the scene's objects of the one that stands for the chosen take; -1 where none is chosen."""
    scene = settings.id_data
    take = takes.find_take(scene, settings.chosen) if settings.chosen else None
    return scene.objects.find(take.object.name) if take else -1


def _set_row(settings: Any, index: int) -> None:
    objects = settings.id_data.objects
    take = takes.take_of(objects[index]) if 0 <= index < len(objects) else None
    if take:
        settings.chosen = take.job
        flows.show_take(bpy.context, take)


DREAMWRIGHT_PG_takes.__annotations__ = {
    "chosen": bpy.props.StringProperty(name="Chosen", description="Job of the chosen take", options=set()),
    "row": bpy.props.IntProperty(
        name="Take",
        description="Choose a take and select its object",
        get=_get_row,
        set=_set_row,
        options={"SKIP_SAVE"},
    ),
}

CLASSES = (DREAMWRIGHT_PG_takes, DREAMWRIGHT_UL_takes)
