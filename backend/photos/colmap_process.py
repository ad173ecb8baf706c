"""`python -m backend.photos.colmap_process`: COLMAP's own process. A task comes as a line of JSON on standard input,
and lines of JSON go out on standard output: how far it is, and in the end what came of it.

Only pycolmap and the standard library are imported here, and not sqlite3: COLMAP has an SQLite of its own, and two in
one process break each other's locks. The database stays where it is, and COLMAP computes no feature and no match twice:
a task that was ended goes on where it was.
"""

from __future__ import annotations

import os
from typing import Any

from backend.photos.child_task import Report, run_one_task

EXHAUSTIVE = 150
"""Pictures up to which each is compared with each other; beyond, each with those that follow it."""
NEIGHBORS = 12


def main() -> None:
    """Does the one task that comes in."""
    run_one_task(_run)


def _run(task: dict[str, Any], report: Report) -> None:
    {"solve": _solve, "align": _align, "undistort": _undistort}[task["do"]](task, report)


def _solve(task: dict[str, Any], report: Report) -> None:
    """Finds features, matches and poses, and writes one model for each group of pictures that belong together."""
    import pycolmap

    pycolmap.set_random_seed(0)
    for stage, run in (("features", _extract), ("matches", _match)):
        report(stage=stage, done=0, of=_work(stage, len(task["names"])))
        run(pycolmap, task)
        report(stage=stage, done=_work(stage, len(task["names"])), of=_work(stage, len(task["names"])))
    report(models=_map(pycolmap, task, report))


def _work(stage: str, pictures: int) -> int:
    """Returns how many features or pairs of pictures there are to do."""
    if stage == "features":
        return pictures
    return pictures * (pictures - 1) // 2 if pictures <= EXHAUSTIVE else pictures * NEIGHBORS


def _extract(pycolmap: Any, task: dict[str, Any]) -> None:
    """Finds the features of all pictures, and writes one camera for those of each lens."""
    for lens in task["lenses"]:
        options, reader = pycolmap.FeatureExtractionOptions(), pycolmap.ImageReaderOptions()
        options.num_threads, options.max_image_size = task["threads"], task["image_size"]
        options.sift.max_num_features = task["features"]
        options.sift.first_octave = -1 if lens["small"] else 0  # from doubled pictures it costs four times as much
        reader.camera_model = lens["camera_model"]
        known = _known_camera(pycolmap, task["database"], set(lens["names"]))
        if known is not None:
            reader.existing_camera_id = known
        pycolmap.extract_features(
            task["database"], task["images"], image_names=lens["names"], camera_mode=pycolmap.CameraMode.SINGLE,
            reader_options=reader, extraction_options=options, device=pycolmap.Device.cpu,
        )  # fmt: skip


def _known_camera(pycolmap: Any, database: str, names: set[str]) -> int | None:
    """Returns the camera that some of these pictures were given before the work was ended; else each part of the
    pictures of one lens would have a camera of its own."""
    if not os.path.exists(database):
        return None
    with pycolmap.Database.open(database) as opened:
        return next((image.camera_id for image in opened.read_all_images() if image.name in names), None)


def _match(pycolmap: Any, task: dict[str, Any]) -> None:
    options = pycolmap.FeatureMatchingOptions()
    options.num_threads = task["threads"]
    if len(task["names"]) <= EXHAUSTIVE:
        pycolmap.match_exhaustive(task["database"], matching_options=options, device=pycolmap.Device.cpu)
        return
    pairing = pycolmap.SequentialPairingOptions()
    pairing.overlap = NEIGHBORS
    pycolmap.match_sequential(
        task["database"], matching_options=options, pairing_options=pairing, device=pycolmap.Device.cpu
    )


def _map(pycolmap: Any, task: dict[str, Any], report: Report) -> list[list[str]]:
    """Returns the names of the pictures of each model that was written."""
    placed, of = [2], len(task["names"])

    def next_image() -> None:
        placed[0] += 1
        report(stage="poses", done=min(placed[0], of), of=of)

    options = pycolmap.IncrementalPipelineOptions()
    options.num_threads, options.min_model_size, options.min_num_matches = task["threads"], 3, 10
    mapper = options.mapper  # more lenient than COLMAP's own: few pictures with little in common are what people have
    mapper.abs_pose_min_num_inliers, mapper.abs_pose_min_inlier_ratio = 15, 0.15
    mapper.init_min_num_inliers, mapper.init_min_tri_angle = 50, 4.0
    found = pycolmap.incremental_mapping(
        task["database"], task["images"], task["out"], options, next_image_callback=next_image
    )
    return [[image.name for image in model.images.values() if image.has_pose] for model in found.values()]


def _align(task: dict[str, Any], report: Report) -> None:
    """Moves a model by a similarity and writes it as COLMAP has it, as binary and as text, with its points as PLY."""
    import pycolmap

    model = pycolmap.Reconstruction(task["model"])
    rotation = pycolmap.Rotation3d(task["quaternion"])  # x, y, z, w
    model.transform(pycolmap.Sim3d(task["scale"], rotation, task["translation"]))
    model.write_binary(task["out"])
    model.write_text(task["out"])
    model.export_PLY(task["ply"])
    report(written=True)


def _undistort(task: dict[str, Any], report: Report) -> None:
    """Writes pictures as flat lenses would have taken them, with a model of pinholes (images/ and sparse/)."""
    import pycolmap

    pycolmap.undistort_images(task["out"], task["model"], task["images"], num_threads=task["threads"])
    report(written=True)


if __name__ == "__main__":
    main()
