"""`redo`: one part of what a job made anew, by words of its own, as another job; all else of it stays."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

from backend import config as configuration
from backend.cache import CACHE_VARIABLE, default_cache
from backend.config import REDO, JobConfig, Method, Quality
from backend.config.going_on import changes_going_on
from backend.errors import ConfigError

from .models.arguments import Add
from .options import add_options, given_settings
from .regions import add_region_option, add_region_options, given_regions, region_of

PART = "--part"


def add_redo(commands: argparse._SubParsersAction[argparse.ArgumentParser], add: Add) -> None:
    """`add(commands, name, function, about)` makes the parser of one command."""
    about = "Make a part of an object anew by other words, as a new job; all else of it stays exactly as it is."
    parser = add(commands, "redo", _redo, about)
    parser.add_argument("job", metavar="JOB", help="folder that generate or redo wrote, or a job's name in the cache")
    parser.add_argument("prompt_words", metavar="PROMPT", help="what the part becomes, in words")
    about = (
        "center and size of a box around the part (6 numbers, in meters), with its rotation 9 (degrees), or one file "
        "of a mesh around it (.ply, .obj, .npz); repeat it for several"
    )
    add_region_option(parser, PART, "part", about, required=True)
    add_region_options(parser)
    parser.add_argument("--out", type=Path, required=True, help="folder for the results; not that of the job")
    parser.add_argument("--cache", type=Path, default=default_cache(), help=f"default ${CACHE_VARIABLE} or %(default)s")
    base = configuration.initial_config(Method.TEXT, Quality.INSTANT, "", "")
    add_options(parser, base, without=("method", "prompt", "dataset", "bounds"))


def _redo(arguments: argparse.Namespace) -> int:
    from backend.jobs.checkpoints import write_start
    from backend.optimize.checkpoint import read_checkpoint
    from backend.optimize.warm_start import fit_config, inherit_solid

    from .exit_codes import DONE, INTERRUPTED
    from .job_folders import one_job, read_job
    from .local_run import run_job

    folder, out = one_job(arguments.job, arguments.cache), arguments.out
    if out.expanduser().resolve() == folder.resolve():
        raise ConfigError("The results would be written over the job that they start from: give another --out.")
    before, parent = read_job(folder).config, read_checkpoint(folder)
    wanted = configuration.with_changes(before, _changes(arguments, before, folder))
    wanted = configuration.check_runnable(fit_config(wanted, before, parent))
    write_start(out, wanted, before, parent)
    inherit_solid(out, folder)
    outcome = run_job(wanted, out, goes_on=True)
    sys.stdout.write(f"{outcome.folder}\n")
    return DONE if outcome.finished else INTERRUPTED


def _changes(arguments: argparse.Namespace, before: JobConfig, folder: Path) -> dict[str, Any]:
    """Returns what of the job's config becomes another.

    Raises:
        ConfigError: the job listens to no words, or nothing is asked for.
    """
    if not before.uses_text:
        raise ConfigError("This job came from photos, which say no other words: redo a part of a prompt's.")
    if not arguments.prompt_words.strip():
        raise ConfigError("The prompt of the part is empty: say in a few words what it becomes.")
    given = given_settings(arguments) | {"prompt": arguments.prompt_words}
    asked = configuration.merged(_trained_or_not(given), {"regions": {"items": _regions(arguments, before, given)}})
    threshold = given.get("export", {}).get("threshold") or _threshold(folder)
    asked = configuration.merged(asked, {"export": {"threshold": threshold}})
    quality, recipe, model = given.get("quality", Quality.INSTANT), given.get("recipe", ""), given.get("model", "")
    base = configuration.initial_config(Method(before.method), quality, recipe, model or before.model)
    as_before = {"model": before.model, "export": {"resolution": before.export.resolution}}
    wanted = configuration.with_changes(configuration.with_changes(base, as_before), asked)
    changes = changes_going_on(configuration.to_json(before), wanted)
    return configuration.merged(changes, asked)


def _trained_or_not(given: dict[str, Any]) -> dict[str, Any]:
    """The settings that were given; at quality instant nothing is trained, unless steps are named."""
    steps = given.get("optimize", {}).get("steps")
    if given.get("quality", Quality.INSTANT) != Quality.INSTANT or steps:
        return given
    return configuration.merged(given, {"quality": Quality.INSTANT, "optimize": {"steps": 0}})


def _regions(arguments: argparse.Namespace, before: JobConfig, given: dict[str, Any]) -> list[dict[str, Any]]:
    """The regions of before, but for a part that was made anew, those that are given, and the part."""
    kept = [each for each in configuration.to_json(before)["regions"]["items"] if each["kind"] != REDO]
    parts = [region_of(PART, REDO, values, before.bounds) for values in arguments.part]
    return [*kept, *given.get("regions", {}).get("items", ()), *given_regions(arguments, before.bounds), *parts]


def _threshold(folder: Path) -> float:
    """The density at which the job's surface lies, so that it stays where nothing changes; 0 has one found."""
    from .local_run import GRID_FILE

    if not (folder / GRID_FILE).is_file():
        return 0.0
    with np.load(folder / GRID_FILE) as grid:
        return float(grid["threshold"])
