"""Dreamwright by script, in a Blender with or without a window.

    from bl_ext.user_default.dreamwright import api

    cube = api.generate("a red cube", quality="draft")

Each function waits until it is done (in a window Blender stands still meanwhile: buttons do not), gives objects of
the scene, and raises `api.DreamwrightError`, whose text is the sentence that a person would read. The extension has
to be enabled. `scripts/examples/` of the source has five small programs that use it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import bpy

from . import flows, headless
from .blender import bounds, paths, region_marks
from .blender import takes as scene_takes
from .blender.takes import Take
from .core.address import RemoteBackend
from .core.box import to_config_values
from .core.capture_config import CaptureConfig
from .core.errors import DreamwrightError, SceneError
from .core.region_kinds import FACE_MARGIN, KINDS
from .core.session import Snapshot
from .core.wire import config
from .flows import go_on, variations

Settings = Mapping[str, Any]
"""Settings by the names of backend/config, groups as mappings: {"seed": 3, "optimize": {"steps": 200}}."""

ProgressCallback = Callable[[Snapshot], None]
"""Called with what is known whenever there is something new: snapshot.step of snapshot.steps, snapshot.loss, ..."""


def generate(
    prompt: str,
    *,
    quality: str = "normal",
    seed: int = 0,
    steps: int = 0,
    resolution: int = 0,
    start: Sequence[bpy.types.Object] = (),
    settings: Settings | None = None,
    on_progress: ProgressCallback | None = None,
) -> bpy.types.Object:
    """Make an object out of words; it lies in the scene's collection "Dreamwright".

    It stands in the scene's box; where there is none, at the 3D cursor, or beside it where something is already. What
    starts from meshes stays where those are.

    Args:
        prompt: what to make, in words.
        quality: "draft", "normal" or "high".
        steps, resolution: 0 takes the quality's own.
        start: meshes of the scene as whose solid the shape begins, with their colors; they stay as they are. How
            strongly they are held says the setting {"start": {"hold_shape": 1.0, "hold_color": 0.0}}.
        settings: any other setting, such as {"bounds": {"size": [1, 1, 2]}, "prompt_options":{"negative": "blurry"}}.

    Raises:
        DreamwrightError: in one sentence what went wrong; the scene is as it was.

    Example:
        >>> cube = api.generate("a red cube", quality="draft", on_progress=lambda now: print(now.step))
        >>> cube.dimensions
    """
    changes = _changes(settings, seed=seed, prompt=prompt)
    wanted = _job_config(config.Method.TEXT, quality, steps, resolution, changes)
    given = dict(changes.get("bounds", {}))
    wanted = _with_bounds(wanted, given)
    return _run_flow(flows.generate(_context(), wanted, start, box_given=bool(given)), on_progress)


def generate_from_picture(
    picture: str | Path,
    *,
    prompt: str = "",
    quality: str = "instant",
    settings: Settings | None = None,
    on_progress: ProgressCallback | None = None,
) -> bpy.types.Object:
    """Make what one picture shows, if it is one of the things that the shape prior knows, or by the model
    shap-e-img2img: where that is on the backend's machine, or `settings` name it as prior.model.

    Args:
        picture: a file: a photo, a drawing or an emoji of one thing.
        prompt: words beside it: what it is, where you know ("a mug"), or what else is wanted ("wooden").

    Raises:
        DreamwrightError: the picture shows nothing that is known, or cannot be read; the scene is as it was.

    Example:
        >>> pot = api.generate_from_picture("teapot.jpg")
        >>> json.loads(bpy.context.scene["dreamwright_report"])["taken_for"]
        'Taken for: teapot (92 % sure).'
    """
    changes = _changes(settings)
    wanted = _job_config(config.Method.TEXT, quality, 0, 0, changes)
    wanted = _with_bounds(wanted, dict(changes.get("bounds", {})))
    file = Path(picture).expanduser().absolute()
    return _run_flow(flows.start_picture_job.generate_from_picture(_context(), wanted, file, prompt), on_progress)


def generate_variations(
    prompt: str,
    *,
    count: int = 4,
    quality: str = "instant",
    seed: int = 0,
    settings: Settings | None = None,
    on_progress: ProgressCallback | None = None,
) -> list[bpy.types.Object]:
    """Make an object of each of several seeds, side by side along the box's X axis.

    Args:
        count: how many; the seeds follow each other from `seed` on.

    Raises:
        DreamwrightError: in one sentence what went wrong; what was made before stays.

    Example:
        >>> cats = api.generate_variations("a cat", count=4)
        >>> api.keep_variation(cats[2])
    """
    changes = _changes(settings, seed=seed, prompt=prompt)
    wanted = _with_bounds(_job_config(config.Method.TEXT, quality, 0, 0, changes), dict(changes.get("bounds", {})))
    reports = _run_to_end(variations.generate_variations(_context(), wanted, count), on_progress)
    return [bpy.data.objects[report.object, None] for report in reports]  # type: ignore[index]


def keep_variation(result: bpy.types.Object) -> None:
    """Keep one of several variations, in the place of the box; the others leave the scene.

    Raises:
        SceneError: it is no variation, or one of them is being edited.

    Example:
        >>> cats = api.generate_variations("a cat", count=4)
        >>> api.keep_variation(cats[2])
    """
    _layer().objects.active = result
    variations.keep_variation(_context())


def reconstruct(
    cameras: Sequence[bpy.types.Object] | str | Path | None = None,
    *,
    dataset: str | Path | None = None,
    prompt: str = "",
    views: int = CaptureConfig.views,
    image_size: int = CaptureConfig.image_size,
    samples: int = CaptureConfig.samples,
    quality: str = "normal",
    seed: int = 0,
    steps: int = 0,
    resolution: int = 0,
    start: Sequence[bpy.types.Object] = (),
    settings: Settings | None = None,
    on_progress: ProgressCallback | None = None,
) -> bpy.types.Object:
    """Make an object out of pictures: of this scene from cameras, from a sphere of `views`, a folder or a video.

    Args:
        cameras: of the scene, or a folder as `dataset` is one; none takes `views` around the scene.
        dataset: a folder of photographs, posed or not (docs/photos.md), or a video, instead of pictures of this scene.
        prompt: words that pull as well, where the pictures leave open what is there.
        image_size, samples: of each picture that Cycles takes of the scene (pixels, samples).
        start: meshes of the scene as whose solid the shape begins, as far as it lies in the pictures' box.

    Raises:
        DreamwrightError: in one sentence what went wrong; the scene is as it was.

    Example:
        >>> cameras = [thing for thing in bpy.data.objects if thing.type == "CAMERA"]
        >>> statue = api.reconstruct(cameras, quality="draft")
        >>> banana = api.reconstruct("~/photos/banana")
    """
    method = config.Method.BOTH if prompt.strip() else config.Method.RECONSTRUCT
    changes = _changes(settings, seed=seed, prompt=prompt)
    wanted = _job_config(method, quality, steps, resolution, changes)
    capture = CaptureConfig(views=views, image_size=image_size, samples=samples)
    if isinstance(cameras, str | Path):
        cameras, dataset = None, cameras
    folder = Path(dataset).expanduser().absolute() if dataset is not None else None
    with _selected(cameras):
        source = "SPHERE" if cameras is None else "SELECTED"
        return _run_flow(flows.reconstruct(_context(), wanted, capture, source, folder, start), on_progress)


def go_on_from_edits(
    take: Take | bpy.types.Object,
    prompt: str = "",
    *,
    hold: float = 1.0,
    quality: str = "normal",
    seed: int = 0,
    steps: int = 0,
    settings: Settings | None = None,
    on_progress: ProgressCallback | None = None,
) -> bpy.types.Object:
    """Make a new take that starts from another as its mesh was edited by hand: sculpted, edited or painted.

    Args:
        take: one of `takes()`, or the object that shows it.
        prompt: other words for what is not held; the take's own where it is empty.
        hold: weight that keeps the edits, in shape and color; 0 only starts from them.

    Raises:
        DreamwrightError: it was not edited, or what else went wrong; the scene is as it was.

    Example:
        >>> cat = api.generate("a cat")
        >>> cat.data.vertices[0].co.z += 0.3
        >>> horned = api.go_on_from_edits(cat, hold=2.0)
    """
    edited = _require_take(take)
    wanted, given = _config_going_on(edited, prompt or edited.record.prompt, quality, seed, steps, settings)
    return _run_flow(go_on.go_on_from_edits(_context(), wanted, edited.job, hold, given), on_progress)


def remesh(
    take: Take | bpy.types.Object, *, threshold: float = 0.0, resolution: int = 0, replace_edits: bool = False
) -> bpy.types.Object:
    """Give a take another mesh out of the grid that was kept, without a backend.

    Args:
        take: one of `takes()`, or the object that shows it.
        threshold: density at which the surface lies; 0 takes the one found for it.
        resolution: voxels along an axis; 0 takes the grid's own.
        replace_edits: give another mesh also to one that was edited by hand, which loses that work.

    Raises:
        DreamwrightError: it was edited by hand, or is another file's; its grid is gone, or the density crosses the
            threshold nowhere; the mesh is as it was.

    Example:
        >>> for take in api.takes():
        ...     api.remesh(take, resolution=64)
    """
    obj = take.object if isinstance(take, Take) else take
    _require_take(obj)
    changes = {"threshold": threshold, "resolution": resolution}
    return headless.run(flows.remesh(_context(), replace_edits, obj, **changes))


def mark_region(obj: bpy.types.Object, kind: str) -> None:
    """Make an object say where something is held, for jobs that begin or go on in its scene; an Empty is a box.

    Args:
        kind: "keep_out" (nothing grows there), "keep_in" (something must be there), "frozen" (what a run finds there
            stays while the rest is trained), "redo" (the part that `redo_part` makes anew), or "" for none of them.

    Raises:
        SceneError: the object can be no region.

    Example:
        >>> api.mark_region(bpy.data.objects["Table"], "keep_out")
        >>> cat = api.generate("a cat")
    """
    if kind and kind not in KINDS:
        raise SceneError(f"There is no region of the kind '{kind}': choose {', '.join(KINDS)}, or ''.")
    region_marks.mark(obj, kind)


def redo_part(
    take: Take | bpy.types.Object,
    prompt: str,
    *,
    part: bpy.types.Object | None = None,
    margin: float = FACE_MARGIN,
    quality: str = "instant",
    seed: int = 0,
    steps: int = 0,
    settings: Settings | None = None,
    on_progress: ProgressCallback | None = None,
) -> bpy.types.Object:
    """Make one part of a take anew, as a new take; all else of it stays exactly as it is.

    Args:
        take: one of `takes()`, or the object that shows it.
        prompt: what the part becomes, in words.
        part: an Empty or a mesh around the part; without one the faces that are selected in Edit Mode, or the object
            that is marked "redo".
        margin: how much further than selected faces the part reaches, in sizes of the selection.
        quality: "instant" puts what the shape prior makes of the words there; the others train it.

    Raises:
        DreamwrightError: in one sentence what went wrong; the scene is as it was.

    Example:
        >>> box = bpy.data.objects["Box around the hat"]
        >>> snowman = api.redo_part(api.takes()[0], "a red hat", part=box)
    """
    found = _require_take(take)
    wanted, given = _config_going_on(found, prompt, quality, seed, steps, settings)
    if quality == "instant" and not steps:
        wanted = config.with_changes(wanted, {"optimize": {"steps": 0}})
    name = part.name if part is not None else ""
    _layer().update()  # Blender knows where a new or moved object stands only then
    return _run_flow(flows.redo_part(_context(), wanted, found.job, name, margin, given), on_progress)


def takes(scene: bpy.types.Scene | None = None) -> list[Take]:
    """The takes of a scene (the current one), oldest first: each has `object`, `name` and `record`.

    Example:
        >>> [(take.name, take.record.prompt, take.record.score) for take in api.takes()]
    """
    if scene is None:
        scene = _context().scene
        assert scene is not None
    return scene_takes.list_takes(scene)


def connect(address: str, token: str) -> str:
    """Use a backend that runs already, until `disconnect` or the end of Blender; gives the device it computes on.

    Args:
        address: host:port; through a tunnel its near end, 127.0.0.1:9000.
        token: the DREAMWRIGHT_TOKEN that it was started with.

    Raises:
        DreamwrightError: nobody is there, the token or the version is another.

    Example:
        >>> api.connect("127.0.0.1:9000", os.environ["DREAMWRIGHT_REMOTE_TOKEN"])
        'cuda'
    """
    before, flows.APP.remote = flows.APP.remote, RemoteBackend(address, token)
    try:
        return headless.run(flows.start_backend())
    except BaseException:
        flows.APP.remote = before
        raise


def disconnect() -> None:
    """End our backend, or part from the one that `connect` chose, which goes on.

    Example:
        >>> api.disconnect()
    """
    flows.APP.remote = None
    flows.APP.close_connection()


def _job_config(
    method: config.Method, quality: str, steps: int, resolution: int, changes: Settings
) -> config.JobConfig:
    base = config.with_changes(
        config.initial_config(method, quality, changes.get("recipe", ""), changes.get("model", "")),
        {"device": paths.device()},
    )
    short: dict[str, Any] = {"optimize": {"steps": steps}} if steps else {}
    if resolution:
        start = min(base.field.start_resolution, resolution)
        short["field"] = {"resolution": resolution, "start_resolution": start}
        short["export"] = {"resolution": resolution}
    return config.with_changes(config.with_changes(base, short), dict(changes))


def _require_take(take: Take | bpy.types.Object) -> Take:
    """The take that an object shows.

    Raises:
        SceneError: it shows none.
    """
    found = take if isinstance(take, Take) else scene_takes.take_of(take)
    if found is None:
        raise SceneError(f"'{take.name}' was not made by Dreamwright: give an object that was, or one of takes().")
    return found


def _config_going_on(
    take: Take, prompt: str, quality: str, seed: int, steps: int, settings: Settings | None
) -> tuple[config.JobConfig, dict[str, Any]]:
    """The config of a job that goes on from a take, and the settings that hold whatever the take's own are; photos
    alone listen to no prompt."""
    method = flows.method_of(take)
    changes = _changes(settings, seed=seed, **({"prompt": prompt} if method.uses_text else {}))
    given = {name: changes[name] for name in settings or {}}
    return _job_config(method, quality, steps, 0, changes), given


def _with_bounds(wanted: config.JobConfig, given: dict[str, Any]) -> config.JobConfig:
    """The config with the box that the scene has for new results, but for what was `given` of it."""
    context = _context()
    _layer().update()
    scene = context.scene
    assert scene is not None
    box = bounds.box_for_new_result(scene, given)
    return config.with_changes(wanted, {"bounds": to_config_values(box)})


def _changes(settings: Settings | None, **given: Any) -> dict[str, Any]:
    """The settings of a call; a model is fetched only where Blender's own "Allow Online Access" allows it."""
    changes = given | dict(settings or {})
    changes["allow_download"] = bool(changes.get("allow_download")) and bpy.app.online_access
    return changes


def _run_flow(flow: flows.Flow[flows.Report], on_progress: ProgressCallback | None) -> bpy.types.Object:
    report = _run_to_end(flow, on_progress)  # first: bpy.data is another one once a file was opened
    return bpy.data.objects[report.object, None]  # type: ignore[index]  # None: of this file, not of a library


def _run_to_end(flow: flows.Flow[flows.T], on_progress: ProgressCallback | None) -> flows.T:
    with contextlib.ExitStack() as until_done:
        if on_progress:
            until_done.callback(headless.add_progress_callback(on_progress))
        return headless.run(flow)


def _context() -> bpy.types.Context:
    if not hasattr(bpy.types.Scene, "dreamwright"):
        raise SceneError("The extension Dreamwright is not enabled: enable it in Preferences > Add-ons.")
    return bpy.context


def _layer() -> bpy.types.ViewLayer:
    layer = _context().view_layer
    assert layer is not None
    return layer


@contextlib.contextmanager
def _selected(objects: Sequence[bpy.types.Object] | None) -> Iterator[None]:
    """Only these selected, and afterwards what was."""
    if objects is None:
        yield
        return
    layer = _layer()
    before = [obj for obj in layer.objects if obj.select_get(view_layer=layer)]
    _select(layer, objects)
    try:
        yield
    except BaseException:
        _select(layer, before)
        raise


def _select(layer: bpy.types.ViewLayer, objects: Sequence[bpy.types.Object]) -> None:
    for obj in layer.objects:
        obj.select_set(obj in objects, view_layer=layer)


__all__ = [
    "DreamwrightError",
    "Settings",
    "Take",
    "ProgressCallback",
    "generate_from_picture",
    "generate_variations",
    "mark_region",
    "redo_part",
    "keep_variation",
    "connect",
    "disconnect",
    "generate",
    "go_on_from_edits",
    "reconstruct",
    "remesh",
    "takes",
]
